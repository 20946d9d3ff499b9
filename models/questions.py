"""What is kept of questions without an answer, so that it can be counted who asked, and nobody be told from it.

Both sides must agree on it: the finder writes rows, the indexer forgets them, those of one person too.
"""

import hashlib
from datetime import date, timedelta

KEPT = timedelta(days=30)
# Words are shown once so many people asked with them. Of three or four a colleague could often tell who they were; that five are the least
# is usual in surveys among employees.
LEAST_ASKERS = 5


def pseudonym(secret: bytes, asker: str, words: str) -> str:
    """Return what stands for an asker beside words: another for every words, so that no two rows can be put together."""
    return hashlib.blake2b(f"{asker}\0{words}".encode(), key=secret[:64], digest_size=16).hexdigest()


def expired(today: date) -> date:
    """Return the last day whose questions are no longer kept."""
    return today - KEPT
