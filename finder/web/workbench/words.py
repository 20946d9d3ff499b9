"""The words of the workbench in the language of the request."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from finder.web import wording
from finder.workbench.sheet import Named
from finder.workbench.store import Stage
from finder.workbench.strengths import Strength

STRENGTHS = {
    Strength.STRONG: _l("Strong evidence"),
    Strength.SOME: _l("Some evidence"),
    Strength.LITTLE: _l("Little evidence"),
    Strength.NONE: _l("No evidence found"),
}
STAGES = {
    Stage.CONSIDERING: _l("Considering"),
    Stage.CONTACTED: _l("Contacted"),
    Stage.AGREED: _l("Agreed"),
    Stage.DECLINED: _l("Declined"),
    Stage.NOT_CHOSEN: _l("Not chosen"),
}
WEIGHTS = {1: _l("Light (1)"), 2: _l("Normal (2)"), 3: _l("Heavy (3)")}


def called(who: Named) -> str:
    """Return what a person is called on a page: their name, or a letter while names are hidden."""
    return who.profile.name if who.profile else _("Person %(letter)s", letter=who.letter)


def day(moment: datetime) -> str:
    """Return a day as the reader writes it."""
    return wording.day(moment.date().isoformat())
