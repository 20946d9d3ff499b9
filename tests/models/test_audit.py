"""The chain notices what was changed, taken away or added, and forgets whom it has to."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models import audit
from models.audit import Act, Verdict, record, verify
from models.database import connect, reading, upgrade, writing
from models.settings import load_settings
from models.told import ChainRow


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    settings = load_settings(home=tmp_path)
    upgrade(settings)
    made = connect(settings)
    for number in range(4):
        with writing(made) as session:
            record(
                session, Act("rita", f"act {number}", f"Find help for Vera Vakuum, {number}", ("vera", "paul"), {"place": number}, "7", "r")
            )
    return made


def verdict(engine: Engine, known: str = "") -> Verdict:
    with reading(engine) as session:
        return verify(session, known)


def run(engine: Engine, statement: str) -> None:
    with writing(engine) as session:
        session.execute(text(statement))


def test_an_untouched_chain_holds(engine: Engine) -> None:
    found = verdict(engine)
    assert (found.rows, found.withdrawn, found.broken) == (4, 0, None)


def test_an_empty_chain_holds(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    upgrade(settings)
    assert verdict(connect(settings)) == Verdict(0, audit.GENESIS, 0)


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("update audit_chain set action = 'nothing' where id = 2", 2),
        ("update audit_chain set detail = replace(detail, 'place', 'plaice') where id = 1", 1),
        ("update audit_chain set at = '2020-01-01 00:00:00.000000' where id = 3", 3),
        ("update audit_chain set actor = 'x' where id = 4", 4),
        ("update audit_chain set request_id = 'x' where id = 4", 4),
        ("update audit_chain set purpose = 'Something harmless' where id = 2", 2),
        ("update audit_chain set purpose = 'Something harmless', salt = '' where id = 2", 2),
        ("update audit_chain set hash = '0' where id = 3", 3),
        ("delete from audit_chain where id = 2", 3),
        ("delete from audit_chain where id = 1", 2),
    ],
)
def test_the_first_broken_row_is_named(engine: Engine, statement: str, row: int) -> None:
    run(engine, statement)
    broken = verdict(engine).broken
    assert broken is not None
    assert broken.startswith(f"Row {row} ")


def test_rows_taken_off_the_end_are_noticed_by_a_hash_noted_before(engine: Engine) -> None:
    head = verdict(engine).head
    assert verdict(engine, head).broken is None
    run(engine, "delete from audit_chain where id = 4")
    assert verdict(engine).broken is None
    assert head[:16] in (verdict(engine, head).broken or "")


def test_nobody_is_named_in_the_clear_and_keys_tell_who_it_was(engine: Engine) -> None:
    with reading(engine) as session:
        rows = session.query(ChainRow).all()
        assert not any(name in row.actor + row.detail for row in rows for name in ("rita", "vera", "paul"))
        assert sorted(audit.names(session).values()) == ["paul", "rita", "vera"]
        assert audit.names(session)[rows[0].actor] == "rita"


def test_an_erasure_withdraws_key_and_words_and_the_chain_still_holds(engine: Engine) -> None:
    with writing(engine) as session:
        record(session, Act("rita", "last", "Staff the pumps"))
        audit.withdraw(session, "vera", ["vera vakuum"])
    found = verdict(engine)
    assert (found.rows, found.withdrawn, found.broken) == (5, 4, None)
    with reading(engine) as session:
        assert sorted(audit.names(session).values()) == ["paul", "rita"]
        assert [row.purpose for row in session.query(ChainRow)] == ["", "", "", "", "Staff the pumps"]


def test_an_act_that_fails_leaves_no_row(engine: Engine) -> None:
    def failing() -> None:
        with writing(engine) as session:
            record(session, Act("rita", "x", "y"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert verdict(engine).rows == 4
