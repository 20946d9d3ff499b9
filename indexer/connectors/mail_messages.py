"""One message of mail: who wrote what, when, in reply to what, in whatever encoding; quotations and signatures are left out."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime

from indexer.connectors.faults import Damaged
from indexer.connectors.html_text import to_text

MOST_PARTS = 200
_QUOTED_HTML = ".gmail_quote, .moz-cite-prefix, blockquote[type=cite], #divRplyFwdMsg, .gmail_signature, .moz-signature"
_ADDRESS = re.compile(r"([^\s<>@\"'(),;:]{1,64})(?:@| at )([A-Za-z0-9][A-Za-z0-9.-]{0,250}\.[A-Za-z]{2,24})")
_PROGRAM = re.compile(r"^(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|notifications?|bounces?|root|cron)[@+]", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:(?:re|aw|antw|fwd?|wg|sv)(?:\[\d+\])?:|\[[^\]\n]{1,60}\])\s*", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"^(?:On|Am|Le|El|Op)\b.{4,300}(?:wrote|schrieb|écrit|escribió|schreef)\b.{0,200}:\s*$|^.{3,200}\b(?:wrote|writes|schrieb):\s*$"
)
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Forwarded message|Weitergeleitete Nachricht)\s*-{2,}\s*$", re.IGNORECASE
)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,300})>")
_LIST = re.compile(r"<?([A-Za-z0-9][A-Za-z0-9_-]{0,60})[.@]")
_CHARSETS = {"unknown-8bit": "latin-1", "iso-8859-8-i": "iso-8859-8", "ansi_x3.110-1983": "latin-1"}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says. `author` is an address in lower case, `parents` the ids it answers, the thread's first in front."""

    id: str
    author: str
    name: str
    subject: str
    text: str
    date: str | None
    parents: tuple[str, ...]
    list_name: str
    url: str | None


def parsed(content: bytes, *, headers: bool) -> Message:
    """Return a message, or its headers alone. Raises Damaged where its parts lie in one another as no letter's do."""
    try:
        return (BytesHeaderParser() if headers else BytesParser()).parsebytes(content)
    except Exception as error:  # the standard library raises many kinds here, and goes into parts of parts to Python's own end
        raise Damaged(f"the message cannot be taken apart: {error}") from error


def letter(message: Message, text: str) -> Letter:
    """Return what a message's headers say, with a text that was read from it."""
    sender = header(message, "From")
    found = _ADDRESS.search(sender)
    name = re.sub(r"[<(]?" + re.escape(found.group()) + r"[>)]?", " ", sender) if found else sender
    ids = [_bounded(one) for source in ("References", "In-Reply-To") for one in _MESSAGE_ID.findall(header(message, source))]
    own = _MESSAGE_ID.search(header(message, "Message-ID"))
    listed = _LIST.search(re.sub(r"^.*<", "<", header(message, "List-Id")[:500]))
    archived = re.match(r"<(https?://[^<>\s]{1,1000})>", header(message, "Archived-At"))
    date = _date(header(message, "Date"))
    return Letter(
        _bounded(own[1]) if own else _digest(f"{sender}\n{header(message, 'Date')}\n{header(message, 'Subject')}"),
        f"{found[1]}@{found[2]}".lower() if found else "", " ".join(name.strip(" \t\"'()<>").split())[:200],
        _subject(header(message, "Subject")), text, date, tuple(dict.fromkeys(ids))[:50], listed[1].lower() if listed else "",
        archived[1] if archived else None,
    )  # fmt: skip


def header(message: Message, name: str) -> str:
    """Return a header decoded, on one line; bytes that fit no encoding are replaced."""
    raw = message.get(name)
    if raw is None:
        return ""
    try:
        parts = decode_header(str(raw)[:20_000])
    except Exception:  # noqa: BLE001 the standard library raises many kinds here
        return " ".join(_clean(str(raw)).split())[:5000]
    decoded = (part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts)
    return " ".join(_clean("".join(decoded)).split())[:5000]


def is_program(message: Message) -> bool:
    """Whether a program wrote the message: bounces, notices, answers while somebody is away."""
    automatic = header(message, "Auto-Submitted").lower()
    found = _ADDRESS.search(header(message, "From"))
    return (automatic not in ("", "no")) or (found is not None and _PROGRAM.match(f"{found[1]}@") is not None)


def body(message: Message) -> str:
    """Return what a message's author wrote: its plain text, else its HTML as text. Raises Damaged."""
    try:
        return _said(message)
    except Exception as error:  # the standard library raises many kinds here
        raise Damaged(f"the message cannot be read: {error}") from error


def _said(message: Message) -> str:
    plain, html = None, None
    for number, part in enumerate(_parts(message)):
        if number >= MOST_PARTS or (plain is not None and html is not None):
            break
        kind = part.get_content_type()
        if part.is_multipart() or part.get_filename() or kind not in ("text/plain", "text/html"):
            continue
        if kind == "text/plain" and plain is None:
            plain = _text(part)
        elif kind == "text/html" and html is None:
            html = _text(part)
    return unquoted(plain if plain is not None and plain.strip() else to_text(html or "", _QUOTED_HTML))


def _parts(message: Message) -> list[Message]:
    """Return the parts of a message, without those of messages it forwards as a whole."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < 2 * MOST_PARTS:
        part = waiting.pop(0)
        found.append(part)
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_type() != "message/rfc822":
            waiting = [one for one in inner if isinstance(one, Message)] + waiting
    return found


def _text(part: Message) -> str:
    try:
        content = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 the standard library raises many kinds here
        return ""
    charset = part.get_content_charset("utf-8")
    said = _clean(_decoded(content, charset) if isinstance(content, bytes) else "").replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        said = re.sub(r"(?<=[^\n]) \n(?![>\n])", " ", said.replace("\n-- \n", "\n--\x20\x20\n"))
    return said


def _decoded(content: bytes, charset: str | None) -> str:
    wanted = (charset or "utf-8").strip().lower()
    for name in (_CHARSETS.get(wanted, wanted), "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, ValueError, UnicodeError):
            continue
    return content.decode("latin-1")


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def unquoted(text: str) -> str:
    """Return a text without quoted lines, the line that announces them, a forwarded rest, and the signature."""
    kept: list[str] = []
    for line in text.split("\n"):
        if line.rstrip("\r") in ("-- ", "--", "--  ") or _ORIGINAL.match(line[:200]):
            break
        if line.lstrip(" ").startswith(">"):
            _drop_attribution(kept)
        else:
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _drop_attribution(kept: list[str]) -> None:
    while kept and not kept[-1]:
        kept.pop()
    for lines in (1, 2):
        if len(kept) >= lines and _ATTRIBUTION.match(" ".join(kept[-lines:])[:600]):
            del kept[-lines:]
            return


def _subject(raw: str) -> str:
    found = raw[:500]
    for _ in range(10):
        shorter = _PREFIX.sub("", found, count=1)
        if shorter == found or not shorter:
            break
        found = shorter
    return found


def _date(raw: str) -> str | None:
    try:
        told = parsedate_to_datetime(raw)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return told.date().isoformat() if isinstance(told, datetime) and 1970 <= told.year <= 2100 else None


def _bounded(own: str) -> str:
    return own if len(own) <= 180 else _digest(own)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
