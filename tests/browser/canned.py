"""A finder whose answers are written down here: every state of the page, hostile values included, without building an index."""

from dataclasses import replace

from sqlalchemy import Engine

from finder.answers import (
    Answer,
    Author,
    Confidence,
    Count,
    Covered,
    DocumentPage,
    DocumentResult,
    DocumentSummary,
    Evidence,
    InterestedPerson,
    Kind,
    Knower,
    Member,
    Part,
    PersonResult,
    Profile,
    Related,
    Request,
    Skill,
    Snippet,
    Suggestion,
    Team,
)
from finder.portrait import (
    Achievements,
    CommonGroup,
    HeldSkill,
    Neighbour,
    PersonPage,
    Praise,
    Similar,
    Timeline,
    Voted,
    Year,
)
from models.access import Principal
from models.errors import InvalidQuery, NotFound

EVIL = "<script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>"
EVIL_TEXT = f"""# Heading

{EVIL}

![tracker](http://evil.example/pixel.png) [click](javascript:alert(3)) [data](data:text/html,<script>alert(4)</script>)

<iframe src="http://evil.example/"></iframe><svg onload=alert(5)></svg><style>body{{background:url(http://evil.example/bg)}}</style>

#### Deep heading

- `{EVIL}` and **bold**

| a | b |
|---|---|
| {EVIL} | <b onmouseover=alert(6)>x</b> |
"""
WIKI = """# Slow queries

When the shop feels slow, it is the database four times out of five. **Look before you change anything.**

## First five minutes

1. Open the dashboard and find the query with the most total time.
2. Run `EXPLAIN (ANALYZE, BUFFERS)` on it, on the replica.
3. Compare the estimated rows with the actual rows.

#### What the numbers mean

> A sequential scan on a large table is not always wrong, but it is always worth a question.

| Sign | Usual cause |
|---|---|
| Rows estimated 1, actual 90,000 | stale statistics |
| High `Buffers: read` | the working set left memory |

```sql
SELECT query, total_exec_time FROM pg_stat_statements ORDER BY 2 DESC LIMIT 10;
```

See the [vendor's manual](https://www.example.org/manual) for the rest.
"""
ADA = Profile(
    "ada",
    "Ada Lindqvist",
    "Database engineer",
    "Data Platform",
    "Graz",
    ("en", "sv"),
    (
        Skill("PostgreSQL", "declared"),
        Skill("query planning", "declared"),
        Skill("incident response", "endorsed"),
        Skill("indexes", "inferred"),
        Skill("replication", "inferred"),
    ),
    "ada.lindqvist@example.com",
    "Europe/Vienna",
)
BEN = Profile("ben", "Benoît Mercier", None, "Shop", "Lyon", ("fr",), (Skill("caching", "inferred"),))
MEI = Profile("hr:mei/lin", "Mei Lin", "Working student", None, None, (), ())
EVE = Profile(
    "eve", EVIL, EVIL, EVIL, EVIL, ("xx<b>",), (Skill(EVIL, "declared"), Skill(EVIL, "odd<i>")), "x@example.com?bcc=y@example.com"
)
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 9  # more than 300 characters without a place to break
OMAR = Profile("rtl", "عمر بن الخطاب", "مهندس قواعد البيانات", "البيانات", "عمّان", ("ar",), (Skill("قواعد البيانات", "declared"),))
WOLF = Profile(
    "long", LONG, LONG, LONG, LONG, ("de",) * 40, tuple(Skill(f"skill {n}", "declared") for n in range(2000)), f"{LONG}@example.com"
)
FOX = Profile("emoji", "🦊👩🏽‍💻", "🚀", "🧪🧪", "🏔️", ("en",), (Skill("🐘 PostgreSQL", "inferred"),))
STRANGE = (OMAR, WOLF, FOX)
PEOPLE = {profile.id: profile for profile in (ADA, BEN, MEI, EVE, *STRANGE)}
AUTHORS = (Author("ada", ADA.name, "author"), Author("ben", BEN.name, "reviewer"))
SLOW = DocumentSummary(
    "wiki-12",
    "Slow queries: where to look first",
    "wiki",
    "handbook",
    "2025-03-04",
    "en",
    ("postgres", "performance"),
    AUTHORS,
    "https://wiki.example.org/slow",
)
POST = DocumentSummary(
    "post/7 ä", "Why the shop was slow on Monday", "post", "chat", "2024-11-18", "en", ("incident",), (AUTHORS[1],), None
)
BARE = DocumentSummary("bare", "", "commit", "git", None, "", (), (), None)
HOSTILE = DocumentSummary(
    "hostile", EVIL, EVIL, EVIL, "2025-01-01", 'en" onload="alert(7)', (EVIL,), (Author("eve", EVIL, EVIL),), "javascript:alert(8)"
)
DOCUMENTS = {
    "wiki-12": DocumentPage(SLOW, WIKI, "2025-06-01", ((0, 15), (17, 600))),
    "post/7 ä": DocumentPage(POST, "First line of a plain post\nsecond line of it.\n\nAnother paragraph.", None, ((0, 45), (47, 65))),
    "bare": DocumentPage(BARE, "", None),
    "hostile": DocumentPage(HOSTILE, EVIL_TEXT, None, ((0, 9), (11, len(EVIL_TEXT) - 1))),
}
TEXT = "When the shop feels slow, it is the database four times out of five. Look at the query with the most total time, then at its plan."
LIT = Snippet(TEXT, ((14, 24), (32, 40)))


