"""What Confluence's entities say of a space: pages, users, labels, permissions. Bodies are left where they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from indexer.connectors.xml_stream import name
from models.tables import Visibility

PAGES = ("Page", "BlogPost")
DEEPEST = 100  # pages above one another


@dataclass(slots=True)
class Page:
    """A page or a blog post, or one of their older versions (`original` is then the page it belongs to)."""

    id: str
    title: str
    creator: str
    editors: list[str]
    created: str
    updated: str
    status: str
    parent: str
    original: str
    is_blog: bool

    @property
    def is_current(self) -> bool:
        """Whether this is what the page says now."""
        return self.status in ("", "current") and not self.original


@dataclass(frozen=True, slots=True)
class User:
    """A user as the export describes them."""

    login: str
    name: str
    email: str
    account: str


@dataclass(slots=True)
class Space:
    """Everything but the bodies. `restrictions` are the groups and users who may view a page, where not everybody may."""

    pages: dict[str, Page] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    anonymous: bool = False
    viewers: set[str] = field(default_factory=set)
    views: dict[str, list[str]] = field(default_factory=dict)  # the restrictions of viewing, by page
    permitted: dict[str, set[str]] = field(default_factory=dict)  # who is named, by restriction
    names: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, list[str]] = field(default_factory=dict)  # pages, by a label whose name was not read yet

    def body(self, element: Element) -> tuple[str, str] | None:
        """Return page and storage format of a body, None where the element is something else."""
        if element.get("class") != "BodyContent":
            return None
        return _reference(element, "content"), _text(element, "body")

    def readers(self, page: Page) -> Mapping[str, Any]:
        """Return who may read a page: those of the space whom each restriction on the way up names as well.

        An export does not say who is in which group, so that somebody whom only one of the two names is left out.
        """
        allowed: set[str] | None = None if self.anonymous else set(self.viewers)
        for own in self._above(page):
            narrowed = self._restriction(own)
            if narrowed is not None:
                allowed = narrowed if allowed is None else allowed & narrowed
        if allowed is None:
            return {"visibility": Visibility.ORG}
        return {"visibility": Visibility.RESTRICTED, "allow": sorted(allowed)} if allowed else {"visibility": Visibility.PRIVATE}

    def _above(self, page: Page) -> Iterator[str]:
        found: Page | None = page
        for _ in range(DEEPEST):
            if found is None:
                return
            yield found.id
            found = self.pages.get(found.parent)

    def _restriction(self, page: str) -> set[str] | None:
        own = self.views.get(page)
        return None if own is None or not page else set().union(*(self.permitted.get(key, ()) for key in own)) - {""}


def read(space: Space, element: Element) -> None:
    """Take in one object of the export."""
    kind, own = element.get("class", ""), _id(element)
    if kind in PAGES:
        _read_page(space, element, kind, own)
    elif kind == "ConfluenceUserImpl":
        login = _text(element, "lowerName") or _text(element, "name")
        account = _text(element, "atlassianAccountId")
        space.users[own] = User(login, _text(element, "fullName") or _text(element, "displayName"), _text(element, "email"), account)
    elif kind == "SpacePermission" and _text(element, "type") == "VIEWSPACE":
        who = _principal(_text(element, "group"), _reference(element, "userSubject"))
        space.viewers |= {who} if who else set()
        space.anonymous = space.anonymous or (not who and not _text(element, "userName"))
    elif kind == "ContentPermissionSet":
        owner = _reference(element, "owningContent") if _text(element, "type") == "View" else ""
        space.views.setdefault(owner, []).append(own)
    elif kind == "ContentPermission":
        who = _principal(_text(element, "groupName"), _reference(element, "userSubject"))
        space.permitted.setdefault(_reference(element, "owningSet"), set()).add(who)
    elif kind == "Label":
        space.names[own] = _text(element, "name")
        for page in space.waiting.pop(own, ()):
            space.labels.setdefault(page, []).append(space.names[own])
    elif kind == "Labelling":
        _label(space, _reference(element, "content"), _reference(element, "label"))


def _read_page(space: Space, element: Element, kind: str, own: str) -> None:
    creator, editor = _reference(element, "creator"), _reference(element, "lastModifier")
    original = _reference(element, "originalVersion")
    created, updated = (_text(element, wanted)[:10] for wanted in ("creationDate", "lastModificationDate"))
    page = Page(
        own, _text(element, "title"), creator, [editor] if editor else [], created, updated, _text(element, "contentStatus"),
        _reference(element, "parent"), original, kind == "BlogPost",
    )  # fmt: skip
    older = space.pages.get(own)
    page.editors += older.editors if older is not None else []
    space.pages[own] = page
    if original and editor:
        kept = space.pages.setdefault(original, Page(original, "", "", [], "", "", "unread", "", "", is_blog=False))
        if editor not in kept.editors:
            kept.editors.append(editor)


def _label(space: Space, page: str, label: str) -> None:
    if label in space.names:
        space.labels.setdefault(page, []).append(space.names[label])
    else:
        space.waiting.setdefault(label, []).append(page)


def _principal(group: str, user: str) -> str:
    return f"group:{group}" if group else f"user:confluence-{user}" if user else ""


def _properties(element: Element, wanted: str) -> Iterable[Element]:
    return (child for child in element if name(child) == "property" and child.get("name") == wanted)


def _text(element: Element, wanted: str) -> str:
    return next((child.text or "" for child in _properties(element, wanted)), "").strip()


def _reference(element: Element, wanted: str) -> str:
    """Return the id that a property refers to."""
    return next(((part.text or "").strip() for child in _properties(element, wanted) for part in child if name(part) == "id"), "")


def _id(element: Element) -> str:
    return next(((child.text or "").strip() for child in element if name(child) == "id"), "")
