import os
import resource
import subprocess
from pathlib import Path
from time import process_time

import pytest

from indexer.connectors import git_log
from indexer.connectors.detect import detect
from indexer.connectors.git import Git, is_page
from indexer.records import Credit, DocumentRecord, Item, PersonRecord, Refused
from models.errors import SourceError
from models.tables import Person, Role
from tests.indexer.worlds import World

ADA, BOB = ("Ada", "ada@example.com"), ("Bob", "bob@example.com")


class Repo:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, author: tuple[str, str] = ADA, committer: tuple[str, str] | None = None) -> None:
        by = committer or author
        names = {"GIT_AUTHOR_NAME": author[0], "GIT_AUTHOR_EMAIL": author[1], "GIT_COMMITTER_NAME": by[0], "GIT_COMMITTER_EMAIL": by[1]}
        dates = {"GIT_AUTHOR_DATE": "2025-03-04T12:00:00Z", "GIT_COMMITTER_DATE": "2025-03-05T12:00:00Z", "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", "-C", str(self.folder), *arguments], check=True, capture_output=True, env=os.environ | names | dates)

    def commit(self, message: str, path: str = "code.py", text: str = "", **who: tuple[str, str]) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or message)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message, **who)

    def items(self) -> list[Item]:
        return list(Git(self.folder).items())

    def documents(self, kind: str) -> list[DocumentRecord]:
        return [item for item in self.items() if isinstance(item, DocumentRecord) and item.kind == kind]

    def credits(self) -> set[Credit]:
        (commit,) = self.documents("commit")
        return set(commit.authors)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_a_commit_is_a_post_with_its_paths_last(repo: Repo) -> None:
    repo.commit("Make it fast\n\nBecause it was slow.\n\nCo-authored-by: Bob <bob@example.com>", "src/a b.py")
    (commit,) = repo.documents("commit")
    assert (commit.title, commit.text, str(commit.created), commit.visibility) == (
        "Make it fast",
        "Because it was slow.\n\nsrc/a b.py",
        "2025-03-04",
        "org",
    )


def test_co_authors_reviewers_and_committers_have_their_roles(repo: Repo) -> None:
    repo.commit(
        "Fix\n\nCo-Authored-By: Bob <Bob@example.com>\nReviewed-by: Eve <eve@example.com>", author=ADA, committer=("Kim", "kim@example.com")
    )
    assert repo.credits() == {
        Credit("email:ada@example.com", Role.AUTHOR),
        Credit("email:bob@example.com", Role.AUTHOR),
        Credit("email:eve@example.com", Role.REVIEWER),
        Credit("email:kim@example.com", Role.COMMITTER),
    }


def test_the_mailmap_is_applied_to_authors_and_trailers(repo: Repo) -> None:
    (repo.folder / ".mailmap").write_text("Ada <ada@example.com> <old@example.com>\nBob <bob@example.com> <b@example.org>\n")
    repo.commit("Fix\n\nCo-authored-by: B <b@example.org>", author=("A", "old@example.com"))
    assert repo.credits() == {Credit("email:ada@example.com", Role.AUTHOR), Credit("email:bob@example.com", Role.AUTHOR)}


@pytest.mark.parametrize(
    "bot",
    [("dependabot[bot]", "1+dependabot[bot]@users.noreply.github.com"), ("renovate", "r@example.com"), ("Miss (bot)", "m@example.com")],
)
def test_bots_are_dropped_as_authors_and_as_co_authors(repo: Repo, bot: tuple[str, str]) -> None:
    repo.commit("Bump", author=bot)
    repo.commit(f"Fix\n\nCo-authored-by: {bot[0]} <{bot[1]}>", "b.py")
    assert repo.credits() == {Credit("email:ada@example.com", Role.AUTHOR)}


def test_merges_are_dropped(repo: Repo) -> None:
    repo.commit("One")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("Two", "two.py")
    repo.git("checkout", "-q", "main")
    repo.commit("Three", "three.py")
    repo.git("merge", "-q", "--no-ff", "side", "-m", "Merge it")
    assert {commit.title for commit in repo.documents("commit")} == {"One", "Two", "Three"}


def test_documentation_at_head_becomes_pages_by_their_most_frequent_authors(repo: Repo) -> None:
    repo.commit("Start", "docs/guide.rst", "Title\n=====\n\nText", author=BOB)
    for number in range(2):
        repo.commit(f"More {number}", "docs/guide.rst", f"Title\n=====\n\nText {number}", author=ADA)
    repo.commit("Gone", "docs/old.md")
    repo.git("rm", "-q", "docs/old.md")
    repo.git("commit", "-q", "-m", "Remove")
    (page,) = repo.documents("wiki")
    assert (page.id, page.title) == ("docs/guide.rst", "Title")
    assert page.authors == (Credit("email:ada@example.com", Role.AUTHOR), Credit("email:bob@example.com", Role.EDITOR, 1 / 3))


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("README", True),
        ("README.md", True),
        ("docs/a.txt", True),
        ("src/notes.md", True),
        ("src/a.txt", False),
        ("main.c", False),
        ("requirements.txt", False),
    ],
)
def test_what_counts_as_documentation(path: str, page: bool) -> None:
    assert is_page(path) is page


def test_people_are_unlisted_and_their_addresses_stay_out_of_ids(repo: Repo) -> None:
    repo.commit("One", author=("Ada", "12+ada-x@users.noreply.github.com"))
    (person,) = [item for item in repo.items() if isinstance(item, PersonRecord)]
    assert (person.name, person.listed, person.accounts) == ("Ada", False, ("github:ada-x",))
    assert "@" not in person.id


