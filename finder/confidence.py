"""How sure an answer is, in words."""

from finder.answers import Confidence
from finder.retrieval import Hits
from models.confidence import probability
from models.generation import Generation

# Probabilities that the question is about something the organisation wrote about.
STRONG, GOOD, SOME = 0.95, 0.8, 0.4
# How near to the best person of the answer another has to be to share its confidence.
NEAR, FAR = 0.6, 0.3


def of_answer(generation: Generation, hits: Hits) -> Confidence:
    """Return the confidence in the whole answer."""
    if not len(hits.documents):
        return Confidence.NONE
    sure = probability(generation.manifest.calibration, hits.cosine, hits.coverage)
    if sure >= STRONG:
        return Confidence.STRONG
    if sure >= GOOD:
        return Confidence.GOOD
    return Confidence.SOME if sure >= SOME else Confidence.NONE


def of_person(answer: Confidence, score: float, best: float) -> Confidence:
    """Return the confidence in one person: the answer's, less where the score falls far behind the best."""
    if answer == Confidence.NONE:
        return answer
    steps = (Confidence.STRONG, Confidence.GOOD, Confidence.SOME)
    behind = (score < NEAR * best) + (score < FAR * best)
    return steps[min(len(steps) - 1, steps.index(answer) + behind)]
