"""How many messages may leave within a second: bulk, and answers to people, who go first.

Source: https://core.telegram.org/bots/faq ("My bot is hitting limits, how do I avoid this?").
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FREE = 30  # messages a second that Telegram takes from a bot
PAID = 1000  # where those above the free ones are paid for

_SECOND = 1.0
_SOON = 2  # answers that may come before bulk knows of them, where some have come lately
_LOOK = 0.005  # seconds until a full budget is looked at again
_LONGEST_WAY = 0.5  # seconds there and back; what takes longer was held up somewhere


class Budget:
    """Lets no more than *most* messages reach Telegram in any second, however late they do.

    Of a call we know its start and its answer; Telegram counted it somewhere between. So it
    counts here from its start until a second after its answer, less the time that even the
    quickest call took: that is the way there and back, which moves all calls alike. Who starts
    while fewer than *most* count is at most the last of *most* in any second at Telegram. After
    a silence the way may be another: then it is nothing until twice *most* calls are over, more
    than one hold-up on the way can slow down.

    Answers to people never wait for this: they are counted, and bulk leaves them room, all but
    a third, so that no crowd keeps an urgent update from leaving.
    """

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        """*clock* gives seconds."""
        self._most = most
        self._clock = clock
        self._bulk, self._answers = _Calls(), _Calls()
        self._quickest, self._measured = _LONGEST_WAY, 0
        self._stopped_until = float("-inf")

    def wait(self) -> float:
        """Return the seconds until bulk should ask again, 0 when one more may leave now."""
        now = self._clock()
        if (left := self._stopped_until - now) > 0:
            return left
        since = now - _SECOND + (self._quickest if self._measured >= 2 * self._most else 0.0)
        bulk, answers = self._bulk.since(since), self._answers.since(since)
        for_answers = min(answers + min(answers, _SOON), self._most - max(1, self._most // 3))
        return 0.0 if bulk + for_answers < self._most else _LOOK

    def stop(self, seconds: float) -> None:
        """Let no bulk leave for so long: answers were refused."""
        self._stopped_until = max(self._stopped_until, self._clock() + seconds)

    def begin(self) -> float:
        """Count one message of bulk from now on, and return what `end` needs."""
        return self._begin(self._bulk)

    def end(self, began: float) -> None:
        """Note that its answer has come, or that none will."""
        self._end(self._bulk, began)

    @contextmanager
    def answer(self) -> Iterator[None]:
        """Count what is sent meanwhile as one answer to a person."""
        began = self._begin(self._answers)
        try:
            yield
        finally:
            self._end(self._answers, began)

    def _begin(self, calls: "_Calls") -> float:
        now = self._clock()
        if not (self._bulk.since(now - _SECOND) or self._answers.since(now - _SECOND)):
            self._quickest, self._measured = _LONGEST_WAY, 0
        calls.out += 1
        return now

    def _end(self, calls: "_Calls", began: float) -> None:
        now = self._clock()
        self._quickest = min(self._quickest, now - began)
        self._measured += 1
        calls.out -= 1
        calls.over.append(now)


class _Calls:
    """How many are under way, and when others ended, oldest first."""

    def __init__(self) -> None:
        self.out = 0
        self.over: deque[float] = deque()

    def since(self, moment: float) -> int:
        """Return how many are under way or ended after *moment*; earlier ones are forgotten."""
        while self.over and self.over[0] <= moment:
            self.over.popleft()
        return self.out + len(self.over)
