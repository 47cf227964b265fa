"""Asking for the digest by e-mail, saying yes, changing and stopping: over HTTP, by real mails."""

import asyncio
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import event, select

import db.ledger
import db.mail_readers
import db.mails
import db.outbox
import db.people
import db.retention
import locales
from bot.mailing import MailServerAway
from db.mailing import MailRow, MailSubscriberRow
from db.news import PictureRow
from db.sending import MessageRow
from delivery.model import CampaignState
from digests.mailing import Wish
from digests.subscription import Frequency
from handlers import campaigns, edition_sending, reports
from handlers.editions import gather
from locales.errors import Text
from people.model import Role
from tests.mails.house import ANN, BEN, HOME, THURSDAY, WEEK
from web.proxies import caller
from web.signup import Tries

CAMPAIGN = f"digest:{WEEK}"


async def rows(house, table=MailSubscriberRow):
    async with house.sessions() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


async def tally(house, campaign=CAMPAIGN):
    async with house.sessions() as session:
        return await db.mails.tally(session, campaign)


async def test_a_reader_asks_says_yes_gets_an_edition_changes_and_stops(houses):
    house = houses
    await house.posts("Rooms to let")
    assert "look in your mailbox" in await house.asks(language="ar", frequency="weekly")
    assert await house.mails() == 1
    (asking,) = house.server.to(ANN)
    assert asking["Content-Language"] == "ar" and "List-Unsubscribe" not in asking

    # nothing before the yes
    await house.approves(note="Good morning.")
    path = house.links()["confirm"]
    assert "<button" in await house.get(path)
    assert (await rows(house))[0].confirmed_at is None  # a scanner opens links: no harm
    await house.post(path)

    await house.leaves()
    assert await house.mails() == 1
    _, letter = house.server.to(ANN)
    links = house.links()
    assert letter["List-Unsubscribe"] == f"<https://digest.example.org{links['stop']}>"
    html = letter.get_body(("html",)).get_content()
    assert 'dir="rtl"' in html and "Rooms to let" in html and "Good morning." in html

    changed = await house.post(links["change"], data={"language": "en", "frequency": "daily"})
    assert "Saved." in changed
    (row,) = await rows(house)
    assert (row.language, row.frequency, row.topics) == ("en", "daily", [])

    # RFC 8058: no cookies, this body
    body = {"List-Unsubscribe": "One-Click"}
    await house.post(links["stop"], data=body)
    assert await rows(house) == []
    await house.post(links["stop"], data=body)  # mail programs may ask twice
    await house.get(links["change"], 404)
    assert (await tally(house)).sent == 1  # counts stay, without the person
    assert {each.subscriber_id for each in await rows(house, MailRow)} == {None}


async def test_the_answer_is_the_same_whoever_asks_and_one_mail_goes_a_day(house):
    first = await house.asks()
    await house.mails()
    assert await house.asks(ANN.upper()) == first
    assert await house.mails() == 0  # one a day
    await house.post(house.links()["confirm"])
    assert await house.asks(language="pl") == first
    house.clock.advance(timedelta(days=1))
    assert await house.asks(language="pl") == first
    assert await house.mails() == 1
    assert set(house.links()) == {"change"}  # somebody who has it learns how to change it
    assert (await rows(house))[0].language == "en"  # and nobody else can


async def test_so_many_mails_that_ask_leave_a_day(houses):
    house = houses
    for number in range(3):
        async with house.sessions.begin() as session:
            await db.mail_readers.ask(
                session,
                f"r{number}@example.com",
                Wish("en"),
                token=f"{number}" * 43,
                now=house.clock(),
                a_day=2,
            )
    assert await house.mails() == 2


