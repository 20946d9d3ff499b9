import json
import sqlite3

import pytest
from werkzeug.exceptions import HTTPException, MethodNotAllowed, TooManyRequests, UnprocessableEntity

from finder.web import problems
from models import errors
from tests.finder.conftest import Office

NAMED = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.FinderError)]


@pytest.mark.parametrize("kind", NAMED)
def test_every_named_error_has_a_status_and_a_sentence(kind: type[errors.FinderError]) -> None:
    problem = problems.problem_of(kind("It broke at /srv/finder.", "Mend it."))
    assert 400 <= problem.status < 600
    assert problem.title
    assert problem.remedy == "Mend it."


@pytest.mark.parametrize("kind", NAMED)
def test_of_our_own_failures_no_place_is_told(kind: type[errors.FinderError]) -> None:
    problem = problems.problem_of(kind("It broke at /srv/finder."))
    assert ("/srv" in problems.body(problem).decode()) == (problem.status < 500)


def test_a_class_stands_before_its_base_in_the_table() -> None:
    kinds = [row[0] for row in problems.STATUS]
    for place, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[place + 1 :])


@pytest.mark.parametrize(
    ("error", "status"), [(MethodNotAllowed(), 405), (TooManyRequests(), 429), (UnprocessableEntity(), 422), (KeyError("x"), 500)]
)
def test_errors_of_others_keep_their_status(error: HTTPException, status: int) -> None:
    assert json.loads(problems.body(problems.problem_of(error)))["status"] == status


def test_a_locked_database_is_named_and_searching_goes_on(office: Office) -> None:
    client = office.client()
    key = office.key()
    other = sqlite3.connect(office.settings.home / "finder.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        refused = client.post("/api/v1/feedback", json={"subject": "documents/d1", "verdict": "helpful"}, headers=key)
        assert client.get("/api/v1/search?q=slow", headers=key).status_code == 200
    finally:
        other.close()
    assert refused.status_code == 503
    assert refused.get_json()["type"].endswith("database-unavailable")
    assert int(refused.headers["Retry-After"]) > 0
