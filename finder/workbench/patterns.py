"""The words that descriptions of jobs and projects are built of, in English and German: headings, frames, boilerplate."""

import re


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


BULLET = re.compile(r"^\s*(?:[-*+•\u2013\u2014·▪◦●○✓➢»>]+|\(?\d{1,2}[.)]|[a-h]\))\s+")
# Headings, by what the lines under them are.
IDLE = _any(
    r"\b(?:what )?we offer\b", r"\bbenefits?\b", r"\babout (?:us|the company|the team)\b", r"\bwho we are\b", r"\bhow to apply\b",
    r"\bapplication\b", r"\bequal opportunit", r"\bsalary\b", r"\bcompensation\b", r"\bperks\b", r"\bcontact\b", r"\bwhy (?:us|join)\b",
    r"\b(?:was )?wir (?:bieten|ihnen)\b", r"\büber uns\b", r"\bwer wir sind\b", r"\bbewerbung\b", r"\bkontakt\b", r"\bgehalt\b",
    r"\bvergütung\b", r"\bunser angebot\b", r"\bdas bieten wir\b", r"\bchancengleichheit\b",
)  # fmt: skip
OPTIONAL = _any(
    r"\bnice[- ]to[- ]have\b", r"\bbonus\b", r"\bdesirable\b", r"\bpreferred\b", r"\ba plus\b", r"\ban advantage\b", r"\bideally\b",
    r"\bvon vorteil\b", r"\bwünschenswert\b", r"\bidealerweise\b", r"\bein plus\b", r"\bwäre schön\b",
)  # fmt: skip
NEEDED = _any(
    r"\bmust[- ]have\b", r"\bmust\b", r"\bessential\b", r"\bmandatory\b", r"\brequired\b", r"\bzwingend\b", r"\bunbedingt\b",
    r"\bvorausgesetzt\b", r"\berforderlich\b", r"\bmuss[- ]kriteri",
)  # fmt: skip
NEUTRAL = _any(
    r"\brequirements?\b", r"\bresponsibilit", r"\btasks?\b", r"\byour (?:role|profile|work)\b", r"\bwhat you\b", r"\bskills?\b",
    r"\bqualifications?\b", r"\bthe (?:role|project|job)\b", r"\bscope\b", r"\bgoals?\b", r"\banforderungen\b", r"\baufgaben\b",
    r"\bprofil\b", r"\bvoraussetzungen\b", r"\bkenntnisse\b", r"\bdas projekt\b", r"\bziele\b", r"\bqualifikation", r"\bdie stelle\b",
)  # fmt: skip
# Sentences that say nothing about what somebody should know.
BOILERPLATE = _any(
    r"\bsalar(?:y|ies)\b", r"\bgehalt", r"\bvergütung", r"[€$£]\s?\d", r"\d\s?(?:€|eur|euro|usd|chf)\b", r"\bper (?:year|annum|month)\b",
    r"\bequal opportunit", r"\bregardless of\b", r"\bdiversity\b", r"\bunabhängig von (?:geschlecht|alter|herkunft)", r"\bschwerbehindert",
    r"\bchancengleichheit", r"\bwe offer\b", r"\bwir bieten\b", r"\bbenefits?\b", r"\bholidays?\b", r"\burlaub", r"\bpension\b",
    r"\bapply (?:now|by|with|to|via|through)\b", r"\bsend (?:us )?your\b", r"\bcover letter\b", r"\bcv\b", r"\blebenslauf", r"\bbewerb",
    r"\bfull[- ]time\b", r"\bpart[- ]time\b", r"\bvollzeit\b", r"\bteilzeit\b", r"\bhome[- ]?office\b", r"\bhybrid\b", r"\bremote work\b",
    r"\bstart(?:ing)? date\b", r"\beintritt", r"\bab sofort\b",
    r"\bflexible (?:working|hours|arbeitszeit)", r"\bfree (?:fruit|coffee|lunch)\b", r"\bobstkorb\b",
    r"\bwe (?:are|were) (?:a|an|the|one)\b", r"\bwir sind (?:ein|eine|der|die|das)\b", r"\bfounded in\b",
    r"\bgegründet\b", r"\bour (?:company|mission|office)\b", r"\bunser (?:unternehmen|büro)\b",
    r"\blooking forward\b", r"\bwir freuen uns\b", r"\bdegree\b", r"\bteam player\b", r"\bteamfähig",
    r"\([mwfdx](?:\s?[/|*]\s?[mwfdxi]){1,3}\)",
)  # fmt: skip
# What may not decide who is chosen: age, origin, family, religion, health. Only what speaks of people, not of parts and pipes.
PROTECTED = _any(
    r"\bnative (?:speaker|\w+ speaker)", r"\bmother tongue\b", r"\bmuttersprach", r"\byoung(?:er|est)?\b", r"\bjung(?:e|er|es|en)\b",
    r"\bdigital natives?\b", r"\b(?:under|below|over|unter|über) \d\d(?: years old| jahren?(?: alt)?)\b", r"\bmarried\b",
    r"\bverheiratet\b",
    r"\bnationality\b", r"\bstaatsangehörigkeit", r"\bchildless\b", r"\bohne kinder\b", r"\bpregnan", r"\bschwanger",
    r"\breligion\b", r"\breligious\b", r"\bable-bodied\b", r"\bin good health\b", r"\bgesundheitlich\b", r"\bethnic", r"\bethnisch",
)  # fmt: skip
# What stands before the thing itself; taken off again and again until nothing fits.
ENDLESS = re.compile(r"\S{100,}")  # no word, and a tokenizer's worst case
WRAPPED = re.compile(r"^(.{60,}[^\s.:;!?])\n(?=[a-zäöüß])", re.MULTILINE)
FRAME = re.compile(
    r"^(?:"
    r"(?:and|or|und|oder|sowie|as well as|but also|also|the|a|an|of|in|with|for|to|on|both|some|any|der|die|das|den|dem|ein|eine|einen|"
    r"in|im|mit|von|für|zu|auch)\s+"
    r"|(?:we are|we're) (?:currently )?(?:looking|searching) for\s+|we (?:need|want|seek)\s+|wir (?:suchen|brauchen)\s+"
    r"|(?:someone|somebody|a person|people|jemanden|eine person|personen)(?:,)? (?:who|that|der|die)\s+"
    r"(?:knows?|can|has|have|kennt|kann)?\s*"
    r"|you(?:'ll| will| should| must| can| are able to| need to| are)?\s+(?:also )?(?:have|be|bring|know|understand|possess)?\s*(?=\S)"
    r"|sie (?:haben|verfügen über|bringen|besitzen|sind|können|kennen|sollten|müssen)\s+"
    r"|(?:the )?(?:candidates?|applicants?|ideal candidate|person|engineer|colleague) (?:must|should|will|can) (?:also )?"
    r"(?:have|know|be|bring|understand)?\s*"
    r"|(?:project|role|position|job|projekt|stelle|rolle)\s*:\s*"
    r"|(?:must|should|essential|required|mandatory|ideally|preferably|desirable|optional|bonus|nice[- ]to[- ]have|must[- ]have|zwingend|"
    r"idealerweise|wünschenswert|unbedingt)\s*[:,]?\s+(?:have |be |know )?"
    r"|(?:strong|solid|sound|good|very good|deep|proven|extensive|relevant|practical|hands-on|prior|previous|demonstrated|"
    r"excellent|thorough|working|first|sehr gute|gute|fundierte|tiefe|solide|nachgewiesene|praktische|mehrjährige|"
    r"umfassende|erste|sichere|ausgeprägte)[r]?\s+"
    r"|(?:knowledge|understanding|command|experience|expertise|background|familiarity|skills?|proficiency|know-how|erfahrung(?:en)?|"
    r"kenntnisse|verständnis|wissen|umgang)\s+(?:of|in|with|on|mit|im|in|von|über|bei|für)\s+(?:the |der |die |den |dem )?"
    r"|(?:ability|able|fähigkeit)\s+to\s+|(?:familiar|experienced|comfortable|proficient|fluent|vertraut|erfahren)\s+(?:with|in|mit)\s+"
    r")",
    re.IGNORECASE,
)
TAIL = re.compile(
    r"(?:\s+(?:mit|bringen sie mit|kennt|kennen|kann|können|hat|haben|versteht|verstehen|"
    r"is (?:a plus|an advantage|desirable|preferred|required|essential|a must)|"
    r"are (?:a plus|an advantage|desirable|preferred|required|essential)|"
    r"(?:ist|sind|wäre|wären) (?:von vorteil|wünschenswert|ein plus|zwingend|erforderlich|vorausgesetzt|unbedingt erforderlich)|"
    r"(?:would be )?(?:a plus|an advantage)|von vorteil|erforderlich|wünschenswert|"
    r"(?:to|who will) (?:join|strengthen|support) .*|in our .* team|"
    r"for our .* team))+$",
    re.IGNORECASE,
)
YEARS = re.compile(
    r"\b(?:at least |minimum(?: of)? |mindestens |über |over |mehr als )?\d{1,2}\s?\+?(?:\s?(?:-|\u2013|to|bis)\s?\d{1,2})?"
    r"\s?\+?\s*(?:years?|yrs|jahren?|jahre)"
    r"(?:['\u2019]?)(?: of)?(?: (?:professional|relevant|work(?:ing)?|berufs))?(?:\s?(?:experience|erfahrung|berufserfahrung))?"
    r"(?:\s+(?:with|in|of|mit|im))?\s*",
    re.IGNORECASE,
)
WHOLE = re.compile(r"\b(?:it|its|them|they|their|this|these|between|both|sie|ihn|diese|zwischen)\b", re.IGNORECASE)
JOINT = re.compile(r"\s*(?:;|:(?=\s)|,(?!\d)|(?<!\w)(?:and|as well as|but also|plus|und|sowie|oder auch)(?!\w))\s*", re.IGNORECASE)
