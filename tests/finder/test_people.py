"""How documents vote for people: less for crowds, threads and copies, nothing for volume alone."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from finder import people
from finder.answers import Answer, Kind, Request
from finder.search import rank_people
from finder.service import Finder
from finder.weights import ROLE_CREDIT
from models.access import VISITOR, Principal
from models.tables import Role
from tests.world import Row, World, document, person, reader

SEED = 20250304
TOPICS = ("vacuum", "payroll", "firmware", "onboarding", "certificate", "merger")


def scores(world: World, question: str, asker: Principal = VISITOR) -> dict[str, float]:
    finder = world.open()
    asked = finder.begin(Request(question), asker)
    ranked = rank_people(finder._tools.weights, asked)
    return {asked.generation.names.people[row]: float(score) for row, score in zip(ranked.rows, ranked.score, strict=True)}


def among(*documents: Row) -> list[Row]:
    """The documents among others that are about something else, so that chance and scaling have something to stand on."""
    return [*documents, *(document(f"zz{n}", f"Canteen menu {n}", "Soup and bread.") for n in range(5))]


def earned(tmp_path: Path, *documents: Row, question: str = "slow queries") -> dict[str, float]:
    return scores(World(tmp_path, documents=among(*documents)), question)


def test_who_wrote_more_of_what_meets_the_question_comes_first(tmp_path: Path) -> None:
    found = earned(
        tmp_path, document("d1", "Slow queries", "one", ["ada"]), document("d2", "Slow queries", "two", ["ada"]),
        document("d3", "Slow queries", "three", ["bob"]), document("d4", "Slow elevators", "four", ["cy"]),
    )  # fmt: skip
    assert list(found)[:3] == ["ada", "bob", "cy"]


def test_a_crowd_shares_what_one_would_get(tmp_path: Path) -> None:
    found = earned(
        tmp_path, document("d1", "Slow queries", "one", ["ada"]), document("d2", "Slow queries", "two", ["b1", "b2", "b3", "b4"])
    )
    assert 0.4 < found["b1"] / found["ada"] < 0.55


def test_parts_weigh_by_what_they_say_of_knowing(tmp_path: Path) -> None:
    roles = (Role.AUTHOR, Role.ANSWERER, Role.COMMITTER, Role.REVIEWER, Role.MENTIONED, Role.ASKER)
    found = earned(tmp_path, *(document(f"d{n}", "Slow queries", f"text {n}", {role.value: role.value}) for n, role in enumerate(roles)))
    assert list(found) == ["author", "answerer", "committer", "reviewer", "mentioned"]


def shared(public_id: str, text: str, **shares: float | None) -> Row:
    authors = [{"id": who, "role": "editor"} | ({"share": share} if share else {}) for who, share in shares.items()]
    return document(public_id, "Slow queries", text) | {"authors": authors}


def test_editors_count_by_their_share_of_the_page(tmp_path: Path) -> None:
    found = earned(tmp_path, shared("d1", "one", ada=0.8, bob=0.05), shared("d2", "two", cy=0.3))
    assert list(found) == ["ada", "cy", "bob"]


def beside(folder: Path, **credit: object) -> dict[str, float]:
    """Scores where Ada has the given credit for a page, among others."""
    page = document("d1", "Slow queries", "one") | {"authors": [{"id": "ada", **credit}]}
    return earned(folder, page, document("d2", "Slow queries", "two", ["bob"]), document("d3", "Slow queries", "six", {"cy": "reviewer"}))


def test_who_edited_all_of_a_page_counts_as_its_author(tmp_path: Path) -> None:
    assert beside(tmp_path / "one", role="editor", share=1.0) == beside(tmp_path / "two", role="author")


def test_who_edited_a_quarter_of_a_page_counts_as_an_editor_of_whom_no_share_is_told(tmp_path: Path) -> None:
    assert beside(tmp_path / "one", role="editor", share=0.25) == beside(tmp_path / "two", role="editor")


@pytest.mark.parametrize("role", ["author", "reviewer"])
def test_a_share_beside_another_part_says_nothing(tmp_path: Path, role: str) -> None:
    assert beside(tmp_path / "one", role=role, share=0.1) == beside(tmp_path / "two", role=role)


def test_every_role_has_its_worth() -> None:
    assert set(ROLE_CREDIT) == set(Role)


def test_a_thread_votes_once_for_a_person(tmp_path: Path) -> None:
    replies = [document(f"d{n}", "Slow queries", f"reply {n}", ["ada"], thread="t") for n in range(4)]
    found = earned(tmp_path, *replies, *(document(f"e{n}", "Slow queries", f"page {n}", ["bob"]) for n in range(2)))
    assert list(found)[:2] == ["bob", "ada"]


def test_copies_of_one_text_vote_once_for_a_person(tmp_path: Path) -> None:
    copies = [document(f"d{n}", "Slow queries", "The same  text" if n % 2 else "the same text", ["ada"]) for n in range(6)]
    found = earned(
        tmp_path, *copies, *(document(f"e{n}", "Slow queries", word, ["bob"]) for n, word in enumerate(("page", "book", "note")))
    )
    assert list(found)[:2] == ["bob", "ada"]


def test_one_text_with_other_numbers_in_it_votes_once_for_a_person(tmp_path: Path) -> None:
    text = "Slow queries and what I know about them, written down as note number"
    same = [document(f"d{n}", "Slow queries", f"{text} {n}", ["ada"]) for n in range(9)]
    found = earned(tmp_path, *same, document("e", "Slow queries", f"{text} 10", ["bob"]))
    assert found["ada"] < 1.2 * found["bob"]


def test_who_is_named_on_everything_loses_more_than_their_share(tmp_path: Path) -> None:
    """Twice the documents, by lot, take off more than twice as much where there are many people."""
    documents = [document(f"d{n}", "Slow queries", f"text {n} {'x' * n}", ["all", *(["half"] if n % 2 else [])]) for n in range(40)]
    others = [document(f"o{n}", f"Canteen {n}", "Soup", [f"cook{n}"]) for n in range(150)]
    finder = World(tmp_path, documents=[*documents, *others]).open()
    asked = finder.begin(Request("slow queries"), VISITOR)
    ranked = rank_people(finder._tools.weights, asked)
    taken = {asked.generation.names.people[row]: float(value) for row, value in zip(ranked.rows, ranked.expected, strict=True)}
    assert taken["all"] > 2.5 * taken["half"] > 0


def test_in_a_team_of_two_who_wrote_most_is_still_found(tmp_path: Path) -> None:
    documents = [document(f"d{n}", "Slow queries", f"text {n} {'x' * n}", ["ada" if n % 4 else "bob"]) for n in range(40)]
    assert set(scores(World(tmp_path, documents=documents), "slow queries")) == {"ada", "bob"}


def test_newer_and_better_received_documents_count_more(tmp_path: Path) -> None:
    found = earned(
        tmp_path, document("d1", "Slow queries", "one", ["ada"], created="2025-01-01", votes=7),
        document("d2", "Slow queries", "two", ["bob"], created="2025-01-01"),
        document("d3", "Slow queries", "six", ["cy"], created="2015-01-01"),
    )  # fmt: skip
    assert list(found)[:3] == ["ada", "bob", "cy"]


def test_equal_people_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    found = earned(tmp_path, document("d1", "Slow queries", "text", ["eve", "ada", "cy"]))
    assert list(found)[:3] == ["ada", "cy", "eve"]


def test_the_asker_counts_only_what_they_may_read(tmp_path: Path) -> None:
    """The same person's volume is another one for another asker, and so is what it takes off."""
    noise = [document(f"n{n}", f"Board minutes {n}", "Budget", ["bob"], visibility="restricted", allow=["group:board"]) for n in range(30)]
    world = World(
        tmp_path, documents=among(document("d1", "Slow queries", "one", ["bob"]), document("d2", "Slow queries", "two", ["ada"]), *noise)
    )
    finder = world.open()
    taken = {}
    for name, asker in (("visitor", VISITOR), ("board", reader("x", "board"))):
        asked = finder.begin(Request("slow queries"), asker)
        ranked = rank_people(finder._tools.weights, asked)
        place = [asked.generation.names.people[row] for row in ranked.rows].index("bob")
        taken[name] = float(ranked.expected[place])
    assert taken["board"] > 5 * taken["visitor"] > 0


