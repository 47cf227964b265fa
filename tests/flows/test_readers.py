"""Each reader's own digest: when it comes, long ones section by section, in groups and channels."""

from datetime import UTC, datetime, timedelta
from random import Random
from string import ascii_lowercase

import pytest

import db.feeds
import db.items
import db.subscriptions
import locales
from digests.item import Decision, Item, JudgedItem, Verdict
from digests.subscription import ChatKind, Frequency, Subscription
from handlers import edition_sending
from handlers.callbacks import Route, encode
from locales.errors import Text
from tests.builders import blocked_update, channel_update, message_update, press_update
from tests.flows.stage import ADA, NEWCOMER, OTHER, PARTNER

WEEK = "2026-W47"
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)  # London is on UTC in November
GROUP, CHANNEL = -1001, -1002
ANONYMOUS = 1_087_968_824  # in whose name Telegram lets administrators write who stay anonymous
ADMINISTRATORS_ONLY = "Only the administrators of this chat can change its digest."
SUBSCRIBED = "This chat gets the weekly digest now."


def _words(seed, count):
    """Return words that no two posts share, so that none is taken for another."""
    dice = Random(seed)
    return " ".join("".join(dice.choices(ascii_lowercase, k=7)) for _ in range(count))


async def posts(stage, count, topics, long=False):
    """Let a feed have *count* posts, one after the other about each of *topics*."""
    async with stage.sessions.begin() as session:
        feed, found = await db.feeds.add(session, "https://example.org/feed", stage.clock()), []
        for n in range(count):
            at = f"https://example.org/{n}"
            title, summary = f"Post {n}: {_words(n, 3)}", f"About {n}. {_words(-n - 1, 5)}."
            if long:
                title = f"{title} {_words(n + 1000, 12)}"
            item = Item(at, title, at, summary, stage.clock(), "Example")
            verdict = Verdict(Decision.ACCEPT, (Text("x"),), (topics[n % len(topics)],))
            found.append(JudgedItem(item, verdict))
        await db.items.add(session, feed, found, stage.clock())


async def sent(stage, clock):
    """Approve the week's edition and let it leave at its hour."""
    await stage.says(ADA, "/digest")
    await stage.presses(ADA, "Approve and send")
    clock.now = max(clock.now, THURSDAY)
    await edition_sending.send_due(stage.app)
    await stage.send_out()


async def own(stage, chat_id):
    async with stage.sessions() as session:
        return await db.subscriptions.find(session, chat_id)


async def writes(stage, who, text, chat_id=GROUP, **message):
    """Let *who* write in a group; return what the bot said there, None for nothing."""
    before = len(stage.screens(chat_id))
    update = message_update(text, who, bot=stage.application.bot, chat_id=chat_id, **message)
    await stage.application.process_update(update)
    return stage.last(chat_id) if len(stage.screens(chat_id)) > before else None


async def presses(stage, who, label, chat_id=GROUP, **message):
    data = stage.button(chat_id, label)
    update = press_update(data, who, bot=stage.application.bot, chat_id=chat_id, **message)
    await stage.application.process_update(update)
    return stage.last(chat_id)


def topic_names(pack, language="en"):
    return {each.id: each.names.get(language) or each.names["en"] for each in pack.interests.topics}


# when


async def test_a_reader_chooses_day_and_hour_in_place(small):
    await small.says(OTHER, "/subscribe")
    shown = await small.presses(OTHER, "How often and when")
    assert "The digest comes once a week: Thursday, 10:00." in shown.text
    assert "The time is the time in Leeds." in shown.text
    await small.presses(OTHER, "Choose the day and time")
    await small.presses(OTHER, "Next page")
    shown = await small.presses(OTHER, "Friday")
    assert "At what time should it come?" in shown.text
    for _ in range(2):
        await small.presses(OTHER, "Next page")
    shown = await small.presses(OTHER, "17:00")
    assert "The digest comes once a week: Friday, 17:00." in shown.text
    assert await own(small, OTHER) == Subscription(OTHER, day=4, hour=17)
    assert len(small.api.of("sendMessage")) == 1, "one message, edited in place"


async def test_who_chose_no_language_gets_the_digest_in_the_one_they_were_answered_in(small):
    await small.says(OTHER, "/subscribe", language_code="ar")
    assert (await own(small, OTHER)).language == "ar"
    await small.says(OTHER, "/language", language_code="ar")
    await small.presses(OTHER, "English")
    assert (await own(small, OTHER)).language == "en"


