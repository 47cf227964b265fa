import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot, Update

from bot.lanes import Lanes, in_lanes, lane, poll
from tests.builders import blocked_update, message_update, press_update
from tests.telegram_api import TOKEN, RecordingApi

KINDS = ("message", "callback_query", "my_chat_member")


@pytest.fixture
def api() -> RecordingApi:
    return RecordingApi()


@pytest.fixture
def bot(api: RecordingApi) -> Bot:
    return Bot(TOKEN, request=api, get_updates_request=api)


class FakeSleep:
    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


class Handled:
    """A handler that remembers, waits where it is told to, and says stop at the end."""

    def __init__(self, stop: asyncio.Event, *, until: int) -> None:
        self.ids: list[int] = []
        self.holds: dict[int, asyncio.Event] = {}
        self.fails: set[int] = set()
        self._stop = stop
        self._until = until
        self._counts: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)

    async def reached(self, count: int) -> None:
        await self._counts[count].wait()

    async def __call__(self, update: Update) -> None:
        if (hold := self.holds.get(update.update_id)) is not None:
            await hold.wait()
        self.ids.append(update.update_id)
        self._counts[len(self.ids)].set()
        if len(self.ids) >= self._until:
            self._stop.set()
        if update.update_id in self.fails:
            raise RuntimeError("a bug")


def queue(api: RecordingApi, *chats: int, first: int = 1) -> None:
    api.updates.extend(
        message_update("hi", chat, update_id=n).to_dict() for n, chat in enumerate(chats, first)
    )


def offsets(api: RecordingApi) -> list[int]:
    return [params.get("offset", 0) for params in api.of("getUpdates")]


async def drained(work: list[Callable[[], Awaitable[None]]], keys: list[int], at_once: int) -> None:
    lanes = Lanes(at_once=at_once)
    for key, one in zip(keys, work, strict=True):
        lanes.start(key, one)
    assert await lanes.finish()


@settings(max_examples=50)
@given(keys=st.lists(st.integers(1, 4), max_size=30), at_once=st.integers(1, 5))
def test_order_within_a_key_and_no_more_at_once_than_allowed(keys, at_once):
    done: list[tuple[int, int]] = []
    running: set[int] = set()
    most = 0

    def work(n: int, key: int) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            nonlocal most
            assert key not in running
            running.add(key)
            most = max(most, len(running))
            for _ in range(n * 7 % 5):
                await asyncio.sleep(0)
            running.remove(key)
            done.append((key, n))

        return run

    asyncio.run(drained([work(n, key) for n, key in enumerate(keys)], keys, at_once))
    for key in set(keys):
        assert [n for k, n in done if k == key] == [n for n, k in enumerate(keys) if k == key]
    assert most <= at_once


async def test_a_failure_does_not_stop_its_lane():
    done = []

    async def fail() -> None:
        raise RuntimeError("a bug")

    async def work() -> None:
        done.append(1)

    lanes = Lanes()
    with pytest.raises(RuntimeError):
        await lanes.run("a", fail)
    await lanes.run("a", work)
    assert done == [1]


async def test_work_goes_on_when_its_caller_leaves():
    free, done = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await free.wait()
        done.set()

    lanes = Lanes()
    caller = asyncio.create_task(lanes.run("a", work))
    await asyncio.sleep(0)
    caller.cancel()
    free.set()
    assert await lanes.finish()
    assert done.is_set()


async def test_finishing_is_bounded():
    lanes = Lanes()
    stuck = lanes.start("a", asyncio.Event().wait)  # type: ignore[arg-type]  # its result is unused
    assert not await lanes.finish(timedelta(milliseconds=1))
    stuck.cancel()


@pytest.mark.parametrize(
    ("update", "key"),
    [
        pytest.param(message_update("hi", 7), ("chat", 7), id="a message"),
        pytest.param(press_update("1:g", 7), ("chat", 7), id="a press"),
        pytest.param(blocked_update(7), ("chat", 7), id="a block"),
        pytest.param(Update(9), ("update", 9), id="nobody"),
    ],
)
def test_lanes_of_updates(update, key):
    assert lane(update) == key


async def test_polling_handles_everything_in_order_and_confirms_it(api, bot):
    stop = asyncio.Event()
    handled = Handled(stop, until=250)
    queue(api, *[7] * 250)
    await poll(bot, handled, allowed_updates=KINDS, stop=stop)
    assert handled.ids == list(range(1, 251))
    assert offsets(api)[-1] == 251
    assert api.of("getUpdates")[0]["allowed_updates"] == list(KINDS)
    assert api.methods[0] == "deleteWebhook"


async def test_a_slow_chat_does_not_block_others_and_stays_unconfirmed(api, bot):
    stop = asyncio.Event()
    handled = Handled(stop, until=5)
    handled.holds[2] = asyncio.Event()
    queue(api, 7, 8, 7, 9)
    polling = asyncio.create_task(poll(bot, handled, allowed_updates=KINDS, stop=stop))
    await handled.reached(3)
    queue(api, 10, first=5)
    await handled.reached(4)
    assert sorted(handled.ids) == [1, 3, 4, 5]
    assert max(offsets(api)) <= 2
    handled.holds[2].set()
    await polling
    assert handled.ids[-1] == 2
    assert offsets(api)[-1] == 6


