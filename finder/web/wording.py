"""The words a reader sees for roles, kinds, origins, languages and parts of a score, in the language of the request."""

from datetime import date

from babel import Locale
from babel.dates import format_skeleton
from flask_babel import format_decimal, format_percent, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from finder.answers import Confidence
from finder.corrections import Saying

ROLES = {
    "author": _l("Author"),
    "editor": _l("Editor"),
    "reviewer": _l("Reviewer"),
    "committer": _l("Committer"),
    "asker": _l("Asked this"),
    "answerer": _l("Answered"),
    "accepted": _l("Gave the accepted answer"),
    "mentioned": _l("Mentioned"),
    "thanked": _l("Thanked"),
}
KINDS = {
    "wiki": _l("Wiki page"),
    "post": _l("Post"),
    "profile": _l("Profile"),
    "question": _l("Question"),
    "answer": _l("Answer"),
    "idea": _l("Idea"),
    "commit": _l("Commit"),
}
ORIGINS = {
    "declared": _l("Says they know"),
    "endorsed": _l("Confirmed by colleagues"),
    "inferred": _l("Writes about"),
}
VISIBILITIES = {
    "org": _l("Everybody in the organisation"),
    "restricted": _l("Some people or groups"),
    "private": _l("Only those who wrote it, and whom they named"),
}
FIELDS = {
    "name": _l("Name"),
    "title": _l("Title"),
    "team": _l("Team"),
    "location": _l("Location"),
    "timezone": _l("Time zone"),
    "languages": _l("Languages"),
    "emails": _l("E-mail addresses"),
    "manager": _l("Manager"),
    "bio": _l("About"),
}
CORRECTED = {
    Saying.MUTE: _l("“%(topic)s” is muted: from now on nobody sees it with you or finds you by it."),
    Saying.HIDE: _l("The document no longer speaks for you. It stays where it is, and so does your name on it."),
    Saying.PAUSE: _l("You are paused: nobody finds you or sees your page until you resume."),
    Saying.NOTE: _l("Your note is with the administrators. What it is about is left out of your page where that is possible."),
}
UNDONE = {
    Saying.MUTE: _l("“%(topic)s” is no longer muted. What the index left out is back once it has been made anew."),
    Saying.HIDE: _l("The document speaks for you again."),
    Saying.PAUSE: _l("You are visible again. Where the index was made while you were paused, you are found once it has been made anew."),
    Saying.NOTE: _l("Your note is taken back. What was muted or hidden with it stays so until you undo that too."),
}
PARTS = {
    "unshown": _l("Other documents that are not listed above"),
    "profile": _l("Profile: introduction, skills and usual topics"),
    "endorsed": _l("Confirmed by colleagues"),
    "expected_by_volume": _l("Taken off for writing a lot in general"),
}
MATCHES = {
    Confidence.STRONG: _l("Strong match"),
    Confidence.GOOD: _l("Good match"),
    Confidence.SOME: _l("Possible match"),
    Confidence.NONE: _l("Weak match"),
}
LABELS = {
    "declared, little evidence yet": _l("Based mostly on their profile: little written evidence yet"),
}
FILTERS = {
    "team": _l("Team"),
    "location": _l("Location"),
    "language": _l("Language"),
    "skill": _l("Skill"),
    "kind": _l("Kind of document"),
    "source": _l("Source"),
    "tag": _l("Tag"),
    "author": _l("Author"),
    "since": _l("From"),
    "until": _l("Until"),
}
SUGGESTED = {
    "person": _l("Person"),
    "skill": _l("Skill"),
    "tag": _l("Tag"),
    "document": _l("Document"),
}
SOURCE_STATES = {
    "problem": _l("Needs a look"),
    "stale": _l("Not read lately"),
    "unfinished": _l("Being read, or interrupted"),
    "partial": _l("In step, some left out"),
    "sound": _l("In step"),
}


def word(known: dict[str, str], value: str) -> str:
    """Return the words for a value, or the value itself, capitalised, where it is one that the organisation made up."""
    return str(known.get(value, value[:1].upper() + value[1:]))


def part(role: str, edited: float | None) -> str:
    """Return the words for a part in a document, with an editor's share of it where it is told."""
    return str(_("Edited %(share)s", share=percent(edited))) if edited else word(ROLES, role)


def percent(share: float) -> str:
    """Return a share as the reader writes percentages."""
    return str(format_percent(share, "#,##0 %" if share >= 0.01 or share == 0 else "#,##0.0 %"))


def language_name(code: str) -> str:
    """Return a language's name in the reader's language; the code itself where it is not a known one."""
    locale = get_locale() or Locale("en")
    return str(locale.languages.get(code.replace("-", "_"), code))


def day(iso: str | None) -> str:
    """Return a date such as 2025-03-04 as the reader writes it; empty for none, unchanged where it is not a date."""
    if not iso:
        return ""
    try:
        return str(format_skeleton("yMMMd", date.fromisoformat(iso[:10]), locale=get_locale() or Locale("en")))
    except ValueError:
        return iso


def filter_value(name: str, value: str) -> str:
    """Return how a chosen filter value reads."""
    if name == "language":
        return language_name(value)
    if name == "kind":
        return word(KINDS, value)
    return day(value) if name in {"since", "until"} else value


def signed(hundredths: int) -> str:
    """Return hundredths as a signed number with two decimals, with a real minus sign."""
    sign = "\N{MINUS SIGN}" if hundredths < 0 else "+"
    return f"{sign}{format_decimal(abs(hundredths) / 100, '0.00')}"
