from datetime import date

import numpy as np

from indexer.chunking import Span
from indexer.corpus import IndexedDocument
from indexer.lexicon import Lexicon
from indexer.passages import Carried
from models.analyzer import Analyzer
from models.lexical import Lexical


def made(title: str, tags: tuple[str, ...] = ()) -> IndexedDocument:
    return IndexedDocument(1, "d", "org", "post", title, tags, "en", date(2025, 1, 1), None, 0, False, ("org",), (), b"h")


def counts(lexical: Lexical, terms: tuple[str, ...], row: int) -> dict[str, int]:
    held = lexical.matrix()[row].toarray().ravel()
    return {term: int(n) for term, n in zip(terms, held, strict=True) if n}


def merged(lexicon: Lexicon) -> tuple[Lexical, Lexical, tuple[str, ...]]:
    return lexicon.merge(np.ones(len(lexicon.passage_rows), bool), np.ones(len(lexicon.document_rows), bool))


def test_a_passage_holds_its_words_its_heading_and_its_title() -> None:
    lexicon = Lexicon(Analyzer(), Carried.of(None))
    lexicon.read(made("Vacuum", ("postgres",)), "slow query plan", [Span(0, 10, "Causes"), Span(11, 15, "")])
    by_passage, _, terms = merged(lexicon)
    assert counts(by_passage, terms, 0) == {"vacuum": 1, "caus": 1, "slow": 1, "queri": 1}
    assert counts(by_passage, terms, 1) == {"vacuum": 1, "plan": 1}


def test_a_document_holds_title_tags_and_headings_once() -> None:
    lexicon = Lexicon(Analyzer(), Carried.of(None))
    lexicon.read(made("Vacuum", ("postgres",)), "slow slow query", [Span(0, 4, "Causes"), Span(5, 9, "Causes"), Span(10, 15, "Cure")])
    _, by_document, terms = merged(lexicon)
    assert counts(by_document, terms, 0) == {"vacuum": 1, "postgr": 1, "caus": 1, "cure": 1, "slow": 2, "queri": 1}


def test_terms_stand_in_sorted_order_whatever_came_first() -> None:
    one, other = Lexicon(Analyzer(), Carried.of(None)), Lexicon(Analyzer(), Carried.of(None))
    for lexicon, titles in ((one, ("zebra", "apple")), (other, ("apple", "zebra"))):
        for title in titles:
            lexicon.read(made(title), "", [Span(0, 0, "")])
    assert merged(one)[2] == merged(other)[2] == ("appl", "zebra")


def test_a_corpus_without_a_word_is_indexed() -> None:
    lexicon = Lexicon(Analyzer(), Carried.of(None))
    lexicon.read(made("the"), "", [Span(0, 0, "")])
    by_passage, by_document, terms = merged(lexicon)
    assert terms == ()
    assert by_passage.scores({}).tolist() == by_document.scores({}).tolist() == [0.0]


def test_nothing_at_all_is_indexed() -> None:
    by_passage, by_document, terms = merged(Lexicon(Analyzer(), Carried.of(None)))
    assert (len(by_passage.lengths), len(by_document.lengths), terms) == (0, 0, ())
