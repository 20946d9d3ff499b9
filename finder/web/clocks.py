"""What the clocks show where somebody works. Only a time zone that a source tells is known: none is guessed from a place."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local_time(zone: str | None, now: datetime) -> datetime | None:
    """Return `now`, which is aware of its zone, on the clocks of another; None where none is told or this machine does not know it."""
    try:
        return now.astimezone(ZoneInfo(zone)) if zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the indexer's machine may know more zones than this one
        return None
