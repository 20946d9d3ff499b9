"""What stands for a person in the addresses of a search: a keyed hash, another one in every search, that names nobody."""

import hashlib
import hmac
from string import ascii_uppercase

DIGITS = 20


def token(secret: bytes, search: str, public_id: str) -> str:
    """Return what stands for a person in one search. Also what settles between equals, since it says nothing of the person."""
    return hmac.new(secret, f"workbench\0{search}\0{public_id}".encode(), hashlib.sha256).hexdigest()[:DIGITS]


def letters(number: int) -> str:
    """Return A to Z for 0 to 25, then AA, AB and so on."""
    rest, place = divmod(number, len(ascii_uppercase))
    return (letters(rest - 1) if rest else "") + ascii_uppercase[place]
