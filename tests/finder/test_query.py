import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.query import ADDED, LONGEST, LONGEST_ENCODED, TERMS, Query, bounded, parse
from finder.service import Finder
from models.access import VISITOR, Principal
from models.analyzer import Analyzer
from models.errors import InvalidQuery
from tests.world import World, document, reader

ANALYZER = Analyzer()


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("query"))
    world.documents = [
        document("d1", "Kubernetes certificates", "battery battery"),
        document("d2", "Batteries", "battery kubernetes"),
        document("d3", "Salaries of mergers", "takeover", visibility="restricted", allow=["group:board"]),
        document("d4", "Turbines", "A power factor controller (PFC) saves money."),
        document("d5", "Board", "The planned fund closure (PFC) once.", visibility="restricted", allow=["group:board"]),
        document("d6", "Board", "Again the planned fund closure (PFC).", visibility="restricted", allow=["group:board"]),
    ]
    return world.open()


def parsed(finder: Finder, question: str, asker: Principal = VISITOR) -> Query:
    generation = finder._generations.serving
    return parse(question, generation, ANALYZER, finder._views.of(generation, asker))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("  who\tknows\n\n queues ", "who knows queues"),
        ("a\0b", "a b"),
        ("caf\u0065\u0301", "café"),
        ("\u202egnihton\u202c", "gnihton"),
        ("half \ud800 pair", "half pair"),
        ("🙂 emoji stay", "🙂 emoji stay"),
    ],
)
def test_a_question_is_brought_to_normal_form(question: str, text: str) -> None:
    assert bounded(question) == text


@pytest.mark.parametrize("question", ["", "   ", "\0\0", "?!…", "\u200b", "\ud800", "🙂"])
def test_a_question_without_a_word_is_refused(question: str) -> None:
    with pytest.raises(InvalidQuery, match="no word"):
        bounded(question)


def test_a_question_that_is_too_long_is_refused() -> None:
    assert len(bounded("x" * LONGEST)) == LONGEST
    with pytest.raises(InvalidQuery, match="10,001"):
        bounded("x" * (LONGEST + 1))


@given(st.text(max_size=300))
def test_any_question_is_refused_or_searchable(question: str) -> None:
    try:
        text = bounded(question)
    except InvalidQuery:
        return
    assert text == " ".join(text.split())
    assert text.isprintable()
    text.encode()


def test_terms_are_typed_once_and_weigh_one(finder: Finder) -> None:
    found = parsed(finder, "Battery batteries and the certificates")
    assert found.typed == ("batteri", "certif")
    assert found.terms == (("batteri", 1.0), ("certif", 1.0))
    assert found.also_searched == ()


def test_a_long_question_is_bounded(finder: Finder) -> None:
    found = parsed(finder, " ".join(f"w{n}" for n in range(1500)))
    assert len(found.typed) == TERMS
    assert len(found.text) == LONGEST_ENCODED


def test_a_typing_error_is_also_searched_as_what_it_may_have_meant(finder: Finder) -> None:
    found = parsed(finder, "kubernets")
    assert found.typed == ("kubernet",) or found.also_searched == ("kubernet",)
    wrong = parsed(finder, "kubrenetes")
    assert wrong.typed == ("kubrenet",)
    assert wrong.also_searched == ("kubernet",)
    assert wrong.terms == (("kubrenet", 1.0), ("kubernet", ADDED))


@pytest.mark.parametrize("question", ["batt", "xattexi", "kubernetes", "wxyzkubernet"])
def test_what_is_short_known_or_too_far_is_left_alone(finder: Finder, question: str) -> None:
    assert parsed(finder, question).also_searched == ()


@pytest.mark.parametrize("question", ["salaris mergres", "takeovr", "mergerz"])
def test_nothing_is_repaired_to_a_hidden_word(finder: Finder, question: str) -> None:
    assert parsed(finder, question).also_searched == ()


def test_a_word_that_only_hidden_documents_hold_is_repaired_as_an_unknown_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = []
    for n, documents in enumerate(([], [document("h", "takeover", visibility="restricted", allow=["group:board"])])):
        world = World(tmp_path_factory.mktemp(f"repair{n}"), documents=[document("d", "takeovers takeoves"), *documents])
        found.append(parsed(world.open(), "takeover"))
    assert found[0] == found[1]


def test_who_may_not_know_the_organisations_words_gets_no_repair(finder: Finder) -> None:
    assert parsed(finder, "kubrenetes", Principal(frozenset())).also_searched == ()


def test_a_short_form_is_also_searched_as_what_a_document_says_it_stands_for(finder: Finder) -> None:
    found = parsed(finder, "who knows PFC")
    assert found.typed == ("pfc",)
    assert found.also_searched == ("power factor controller",)
    assert found.terms == (("pfc", 1.0), ("power", ADDED), ("factor", ADDED), ("control", ADDED))


def test_a_long_form_is_also_searched_as_its_short_one(finder: Finder) -> None:
    assert parsed(finder, "power factor controllers").also_searched == ("pfc",)


def test_what_a_short_form_stands_for_comes_from_documents_that_the_asker_may_read(finder: Finder) -> None:
    assert parsed(finder, "PFC", reader("bea", "board")).also_searched == ("planned fund closure",)
    assert parsed(finder, "planned fund closure").also_searched == ()
    assert parsed(finder, "PFC", Principal(frozenset())).also_searched == ()
