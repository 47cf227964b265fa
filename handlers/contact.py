"""Numbers, hours and dates as people read them. Pure."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names

import locales
from directory import walking
from directory.model import Opening, OpenState
from locales import Translator

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_RULE = re.compile(
    r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))*) "
    r"(?P<times>\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)"
)
_STATED = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_KM = 1_000
_STEP_M = 50  # metres; the middle of a postcode sector is no finer
_LONGEST_SHORT_CODE = 6  # digits: 999, 116123


def locale_of(t: Translator) -> Locale:
    """Return Babel's locale for the reader's language; English is that of the UK (16 November)."""
    return Locale.parse("en-GB" if t.language == locales.SOURCE else t.language, sep="-")


def phone(t: Translator, number: str) -> str:
    """Return an E.164 number as it is dialled in the UK (``0113 222 4412``), digits 0-9.

    Short codes stay as they are. Isolated, so that it stays whole in right-to-left text.
    """
    if len(number) == _LONGEST_SHORT_CODE:
        return t.isolate(f"{number[:3]} {number[3:]}")  # 116 123, as such lines write it
    if len(number) < _LONGEST_SHORT_CODE:
        return t.isolate(number)
    parsed = phonenumbers.parse(number)
    national = parsed.country_code == 44  # noqa: PLR2004  (the UK, ITU-T E.164)
    form = phonenumbers.PhoneNumberFormat
    return t.isolate(
        phonenumbers.format_number(parsed, form.NATIONAL if national else form.INTERNATIONAL)
    )


def hours(t: Translator, expression: str) -> str | None:
    """Return an opening_hours value in words, a line a rule; None when it is beyond them.

    Reads weekdays with times and ``24/7``, which is what packs hold; anything else (months,
    holidays, nth weekdays) is not guessed at.
    """
    if expression.strip() == "24/7":
        return t.gettext("Day and night, every day")
    lines = []
    for rule in expression.split(";"):
        found = _RULE.fullmatch(rule.strip())
        if found is None:
            return None
        times = found["times"].replace("-", "–").replace(",", ", ")
        lines.append(f"{_weekdays(t, found['days'])} {t.isolate(times)}")
    return "\n".join(lines)


def _weekdays(t: Translator, days: str) -> str:
    names = get_day_names("wide", locale=locale_of(t))
    return ", ".join(
        "–".join(str(names[_DAYS.index(day)]) for day in span.split("-"))
        for span in days.split(",")
    )


def opening(t: Translator, state: OpenState, at: datetime, zone: ZoneInfo) -> str | None:
    """Say whether it is open at the moment *at*, and until or from when; None if not known."""
    if state.now is Opening.UNKNOWN:
        return None
    change = state.changes_at.astimezone(zone) if state.changes_at else None
    if state.now is Opening.OPEN:
        if change is None or (change - at).days >= 1:
            return t.gettext("Open now.")
        return t.fill(t.gettext("Open now until {time}."), time=f"{change:%H:%M}")
    if change is None:
        return t.gettext("Closed now.")
    if change.date() == at.astimezone(zone).date():
        return t.fill(t.gettext("Closed now. Opens today at {time}."), time=f"{change:%H:%M}")
    weekday = str(format_date(change.date(), "EEEE", locale=locale_of(t)))
    return t.fill(
        t.gettext("Closed now. Opens {weekday} {time}."), weekday=weekday, time=f"{change:%H:%M}"
    )


def stated(t: Translator, text: str | None) -> str | None:
    """Return a source's date (``2024``, ``2024-04``, ``2024-04-30 ...``) in words, or None."""
    found = _STATED.match(text or "")
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        if day is not None and month is not None:
            return str(format_date(date(year, month, day), "long", locale=locale_of(t)))
        if month is not None:
            return str(format_skeleton("yMMMM", datetime(year, month, 1), locale=locale_of(t)))  # noqa: DTZ001  (a month has no zone)
    except ValueError:  # no such day
        return None
    return str(year)


def distance(t: Translator, metres: int) -> str:
    """Say how far *metres* in a straight line are: as minutes on foot, or only the distance.

    The minutes are an estimate (`directory.walking`), so what they rest on is said too.
    """
    near = max(_STEP_M, round(metres / _STEP_M) * _STEP_M)
    shown = f"{near} m" if near < _KM else f"{metres / _KM:.1f} km"
    if not walking.is_walk(metres):
        straight = t.gettext("About {distance} from you, in a straight line.")
        return t.fill(straight, distance=shown)
    on_foot = t.gettext("About {minutes} minutes on foot ({distance} in a straight line).")
    return t.fill(on_foot, minutes=str(walking.minutes_on_foot(metres)), distance=shown)


def newest(dates: list[str | None]) -> str | None:
    """Return the newest of the sources' dates as the source writes it, None if none has one."""
    return max((each for each in dates if each and _STATED.match(each)), default=None)