def test_what_people_say_of_themselves_finds_those_who_wrote_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, [person("new", bio="I tune slow queries all day.", skills=["queries"]), person("old", bio="I cook soup.")])
    world.documents = among()
    finder = world.open()
    found = finder.search(Request("slow queries", Kind.PEOPLE), VISITOR).people
    assert found[0].profile.id == "new"
    assert found[0].label == "declared, little evidence yet"
    assert {part.part for part in found[0].explanation} == {"profile"}
    assert finder.search(Request("slow queries", Kind.PEOPLE), Principal(frozenset())).people == ()


def test_evidence_stands_above_what_people_say_of_themselves(tmp_path: Path) -> None:
    world = World(tmp_path, [person("talks", bio="Slow queries, slow queries, slow queries."), person("does")])
    world.documents = among(*(document(f"d{n}", "Slow queries", f"How to {n}", ["does"]) for n in range(3)))
    assert next(iter(scores(world, "slow queries"))) == "does"


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    """600 documents on six topics by 30 people; `planted` is credited on a random fifth of them, `stuffer` copies and claims."""
    chance = random.Random(SEED)
    world = World(tmp_path_factory.mktemp("attack"))
    words = [f"term{n}" for n in range(400)]
    for number in range(600):
        topic = number % len(TOPICS)
        body = " ".join([TOPICS[topic]] * chance.randint(1, 4) + chance.sample(words, 30))
        authors = {f"{TOPICS[topic]}-{chance.randint(0, 4)}": "author"}
        if chance.random() < 0.2:
            authors["planted"] = "author"
        world.documents.append(document(f"d{number:03}", f"{TOPICS[topic]} {chance.choice(words)}", body, authors))
    stuffing = "vacuum vacuum vacuum expert knows everything about vacuum"
    world.documents += [document(f"s{n:03}", "Vacuum vacuum", stuffing, ["stuffer"]) for n in range(500)]
    world.people = [person("stuffer", skills=[*TOPICS, *(f"claim {n}" for n in range(300))], bio=" ".join(TOPICS) * 5)]
    return world.open()