async def test_daily_has_a_time_and_urgent_only_has_none(small):
    await small.says(OTHER, "/subscribe")
    await small.presses(OTHER, "How often and when")
    shown = await small.presses(OTHER, "Every day")
    assert "News comes every day at 08:00, if there is any." in shown.text
    assert "Choose the time" in shown.labels
    topics = await small.says(OTHER, "/subscribe")
    assert "every day at 08:00" in topics.text and "weekly" not in topics.text
    await small.presses(OTHER, "How often and when")
    shown = await small.presses(OTHER, "Urgent updates only")
    assert shown.text == "Only urgent updates come, no digest."
    assert not any("Choose" in label for label in shown.labels)
    assert (await own(small, OTHER)).frequency is Frequency.URGENT
    topics = await small.says(OTHER, "/subscribe")
    assert "Only urgent updates come" in topics.text and "weekly" not in topics.text


async def test_no_hour_is_offered_that_happens_twice_or_never(small):
    await small.says(OTHER, "/subscribe")
    await small.presses(OTHER, "How often and when")
    await small.presses(OTHER, "Every day")
    shown = await small.presses(OTHER, "Choose the time")
    offered: set[str] = set()
    for _ in range(4):
        offered.update(label[-5:] for label in shown.labels if label.endswith(":00"))
        shown = await small.presses(OTHER, "Next page")
    assert offered == {f"{hour:02}:00" for hour in range(6, 22)}
    before = await own(small, OTHER)
    await small.forges(OTHER, encode(Route.WHEN, "hour", 1))
    assert await own(small, OTHER) == before


async def test_a_copy_comes_on_the_chosen_day(crew, clock, pack):
    await posts(crew, 2, [pack.interests.topics[0].id])
    await crew.says(PARTNER, "/subscribe")
    await crew.forges(PARTNER, encode(Route.WHEN, "day", 4))
    await crew.forges(PARTNER, encode(Route.WHEN, "hour", 17))
    await crew.says(OTHER, "/subscribe")
    await sent(crew, clock)
    assert "Post 1" in crew.last(OTHER).text
    assert "Post 1" not in crew.last(PARTNER).text
    clock.now = THURSDAY + timedelta(days=1, hours=7)
    await crew.send_out()
    assert "Post 1" in crew.last(PARTNER).text


# long digests


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_long_digest_opens_section_by_section_in_place(crew, clock, pack, language):
    names = topic_names(pack, language)
    wanted = [each.id for each in pack.interests.topics]
    await posts(crew, 7 * len(wanted), wanted, long=True)
    await crew.knows(NEWCOMER, language=language)
    await crew.says(NEWCOMER, "/subscribe")
    t, before = locales.translator(language), len(crew.api.calls)
    await sent(crew, clock)
    mine = [call for call in crew.api.calls[before:] if call.chat_id == NEWCOMER]
    assert [call.method for call in mine] == ["sendMessage"], "one message, however long"
    first = crew.last(NEWCOMER)
    assert len(first.buttons) == 8
    assert t.gettext("Stop the digest") in first.labels
    page_two = t.gettext("Next page ({page} of {pages})").split("(")[0]
    opened = await crew.presses(NEWCOMER, f"{names[wanted[1]]} (7)")
    assert opened.text.count("https://example.org/") == 7
    assert "About 1." in opened.text and "About 0." not in opened.text
    back = await crew.presses(NEWCOMER, t.gettext("‹ Back"))
    assert (back.text, back.labels) == (first.text, first.labels)
    await crew.presses(NEWCOMER, page_two)
    await crew.presses(NEWCOMER, f"{names[wanted[6]]} (7)")
    back = await crew.presses(NEWCOMER, t.gettext("‹ Back"))
    assert any(names[wanted[6]] in label for label in back.labels), "where they came from"
    assert crew.api.calls[-1].method == "editMessageText"


async def test_a_digest_of_a_year_ago_opens_and_an_unknown_one_says_so(crew, clock, pack):
    wanted = [each.id for each in pack.interests.topics]
    await posts(crew, 60, wanted, long=True)
    await crew.says(OTHER, "/subscribe")
    await sent(crew, clock)
    clock.advance(timedelta(days=365))
    shown = await crew.presses(OTHER, f"{topic_names(pack)[wanted[0]]} (")
    assert "About 0." in shown.text
    for key in ("2024-W01", "2027-W46", "2026-11-17"):
        assert await crew.forges(OTHER, encode(Route.READ, key, "housing", 0)) == shown
        assert crew.alerts[-1].startswith("I cannot find this digest.")


