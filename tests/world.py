"""Small organisations made for a test: records in, an opened Finder out, through the real store and the real build."""

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from finder.service import Finder
from indexer.build import BuildSummary, Tools, build
from indexer.connectors.collection import Collection
from indexer.progress import Silent
from indexer.store import Policy, Summary, ingest
from models.access import VISITOR, Principal
from models.database import connect, upgrade
from models.settings import Settings, load_settings
from tests.fake_encoder import FakeEncoder

Row = Mapping[str, Any]


def person(public_id: str, **more: Any) -> Row:
    return {"id": public_id, "name": public_id.title(), **more}


def document(public_id: str, title: str, text: str = "", by: Iterable[str] | Mapping[str, str] = (), **more: Any) -> Row:
    roles = by if isinstance(by, Mapping) else dict.fromkeys(by, "author")
    authors = [{"id": who, "role": role} for who, role in roles.items()]
    return {"id": public_id, "kind": "post", "title": title, "text": text, "authors": authors, **more}


def reader(user: str, *groups: str) -> Principal:
    return Principal(frozenset({"org", f"user:{user}", *(f"group:{name}" for name in groups)}), user)


@cache
def empty_database() -> bytes:
    """What `upgrade` leaves in a new home, made once a process."""
    with tempfile.TemporaryDirectory() as home:
        upgrade(load_settings(home=Path(home)))
        return (Path(home) / "finder.db").read_bytes()


@dataclass
class World:
    """A home with a collection beside it."""

    folder: Path
    people: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    encoder: FakeEncoder = field(default_factory=FakeEncoder)

    @property
    def settings(self) -> Settings:
        return load_settings(home=self.folder / "home")

    @property
    def engine(self) -> Engine:
        return connect(self.settings)

    def write(self) -> Path:
        """Write the collection as it stands."""
        source = self.folder / "org"
        source.mkdir(parents=True, exist_ok=True)
        for name in ("people", "groups", "documents"):
            rows = getattr(self, name)
            (source / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return source

    def ingest(self, *, confirm: bool = True) -> Summary:
        source = self.write()
        database = self.settings.home / "finder.db"
        if not database.exists():
            database.parent.mkdir(parents=True, exist_ok=True)
            database.write_bytes(empty_database())
        return ingest(self.engine, "org", Collection(source), Policy(confirmed=confirm))

    def build(self) -> BuildSummary:
        return build(Tools(self.settings, self.engine, self.encoder, Silent()))

    def open(self) -> Finder:
        """Ingest, build and open."""
        self.ingest()
        self.build()
        return Finder.open(self.settings, self.encoder)


__all__ = ["VISITOR", "World", "document", "person", "reader"]
