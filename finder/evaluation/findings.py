"""What experiments found, as tables."""

from collections.abc import Mapping, Sequence

from finder.evaluation.ablation import Loss
from finder.evaluation.attacks import TOP, Outcome
from finder.evaluation.measures import PRIMARY, Mean
from finder.evaluation.panel import Panel
from finder.evaluation.tables import Table, gap, interval, p, short
from finder.evaluation.tuning import Tuning


def ablation(panel: Panel, whole: Mean, losses: Sequence[Loss]) -> Table:
    """Return what one list is worth without each part."""
    body = [("nothing", interval(whole), "", "")]
    body += [(loss.part, interval(loss.without), gap(loss.difference), p(loss.difference.p)) for loss in losses]
    title = f"{panel.collection}, {panel.list} ({len(panel.questions)} questions, {len(set(panel.rows))} topics)"
    return Table(title, ("without", PRIMARY, "change", "p"), tuple(body))


def tuning(found: Tuning) -> Table:
    """Return what tuned weights are worth on questions that had no say in them."""
    body = [
        (tried.collection, tried.list, short(tried.before), short(tried.after), gap(tried.difference), p(tried.difference.p))
        for tried in found.tried
    ]
    body.append(("all", "each list alike", "", "", gap(found.overall), p(found.overall.p)))
    return Table(f"Tuned out of fold ({PRIMARY})", ("collection", "list", "now", "tuned", "change", "p"), tuple(body))


def weights(changed: Mapping[str, tuple[float, float]]) -> Table:
    """Return the weights that differ."""
    body = tuple((name, f"{before:g}", f"{after:g}") for name, (before, after) in changed.items())
    return Table("Weights found on all questions", ("weight", "now", "tuned"), body)


def attacks(found: Sequence[Outcome]) -> Table:
    """Return how often the fake person was found, and what that cost."""
    body = tuple(
        (
            one.collection,
            one.attack,
            f"{one.reached} of {one.asked} ({one.reached / one.asked:.1%})",
            short(one.clean),
            gap(one.difference),
            p(one.difference.p),
        )
        for one in found
    )
    header = ("collection", "attack", f"fake among the first {TOP}", f"{PRIMARY} without it", "change", "p")
    return Table("A made-up expert", header, body)
