"""Server-rendered pages: read the address, ask the finder, hand the answer to a template."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

from babel import Locale
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from finder.answers import Answer, Kind, Request, Sort
from finder.filters import NAMES
from finder.keys import Scope
from finder.query import LONGEST
from finder.serial import document_url, person_url
from finder.service import Finder
from finder.web import asking, cards, narrowing, own, passages, rendering, wording
from finder.web.chart import chart
from finder.web.clocks import local_time
from finder.web.cursors import Cursors
from finder.web.feedback import record
from finder.web.gate import needs
from finder.web.links import carried, found_url, mail_url, search_url, seen_at, selected, web_address
from finder.web.reasons import gross, reasons
from models.errors import CursorGone, InvalidQuery
from models.settings import Settings

# Not translated: they are asked of documents, and those do not change their language with the reader's.
EXAMPLES = (
    "Who keeps an eye on renewal dates?",
    "Why did the staging environment cost so much?",
    "I sent a list of employees to the wrong address",
)
KNOWN = frozenset((*asking.SINGLE, *NAMES))


def create_pages(finder: Finder, settings: Settings) -> Blueprint:
    """Return the pages of one finder. They expect `flask.g.principal` to be set before each request."""
    pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    cursors = Cursors.of(settings)
    pages.app_context_processor(lambda: _everywhere(settings))

    @pages.get("/")
    def home() -> ResponseReturnValue:
        question = request.args.get("q", "")
        if not question.strip():
            return render_template("home.html", question="", examples=EXAMPLES, warnings=finder.warnings() if g.principal.member else ())
        try:
            first, cursor = asked(request.args)
            answer = finder.search(cursors.follow(cursor, first, g.principal) if cursor else first, g.principal)
            authors = selected(first.filters, "author")
            names = finder.names(authors, g.principal) if authors else {}
        except InvalidQuery as error:
            return render_template("home.html", question=question, examples=EXAMPLES, error=error), 400
        except CursorGone:  # the index was built anew since: the first page is the honest continuation
            return redirect(search_url(first), 303)
        return render_template("results.html", **_results(answer, cursors.following(answer, g.principal), names))

    @pages.get("/people/<path:public_id>")
    @needs(Scope.PEOPLE)
    def person(public_id: str) -> str:
        if "skill" in request.args:
            return render_template("skill.html", page=finder.skill(public_id, request.args["skill"], g.principal))
        page = finder.person(public_id, g.principal)
        linked = cards.linked(page, cards.address(public_id, seen_at(settings, request.url_root)))
        similar = finder.similar(public_id, g.principal)
        return render_template("person.html", page=page, linked=linked, similar=similar, chart=chart(page.timeline))

    @pages.get("/documents/<path:public_id>")
    def document(public_id: str) -> str:
        page, question = finder.document(public_id, g.principal), request.args.get("q", "")[:LONGEST].strip()
        passage = passages.found(page, request.args.get("passage", ""), question)
        body = rendering.body(page.text, page.document.title, passage)
        return render_template(
            "document.html", page=page, body=body, related=finder.related(public_id, g.principal), question=question, passage=passage
        )

    @pages.post("/feedback")
    def feedback() -> ResponseReturnValue:
        said = asking.said(request.form, request.args.get("q", ""))
        record(finder, said)
        if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
            return {"status": "recorded"}, 201
        flash(_("Thank you. What you said was kept."))
        return redirect(_back(said.subject), 303)

    own.serve(pages, finder)
    return pages


def _back(subject: str) -> str:
    """Return where somebody came from who spoke of a result: a document's own page, or the results of the question."""
    kind, _slash, public_id = subject.partition("/")
    if kind == "documents":
        kept = urlencode({name: request.args[name] for name in ("q", "passage") if name in request.args})
        return f"{document_url(public_id, request.script_root)}?{kept}"
    try:
        first, cursor = asked(request.args)
    except InvalidQuery:
        return person_url(public_id, request.script_root)
    return search_url(first, cursor=cursor)


def asked(arguments: MultiDict[str, str]) -> tuple[Request, str | None]:
    """Read a question and its cursor from an address.

    What a page does not know is somebody's tracking, and an empty value is a form field left empty: both are ignored. Of a long text, such
    as a selection on another page, the beginning is asked.
    Raises InvalidQuery for a value that cannot be used.
    """
    known = MultiDict(
        (name, value[:LONGEST] if name == "q" else value)
        for name, value in arguments.items(multi=True)
        if name in KNOWN and (value or name == "q")
    )
    return asking.from_address(known)


def _results(answer: Answer, cursor: str | None, names: Mapping[str, str]) -> Mapping[str, object]:
    asked_for, full = answer.request, max(map(gross, answer.people), default=0.0)
    return {
        "answer": answer,
        "question": asked_for.question,
        "kind": asked_for.kind,
        "reasons": {person.profile.id: reasons(person, full) for person in answer.people},
        "menus": narrowing.menus(answer),
        "chips": narrowing.chips(asked_for, names),
        "cleared": narrowing.cleared(asked_for),
        "undated": narrowing.undated(asked_for),
        "carried": carried(asked_for),
        "orders": {sort.value: search_url(asked_for, sort=sort) for sort in Sort},
        "dates": {name: values[0] for name, values in asked_for.filters.values if name in narrowing.DATES},
        "tabs": {kind.value: search_url(asked_for, kind=kind) for kind in Kind},
        "next_page": search_url(asked_for, cursor=cursor) if cursor else None,
        "first_page": search_url(asked_for) if asked_for.offset else None,
    }


def _everywhere(settings: Settings) -> dict[str, object]:
    locale = get_locale() or Locale("en")
    principal, asker = g.get("principal"), g.get("asker")
    return {
        "person_url": partial(person_url, root=request.script_root),
        "document_url": partial(document_url, root=request.script_root),
        "words": wording,
        "found_url": partial(found_url, root=request.script_root),
        "mail_url": mail_url,
        "verdict_url": f"{url_for('pages.feedback')}?{request.query_string.decode('ascii', 'ignore')}",
        "first_letter": lambda name: next((letter for letter in name if letter.isalpha()), ""),
        "number": lambda count: format_decimal(count) if count >= 1000 else count,  # formatting takes time
        "marked": rendering.marked,
        "local_time": partial(local_time, now=datetime.now(UTC)),
        "web_address": web_address,
        "language_tag": lambda code: code if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", code or "") else None,
        "locale": str(locale).replace("_", "-"),
        "direction": locale.text_direction,
        "demo": settings.demo,
        "acting_as": principal.user if principal is not None and principal.user == settings.demo_principal else None,
        "known": asker is not None,
        "may_sign_out": asker is not None and asker.way == "oidc",
        "signed_in": principal.user if principal is not None else None,
        "called": (principal.name or principal.user) if principal is not None else None,
        "nonce": g.get("csp_nonce", ""),
    }