async def test_nobody_can_flood_others(house):
    for number in range(10):
        await house.asks(f"r{number}@example.com")
    await house.asks("e@example.com", 429)
    async with house.client.get("/digest/") as answer:
        assert answer.status == 200  # reading goes on
    house.clock.advance(timedelta(hours=1, minutes=1))
    await house.asks("e@example.com")


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        pytest.param("192.0.2.1", "192.0.2.2", True, id="two addresses"),
        pytest.param("::ffff:192.0.2.1", "::ffff:192.0.2.2", True, id="two within IPv6"),
        pytest.param("::ffff:192.0.2.1", "192.0.2.1", False, id="one, written in two ways"),
        pytest.param("2001:db8::1", "2001:db8::2", False, id="one network"),
        pytest.param("2001:db8::1", "2001:db8:0:1::1", True, id="two networks"),
        pytest.param("unix", "nonsense", False, id="nobody knows who"),
    ],
)
def test_who_counts_as_one(now, first, second, apart):
    tries = Tries(lambda: now)
    assert [tries.may(first) for _ in range(11)] == [True] * 10 + [False]
    assert tries.may(second) is apart


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        pytest.param("198.51.100.1", [], "198.51.100.1", id="nobody between us"),
        pytest.param("198.51.100.1", ["192.0.2.9"], "198.51.100.1", id="a claim of their own"),
        pytest.param("172.18.0.2", ["192.0.2.9"], "192.0.2.9", id="a proxy in a container"),
        pytest.param("172.18.0.2", ["10.9.9.9, 192.0.2.9"], "192.0.2.9", id="a claim before it"),
        pytest.param("::ffff:172.18.0.2", ["192.0.2.9:4711"], "192.0.2.9", id="within IPv6"),
        pytest.param("172.18.0.2", ["[2001:db8::9]:4711"], "2001:db8::9", id="IPv6 with a port"),
        pytest.param("172.18.0.2", ["192.0.2.9", "172.18.0.3"], "192.0.2.9", id="two proxies"),
        pytest.param("172.18.0.2", ["nonsense"], "172.18.0.2", id="nonsense"),
        pytest.param("172.18.0.2", [], "172.18.0.2", id="a proxy that does not say"),
    ],
)
def test_only_a_proxy_that_we_trust_says_who_asks(peer, headers, expected):
    assert caller(peer, headers, [ip_network("172.18.0.0/16")]) == expected


async def test_visitors_behind_a_proxy_do_not_share_their_tries(house):
    for number in range(11):
        visitor = {"X-Forwarded-For": f"192.0.2.{number}"}
        form = {"address": f"r{number}@example.com"}
        await house.post("/digest/subscribe", 200, form, headers=visitor)


async def test_who_cannot_be_reached_gets_no_old_digest_later(house):
    await house.posts("Rooms to let")
    token = await house.joins()
    await house.approves()
    await house.leaves()
    async with house.sessions.begin() as session:
        (reader,) = await db.mail_readers.readers(session)
        later = house.clock() + timedelta(days=1)
        await db.mail_readers.queue(session, "digest:2026-W48", {reader.id: later})
    house.server.answers[ANN] = ["rcpt 550 5.1.1 Unknown"]
    await house.mails()
    await house.post(f"/digest/confirm/{token}")
    counted = await tally(house, "digest:2026-W48")
    assert (counted.skipped, counted.queued) == (1, 0)


async def test_a_thousand_readers_are_queued_in_a_few_statements(house):
    async with house.sessions.begin() as session:
        for number in range(1001):
            session.add(
                MailSubscriberRow(
                    address=f"r{number}@example.com",
                    token=f"{number:043}",
                    language="en",
                    topics=[],
                    frequency="weekly",
                    created_on=house.clock().date(),
                    asked_at=house.clock(),
                )
            )
    said: list[str] = []
    async with house.sessions.begin() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
        wanted = {number: house.clock() for number in range(1, 1002)}
        assert await db.mail_readers.queue(session, CAMPAIGN, wanted) == 1001
        assert await db.mail_readers.queue(session, CAMPAIGN, wanted) == 0
    assert 2 <= len(said) <= 10


async def test_what_a_machine_fills_in_is_ignored_without_a_word(house):
    honest = await house.asks(BEN)
    assert await house.asks(website="https://spam.example") == honest
    await house.mails()
    assert house.server.to(ANN) == []


