"""Term frequencies of passages and of whole documents; unchanged documents keep the rows of the generation before."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.chunking import Span
from indexer.corpus import IndexedDocument
from indexer.passages import Carried
from models.analyzer import Analyzer
from models.lexical import Lexical, count


@dataclass(slots=True)
class Lexicon:
    """Collects the terms of new documents and merges them with carried rows into both indexes.

    A passage's row holds its own words, its heading and its title; a document's row holds body, headings, title and tags once.
    """

    analyzer: Analyzer
    carried: Carried
    passages: list[list[str]] = field(default_factory=list)
    documents: list[list[str]] = field(default_factory=list)
    passage_rows: list[int] = field(default_factory=list)
    document_rows: list[int] = field(default_factory=list)

    def carry(self, old: int) -> None:
        """Take over an unchanged document's rows."""
        first, last = self.carried.first[old : old + 2]
        self.passage_rows += range(int(first), int(last))
        self.document_rows.append(old)

    def read(self, document: IndexedDocument, body: str, spans: Sequence[Span]) -> None:
        """Analyse a new or changed document. New rows are numbered below zero: -1 is the first."""
        title = self.analyzer.terms(document.title)
        whole = [*title, *(term for tag in document.tags for term in self.analyzer.terms(tag))]
        heading = None
        for span in spans:
            above = self.analyzer.terms(span.heading)
            words = self.analyzer.terms(body[span.start : span.end])
            self.passages.append([*title, *above, *words])
            self.passage_rows.append(-len(self.passages))
            whole += words if span.heading == heading else [*above, *words]
            heading = span.heading
        self.documents.append(whole)
        self.document_rows.append(-len(self.documents))

    def merge(self, public_passages: NDArray[np.bool_], public_documents: NDArray[np.bool_]) -> tuple[Lexical, Lexical, tuple[str, ...]]:
        """Return the index by passage, the index by document, and the terms in column order. Terms no longer used are gone."""
        old = self.carried.generation
        vocabulary = dict(old.vocabulary) if old else {}
        fresh_passages, fresh_documents = count(self.passages, vocabulary), count(self.documents, vocabulary)
        passages = _stack(old.by_passage.matrix() if old else None, fresh_passages, self.passage_rows, len(vocabulary))
        documents = _stack(old.by_document.matrix() if old else None, fresh_documents, self.document_rows, len(vocabulary))
        terms = np.asarray(list(vocabulary), object)
        used = np.flatnonzero(np.asarray(documents.sum(axis=0)).ravel() + np.asarray(passages.sum(axis=0)).ravel())
        # Sorted, so that the same documents give the same columns whatever was indexed before them.
        columns = used[np.argsort(terms[used])] if len(used) else used
        kept = tuple(str(term) for term in terms[columns])
        return Lexical.of(passages[:, columns], public_passages), Lexical.of(documents[:, columns], public_documents), kept


def _stack(old: sparse.csr_matrix | None, fresh: sparse.csr_matrix, rows: list[int], width: int) -> sparse.csr_matrix:
    fresh = _widened(fresh, width)
    if old is None or not old.shape[0]:
        return fresh[[-row - 1 for row in rows]] if rows else fresh
    old = _widened(old, width)
    both = sparse.vstack([old, fresh], format="csr")
    stacked: sparse.csr_matrix = both[[row if row >= 0 else old.shape[0] - row - 1 for row in rows]]
    return stacked


def _widened(matrix: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))
