"""What the asker may not read changes no byte of any answer: worlds with and without hidden documents are compared."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finder.answers import Filters, Kind, Request, Sort
from finder.corrections import Said, Saying
from finder.service import Finder
from models.access import VISITOR, Principal
from models.encoder import load_encoder
from models.errors import FinderError
from models.settings import load_settings
from tests.landscape import landscape
from tests.world import Row, World, document, person, reader

WORDS = "queries index vacuum merger payroll salary firmware battery onboarding kubernetes certificate invoice relay clock".split()
PEOPLE = ("ada", "bob", "cy", "dee", "eve")
ASKERS = {"visitor": VISITOR, "member": reader("dee", "finance"), "guest": Principal(frozenset())}
QUESTIONS = ("slow queries", "merger salary QVM", "batery clock", "certificate onboarding kubernetes relay")
# Two documents may explain one short form in two ways.
EXPLANATIONS = ["queries vacuum merger (QVM)", "quiet vendor match (QVM)"]
NARROWED = (
    Filters((("team", ("Data",)),)),
    Filters((("tag", ("vacuum", "salary")), ("kind", ("post",)))),
    Filters((("author", ("bob", "eve")),)),
    Filters((("skill", ("vacuum", "payroll")), ("since", ("2024-06-01",)))),
)
CONCEALED = (
    {"visibility": "restricted", "allow": ["group:board"]},
    {"visibility": "restricted", "allow": ["user:bob"], "votes": 40},
    {"visibility": "private"},
    {"visibility": "odd", "kind": "secret-kind"},
)

texts = st.lists(st.sampled_from([*WORDS, *EXPLANATIONS]), min_size=1, max_size=8).map(" ".join)
credited = st.dictionaries(
    st.sampled_from([*PEOPLE, "ghost-one", "ghost-two"]),
    st.sampled_from(["author", "editor", "reviewer", "mentioned", "asker", "accepted", "thanked"]),
    max_size=3,
)
tags = st.lists(st.sampled_from([*WORDS, "rare"]), max_size=2, unique=True)
dates = st.sampled_from(["2024-01-05", "2026-02-01", "2029-01-01", None])


@st.composite
def rows(draw: st.DrawFn, prefix: str, most: int, *, hidden: bool) -> list[Row]:
    found = []
    for number in range(draw(st.integers(1, most))):
        more: dict[str, Any] = {"tags": draw(tags), "created": draw(dates), "thread": draw(st.sampled_from([None, "t"]))}
        more["votes"] = draw(st.sampled_from([0, 3, 9]))
        people = draw(credited)
        if hidden:
            more |= draw(st.sampled_from(CONCEALED))
            people.pop("dee", None)  # the member who asks; authors read their own
        found.append(document(f"{prefix}{number}", draw(texts), draw(texts), people, **{k: v for k, v in more.items() if v is not None}))
    return found


def directory() -> list[Row]:
    return [
        person("ada", team="Data", location="Oslo", skills=["vacuum", "index"], languages=["en", "no"]),
        person("bob", team="Pay", skills=["payroll"], bio="Runs the payroll and answers for every invoice."),
        person("cy", team="Data", location="Graz", interests=["vacuum relay", "kubernetes"]),
        person("dee"),
    ]


def asks(finder: Finder, asker: Principal) -> Iterator[Callable[[], object]]:
    """Every kind of answer: searches, pages, similar people, documents, completions."""
    for place, question in enumerate(QUESTIONS):
        yield lambda question=question: finder.search(Request(question), asker)
        yield lambda question=question, place=place: finder.search(Request(question, filters=NARROWED[place]), asker)
    yield lambda: finder.search(Request("who knows vacuum relay and salary payroll"), asker)
    for kind in (Kind.PEOPLE, Kind.DOCUMENTS):
        yield lambda kind=kind: finder.search(Request("queries salary relay vacuum", kind, limit=2, offset=1), asker)
    yield lambda: finder.search(Request("queries salary relay vacuum", Kind.DOCUMENTS, sort=Sort.RECENT), asker)
    for public_id in (*PEOPLE, "ghost-one", "ghost-two", "nobody"):
        yield lambda public_id=public_id: finder.person(public_id, asker)
        yield lambda public_id=public_id: finder.similar(public_id, asker)
        for skill in ("vacuum", "index", "payroll", "rare", "nothing"):
            yield lambda public_id=public_id, skill=skill: finder.skill(public_id, skill, asker)
    yield lambda: finder.own(asker)
    for public_id in ("open0", "open3", "secret0", "secret3", "nothing"):
        yield lambda public_id=public_id: finder.document(public_id, asker)
        yield lambda public_id=public_id: finder.related(public_id, asker)
    yield lambda: finder.explore(asker)
    yield lambda: finder.topics(asker)
    yield lambda: finder.teams(asker)
    for team in ("Data", "Pay", "Nowhere"):
        yield lambda team=team: finder.start(asker, team=team)
    for topic in ("nothing", *(found.id for found in finder.topics(asker))):
        yield lambda topic=topic: finder.topic(topic, asker)
    for typed in ("me", "sal", "gh", "Bo", "vac", "ra"):
        yield lambda typed=typed: finder.suggest(typed, asker)


def everything(finder: Finder, asker: Principal) -> list[object]:
    """Every answer, without the generation's name, which no response carries; a refusal counts as an answer."""

    def answered(ask: Callable[[], object]) -> object:
        try:
            found = ask()
        except FinderError as error:
            return type(error).__name__, error.what, error.remedy
        return replace(found, generation="") if hasattr(found, "generation") else found

    return [answered(ask) for ask in asks(finder, asker)]