async def test_after_a_crash_what_was_not_handled_comes_again(api, bot):
    stop = asyncio.Event()
    crashing = Handled(stop, until=9)
    crashing.holds[2] = asyncio.Event()
    queue(api, 7, 8, 8)
    before = asyncio.all_tasks()
    polling = asyncio.create_task(poll(bot, crashing, allowed_updates=KINDS, stop=stop))
    await crashing.reached(1)
    for task in asyncio.all_tasks() - before:
        task.cancel()
    await asyncio.wait([polling])
    assert crashing.ids == [1]

    handled = Handled(stop, until=3)
    await poll(bot, handled, allowed_updates=KINDS, stop=stop)
    # the first was handled, but the crash came before that could be confirmed
    assert sorted(handled.ids) == [1, 2, 3]


async def test_a_failing_update_is_logged_and_not_repeated(api, bot, caplog):
    stop = asyncio.Event()
    handled = Handled(stop, until=3)
    handled.fails = {2}
    queue(api, 7, 7, 7)
    await poll(bot, handled, allowed_updates=KINDS, stop=stop)
    assert handled.ids == [1, 2, 3]
    assert [r.update_id for r in caplog.records if r.message == "update failed"] == [2]


async def test_an_unreadable_update_is_skipped_without_its_words(api, bot, caplog):
    stop = asyncio.Event()
    handled = Handled(stop, until=1)
    api.updates.append({"update_id": 1, "message": {"text": "marker-text"}})
    queue(api, 7, first=2)
    await poll(bot, handled, allowed_updates=KINDS, stop=stop)
    assert handled.ids == [2]
    assert "marker-text" not in caplog.text + str([vars(record) for record in caplog.records])
    assert offsets(api)[-1] == 3


async def test_an_answer_that_is_not_telegrams_is_waited_out(api, bot, caplog):
    stop = asyncio.Event()
    handled, sleep = Handled(stop, until=1), FakeSleep()
    api.updates.append({"no": "update"})  # a proxy's page that happens to be JSON

    async def back_to_normal(seconds: float) -> None:
        await sleep(seconds)
        api.updates.clear()
        queue(api, 7)

    await poll(bot, handled, allowed_updates=KINDS, stop=stop, sleep=back_to_normal)
    assert (handled.ids, sleep.slept) == ([1], [1])
    assert "no answer of telegram’s; trying again" in caplog.text


@pytest.mark.parametrize(
    ("failures", "waits", "words"),
    [
        pytest.param(
            [("lose", {"sent": False})] * 7,
            [1, 2, 4, 8, 16, 30, 30],
            "telegram cannot be reached; trying again",
            id="no network",
        ),
        pytest.param(
            [("fail", {"status": 502, "description": "Bad Gateway"})] * 2,
            [1, 2],
            "telegram cannot be reached; trying again",
            id="Telegram is ill",
        ),
        pytest.param(
            [("flood", {"seconds": 17})], [17], "telegram cannot be reached; trying again", id="429"
        ),
        pytest.param(
            [
                (
                    "fail",
                    {
                        "status": 409,
                        "description": "Conflict: terminated by other getUpdates request",
                    },
                )
            ]
            * 3,
            [5, 10, 20],
            "another program is receiving this bot's updates; stop it or use another bot's token",
            id="two programs",
        ),
        pytest.param(
            [
                (
                    "fail",
                    {
                        "status": 409,
                        "description": "Conflict: can't use getUpdates while webhook is active",
                    },
                )
            ],
            [5],
            "this bot has a webhook, so telegram gives no updates here; remove the webhook",
            id="a webhook",
        ),
    ],
)
async def test_silence_is_waited_out(api, bot, caplog, failures, waits, words):
    caplog.set_level(logging.INFO)
    stop = asyncio.Event()
    handled, sleep = Handled(stop, until=1), FakeSleep()
    queue(api, 7)
    for how, arguments in failures:
        getattr(api, how)(method="getUpdates", **arguments)
    await poll(bot, handled, allowed_updates=KINDS, stop=stop, sleep=sleep)
    assert handled.ids == [1]
    assert sleep.slept == waits
    messages = [record.message for record in caplog.records]
    assert messages.count(words) == len(waits)
    assert messages[-1] == "telegram can be reached again"


async def test_stopping_interrupts_a_long_poll(bot, api):
    asked = asyncio.Event()

    class Silent(RecordingApi):
        async def do_request(self, *args, **kwargs):
            if kwargs["url"].endswith("getUpdates"):
                asked.set()
                await asyncio.Event().wait()
            return await super().do_request(*args, **kwargs)

    stop, silent = asyncio.Event(), Silent()
    quiet = Bot(TOKEN, request=silent, get_updates_request=silent)
    polling = asyncio.create_task(
        poll(quiet, Handled(stop, until=1), allowed_updates=KINDS, stop=stop)
    )
    await asked.wait()
    stop.set()
    await asyncio.wait_for(polling, 1)


async def test_a_handler_in_lanes_keeps_the_order_of_a_chat():
    order: list[int] = []
    first = asyncio.Event()

    async def handle(update: Update) -> None:
        if update.update_id == 1:
            await first.wait()
        order.append(update.update_id)

    handle_in_order = in_lanes(Lanes(), handle)
    calls: list[asyncio.Future[None]] = [
        asyncio.ensure_future(handle_in_order(message_update("hi", chat, update_id=n)))
        for n, chat in ((1, 7), (2, 7), (3, 8))
    ]
    await calls[2]
    first.set()
    await asyncio.gather(*calls)
    assert order == [3, 1, 2]
