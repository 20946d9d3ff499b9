from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from models.database import connect, reading, upgrade, writing
from models.retention import expire
from models.settings import load_settings
from models.tables import Base
from models.told import WorkbenchCandidate, WorkbenchDecision, WorkbenchRequirement, WorkbenchSearch


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    settings = load_settings(home=tmp_path)
    upgrade(settings)
    made = connect(settings)
    now = datetime.now(UTC)
    with writing(made) as session:
        session.execute(text("insert into source (id, name, kind, location) values (1, 's', 'k', 'l')"))
        for number, (listed, active, paused) in enumerate(((1, 1, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)), start=1):
            session.execute(
                text(
                    "insert into person (id, public_id, source_id, name, languages, emails, listed, active, opted_out, content_hash,"
                    " access_revision)"
                    f" values ({number}, 'p{number}', 1, 'n', '[]', '[]', {listed}, {active}, {paused}, x'', 0)"
                )
            )
        for name, days in (("old", 181), ("new", 179)):
            session.add(
                WorkbenchSearch(id=name, owner="rita", purpose="why", description="", created=now - timedelta(days=days), blind=True)
            )
            session.flush()
            session.add(WorkbenchRequirement(search_id=name, position=0, text="t", weight=2, must=False))
            for person in range(1, 5):
                session.add(WorkbenchCandidate(search_id=name, person_id=person, number=person))
                session.add(WorkbenchDecision(search_id=name, person_id=person, at=now, stage="agreed", reason="r"))
    return made


def count(engine: Engine, table: type[Base]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_searches_past_their_days_go_with_everything_on_them(engine: Engine) -> None:
    with writing(engine) as session:
        assert expire(session, 180) == 1
    assert [count(engine, table) for table in (WorkbenchSearch, WorkbenchRequirement)] == [1, 1]


def test_who_left_the_directory_or_asked_to_pause_leaves_every_search(engine: Engine) -> None:
    with writing(engine) as session:
        expire(session, 3650)
    with reading(engine) as session:
        assert set(session.scalars(select(WorkbenchCandidate.person_id))) == {1}
        assert set(session.scalars(select(WorkbenchDecision.person_id))) == {1}