def differing(without: Finder, holding: Finder, asker: Principal) -> list[tuple[str, str]]:
    """The answers that differ, as text: every digit counts."""
    # Not strict: a topic more is an answer more, and the list of topics, which is among them, differs then.
    pairs = zip(everything(without, asker), everything(holding, asker), strict=False)
    return [(repr(a), repr(b)) for a, b in pairs if repr(a) != repr(b)]


# Worlds that fail are told as they are: to shrink one would take minutes and hide nothing.
@settings(
    max_examples=16, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(shown=rows("open", 10, hidden=False), hidden=rows("secret", 6, hidden=True))
def test_hidden_documents_change_nothing(shown: list[Row], hidden: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        without = World(Path(folder) / "without", directory(), [], shown).open()
        holding = World(Path(folder) / "with", directory(), [], shown + hidden).open()
        assert {name: differing(without, holding, asker) for name, asker in ASKERS.items()} == {name: [] for name in ASKERS}
        without.engine.dispose()
        holding.engine.dispose()


def test_hidden_documents_change_nothing_of_what_people_corrected(tmp_path: Path) -> None:
    shown = [document(f"open{n}", f"queries {n}", "vacuum index relay", ["ada", "bob"], tags=["index"], votes=n) for n in range(4)]
    hidden = [document(f"secret{n}", "vacuum index queries", "payroll", {"ada": "accepted"}, **CONCEALED[n]) for n in range(4)]
    without, holding = World(tmp_path / "a", directory(), [], shown).open(), World(tmp_path / "b", directory(), [], shown + hidden).open()
    for finder in (without, holding):
        finder.correct(Said(Saying.MUTE, "vacuum"), reader("ada"))
        finder.correct(Said(Saying.HIDE, "open1"), reader("ada"))
        finder.endorse("bob", "payroll", reader("dee"))
    assert {name: differing(without, holding, asker) for name, asker in ASKERS.items()} == {name: [] for name in ASKERS}


def test_hidden_documents_added_later_change_nothing(tmp_path: Path) -> None:
    """The same after an incremental build, which carries rows over from the generation before."""
    shown = [document(f"open{n}", f"queries {n}", "vacuum index relay", ["ada", "ghost-one"], tags=["index"]) for n in range(4)]
    hidden = [document(f"secret{n}", "salary index queries", "payroll", ["bob"], tags=["rare"], **CONCEALED[n]) for n in range(4)]
    without, growing = World(tmp_path / "a", directory(), [], shown), World(tmp_path / "b", directory(), [], shown)
    growing.open()
    growing.documents = shown + hidden
    before, after = without.open(), growing.open()
    assert after.generation > before.generation
    assert {name: differing(before, after, asker) for name, asker in ASKERS.items()} == {name: [] for name in ASKERS}


def test_a_hidden_copy_does_not_stand_in_for_the_open_one(tmp_path: Path) -> None:
    """Copies vote once: the best of those that the asker may read."""
    shown = [document("open0", "queries", "vacuum index", ["ada"]), document("open1", "relay", "clock", ["cy"])]
    hidden = [document("aa", "queries", "vacuum index", ["ada"], **CONCEALED[1]), document("zz", "relay", "clock", ["cy"], **CONCEALED[3])]
    without = World(tmp_path / "a", directory(), [], shown).open()
    holding = World(tmp_path / "b", directory(), [], shown + hidden).open()
    assert {name: differing(without, holding, asker) for name, asker in ASKERS.items()} == {name: [] for name in ASKERS}


def test_hidden_documents_change_no_topic_and_nothing_on_the_map(tmp_path: Path) -> None:
    """Enough documents for several topics, the hidden ones about the same things and by the same people as well as by others."""
    hidden = [
        document(f"{name}{n}", "tide bread bells", f"gauge sourdough rope {n}", [who], thread="t", **({"kind": "wiki"} | CONCEALED[n % 4]))
        for name, who in (("aa", "ada"), ("mm", "bob"), ("zz", "ghost-one"))
        for n in range(8)
    ]
    without, holding = landscape(tmp_path / "a"), landscape(tmp_path / "b")
    holding.documents = [*holding.documents, *hidden]
    before, after = without.open(), holding.open()
    assert len(before.topics(VISITOR)) == 3
    assert {name: differing(before, after, asker) for name, asker in ASKERS.items()} == {name: [] for name in ASKERS}
    assert differing(before, after, reader("bob", "board"))
    for finder in (before, after):
        tides = next(topic.name for topic in finder.topics(VISITOR) if "tide" in topic.name)
        finder.correct(Said(Saying.HIDE, "tides0"), reader("ada"))
        finder.correct(Said(Saying.MUTE, tides), reader("bob"))
        finder.correct(Said(Saying.MUTE, "chess"), reader("ada"))
        finder.correct(Said(Saying.PAUSE), reader("cy"))
    assert {name: differing(before, after, asker) for name, asker in ASKERS.items()} == {name: [] for name in ASKERS}


def test_the_order_of_inferred_skills_does_not_tell_how_much_is_hidden(tmp_path: Path) -> None:
    """How distinctive a skill is depends on the number of documents: of those that everybody may read."""
    people = [person("ada"), person("bob", skills=["Rare art", "Common craft"])]
    shown = [document(f"open{n:02}", f"Rare art {n}", "", ["ada"]) for n in range(3)]
    shown += [document(f"open{n:02}", f"Common craft {n}", "", ["ada"] if n < 8 else ["bob"]) for n in range(3, 13)]
    hidden = [document(f"secret{n:02}", "salary", "", ["bob"], **CONCEALED[0]) for n in range(60)]
    without, holding = World(tmp_path / "a", people, [], shown).open(), World(tmp_path / "b", people, [], shown + hidden).open()
    assert [skill.name for skill in without.person("ada", VISITOR).profile.skills] == ["Rare art", "Common craft"]
    assert without.person("ada", VISITOR) == holding.person("ada", VISITOR)


def test_hidden_documents_change_nothing_with_the_real_encoder(tmp_path: Path) -> None:
    encoder: Any = load_encoder(load_settings(home=tmp_path))
    shown = [document(f"open{n}", WORDS[n], " ".join(WORDS[: n + 2]), [PEOPLE[n % 5]], tags=[WORDS[n]]) for n in range(6)]
    hidden = [document(f"secret{n}", WORDS[n], " ".join(WORDS) * (n + 1), [PEOPLE[n % 3]], **CONCEALED[0]) for n in range(3)]
    without = World(tmp_path / "a", directory(), [], shown, encoder).open()
    holding = World(tmp_path / "b", directory(), [], shown + hidden, encoder).open()
    assert differing(without, holding, VISITOR) == []


@pytest.mark.parametrize("place", range(len(CONCEALED)))
def test_the_comparison_would_notice_a_leak(tmp_path: Path, place: int) -> None:
    """The same worlds, seen by somebody who may read the hidden documents, do differ."""
    shown = [document("open0", "queries", "vacuum index", ["ada"])]
    hidden = [document("secret0", "merger salary", "payroll", ["bob"], **CONCEALED[place])]
    without, holding = World(tmp_path / "a", directory(), [], shown), World(tmp_path / "b", directory(), [], shown + hidden)
    assert differing(without.open(), holding.open(), reader("bob", "board"))
