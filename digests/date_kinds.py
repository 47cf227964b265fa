"""What a date in a text is for: an answer by then, something that takes place, or neither. Pure.

Only the words of its own sentence around a date count, and those of a title for the text under
it. The words are our own choice after reading the titles of the partnership's blog (2015-2026).
"""

import re
from dataclasses import dataclass

from digests.model import OccasionKind

_NEAR = 90  # characters before and after a date that are looked at
_UP_TO = re.compile(
    r"\b(?:by|before|until|till|til|up to|no later than|not later than|ends?|ending)\b[\s:,]*"
    r"(?:(?:on|at|the|end|of|and|including|midnight|midday|noon|close|play|business|latest|this"
    r"|\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\.?|hrs)?|12)[\s,:()-]*){0,6}$",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:deadlines?|clos(?:es?|ing)(?: date)?|last (?:day|date|chance)|cut[- ]?off|due|expir\w+"
    r"|r\.?s\.?v\.?p|end date|apply by|respond by|return by|book by|must be (?:in|received))\b"
    r"[^.!?\n]*$",
    re.IGNORECASE,
)
_DUE_AFTER = re.compile(
    r"^\W{0,3}(?:is (?:the|a|our) |as (?:the|a) |\()?(?:final |closing |new )?"
    r"(?:deadline|closing date|last (?:day|date)|cut[- ]?off)\b",
    re.IGNORECASE,
)
_HAPPENING = re.compile(
    r"\b(?:meetings?|meet|catch[- ]?ups?|workshops?|events?|fairs?|festivals?|part(?:y|ies)|conferences?"
    r"|webinars?|seminars?|training|sessions?|class(?:es)?|courses?|drop[- ]?ins?|open (?:day|evening)s?"
    r"|(?:coffee|information|taster|fun|away|engagement) (?:mornings?|days?)|walks?|tours?|concerts?|screenings?"
    r"|performances?|exhibitions?|celebrat\w+|launch\w*|lunch\w*|dinner|iftar|picnic|gatherings?"
    r"|vigil|rally|demonstration|surger(?:y|ies)|clinics?|talks?|lectures?|forum|agm|assembly|visits?"
    r"|trips?|tournament|gala|carnival|market|join us|come along|come and|takes? place|taking place"
    r"|(?:will|to) be held|is held|save the date|starts?|starting|begins?|interviews?|exams?"
    r"|tak(?:e|ing) part|parade|service of|book (?:a|your) place|get together|briefing session"
    r"|network(?:ing)?|roundtable|hustings|awards?|ceremony|bbq|barbecue|cook\w*|football|cricket"
    r"|induction|when|date and time|dates? ?(?:&|and) ?times?|event date|date)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:^|[\n.|•*-])\s*(?:when|dates?|day|date and time|dates? ?(?:&|and) ?times?|event date)\W*$",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\b(?:updates?|updated|briefing|bulletin|newsletter|key points|notes|minutes|round[- ]?up|digest"
    r"|reports?|statistics|stats|published|posted|dated|written|edition|issue|weekly|progress"
    r"|guidance|letter|summary|since|figures|press release|statement|version)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:since|published|posted|updated|dated|as of|was|were|took place|held on|happened|died|born"
    r"|last|met|came into|announced|founded|started in|began|arrived|introduced|launched on|ago"
    r"|taught|celebrated|heard|visited)\b",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:from|since|after|as of|effective|with effect from)\s+(?:the\s+|on\s+)?$", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])[!?\n]|(?<!\b[A-Z])(?<!\bSt)(?<!\bDr)[.](?=\s+[A-Z“\"'])")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a date stands: the words before and after it in its sentence.

    *title*: of the post. *in_title*: that is where the date stands. *timed*: a time of day
    stands beside it.
    """

    before: str
    after: str
    title: str
    in_title: bool
    timed: bool


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind; *weak*: only if the day is not past. *past*: the words speak of the past."""

    kind: OccasionKind
    weak: bool = False
    past: bool = False


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words of the sentence before *start* and after *end*, at most 90 characters each."""
    before = text[max(0, start - _NEAR) : start]
    after = text[end : end + _NEAR]
    ends = list(_SENTENCE_END.finditer(before))
    stop = _SENTENCE_END.search(after)
    return before[ends[-1].end() if ends else 0 :], after[: stop.start() if stop else None]


def guess(setting: Setting) -> Guess:
    """Return what a date in this *setting* is for."""
    before, after = setting.before, setting.after
    if _DUE.search(before) or _DUE_AFTER.search(after):
        return Guess(OccasionKind.DEADLINE)
    if _UP_TO.search(before):
        return Guess(OccasionKind.DEADLINE, weak=True)
    past = bool(_PAST.search(before))
    if _FROM.search(before) and not setting.timed:
        return Guess(OccasionKind.MENTIONED, past=past)
    if setting.in_title and _RECORD.search(setting.title) and not setting.timed:
        return Guess(OccasionKind.MENTIONED, past=True)
    if setting.timed or _LABEL.search(before):
        return Guess(OccasionKind.EVENT, past=past)
    if _HAPPENING.search(before) or _HAPPENING.search(after) or _titled(setting):
        return Guess(OccasionKind.EVENT, past=past)
    return Guess(OccasionKind.MENTIONED, past=past)


def _titled(setting: Setting) -> bool:
    """Say whether the title tells of something that takes place, and the text says when."""
    happening = _HAPPENING.search(setting.title) and not _RECORD.search(setting.title)
    return bool(happening) and re.search(r"\bon\s+(?:the\s+)?$", setting.before) is not None
