"""Numbers, hours and dates as people read them. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names

import locales
from directory import walking
from directory.model import Opening, OpenState
from directory.openings import hours_rules
from directory.openings.hours_rules import BY_APPOINTMENT, EVERY_DAY, Day, Rule
from locales import Translator

_NO_SCHOOL = "; SH off"
_A_WEEK, _A_YEAR = 7, 365  # days
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
    return t.isolate(_dialled(number))


@lru_cache(maxsize=4_096)  # a screen of results has a dozen, the same ones again and again
def _dialled(number: str) -> str:
    parsed = phonenumbers.parse(number)
    national = parsed.country_code == 44  # noqa: PLR2004  (the UK, ITU-T E.164)
    form = phonenumbers.PhoneNumberFormat
    return str(
        phonenumbers.format_number(parsed, form.NATIONAL if national else form.INTERNATIONAL)
    )


def hours(t: Translator, expression: str) -> str | None:
    """Return an opening_hours value in words, a line a rule; None when it is beyond them.

    Weekdays, also the nth of a month, times, dates with a year, public and school holidays, and
    ``24/7``; anything else (seasons, the sun, weeks) is not guessed at.
    """
    if expression.strip() == "24/7":
        return t.gettext("Day and night, every day")
    plain = expression.removesuffix(_NO_SCHOOL)
    rules = hours_rules.rules_of(plain)
    if rules is None:
        return None
    lines = [_rule(t, rule) for rule in hours_rules.standing(rules)]
    if plain != expression:
        lines.append(t.gettext("Closed in the school holidays"))
    said = [line for line in lines if line is not None]
    return "\n".join(said) if said and len(said) == len(lines) else None


def _rule(t: Translator, rule: Rule) -> str | None:
    """Return one rule in words, None where they do not reach."""
    days = _days(t, rule)
    if days is None or not (rule.times or rule.closed):
        return None
    if rule.closed:
        if rule.days or rule.first or rule.last:
            return t.fill(t.gettext("Closed: {days}"), days=days)
        return t.gettext("Closed on public holidays")
    times = ", ".join(str(span).replace("-", "–") for span in rule.times)
    line = f"{days} {t.isolate(times)}"
    if rule.comment == BY_APPOINTMENT:
        return t.fill(t.gettext("{hours}, only by appointment"), hours=line)
    return line if rule.comment is None else f"{line} ({t.isolate(rule.comment)})"


def _days(t: Translator, rule: Rule) -> str | None:
    """Return the days of a rule in words: ``Monday–Friday, public holidays``."""
    parts = [_run(t, run) for run in hours_rules.runs(rule.days)]
    if rule.holidays:
        parts.append(t.gettext("public holidays"))
    days = ", ".join(part for part in parts if part is not None)
    if None in parts or (dates := _dates(t, rule.first, rule.last)) is None:
        return None if None in parts else days
    return dates if rule.days == EVERY_DAY or not days else f"{dates}: {days}"


def _dates(t: Translator, first: date | None, last: date | None) -> str | None:
    """Return the dates between which a rule holds in words, None where it always does."""
    if first is None:
        return t.fill(t.gettext("until {date}"), date=_date(t, last)) if last else None
    if last is None:
        return t.fill(t.gettext("from {date}"), date=_date(t, first))
    return _date(t, first) if first == last else f"{_date(t, first)} – {_date(t, last)}"


def _run(t: Translator, run: tuple[Day, ...]) -> str | None:
    names = get_day_names("wide", locale=locale_of(t))
    first, last = str(names[run[0].weekday]), str(names[run[-1].weekday])
    if len(run) > 1:
        return f"{first}–{last}"
    return _nth(t, run[0].nth, first) if run[0].nth else first


def _nth(t: Translator, nth: int, weekday: str) -> str | None:
    """Return the words for the *nth* weekday of a month; None for those that nobody counts."""
    sentences = {
        1: t.gettext("the first {weekday} of the month"),
        2: t.gettext("the second {weekday} of the month"),
        3: t.gettext("the third {weekday} of the month"),
        4: t.gettext("the fourth {weekday} of the month"),
        -1: t.gettext("the last {weekday} of the month"),
    }
    return t.fill(sentences[nth], weekday=weekday) if nth in sentences else None


def opening(
    t: Translator, state: OpenState, at: datetime, zone: ZoneInfo, *, holiday: bool = False
) -> str | None:
    """Say whether it is open at the moment *at*, and until or from when; None if not known.

    *holiday*: it is closed today only because that is a public holiday, as
    `directory.hours.closed_for_holiday` finds.
    """
    if state.now is Opening.UNKNOWN:
        return None
    local = at.astimezone(zone)
    change = state.changes_at.astimezone(zone) if state.changes_at else None
    if state.now is Opening.OPEN:
        return _open(t, change, local)
    if change is None or (change.date() - local.date()).days > _A_YEAR:
        return t.gettext("Closed now.")
    return _closed(t, change, local, holiday=holiday)


def _open(t: Translator, change: datetime | None, local: datetime) -> str:
    # both moments in UTC: the clock on the wall jumps
    left = None if change is None else change.astimezone(UTC) - local.astimezone(UTC)
    if change is None or left is None or left >= timedelta(days=1):
        return t.gettext("Open now.")
    if left >= timedelta(hours=1):
        return t.fill(t.gettext("Open now until {time}."), time=f"{change:%H:%M}")
    minutes = -(-left // timedelta(minutes=1))
    closes = t.ngettext(
        "Open now. Closes in {n} minute.", "Open now. Closes in {n} minutes.", minutes
    )
    return t.fill(closes, n=str(minutes))


def _closed(t: Translator, change: datetime, local: datetime, *, holiday: bool) -> str:
    days = (change.date() - local.date()).days
    time = f"{change:%H:%M}"
    weekday = str(format_date(change.date(), "EEEE", locale=locale_of(t)))
    if days == 0:
        return t.fill(t.gettext("Closed now. Opens today at {time}."), time=time)
    if holiday and days < _A_WEEK:
        closed = t.gettext("Closed today: it is a public holiday. Opens {weekday} {time}.")
        return t.fill(closed, weekday=weekday, time=time)
    if days == 1:
        return t.fill(t.gettext("Closed now. Opens tomorrow at {time}."), time=time)
    if days < _A_WEEK:
        opens = t.gettext("Closed now. Opens {weekday} {time}.")
        return t.fill(opens, weekday=weekday, time=time)
    opens = t.gettext("Closed now. Opens on {date} at {time}.")
    return t.fill(opens, date=_date(t, change.date()), time=time)


def _date(t: Translator, day: date) -> str:
    return str(format_date(day, "long", locale=locale_of(t)))


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