async def test_the_news_of_a_day_open_like_a_week(crew, clock, pack):
    wanted = [each.id for each in pack.interests.topics]
    await posts(crew, 60, wanted, long=True)
    await crew.says(OTHER, "/subscribe")
    await crew.forges(OTHER, encode(Route.WHEN, "often", "daily"))
    clock.now = THURSDAY
    await sent(crew, clock)
    clock.now = THURSDAY + timedelta(hours=22)
    await edition_sending.daily_due(crew.app)
    clock.advance(timedelta(hours=1))
    await crew.send_out()
    before = crew.last(OTHER)
    shown = await crew.presses(OTHER, f"{topic_names(pack)[wanted[1]]} (")
    assert "About 1." in shown.text and "About 0." not in shown.text
    assert (await crew.presses(OTHER, "‹ Back")).text == before.text


async def test_a_draft_opens_for_coordinators_only(crew, clock, pack):
    await posts(crew, 3, [pack.interests.topics[0].id])
    await crew.says(ADA, "/digest")
    await crew.forges(ADA, encode(Route.EDITION_ACT, WEEK, "hold", "00000000"))
    await crew.says(ADA, "/digest")
    await crew.presses(ADA, "Hold")
    assert "Post 1" in (await crew.forges(ADA, encode(Route.READ, WEEK, "", 0))).text
    assert "Post 1" not in (await crew.forges(OTHER, encode(Route.READ, WEEK, "", 0))).text
    assert "Post 1" not in (await crew.says(OTHER, f"/start read-{WEEK}")).text


async def test_a_link_opens_a_digest_for_anybody(crew, clock, pack):
    wanted = [each.id for each in pack.interests.topics[:2]]
    await posts(crew, 4, wanted)
    await sent(crew, clock)
    shown = await crew.says(NEWCOMER, f"/start read-{WEEK}")
    assert "Post 3" in shown.text
    assert shown.labels == ["Get the weekly digest"]
    shown = await crew.says(NEWCOMER, f"/start read-{WEEK}-{wanted[1]}")
    assert "Post 3" in shown.text and "Post 0" not in shown.text
    assert "Post 0" in (await crew.says(NEWCOMER, f"/start read-{WEEK}-nothing")).text
    shown = await crew.says(NEWCOMER, "/start read-2020-W01")
    assert "I cannot find this digest." in shown.text
    assert await own(crew, NEWCOMER) is None


# groups


async def test_an_administrator_subscribes_a_forum_group_in_a_topic(crew, clock, pack):
    crew.api.administrators.add((GROUP, OTHER))
    await posts(crew, 2, [pack.interests.topics[0].id])
    where = {"is_topic_message": True, "message_thread_id": 7}
    shown = await writes(crew, OTHER, "/subscribe@fingerpost_bot", **where)
    assert SUBSCRIBED in shown.text
    assert crew.api.of("sendMessage")[-1]["message_thread_id"] == 7
    expected = Subscription(GROUP, kind=ChatKind.GROUP, thread_id=7)
    assert await own(crew, GROUP) == expected
    await sent(crew, clock)
    digest = next(c.params for c in reversed(crew.api.calls) if c.chat_id == GROUP)
    assert "Post 1" in digest["text"]
    assert digest["message_thread_id"] == 7


async def test_the_group_changes_with_its_administrators_only(crew, pack):
    crew.api.administrators.add((GROUP, OTHER))
    await writes(crew, OTHER, "/subscribe")
    shown = await presses(crew, NEWCOMER, "Choose topics")
    assert crew.alerts == [ADMINISTRATORS_ONLY]
    assert SUBSCRIBED in shown.text
    shown = await presses(crew, OTHER, "Choose topics")
    assert "Help now" not in " ".join(shown.labels), "nobody's own guide in a group"
    name = pack.interests.topics[0].names["en"]
    shown = await presses(crew, OTHER, f"☑️ {name}")
    assert f"⬜️ {name}" in shown.labels
    await presses(crew, OTHER, "How often and when")
    await presses(crew, OTHER, "Every day")
    await presses(crew, OTHER, "‹ Back")
    await presses(crew, OTHER, "🌐")
    arabic = locales.native_name("ar")
    while arabic not in crew.last(GROUP).labels:
        await presses(crew, OTHER, "Next page")
    shown = await presses(crew, OTHER, arabic)
    assert locales.translator("ar").gettext("How often and when") in shown.labels
    found = await own(crew, GROUP)
    assert (found.language, found.frequency) == ("ar", Frequency.DAILY)
    assert pack.interests.topics[0].id not in found.topics
    crew.api.administrators.clear()
    stop = locales.translator("ar").gettext("Stop the digest")
    await presses(crew, OTHER, locales.translator("ar").gettext("How often and when"))
    assert await own(crew, GROUP) == found, "asked anew at each press"
    assert stop not in crew.last(GROUP).labels


