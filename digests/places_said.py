"""Where a post says that something takes place. Pure."""

import re

from digests.date_kinds import tells_of_event

ONLINE = "online"  # the one place that is translated
_BEGINNING = 400  # characters in which a part of town is where it takes place
_SHORTEST = 4  # letters of its name
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_NAME = r"(?![A-Z]{1,2}\d)[A-Z][\w’'&-]*"
_LITTLE = r"(?:of|the|and|de|&|St\.?)"
_NUMBER = rf"\d{{1,4}}[A-Za-z]?(?![.:]\d|[ap]m)[ \t]+(?!{_MONTH})"
_PHRASE = rf"(?:the\s)?(?:{_NUMBER})?{_NAME}(?:[ \t]+(?:{_LITTLE}[ \t]+){{0,2}}{_NAME}){{0,6}}"
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
_ADDRESS = (
    rf"{_PHRASE}(?:,[ \t]*(?!Mon|Tue|Wed|Thu|Fri|Sat|Sun){_PHRASE}){{0,5}}(?:,?[ \t]+{_POSTCODE})?"
)
_LABEL = re.compile(
    r"(?:^|[\n.|•;*-])\s*(?:venue|where|location|address|place)\s*[:–-]\s*(?P<place>[^\n."
    r"|•;!?]{3,120})",
    re.IGNORECASE,
)
_KINDS = (
    "library|centre|center|forum|hall|church|chapel|cathedral|minster|mosque|gurdwara|temple|hub|house|school"
    "|college|university|academy|museum|gallery|park|playhouse|theatre|hotel|hospital|clinic|surgery"
    "|cafe|café|caffe|room|rooms|club|building|court|stadium|arena|market|garden|gardens|mill|works|street"
    "|road|lane|avenue|terrace|square|place|way|drive|row|yard|tower|suite|office|offices|campus|kitchen|farm|studio|studios"
    "|institute|station|point|exchange|warehouse|base|quay|gate|allotment|allotments|green|moor|lido|pool|cinema"
)
_AT = re.compile(rf"\b(?:at|@|[Cc]ome to|[Mm]eet in)[ \t]+(?P<place>{_ADDRESS})")
_OFF = re.compile(rf"\b(?:off|on|near|opposite)[ \t]+(?P<place>{_ADDRESS})")
_IN = re.compile(rf"(?<!-)\b[Ii]n[ \t]+(?P<place>{_ADDRESS})")
_KIND = re.compile(rf"\b(?:{_KINDS})\b", re.IGNORECASE)
_ONLINE = re.compile(
    r"\b(?P<place>zoom|(?:microsoft |ms )?teams(?= (?:meeting|call|link))|google meet|online"
    r"|webinar)\b",
    re.IGNORECASE,
)
_WITH_POSTCODE = re.compile(rf"\b(?P<place>{_POSTCODE})\b")
_NO_PLACE = re.compile(
    r"^(?:the )?(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December"
    r"|Mon|Tue|Wed|Thu|Fri|Sat|Sun|English|Arabic|Farsi|Kurdish|Urdu|Tigrinya|Ukraine|Afghanistan"
    r"|Sudan"
    r"|Syria|Iran|Iraq|Eritrea|Gaza|Rwanda|Parliament|Home Office|UK|Britain|Europe)"
)


def place(title: str, text: str) -> str | None:
    """Return where it takes place in the post's own words; None when it does not say so.

    In this order: a line "Venue: ...", a named building or street, a meeting online, a part of
    town (of something that takes place), a postcode.
    """
    words = f"{title}\n{text[:5000]}"
    if label := _LABEL.search(words):
        return _tidy(label["place"])
    named = [found["place"] for found in _AT.finditer(words)]
    named += [found["place"] for found in _IN.finditer(words)]
    named += [found["place"] for found in _OFF.finditer(words)]
    for each in named:
        if _KIND.search(each) and not _NO_PLACE.match(each):
            return _tidy(each)
    if online := _ONLINE.search(words):
        return "Zoom" if online["place"].casefold() == "zoom" else ONLINE
    beginning = words[: _BEGINNING + len(title)]
    within = (found["place"] for found in _IN.finditer(beginning))
    towns = (each for each in within if not _NO_PLACE.match(each) and len(each) >= _SHORTEST)
    if (town := next(towns, None)) is not None and tells_of_event(beginning):
        return _tidy(town)
    postcode = _WITH_POSTCODE.search(words)
    return postcode["place"] if postcode else None


def _tidy(said: str) -> str:
    return " ".join(said.split()).rstrip(" ,-–:")
