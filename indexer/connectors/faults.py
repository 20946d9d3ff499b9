"""What can go wrong while a source is read: a part that is damaged is refused in its place, a source out of reach ends the reading."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tarfile import TarError
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from indexer.records import Item, Refused
from models.errors import SourceError


class Damaged(Exception):
    """A file or an entry that cannot be read to its end, and why."""


BROKEN = (Damaged, EOFError, zlib.error, zipfile.BadZipFile, TarError, ParseError, NotImplementedError)


def reason(error: Exception) -> str:
    """Return what to say of a damaged part."""
    if isinstance(error, DefusedXmlException):
        return "the file declares a document type or entities, and such files are refused"
    if isinstance(error, Damaged):
        return str(error)
    return f"the file is damaged or cut off: {error}"


def salvaged(items: Iterator[Item], path: Path) -> Iterator[Item]:
    """Yield items up to where the source is damaged, then say so: nothing may then be taken for deleted.

    Raises SourceError where the source cannot be read at all.
    """
    try:
        yield from items
    except (*BROKEN, DefusedXmlException) as error:
        yield Refused(path.name, reason(error), incomplete=True)
    except OSError as error:
        if error.errno is None:
            yield Refused(path.name, reason(error), incomplete=True)
        else:
            raise SourceError(f"{path} cannot be read: {error.strerror}.", "Check that it is there and that you may read it.") from error
