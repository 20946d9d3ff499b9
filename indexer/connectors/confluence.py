"""Reads a Confluence space export in XML: a zip with `entities.xml`, or its folder. Pages and blog posts with their authors.

Who may read follows the space's view permissions and the restrictions of a page and of every page above it.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from indexer import validation
from indexer.connectors import archives
from indexer.connectors.archives import Tree
from indexer.connectors.confluence_model import Space, read
from indexer.connectors.confluence_storage import mentions, plain
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge
from indexer.connectors.xml_stream import elements
from indexer.records import Item
from models.errors import SourceError
from models.tables import Role

ENTITIES = "entities.xml"
LOOK = 0.2  # of the work is looking for everything but the bodies


class Confluence:
    """The connector for a space export in XML."""

    kind = "confluence"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield people, then pages. Raises SourceError where this is no export."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        with archives.opened(self._path) as tree:
            if ENTITIES not in tree.names:
                raise SourceError(f"{self._path} holds no {ENTITIES}.", "Export the space as XML.")
            space = Space()
            for element in _objects(tree, self.gauge.part(LOOK, [tree.size(ENTITIES)])):
                read(space, element)
            for key, user in space.users.items():
                person = {
                    "id": f"confluence-{key}",
                    "name": user.name or user.login or key,
                    "emails": [user.email] if "@" in user.email else [],
                    "accounts": [f"atlassian:{user.account}"] if user.account else [],
                    "listed": False,
                }
                yield from validation.person(person, f"user {key[:60]}")
            yield from _pages(space, _objects(tree, self.gauge.part(1.0, [tree.size(ENTITIES)])))


def _objects(tree: Tree, gauge: Gauge) -> Iterator[Element]:
    with gauge.through(tree.open(ENTITIES)) as file:
        yield from elements(file, ("object",))


def _pages(space: Space, objects: Iterator[Element]) -> Iterator[Item]:
    """Yield the pages in the order of their bodies, which are read once more rather than held."""
    for element in objects:
        body = space.body(element)
        page = space.pages.get(body[0]) if body is not None else None
        if body is None or page is None or not page.is_current:
            continue
        credits = [{"id": f"confluence-{page.creator}", "role": Role.AUTHOR}] if page.creator in space.users else []
        editors = [key for key in page.editors if key in space.users and key != page.creator][:8]
        credits += [{"id": f"confluence-{key}", "role": Role.EDITOR} for key in editors]
        named = [key for key in mentions(body[1]) if key in space.users and key not in (page.creator, *editors)]
        fields = {
            "id": f"confluence-{page.id}",
            "kind": "post" if page.is_blog else "wiki",
            "title": page.title,
            "text": plain(body[1]),
            "authors": [*credits, *({"id": f"confluence-{key}", "role": Role.MENTIONED} for key in named[:20])],
            "created": page.created or None,
            "updated": page.updated or None,
            "tags": space.labels.get(page.id, [])[:50],
            **space.readers(page),
        }
        yield from validation.document(fields, f"page {page.id[:40]}")


def recognises(path: Path) -> bool:
    """Whether a zip or a folder has Confluence's entities at its top."""
    return ENTITIES in archives.names(path)


FORMAT = Format(
    "confluence",
    "a Confluence space export in XML: the zip, or the folder it was unpacked to",
    "the organisation where everybody may view the space (anonymous), else the groups and people who may view it; of them only those whom "
    "the restrictions of the page and of every page above it name as well",
    recognises,
    Confluence,
)
