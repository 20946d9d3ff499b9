"""A person's page as programs read it: schema.org's words in the page, a vCard for address books. Only what the page itself shows.

Skills that were inferred stay out of both: what was concluded from documents may change, and a copy in an address book does not.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, g, request

from finder.answers import Profile
from finder.keys import Scope
from finder.portrait import PersonPage
from finder.serial import person_url
from finder.service import Finder
from finder.web.gate import needs
from finder.web.links import seen_at
from models.settings import Settings

LINE = 75  # octets of a line, its end not counted (RFC 6350, 3.2)
MEDIA_TYPE = "text/vcard"
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def create_cards(finder: Finder, settings: Settings) -> Blueprint:
    """Return the downloads of one finder. They expect `flask.g.principal` to be set before each request."""
    cards = Blueprint("cards", __name__)

    @cards.get("/people/<path:public_id>.vcf")
    @needs(Scope.PEOPLE)
    def card(public_id: str) -> Response:
        page = finder.person(public_id, g.principal)
        response = Response(vcard(page, address(public_id, seen_at(settings, request.url_root))), mimetype=MEDIA_TYPE)
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", public_id).strip("-.") or "person"
        response.headers.set("Content-Disposition", "attachment", filename=f"{name}.vcf")
        return response

    return cards


def address(public_id: str, root: str) -> str:
    """Return the address of a person's page; `root` is where the service is seen, with a slash at its end."""
    return root.rstrip("/") + person_url(public_id)


def linked(page: PersonPage, url: str) -> dict[str, object]:
    """Return a person as JSON-LD in schema.org's words, without what is not known."""
    profile = page.profile
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Person",
        "@id": url,
        "url": url,
        "name": profile.name,
        "jobTitle": profile.title,
        "memberOf": {"@type": "Organization", "name": profile.team} if profile.team else None,
        "workLocation": {"@type": "Place", "name": profile.location} if profile.location else None,
        "knowsLanguage": list(profile.languages),
        "knowsAbout": _stated(profile),
        "description": page.bio,
    }
    return {name: value for name, value in found.items() if value}


def vcard(page: PersonPage, url: str) -> bytes:
    """Return a person as a vCard 4.0 (RFC 6350, with the properties of RFC 6715): UTF-8, lines folded at 75 octets."""
    return b"".join(_folded(line) + b"\r\n" for line in _lines(page, url))


def _lines(page: PersonPage, url: str) -> Iterator[str]:
    profile = page.profile
    yield from ("BEGIN:VCARD", "VERSION:4.0", "KIND:individual", f"FN:{_text(profile.name) or '-'}")
    for name, value in (("TITLE", profile.title), ("ORG", profile.team), ("NOTE", page.bio)):
        if value:
            yield f"{name}:{_text(value)}"
    if profile.location:
        yield f"ADR;TYPE=work:;;;{_text(profile.location)};;;"
    if profile.timezone:
        yield f"TZ:{_text(profile.timezone)}"
    yield from (f"LANG:{quote(code)}" for code in profile.languages)
    yield from (f"EXPERTISE:{_text(skill)}" for skill in _stated(profile))
    yield from (f"INTEREST:{_text(interest)}" for interest in page.interests)
    yield from (f"URL:{url}", f"UID:{url}", "END:VCARD")


def _stated(profile: Profile) -> list[str]:
    return [skill.name for skill in profile.skills if skill.origin != "inferred"]


def _text(value: str) -> str:
    r"""Escape a text value: nothing in it ends the value, its component or its line."""
    plain = CONTROLS.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"([\\,;])", r"\\\1", plain).replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Fold a line so that no part is longer than LINE octets, never within a character."""
    content = line.encode("utf-8", "replace")
    parts, room = [], LINE
    while len(content) > room:
        cut = room
        while content[cut] & 0xC0 == 0x80:  # the middle of a character
            cut -= 1
        parts.append(content[:cut])
        content, room = content[cut:], LINE - 1  # the space before what goes on counts
    return b"\r\n ".join([*parts, content])
