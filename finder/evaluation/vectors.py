"""The baselines' passage vectors: embedded once for a collection and an encoder, then read from disk."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models import durable
from models.encoder import Encoder

Slice = tuple[Path, list[int]]  # a file and the texts whose vectors it holds
SLICE = 1024  # texts
LABEL = "Embedding the baselines' passages"


def passage_vectors(texts: Sequence[str], encoder: Encoder, folder: Path) -> NDArray[np.float32]:
    """Return unit vectors (len(texts), dim), from `folder` where these texts were embedded by this encoder before.

    They are kept in slices, so that an interrupted run goes on where it stopped, under a name made of the texts and the
    encoder, so that a change of either finds no stale vectors.
    """
    home = folder / f"vectors-{_key(texts, encoder)}"
    # Long texts first: batches hold texts of like length, and the estimate of the time left errs on the safe side.
    order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
    slices = {home / f"{start}.npy": order[start : start + SLICE] for start in range(0, len(order), SLICE)}
    home.mkdir(parents=True, exist_ok=True)
    missing = [(path, chosen) for path, chosen in slices.items() if not path.is_file()]
    for path, chosen in _watched(missing):
        aside = path.with_name(f".{path.name}")
        durable.write_array(aside, encoder.encode([texts[index] for index in chosen]))
        durable.rename(aside, path)
    vectors = np.zeros((len(texts), encoder.identity.dimension), np.float32)
    for path, chosen in slices.items():
        vectors[chosen] = np.load(path, allow_pickle=False)
    return vectors


def _watched(slices: Sequence[Slice]) -> Iterator[Slice]:
    """Yield the slices while telling on stderr how far they are: a bar on a terminal, plain lines elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    total = sum(len(chosen) for _, chosen in slices)
    started, done = time.monotonic(), 0
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(LABEL, total=total)
        for path, chosen in slices:
            yield path, chosen
            done += len(chosen)
            progress.advance(task, len(chosen))
            if not console.is_terminal and done < total:
                left = (time.monotonic() - started) / done * (total - done)
                console.print(f"{LABEL}: {done} of {total}, about {left:.0f} s left", highlight=False, soft_wrap=True)


def _key(texts: Sequence[str], encoder: Encoder) -> str:
    digest = hashlib.sha256(json.dumps(asdict(encoder.identity), sort_keys=True).encode())
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8) + content)
    return digest.hexdigest()[:24]
