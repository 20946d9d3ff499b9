"""Keys that speak for people: whom one speaks for, and the audit row that says so."""

from datetime import UTC, date, datetime
from typing import Protocol

from sqlalchemy import Engine

from finder.keys import Key
from models.access import Principal
from models.database import writing
from models.errors import Forbidden, NotFound
from models.told import AuditRow


class Directory(Protocol):
    """What is needed of the finder: its database and the members in it."""

    @property
    def engine(self) -> Engine:
        """The database."""
        ...

    def principal(self, user: str) -> Principal:
        """Return a member. Raises NotFound."""
        ...


class Delegation:
    """Lets a key that may impersonate stand for a member, and keeps account of it."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._audited: set[tuple[str, str, date]] = set()

    def principal(self, key: Key, user: str, request_id: str) -> Principal:
        """Return the member that a key speaks for, with the groups of this moment. Raises Forbidden and DatabaseUnavailable."""
        try:
            principal = self._directory.principal(user)
        except NotFound as error:
            raise Forbidden("The directory does not list whom this key speaks for.", "Name the id of a person, as in user:ada.") from error
        self._audit(key, user, request_id)
        return principal

    def _audit(self, key: Key, user: str, request_id: str) -> None:
        """Write that a key speaks for a person, once a day for each pair: a row a request would make every search a write."""
        now = datetime.now(UTC)
        pair = (key.id, user, now.date())
        if pair in self._audited:
            return
        with writing(self._directory.engine) as session:
            session.add(AuditRow(at=now, actor=f"key:{key.id}", action="impersonated", subject=f"user:{user}", request_id=request_id))
        self._audited = {kept for kept in self._audited if kept[2] == now.date()} | {pair}
