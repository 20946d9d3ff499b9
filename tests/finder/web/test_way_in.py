"""Where people can sign in, every page leads there, and none tells beforehand whether it exists."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import update

from models.database import writing
from models.told import SignInRow
from tests.finder.conftest import Office
from tests.finder.web.browsing import HTML, Start, sign_in


def shape(answer: Any) -> str:
    """An answer without what differs between any two, and without the path it was asked for."""
    headers = sorted((name, value) for name, value in answer.headers if name not in {"X-Request-Id", "Content-Length"})
    told = re.sub(r'nonce(-|=")[\w-]+', "", f"{answer.status_code} {headers} {answer.text}")
    return told.replace(quote(answer.request.path, ""), "PATH")


PRIVATE = ("/workbench", "/workbench/abc/shortlist", "/workbench/abc/names", "/nothing/here", "/me", "/people/ada", "/people/nobody")


@pytest.mark.parametrize("group", ["", "board"])
def test_who_is_not_signed_in_is_led_to_the_sign_in_from_every_page_and_learns_nothing(start: Start, group: str) -> None:
    """A page that is there, one that is hidden, one that is switched off and one that never was: all answer alike."""
    client = start(recruiter_group=group)
    answers = [client.get(path, headers=HTML) for path in PRIVATE]
    assert [answer.headers["Location"] for answer in answers] == [f"/sign-in?next={quote(path, '')}" for path in PRIVATE]
    assert len({shape(answer) for answer in answers}) == 1
    unknown = PRIVATE[:4]
    for method, headers in (("get", {"Accept": "application/json"}), ("post", HTML), ("put", HTML), ("head", HTML)):
        told = [getattr(client, method)(path, headers=headers) for path in unknown]
        assert {answer.status_code for answer in told} == {404}, method
        assert len({shape(answer) for answer in told}) == 1, method


@pytest.mark.parametrize("group", ["", "board"])
def test_too_many_requests_tell_nothing_of_what_is_hidden(start: Start, group: str) -> None:
    client = start(recruiter_group=group, requests_per_minute=3)
    for path in ("/workbench", "/nothing/here"):
        assert {client.get(path, headers=HTML).status_code for _ in range(5)} == {303}
        assert {client.post(path, headers=HTML).status_code for _ in range(5)} == {404}


def test_a_recruiter_whose_sign_in_has_ended_comes_back_to_the_workbench(start: Start, office: Office) -> None:
    client = start(recruiter_group="board")
    sign_in(client)
    assert client.get("/workbench", headers=HTML).status_code == 200
    with writing(office.finder.engine) as session:
        session.execute(update(SignInRow).values(expires=datetime.now(UTC) - timedelta(seconds=1)))
    away = client.get("/workbench?x=1", headers=HTML)
    assert away.status_code == 303
    back = sign_in(client, away.headers["Location"])
    assert back.headers["Location"] == "/workbench?x=1"
    assert client.get("/workbench", headers=HTML).status_code == 200


@pytest.mark.parametrize("group", ["", "admins"])
def test_who_signs_in_without_the_role_finds_a_page_that_does_not_exist(start: Start, group: str) -> None:
    client = start(recruiter_group=group)
    sign_in(client)
    answers = [client.get(path, headers=HTML) for path in PRIVATE[:4]]
    assert {answer.status_code for answer in answers} == {404}
    assert len({shape(answer) for answer in answers}) == 1
    assert client.get("/feedback", headers=HTML).status_code == 405
