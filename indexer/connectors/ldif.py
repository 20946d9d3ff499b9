"""Reads people and groups of a directory that was exported as LDIF (RFC 2849)."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from indexer import validation
from indexer.connectors import packed
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.records import Item, Refused

LONGEST_LINE = 1_000_000  # bytes, and of one entry: photographs are passed over
PEOPLE = frozenset({"inetorgperson", "organizationalperson", "person", "user", "posixaccount"})
GROUPS = frozenset({"groupofnames", "groupofuniquenames", "posixgroup", "group"})
_DISABLED = 2  # of Active Directory's userAccountControl
_PART = re.compile(r"(?:[^,\\]|\\.)+")
Entry = Mapping[str, list[str]]


class Ldif:
    """The connector for one LDIF file."""

    kind = "ldif"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path

    def items(self) -> Iterator[Item]:
        """Yield people, then groups. Raises SourceError where the file cannot be read."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        names: dict[str, str] = {}  # own id by distinguished name
        for _, entry in self._entries():
            if not isinstance(entry, Refused) and _is(entry, PEOPLE):
                names[_normal(_one(entry, "dn"))] = _own(entry)
        groups: list[tuple[str, Entry]] = []
        for place, entry in self._entries():
            if isinstance(entry, Refused):
                yield entry
            elif _is(entry, PEOPLE) and "computer" not in _classes(entry):
                yield from validation.person(_person(entry, names), place)
            elif _is(entry, GROUPS):
                groups.append((place, entry))
        for place, entry in groups:
            yield from validation.group(_group(entry, names), place)

    def _entries(self) -> Iterator[tuple[str, Entry | Refused]]:
        with packed.opened(self._path) as file:
            for number, lines in _blocks(file):
                place = f"{self._path.name}:{number}"
                if lines is None:
                    yield place, Refused(place, f"the entry is larger than {LONGEST_LINE // 1_000_000} MB")
                elif lines:
                    yield place, _entry(lines, place)


def _blocks(file: BinaryIO) -> Iterator[tuple[int, list[bytes] | None]]:
    """Yield the line number and the unfolded lines of each entry, None for one that is too large."""
    lines: list[bytes] = []
    first, size, number = 1, 0, 0
    while raw := file.readline(LONGEST_LINE):
        number += 1
        line = raw.rstrip(b"\r\n")
        size += len(line)
        if not line:
            yield first, lines if size <= LONGEST_LINE else None
            lines, first, size = [], number + 1, 0
        elif size > LONGEST_LINE:
            lines.clear()
        elif line.startswith(b" ") and lines:
            lines[-1] += line[1:]
        else:
            lines.append(line)
    yield first, lines if size <= LONGEST_LINE else None


def _entry(lines: list[bytes], place: str) -> Entry | Refused:
    found: dict[str, list[str]] = {}
    try:
        for line in lines:
            name, _, value = line.partition(b":")
            if line.startswith(b"#") or value.startswith(b"<"):  # a remark, or a value that stands in another file
                continue
            content = base64.b64decode(value[1:].strip()) if value.startswith(b":") else value.strip()
            key = name.decode("ascii").partition(";")[0].lower()
            if key not in ("jpegphoto", "thumbnailphoto", "usercertificate", "userpassword"):
                found.setdefault(key, []).append(content.decode())
    except (binascii.Error, UnicodeError) as error:
        return Refused(place, f"the entry cannot be read: {error}")
    if _one(found, "changetype").lower() not in ("", "add"):
        return Refused(place, "the file lists changes; export the entries themselves")
    return found


def _one(entry: Entry, *names: str) -> str:
    return next((value.strip() for name in names for value in entry.get(name, ()) if value.strip()), "")


def _classes(entry: Entry) -> frozenset[str]:
    return frozenset(value.strip().lower() for value in entry.get("objectclass", ()))


def _is(entry: Entry, classes: frozenset[str]) -> bool:
    return bool(classes & _classes(entry))


def _own(entry: Entry) -> str:
    return _one(entry, "uid", "samaccountname", "employeenumber", "mail", "cn")


def _normal(name: str) -> str:
    return ",".join(part.strip().lower() for part in _PART.findall(name[:2000]))


def _person(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    control = _one(entry, "useraccountcontrol")
    return {
        "id": _own(entry) or None,
        "name": _one(entry, "displayname", "cn", "gecos")[:400] or None,
        "title": _one(entry, "title") or None,
        "team": _one(entry, "department", "ou", "departmentnumber") or None,
        "location": _one(entry, "l", "physicaldeliveryofficename") or None,
        "bio": _one(entry, "description") or None,
        "manager": names.get(_normal(_one(entry, "manager"))),
        "languages": re.findall(r"(?:^|,\s*)([a-z]{2,3})(?=$|[-_,; ])", _one(entry, "preferredlanguage")[:100].lower())[:10],
        "emails": entry.get("mail", []),
        "accounts": [f"ldap:{_normal(_one(entry, 'dn'))}"] if _one(entry, "dn") and len(_one(entry, "dn")) < 190 else [],
        "active": not (control.isascii() and control.isdigit() and len(control) < 12 and int(control) & _DISABLED),
    }


def _group(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    members = [names.get(_normal(value)) for name in ("member", "uniquemember") for value in entry.get(name, ())]
    return {
        "id": _one(entry, "cn") or None,
        "name": _one(entry, "displayname", "description", "cn")[:400] or None,
        "members": [own for own in members if own] + entry.get("memberuid", []),
    }


def recognises(path: Path) -> bool:
    """Whether a file is named as LDIF is, or begins like it."""
    if not path.is_file():
        return False
    return (
        packed.unpacked_suffix(path) in (".ldif", ".ldf")
        or re.match(rb"(?:#[^\n]*\n|version: 1\r?\n|\s)*dn::? ", packed.head(path)) is not None
    )


FORMAT = Format(
    "ldif",
    "people and groups of a directory as LDIF (`ldapsearch -LLL`, `slapcat`, `ldifde`)",
    "people are visible to the organisation; the file gives no documents",
    recognises,
    Ldif,
)
