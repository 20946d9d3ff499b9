"""One pass over the documents of a build: what is unchanged is carried over, what is new is laid out, counted and annotated."""

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import Engine

from indexer.acronyms import acronyms
from indexer.annotate import Annotator, Gazetteer
from indexer.chunking import Span
from indexer.corpus import Corpus, IndexedDocument, read_bodies
from indexer.lexicon import Lexicon
from indexer.passages import Carried, Layout
from indexer.progress import Progress
from models.analyzer import Analyzer


@dataclass(frozen=True, slots=True)
class Read:
    """What the pass found, each list by document row: passages, terms, skills named, short forms explained, digests of words."""

    layout: Layout
    lexicon: Lexicon
    mentions: list[list[int]] = field(default_factory=list)
    acronyms: list[list[str]] = field(default_factory=list)
    twins: list[int] = field(default_factory=list)


class _Pass:
    """The state of the pass."""

    def __init__(self, gazetteer: Gazetteer, carried: Carried) -> None:
        self._carried = carried
        self._analyzer = Analyzer()
        self._annotator = Annotator(self._analyzer, gazetteer)
        held = carried.generation.mentions if carried.generation and carried.generation.manifest.gazetteer == gazetteer.digest else None
        self.old_mentions = held
        self.found = Read(Layout(), Lexicon(self._analyzer, carried))

    def unchanged(self, document: IndexedDocument) -> bool:
        """Whether nothing of the document needs its body."""
        return self.old_mentions is not None and document.key in self._carried.documents

    def carry(self, row: int, old: int) -> None:
        """Take over the passages and terms of a document indexed before."""
        assert self._carried.generation is not None
        self.found.layout.carry(row, old, self._carried)
        self.found.lexicon.carry(old)
        self.found.twins.append(int(self._carried.generation.documents.twin[old]))
        held, names = self._carried.generation.acronyms, self._carried.generation.names
        self.found.acronyms.append([names.acronym[code] for code in held.acronym[held.starts[old] : held.starts[old + 1]]])

    def analyse(self, row: int, document: IndexedDocument, body: str, spans: list[Span]) -> None:
        """Lay out and count a new or changed document."""
        self.found.layout.read(row, document, body, spans, self._carried)
        self.found.lexicon.read(document, body, spans)
        self.found.twins.append(twin(f"{document.title} {body}"))
        self.found.acronyms.append(["\t".join(pair) for pair in acronyms(f"{document.title}\n{body}")])

    def name_skills(self, document: IndexedDocument, body: str) -> None:
        """Note the skills a public document names."""
        self.found.mentions.append(self._annotator.skills(document.title, document.tags, body) if document.public else [])


def read(engine: Engine, corpus: Corpus, gazetteer: Gazetteer, carried: Carried, progress: Progress) -> Read:
    """Read every document of the corpus; bodies are fetched only where something must be analysed."""
    state = _Pass(gazetteer, carried)
    bodies = read_bodies(engine, [document for document in corpus.documents if not state.unchanged(document)])
    progress.start("documents analysed", len(corpus.documents))
    for row, document in enumerate(corpus.documents):
        old = carried.documents.get(document.key)
        if old is not None and state.old_mentions is not None:
            state.carry(row, old)
            held = state.old_mentions
            state.found.mentions.append(held.skill[held.starts[old] : held.starts[old + 1]].tolist())
        else:
            _, body, spans = next(bodies)
            if old is not None:
                state.carry(row, old)
            else:
                state.analyse(row, document, body, spans)
            state.name_skills(document, body)
        progress.advance(1)
    progress.finish()
    return state.found


def twin(text: str) -> int:
    """Return a digest that texts share when they differ in nothing but case and white space."""
    return int.from_bytes(hashlib.blake2b(" ".join(text.casefold().split()).encode(), digest_size=8).digest(), signed=True)
