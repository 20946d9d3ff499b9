import json
from pathlib import Path

import pytest

from indexer.connectors.issues import Issues
from indexer.connectors.unstated import stated
from indexer.records import DocumentRecord
from tests.indexer.connectors.golden import FIXTURES, lines


def readers(folder: Path, **fields: object) -> list[str | None]:
    issue = {"number": 1, "title": "A title", "html_url": "https://github.com/a/b/issues/1", "user": {"login": "ada"}, "body": "text"}
    (folder / "issues.json").write_text(json.dumps([issue | fields]))
    connector = stated(Issues(folder / "issues.json"), "org")
    return [item.visibility for item in connector.items() if isinstance(item, DocumentRecord)]


def test_what_a_repository_says_holds_whatever_the_default(tmp_path: Path) -> None:
    assert readers(tmp_path) == ["org"]
    assert readers(tmp_path, repository={"private": True}) == ["private"]
    assert readers(tmp_path, confidential=True) == ["private"]
    assert readers(tmp_path, repository={"visibility": "internal"}) == ["org"]


@pytest.mark.parametrize("source", ["github.json", "gitlab"])
def test_programs_notices_and_hidden_comments_are_left_out(source: str) -> None:
    found = lines(Issues(FIXTURES / "issues" / source))
    assert not [word for word in ("Build passed", "spam", "changed the description", "Between members") if word in found]


def test_a_login_is_an_account_of_its_site_only() -> None:
    assert '"accounts": ["github:ada"]' in lines(Issues(FIXTURES / "issues" / "github.json"))
    assert '"accounts": ["gitlab:git.example.org/ada"]' in lines(Issues(FIXTURES / "issues" / "gitlab"))
