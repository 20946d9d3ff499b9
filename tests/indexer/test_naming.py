"""Topics named by their own words: shared by several threads and people, and by few other topics."""

from collections.abc import Sequence

import pytest

from indexer.naming import WORDS, Namer, Text
from models.analyzer import Analyzer


def text(title: str, body: str = "", *, by: int = 1, **more: object) -> Text:
    fields = {"tags": (), "language": "en", "unit": f"{title}{body}{by}", **more}
    return Text(title=title, body=body, writers=frozenset({by}), **fields)  # type: ignore[arg-type]


def named(*topics: Sequence[Text], established: Sequence[str] = (), unwanted: Sequence[str] = ()) -> list[tuple[str, ...]]:
    return Namer(Analyzer(), established, frozenset(unwanted)).names(topics)


TIDES = [text("Tide gauge", "The harbour water is high.", by=n) for n in range(3)]
BREAD = [text("Sourdough bread", "The harbour oven is hot.", by=n) for n in range(3)]


def test_a_topic_is_named_by_what_its_documents_share_and_the_others_lack() -> None:
    tides, bread = named(TIDES, BREAD)
    assert tides[0] == "tide gauge"
    assert bread[0] == "sourdough bread"
    assert "harbour" not in (tides[0], bread[0])
    assert len(tides) <= WORDS


def test_no_two_topics_have_the_same_name() -> None:
    found = named(*[[text("Tide gauge", f"Level {'abc'[k]}xyz is high water.", by=n) for n in range(3)] for k in range(3)])
    assert len({words[0] for words in found if words}) == len([words for words in found if words])


def test_no_word_of_a_topic_says_again_what_another_says() -> None:
    (words,) = named([text("Tide gauge gauges", "A tide gauge. Tides. Gauging the tide.", by=n) for n in range(3)])
    stems = [stem for word in words for stem in Analyzer().terms(word)]
    assert len(stems) == len(set(stems))


def test_names_of_people_and_numbers_and_empty_words_name_nothing() -> None:
    wordy = [text("Ada", "Hello dear Ada, thanks, see you on Monday, December 24, with the lighthouse.", by=n) for n in range(3)]
    (words,) = named(wordy, unwanted=["ada"])
    assert words == ("lighthouse",)


def test_what_one_thread_or_one_person_says_names_nothing() -> None:
    thread = [text("Re: A very particular leak", "Pump.", by=n, unit="thread") for n in range(4)]
    tic = [text(f"Pump {sign}", "Rumpelstiltskin!", by=7) for sign in "abcd"]
    (words,) = named([*thread, *tic, text("The pump", by=3)])
    assert words == ("pump",)


@pytest.mark.parametrize(("language", "body"), [("de", "Und wir haben nicht die Pumpe"), ("fr", "Nous avons dans la Pumpe")])
def test_empty_words_of_other_languages_name_nothing(language: str, body: str) -> None:
    (words,) = named([text("", body, by=n, language=language, unit=str(n)) for n in range(3)])
    assert [word.lower() for word in words] == ["pumpe"]


def test_an_unknown_language_is_no_reason_to_fail() -> None:
    (words,) = named([text("", "Pumpe", by=n, language="../x", unit=str(n)) for n in range(3)])
    assert words == ("pumpe",)


def test_what_the_organisation_calls_a_skill_or_a_tag_comes_first() -> None:
    topic = [text("", "The ebb and the flood.", by=n, unit=str(n)) for n in range(3)]
    assert named(topic)[0][0] == "ebb"
    assert named(topic, established=["flood"])[0][0] == "flood"


def test_a_short_form_keeps_its_capitals_and_a_title_gives_none() -> None:
    topic = [text("Leaking hull", "The RTC of the leaking hull.", by=n, unit=str(n)) for n in range(3)]
    (words,) = named(topic)
    assert "RTC" in words
    assert "leaking hull" in words


def test_no_phrase_reaches_across_a_full_stop_or_a_line() -> None:
    (words,) = named([text("", "See the hull. Paint\nrope", by=n, unit=str(n)) for n in range(3)])
    assert sorted(word.lower() for word in words) == ["hull", "paint", "rope"]


def test_what_shares_nothing_has_no_name() -> None:
    assert named([text("Oven", by=1), text("Bells", by=2), text("Tide", by=3)]) == [()]
