"""What `indexer check` verifies: the database's own integrity, what our rows promise each other, and every file of the index."""

from collections.abc import Iterator

from sqlalchemy import Engine, func, or_, select, text
from sqlalchemy.orm import Session

from models import exported
from models.access import ORG
from models.database import check_schema, connect, reading
from models.errors import FinderError, GenerationMissing
from models.generation import current, published, verify
from models.settings import Settings
from models.tables import Document, Grant, Passage, Person, Visibility


def findings(settings: Settings) -> list[str]:
    """Return what is wrong, a sentence each; nothing where all is well. Raises SchemaMismatch or DatabaseUnavailable."""
    engine = connect(settings)
    try:
        check_schema(engine)
        return [*_database(engine), *_rows(engine), *_index(settings)]
    finally:
        engine.dispose()


def _database(engine: Engine) -> Iterator[str]:
    if engine.dialect.name != "sqlite":
        return
    with reading(engine) as session:
        for (answer,) in session.execute(text("pragma integrity_check")):
            if answer != "ok":
                yield f"The database file is damaged: {answer}."
        for row in session.execute(text("pragma foreign_key_check")):
            yield f"Row {row[1]} of table {row[0]} points to a row of {row[2]} that is not there."


def _rows(engine: Engine) -> Iterator[str]:
    with reading(engine) as session:
        for sentence, count in _counts(session):
            if count:
                yield f"{count} {sentence}."


def _counts(session: Session) -> Iterator[tuple[str, int]]:
    documents = select(func.count()).select_from(Document)
    granted = select(Grant.document_id).where(Grant.document_id == Document.id)
    passages = select(Passage.document_id).where(Passage.document_id == Document.id)
    outside = select(func.count()).select_from(Passage).join(Document, Document.id == Passage.document_id)
    for sentence, query in (
        ("passages reach outside their document", outside.where(or_(Passage.start < 0, Passage.end > func.length(Document.body)))),
        ("documents have no passage", documents.where(~Document.deleted, ~passages.exists())),
        ("documents of the organisation lack its grant", documents.where(
            ~Document.deleted, Document.visibility == Visibility.ORG, ~granted.where(Grant.principal == ORG).exists())),
        ("documents that are not the organisation's carry its grant", documents.where(
            Document.visibility != Visibility.ORG, granted.where(Grant.principal == ORG).exists())),
        ("deleted documents still hold text or readers", documents.where(Document.deleted, or_(Document.body != "", granted.exists()))),
        ("people who are not listed still hold details", select(func.count()).select_from(Person).where(
            ~Person.listed, or_(Person.title.is_not(None), Person.bio.is_not(None)))),
    ):  # fmt: skip
        yield sentence, session.scalar(query) or 0


def _index(settings: Settings) -> Iterator[str]:
    for folder in published(settings.generations):
        try:
            verify(folder)
        except FinderError as error:
            yield error.what
    for folder in exported.every(settings.home):
        try:
            exported.verify(folder)
        except FinderError as error:
            yield error.what
    try:
        if not current(settings.generations).is_dir():
            yield "The pointer names an index that is not there."
    except GenerationMissing:
        return
    except FinderError as error:
        yield error.what
