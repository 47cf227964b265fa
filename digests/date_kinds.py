"""What a date in a text is for: an answer by then, something that takes place, or neither. Pure.

Only the words of its own sentence around a date count, and those of a title for the text under
it. The words are our own choice after reading the titles of the partnership's blog (2015-2026).
"""

import re
from dataclasses import dataclass

from digests.item import OccasionKind

_NEAR = 90  # characters before and after a date that are looked at
_BEGINNING = 400  # characters of a text that say what the post is
_NO_WORDS = 6  # characters before a date that begins its sentence
_OPEN = re.compile(
    r"\b(?:consultation|survey|applications?|apply|submissions?|nominations?|entries|registration"
    r"|bookings?|window|portal|enrolment)\b[^.!?\n]*$",
    re.IGNORECASE,
)
_ANSWER_BY = re.compile(
    r"\b(?:appl(?:y|ications?)|answers?|respond|repl(?:y|ies)|responses?|submit|submissions?|book"
    r"|register|return|send|sign up|e-?mail|nominat\w+|rsvp|comments?|complete|enrol|order|tell us"
    r"|let us know|contact|entries|views|feedback|quotes?|expressions of interest)\b"
    r"[^.!?\n]{0,60}?\b(?:by|before|until|till|no later than|not later than)\b[^.!?\n]{0,30}$",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    r"\b(?:by|before|until|till|til|up to|(?:open|runs?|running|extended|available) to"
    r"|no later than|not later than|ends?|ending)\b[\s:,]*"
    r"(?:(?:on|at|the|end|of|and|including|midnight|midday|noon|close|play|business|cop|cob|eod"
    r"|latest|this"
    r"|\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\.?|hrs)?|12)[\s,:()-]*){0,6}$",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:deadlines?|clos(?:es?|ing)(?: date)?|last (?:day|date|chance)|cut[- ]?off|due(?! to\b)"
    r"|expir\w+"
    r"|r\.?s\.?v\.?p|end date|apply by|respond by|return by|book by|must be (?:in|received))\b"
    r".*$",
    re.IGNORECASE,
)
_DUE_AFTER = re.compile(
    r"^(?:\W{0,4}(?:registration|applications?|submissions?|bookings?|nominations?|entries"
    r"|the form) clos(?:es?|ing)\b"
    r"|(?:\W{0,3}\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b)?)?\W{0,3}"
    r"(?:is (?:the|a|our) |as (?:the|a) |\()?(?:final |closing |new )?"
    r"(?:deadline|closing date|last (?:day|date)|cut[- ]?off)\b)",
    re.IGNORECASE,
)
_HAPPENING = re.compile(
    r"\b(?:meetings?|meet|catch[- ]?ups?|workshops?|events?|fairs?|festivals?|part(?:y|ies)"
    r"|conferences?"
    r"|webinars?|seminars?|training|sessions?|class(?:es)?|courses?|drop[- ]?ins?|open (?:day"
    r"|evening)s?"
    r"|(?:coffee|information|taster|fun|away|engagement) (?:mornings?|days?)|walks?|tours?"
    r"|concerts?|screenings?"
    r"|performances?|shows?|displays?|exhibitions?|celebrat\w+|launch\w*|lunch\w*|dinner|iftar"
    r"|picnic|gatherings?"
    r"|vigil|rally|demonstration|surger(?:y|ies)|clinics?|talks?|lectures?|forum|agm|assembly"
    r"|visits?"
    r"|trips?|tournament|gala|carnival|market|join us|come along|come and|takes? place|taking place"
    r"|(?:will|to) be held|is held|save the date|starts?|starting|begins?|interviews?|exams?"
    r"|tak(?:e|ing) part|parade|service of|book (?:a|your) place|get together|briefing session"
    r"|network(?:ing)?|roundtable|hustings|awards?|ceremony|bbq|barbecue|cook\w*|football|cricket"
    r"|induction|retreats?|residential|come (?:and|along|to|on|for|in)"
    r"|(?-i:[A-Z]\w+[’']?s?[’']? (?:Week|Day|Month)))\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:^|[\n.|•*-])\s*(?:when|dates?|day|date and time|dates? ?(?:&|and) ?times?|event date)\W*$",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\b(?:updates?|updated|briefing|bulletin|newsletter|key points|notes|minutes|round[- ]?up"
    r"|digest"
    r"|reports?|statistics|stats|published|posted|dated|written|edition|issue|weekly|progress"
    r"|guidance|letter|summary|since|figures|press release|statement|version)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:since|published|posted|updated|dated|as of|was|were|took place|held on|happened|died"
    r"|born"
    r"|last|met|came into|announced|founded|started in|began|arrived|introduced|launched on|ago"
    r"|opened|closed|ended|started"
    r"|taught|celebrated|heard|visited)\b",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"\b(?:meeting notes|notes (?:from|of)|minutes|key points|briefing of|bulletin"
    r"|newsletter)\b[^.!?\n]{0,30}$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:from|since|after|as of|effective|with effect from)\s+(?:the\s+|on\s+)?$", re.IGNORECASE
)
_WHEN = re.compile(r"(?:\bon\s+(?:the\s+)?|(?:^|\n)\W{0,3})$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])[!?\n]|(?<!\b[A-Z])(?<!\bSt)(?<!\bDr)[.](?=\s+[A-Z“\"'])")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a date stands: the words before and after it in its sentence.

    *title*: of the post. *in_title*: that is where the date stands. *timed*: a time of day
    stands beside it. *stretch*: it goes from one day to another. *of_event*: the text tells of
    something that takes place. *own*: how many characters of *before* follow the date before
    this one.
    """

    before: str
    after: str
    title: str
    in_title: bool
    timed: bool
    stretch: bool = False
    of_event: bool = False
    own: int = 1000


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind; *weak*: only if the day is not past. *past*: the words speak of the past."""

    kind: OccasionKind
    weak: bool = False
    past: bool = False


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words of the sentence before *start* and after *end*, 90 characters at most."""
    before = text[max(0, start - _NEAR) : start]
    after = text[end : end + _NEAR]
    ends = [found.end() for found in _SENTENCE_END.finditer(before)]
    while ends and len(before) - ends[-1] <= _NO_WORDS:  # "Save the date! 6 March"
        ends.pop()
    stop = _SENTENCE_END.search(after)
    return before[ends[-1] if ends else 0 :], after[: stop.start() if stop else None]


def tells_of_event(text: str) -> bool:
    """Say whether the beginning of *text* tells of something that takes place."""
    return _HAPPENING.search(text[:_BEGINNING]) is not None


def guess(setting: Setting) -> Guess:
    """Return what a date in this *setting* is for.

    The words since the date before it decide, else those of the whole sentence: "deadlines are
    1 May and, for groups, 1 July", but "closes on 6 May, with interviews on 15 May".
    """
    told = _told(setting, setting.before[-setting.own :] if setting.own else "")
    if told is None and setting.own < len(setting.before):
        told = _told(setting, setting.before)
    return told or Guess(OccasionKind.MENTIONED, past=bool(_PAST.search(setting.before)))


def _told(setting: Setting, before: str) -> Guess | None:
    if (deadline := _deadline(setting, before)) is not None:
        return deadline
    past = bool(_PAST.search(before))
    if _FROM.search(before) and not setting.timed and not setting.stretch:
        return Guess(OccasionKind.MENTIONED, past=past)
    record = _RECORD.search(setting.title) if setting.in_title else _NOTES.search(before)
    if record and not setting.timed:
        return Guess(OccasionKind.MENTIONED, past=True)
    if setting.timed or _LABEL.search(before) or _happens(setting, before):
        return Guess(OccasionKind.EVENT, past=past)
    return None


def _deadline(setting: Setting, before: str) -> Guess | None:
    due = _DUE.search(before) or _DUE_AFTER.search(setting.after)
    if due or (_ANSWER_BY.search(before) and _UP_TO.search(before)):
        return Guess(OccasionKind.DEADLINE)
    if setting.stretch and _OPEN.search(before) and not setting.timed:
        return Guess(OccasionKind.DEADLINE)
    if _UP_TO.search(before):
        return Guess(OccasionKind.DEADLINE, weak=True)
    return None


def _happens(setting: Setting, before: str) -> bool:
    if (setting.in_title and setting.of_event) or _titled(setting):
        return True
    return bool(_HAPPENING.search(before) or _HAPPENING.search(setting.after))


def _titled(setting: Setting) -> bool:
    """Say whether the title tells of something that takes place, and the text says when."""
    happening = _HAPPENING.search(setting.title) and not _RECORD.search(setting.title)
    return bool(happening) and _WHEN.search(setting.before) is not None
