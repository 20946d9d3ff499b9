"""Answers and keys as tables on a terminal."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from finder.answers import Answer, Confidence, Kind, PersonResult, Snippet, Sort
from finder.keys import Key

COLOURS = {Confidence.STRONG: "green", Confidence.GOOD: "green", Confidence.SOME: "yellow", Confidence.NONE: "red"}
SHOWN = 2  # documents that speak for a person
WIDEST = 160  # characters of a snippet


def show(answer: Answer, console: Console | None = None) -> None:
    """Print an answer: people first, each with the documents that speak for them."""
    console = console or Console()
    colour = COLOURS[answer.confidence]
    words = "no confident match; the nearest are" if answer.confidence is Confidence.NONE else f"{answer.confidence.value} match"
    console.print(Text(words, style=colour))
    if answer.also_searched:
        console.print(Text(f"also searched: {', '.join(answer.also_searched)}", style="dim"))
    if answer.request.kind is not Kind.DOCUMENTS:
        console.print(_people(answer))
        console.print(*_beside(answer), sep="\n\n", end="\n\n" if answer.team or answer.interested else "")
    if answer.request.kind is not Kind.PEOPLE:
        if answer.request.sort is Sort.RECENT:
            console.print(Text("documents: newest first", style="dim"))
        console.print(_documents(answer))


def show_keys(keys: Iterable[Key], console: Console | None = None) -> None:
    """Print keys, oldest first."""
    table = Table("id", "name", "scopes", "grants", "created", "expires", "state", box=None, pad_edge=False)
    now = datetime.now(UTC)
    for key in keys:
        state = "revoked" if key.revoked else "in force" if key.usable(now) else "expired"
        expires = f"{key.expires:%Y-%m-%d}" if key.expires else "never"
        row = (key.id, key.name, " ".join(sorted(key.scopes)), " ".join(sorted(key.grants)), f"{key.created:%Y-%m-%d}", expires, state)
        table.add_row(*(escape(cell) for cell in row))
    (console or Console()).print(table)


def _people(answer: Answer) -> Table:
    table = _table("People")
    for person in answer.people:
        profile = person.profile
        where = " · ".join(part for part in (profile.title, profile.team, profile.location) if part)
        who = Text.assemble((profile.name, "bold"), f" ({profile.id})", "\n", (where, "dim"))
        table.add_row(str(person.rank), who, Text(person.confidence.value, style=COLOURS[person.confidence]), _evidence(person))
    return table


def _beside(answer: Answer) -> Iterator[Text]:
    """Yield the team for several subjects, and who cares about them."""
    if answer.team:
        members = [f"{member.profile.name} ({', '.join(member.subjects)})" for member in answer.team.members]
        left = f"; nobody for {', '.join(answer.team.uncovered)}" if answer.team.uncovered else ""
        yield Text.assemble(("Together: ", "bold"), ", ".join(members) + left)
    if answer.interested:
        yield Text.assemble(("Interested: ", "bold"), ", ".join(f"{held.profile.name} ({held.profile.id})" for held in answer.interested))


def _evidence(person: PersonResult) -> Group:
    lines: list[Text] = [Text(person.label, style="italic")] if person.label else []
    for evidence in person.evidence[:SHOWN]:
        facts = f"{evidence.kind}, {evidence.role}" + (f", {evidence.created}" if evidence.created else "")
        lines += [Text.assemble((evidence.title, "bold"), (f"  {facts}", "dim")), _snippet(evidence.snippet)]
    return Group(*(lines or [Text("profile alone", style="dim")]))


def _documents(answer: Answer) -> Table:
    table = _table("Documents")
    for found in answer.documents:
        document = found.document
        authors = ", ".join(author.name for author in document.authors[:3])
        facts = " · ".join(part for part in (document.kind, document.created, authors) if part)
        table.add_row(str(found.rank), Text.assemble((document.title, "bold"), "\n", (facts, "dim")), document.id, _snippet(found.snippet))
    return table


def _table(heading: str) -> Table:
    table = Table("", heading, "", "", title_justify="left", box=None, pad_edge=False, show_lines=False, padding=(0, 2, 1, 0))
    table.columns[1].ratio, table.columns[3].ratio = 2, 4
    table.columns[0].justify = "right"
    table.expand = True
    return table


def _snippet(snippet: Snippet) -> Text:
    text = Text(snippet.text)
    for start, end in snippet.highlights:
        text.stylize("bold yellow", start, end)
    text.truncate(WIDEST, overflow="ellipsis")
    return Text(" ").join(text.split("\n")) if "\n" in snippet.text else text
