"""A tiny model with random weights stands for any: what is exported must be what it computes."""

import json
from pathlib import Path

import pytest

from indexer.export import export
from models.encoder import SentenceEncoder
from models.exported import EXPORTING, MODEL, every, place, verify

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] a the who is slow query pump vacuum word".split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel, BertTokenizer

    made = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, max_position_embeddings=64,
        initializer_range=1.0,
    )  # fmt: skip
    BertModel(config).save_pretrained(made / "bert")
    BertTokenizer(vocab={word: number for number, word in enumerate(WORDS)}).save_pretrained(made / "bert")
    transformer = Transformer(str(made / "bert"), max_seq_length=16)
    SentenceTransformer(modules=[transformer, Pooling(32), Normalize()], device="cpu").save(str(made / "model"))
    return made / "model"


@pytest.fixture
def encoder(folder: Path) -> SentenceEncoder:
    return SentenceEncoder("tiny", folder, 1)


def prompted(folder: Path, target: Path) -> SentenceEncoder:
    """The same model, putting words of its own before every text: what an export does not do."""
    target.mkdir()
    for path in folder.rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    described = target / "config_sentence_transformers.json"
    held = json.loads(described.read_text())
    described.write_text(json.dumps(held | {"prompts": {"all": "slow pump "}, "default_prompt_name": "all"}))
    return SentenceEncoder("prompted", target, 1)


def test_an_encoder_is_exported_once_and_made_anew_when_it_was_damaged(encoder: SentenceEncoder, tmp_path: Path) -> None:
    assert export(encoder, tmp_path) == ""
    (made,) = every(tmp_path)
    assert made == place(tmp_path, encoder.identity)
    verify(made)
    before = (made / MODEL).stat().st_ino
    assert export(encoder, tmp_path) == ""
    assert (made / MODEL).stat().st_ino == before
    (made / MODEL).write_bytes(b"damaged")
    assert export(encoder, tmp_path) == ""
    verify(made)


def test_what_other_encoders_and_interrupted_exports_left_is_removed_and_nothing_else(encoder: SentenceEncoder, tmp_path: Path) -> None:
    for name in ("0123456789abcdef", f"{EXPORTING}0123456789abcdef", "a-model-of-somebody"):
        (tmp_path / "encoder" / name).mkdir(parents=True)
    assert export(encoder, tmp_path) == ""
    names = {path.name for path in (tmp_path / "encoder").iterdir()}
    assert names == {"a-model-of-somebody", place(tmp_path, encoder.identity).name}


def test_an_export_that_gives_other_vectors_is_not_kept(folder: Path, tmp_path: Path) -> None:
    notice = export(prompted(folder, tmp_path / "model"), tmp_path)
    assert "by the model itself" in notice
    assert "its vectors are not the model's" in notice
    assert "\n" not in notice
    assert list((tmp_path / "encoder").iterdir()) == []


def test_an_export_that_fails_is_a_notice(encoder: SentenceEncoder, tmp_path: Path) -> None:
    (tmp_path / "encoder").write_text("in the way")
    assert "by the model itself" in export(encoder, tmp_path)
