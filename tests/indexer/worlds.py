"""Small sources and databases for the indexer's tests."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import DeclarativeBase

from indexer.connectors.collection import Collection
from indexer.store import Policy, Summary, ingest
from models.database import connect, reading, upgrade
from models.settings import Settings, load_settings
from models.tables import Authorship, Document, Grant, Passage, Person

SECRET = b"a secret of the tests"
ADA = {"id": "ada", "name": "Ada Example", "emails": ["ada@example.com"]}
BOB = {"id": "bob", "name": "Bob Example", "emails": ["bob@example.com"]}


def page(number: int | str, author: str = "ada", **fields: Any) -> dict[str, Any]:
    """Return a document's raw fields."""
    made = {"id": f"d{number}", "kind": "wiki", "title": f"Title {number}", "text": f"Text of {number}.", "authors": [{"id": author}]}
    return made | fields


@dataclass(frozen=True)
class World:
    """A database in a folder of its own, and a collection beside it."""

    home: Path

    @property
    def settings(self) -> Settings:
        return load_settings(home=self.home)

    def engine(self) -> Engine:
        return connect(self.settings)

    def collection(
        self, documents: Iterable[Any] = (), people: Iterable[Any] = (ADA, BOB), groups: Iterable[Any] = (), name: str = "team"
    ) -> Path:
        """Write a collection; a str or bytes row is written as it is."""
        folder = self.home.parent / name
        folder.mkdir(exist_ok=True)
        for table, rows in (("documents", documents), ("people", people), ("groups", groups)):
            (folder / f"{table}.jsonl").write_bytes(b"".join(_line(row) + b"\n" for row in rows))
        return folder

    def add(self, folder: Path, name: str | None = None, *, confirm: bool = False) -> Summary:
        """Ingest a collection."""
        return self.ingest(Collection(folder), name or folder.name, confirm=confirm)

    def ingest(self, connector: Any, name: str, *, confirm: bool = False) -> Summary:
        engine = self.engine()
        try:
            return ingest(engine, name, connector, Policy(SECRET, confirmed=confirm))
        finally:
            engine.dispose()

    def rows(self, table: type[DeclarativeBase], *columns: str) -> list[tuple[Any, ...]]:
        """Return the named columns of every row of a table, sorted."""
        engine = self.engine()
        with reading(engine) as session:
            found = sorted((tuple(row) for row in session.execute(select(*(getattr(table, column) for column in columns)))), key=repr)
        engine.dispose()
        return found

    def live(self) -> dict[str, str]:
        """Return the bodies of live documents by public id."""
        return {key: body for key, body, deleted in self.rows(Document, "public_id", "body", "deleted") if not deleted}

    def authors(self) -> set[tuple[str, str, str]]:
        """Return (document, person, role) by public ids."""
        documents = dict(self.rows(Document, "id", "public_id"))
        people = dict(self.rows(Person, "id", "public_id"))
        return {(documents[d], people[p], role) for d, p, role in self.rows(Authorship, "document_id", "person_id", "role")}

    def readers(self, document: str) -> set[str]:
        """Return the principals that may read a document."""
        numbers = {public: number for number, public in self.rows(Document, "id", "public_id")}
        return {name for number, name in self.rows(Grant, "document_id", "principal") if number == numbers[document]}

    def snapshot(self) -> tuple[Any, ...]:
        """Return everything content is made of, without row numbers."""
        documents = dict(self.rows(Document, "id", "public_id"))
        passages = [(documents[d], *rest) for d, *rest in self.rows(Passage, "document_id", "ordinal", "start", "end", "heading")]
        grants = [(documents[d], name) for d, name in self.rows(Grant, "document_id", "principal")]
        people = self.rows(Person, "public_id", "name", "listed", "active")
        return self.live(), sorted(self.authors()), sorted(passages), sorted(grants), people


def _line(row: Any) -> bytes:
    if isinstance(row, bytes):
        return row
    return row.encode() if isinstance(row, str) else json.dumps(row).encode()


def world(folder: Path) -> World:
    """Return a world with an empty database."""
    made = World(folder / "home")
    upgrade(made.settings)
    return made
