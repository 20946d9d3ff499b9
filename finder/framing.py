"""The frame of a question for a person, "who maintains ..." or "is there an expert in ...", told from its topic.

Few documents hold the words of the frame, so that by their rarity they would outweigh what the question is about.
"""

from itertools import takewhile

from models.analyzer import STOP_WORDS, WORD, Analyzer

OPENING = 6  # words that a frame may take
WHO = frozenset("who whom whose anyone anybody someone somebody wer wem wen".split())
# These open a question for a person only where the frame names one: "is there an expert in", "find someone for".
ASKING = frozenset("are does find gibt i is kann looking need there we which welche".split())
PERSONS = frozenset(
    """
    anyone anybody experte experten expertin expert experts fachmann maintainer people person somebody someone specialist specialists
    """.split()
)
FRAME = frozenset(
    """
    answer answers anybody anyone ask asks assist assists build building builds built care cares
    contact contacts contributed created creates deals decides design designed designs develop
    developed develops enjoys experience experienced expert expertise experts explain explains familiar
    find fix fixes handle handles help helps implement implemented implements introduced invented
    interest interested interests involved know knowledge knowledgeable knows lead leads likes looking loves maintain maintained maintainer
    maintaining maintains makes manage manages owner owns people person proposed recommend
    responsible review reviewed reviews somebody someone specialised specialist specialists
    specialized started talk teach teaches team tell thinks touch understand understands understood
    work worked working works write writes written wrote
    ahnung betreut erfahren erfahrung experte experten expertin fachmann helfen hilft interessiert kennt kümmert
    leute person schreibt schrieb verantwortet verantwortlich sich um versteht wartet weiß zuständig
    """.split()
)


def topic_terms(text: str, analyzer: Analyzer) -> list[str]:
    """Return the terms of a question without those of its frame, or all of them where nothing else would be left."""
    return analyzer.terms(topic(text, analyzer))


def topic(text: str, analyzer: Analyzer) -> str:
    """Return a question without its frame, or the whole of it where nothing else would be left."""
    words = [(word.start(), word.group().lower()) for word in WORD.finditer(text)]
    frame = list(takewhile(lambda word: _frames(word[1]), words[:OPENING]))
    asks = bool(words) and (words[0][1] in WHO or (words[0][1] in ASKING and any(word in PERSONS for _, word in frame)))
    if not asks or len(frame) == len(words):
        return text
    rest = text[words[len(frame)][0] :]
    return rest if analyzer.terms(rest) else text


def _frames(word: str) -> bool:
    """Whether a word may stand in a frame. An article begins the topic: "who maintains the build" is about the build."""
    return word != "the" and (word in FRAME or word in WHO or word in ASKING or word in STOP_WORDS)
