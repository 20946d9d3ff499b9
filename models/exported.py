"""The encoder as the indexer exported it: questions become vectors without torch, in a fraction of the time and memory.

`FINDER_HOME/encoder/<key>/` holds the model in ONNX, its tokenizer, and a manifest with the checksum of both.
"""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models import durable
from models.encoder import LONGEST_INPUT, OFFLINE, EncoderIdentity, unit
from models.errors import EncoderUntrusted

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FORMAT = 1
FOLDER = "encoder"
KEY = re.compile(r"[0-9a-f]{16}")
EXPORTING = ".exporting-"
MODEL, TOKENIZER, MANIFEST = "question.onnx", "tokenizer.json", "manifest.json"
IDS, MASK, VECTOR = "input_ids", "attention_mask", "sentence_embedding"
AGAIN = "Run `indexer build`, which exports it again."


class OnnxEncoder:
    """An exported encoder, read with ONNX Runtime. Each text goes through it alone: padding beside a longer one would change digits."""

    def __init__(self, folder: Path, identity: EncoderIdentity, threads: int) -> None:
        self.identity = identity
        self._folder = folder
        self._threads = threads

    def load(self) -> None:
        """Verify the files and read them, so that processes forked from this one share them. Raises EncoderUntrusted."""
        _ = self._parts
        if self._threads > 1:
            del self._parts  # its threads would not survive a fork: each process starts its own

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array (len(texts), dimension) of unit vectors."""
        tokenizer, session = self._parts
        found = np.zeros((len(texts), self.identity.dimension), np.float32)
        for row, text in enumerate(texts):
            ids = np.asarray([tokenizer.encode(text[:LONGEST_INPUT]).ids], np.int64)
            found[row] = session.run([VECTOR], {IDS: ids, MASK: np.ones_like(ids)})[0][0]
        return unit(found)

    @cached_property
    def _parts(self) -> "tuple[Tokenizer, InferenceSession]":
        verify(self._folder)
        os.environ.update(OFFLINE)  # read by ONNX Runtime when it is imported, which without it reports home
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3  # errors
        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
            session = onnxruntime.InferenceSession(self._folder / MODEL, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # neither library has a base class for what it raises
            raise EncoderUntrusted(f"The exported encoder {self._folder} cannot be opened: {type(error).__name__}.", AGAIN) from error
        return tokenizer, session


def place(home: Path, identity: EncoderIdentity) -> Path:
    """Return the folder of the encoder exported from the one with this identity, whether it is there or not."""
    return home / FOLDER / _key(identity)


def every(home: Path) -> list[Path]:
    """Return the folders of all encoders exported into a home, those of interrupted exports included."""
    return sorted(path for path in (home / FOLDER).glob("*") if KEY.fullmatch(path.name.removeprefix(EXPORTING)))


def seal(folder: Path, identity: EncoderIdentity) -> None:
    """Write the manifest of the exported files, last of all."""
    files = {name: durable.checksum(folder / name) for name in (MODEL, TOKENIZER)}
    described = {"format": FORMAT, "identity": asdict(identity), "files": files}
    durable.write(folder / MANIFEST, json.dumps(described, indent=1).encode())
    durable.sync_folder(folder)


def verify(folder: Path) -> None:
    """Check format, identity and the checksum of both files. Raises EncoderUntrusted naming what is missing or changed."""
    try:
        held = json.loads((folder / MANIFEST).read_bytes())
        if held["format"] != FORMAT:
            raise EncoderUntrusted(f"The exported encoder {folder} has format {held['format']}, this version reads {FORMAT}.", AGAIN)
        if _key(EncoderIdentity(**held["identity"])) != folder.name.removeprefix(EXPORTING):
            raise EncoderUntrusted(f"The exported encoder {folder} was made from another one.", AGAIN)
        for name in (MODEL, TOKENIZER):
            if durable.checksum(folder / name) != held["files"][name]:
                raise EncoderUntrusted(f"File {name} of the exported encoder {folder} was changed.", AGAIN)
    except OSError as error:
        raise EncoderUntrusted(f"The exported encoder {folder} lacks {Path(error.filename or MANIFEST).name}.", AGAIN) from error
    except (ValueError, KeyError, TypeError) as error:
        raise EncoderUntrusted(f"The manifest of the exported encoder {folder} cannot be read.", AGAIN) from error


def _key(identity: EncoderIdentity) -> str:
    return hashlib.sha256(repr(identity).encode()).hexdigest()[:16]
