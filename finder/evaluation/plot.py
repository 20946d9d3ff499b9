"""The comparison of systems as a picture: a dot and its 95 % interval for each, one panel for each collection and list."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finder.evaluation.measures import PRIMARY, Mean, mean
from finder.evaluation.trial import PRODUCT, Outcome
from models import durable
from models.errors import ExtraMissing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, ACCENT, LINE = "#1c2024", "#7a828b", "#2f74d0", "#8a8f96"
WIDTH, ROW, FRAME = 7.2, 0.34, 0.95  # inches: of the picture, of a system, of what surrounds a panel's systems
LONGEST = 32  # characters of a system's name
FORMATS = (".svg", ".png")
# Ids are salted by the same word each time, and text stays text: the same outcomes give the same bytes.
LOOK: dict[Any, Any] = {"svg.hashsalt": "expertise-finder", "svg.fonttype": "none", "font.family": "DejaVu Sans", "font.size": 9.0}
UNDATED: dict[str, Any] = {"svg": {"Date": None, "Creator": None, "Format": None, "Type": None}, "png": {"Software": None}}
Means = dict[str, Mean]


def require() -> None:
    """Raise ExtraMissing where matplotlib is not installed."""
    try:
        import matplotlib  # noqa: F401, ICN001 - only whether it is there
    except ModuleNotFoundError as error:
        raise ExtraMissing(
            "Pictures need matplotlib, which is not installed.", "Install the extra `report`: pip install -c constraints.txt '.[report]'"
        ) from error


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the picture to an .svg or .png file. Raises ExtraMissing."""
    durable.replace(path, _drawn(outcomes, path.suffix.lower().removeprefix(".")))


def inline(outcomes: Sequence[Outcome]) -> str:
    """Return the picture as an <svg> element for a page, its ink in the page's colour. Raises ExtraMissing."""
    text = _drawn(outcomes, "svg").decode()
    return text[text.index("<svg") :].replace(INK, "currentColor")


def panels(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Means]]:
    """Yield what each panel shows: its title, and the systems' means in the order of their tables."""
    for outcome in outcomes:
        for name, board in outcome.boards.items():
            yield f"{outcome.collection}, {name}", {system: mean(found[PRIMARY], board.rows) for system, found in board.values.items()}


def shorten(name: str) -> str:
    """Return a name that leaves room for the panel."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _drawn(outcomes: Sequence[Outcome], kind: str) -> bytes:
    require()
    from matplotlib import rc_context

    out = io.BytesIO()
    with rc_context(LOOK):
        _figure(outcomes, transparent=kind == "svg").savefig(out, format=kind, dpi=160, metadata=UNDATED[kind])
    return out.getvalue()


def _figure(outcomes: Sequence[Outcome], *, transparent: bool) -> "Figure":
    from matplotlib.figure import Figure

    shown = list(panels(outcomes))
    heights = [len(means) * ROW + FRAME for _, means in shown]
    figure = Figure(figsize=(WIDTH, sum(heights) or FRAME), layout="constrained")
    figure.patch.set_alpha(0 if transparent else 1)
    if shown:
        axes = figure.subplots(len(shown), 1, squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
        for axis, (title, means) in zip(axes, shown, strict=True):
            _panel(axis, title, means)
    return figure


def _panel(axis: "Axes", title: str, means: Means) -> None:
    axis.patch.set_alpha(0)
    for row, (system, found) in enumerate(means.items()):
        ours = system == PRODUCT
        colour = ACCENT if ours else SOFT
        axis.plot([found.low, found.high], [row, row], color=colour, linewidth=2.4 if ours else 1.4, solid_capstyle="round")
        axis.plot([found.value], [row], marker="o", markersize=8 if ours else 6, color=colour, linestyle="none", clip_on=False)
    axis.set_yticks(range(len(means)), labels=[shorten(system) for system in means])
    for label, system in zip(axis.get_yticklabels(), means, strict=True):
        label.set_parse_math(False)  # a run's tag is a name, whatever dollar signs it holds
        label.set_fontweight("bold" if system == PRODUCT else "normal")
    axis.set_ylim(len(means) - 0.4, -0.6)  # the first system on top
    axis.set_xlim(0, 1)
    axis.set_xlabel(PRIMARY, color=INK)
    axis.set_title(title, loc="left", color=INK, fontweight="bold", fontsize=10, parse_math=False)
    axis.tick_params(colors=INK, length=0)
    axis.grid(axis="x", color=LINE, linewidth=0.6, alpha=0.35)
    axis.set_axisbelow(True)
    for side in axis.spines.values():
        side.set_visible(False)