def test_a_repository_goes_all_the_way_into_the_database(repo: Repo, place: World) -> None:
    repo.commit("One\n\nCo-authored-by: Bob <bob@example.com>", "README.md", "# Read me\n\nText")
    assert place.ingest(detect(repo.folder), "repo").quarantined == 0
    again = place.ingest(detect(repo.folder), "repo")
    assert (again.added, again.changed) == (0, 0)
    assert sorted(name for (name,) in place.rows(Person, "name")) == ["Ada", "Bob"]
    assert len(place.authors()) == 4


def test_a_message_cannot_forge_a_commit_and_odd_bytes_do_no_harm(repo: Repo) -> None:
    repo.git(
        "commit", "-q", "--allow-empty", "-m", "Evil \x01\x02\x1e\n\n\x1f%x00 \udcff".encode("utf-8", "surrogateescape").decode("latin-1")
    )
    assert len(repo.documents("commit")) == 1


def test_the_repositorys_own_settings_run_nothing(repo: Repo, tmp_path: Path) -> None:
    repo.commit("One", "README.md")
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\necho '[GNUPG:] SIG_CREATED ' >&2\necho signature\n")
    script.chmod(0o755)
    repo.git("config", "gpg.program", str(script))
    repo.git("commit", "-q", "--allow-empty", "-S", "-m", "Signed")
    (tmp_path / "ran").unlink()
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program"):
        repo.git("config", key, str(script))
    repo.git("config", "log.showSignature", "true")
    assert repo.documents("wiki")
    assert not (tmp_path / "ran").exists()


def test_an_empty_repository_has_no_items_and_a_broken_one_is_a_source_error(repo: Repo) -> None:
    assert repo.items() == []
    repo.commit("One")
    (repo.folder / ".git" / "HEAD").write_text("nonsense")
    with pytest.raises(SourceError, match="git cannot read"):
        repo.items()


def test_front_matter_that_cannot_be_read_is_text(repo: Repo) -> None:
    repo.commit("One", "README.md", "---\ntitle: [unclosed\n---\nText.")
    repo.commit("Two", "docs/deep.md", "---\na: " + "[" * 50_000 + "\n---\nText.")
    assert {page.id for page in repo.documents("wiki")} == {"README.md", "docs/deep.md"}


def test_a_page_whose_name_is_not_utf_8_is_refused_and_the_rest_is_read(repo: Repo) -> None:
    repo.commit("One", "docs/b\udcff.md")
    repo.commit("Two", "docs/seen.md")
    assert [item.reason for item in repo.items() if isinstance(item, Refused)] == ["the file's name is not UTF-8; rename the file"]
    assert [page.id for page in repo.documents("wiki")] == ["docs/seen.md"]


@pytest.mark.parametrize(
    "trailer",
    [
        "Co-authored-by: " + "x" * 3_000_000 + " <bob@example.com>",
        "Co-authored-by:" + " " * 500_000,
        "\n".join(f"Co-authored-by: B{number} <b{number}@example.com>" for number in range(3000)),
        "Co-authored-by: <>\nReviewed-by: Bob <>",
    ],
    ids=["a long name", "blanks without end", "thousands", "nobody"],
)
def test_hostile_trailers_take_no_time_and_no_other_commit_along(repo: Repo, trailer: str) -> None:
    (repo.folder / ".mailmap").write_text("Bob <bob@example.com> <b1@example.com>\n")
    repo.commit("Good")
    (repo.folder / "code.py").write_text("more")
    (repo.folder.parent / "message").write_text(f"Evil\n\n{trailer}")
    repo.git("commit", "-q", "-a", "--cleanup=verbatim", "-F", str(repo.folder.parent / "message"))
    begun = process_time()
    titles = {commit.title for commit in repo.documents("commit")}
    assert "Good" in titles
    assert process_time() - begun < 10


def test_a_few_objects_that_stand_for_a_tree_without_end_are_refused(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("Start", "README.md")
    inner = subprocess.run(
        ["git", "-C", str(repo.folder), "rev-parse", "HEAD^{tree}"], check=True, capture_output=True, text=True
    ).stdout.strip()
    for _ in range(5):
        listed = "".join(f"040000 tree {inner}\td{number}\n" for number in range(10))
        made = subprocess.run(["git", "-C", str(repo.folder), "mktree"], check=True, capture_output=True, text=True, input=listed)
        inner = made.stdout.strip()
    repo.git("read-tree", "--empty")
    repo.git("update-ref", "HEAD", _committed(repo, inner))
    monkeypatch.setattr(git_log, "LARGEST_COMMIT", 1_000_000)
    with pytest.raises(SourceError, match="git cannot read"):
        repo.items()
    monkeypatch.setattr(git_log, "MOST_FILES", 1000)
    with pytest.raises(SourceError, match="too many files"):
        list(git_log.Repository(repo.folder).files(is_page, 100))


def _committed(repo: Repo, tree: str) -> str:
    who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com"}
    command = ["git", "-C", str(repo.folder), "commit-tree", "-m", "Bomb", tree]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | who).stdout.strip()


def test_git_may_take_a_bounded_amount_of_memory(repo: Repo) -> None:
    repo.commit("One")
    process = git_log.Repository(repo.folder)._start(["cat-file", "--batch"], subprocess.PIPE, subprocess.PIPE)
    assert resource.prlimit(process.pid, resource.RLIMIT_DATA) == (git_log.MEMORY, git_log.MEMORY)
    process.communicate()