async def test_a_member_is_told_once_and_nothing_else_is_heard(small):
    before = await small.rows()
    shown = await writes(small, NEWCOMER, "/subscribe")
    assert shown.text == ADMINISTRATORS_ONLY
    for text in ("/subscribe", "/start", "/find food", "hello", "I want to die", "/digest"):
        assert await writes(small, NEWCOMER, text) is None, text
    assert await small.rows() == before, "nothing of a group is kept"


async def test_nobody_who_speaks_in_a_group_is_noted_as_seen(small, clock):
    await small.knows(NEWCOMER)
    before = await small.rows()
    clock.advance(timedelta(days=2))
    await writes(small, NEWCOMER, "/subscribe")
    assert await small.rows() == before


async def test_where_members_are_hidden_the_list_of_administrators_decides(small):
    hidden = "Bad Request: member list is inaccessible"
    small.api.administrators.add((GROUP, OTHER))
    small.api.fail(400, hidden, method="getChatMember", times=2)
    assert (await writes(small, NEWCOMER, "/subscribe")).text == ADMINISTRATORS_ONLY
    assert SUBSCRIBED in (await writes(small, OTHER, "/subscribe")).text


async def test_an_administrator_who_stays_anonymous_decides(small):
    us = {"id": GROUP, "type": "supergroup", "title": "A group"}
    shown = await writes(small, ANONYMOUS, "/subscribe", sender_chat=us)
    assert SUBSCRIBED in shown.text
    other = {"id": CHANNEL, "type": "channel", "title": "A channel"}
    assert await writes(small, ANONYMOUS, "/unsubscribe", sender_chat=other) is not None
    assert await own(small, GROUP) is not None, "a channel that speaks there decides nothing"
    assert "has stopped" in (await writes(small, ANONYMOUS, "/unsubscribe", sender_chat=us)).text
    assert await own(small, GROUP) is None


async def test_buttons_of_the_guide_do_nothing_in_a_group(small):
    for data in (encode(Route.GUIDE, ""), encode(Route.FORGET, "yes"), "nonsense"):
        update = press_update(data, OTHER, bot=small.application.bot, chat_id=GROUP)
        await small.application.process_update(update)
    assert small.screens(GROUP) == []
    assert len(small.alerts) == 3


async def test_a_section_opens_in_the_readers_own_chat(crew, clock, pack):
    crew.api.administrators.add((GROUP, OTHER))
    wanted = [each.id for each in pack.interests.topics]
    await posts(crew, 60, wanted, long=True)
    await writes(crew, OTHER, "/subscribe")
    await sent(crew, clock)
    before = crew.last(GROUP)
    await presses(crew, NEWCOMER, f"{topic_names(pack)[wanted[1]]} (")
    link = crew.api.of("answerCallbackQuery")[-1]["url"]
    assert link == f"https://t.me/fingerpost_bot?start=read-{WEEK}-{wanted[1]}"
    assert crew.last(GROUP) == before, "no page is turned for everybody"
    shown = await crew.says(NEWCOMER, f"/start {link.partition('=')[2]}")
    assert "About 1." in shown.text


async def test_put_out_of_a_group_nothing_of_it_is_kept(small):
    small.api.administrators.add((GROUP, OTHER))
    before = await small.rows()
    await writes(small, OTHER, "/subscribe")
    update = blocked_update(OTHER, chat_id=GROUP, bot=small.application.bot)
    await small.application.process_update(update)
    assert await small.rows() == before


async def test_a_group_that_becomes_a_supergroup_keeps_its_choice(small):
    small.api.administrators.add((-5, OTHER))
    await writes(small, OTHER, "/subscribe", chat_id=-5)
    move = message_update("", OTHER, bot=small.application.bot, chat_id=-5, migrate_to_chat_id=-9)
    await small.application.process_update(move)
    assert await own(small, -5) is None
    assert await own(small, -9) == Subscription(-9, kind=ChatKind.GROUP)


# channels


async def test_a_channel_subscribes_by_a_post(crew, clock, pack):
    await posts(crew, 2, [pack.interests.topics[0].id])
    bot = crew.application.bot
    await crew.application.process_update(channel_update("/subscribe", CHANNEL, bot=bot))
    assert SUBSCRIBED in crew.last(CHANNEL).text
    assert await own(crew, CHANNEL) == Subscription(CHANNEL, kind=ChatKind.CHANNEL)
    await crew.application.process_update(channel_update("news of ours", CHANNEL, bot=bot))
    assert len(crew.screens(CHANNEL)) == 1
    await sent(crew, clock)
    assert "Post 1" in crew.last(CHANNEL).text
    await crew.application.process_update(channel_update("/unsubscribe", CHANNEL, bot=bot))
    assert await own(crew, CHANNEL) is None
