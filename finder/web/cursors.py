"""Cursors: signed notes of where a list goes on, good for the same question of the same asker in one generation."""

import hashlib
import json
from dataclasses import replace

from itsdangerous import BadSignature, URLSafeSerializer

from finder.answers import Answer, Kind, Request
from models.access import Principal
from models.errors import InvalidCursor
from models.secret import installation_secret
from models.settings import Settings

SALT = "cursor"
LONGEST = 500  # characters; our own stay well below
FORGED = "This cursor was not issued by this service."
REMEDY = "Ask the question again without a cursor."


class Cursors:
    """Issues cursors and reads them back."""

    def __init__(self, secret: bytes) -> None:
        self._signer = URLSafeSerializer(secret, salt=SALT)

    @classmethod
    def of(cls, settings: Settings) -> "Cursors":
        """Return the cursors of an installation."""
        return cls(installation_secret(settings))

    def following(self, answer: Answer, principal: Principal) -> str | None:
        """Return the cursor of the page after an answer, None where there is none."""
        request = answer.request
        if not answer.more or request.kind is Kind.ALL:
            return None
        note = [answer.generation, request.offset + request.limit, _digest(request, principal)]
        return str(self._signer.dumps(note))

    def follow(self, cursor: str, request: Request, principal: Principal) -> Request:
        """Return the request with the place that a cursor names.

        Raises InvalidCursor for one that we did not issue, or that belongs to another question or asker. Whether its generation is
        still kept is for the finder to say.
        """
        try:
            note = self._signer.loads(cursor[: LONGEST + 1])
        except BadSignature as error:
            raise InvalidCursor(FORGED, REMEDY) from error
        if self._signer.dumps(note) != cursor:  # base64 has several spellings of the same bytes
            raise InvalidCursor(FORGED, REMEDY)
        generation, offset, digest = note
        if digest != _digest(request, principal):
            raise InvalidCursor("This cursor belongs to another question.", REMEDY)
        return replace(request, generation=generation, offset=offset)


def _digest(request: Request, principal: Principal) -> str:
    filters = sorted((name, sorted(values)) for name, values in request.filters.values)
    bound = [request.question, request.kind.value, request.sort.value, request.limit, filters, sorted(principal.grants)]
    return hashlib.blake2b(json.dumps(bound).encode(), digest_size=12).hexdigest()