def top(finder: Finder, question: str, n: int) -> list[str]:
    answer: Answer = finder.search(Request(question, Kind.PEOPLE, limit=n), VISITOR)
    return [result.profile.id for result in answer.people]


@pytest.mark.parametrize("topic", TOPICS)
def test_who_is_named_on_a_random_fifth_of_everything_is_no_expert_in_anything(big: Finder, topic: str) -> None:
    assert "planted" not in top(big, f"who knows about {topic}", 5)
    assert all(name.startswith(topic) for name in top(big, topic, 3))


def test_without_the_correction_volume_would_win(big: Finder) -> None:
    """What the tests above hold off does come: the correction is what holds it off."""
    plain, reached = replace(big._tools.weights, chance=0.0, crowding=0.0), []
    for topic in TOPICS:
        asked = big.begin(Request(topic), VISITOR)
        ranked = people.rank(asked, people.vote(asked, plain), plain)
        reached.append("planted" in [asked.generation.names.people[row] for row in ranked.rows[:5]])
    assert any(reached)


@pytest.mark.parametrize("question", ["vacuum", "who knows about vacuum", "who is an expert in vacuum"])
def test_five_hundred_copies_and_three_hundred_claims_stay_under_the_genuine_five(big: Finder, question: str) -> None:
    found = top(big, question, 6)
    assert len([name for name in found[:5] if name.startswith("vacuum-")]) == 5, found
