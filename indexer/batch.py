"""Gathers the documents of a pass: some are compared with the database at a time, and the new and changed are written together."""

from sqlalchemy import Engine

from indexer.documents import DocumentWriter, Prepared
from indexer.records import DocumentRecord
from models.database import reading, writing

MOST = 200  # documents a transaction
MOST_TEXT = 1_000_000  # characters a transaction: together they keep the write lock under 200 ms


class Batch:
    """Documents on their way into the database, each id once. Nothing of them is kept afterwards."""

    def __init__(self, engine: Engine, writer: DocumentWriter) -> None:
        self._engine, self._writer = engine, writer
        self._records: list[DocumentRecord] = []
        self._prepared: list[Prepared] = []
        self._unread = self._unwritten = 0  # characters

    def add(self, record: DocumentRecord) -> None:
        """Take in a document; compare and write when there are enough. Raises DatabaseUnavailable and StorageFull."""
        self._records.append(record)
        self._unread += len(record.text)
        if len(self._records) >= MOST or self._unread >= MOST_TEXT:
            self._compare()

    def end(self) -> None:
        """Write what is left. Raises DatabaseUnavailable and StorageFull."""
        self._compare()
        self._write()

    def _compare(self) -> None:
        with reading(self._engine) as session:
            prepared = self._writer.prepare(session, self._records)
        self._records, self._unread = [], 0
        for item in prepared:
            self._prepared.append(item)
            self._unwritten += len(item.record.text)
            if len(self._prepared) >= MOST or self._unwritten >= MOST_TEXT:
                self._write()

    def _write(self) -> None:
        if self._prepared:
            with writing(self._engine) as session:
                self._writer.write(session, self._prepared)
        self._prepared, self._unwritten = [], 0
