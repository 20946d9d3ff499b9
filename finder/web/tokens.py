"""Tokens of the box on other sites' pages: signed, good for ten minutes, for one person, on pages of one origin."""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from models.errors import Unauthenticated
from models.secret import installation_secret
from models.settings import Settings

PREFIX = "et_"
SALT = "embed"
SECONDS = 600
LONGEST = 2_000  # characters; our own stay well below
REFUSED = "This token is not accepted here."
REMEDY = "It may have expired, or belong to another page: ask the portal for a new one."


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: the id of the key that asked for it, the person's id, and the exact origin of the page."""

    key: str
    user: str
    origin: str


class Tokens:
    """Signs tokens and reads them back. Nothing of them is stored: what they allow is looked up at each request."""

    def __init__(self, secret: bytes) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt=SALT)

    @classmethod
    def of(cls, settings: Settings) -> "Tokens":
        """Return the tokens of an installation."""
        return cls(installation_secret(settings))

    def issue(self, token: Token) -> str:
        """Return a token as it is presented, good for SECONDS from now."""
        return f"{PREFIX}{self._signer.dumps([token.key, token.user, token.origin])}"

    def read(self, presented: str, origin: str | None) -> Token:
        """Return what a token says.

        Raises Unauthenticated, with the same words whatever is wrong: not ours, too old, or presented by a page of another origin.
        """
        try:
            token = Token(*self._signer.loads(presented.removeprefix(PREFIX)[:LONGEST], max_age=SECONDS))
        except BadSignature as error:
            raise Unauthenticated(REFUSED, REMEDY) from error
        if origin != token.origin:
            raise Unauthenticated(REFUSED, REMEDY)
        return token
