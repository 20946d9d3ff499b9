"""The ledger of erased people: keyed hashes of their identity keys, so that no later import brings them back."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import Erasure


@dataclass(frozen=True, slots=True)
class Ledger:
    """The hashes of every erased identity key, and the key of the hash."""

    secret: bytes = b""
    hashes: frozenset[str] = frozenset()

    @classmethod
    def read(cls, session: Session, secret: bytes) -> "Ledger":
        """Load the ledger from the database."""
        return cls(secret, frozenset(session.scalars(select(Erasure.key_hash))))

    def hash(self, key: str) -> str:
        """Return the keyed hash of an identity key."""
        return hmac.new(self.secret, key.encode(), hashlib.sha256).hexdigest()

    def holds(self, keys: Iterable[str]) -> bool:
        """Whether any of the keys belongs to somebody who was erased."""
        return bool(self.hashes) and any(self.hash(key) in self.hashes for key in keys)
