"""The composition root of the read side: settings, database, encoder and generations put together, and what may be asked of them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from threadpoolctl import threadpool_limits

from finder import confidence, corrections, explore, lookup, related, start, suggest, unanswered
from finder.answers import Answer, Confidence, DocumentPage, Related, Request, Suggestion
from finder.asked import Asked
from finder.atlas import Map, Start, Topic, TopicPage
from finder.corrections import Note, Said
from finder.encoder import question_encoder
from finder.generations import Generations
from finder.held import OwnPage
from finder.own import own
from finder.portrait import PersonPage, Similar, SkillPage
from finder.profiles import Shelf
from finder.search import Tools, answer, begin
from finder.topics import Tally
from finder.view import Views
from finder.weights import Weights
from finder.weights import load as load_weights
from models.access import VISITOR, Principal, member
from models.analyzer import Analyzer
from models.database import access_revision, check_schema, connect, reading
from models.encoder import Encoder
from models.generation import Generation
from models.secret import installation_secret
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
        keeps = settings.keep_questions
        self._questions = unanswered.Questions(engine, installation_secret(settings), self._tools.analyzer) if keeps else None

    @classmethod
    def open(cls, settings: Settings, encoder: Encoder | None = None, weights: Weights | None = None) -> Self:
        """Put the read side together, with the installation's own encoder and weights where none are given.

        Raises SchemaMismatch, GenerationMissing, GenerationDamaged where no sound generation is kept, EncoderMismatch or EncoderUntrusted,
        and SettingsError for a weights file that cannot be used.
        """
        # One thread each: two workers on two cores answer more questions than one worker with two threads.
        threadpool_limits(settings.threads)
        engine = connect(settings, mapped=True)
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
            found = answer(self._tools, asked, Shelf(session, asked.generation, asked.view))
        self._note(request, principal)
        return found

    def person(self, public_id: str, principal: Principal) -> PersonPage:
        """Return a person's page. Raises NotFound, also where the asker may not know of the person."""
        with reading(self.engine) as session:
            return lookup.person(self._shelf_in(session, principal), public_id, principal)

    def skill(self, public_id: str, name: str, principal: Principal) -> SkillPage:
        """Return one skill of a person with the documents that name it. Raises NotFound."""
        with reading(self.engine) as session:
            return lookup.skill(self._shelf_in(session, principal), public_id, name, principal)

    def similar(self, public_id: str, principal: Principal) -> tuple[Similar, ...]:
        """Return the people nearest to a person by what they write and say. Raises NotFound."""
        with reading(self.engine) as session:
            return lookup.similar(self._shelf_in(session, principal), public_id)

    def names(self, public_ids: Iterable[str], principal: Principal) -> dict[str, str]:
        """Return the names of those of the given people whom the asker may see, by public id."""
        with reading(self.engine) as session:
            return lookup.names(self._shelf_in(session, principal), public_ids)

    def own(self, principal: Principal, first: int = 0) -> OwnPage:
        """Return everything held of the person who asks, documents from the one at `first`. Raises Forbidden."""
        with reading(self.engine) as session:
            return own(self._shelf_in(session, principal), principal, first, self.settings.workbench_days)

    def correct(self, said: Said, principal: Principal, *, undo: bool = False) -> None:
        """Put a correction in force or take it back, for every request from the next on. Raises Forbidden, NotFound, InvalidQuery."""
        (corrections.undo if undo else corrections.correct)(self.engine, principal, said)

    def endorse(self, public_id: str, skill: str, principal: Principal) -> None:
        """Confirm a skill that the asker sees of a colleague. Raises Forbidden or NotFound."""
        shown = self.skill(public_id, skill, principal)
        corrections.endorse(self.engine, principal, public_id, shown.skill.name)

    def withdraw(self, public_id: str, skill: str, principal: Principal) -> None:
        """Take a confirmation back. Raises Forbidden."""
        corrections.withdraw(self.engine, principal, public_id, skill)

    def notes(self, first: int = 0, count: int | None = None) -> tuple[Note, ...]:
        """Return what people wrote to the administrators about what is told of them, newest first, `count` from the one at `first`."""
        return corrections.notes(self.engine, first, count)

    def document(self, public_id: str, principal: Principal) -> DocumentPage:
        """Return a document in full. Raises NotFound, also where the asker may not read it."""
        with reading(self.engine) as session:
            return lookup.document(self._shelf_in(session, principal), public_id)

    def related(self, public_id: str, principal: Principal) -> Related:
        """Return the documents nearest to one, and who else knows about it. Raises NotFound as `document` does."""
        with reading(self.engine) as session:
            return related.related(self._tools, self._shelf_in(session, principal), public_id)

    def suggest(self, typed: str, principal: Principal) -> tuple[Suggestion, ...]:
        """Return completions of what was typed; none for whom the organisation's words are not open to."""
        generation = self._generations.serving
        view = self._views.of(generation, principal)
        if not view.member:
            return ()
        if generation.name not in self._titles:
            self._titles = {generation.name: suggest.Titles(generation)}
        return suggest.suggest(self.engine, generation, view, self._titles[generation.name], typed)

    def explore(self, principal: Principal) -> Map:
        """Return the map of what the organisation knows, as far as the asker may read."""
        with reading(self.engine) as session:
            shelf = self._shelf_in(session, principal)
            asked = unanswered.read(shelf, datetime.now(UTC).date()) if self._questions is not None else None
            return explore.explore(shelf, asked)

    def topics(self, principal: Principal) -> tuple[Topic, ...]:
        """Return the topics, the largest first; none for whom the organisation's words are not open to."""
        with reading(self.engine) as session:
            return explore.topics_of(self._shelf_in(session, principal))

    def topic(self, topic_id: str, principal: Principal) -> TopicPage:
        """Return a topic's page. Raises NotFound, also where the asker may not know of it."""
        with reading(self.engine) as session:
            return explore.topic_page(self._shelf_in(session, principal), topic_id)

    def teams(self, principal: Principal) -> tuple[str, ...]:
        """Return the teams that one can start with; none for whom the organisation's words are not open to."""
        with reading(self.engine) as session:
            return start.teams(self._shelf_in(session, principal))

    def start(self, principal: Principal, *, team: str | None = None, topic: str | None = None) -> Start:
        """Return where a newcomer starts with a team or a topic. Raises NotFound, also where the asker may not know of it."""
        with reading(self.engine) as session:
            shelf = self._shelf_in(session, principal)
            tally = Tally(shelf.generation, shelf.view)
            return start.of_topic(shelf, tally, topic) if topic is not None else start.of_team(shelf, tally, team or "")

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

    def _note(self, request: Request, principal: Principal) -> None:
        """Keep the words of a member's first, unfiltered question where nothing that everybody may read answers it.

        What only some may read has no say: else a count that all can see would tell that it exists.
        """
        narrowed = request.offset or request.filters.values
        if self._questions is None or narrowed or principal.user is None or not principal.member:
            return
        if confidence.of_answer(self.begin(request, VISITOR)) is Confidence.NONE:
            self._questions.keep(request.question, principal.user, datetime.now(UTC).date())

    def _shelf_in(self, session: Session, principal: Principal) -> Shelf:
        generation: Generation = self._generations.serving
        return Shelf(session, generation, self._views.of(generation, principal))
