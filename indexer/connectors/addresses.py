"""E-mail addresses as ids: they stay out of links, and two people of the same local part stay apart."""

import hashlib
import re

NOREPLY = re.compile(r"(?:\d+\+)?([^@+\s]+)@users\.noreply\.github\.com", re.IGNORECASE)


def public_id(email: str) -> str:
    """Return an id for an address in lower case: its local part and a digest."""
    noreply = NOREPLY.fullmatch(email)
    local = noreply.group(1) if noreply else email.partition("@")[0]
    return f"{re.sub(r'[^a-z0-9.]+', '-', local.lower()).strip('-')[:100] or 'author'}-{_digest(email)}"


def _digest(email: str) -> str:
    return hashlib.blake2b(email.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
