from db import outbox, reports
from db.reports import View
from delivery.model import CampaignState
from tests.db.sending import NAME, a_campaign


async def test_a_report_is_kept_up_to_date_in_one_message_a_chat(sessions, now):
    await a_campaign(sessions, now, [1])
    await a_campaign(sessions, now, [1], name="broadcast:2")
    async with sessions.begin() as session:
        await reports.watch(session, NAME, 1, 50)
        await reports.shown(session, NAME, 1, "abc")
        shown = await reports.watched(session, NAME)
        await reports.watch(session, NAME, 1, 60)
        await reports.watch(session, "broadcast:2", 2, 70)
        everything = await reports.watched(session)
        await reports.unwatch(session, NAME, 1)
        assert await reports.watched(session, NAME) == []
    assert shown == [View(NAME, 1, 50, "abc")]
    assert everything == [View(NAME, 1, 60), View("broadcast:2", 2, 70)]


async def test_campaigns_by_state_are_oldest_first(sessions, now):
    for name in ("broadcast:2", "broadcast:1"):
        await a_campaign(sessions, now, [1], name=name)
    async with sessions.begin() as session:
        found = await outbox.in_state(session, CampaignState.ACTIVE)
        assert await outbox.in_state(session, CampaignState.HELD) == []
    assert [each.campaign for each in found] == ["broadcast:1", "broadcast:2"]