def _evidence(document: DocumentSummary, role: str, share: float, snippet: Snippet = LIT) -> Evidence:
    return Evidence(document.id, document.title, document.kind, role, document.created, share, snippet)


def _person(  # noqa: PLR0917
    profile: Profile, rank: int, confidence: Confidence, label: str | None, parts: tuple[Part, ...], evidence: tuple[Evidence, ...]
) -> PersonResult:
    return PersonResult(profile, rank, sum(part.share for part in parts), confidence, label, parts, evidence)


FOUND = (
    _person(
        ADA,
        1,
        Confidence.STRONG,
        None,
        (
            Part("evidence", 0.4149, "wiki-12"),
            Part("evidence", 0.2051, "post/7 ä"),
            Part("unshown", 0.1349),
            Part("profile", 0.1201),
            Part("expected_by_volume", -0.0452),
        ),
        (_evidence(SLOW, "author", 0.4149), _evidence(POST, "mentioned", 0.2051)),
    ),
    _person(BEN, 2, Confidence.GOOD, None, (Part("evidence", 0.312, "post/7 ä"),), (_evidence(POST, "author", 0.312),)),
    _person(MEI, 3, Confidence.SOME, "declared, little evidence yet", (Part("profile", 0.2),), ()),
)
FACETS = {
    "people": {
        "team": (Count("Data Platform", 4), Count("Shop", 2)),
        "location": (Count("Graz", 5), Count("Lyon", 1)),
        "language": (Count("en", 6), Count("sv", 1)),
        "skill": (Count("PostgreSQL", 3),),
    },
    "documents": {"kind": (Count("wiki", 7), Count("post", 3)), "source": (Count("handbook", 7),), "tag": (Count("postgres", 4),)},
}


def _many(kind: Kind) -> tuple[tuple[PersonResult, ...], tuple[DocumentResult, ...], dict[str, dict[str, tuple[Count, ...]]]]:
    """The last ten of ten thousand results, names of every sort among them."""
    parts = (Part("evidence", 0.5, "wiki-12"), Part("endorsed", 0.1), Part("expected_by_volume", -0.2))
    people = tuple(_person(STRANGE[n % 3], n, Confidence.SOME, LONG, parts, (_evidence(SLOW, "author", 0.5),)) for n in range(9991, 10_001))
    long = DocumentSummary(
        "bare", LONG, "post", LONG, "2025-01-01", "ar", (LONG,) * 9, tuple(Author("rtl", OMAR.name, "author") for _ in range(40)), None
    )
    documents = tuple(DocumentResult(long, n, 0.1, Snippet(LONG, ((0, 200),))) for n in range(9991, 10_001))
    counts = (Count(LONG, 10_000), *(Count(f"value {n}", 10_000 - n) for n in range(11)))
    facets = {"people": {"team": counts, "skill": counts}, "documents": {"kind": counts, "tag": counts}}
    return people if kind != Kind.DOCUMENTS else (), documents if kind != Kind.PEOPLE else (), facets


