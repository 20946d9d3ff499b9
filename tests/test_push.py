"""Records pushed by many at once while service and indexer are killed: nothing acknowledged is lost, nothing is doubled.

FINDER_SOAK=n pushes n times as many records.
"""

import http.client
import json
import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from sqlalchemy import func, select

from finder import keys
from finder.keys import Scope, Wish
from indexer.inbox import waiting
from models.database import connect, reading
from models.tables import Document, Passage, Run
from models.told import Fate, Inbox, Job
from tests import crash_push
from tests.world import World, document, person

SEED = 20250304
RECORDS = 100 * int(os.environ.get("FINDER_SOAK", "1"))
CLIENTS = 8
SECONDS = 120 + RECORDS / 5
CONTEXT = get_context("forkserver")


@dataclass
class Killed:
    """A process that is killed at random moments after it has begun and started again, until it is told to stop."""

    start: Callable[[Event], BaseProcess]
    longest: float  # seconds of a life; grows a little each time, so that a slow machine gets there too
    chance: random.Random
    kills: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stopping.is_set():
            begun = CONTEXT.Event()
            process = self.start(begun)
            begun.wait(30)
            self.stopping.wait(self.chance.uniform(0, self.longest))
            self.longest *= 1.1
            self.kills += process.is_alive()
            process.kill()
            process.join()


def pushes(chance: random.Random) -> list[tuple[str, list[dict[str, object]]]]:
    """Cut the records into pushes of one to ten, each with a key of its own."""
    rows = [{"id": f"r{n}", "title": f"Record {n}", "text": f"Words of {n}. " * chance.randint(1, 200)} for n in range(RECORDS)]
    cut: list[tuple[str, list[dict[str, object]]]] = []
    while rows:
        size = chance.randint(1, 10)
        cut.append((f"push-{len(cut)}", rows[:size]))
        rows = rows[size:]
    return cut


def send(port: int, header: dict[str, str], push: tuple[str, list[dict[str, object]]], deadline: float) -> str:
    """Push until it is acknowledged, as a careful client does; return the job."""
    name, rows = push
    headers = {**header, "Content-Type": "application/json", "Idempotency-Key": name}
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("POST", "/api/v1/records?source=wiki", json.dumps(rows), headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.02)
            continue
        finally:
            connection.close()
        if answer.status == 202:
            return str(body["job"])
        assert answer.status == 503, body
    raise TimeoutError(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada")], [], [document("d1", "Slow queries", "Vacuum sleeps.", ["ada"])])
    world.open().engine.dispose()
    home, port, chance = world.settings.home, free_port(), random.Random(SEED)
    engine = connect(world.settings)
    header = {"Authorization": f"Bearer {keys.create(engine, Wish('test', frozenset({Scope.INGEST})), 'test')}"}
    CONTEXT.set_forkserver_preload(["tests.crash_push"])

    def started(target: Callable[..., None], *arguments: object) -> BaseProcess:
        process = CONTEXT.Process(target=target, args=arguments)
        process.start()
        return process

    service = Killed(lambda begun: started(crash_push.serve, home, begun, port), 0.3, random.Random(SEED + 1))
    indexer = Killed(lambda begun: started(crash_push.drain, home, begun), 0.05, random.Random(SEED + 2))
    threads = [threading.Thread(target=killed.run) for killed in (service, indexer)]
    sent, begun = pushes(chance), time.monotonic()
    try:
        for thread in threads:
            thread.start()
        with ThreadPoolExecutor(CLIENTS) as clients:
            jobs = list(clients.map(lambda push: send(port, header, push, begun + SECONDS), sent))
        acknowledged = time.monotonic() - begun
        while waiting(engine) and time.monotonic() < begun + SECONDS:
            time.sleep(0.05)
        taken = time.monotonic() - begun
    finally:
        for killed in (service, indexer):
            killed.stopping.set()
        for thread in threads:
            thread.join()

    expected = {row["id"]: row["text"] for _, rows in sent for row in rows}
    with reading(engine) as session:
        stored = session.execute(select(Document.public_id, Document.body).where(Document.public_id != "d1")).all()
        fates = Counter(session.scalars(select(Inbox.fate)))
        counted = session.execute(select(func.sum(Run.changed), func.sum(Run.unchanged), func.sum(Run.deleted)).where(Run.id > 1)).one()
        firsts = session.scalar(select(func.count()).select_from(Passage).where(Passage.ordinal == 0))
        numbers = set(session.scalars(select(Job.id)))
    engine.dispose()
    print(
        f"{RECORDS} records in {len(sent)} pushes by {CLIENTS} clients, seed {SEED}: service killed {service.kills} times, "
        f"indexer {indexer.kills}; all acknowledged after {acknowledged:.1f} s, all taken in after {taken:.1f} s"
    )
    assert numbers == set(jobs), "a repeat is the same job, and none is there that nobody was told of"
    assert fates == {Fate.STORED: RECORDS}
    assert len(stored) == RECORDS
    assert dict(stored) == expected
    assert tuple(counted) == (RECORDS, 0, 0), "each was taken in once"
    assert firsts == RECORDS + 1
    assert service.kills > 0
    assert indexer.kills > 1
