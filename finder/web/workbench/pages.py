"""The pages of the recruiter workbench: plain forms that redirect after they were posted. They exist for recruiters alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed, NotFound

from finder.web.gate import recruiters_only
from finder.web.workbench import forms, table, words
from finder.workbench.desk import COMPARED, LONGEST, LONGEST_REASON, PEOPLE, Desk, Visit
from finder.workbench.requirements import LONGEST as LONGEST_REQUIREMENT
from finder.workbench.requirements import LONGEST_TEXT, MOST
from models.errors import InvalidQuery

ROOT = "/workbench"
SPARE = 2  # empty rows to add requirements in
View = TypeVar("View", bound=Callable[..., Any])


def create_workbench(desk: Desk) -> Blueprint:
    """Return the pages of one desk. They expect `flask.g.principal` and `flask.g.request_id`."""
    pages = Blueprint("workbench", __name__, template_folder="../templates")
    pages.context_processor(lambda: {"wb": words})
    pages.before_app_request(_without_methods)
    _searches(pages, desk)
    _people(pages, desk)
    _decisions(pages, desk)
    return pages


def _searches(pages: Blueprint, desk: Desk) -> None:
    @pages.get(ROOT)
    @recruiters_only
    def start() -> ResponseReturnValue:
        return _start(desk)

    @pages.post(ROOT)
    @recruiters_only
    def create() -> ResponseReturnValue:
        purpose, description = forms.text(request.form, "purpose"), forms.prose(request.form, "description")
        try:
            return _to("requirements", desk.start(_visit(), purpose, description[:LONGEST_TEXT]))
        except InvalidQuery as error:
            return _start(desk, error), 400

    @pages.get(f"{ROOT}/<number>/requirements")
    @recruiters_only
    def requirements(number: str) -> ResponseReturnValue:
        return _requirements(desk, number)

    @pages.post(f"{ROOT}/<number>/requirements")
    @recruiters_only
    def rewrite(number: str) -> ResponseReturnValue:
        try:
            desk.rewrite(_visit(), number, forms.requirements(request.form))
        except InvalidQuery as error:
            return _requirements(desk, number, error), 400
        return _to("requirements" if "more" in request.form else "matrix", number)

    @pages.post(f"{ROOT}/<number>/names")
    @recruiters_only
    def names(number: str) -> ResponseReturnValue:
        desk.hide(_visit(), number, blind=request.form.get("names") != "show")
        return _to("matrix", number)

    @pages.post(f"{ROOT}/<number>/delete")
    @recruiters_only
    def delete(number: str) -> ResponseReturnValue:
        desk.remove(_visit(), number)
        return redirect(url_for("workbench.start"), 303)


def _people(pages: Blueprint, desk: Desk) -> None:
    @pages.get(f"{ROOT}/<number>")
    @recruiters_only
    def matrix(number: str) -> ResponseReturnValue:
        if not desk.search(_visit(), number).requirements:
            return _to("requirements", number)
        first = forms.place(request.args)
        sheet = desk.matrix(_visit(), number, first)
        return render_template(
            "workbench_matrix.html", sheet=sheet, first=first, size=PEOPLE, choose="choose" in request.args, most=COMPARED
        )

    @pages.get(f"{ROOT}/<number>/compare")
    @recruiters_only
    def compare(number: str) -> ResponseReturnValue:
        chosen = request.args.getlist("person")
        try:
            sheet = desk.compare(_visit(), number, chosen)
        except InvalidQuery:
            return _to("matrix", number, choose=1)
        return render_template("workbench_people.html", sheet=sheet, longest=LONGEST_REASON)


def _decisions(pages: Blueprint, desk: Desk) -> None:
    @pages.post(f"{ROOT}/<number>/people/<person>")
    @recruiters_only
    def decide(number: str, person: str) -> ResponseReturnValue:
        beside = request.form.getlist("beside") or [person]
        try:
            desk.decide(_visit(), number, person, (forms.stage(request.form), forms.prose(request.form, "reason")))
        except InvalidQuery as error:
            sheet = desk.compare(_visit(), number, beside)
            return render_template("workbench_people.html", sheet=sheet, longest=LONGEST_REASON, error=error, wrong=person), 400
        return _to("compare", number, person=beside, _anchor=f"decide-{person}")

    @pages.get(f"{ROOT}/<number>/shortlist")
    @recruiters_only
    def shortlist(number: str) -> ResponseReturnValue:
        if not desk.search(_visit(), number).requirements:
            return _to("requirements", number)
        return render_template("workbench_shortlist.html", sheet=desk.shortlist(_visit(), number))

    @pages.post(f"{ROOT}/<number>/export")
    @recruiters_only
    def export(number: str) -> ResponseReturnValue:
        if not desk.search(_visit(), number).requirements:
            return _to("requirements", number)
        made = Response(table.csv(desk.everybody(_visit(), number), datetime.now(UTC).date()), mimetype="text/csv")
        made.headers["Content-Disposition"] = f'attachment; filename="workbench-{number}.csv"'
        return made


def _without_methods() -> None:
    """Let a wrong method under the workbench be a missing page: to say which ones are allowed would say that it is switched on."""
    if isinstance(request.routing_exception, MethodNotAllowed) and request.path.startswith(ROOT):
        raise NotFound


def _visit() -> Visit:
    return Visit(g.principal, g.request_id)


def _to(page: str, number: str, **more: Any) -> ResponseReturnValue:
    return redirect(url_for(f"workbench.{page}", number=number, **more), 303)


def _start(desk: Desk, error: InvalidQuery | None = None) -> str:
    limits = {"longest": LONGEST, "longest_text": LONGEST_TEXT}
    return render_template("workbench_start.html", searches=desk.searches(_visit()), error=error, **limits)


def _requirements(desk: Desk, number: str, error: InvalidQuery | None = None) -> str:
    search = desk.search(_visit(), number)
    rows = min(MOST, max(len(search.requirements) + SPARE, _sent()))
    return render_template("workbench_requirements.html", search=search, rows=rows, error=error, longest=LONGEST_REQUIREMENT, most=MOST)


def _sent() -> int:
    return sum(name.startswith("text-") for name in request.form)
