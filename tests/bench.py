"""`make bench`: what the product adds to the bare encoder, as ratios from one run. Shared machines drift, so no test asserts these."""

import gzip
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import psutil
from rich.console import Console
from rich.table import Table

from finder.encoder import describe
from models.settings import load_settings

WARM = 100
CLIENTS = WORKERS = 2
READY_SECONDS = 120
T = TypeVar("T")
LOAD_MODEL = "from models.encoder import load_encoder as l; from models.settings import load_settings as s; l(s()).load()"


@click.command()
@click.argument("collection", type=click.Path(path_type=Path, exists=True))
@click.option("--every", default=8, show_default=True, help="Index every n-th document for the indexing figures; 1 takes them all.")
@click.option("--home", type=click.Path(path_type=Path, exists=True), help="A home that already holds the whole collection, to be served.")
def bench(collection: Path, every: int, home: Path | None) -> None:
    """Measure indexing COLLECTION and answering its questions on this machine."""
    table = Table("figure", "measured", "asked", title=f"{collection.name} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        sample = _sample(collection, Path(folder) / collection.name, every)
        for row in indexing(sample, Path(folder) / "home"):
            table.add_row(*row)
        for row in answering(home or Path(folder) / "home", _questions(collection)):
            table.add_row(*row)
    Console(width=110).print(table)


def indexing(source: Path, home: Path) -> Iterator[tuple[str, str, str]]:
    """Index a collection twice, and encode the same passages with nothing but the encoder."""
    from indexer.build import Tools, build
    from indexer.connectors.collection import Collection
    from indexer.corpus import read_bodies, read_corpus
    from indexer.export import export
    from indexer.passages import prefixed
    from indexer.progress import Silent
    from indexer.store import ingest
    from models.database import connect, upgrade
    from models.encoder import BATCH, load_encoder

    settings = load_settings(home=home)
    upgrade(settings)
    engine, encoder = connect(settings), load_encoder(settings, os.cpu_count())
    encoder.encode(["warm up"])
    tools = Tools(settings, engine, encoder, Silent())
    first, built = _timed(lambda: (ingest(engine, "bench", Collection(source)), build(tools))[1])
    again, _ = _timed(lambda: (ingest(engine, "bench", Collection(source)), build(tools)))
    documents = list(read_corpus(engine).documents)
    texts = [
        prefixed(document.title, span.heading, body[span.start : span.end])
        for document, body, spans in read_bodies(engine, documents)
        for span in spans
    ]
    texts.sort(key=len, reverse=True)
    bare, _ = _timed(lambda: encoder._model.encode(texts, batch_size=BATCH, show_progress_bar=False))
    yield "passages indexed a second, whole build", f"{built.passages / first:.1f}", ""
    yield "passages a second, bare encoder, same texts", f"{len(texts) / bare:.1f}", ""
    yield "share of the bare encoder's speed", f"{bare / first:.0%}", "85 % at least"
    yield "unchanged re-index, share of the first", f"{again / first:.2%}", "3 % at most"
    exporting, notice = _timed(lambda: export(encoder, home))
    yield "exporting the encoder, once for each encoder", notice or f"{exporting:.1f} s", ""


def answering(home: Path, questions: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Serve a home with two workers and ask every question once, after a warm-up."""
    yield "encoder of the service", describe(load_settings(home=home)), ""
    bare_start, _ = _timed(lambda: subprocess.run([sys.executable, "-c", LOAD_MODEL], check=True))
    with _serving(home) as (address, process, ready):
        yield "ready, beyond importing torch and loading the model", f"{ready - bare_start:.1f} s", "3 s at most"
        order = random.Random(1).sample(list(questions), len(questions))
        _ask(address, [f"warm up {number} {question}" for number, question in enumerate(order[:WARM])])
        took = sorted(_ask(address, order))
        own = [worker.memory_full_info().uss / 1e6 for worker in process.children()]
    encoded = _bare_questions(order)
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
    yield "bare encoding of a question, p50", f"{encoded * 1000:.1f} ms", ""
    yield "search over HTTP, p50", f"{p50 * 1000:.1f} ms", ""
    yield "p50 over bare encoding", f"{p50 / encoded:.2f}", "3 at most"
    yield "p99 over p50", f"{p99 / p50:.2f}", "3 at most"
    yield "a worker's own memory (USS), largest", f"{max(own):.0f} MB", "150 MB at most"


def _bare_questions(questions: Sequence[str]) -> float:
    """Return the median seconds to encode a question, in as many processes at a time as there are clients."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(questions, file)
        file.flush()
        code = (
            "import json, sys, time\n"
            "from models.encoder import load_encoder\nfrom models.settings import load_settings\n"
            "encoder = load_encoder(load_settings())\nencoder.encode(['warm up'] * 3)\n"
            "for question in json.load(open(sys.argv[1])):\n"
            "    start = time.perf_counter(); encoder.encode([question]); print(time.perf_counter() - start)\n"
        )
        runs = [subprocess.Popen([sys.executable, "-c", code, file.name], stdout=subprocess.PIPE, text=True) for _ in range(CLIENTS)]
        return statistics.median(float(line) for run in runs for line in run.communicate()[0].split())


def _ask(address: str, questions: Sequence[str]) -> list[float]:
    """Ask in a closed loop of CLIENTS; return the seconds each answer took."""

    def one(question: str) -> float:
        start = time.perf_counter()
        with urllib.request.urlopen(f"{address}/api/v1/search?q={urllib.parse.quote(question)}") as answer:
            content = answer.read()
        took = time.perf_counter() - start
        held: Any = json.loads(content)
        assert held["question"] == question
        return took

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, questions))


@contextmanager
def _serving(home: Path) -> Iterator[tuple[str, psutil.Process, float]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"FINDER_HOME": str(home), "FINDER_REQUESTS_PER_MINUTE": "1000000"}
    start = time.perf_counter()
    command = [sys.executable, "-m", "finder", "serve", "--port", str(port), "--workers", str(WORKERS)]
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        while not _answers(f"{address}/readyz"):
            assert process.poll() is None, "the service ended before it was ready"
            assert time.perf_counter() - start < READY_SECONDS, "the service is not ready"
            time.sleep(0.05)
        yield address, psutil.Process(process.pid), time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def _sample(collection: Path, target: Path, every: int) -> Path:
    target.mkdir(parents=True)
    for path in collection.glob("people.jsonl*"):
        shutil.copy(path, target)
    lines = list(_lines(collection, "documents"))[::every]
    (target / "documents.jsonl").write_text("".join(lines), encoding="utf-8")
    return target


def _questions(collection: Path) -> list[str]:
    return [json.loads(line)["text"] for line in _lines(collection, "queries")]


def _lines(collection: Path, name: str) -> Iterable[str]:
    path = next(collection.glob(f"{name}.jsonl*"))
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from file


if __name__ == "__main__":
    bench()
