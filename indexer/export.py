"""Exports the encoder to ONNX, once for each model, so that the finder encodes questions without torch."""

import logging
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models import durable
from models.encoder import LONGEST_INPUT, SentenceEncoder
from models.errors import EncoderUntrusted
from models.exported import EXPORTING, IDS, MASK, MODEL, TOKENIZER, VECTOR, OnnxEncoder, every, place, seal, verify

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SAME = 0.9999  # the least cosine between the vectors of the exported and of the trained model
PROBES = (
    "How do I find out why a query is slow?",
    "vacuum",
    "a",
    " ",
    "?!",
    "Who has renewed the certificates of the pump controllers,\n\n and where is it written down?",
    "C++ and node.js, x-ray, 10.0.0.5, ticket #4711",
    "Wer kümmert sich um die Größenänderung der Zählerstände?",
    "誰が水道メーターの担当ですか",
    "Кто отвечает за сертификаты?",
    "من يعرف كيف تعمل المضخة؟",
    "The merger was announced on Monday. " * 30,
    "word " * LONGEST_INPUT,
)


def export(encoder: SentenceEncoder, home: Path) -> str:
    """See that the encoder stands exported in the home, and no other one; return a notice where it cannot be, else nothing.

    What is there and sound is left alone. An export is kept only if it gives the vectors of the model itself.
    """
    folder = place(home, encoder.identity)
    aside = folder.with_name(EXPORTING + folder.name)
    sound = _sound(folder)
    try:
        for path in every(home):
            if not (sound and path == folder):
                shutil.rmtree(path)
        if not sound:
            aside.mkdir(parents=True)
            _write(encoder, aside)
            durable.rename(aside, folder)
    except Exception as error:  # noqa: BLE001 - torch raises anything for a model it cannot export, and the index is sound without
        shutil.rmtree(aside, ignore_errors=True)
        reason = (str(error).strip().splitlines() or [""])[0]
        return f"Questions go on being encoded by the model itself, as it could not be exported: {type(error).__name__} {reason}".strip()
    return ""


def _sound(folder: Path) -> bool:
    try:
        verify(folder)
    except EncoderUntrusted:
        return False
    return True


def _write(encoder: SentenceEncoder, folder: Path) -> None:
    model = encoder.model().float().eval()
    expected = np.concatenate([model.encode([text[:LONGEST_INPUT]], show_progress_bar=False, normalize_embeddings=True) for text in PROBES])
    # By now the tokenizer cuts to the model's window; in the export no text has a neighbour to be padded to.
    tokenizer = type(model.tokenizer.backend_tokenizer).from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    durable.write(folder / TOKENIZER, tokenizer.to_str().encode())
    _trace(model, folder / MODEL)
    durable.sync_file(folder / MODEL)
    seal(folder, encoder.identity)
    exported = OnnxEncoder(folder, encoder.identity, 1)
    exported.load()
    least = float(np.min(np.sum(exported.encode(PROBES) * expected, axis=1)))
    if not least >= SAME:
        raise EncoderUntrusted(f"its vectors are not the model's (cosine {least:.4f}).")


def _trace(model: "SentenceTransformer", file: Path) -> None:
    """Write the model, from token ids to sentence vector, for any number of texts of any length."""
    import torch

    class Sentence(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, mask: Any) -> Any:
            features = {IDS: ids, MASK: mask}
            for module in self.model:
                features = module(features)
            return features[VECTOR]

    ids = torch.ones(2, 8, dtype=torch.int64)
    free = dict.fromkeys((0, 1), torch.export.Dim.DYNAMIC)
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it tells of operators of a library that is not installed
    try:
        with warnings.catch_warnings(action="ignore"):  # of one library to another, on their own deprecations
            torch.onnx.export(
                Sentence().eval(),
                (ids, torch.ones_like(ids)),
                file,
                input_names=[IDS, MASK],
                output_names=[VECTOR],
                dynamic_shapes=(free, free),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    finally:
        logger.setLevel(level)
