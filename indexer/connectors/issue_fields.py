"""The fields of one issue, whether GitHub's or GitLab's, from the API or from a command line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from indexer.connectors.raw import count, fields, rows, text, word
from models.tables import Role, Visibility

_MENTION = re.compile(r"(?<![\w/`@.])@([A-Za-z0-9][A-Za-z0-9._-]{0,60})")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_PROGRAM = re.compile(r"\[bot\]$|-bot$|^(ghost|dependabot|renovate|github-actions)$|^(project|group)_\d+_bot", re.IGNORECASE)
_SITES = {"github.com": "github", "gitlab.com": "gitlab"}


@dataclass(frozen=True, slots=True)
class Issue:
    """What is said of an issue. `author` and `assignees` are own ids of people, "" for a program or nobody."""

    id: str
    title: str
    text: str
    author: str
    assignees: tuple[str, ...]
    created: str | None
    updated: str | None
    tags: tuple[str, ...]
    url: str | None
    votes: int
    readers: Mapping[str, Any]


def issue(raw: Mapping[str, Any]) -> Issue | None:
    """Return what a row says of an issue, None where it is none or is a merge or pull request's stand-in."""
    number = word(raw.get("iid")) or word(raw.get("number"))
    if not number or raw.get("pull_request"):
        return None
    url = _url(raw)
    labels = raw.get("labels")
    names = [text(label.get("name")) if isinstance(label, dict) else word(label) for label in (labels if isinstance(labels, list) else [])]
    body = text(raw.get("body")) or text(raw.get("description"))
    created, updated = (
        text(raw.get(one)) or text(raw.get(other)) or None for one, other in (("created_at", "createdAt"), ("updated_at", "updatedAt"))
    )
    assignees = [key for found in rows(raw.get("assignees")) if (key := _key(raw, found))]
    return Issue(
        _id(url, number), text(raw.get("title")), body.replace("\r\n", "\n"), _key(raw, _author(raw)), tuple(dict.fromkeys(assignees))[:20],
        created, updated, tuple(name for name in names if name)[:50], url, _votes(raw), _readers(raw),
    )  # fmt: skip


def comments(raw: Mapping[str, Any], told: Issue) -> Iterator[dict[str, Any]]:
    """Yield the raw fields of an issue's comments. Notices that the system wrote, hidden and confidential ones are left out."""
    listed = rows(raw.get("comments")) or rows(raw.get("notes")) or rows(raw.get("comments_data"))
    for number, comment in enumerate(listed, start=1):
        author = _key(raw, _author(comment))
        body = (text(comment.get("body")) or text(comment.get("note"))).replace("\r\n", "\n")
        if comment.get("system") is True or comment.get("internal") is True or comment.get("confidential") is True:
            continue
        if comment.get("isMinimized") is True or not author or not body.strip():
            continue
        mentioned = [_own(_site(raw), name) for name in dict.fromkeys(_MENTION.findall(_CODE.sub("", body)))][:20]
        role = Role.ASKER if author == told.author else Role.ANSWERER
        url = text(comment.get("html_url")) or text(comment.get("url"))
        yield {
            "id": f"{told.id}-{word(comment.get('id')) or number}"[:200],
            "text": body,
            "authors": [{"id": author, "role": role}, *({"id": key, "role": Role.MENTIONED} for key in mentioned if key != author)],
            "created": text(comment.get("created_at")) or text(comment.get("createdAt")) or None,
            "url": url if url.startswith("https://") and "/api/" not in url and "//api." not in url else told.url,
            "votes": _votes(comment),
        }


def logins(raw: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (own id, name, account) of everybody who took part in an issue.

    A login alone is an account on github.com and gitlab.com only; elsewhere the site belongs to it.
    """
    site = _site(raw)
    people = [_author(raw), *rows(raw.get("assignees")), *map(_author, [*rows(raw.get("comments")), *rows(raw.get("notes"))])]
    for person in people:
        login = _login(person)
        if login and not _is_program(person):
            account = f"{_SITES[site]}:{login}" if site in _SITES else f"{_kind(raw)}:{site}/{login}" if site else ""
            yield _own(site, login), text(person.get("name"))[:200] or login, account


def _author(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return fields(row.get("user")) or fields(row.get("author"))


def _login(person: Mapping[str, Any]) -> str:
    return (text(person.get("login")) or text(person.get("username"))).strip()[:100]


def _is_program(person: Mapping[str, Any]) -> bool:
    return (
        person.get("type") == "Bot"
        or person.get("is_bot") is True
        or person.get("bot") is True
        or _PROGRAM.search(_login(person)) is not None
    )


def _key(raw: Mapping[str, Any], person: Mapping[str, Any]) -> str:
    login = _login(person)
    return "" if not login or _is_program(person) else _own(_site(raw), login)


def _own(site: str, login: str) -> str:
    return f"{site or 'issues'}-{login.lower()}"


def _kind(raw: Mapping[str, Any]) -> str:
    return "gitlab" if "iid" in raw else "github"


def _url(raw: Mapping[str, Any]) -> str | None:
    found = text(raw.get("html_url")) or text(raw.get("web_url")) or text(raw.get("url"))
    return found if found.startswith(("https://", "http://")) else None


def _site(raw: Mapping[str, Any]) -> str:
    try:
        return (urlsplit(_url(raw) or "").hostname or "").lower()[:100]
    except ValueError:
        return ""


def _id(url: str | None, number: str) -> str:
    """Return the issue's address without its site: numbers alone repeat from one repository to the next."""
    try:
        path = urlsplit(url or "").path.strip("/").replace("/-/", "/")
    except ValueError:
        path = ""
    return (path if path.endswith(number) and len(path) < 180 else f"issue-{number}")[:180]


def _votes(row: Mapping[str, Any]) -> int:
    reactions = row.get("reactions")
    if isinstance(reactions, dict):
        return max(count(reactions.get("total_count")) - count(reactions.get("-1")), 0)
    groups = rows(row.get("reactionGroups"))
    given = sum(count(fields(group.get("users")).get("totalCount")) for group in groups if group.get("content") != "THUMBS_DOWN")
    return given or count(row.get("upvotes"))


def _readers(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    if raw.get("confidential") is True:
        return {"visibility": Visibility.PRIVATE}
    repository = fields(raw.get("repository")) or fields(raw.get("project"))
    if repository.get("private") is True or repository.get("visibility") == "private":
        return {"visibility": Visibility.PRIVATE}
    is_open = repository.get("private") is False or repository.get("visibility") in ("public", "internal")
    return {"visibility": Visibility.ORG} if is_open else {}
