"""The dates that a text names, as it names them: days, lists and stretches, often without a year.

Reads the pieces of `digests.date_tokens` from left to right; what a date leaves out ("Mon 3rd,
Wed 5th and Fri 7th June") it takes from its neighbours. Which year is meant, and what the date is
for, is decided elsewhere. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digests import months
from digests.date_named import DASH, Named, stretch, stretches, weeks
from digests.date_tokens import NEWEST, OLDEST, Kind, Token

_AND = frozenset({",", "&", "+", "/", "and", "or", "plus"})
_BEFORE_MONTH = frozenset(
    {"in", "during", "of", "until", "till", "by", "throughout", "early", "late", "mid"}
)
_TIGHT = frozenset({"by", "on", "before", "until", "till", "from", "deadline", "closes", "ends"})
_LIMITS = frozenset({"by", "until", "till", "before"})
_OF_DAYS = frozenset({"at", "from", "in", "between", "with", "and"})
_MOST_IN_LIST = 12
_RELATIVE = frozenset({"tomorrow", "tonight", "this", "next", "coming"})
_BEGINNINGS = months.NAMES | _RELATIVE | {"q"}
_DAYS, _TWO_FIGURES = 31, 100


def named(pieces: Sequence[Token], most: int) -> list[Named]:
    """Return the dates in *pieces*, in order; about *most* of them."""
    found: list[Named] = []
    at = 0
    reading = _Reading(pieces)
    while at < len(pieces) and len(found) < most:
        read, after = reading.at(at)
        found += read
        at = max(after, at + 1)
    return weeks(stretches(found, pieces), pieces)


@dataclass(frozen=True, slots=True)
class _Reading:
    pieces: Sequence[Token]

    def at(self, at: int) -> tuple[list[Named], int]:
        """Return the dates that begin at *at*, and where to go on."""
        token = self.pieces[at]
        if token.day is not None:
            return [Named(token.start, token.end, on=token.day)], at + 1
        if token.kind is Kind.NUMBER or (token.kind is Kind.WORD and token.ordinal):
            found, after = self.days(at)
            return found or self.day_alone(at), after
        if token.kind is not Kind.WORD:
            return [], at + 1
        return self.word(at)

    def word(self, at: int) -> tuple[list[Named], int]:
        token = self.pieces[at]
        if token.word not in _BEGINNINGS and not self.day_after(at + 1):
            return [], at + 1  # most words
        if self.weekday(at) is not None:
            found, after = self.days(at)
            return (found, after) if found else self.weekday_alone(at, after)
        if months.month(token.word) is not None:
            return self.month_first(at)
        if token.word in _RELATIVE:
            return self.relative(at)
        if token.word == "q":
            return self.quarter(at)
        return [], at + 1

    def day_alone(self, at: int) -> list[Named]:
        """Read "by the 18th"."""
        token = self.pieces[at]
        counts = token.kind is Kind.NUMBER and token.ordinal and not self.is_lower_word(at + 1)
        limit = self.is_word(at - 1, {"the"}) and self.is_word(at - 2, _LIMITS)
        if not (counts and limit and 1 <= (token.number or 0) <= _DAYS):
            return []
        return [Named(token.start, token.end, token.number, later="day")]

    def weekday_alone(self, at: int, after: int) -> tuple[list[Named], int]:
        """Read "Tuesday 29th", "by Friday", "every Tuesday in June"."""
        read = self.day(at)
        if read is None or self.is_lower_word(read[1]) or not self.pieces[read[1] - 1].ordinal:
            found, weekly_after = self.weekly(at)
            return found, max(after, weekly_after)
        return [replace(read[0], later="day")], after

    def is_word(self, at: int, words: frozenset[str] | set[str]) -> bool:
        return 0 <= at < len(self.pieces) and self.pieces[at].word in words

    def weekday(self, at: int) -> int | None:
        """Return the weekday at *at*; a misspelt one only before the number of a day."""
        if at >= len(self.pieces) or self.pieces[at].kind is not Kind.WORD:
            return None
        word = self.pieces[at].word
        if (day := months.weekday(word)) is not None:
            return day
        return months.slipped_weekday(word) if self.day_after(at + 1) else None

    def day_after(self, at: int) -> bool:
        while self.is_word(at, {",", "the", "."}):
            at += 1
        return at < len(self.pieces) and self.pieces[at].kind is Kind.NUMBER

    def day(self, at: int) -> tuple[Named, int] | None:
        """Read "[Monday[,] [the]] 3[rd]"."""
        start, weekday = at, self.weekday(at)
        if weekday is not None:
            at += 1
            while self.is_word(at, {",", ".", "the"}):
                at += 1
        elif self.is_word(at, {"the"}):
            at += 1
        if at >= len(self.pieces):
            return None
        token = self.pieces[at]
        if token.number is None or not 1 <= token.number <= _DAYS:
            return None
        return Named(self.pieces[start].start, token.end, token.number, weekday=weekday), at + 1

    def joint(self, at: int, words: frozenset[str]) -> int:
        """Return where the next day begins after one or two joining *words*; else *at*."""
        after = at
        while after < at + 2 and self.is_word(after, words):
            after += 1
        return after

    def days(self, at: int) -> tuple[list[Named], int]:
        """Read "3 May", "Mon 3rd, Wed 5th and Fri 7th June 2024", "19 – 24 June"."""
        days: list[Named] = []
        joints: list[frozenset[str]] = []
        ends: list[int] = []
        after = at
        while len(days) < _MOST_IN_LIST and (read := self.day(after)) is not None:
            day, after = read
            days.append(day)
            ends.append(after - 1)
            month_at = after + self.is_word(after, {"of"})
            if (month := self.month(month_at, days[-1], after - 1)) is not None:
                year, end_at = self.year(month_at + 1)
                end = self.pieces[end_at - 1].end
                kept = self.kept(days, ends)
                return self.close(days[kept:], joints[kept:], month, year, end), end_at
            between = self.is_word(at - 1, {"between"})
            for joining in (DASH | {"and"} if between else DASH, _AND):
                if (next_at := self.joint(after, joining)) > after:
                    joints.append(joining)
                    after = next_at
                    break
            else:
                break
        return [], max(after, at + 1)  # a list without a month: its rest has none either

    def month(self, at: int, day: Named, day_at: int) -> int | None:
        """Return the month at *at*, after a day; a misspelt or doubtful one only if it is clear."""
        if at >= len(self.pieces) or self.pieces[at].kind is not Kind.WORD:
            return None
        token, number = self.pieces[at], self.pieces[day_at]
        has_year = self.year(at + 1)[0] is not None
        sure = day.weekday is not None or has_year or self.hours_after(at + 1)
        if (month := months.month(token.word)) is not None:
            clear = sure or token.capital or number.ordinal or len(token.word) > len("march")
            return month if clear or token.word not in months.DOUBTFUL_MONTHS else None
        spelt = token.capital and len(token.word) > len("august")
        if not (sure or number.ordinal or spelt) or (months.is_other_word(token.word) and not sure):
            return None
        if months.is_other_word(token.word) and not (token.capital or day.weekday is not None):
            return None
        return months.slipped_month(token.word)

    def year(self, at: int) -> tuple[int | None, int]:
        """Read "[,] 2024", "'24"; return the year, if any, and where to go on."""
        after = at + self.is_word(at, {",", "."})
        if self.is_word(after, {"'", "’", "‘"}) and after + 1 < len(self.pieces):
            short = self.pieces[after + 1]
            if short.number is not None and len(short.word) == 2:  # noqa: PLR2004
                return 2000 + short.number, after + 2
        if after < len(self.pieces) and self.pieces[after].kind is Kind.NUMBER:
            number = self.pieces[after].number
            if number is not None and OLDEST <= number <= NEWEST:
                return number, after + 1
        return None, at

    def close(
        self,
        days: list[Named],
        joints: list[frozenset[str]],
        month: int,
        year: int | None,
        end: int,
    ) -> list[Named]:
        """Give the days the month and the year that stand after the last of them."""
        start = days[0].start
        whole = [replace(d, month=month, year=year, start=start, end=end) for d in days]
        closed = [whole[0]]
        for day, joint in zip(whole[1:], joints, strict=True):
            if "to" in joint:
                closed[-1] = stretch(closed[-1], day)
            else:
                closed.append(day)
        return closed

    def kept(self, days: list[Named], ends: list[int]) -> int:
        """Return how many numbers before a comma need not be days: of "room 5, 10 June" one."""
        for first in range(len(days) - 1):
            token = self.pieces[ends[first]]
            listed = len(days) - first > 2 or days[first].weekday is not None  # noqa: PLR2004
            if token.ordinal or listed or self.pieces[ends[first] + 1].word != ",":
                return first
        return len(days) - 1

    def month_first(self, at: int) -> tuple[list[Named], int]:
        """Read "May 3rd[, 2024]", "Sept 20", "September 2020", "end of May"."""
        token = self.pieces[at]
        month = months.month(token.word)
        after = at + 1 + self.is_word(at + 1, {".", "the"})
        year, year_after = self.year(at + 1)
        if year is not None:
            if not token.capital and token.word in months.DOUBTFUL_MONTHS:
                return [], at + 1
            return [self.month_of(at, month, year, self.pieces[year_after - 1].end)], year_after
        if after < len(self.pieces) and self.clear_month(at):
            day = self.pieces[after]
            number = day.number or 0
            if day.kind is Kind.NUMBER and 1 <= number < _TWO_FIGURES:
                return self.american(at, after, month)
        if months_long := self.some_months(at):
            return months_long
        if self.month_alone(at):
            return [self.month_of(at, month, None, token.end)], at + 1
        return [], at + 1

    def some_months(self, at: int) -> tuple[list[Named], int] | None:
        """Read "Jan–Mar 2025"."""
        after = self.joint(at + 1, DASH)
        month, last = self.month_at(at), self.month_at(after)
        year, end_at = self.year(after + 1)
        if after == at + 1 or last is None or year is None:
            return None
        end = self.pieces[end_at - 1].end
        first = self.month_of(at, month, year - ((month or 0) > last), end)
        return [replace(first, last=Named(first.start, end, None, last, year))], end_at

    def clear_month(self, at: int) -> bool:
        token = self.pieces[at]
        return token.capital or token.word not in months.DOUBTFUL_MONTHS

    def american(self, at: int, after: int, month: int | None) -> tuple[list[Named], int]:
        day = self.pieces[after]
        year, end_at = self.year(after + 1)
        weekday = self.weekday(at - 1) if at else None
        if weekday is None and self.is_word(at - 1, {","}):
            weekday = self.weekday(at - 2) if at > 1 else None
        start = self.pieces[at].start
        loose = (
            year is None
            and not day.ordinal
            and weekday is None
            and not self.is_word(at - 1, _TIGHT)
        )
        if (day.number or 0) > _DAYS and not loose:
            return [], at + 1
        if year is None and (more := self.more_days(after + 1)):
            last = more[-1] + 1
            year, end_at = self.year(last)
            numbers = [Named(start, 0, self.pieces[n].number) for n in (after, *more)]
            joints = [DASH if self.pieces[n - 1].word in DASH else _AND for n in more]
            end_at = max(end_at, last)
            return self.close(
                numbers, joints, month or 1, year, self.pieces[end_at - 1].end
            ), end_at
        end = self.pieces[end_at - 1].end if year is not None else day.end
        found = Named(start, end, day.number, month, year, weekday, short_year=loose)
        return [found], max(end_at, after + 1)

    def more_days(self, at: int) -> list[int]:
        """Return where further days stand after "June 3": ", 10 and 17", "-5"."""
        days: list[int] = []
        after, joined = at, False
        while len(days) < _MOST_IN_LIST and (
            (day := self.joint(after, DASH)) > after or (day := self.joint(after, _AND)) > after
        ):
            token = self.pieces[day] if day < len(self.pieces) else None
            if (
                token is None
                or token.kind is not Kind.NUMBER
                or not 1 <= (token.number or 0) <= _DAYS
            ):
                break
            joined = joined or self.pieces[day - 1].word != "," or token.ordinal
            days.append(day)
            after = day + 1
        counts = self.is_word(after, _OF_DAYS) or not self.is_lower_word(after)
        return days if joined and counts and self.month_at(after) is None else []

    def is_lower_word(self, at: int) -> bool:
        if at >= len(self.pieces):
            return False
        return self.pieces[at].kind is Kind.WORD and not self.pieces[at].capital

    def month_at(self, at: int) -> int | None:
        return months.month(self.pieces[at].word) if at < len(self.pieces) else None

    def month_alone(self, at: int) -> bool:
        token = self.pieces[at]
        before = self.pieces[at - 1].word if at else ""
        return token.capital and len(token.word) > 2 and before in _BEFORE_MONTH  # noqa: PLR2004

    def month_of(self, at: int, month: int | None, year: int | None, end: int) -> Named:
        end_of = self.is_word(at - 1, {"of"}) and self.is_word(at - 2, {"end"})
        start = self.pieces[at - 2 if end_of else at].start
        return Named(start, end, None, month, year, end_of=end_of)

    def weekly(self, at: int) -> tuple[list[Named], int]:
        """Read "every Tuesday in June [2024]"."""
        weekday = self.weekday(at)
        limit = self.is_word(at - 1, _LIMITS) and self.weekday(max(at - 2, 0)) is None
        timed = self.is_word(at - 1, {"on"}) and self.hours_after(at + 1)
        if weekday is not None and (limit or timed):
            token = self.pieces[at]
            return [Named(token.start, token.end, weekday=weekday, later="this")], at + 1
        every = self.is_word(at - 1, {"every", "each"}) and self.is_word(at + 1, {"in", "during"})
        if not every or at + 2 >= len(self.pieces):
            return [], at + 1
        month = months.month(self.pieces[at + 2].word)
        if month is None:
            return [], at + 1
        year, after = self.year(at + 3)
        start, end = self.pieces[at - 1].start, self.pieces[after - 1].end
        return [Named(start, end, None, month, year, weekday, every=True)], after

    def hours_after(self, at: int) -> bool:
        while self.is_word(at, {",", "at", "from", "("}):
            at += 1
        return at < len(self.pieces) and self.pieces[at].kind is Kind.HOURS

    def relative(self, at: int) -> tuple[list[Named], int]:
        token = self.pieces[at]
        if token.word in {"tomorrow", "tonight"}:
            figurative = {"of", "a", "for", "better", "brighter", "today", "and"}
            owned = self.is_word(at + 1, {"'", "’"})
            if self.is_word(at - 1, figurative) or owned:
                return [], at + 1
            return [Named(token.start, token.end, later=token.word)], at + 1
        weekday = months.weekday(self.pieces[at + 1].word) if at + 1 < len(self.pieces) else None
        if weekday is None:
            return [], at + 1
        found, after = self.days(at + 1)
        if found:  # "this Friday 3 May"
            return found, after
        end = self.pieces[at + 1].end
        later = "next" if token.word == "next" else "this"
        return [Named(token.start, end, weekday=weekday, later=later)], at + 2

    def quarter(self, at: int) -> tuple[list[Named], int]:
        """Read "Q1 [2024]"."""
        if at + 1 >= len(self.pieces) or self.pieces[at + 1].start != self.pieces[at].end:
            return [], at + 1
        number = self.pieces[at + 1].word
        if number not in {"1", "2", "3", "4"}:
            return [], at + 1
        year, after = self.year(at + 2)
        start, end = self.pieces[at].start, self.pieces[after - 1].end
        return [Named(start, end, None, 3 * int(number) - 2, year, quarter=True)], after