async def test_what_is_no_address_gets_no_mail(house):
    addresses = (
        "",
        "ann@example.com\r\nBcc: eve@example.com",
        "<script>@example.com",
        "a@" + "b" * 10_000 + ".com",
    )
    for address in addresses:
        assert "<script>@" not in await house.asks(address, 422)
    assert await rows(house) == []


async def test_a_domain_in_its_own_script_gets_mail(house):
    await house.asks("ann@bücher.example")
    await house.mails()
    assert len(house.server.to("ann@xn--bcher-kva.example")) == 1


async def test_a_guessed_token_leads_nowhere(house):
    await house.joins()
    for name in ("confirm", "change", "stop"):
        for token in ("x", "A" * 43, "A" * 44, "..%2f" * 8, "%00" * 43):
            assert "Not found" in await house.get(f"/digest/{name}/{token}", 404)
            if name != "stop":
                await house.post(f"/digest/{name}/{token}", 404, {"language": "pl"})
    assert [each.language for each in await rows(house)] == ["en"]


async def test_pages_of_a_reader_are_kept_by_nobody(house):
    token = await house.joins()
    async with house.client.get(f"/digest/change/{token}") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers


async def test_hostile_forms_are_refused(house):
    form = "application/x-www-form-urlencoded"
    for body, kind, status in (
        (b"a=1&" * 200, form, 404),  # very many fields
        (b"address=" + b"a" * 20_000, form, 404),
        (b"{}", "application/json", 404),
        (b"\xff\xfe=%ff", form, 422),
    ):
        sent = {"data": body, "headers": {"Content-Type": kind}}
        async with house.client.post("/digest/subscribe", **sent) as answer:
            assert answer.status == status
    assert await rows(house) == []


async def test_topics_and_hours_are_respected(house, pack):
    housing, legal = (each.id for each in pack.interests.topics[:2])
    await house.posts("Rooms to let", topic=housing)
    await house.joins(ANN, topic=legal)
    await house.joins(BEN, topic=housing, day="4", hour="8")
    await house.approves()
    await house.leaves()
    assert await house.mails() == 0
    counted = await tally(house)
    assert (counted.skipped, counted.queued) == (1, 1)  # nothing about law; Friday at eight
    house.clock.now = THURSDAY + timedelta(hours=22)
    assert await house.mails() == 1
    assert len(house.server.to(BEN)) == 2 and len(house.server.to(ANN)) == 1


async def test_daily_readers_get_the_news_of_the_day_once(house):
    await house.joins(ANN, frequency="daily")
    await house.posts("Rooms to let")
    await house.approves()
    for _ in range(3):
        await edition_sending.daily_due(house.app)
    assert await house.mails() == 1
    newest = house.server.to(ANN)[-1]
    assert "Rooms to let" in newest.get_body(("plain",)).get_content()
    async with house.sessions() as session:
        assert await db.mail_readers.readers(session, [Frequency.WEEKLY]) == []


async def test_coordinators_see_that_mails_wait(house):
    await house.posts("Rooms to let")
    await house.joins()
    await house.joins(BEN, frequency="daily")
    async with house.sessions() as session:
        assert (await gather(session, house.app)).subscribers == 1
    await house.approves()
    await house.leaves()
    t = locales.translator("en")
    before = await reports.report(house.sessions, t, CAMPAIGN)
    await house.mails()
    after = await reports.report(house.sessions, t, CAMPAIGN)
    assert [each.screen.rows[0][0].text for each in (before, after)] == ["Pause", "Refresh"]
    assert "On its way." in before.screen.text and "Finished." in after.screen.text


