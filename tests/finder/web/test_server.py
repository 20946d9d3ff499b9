"""The service as it runs: gunicorn, workers forked after the weights are mapped, the real encoder as the indexer exported it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from finder import keys
from finder.keys import Scope, Wish
from finder.web.pages import EXAMPLES
from models.database import connect
from models.encoder import load_encoder
from models.settings import Settings
from tests.world import World, document, person

CANARY = "zanzibarcanary"


@dataclass
class Running:
    """A service in processes of its own."""

    port: int
    home: Path
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def raw(self, sent: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(sent)
            received = b""
            while part := connection.recv(65536):
                received += part
        return received


def environment(home: Path) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("FINDER_")}, "FINDER_HOME": str(home)}


@pytest.fixture(scope="module")
def running(exported: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    world = World(tmp_path_factory.mktemp("running"), [person("ada"), person("bob")])
    world.documents = [
        document("d1", "Crane brakes", "Adjust the brakes before a storm.", ["ada"]),
        document("d2", "Canteen", "Soup.", ["bob"]),
    ]
    world.encoder = load_encoder(Settings())  # type: ignore[assignment]
    world.ingest()
    world.build()
    exported(world.settings.home)
    home, log = world.settings.home, world.folder / "log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "finder", "serve", "--port", str(port), "--examples"], env=environment(home), stderr=stderr
        )
    service = Running(port, home, process, log)
    try:
        await_ready(service)
        yield service
    finally:
        process.kill()
        process.wait()


def await_ready(service: Running) -> None:
    for _ in range(300):
        try:
            if service.get("/readyz")[0] == 200:
                return
        except OSError:
            assert service.process.poll() is None, service.log.read_text()
        time.sleep(0.2)
    pytest.fail("the service did not become ready: " + service.log.read_text())


def test_forked_workers_answer_like_the_command_line(running: Running) -> None:
    status, body = running.get("/api/v1/search?q=repairing+lifting+gear&limit=5")
    assert status == 200
    assert json.loads(body)["people"][0]["id"] == "ada"
    command = [sys.executable, "-m", "finder", "search", "repairing lifting gear", "--json"]
    printed = subprocess.run(command, env=environment(running.home), capture_output=True, check=True)
    assert json.loads(printed.stdout) == json.loads(body)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has mapped")
def test_workers_share_the_encoder_and_know_nothing_of_torch(running: Running) -> None:
    for _ in range(6):
        assert running.get("/api/v1/search?q=who+repairs+lifting+gear+after+a+storm")[0] == 200
    workers = psutil.Process(running.process.pid).children()
    assert len(workers) == 2
    for worker in workers:
        mapped = {Path(part.path).name for part in worker.memory_maps()}
        assert any("onnxruntime" in name for name in mapped)
        assert not any("torch" in name for name in mapped)
        assert worker.memory_full_info().uss < 150e6


def test_what_is_no_request_is_refused_in_words_that_quote_nothing(running: Running) -> None:
    canary = CANARY.encode()
    head = b"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    answers = {
        b"414": running.raw(b"GET /api/v1/search?q=" + canary * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        b"431": running.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-" + canary + b": " + b"a" * 20_000 + b"\r\n\r\n"),
        b"413": running.raw(head + b"Content-Length: 1000000\r\n\r\n" + b" " * 1_000_000),
        b"400": running.raw(canary + b"\r\n\r\n"),
        b"400 ": running.raw(head + b"Transfer-Encoding: chunked\r\n\r\nzz" + canary + b"\r\n"),
        b"400  ": running.raw(head + b"Transfer-Encoding: " + canary + b"\r\n\r\n"),
    }
    for status, answer in answers.items():
        assert answer.startswith(b"HTTP/1.1 " + status.strip()), answer[:200]
        assert b"application/problem+json" in answer
        assert canary not in answer
    assert CANARY not in running.log.read_text()


def test_the_log_is_json_apart_from_the_address(running: Running) -> None:
    running.get("/api/v1/search?q=" + CANARY)
    lines = [line for line in running.log.read_text().splitlines() if line.startswith("{")]
    assert json.loads(lines[-1])["route"] == "/api/v1/search"
    log = running.log.read_text()
    assert f"Ready at http://127.0.0.1:{running.port}\nTry asking:\n" in log
    assert all(question in log for question in EXAMPLES)


def test_figures_are_of_all_workers(running: Running) -> None:
    key = keys.create(connect(Settings(home=running.home)), Wish("metrics", frozenset({Scope.ADMIN})), "test")
    asked = 12
    for _ in range(asked):
        running.get("/healthz")
    _, figures = running.get("/metrics", Authorization=f"Bearer {key}")
    line = next(line for line in figures.decode().splitlines() if 'endpoint="operation.alive"' in line and "requests_total" in line)
    assert float(line.split()[-1]) >= asked


def test_it_stops_when_told_and_finishes_what_it_began(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=30) == 0


@pytest.mark.parametrize(("arguments", "words"), [(["--host", "0.0.0.0"], "FINDER_DEMO=true"), ([], "indexer")])
def test_a_service_that_may_not_or_cannot_start_says_why(tmp_path: Path, arguments: list[str], words: str) -> None:
    from models.database import upgrade

    if arguments:
        upgrade(Settings(home=tmp_path))
    command = [sys.executable, "-m", "finder", "serve", *arguments]
    failed = subprocess.run(command, env=environment(tmp_path), capture_output=True, check=False, timeout=60)
    assert failed.returncode == 1
    assert words in failed.stderr.decode()
    assert "Traceback" not in failed.stderr.decode()
