"""The few numbers that ranking turns on; docs/relevance.md says what each is worth."""

from dataclasses import dataclass

from models.tables import Role

# What a part in a document says of knowing its subject. Asking is interest, not expertise.
ROLE_CREDIT = {
    Role.AUTHOR: 1.0,
    Role.ACCEPTED: 1.0,
    Role.ANSWERER: 0.9,
    Role.COMMITTER: 0.8,
    Role.REVIEWER: 0.5,
    Role.EDITOR: 0.5,
    Role.MENTIONED: 0.25,
    Role.THANKED: 0.25,
    Role.ASKER: 0.0,
}


@dataclass(frozen=True, slots=True)
class Weights:
    """What each number does.

    `depth`: hits a retriever. `meaning`: the dense share of the fusion; `passage_words`: the share of passages in its lexical
    rest. `head`: the power that favours the best hits. `diminishing`: the exponent by which a person's further documents count
    less. `chance`: the part of what volume alone would earn that is taken off. `evidence`: what the best person's documents are
    worth; beside it `profile`: what people say of themselves, and `newcomer`: what that gains where nothing is written yet.
    """

    depth: int = 400
    meaning: float = 0.5
    passage_words: float = 0.75
    head: float = 2.0
    diminishing: float = 0.25
    chance: float = 0.5
    evidence: float = 0.75
    profile: float = 0.2
    newcomer: float = 0.2