@pytest.mark.parametrize("often", [pytest.param(each, id=each) for each in ("weekly", "daily")])
async def test_a_mail_shows_pictures_and_links_to_pages_that_there_are(house, often):
    await house.joins(ANN, frequency=often)
    await house.posts("Rooms to let")
    async with house.sessions.begin() as session:
        (item,) = await db.ledger.accepted_without_week(session)
        session.add(
            PictureRow(item_id=item.id, file_id="f", mime="image/png", content=b"", alt="A")
        )
    await house.approves()
    await (house.leaves() if often == "weekly" else edition_sending.daily_due(house.app))
    await house.mails()
    letter = house.server.to(ANN)[-1]
    html = letter.get_body(("html",)).get_content()
    assert f'<img src="{HOME}/digest/pictures/{item.id}" alt="A"' in html
    await house.get(f"/digest/pictures/{item.id}")
    assert ("Read it as a web page" in html) is (often == "weekly")
    assert f"{HOME}/digest/?lang=en" in html


@pytest.mark.parametrize(
    ("answer", "status", "mails_later", "paused"),
    [
        pytest.param("rcpt 550 5.1.1 Unknown", "gone", 1, True, id="gone"),
        pytest.param("data 554 5.7.1 Spam", "failed", 1, False, id="refused"),
        pytest.param("rcpt 451 4.7.1 Greylisted", "queued", 2, False, id="later"),
        pytest.param("data drop", "unknown", 2, False, id="no answer: never twice"),
    ],
)
async def test_what_the_server_says_decides(house, answer, status, mails_later, paused):
    await house.posts("Rooms to let")
    await house.joins()
    await house.approves()
    await house.leaves()
    house.server.answers[ANN] = [answer]
    await house.mails()
    assert [each.status for each in await rows(house, MailRow)] == ["sent", status]
    house.clock.advance(timedelta(hours=1))
    await house.mails()
    assert len(house.server.to(ANN)) == mails_later
    assert ((await rows(house))[0].paused_at is not None) is paused


async def test_a_server_that_is_away_loses_nothing_and_sends_nothing_twice(house):
    await house.posts("Rooms to let")
    for address in (ANN, BEN):
        await house.joins(address)
    await house.approves()
    await house.leaves()
    gone, house.server.server = house.server.server, type(house.server.server)("127.0.0.1", 9)
    house.server.server = type(gone)("127.0.0.1", 9, starttls=False)
    away = house.another()
    with pytest.raises(MailServerAway):
        await away.run()
    assert {each.status for each in await rows(house, MailRow)} == {"sent", "queued"}
    house.server.server = gone
    house.clock.advance(timedelta(minutes=2))
    assert await house.another().run() == 2
    assert [len(house.server.to(each)) for each in (ANN, BEN)] == [2, 2]


async def test_a_crash_in_the_middle_sends_no_digest_twice(houses):
    house = houses
    await house.posts("Rooms to let")
    await house.joins()
    await house.approves()
    await house.leaves()
    await house.asks(BEN)
    now = house.clock()
    async with house.sessions.begin() as session:
        claimed = await db.mails.claim(session, 10, now)
        for mail in claimed:
            assert await db.mails.start(session, mail, "<x@y>", now)
    # the process dies here; the next one finds both on their way
    async with house.sessions.begin() as session:
        assert await db.mails.recover(session, now) == 0  # they may still be
        assert await db.mails.recover(session, now, all_claims=True) == 2
    assert await house.mails() == 1
    assert (await tally(house)).unknown == 1
    assert (len(house.server.to(ANN)), len(house.server.to(BEN))) == (1, 1)


async def test_of_two_senders_each_mail_leaves_once(houses):
    house = houses
    await house.posts("Rooms to let")
    for number in range(6):
        async with house.sessions.begin() as session:
            token = f"{number}" * 43
            wish = Wish("en")
            await db.mail_readers.ask(
                session, f"r{number}@example.com", wish, token=token, now=house.clock()
            )
            await db.mail_readers.confirm(session, token, house.clock())
    await house.approves()
    await house.leaves()
    await asyncio.gather(house.another().run(), house.another().run())
    digests = [to for to, mail in house.server.taken if "List-Unsubscribe" in mail]
    assert sorted(digests) == [f"r{number}@example.com" for number in range(6)]


