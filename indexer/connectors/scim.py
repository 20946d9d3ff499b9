"""Reads people and groups of an identity provider: a SCIM 2.0 ListResponse (RFC 7644) in a JSON file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import packed
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.connectors.issues import packed_whole
from indexer.connectors.raw import fields, parsed, rows, text, word
from indexer.records import Item, Refused
from models.errors import SourceError

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
USER, GROUP = "urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class Scim:
    """The connector for a file with one ListResponse, or a list of them (pages)."""

    kind = "scim-users"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path

    def items(self) -> Iterator[Item]:
        """Yield people, then groups. Raises SourceError where this is no ListResponse."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        held = parsed(packed_whole(self._path))
        pages = rows(held if isinstance(held, list) else [held])
        if not pages or not all("Resources" in page or "totalResults" in page for page in pages):
            raise SourceError(f"{self._path} is no SCIM ListResponse.", "Save what the provider answers at /Users, or a list of its pages.")
        resources = [resource for page in pages for resource in rows(page.get("Resources"))]
        people = {text(user.get("id")): _own(user) for user in resources if _is_user(user)}
        for number, user in enumerate(resources, start=1):
            if _is_user(user):
                yield from _person(user, people, f"{self._path.name} #{number}")
        for number, group in enumerate(resources, start=1):
            if GROUP in _schemas(group):
                members = [people.get(word(member.get("value")), "") for member in rows(group.get("members"))]
                name = text(group.get("displayName"))
                found = {"id": name or word(group.get("id")), "name": name or None, "members": [own for own in members if own]}
                yield from validation.group(found, f"{self._path.name} #{number}")
        total = max((page.get("totalResults", 0) for page in pages if isinstance(page.get("totalResults", 0), int)), default=0)
        if total > len(resources):
            yield Refused(
                self._path.name, f"the provider has {total} entries and the file {len(resources)}; add the other pages", incomplete=True
            )


def _schemas(resource: Mapping[str, Any]) -> list[Any]:
    schemas = resource.get("schemas")
    return schemas if isinstance(schemas, list) else []


def _is_user(resource: Mapping[str, Any]) -> bool:
    return USER in _schemas(resource) or ("userName" in resource and GROUP not in _schemas(resource))


def _own(user: Mapping[str, Any]) -> str:
    """Return the id a person goes by: the user name, as the organisation's sign-in knows it."""
    return text(user.get("userName")).strip()


def _person(user: Mapping[str, Any], people: Mapping[str, str], place: str) -> Iterator[Item]:
    name, enterprise = fields(user.get("name")), fields(user.get(ENTERPRISE))
    parts = " ".join(part for part in (text(name.get("givenName")), text(name.get("familyName"))) if part)
    addresses = rows(user.get("addresses"))
    manager = fields(enterprise.get("manager"))
    active = user.get("active", True)
    person = {
        "id": _own(user) or None,
        "name": text(user.get("displayName")) or text(name.get("formatted")) or parts or None,
        "title": text(user.get("title")) or None,
        "team": text(enterprise.get("department")) or None,
        "location": next((found for address in addresses if (found := text(address.get("locality")))), None),
        "timezone": user.get("timezone"),
        "manager": people.get(word(manager.get("value"))) or None,
        "languages": [found] if (found := text(user.get("preferredLanguage"))[:2].lower()) else [],
        "emails": [found for email in rows(user.get("emails")) if (found := text(email.get("value")))],
        "accounts": [f"externalid:{found}"] if (found := word(user.get("externalId"))) else [],
        "groups": [found for group in rows(user.get("groups")) if (found := text(group.get("display")))],
        # Some providers write the truth as text.
        "active": active if isinstance(active, bool) else text(active).lower() != "false",
    }
    yield from validation.person(person, place)


def recognises(path: Path) -> bool:
    """Whether a JSON file begins as a ListResponse does."""
    head = packed.head(path, 20_000)
    return packed.unpacked_suffix(path) == ".json" and (LIST.encode() in head or (b'"Resources"' in head and b'"userName"' in head))


FORMAT = Format(
    "scim-users",
    "people and groups of an identity provider: what it answers at `/Users` and `/Groups` (SCIM 2.0 ListResponse), in a JSON file",
    "people are visible to the organisation; the file gives no documents",
    recognises,
    Scim,
)
