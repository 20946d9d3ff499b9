"""The two processes of tests/test_push.py: a service that takes pushes, and an indexer that takes them in. Both may be killed anywhere."""

import logging
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from werkzeug.serving import make_server

from finder.service import Finder
from finder.web.app import create_app
from indexer import inbox
from indexer.lock import locked
from indexer.store import Policy
from models.analyzer import language
from models.database import connect
from models.errors import DatabaseUnavailable
from models.settings import load_settings
from tests.fake_encoder import FakeEncoder

language("What loads at its first use is loaded once, in the process that all are forked from.", "en")


def serve(home: Path, begun: Event, port: int) -> None:
    """Serve the API of a home, a thread for each request."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    settings = load_settings(home=home, requests_per_minute=1_000_000)
    server = make_server("127.0.0.1", port, create_app(settings, Finder.open(settings, FakeEncoder())), threaded=True)
    begun.set()
    server.serve_forever()


def drain(home: Path, begun: Event) -> None:
    """Take in what is pushed, a few records a transaction, without end."""
    inbox.BATCH = 4
    begun.set()
    engine = connect(load_settings(home=home))
    with locked(home):
        while True:
            try:
                inbox.take(engine, Policy())
            except DatabaseUnavailable:  # busy with pushes: the next round goes on where this one ended
                continue
            time.sleep(0.01)