async def test_mails_that_waited_a_day_for_their_server_wait_for_a_yes(houses):
    house = houses
    async with house.sessions.begin() as session:
        today = house.app.today()
        await db.people.set_role(session, 301, Role.COORDINATOR, None, today=today)
    await house.posts("Rooms to let")
    await house.joins()
    await house.approves()
    await house.leaves()
    for hours, held in ((24, []), (25, [CAMPAIGN]), (26, [])):
        async with house.sessions.begin() as session:
            later = THURSDAY + timedelta(hours=hours)
            assert await db.outbox.hold_stale(session, later) == held
    house.clock.now = THURSDAY + timedelta(hours=26)
    assert await house.mails() == 0
    assert await campaigns.tell_halted(house.app) == 1
    async with house.sessions() as session:
        (told,) = await session.scalars(select(MessageRow))
    assert "1 person waits for it." in str(told.content)
    async with house.sessions.begin() as session:
        await db.outbox.set_state(session, CAMPAIGN, CampaignState.ACTIVE, None, house.clock())
        assert await db.outbox.hold_stale(session, house.clock()) == []
    assert await house.mails() == 1


@pytest.mark.parametrize(
    ("state", "reason", "sent"),
    [
        pytest.param(CampaignState.CANCELLED, None, 0, id="stopped for good"),
        pytest.param(CampaignState.HELD, Text("Too old."), 0, id="a person must look first"),
        pytest.param(CampaignState.PAUSED, Text("By hand."), 0, id="paused by hand"),
        pytest.param(
            CampaignState.PAUSED, Text("{failed} failed.", {"failed": 20}), 1, id="Telegram fails"
        ),
    ],
)
async def test_a_campaign_that_a_person_stopped_sends_no_mails(houses, state, reason, sent):
    house = houses
    await house.posts("Rooms to let")
    await house.joins()
    await house.approves()
    await house.leaves()
    async with house.sessions.begin() as session:
        await db.outbox.set_state(session, CAMPAIGN, state, reason, house.clock())
    assert await house.mails() == sent
    waits = sent == 0 and state is not CampaignState.CANCELLED
    assert (await tally(house)).queued == waits  # what was stopped for good waits no more


async def test_when_most_mails_fail_the_rest_waits_and_coordinators_hear_once(house):
    async with house.sessions.begin() as session:
        today = house.app.today()
        await db.people.set_role(session, 301, Role.COORDINATOR, None, today=today)
        for number in range(30):
            token = f"{number:02}" + "x" * 41
            address = f"r{number}@example.com"
            house.server.answers[address] = ["data 554 5.7.1 Blocked"]
            wish = Wish("en")
            await db.mail_readers.ask(session, address, wish, token=token, now=house.clock())
            await db.mail_readers.confirm(session, token, house.clock())
    async with house.sessions.begin() as session:
        for row in await session.scalars(select(MailRow)):
            await session.delete(row)
    await house.posts("Rooms to let")
    await house.approves()
    await house.leaves()
    await house.mails()
    counted = await tally(house)
    assert (counted.failed, counted.queued) == (11, 19)
    async with house.sessions() as session:
        assert (await db.outbox.tally(session, f"notice:mails:{CAMPAIGN}")).total == 1
    house.server.answers.clear()
    house.clock.advance(timedelta(hours=1, minutes=1))
    await house.mails()
    assert (await tally(house)).sent == 19


async def test_who_never_says_yes_is_forgotten(house):
    await house.asks(ANN)
    token = await house.joins(BEN)
    house.clock.advance(timedelta(days=8))
    async with house.sessions.begin() as session:
        gone = await db.retention.purge(session, house.clock())
    assert gone["mail_subscribers"] == 1
    assert [each.token for each in await rows(house)] == [token]
    house.clock.advance(timedelta(days=90))
    async with house.sessions.begin() as session:
        assert (await db.retention.purge(session, house.clock()))["mails"] == 2


async def test_without_a_mail_server_nobody_is_asked_for_an_address(house):
    object.__setattr__(house.app, "mails", False)
    await house.get("/digest/subscribe", 404)
    await house.asks(ANN, 404)
    assert "subscribe" not in await house.get("/digest/")
