"""The service under gunicorn: weights and index are mapped before the workers are forked, and nothing is computed until after."""

import gc
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http import errors as http_errors
from gunicorn.util import write_nonblock
from gunicorn.workers.sync import SyncWorker

from finder.encoder import question_encoder
from finder.web import logs
from finder.web.problems import MEDIA_TYPE, TYPE, Problem, body
from models.settings import Settings

FIGURES = "PROMETHEUS_MULTIPROC_DIR"
ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
LONGEST_LINE = 8190  # bytes of a request line, gunicorn's most; longer questions are posted
TOO_LONG = Problem(414, TYPE + "uri-too-long", "The address is too long", None, "POST the question to /api/v1/search as JSON.")
TOO_MANY = Problem(431, TYPE + "headers-too-large", "The headers are too large")
UNREADABLE = Problem(400, TYPE + "bad-request", "This is no HTTP request that can be served")
OURS = Problem(500, TYPE + "failed", "The service failed")
REASONS = {400: "Bad Request", 414: "URI Too Long", 431: "Request Header Fields Too Large", 500: "Internal Server Error"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, and with how many processes."""

    host: str
    port: int
    workers: int

    @property
    def bind(self) -> str:
        """The address as gunicorn writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Worker(SyncWorker):
    """Answers what is no HTTP with a problem document, and logs no part of what was sent."""

    def handle_error(self, req: object, client: Any, addr: object, exc: BaseException) -> None:
        """Answer a request that never reached the application."""
        problem = _refusal(exc)
        self.log.warning("request refused before it was read: %s", type(exc).__name__)
        content = body(problem)
        head = (
            f"HTTP/1.1 {problem.status} {REASONS[problem.status]}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Cache-Control: private, no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        try:
            write_nonblock(client, head.encode("latin-1") + content)
        except OSError as error:
            self.log.debug("nobody is left to tell: %s", type(error).__name__)


class Log(Logger):
    """Gunicorn's own words, through the same door as ours."""

    def setup(self, cfg: Config) -> None:
        """Leave the handlers to the root logger."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class Service(BaseApplication):
    """Gunicorn around the application of one installation."""

    def __init__(self, settings: Settings, address: Address, *, examples: bool) -> None:
        self._settings = settings
        self._address = address
        self._examples = examples
        self._finder: Any = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to run."""
        options: dict[str, object] = {
            "bind": self._address.bind,
            "workers": self._address.workers,
            "worker_class": Worker,
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": 30,
            "limit_request_line": LONGEST_LINE,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - heartbeats must not wait for a disk
            "proc_name": "finder",
            "post_worker_init": self._warm,
            "pre_fork": lambda _server, _worker: gc.freeze(),
            "when_ready": lambda _server: self._announce(),
            "child_exit": _forget,
            "loglevel": "warning",
            "logger_class": Log,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:  # type: ignore[override]  # the stubs know of environ as any mapping
        """Put the application together, once, before the workers are forked."""
        from finder.service import Finder
        from finder.web.app import create_app

        encoder = question_encoder(self._settings)
        encoder.load()
        self._finder = Finder.open(self._settings, encoder)
        app = create_app(self._settings, self._finder)
        # A connection shared by several processes would mix up their answers.
        self._finder.engine.dispose()
        gc.collect()
        return app

    def _warm(self, _worker: object) -> None:
        # The first forward pass runs here: thread pools do not survive a fork.
        self._finder.ready()

    def _announce(self) -> None:
        host = "127.0.0.1" if self._address.host in ("0.0.0.0", "::") else self._address.host  # noqa: S104 - compared, not bound
        lines = [f"Ready at http://{f'[{host}]' if ':' in host else host}:{self._address.port}"]
        if self._examples:
            from finder.web.pages import EXAMPLES

            lines += ["Try asking:", *(f"  {question}" for question in EXAMPLES)]
        sys.stderr.write("\n".join(lines) + "\n")


def serve(settings: Settings, address: Address, *, examples: bool = False) -> None:
    """Run the service until it is told to stop, with some questions to try if wished. Raises what keeps it from starting."""
    for name in ONE_THREAD:  # read when the libraries are loaded; one thread each, as every worker has a core
        os.environ.setdefault(name, str(settings.threads))
    folder = settings.metrics_dir or settings.home / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[FIGURES] = str(folder)
    logs.configure()
    Service(settings, address, examples=examples).run()


def _refusal(error: BaseException) -> Problem:
    if isinstance(error, http_errors.LimitRequestLine):
        return TOO_LONG
    if isinstance(error, http_errors.LimitRequestHeaders):
        return TOO_MANY
    return UNREADABLE if isinstance(error, http_errors.ParseException) else OURS


def _forget(_server: object, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
