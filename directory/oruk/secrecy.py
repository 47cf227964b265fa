"""Which published services must not be placed: refuges, and homes of people in danger. Pure."""

import re
from collections.abc import Sequence

from directory.oruk.extension import KEY
from directory.oruk.values import Record

# where a sentence like this stands, the place must not be told, whoever published it
_REFUGE = re.compile(
    r"\b(?:refuges?|safe[ -]?houses?|safe accommodation|sanctuary scheme)\b", re.IGNORECASE
)
_NOT_A_REFUGE = re.compile(
    r"\b(?:wildlife|animal|bird|cat|dog|nature|horse|donkey|warm|swan)s? refuges?\b"
    r"|\brefuges? (?:for|of) (?:wildlife|animals|birds)\b",
    re.IGNORECASE,
)
# and where people in danger live, until a person says that the place may be known
_DANGER = frozenset({"domestic_abuse", "sexual_violence", "trafficking_forced_labour"})
_VIOLENCE = re.compile(
    r"\b(?:domestic|sexual|gender[ -]based)\s+(?:abuse|violence)\b|\bsurvivors?\b|\btraffick\w+"
    r"|\bmodern slavery\b|\bforced marriage|\b(?:flee|fled|fleeing|escap\w+)\b[^.]{0,40}"
    r"\b(?:abuse|violence|partner)",
    re.IGNORECASE,
)
_LIVING = re.compile(
    r"\b(?:crisis|safe|emergency|supported|secure|temporary|move-?on|communal)\s+(?:\w+\s+)?"
    r"(?:accommodation|house|houses|home|homes|housing|flats?|shelter)\b"
    r"|\b(?:shelters?|hostels?|accommodation|bed ?spaces|place of safety|place to stay)\b",
    re.IGNORECASE,
)


def must_hide(record: Record, needs: Sequence[str], words: str) -> bool:
    """Say whether the place must be hidden, whatever the source shows of it.

    *words*: its name and description. Another Fingerpost says itself which of its services are
    confidential.
    """
    given = record.get(KEY)
    stated = given.get("confidential_location") if isinstance(given, dict) else None
    if stated is True:
        return True
    text = _NOT_A_REFUGE.sub("", words)
    if _REFUGE.search(text) is not None:
        return True
    danger = not _DANGER.isdisjoint(needs) or _VIOLENCE.search(text) is not None
    return danger and stated is None and _LIVING.search(text) is not None
