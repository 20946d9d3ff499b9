"""The ids that a pass has met, on the disk: a source may have more of them than memory should hold."""

import sqlite3
from pathlib import Path

from models.errors import StorageFull

REFUSED = "refused"  # the kind of an id whose row could not be used: what is held under it stays
FULL = "Free some space there, or set TMPDIR to another folder, and run the command again."


class Met:
    """A set of ids of each kind of record, in a file that nobody else sees and that is gone when the process ends, however it ends."""

    def __init__(self, folder: Path | None = None) -> None:
        """Begin an empty set, in `folder` or where the system keeps temporary files."""
        path = folder / ".met.tmp" if folder else None
        if path is not None:
            path.unlink(missing_ok=True)
        self._where = path.parent if path else "the folder of temporary files"
        self._file = sqlite3.connect(path or "", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "secure_delete=OFF"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute("CREATE TABLE met (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID")
        self._file.execute("BEGIN")
        if path is not None:
            path.unlink()

    def add(self, kind: str, own: str) -> bool:
        """Take in an id; return whether it is new. Raises StorageFull."""
        try:
            return self._file.execute("INSERT OR IGNORE INTO met VALUES (?, ?)", (kind, own)).rowcount == 1
        except sqlite3.OperationalError as error:
            raise StorageFull(f"No space left in {self._where}: {error}.", FULL) from error

    def has(self, kind: str, own: str) -> bool:
        """Whether an id was met."""
        return self._file.execute("SELECT 1 FROM met WHERE kind = ? AND id = ?", (kind, own)).fetchone() is not None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
