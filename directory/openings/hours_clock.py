"""Which half of the day a person means by ``10 to 1:30``; a question if both are likely. Pure."""

from dataclasses import replace

from directory.openings.hours_asking import UNTIL, Asks, strange
from directory.openings.hours_rules import DAY, Span
from directory.openings.hours_vocabulary import NOON, Clock
from locales.errors import N_, Text

_HALF = N_("Is “{time}” in the morning or in the evening? Please write am or pm.")
_HOUR = 60
# hours that may be meant in the morning as well as in the evening when neither is said
_EITHER = range(5, 9)


def span(start: Clock, end: Clock, said: str, *, after: int | None, sure: bool) -> Span:
    """Return the times that *start* to *end* mean: ``10`` to ``1:30`` is 10:00 to 13:30.

    *after*: when the times before them ended, in minutes. *sure*: the text counts to 24 hours, so
    that nothing has to be inferred.

    Raises:
        Asks: morning and evening are both likely.
    """
    if start.minutes == DAY and not said[0].isdecimal():
        start = replace(start, minutes=0)  # “midnight to 6am”
    if start.minutes >= DAY:
        raise Asks(strange(said))
    found = _span(start, end, after=after, sure=sure)
    if found is None or not 0 < found.end - found.start <= DAY:
        unsaid = {start.half, end.half} & {"", "24"}
        raise Asks(Text(_HALF, {"time": said}) if unsaid else UNTIL)
    return found


def _span(start: Clock, end: Clock, *, after: int | None, sure: bool) -> Span | None:
    if start.half and end.half:
        return None if _slipped(start, end) else _later(start.minutes, end.minutes)
    if start.half and _mixed(start, end.minutes):
        return None
    if sure and "am" not in (start.half, end.half) and "pm" not in (start.half, end.half):
        later = start.minutes < end.minutes or start.minutes > NOON
        return _later(start.minutes, end.minutes) if later else None
    if start.half:
        return _from(start.minutes, end.minutes)
    if end.half:
        return _to(start.minutes, end)
    return _neither(start.minutes, end.minutes, after)


def _slipped(start: Clock, end: Clock) -> bool:
    """Say whether am and pm as said are likely a slip: 12am for noon, or most of a day."""
    if start.minutes == 0 and end.half == "pm":
        return True  # “12am-2pm”
    return start.half == end.half != "24" and end.minutes <= start.minutes


def _mixed(start: Clock, end: int) -> bool:
    """Say whether an unsaid *end* after noon may be in the evening or the next morning: ``17-9``.

    ``22-2`` can only be the next morning. Twelve may be noon or midnight.
    """
    if start.minutes < NOON or end > start.minutes:
        return False
    both = start.half == "24" and start.minutes > NOON and end + NOON > start.minutes
    return end % NOON == 0 or both


def _later(start: int, end: int) -> Span | None:
    if start == end:
        return None
    return Span(start, end if end > start else end + DAY)


def _from(start: int, end: int) -> Span | None:
    """Return the span to the next time on the clock that reads *end*, within twelve hours."""
    start %= DAY
    for moment in (end, end + NOON, end + DAY):
        if start < moment <= start + NOON:
            return Span(start, moment)
    return None


def _to(start: int, end: Clock) -> Span | None:
    """Return the span to a sure *end*: ``2-4pm``, ``10-2pm``, ``9-17``."""
    if end.minutes % DAY == 0:
        return None  # midnight, or 12am where noon was meant
    if end.half == "24":
        likely = 6 * _HOUR <= start <= NOON and end.minutes > start
        return Span(start, end.minutes) if likely else None
    moments = [m for m in (start + NOON, start) if start != NOON and m < end.minutes]
    if start >= NOON:
        moments = [start] if start < end.minutes else []
    if moments:
        return Span(moments[0], end.minutes) if end.half == "pm" else Span(start, end.minutes)
    return None


def _neither(start: int, end: int, after: int | None) -> Span | None:
    """Return the only likely span where neither half of the day is said, else None."""
    if start == end:
        return None
    if after is not None and start < after <= start + NOON < DAY and start < NOON:
        start += NOON  # “9-12, 5-7”: in order, so it is in the evening
        return Span(start, end + NOON) if end + NOON > start else None
    hour = start // _HOUR
    if hour == NOON // _HOUR:
        return Span(start, end + NOON) if end < NOON else None
    if hour >= _EITHER.stop:  # 9, 10, 11: in the morning
        return _from(start, end)
    if hour in _EITHER:
        day = hour == _EITHER.stop - 1 and (end < start - _HOUR or end // _HOUR == NOON // _HOUR)
        return _from(start, end) if day else None
    return Span(start + NOON, end + NOON) if start < end < NOON else None
