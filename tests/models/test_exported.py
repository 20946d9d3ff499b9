import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.encoder import EncoderIdentity, load_encoder
from models.errors import EncoderUntrusted
from models.exported import MANIFEST, MODEL, TOKENIZER, OnnxEncoder, every, place, seal, verify
from models.settings import load_settings
from tests.models.test_encoder import TEXTS

IDENTITY = EncoderIdentity("example", "0" * 64, "0" * 64, 8)

# Loads it, forks, and lets both answer: what a master process and its workers do.
FORKED = """
import os, sys
from pathlib import Path
import numpy as np
import psutil
from models.encoder import load_encoder
from models.exported import OnnxEncoder, place
from models.settings import load_settings

home, threads = Path(sys.argv[1]), int(sys.argv[2])
identity = load_encoder(load_settings()).identity
encoder = OnnxEncoder(place(home, identity), identity, threads)
before = psutil.Process().num_threads()
encoder.load()
assert "onnxruntime" in sys.modules
assert psutil.Process().num_threads() == before, "a fork would lose them"
reader, writer = os.pipe()
if os.fork() == 0:
    os.write(writer, encoder.encode(["slow queries"]).tobytes())
    assert psutil.Process().memory_full_info().uss < 150e6
    os._exit(0)
os.close(writer)
with os.fdopen(reader, "rb") as file:
    answered = np.frombuffer(file.read(), np.float32)
_, status = os.wait()
assert status == 0
assert np.array_equal(answered, encoder.encode(["slow queries"])[0])
assert not {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
assert not psutil.Process().net_connections()
print("answered")
"""


@pytest.fixture(scope="module")
def home(exported: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home")
    exported(made)
    return made


@pytest.fixture(scope="module")
def encoder(home: Path) -> OnnxEncoder:
    identity = load_encoder(load_settings()).identity
    return OnnxEncoder(place(home, identity), identity, 1)


def test_its_vectors_are_those_of_the_model_itself(encoder: OnnxEncoder) -> None:
    found = encoder.encode(TEXTS)
    assert (found.shape, found.dtype) == ((len(TEXTS), 384), np.float32)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-6)
    model = load_encoder(load_settings())
    # Where the processor makes bfloat16 worth while, the model itself rounds to three digits.
    assert (np.sum(found * np.vstack([model.encode([text]) for text in TEXTS]), axis=1) > 0.999).all()


def test_a_text_gives_the_same_bytes_whatever_is_encoded_with_it(encoder: OnnxEncoder) -> None:
    together = encoder.encode(TEXTS)
    for row in reversed(range(len(TEXTS))):
        assert encoder.encode([TEXTS[row]]).tobytes() == together[row].tobytes()


def test_no_texts_give_no_vectors(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_forked_child_answers_without_torch_and_nobody_is_told_of_it(home: Path, tmp_path: Path, threads: int) -> None:
    """Nor is anything left in the user's own folder, where the runtime would otherwise keep what it reports."""
    environment = {name: value for name, value in os.environ.items() if name not in ("ORT_DISABLE_TELEMETRY", "CI")}
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(home), str(threads)],
        env=environment | {"HOME": str(tmp_path), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.stdout.strip(), done.returncode) == ("answered", 0), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_files_of_another_encoder_are_not_used(home: Path, encoder: OnnxEncoder) -> None:
    other = place(home, IDENTITY)
    assert other != every(home)[0]
    with pytest.raises(EncoderUntrusted, match=f"lacks {MANIFEST}"):
        OnnxEncoder(other, IDENTITY, 1).load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files with a manifest that is right about them."""
    made = place(tmp_path, IDENTITY)
    made.mkdir(parents=True)
    (made / MODEL).write_bytes(b"model")
    (made / TOKENIZER).write_bytes(b"{}")
    seal(made, IDENTITY)
    verify(made)
    return made


@pytest.mark.parametrize("name", [MODEL, TOKENIZER, MANIFEST])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EncoderUntrusted, match=f"lacks {name}"):
        verify(folder)


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_changed_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"other")
    with pytest.raises(EncoderUntrusted, match=f"{name} .* was changed"):
        verify(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1, "identity": {}, "files": {}}'])
def test_an_unreadable_manifest_is_named(folder: Path, content: str) -> None:
    (folder / MANIFEST).write_text(content)
    with pytest.raises(EncoderUntrusted, match="cannot be read"):
        verify(folder)


@pytest.mark.parametrize(("changed", "said"), [({"format": 0}, "format 0"), ({"identity": ["other"]}, "from another one")])
def test_another_format_or_origin_is_refused(folder: Path, changed: dict[str, object], said: str) -> None:
    held = json.loads((folder / MANIFEST).read_text())
    if "identity" in changed:
        changed = {"identity": held["identity"] | {"name": "other"}}
    (folder / MANIFEST).write_text(json.dumps(held | changed))
    with pytest.raises(EncoderUntrusted, match=said):
        verify(folder)


def test_what_the_runtime_cannot_open_is_refused_though_its_checksum_is_right(folder: Path) -> None:
    with pytest.raises(EncoderUntrusted, match="cannot be opened"):
        OnnxEncoder(folder, IDENTITY, 1).load()
