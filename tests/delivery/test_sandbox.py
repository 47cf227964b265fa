"""What is sent is changed afterwards, at the sandbox's Bot API with its 48 hours."""

import pytest
from telegram import Bot

from bot.transport import AiohttpRequest
from delivery.drain import drain
from delivery.model import TOO_LATE, Act, Attachment, Content, Kind, Media, Parcel, Sent
from delivery.telegram import TelegramSender
from sandbox import Sandbox, serve
from sandbox.photos import send_photo
from tests.fakes import FakeClock, FakeOutbox, FakeSleep
from tests.sandbox.test_files import JPEG

HOURS = 3600


class SandboxClock:
    """Unix time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time():
    return SandboxClock()


@pytest.fixture
def world(time):
    return Sandbox(clock=time)


@pytest.fixture
def amina(world):
    return world.person("Amina", "ar", started=True)


@pytest.fixture
async def sender(world):
    async with serve(world) as address:
        request, polling = AiohttpRequest(), AiohttpRequest()
        bot = Bot(
            world.token,
            base_url=f"{address}/bot",
            request=request,
            get_updates_request=polling,
        )
        async with bot:
            yield TelegramSender(bot)


@pytest.fixture
def picture(world, amina):
    """A picture that Telegram keeps, shown to the bot by Amina herself."""
    send_photo(world, amina.id, JPEG)
    return Attachment(Media.PHOTO, world.chat(amina.id)[-1]["photo"][0]["file_id"])


async def leave(sender, amina, content, **how):
    """Let one copy leave; return the ids of its messages."""
    outbox = FakeOutbox([Parcel(1, amina.id, Kind.URGENT, content, **how)])
    clock = FakeClock()
    await drain(outbox, sender, per_second=20, now=clock, sleep=FakeSleep(clock))
    (settled,) = outbox.settlements
    assert isinstance(settled.outcome, Sent), settled.outcome
    return settled.message_ids


def shown(world, amina, ids):
    """Return what stands in the chat of the messages *ids*."""
    there = {each["message_id"]: each for each in world.chat(amina.id)}
    return [there[number] for number in ids if number in there]


async def test_a_picture_and_its_words_are_sent_corrected_and_taken_back(
    world, amina, sender, picture
):
    ids = await leave(sender, amina, Content(("<b>old</b>",), attachment=picture))
    first, second = shown(world, amina, ids)
    assert "photo" in first
    assert second["text"] == "old"
    corrected = Content(("<b>new</b>",), act=Act.EDIT)
    for _ in range(2):  # once more after a crash: nothing is new, and that is no failure
        await leave(sender, amina, corrected, targets=ids[-1:])
    assert shown(world, amina, ids)[1]["text"] == "new"
    for _ in range(2):
        await leave(sender, amina, Content(("gone",), act=Act.DELETE), targets=ids)
    assert shown(world, amina, ids) == []


async def test_after_48_hours_the_words_say_that_it_was_taken_back(
    world, amina, sender, picture, time
):
    ids = await leave(sender, amina, Content(("old",), attachment=picture))
    time.now += 49 * HOURS
    assert await sender.delete(amina.id, ids) == TOO_LATE
    await leave(sender, amina, Content(("taken back",), act=Act.DELETE), targets=ids)
    first, second = shown(world, amina, ids)
    assert (first["caption"], second["text"]) == ("taken back", "taken back")


async def test_a_place_stays_where_its_words_are_taken_back(world, amina, sender, time):
    place = Attachment(Media.LOCATION, latitude=53.8, longitude=-1.55)
    ids = await leave(sender, amina, Content(("old",), attachment=place))
    time.now += 49 * HOURS
    await leave(sender, amina, Content(("taken back",), act=Act.DELETE), targets=ids)
    first, second = shown(world, amina, ids)
    assert "location" in first
    assert second["text"] == "taken back"
