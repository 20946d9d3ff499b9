"""Counts topics over what one asker may read: documents, people who carry them, teams."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from finder.atlas import Topic
from finder.view import OUTPUT, View
from models.access import ORG
from models.analyzer import Analyzer
from models.generation import Generation

CARRIED = 2  # documents of a topic that one had a part in making before one carries it: one may be chance


@dataclass(frozen=True)
class Tally:
    """The topics of one generation under one view. Nothing is in it for whom the organisation's statistics are not open to."""

    generation: Generation
    view: View

    @cached_property
    def of(self) -> NDArray[np.int32]:
        """Each document's topic; -1 for one of no topic, of a topic that is not shown, or that the asker may not read."""
        topics = self.generation.topics.of
        if not self.view.member:
            return np.full(len(topics), -1, np.int32)
        shown = np.asarray([bool(words) for words in self._words], bool)
        kept = self.view.documents & (topics >= 0)
        kept[kept] = shown[topics[kept]]
        return np.where(kept, topics, np.int32(-1))

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """How many readable documents each topic has."""
        return np.bincount(self.of[self.of >= 0], minlength=len(self.generation.names.topic))

    @cached_property
    def entries(self) -> NDArray[np.intp]:
        """The credit entries of those who had a part in making a readable document, unless they hid it or muted its topic."""
        credits = self.generation.credits
        used = self.view.documents[credits.document] & OUTPUT[credits.role] & self.view.people[credits.person] & self.view.votes
        used &= ~self._muted[credits.person, self.of[credits.document]]
        return np.flatnonzero(used)

    @cached_property
    def made(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Who had a part in making which readable document: person rows and document rows."""
        credits = self.generation.credits
        return credits.person[self.entries].astype(np.int64), credits.document[self.entries]

    @cached_property
    def carried(self) -> NDArray[np.int64]:
        """In how many documents of each topic each person had a part, shape (people, topics)."""
        person, document = self.made
        topic, width = self.of[document], len(self.generation.names.topic)
        about = topic >= 0
        flat = person[about] * width + topic[about]
        return np.bincount(flat, minlength=len(self.view.people) * width).reshape(len(self.view.people), width)

    @cached_property
    def topics(self) -> dict[int, Topic]:
        """The topics that have a readable document, by code; those beside each other are akin."""
        carriers = (self.carried >= CARRIED).sum(axis=0)
        names = self.generation.names
        return {
            int(code): Topic(names.topic[code], self._words[code], int(self.sizes[code]), int(carriers[code]))
            for code in np.flatnonzero(self.sizes)
        }

    def by_team(self, rows: NDArray[np.bool_]) -> dict[int, int]:
        """Return, by team, how many of the given documents somebody of it had a part in making."""
        person, document = self.made
        team = self.generation.people.team[person]
        used = rows[document] & (team >= 0)
        pairs = np.unique(team[used].astype(np.int64) * len(rows) + document[used]) // max(1, len(rows))
        return {int(code): int(count) for code, count in zip(*np.unique(pairs, return_counts=True), strict=True)}

    def spoken(self, row: int, topic: Topic) -> tuple[str, ...]:
        """Return the words of a topic that a document holds."""
        alone = np.zeros(len(self.of), bool)
        alone[row] = True
        return tuple(word for word in topic.words if self._held(word, alone))

    @cached_property
    def _muted(self) -> NDArray[np.bool_]:
        """Who muted the name of which topic, shape (people, topics + 1); the last column is that of no topic."""
        names = [words[0].casefold() if words else "" for words in self._words]
        muted = np.zeros((len(self.view.people), len(names) + 1), bool)
        for person, name in self.view.muted:
            muted[person, [code for code, known in enumerate(names) if known == name]] = True
        return muted

    @cached_property
    def _words(self) -> list[tuple[str, ...]]:
        """Each topic's words. Of a topic that lost a document since the build only those that a document still holds; without its
        name none.
        """
        topics, names = self.generation.topics, self.generation.names
        words = [
            tuple(names.topic_word[code] for code in topics.word[topics.word_starts[t] : topics.word_starts[t + 1]])
            for t in range(len(names.topic))
        ]
        public = np.asarray([ORG in readers for readers in names.readers], bool)[self.generation.documents.readers]
        for topic in np.unique(topics.of[public & ~self.view.documents & (topics.of >= 0)]):
            within = self.view.documents & (topics.of == topic)
            standing = tuple(word for word in words[topic] if self._held(word, within))
            words[topic] = standing if standing[:1] == words[topic][:1] else ()
        return words

    def _held(self, phrase: str, within: NDArray[np.bool_]) -> bool:
        """Whether one of the given documents holds every term of a phrase."""
        lexical, held = self.generation.by_document, within
        for term in Analyzer().terms(phrase):
            column = self.generation.vocabulary.get(term)
            if column is None:
                return False
            found = np.zeros(len(within), bool)
            found[lexical.rows[lexical.starts[column] : lexical.starts[column + 1]]] = True
            held = held & found
        return bool(held.any())
