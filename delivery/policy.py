"""What an outcome means: try again and when, give up, or stop the whole campaign. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery.model import Failed, Gone, Kind, Moved, Outcome, Parcel, Sent, Status, TryLater
from locales.errors import N_, Text

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=10)
MOST_ATTEMPTS = 20  # with these waits two and a half hours: longer than Telegram's usual outages

FIRST_SETTLED = 200  # circuit breaker: reference/reliability.md, section 1, rule 12
MOST_FAILED_OF_FIRST = 10  # 5 % of them
MOST_FAILED_IN_A_ROW = 20

STALE_AFTER = {  # reliability.md, section 1, rule 6; notices come late, for nobody looks after them
    Kind.URGENT: timedelta(hours=2),
    Kind.DIGEST: timedelta(hours=24),
}
TOO_OLD = Text(
    N_("This waited too long before it could start. Please check that it is still true.")
)
STOOD_STILL = Text(N_("This stood still for too long. Please check that it is still true."))
FROM_BACKUP = Text(N_("This comes from a backup. Please check what was sent already."))

# How many copies of a kind may be on their way at once, in seconds of sending: that many may
# arrive twice after a crash, or be of unknown fate.
WINDOW = {
    # few at a time, so nothing is gained by more
    Kind.NOTICE: timedelta(),
    # speed: answers of up to a second cost none, and a rare repeat does less harm than delay
    Kind.URGENT: timedelta(seconds=1),
    # nobody is in a hurry, and whose copy is of unknown fate gets none: few are to be listed
    Kind.DIGEST: timedelta(seconds=0.2),
}
SMALLEST_WINDOW = 8
LARGEST_WINDOW = 200  # connections that one sender uses at most

_MANY_FAILED = N_("{failed} of the first {settled} messages failed.")
_ROW_FAILED = N_("The last {failed} messages all failed.")
_ROW_UNKNOWN = N_("It is not known if the last {failed} messages arrived.")


_FINAL: dict[type, Status] = {Gone: Status.GONE, Failed: Status.FAILED}


@dataclass(frozen=True, slots=True)
class Next:
    """The state of a copy after an attempt.

    *not_before* is set when it waits; *reason*: for coordinators and health, None for sent.
    """

    status: Status
    attempts: int
    not_before: datetime | None = None
    reason: str | None = None


def window(kind: Kind, per_second: float) -> int:
    """Return how many copies of *kind* may be on their way at once, at this rate.

    Most of them are not: a copy is marked just before its turn. Of those that are, the ones
    between Telegram's yes and our note of it come twice after a crash.
    """
    places = int(per_second * WINDOW[kind].total_seconds())
    return max(SMALLEST_WINDOW, min(places, LARGEST_WINDOW))


def retry_at(attempts: int, now: datetime) -> datetime:
    """Return when to try again after the *attempts*-th failed attempt.

    Waits double from 15 seconds to ten minutes.

    Raises:
        ValueError: *attempts* is below 1.
    """
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, not {attempts}")
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 10)
    return now + min(doubled, LONGEST_WAIT)


def after(parcel: Parcel, outcome: Outcome, now: datetime) -> Next:
    """Return what becomes of *parcel* now that *outcome* is known.

    A digest of unknown fate is not sent again; notices and urgent messages are. A flood
    answer is not an attempt: Telegram only asks us to wait, so it never makes us give up.
    """
    tried = parcel.attempts + 1
    if isinstance(outcome, Sent):
        return Next(Status.SENT, tried)
    if isinstance(outcome, Gone | Failed):
        return Next(_FINAL[type(outcome)], tried, reason=outcome.reason)
    if isinstance(outcome, Moved):
        return _again(tried, now, "the chat moved twice", Status.FAILED)
    if isinstance(outcome, TryLater):
        return _later(parcel, outcome, now)
    if parcel.kind is Kind.DIGEST:
        return Next(Status.UNKNOWN, tried, reason=outcome.reason)
    return _again(tried, now, outcome.reason, Status.UNKNOWN)


def should_pause(first: Sequence[Status], last: Sequence[Status]) -> Text | None:
    """Return why a campaign must pause, or None.

    In a row, those of unknown fate count as failed too: in an outage a digest, of which no
    copy is tried again, would else be used up for nobody.

    *first*: up to 200 settled copies since it started or went on, oldest first; *last*: up
    to 20, without those that are gone, which is nobody's mistake.
    """
    failed = first[:FIRST_SETTLED].count(Status.FAILED)
    if failed > MOST_FAILED_OF_FIRST:
        return Text(_MANY_FAILED, {"failed": failed, "settled": min(len(first), FIRST_SETTLED)})
    row = [status for status in last if status is not Status.GONE][-MOST_FAILED_IN_A_ROW:]
    if len(row) == MOST_FAILED_IN_A_ROW and set(row) <= {Status.FAILED, Status.UNKNOWN}:
        sentence = _ROW_FAILED if Status.FAILED in row else _ROW_UNKNOWN
        return Text(sentence, {"failed": MOST_FAILED_IN_A_ROW})
    return None


def _later(parcel: Parcel, outcome: TryLater, now: datetime) -> Next:
    if outcome.flood:
        return Next(Status.QUEUED, parcel.attempts, now + outcome.wait, outcome.reason)
    return _again(parcel.attempts + 1, now + outcome.wait, outcome.reason, Status.FAILED)


def _again(tried: int, start: datetime, reason: str, last: Status) -> Next:
    if tried >= MOST_ATTEMPTS:
        return Next(last, tried, reason=reason)
    return Next(Status.QUEUED, tried, retry_at(tried, start), reason)
