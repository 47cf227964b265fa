"""A partner's post for the digest: written step by step, decided, told, taken back."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

import db.editions
import db.submissions
from db.documents import OCCASIONS
from db.news import ItemRow, PictureRow
from digests.edition import EditionState
from digests.item import Decision, Occasion, OccasionKind
from handlers import edition_sending
from handlers.callbacks import Route, encode
from handlers.editions import OPEN
from people.model import Role
from tests.builders import document_update, photo_update
from tests.flows.stage import ADA, BEN, NEWCOMER, PARTNER, STAFF_ONLY, assemble

TEXT = (
    "Free ESOL class in Harehills\n"
    "Refugees and people who seek asylum in Leeds can learn English with us. "
    "Please book by 4 December 2026."
)
WEEK = "2026-W47"
GONE = "This post is not open any more."
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 20


@pytest.fixture
async def desk(crew):
    """A partner, two coordinators and a picture, on SQLite."""
    crew.api.files |= {"photo-800": JPEG, "photo-90": JPEG, "no-800": b"GIF89a", "no-90": b"GIF89a"}
    return crew


async def sends_photo(stage, who, file_id="photo", **content):
    update = photo_update(file_id, who, bot=stage.application.bot, **content)
    await stage.application.process_update(update)
    return stage.last(who)


async def write(stage, who=PARTNER, text=TEXT):
    """Write a post without picture up to the last look."""
    await stage.says(who, "/post")
    await stage.says(who, text)
    await stage.presses(who, "No web page")
    await stage.presses(who, "No picture")
    return await stage.presses(who, "Yes, that is right")


async def send(stage, who=PARTNER, text=TEXT):
    await write(stage, who, text)
    shown = await stage.presses(who, "Send it to the coordinators")
    await stage.send_out()
    return shown


async def told(stage, who, data):
    """Let *who* press a button that is refused; return what stands over the chat."""
    await stage.forges(who, data)
    return stage.alerts[-1]


async def items(stage):
    async with stage.sessions() as session:
        return list(await session.scalars(select(ItemRow).order_by(ItemRow.id)))


async def test_a_post_goes_from_the_partner_to_the_digest(staff):
    assert "The first line is its title" in (await staff.says(PARTNER, "/post")).text
    assert "web page" in (await staff.says(PARTNER, TEXT)).text
    assert "photo" in (await staff.says(PARTNER, "example.org/esol")).text
    assert "4 December 2026" in (await staff.presses(PARTNER, "No picture")).text
    await staff.presses(PARTNER, "Yes, that is right")
    preview, check = staff.screens(PARTNER)[-2:]
    assert '<a href="https://example.org/esol">' in preview.text
    assert "Deadline: " in preview.text
    assert "Leeds Example Charity" in preview.text
    assert "as readers will get it" in check.text
    assert "Thank you" in (await staff.presses(PARTNER, "Send it to the coordinators")).text
    await staff.send_out()

    card = staff.last(ADA)
    assert "From: " in card.text
    assert "Leeds Example Charity" in card.text
    assert preview.text.split("\n\n")[1] in card.text
    await staff.presses(ADA, "Add to the digest")
    await staff.send_out()
    (row,) = await items(staff)
    assert (row.decision, row.submitted_by, row.feed_id) == (Decision.ACCEPT, PARTNER, None)
    assert (row.source, row.link) == ("Leeds Example Charity", "https://example.org/esol")
    assert row.topics[0] == "esol"
    assert row.expires_on == date(2026, 12, 4)
    answer = staff.last(PARTNER).text
    assert "took your post" in answer
    assert "19 November 2026" in answer


async def test_it_waits_in_the_queue_like_other_posts(desk):
    await send(desk)
    shown = await desk.forges(ADA, encode(Route.QUEUE, "review", 0))
    assert "Free ESOL class" in shown.text


async def test_a_declined_post_says_why_once(desk):
    await send(desk)
    await desk.presses(ADA, "Leave it out")
    await desk.presses(ADA, "It does not fit the digest.")
    await desk.forges(BEN, desk.button(ADA, "It does not fit the digest."))
    await desk.send_out()
    answers = [e.text for e in desk.screens(PARTNER) if "did not take your post" in e.text]
    assert len(answers) == 1
    assert "It does not fit the digest." in answers[0]
    (row,) = await items(desk)
    assert row.decision == Decision.REJECT


async def test_the_first_decision_stands(desk):
    await send(desk)
    add, why = desk.button(ADA, "Add to the digest"), desk.button(BEN, "Leave it out")
    await desk.forges(BEN, why)
    await desk.forges(ADA, add)
    shown = await desk.presses(BEN, "We could not check it.")
    await desk.send_out()
    assert "Leave it out" not in shown.labels
    assert (await items(desk))[0].decision == Decision.ACCEPT
    assert "took your post" in desk.last(PARTNER).text


@pytest.mark.parametrize("command", ["/post", "/post now"])
async def test_a_newcomer_is_refused(desk, command):
    await desk.knows(NEWCOMER)
    shown = await desk.says(NEWCOMER, command)
    assert STAFF_ONLY in shown.text
    assert await desk.rows() == await desk.rows()
    assert await items(desk) == []


@pytest.mark.parametrize("step", ["send", "my", "back", "see", "yes", "no", "why", "pic", "drop"])
async def test_forged_buttons_do_nothing_for_a_newcomer(desk, step):
    await send(desk)
    before = await desk.rows()
    await desk.knows(NEWCOMER)
    await desk.forges(NEWCOMER, encode(Route.POST, step, 1, "other"))
    rows = await desk.rows()
    assert rows["items"] == before["items"]
    assert "Free ESOL" not in repr([each.text for each in desk.screens(NEWCOMER)])


@pytest.mark.parametrize("step", ["see", "yes", "no", "why", "pic"])
async def test_a_partner_does_not_decide(desk, step):
    await send(desk)
    await desk.forges(PARTNER, encode(Route.POST, step, 1, "other"))
    assert (await items(desk))[0].decision == Decision.REVIEW


async def test_words_of_danger_in_a_post_are_for_its_readers(desk):
    await desk.says(PARTNER, "/post")
    shown = await desk.says(PARTNER, "Help for people who want to die\nA new group in Leeds.")
    assert "999" not in shown.text
    assert "web page" in shown.text


async def test_without_a_post_words_of_danger_are_heard(desk):
    assert "999" in (await desk.says(PARTNER, "I want to die")).text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("www.example.org/a?utm_source=x", "https://www.example.org/a", id="bare"),
        pytest.param("http://example.org/b", "http://example.org/b", id="plain http stays"),
        pytest.param("javascript:alert(1)", None, id="no web address"),
        pytest.param("https://me@evil.example/", None, id="with a name in it"),
        pytest.param("see the attachment", None, id="words"),
    ],
)
async def test_only_web_addresses_are_links(desk, said, expected):
    await desk.says(PARTNER, "/post")
    await desk.says(PARTNER, TEXT)
    shown = await desk.says(PARTNER, said)
    if expected is None:
        assert "This is not a web address" in shown.text
        return
    await desk.presses(PARTNER, "No picture")
    await desk.presses(PARTNER, "Yes, that is right")
    assert f'href="{expected}"' in desk.screens(PARTNER)[-2].text


async def test_a_link_in_the_text_is_the_link(desk):
    await desk.says(PARTNER, "/post")
    shown = await desk.says(PARTNER, TEXT + "\nMore: https://example.org/more.")
    assert "photo" in shown.text
    await desk.presses(PARTNER, "No picture")
    await desk.presses(PARTNER, "Yes, that is right")
    assert 'href="https://example.org/more"' in desk.screens(PARTNER)[-2].text


async def test_a_text_that_is_too_long_loses_nothing(desk):
    await desk.says(PARTNER, "/post")
    assert "too long" in (await desk.says(PARTNER, "x" * 1501)).text
    assert "web page" in (await desk.says(PARTNER, TEXT)).text


async def test_a_picture_comes_with_words_for_those_who_cannot_see_it(desk):
    await desk.says(PARTNER, "/post")
    await desk.says(PARTNER, TEXT)
    await desk.presses(PARTNER, "No web page")
    assert "what the picture shows" in (await sends_photo(desk, PARTNER)).text
    await desk.says(PARTNER, "Six people\naround a table")
    await desk.presses(PARTNER, "Yes, that is right")
    (seen,) = desk.api.of("sendPhoto")
    assert (seen["photo"], seen["caption"]) == ("photo-800", "Six people around a table")
    await desk.presses(PARTNER, "Send it to the coordinators")
    await desk.send_out()
    async with desk.sessions() as session:
        (row,) = await session.scalars(select(PictureRow))
    assert (row.mime, row.content) == ("image/jpeg", JPEG)
    assert row.alt == "Six people around a table"
    await desk.presses(ADA, "Look at the picture")
    assert desk.api.of("sendPhoto")[-1]["chat_id"] == ADA


async def test_the_largest_size_that_may_be_kept_is_taken(desk):
    desk.api.files |= {"big-1280": JPEG, "big-4000": JPEG}
    await desk.says(PARTNER, "/post")
    shown = await sends_photo(desk, PARTNER, "big", sizes=(1280, 4000), caption=TEXT)
    assert "web page" in shown.text
    await desk.presses(PARTNER, "No web page")
    await desk.says(PARTNER, "A table")
    await desk.presses(PARTNER, "Yes, that is right")
    assert desk.api.of("sendPhoto")[0]["photo"] == "big-1280"


async def test_what_is_no_picture_is_not_kept(desk):
    await desk.says(PARTNER, "/post")
    await desk.says(PARTNER, TEXT)
    await desk.presses(PARTNER, "No web page")
    assert "could not read this picture" in (await sends_photo(desk, PARTNER, "no")).text
    update = document_update("photo.jpg", PARTNER, bot=desk.application.bot)
    await desk.application.process_update(update)
    assert "as a photo, not as a file" in desk.last(PARTNER).text


async def test_a_picture_is_public_with_its_post(desk):
    await desk.says(PARTNER, "/post")
    await sends_photo(desk, PARTNER, caption=TEXT)
    await desk.presses(PARTNER, "No web page")
    await desk.says(PARTNER, "A table")
    await desk.presses(PARTNER, "Yes, that is right")
    await desk.presses(PARTNER, "Send it to the coordinators")
    await desk.knows(NEWCOMER)
    shown = await desk.says(NEWCOMER, "/start pic-1")
    assert "This picture is not there any more." in shown.text
    async with desk.sessions.begin() as session:
        row = await session.get_one(ItemRow, 1)
        row.week, row.position = WEEK, 0
        await db.editions.create(session, WEEK, desk.clock())
        await db.editions.move(
            session, WEEK, old=OPEN, new=EditionState.APPROVED, by=ADA, now=desk.clock()
        )
    sent = len(desk.api.of("sendPhoto"))
    await desk.says(NEWCOMER, "/start pic-1")
    assert len(desk.api.of("sendPhoto")) == sent  # approved, but nobody has got it yet
    desk.clock.now = desk.app.sends_at(WEEK)
    await edition_sending.send_due(desk.app)
    await desk.says(NEWCOMER, "/start pic-1")
    assert desk.api.of("sendPhoto")[-1] | {"chat_id": NEWCOMER} == desk.api.of("sendPhoto")[-1]
    async with desk.sessions.begin() as session:
        (await session.get_one(ItemRow, 1)).position = None  # taken, but past and not shown
    sent = len(desk.api.of("sendPhoto"))
    assert "not there" in (await desk.says(NEWCOMER, "/start pic-1")).text
    assert len(desk.api.of("sendPhoto")) == sent
    assert "not there" in (await desk.says(NEWCOMER, "/start pic-99")).text
    assert "not there" in (await desk.says(NEWCOMER, "/start pic-x")).text


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(["No date"], [], id="none"),
        pytest.param(
            ["=Deadline 1 December 2026", "Yes, that is right"],
            [(OccasionKind.DEADLINE, date(2026, 12, 1))],
            id="another one",
        ),
        pytest.param(
            ["=1 December", "It takes place then"],
            [(OccasionKind.EVENT, date(2026, 12, 1))],
            id="an event",
        ),
        pytest.param(
            ["=soon", "=1 May 2020", "=1.12.2026", "The last day to answer"],
            [(OccasionKind.DEADLINE, date(2026, 12, 1))],
            id="no date, then one that is over, then one",
        ),
    ],
)
async def test_dates_are_read_back(desk, answers, expected):
    await desk.says(PARTNER, "/post")
    await desk.says(PARTNER, "A class\nWe meet people in Leeds.")
    await desk.presses(PARTNER, "No web page")
    await desk.presses(PARTNER, "No picture")
    for answer in answers:
        if answer.startswith("="):
            await desk.says(PARTNER, answer[1:])
        else:
            await desk.presses(PARTNER, answer)
    await desk.presses(PARTNER, "Send it to the coordinators")
    (row,) = await items(desk)
    found: tuple[Occasion, ...] = OCCASIONS.validate_python(row.occasions)
    assert [(each.kind, each.on) for each in found] == expected


async def test_each_part_can_be_changed_before_it_is_sent(desk):
    await write(desk)
    old = desk.button(PARTNER, "Send it to the coordinators")
    await desk.presses(PARTNER, "Change the text")
    shown = await desk.says(PARTNER, "Another class\nIt is in Leeds, for refugees.")
    assert "as readers will get it" in shown.text
    await desk.presses(PARTNER, "Change the date")
    await desk.presses(PARTNER, "No date")
    await desk.presses(PARTNER, "Change the web page")
    await desk.says(PARTNER, "example.org")
    assert GONE in await told(desk, PARTNER, old)
    assert await items(desk) == []
    await desk.presses(PARTNER, "Send it to the coordinators")
    (row,) = await items(desk)
    assert (row.title, row.occasions, row.link) == ("Another class", [], "https://example.org")


async def test_a_double_tap_sends_one_post(staff):
    await write(staff)
    tap = staff.button(PARTNER, "Send it to the coordinators")
    await asyncio.gather(*(staff.forges(PARTNER, tap) for _ in range(3)))
    assert len(await items(staff)) == 1
    await staff.send_out()
    assert sum("waits for you" in each.text for each in staff.screens(ADA)) == 1


async def test_a_restart_in_the_middle_loses_nothing(desk, pack, clock):
    await desk.says(PARTNER, "/post")
    await desk.says(PARTNER, TEXT)
    other = assemble(desk.sessions, pack, clock)
    async with other.application:
        assert "web page" in (await other.says(PARTNER, "/post")).text
        await other.says(PARTNER, "example.org")
        await other.presses(PARTNER, "No picture")
        await other.presses(PARTNER, "Yes, that is right")
        assert "Free ESOL class" in other.screens(PARTNER)[-2].text


async def test_cancel_throws_the_post_away(desk):
    await write(desk)
    tap = desk.button(PARTNER, "Send it to the coordinators")
    await desk.says(PARTNER, "/cancel")
    assert GONE in await told(desk, PARTNER, tap)
    assert await items(desk) == []


async def test_forget_in_the_middle_leaves_nothing(desk):
    await desk.says(PARTNER, "/post")
    await desk.says(PARTNER, TEXT)
    await desk.says(PARTNER, "/forget")
    await desk.presses(PARTNER, "Yes, delete it")
    assert "drafts" not in await desk.rows()
    assert STAFF_ONLY in await told(desk, PARTNER, encode(Route.POST, "none", "link"))


async def test_forget_after_sending_leaves_the_post_without_its_writer(desk):
    await send(desk)
    await desk.says(PARTNER, "/forget")
    await desk.presses(PARTNER, "Yes, delete it")
    await desk.presses(ADA, "Add to the digest")
    await desk.send_out()
    (row,) = await items(desk)
    assert (row.submitted_by, row.decision) == (None, Decision.ACCEPT)
    assert "took your post" not in desk.last(PARTNER).text


async def test_a_post_can_be_taken_back_until_it_is_in_an_edition(desk):
    await send(desk)
    back = desk.button(PARTNER, "Take it back")
    assert "Taken back" in (await desk.forges(PARTNER, back)).text
    assert await items(desk) == []
    assert GONE in await told(desk, PARTNER, back)
    assert GONE in await told(desk, ADA, desk.button(ADA, "Add to the digest"))
    await send(desk, text=TEXT.replace("Free", "New"))
    back = desk.button(PARTNER, "Take it back")
    async with desk.sessions.begin() as session:
        (await session.scalars(select(ItemRow))).one().week = "2026-W47"
    assert "on its way" in await told(desk, PARTNER, back)
    assert len(await items(desk)) == 1


async def test_nobody_takes_back_what_another_wrote(desk):
    other = 203
    await send(desk)
    await desk.knows(other, Role.PARTNER)
    assert GONE in await told(desk, other, desk.button(PARTNER, "Take it back"))
    assert len(await items(desk)) == 1


async def test_five_posts_may_wait(desk):
    for number in range(5):
        await send(desk, text=TEXT.replace("Free", f"Class {number}:"))
    shown = await desk.says(PARTNER, "/post")
    assert sum("Class" in label for label in shown.labels) == 5
    await write(desk, text="Sixth" + TEXT)
    tap = desk.button(PARTNER, "Send it to the coordinators")
    assert "wait already" in await told(desk, PARTNER, tap)
    assert len(await items(desk)) == 5
    await desk.forges(ADA, encode(Route.POST, "yes", 1))
    await desk.forges(PARTNER, tap)
    assert len(await items(desk)) == 6


async def test_it_is_said_when_a_post_is_there_already(desk):
    await send(desk)
    shown = await write(desk, ADA)
    assert "There is a post already that looks the same" in shown.text


async def test_the_writer_of_a_post_is_not_asked_about_it(desk):
    await send(desk, ADA)
    assert "waits for you" not in desk.last(ADA).text
    assert "waits for you" in desk.last(BEN).text


async def test_an_urgent_update_is_not_thrown_away_for_a_post(desk):
    await desk.says(ADA, "/broadcast")
    await desk.says(ADA, "Snow tonight")
    assert "urgent update" in (await desk.says(ADA, "/post")).text
    await desk.says(ADA, "/cancel")
    await desk.says(ADA, "/post")
    await desk.says(ADA, TEXT)
    assert "writing a post" in (await desk.says(ADA, "/broadcast")).text
    assert "web page" in (await desk.says(ADA, "/post")).text


async def test_a_partner_who_reads_arabic_writes_in_arabic(desk):
    await desk.knows(PARTNER, Role.PARTNER, "ar")
    await desk.says(PARTNER, "/post")
    await desk.says(PARTNER, "دورة لغة <b>\nدروس مجانية في Leeds للاجئين.\nhttps://example.org/ar")
    await desk.forges(PARTNER, encode(Route.POST, "none", "pic"))
    await desk.forges(PARTNER, encode(Route.POST, "none", "date"))
    preview, check = desk.screens(PARTNER)[-2:]
    assert preview.text.startswith("\u200f")
    assert "دورة لغة" in preview.text
    await desk.forges(PARTNER, check.data(check.labels[0]))
    await desk.send_out()
    assert "دورة لغة" in desk.last(ADA).text
    async with desk.sessions() as session:
        (mine,) = await db.submissions.open_of(session, PARTNER)
    assert mine.item.title == "دورة لغة"


async def test_a_post_in_the_queue_is_shown_with_its_organisation(desk):
    await send(desk)
    shown = await desk.forges(ADA, encode(Route.ITEM, 1, "review", 0))
    assert "Leeds Example Charity" in shown.text
    assert "Leave it out" in shown.labels
    shown = await desk.presses(ADA, "Add to the digest")
    assert "It is in the digest." in shown.text


async def test_whoever_takes_it_out_again_tells_the_partner_too(desk):
    await send(desk)
    await desk.presses(ADA, "Add to the digest")
    await desk.forges(BEN, encode(Route.ITEM_ACT, 1, "reject", "e", 0))
    await desk.send_out()
    assert "did not take your post" in desk.last(PARTNER).text


@pytest.mark.parametrize(
    ("page", "address"),
    [
        pytest.param(
            "https://leeds.example/", "https://leeds.example/digest/pictures/1", id="page"
        ),
        pytest.param(None, "https://t.me/fingerpost_bot?start=pic-1", id="in the bot"),
    ],
)
async def test_the_digest_links_to_the_picture(desk, page, address):
    app = replace(desk.app, public_url=page, username=lambda: "fingerpost_bot")
    desk.application.bot_data["app"] = app
    await desk.says(NEWCOMER, "/subscribe")
    await desk.says(PARTNER, "/post")
    await sends_photo(desk, PARTNER, caption=TEXT)
    await desk.presses(PARTNER, "No web page")
    await desk.says(PARTNER, "A table")
    await desk.presses(PARTNER, "Yes, that is right")
    await desk.presses(PARTNER, "Send it to the coordinators")
    await desk.send_out()
    await desk.presses(ADA, "Add to the digest")
    await desk.says(ADA, "/digest")
    await desk.presses(ADA, "Approve")
    desk.clock.now += timedelta(days=3, hours=6)
    await edition_sending.send_due(app)
    await desk.send_out()
    assert f'<a href="{address}">Picture</a>' in desk.last(NEWCOMER).text


async def test_a_photo_is_taken_at_any_step_and_the_questions_go_on(desk):
    await desk.says(PARTNER, "/post")
    assert "title" in (await sends_photo(desk, PARTNER)).text
    await desk.says(PARTNER, TEXT)
    assert "what the picture shows" in (await desk.presses(PARTNER, "No web page")).text
    await desk.says(PARTNER, "A table")
    assert "what the picture shows" in (await sends_photo(desk, PARTNER)).text
    await desk.says(PARTNER, "A chair")
    await desk.presses(PARTNER, "Yes, that is right")
    assert "what the picture shows" in (await sends_photo(desk, PARTNER)).text
    shown = await desk.says(PARTNER, "A lamp")
    assert "as readers will get it" in shown.text
    assert "A lamp" in shown.text
