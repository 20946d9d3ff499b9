"""How sure an answer is, in words."""

from finder.answers import Confidence
from finder.asked import Asked
from models.confidence import probability

# Probabilities that the question is about something the organisation wrote about.
STRONG, GOOD, SOME = 0.95, 0.8, 0.4
# How near to the best person of the answer another has to be to share its confidence.
NEAR, FAR = 0.6, 0.3


def of_answer(asked: Asked) -> Confidence:
    """Return the confidence in the whole answer; where it is about several subjects, in the least sure of them."""
    sure = min((_probability(part) for part in asked.subjects), default=0.0)
    sure = max(sure, _probability(asked))
    if sure >= STRONG:
        return Confidence.STRONG
    if sure >= GOOD:
        return Confidence.GOOD
    return Confidence.SOME if sure >= SOME else Confidence.NONE


def _probability(asked: Asked) -> float:
    hits = asked.hits
    return probability(asked.generation.manifest.calibration, hits.cosine, hits.coverage) if len(hits.documents) else 0.0


def of_person(answer: Confidence, score: float, best: float) -> Confidence:
    """Return the confidence in one person: the answer's, less where the score falls far behind the best."""
    if answer == Confidence.NONE:
        return answer
    steps = (Confidence.STRONG, Confidence.GOOD, Confidence.SOME)
    behind = (score < NEAR * best) + (score < FAR * best)
    return steps[min(len(steps) - 1, steps.index(answer) + behind)]