class CannedFinder:
    """Answers by what the question holds: "nothing", "unsure", "hostile", "broken", "many", "several"; else the ordinary answer."""

    generation = "canned"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def principal(self, user: str) -> Principal:
        return Principal(frozenset({"org", f"user:{user}"}), user)

    def describe(self) -> dict[str, object]:
        return {}

    def ready(self) -> None:
        """Always ready."""

    def refresh(self) -> None:
        """Nothing ever changes here."""

    def warnings(self) -> tuple[str, ...]:
        return ("Most documents are not in English.",)

    def search(self, request: Request, principal: Principal) -> Answer:
        question = request.question
        if "broken" in question:
            raise InvalidQuery("The question holds no letter or digit.", "Ask in words.")
        people, documents = FOUND, tuple(DocumentResult(held, rank, 1 / rank, LIT) for rank, held in enumerate((SLOW, POST, BARE), start=1))
        confidence, also, facets = Confidence.STRONG, ("postgres",), FACETS
        if "nothing" in question:
            people, documents, also, facets, confidence = (), (), (), {}, Confidence.NONE
        if "many" in question:
            people, documents, facets = _many(request.kind)
        several = "several" in question and request.kind != Kind.DOCUMENTS
        if several:
            people = tuple(replace(person, covers=(Covered("slow queries", 1.0), Covered(EVIL, 0.4))) for person in people)
        if "unsure" in question:
            confidence, also = Confidence.NONE, ()
        if "hostile" in question:
            snippet = Snippet(EVIL, ((0, 8), (4, 30), (-5, 2), (40, 9000)))
            people = (
                _person(
                    EVE,
                    1,
                    Confidence.GOOD,
                    EVIL,
                    (Part("evidence", 0.5, "hostile"), Part(EVIL, 0.1)),
                    (_evidence(HOSTILE, EVIL, 0.5, snippet),),
                ),
            )
            documents, also = (DocumentResult(HOSTILE, 1, 1.0, snippet),), (EVIL,)
            facets = {"people": {"team": (Count(EVIL, 3), Count("b", 1))}, "documents": {"tag": (Count(EVIL, 2), Count("b", 1))}}
        return Answer(
            request,
            self.generation,
            confidence,
            also,
            people if request.kind != Kind.DOCUMENTS else (),
            documents if request.kind != Kind.PEOPLE else (),
            team=Team((Member(ADA, ("slow queries",)), Member(BEN, ("caching", EVIL))), (EVIL,)) if several else None,
            interested=(InterestedPerson(MEI, ("birds", EVIL), (POST,)), InterestedPerson(EVE, (), (HOSTILE,))) if several else (),
            facets=facets,
            more=request.kind != Kind.ALL,
        )

    def person(self, public_id: str, principal: Principal) -> PersonPage:
        if public_id not in PEOPLE:
            raise NotFound("There is no such person.", "They may have left.")
        bio = (
            EVIL if public_id == "eve" else "I look after the databases behind the shop and the warehouse.\nAsk me before you add an index."
        )
        written = tuple(page.document for page in DOCUMENTS.values())
        profile = PEOPLE[public_id]
        if public_id not in {"ada", "eve"}:
            return PersonPage(profile, None, (), (), 0)
        return PersonPage(
            profile,
            bio,
            (bio[:20],),
            written,
            41,
            tuple(HeldSkill(skill.name, skill.origin, place * 4, place) for place, skill in enumerate(profile.skills)),
            Timeline((profile.skills[0].name, "indexes"), tuple(Year(2019 + n, (n, n % 3, 1)) for n in range(8)), 3),
            (Neighbour(EVE, 1, 0, False), Neighbour(BEN, 0, 2, True)),
            (CommonGroup("g", bio[:20]),),
            Achievements(Praise(9, written[:1]), Praise(1, written[-1:]), (Voted(written[-1], 12),)),
        )

    def similar(self, public_id: str, principal: Principal) -> tuple[Similar, ...]:
        return (
            tuple(Similar(profile, (EVIL,)) for profile in PEOPLE.values() if profile.id != public_id)
            if public_id == "eve"
            else (
                Similar(BEN, ("caching",)),
                Similar(MEI),
            )
        )

    def document(self, public_id: str, principal: Principal) -> DocumentPage:
        if public_id not in DOCUMENTS:
            raise NotFound("There is no such document.", "It may have been removed.")
        return DOCUMENTS[public_id]

    def related(self, public_id: str, principal: Principal) -> Related:
        hostile = public_id == "hostile"
        if public_id == "bare":
            return Related((), ())
        knowers = (EVE, *STRANGE) if hostile else (BEN, MEI)
        evidence = (_evidence(HOSTILE if hostile else POST, "author", 0.3),)
        return Related((HOSTILE, BARE) if hostile else (POST, BARE), tuple(Knower(profile, evidence) for profile in knowers))

    def suggest(self, typed: str, principal: Principal) -> tuple[Suggestion, ...]:
        known = (
            Suggestion("PostgreSQL", "skill"),
            Suggestion(ADA.name, "person", "ada"),
            Suggestion(POST.title, "document", POST.id),
            Suggestion(EVIL, "person", "eve"),
        )
        return tuple(suggestion for suggestion in known if typed.casefold() in suggestion.text.casefold())
