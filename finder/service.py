"""The composition root of the read side: settings, database, encoder and generations put together, and what may be asked of them."""

from dataclasses import asdict
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from threadpoolctl import threadpool_limits

from finder import lookup, suggest
from finder.answers import Answer, DocumentPage, PersonPage, Profile, Request, Suggestion
from finder.asked import Asked
from finder.encoder import question_encoder
from finder.generations import Generations
from finder.profiles import Shelf
from finder.search import Tools, answer, begin
from finder.view import Views
from finder.weights import Weights
from finder.weights import load as load_weights
from models.access import Principal, member
from models.analyzer import Analyzer
from models.database import access_revision, check_schema, connect, reading
from models.encoder import Encoder
from models.generation import Generation
from models.settings import Settings


class Finder:
    """Answers for one process. One request works with one generation from start to end."""

    def __init__(self, settings: Settings, engine: Engine, encoder: Encoder, weights: Weights) -> None:
        self.settings = settings
        self.engine = engine
        self._tools = Tools(encoder, Analyzer(), weights)
        self._generations = Generations(settings, encoder.identity)
        self._views = Views(engine)
        self._titles: dict[str, suggest.Titles] = {}

    @classmethod
    def open(cls, settings: Settings, encoder: Encoder | None = None, weights: Weights | None = None) -> Self:
        """Put the read side together, with the installation's own encoder and weights where none are given.

        Raises SchemaMismatch, GenerationMissing, GenerationDamaged where no sound generation is kept, EncoderMismatch or EncoderUntrusted,
        and SettingsError for a weights file that cannot be used.
        """
        # One thread each: two workers on two cores answer more questions than one worker with two threads.
        threadpool_limits(settings.threads)
        engine = connect(settings)
        check_schema(engine)
        return cls(settings, engine, encoder or question_encoder(settings), weights or load_weights(settings))

    @property
    def generation(self) -> str:
        """The name of the generation in service."""
        return self._generations.serving.name

    @property
    def tools(self) -> Tools:
        """What its searches work with."""
        return self._tools

    def refresh(self) -> None:
        """Swap to a newer generation where one was published."""
        self._generations.refresh()

    def ready(self) -> None:
        """Raise what keeps the service from answering; encodes a word, so that the first question does not wait for the model."""
        with reading(self.engine) as session:
            access_revision(session)
        self._tools.encoder.encode(["ready"])

    def principal(self, user: str) -> Principal:
        """Return a member with the groups that the database holds. Raises NotFound."""
        with reading(self.engine) as session:
            return member(session, user)

    def begin(self, request: Request, principal: Principal) -> Asked:
        """Parse, encode and retrieve without fetching anything: what evaluation ranks by."""
        generation = self._generations.named(request.generation)
        return begin(self._tools, generation, self._views.of(generation, principal), request)

    def search(self, request: Request, principal: Principal) -> Answer:
        """Answer a question. Raises InvalidQuery, CursorGone or DatabaseUnavailable."""
        asked = self.begin(request, principal)
        with reading(self.engine) as session:
            return answer(self._tools, asked, Shelf(session, asked.generation, asked.view))

    def person(self, public_id: str, principal: Principal) -> PersonPage:
        """Return a person's page. Raises NotFound, also where the asker may not know of the person."""
        with reading(self.engine) as session:
            return lookup.person(self._shelf_in(session, principal), public_id)

    def similar(self, public_id: str, principal: Principal) -> tuple[Profile, ...]:
        """Return the people nearest to a person by what they write and say. Raises NotFound."""
        with reading(self.engine) as session:
            return lookup.similar(self._shelf_in(session, principal), public_id)

    def document(self, public_id: str, principal: Principal) -> DocumentPage:
        """Return a document in full. Raises NotFound, also where the asker may not read it."""
        with reading(self.engine) as session:
            return lookup.document(self._shelf_in(session, principal), public_id)

    def suggest(self, typed: str, principal: Principal) -> tuple[Suggestion, ...]:
        """Return completions of what was typed; none for whom the organisation's words are not open to."""
        generation = self._generations.serving
        view = self._views.of(generation, principal)
        if not view.member:
            return ()
        if generation.name not in self._titles:
            self._titles = {generation.name: suggest.Titles(generation)}
        return suggest.suggest(self.engine, generation, view, self._titles[generation.name], typed)

    def warnings(self) -> tuple[str, ...]:
        """Return what an administrator should know of the index."""
        return self._generations.serving.manifest.warnings

    def describe(self) -> dict[str, object]:
        """Return what is in service, for administrators."""
        generation = self._generations.serving
        return {
            "generation": generation.name,
            "documents": len(generation.names.documents),
            "people": len(generation.names.people),
            "passages": len(generation.vectors),
            "encoder": asdict(generation.manifest.encoder),
            "warnings": list(generation.manifest.warnings),
        }

    def _shelf_in(self, session: Session, principal: Principal) -> Shelf:
        generation: Generation = self._generations.serving
        return Shelf(session, generation, self._views.of(generation, principal))
