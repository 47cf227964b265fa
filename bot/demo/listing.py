"""The demo's journey of a listing: searched, passed on, changed, approved, taken back."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import db.freshness
import db.services
from bot.demo.player import PATIENCE, Player, Tell
from bot.demo.stage import Stage
from sandbox import inline

Check = Callable[[bool, str], None]


async def listing(stage: Stage, tell: Tell, check: Check) -> None:
    """Play it; *check* is told what holds."""
    partner = Player(stage.sandbox, stage.cast.partner, tell)
    ada = Player(stage.sandbox, stage.cast.ada, tell)
    amal = Player(stage.sandbox, stage.cast.amal, tell)
    found = await partner.says("/find food LS9")
    check("1. " in found["text"] and "•" in found["text"], "/find: services, why, and how to refer")
    await _into_another_chat(stage, partner, check)
    service_id, name = await owned(stage, partner.person.id)
    tell(f"\n  Coordinators have named {partner.person.first_name} to answer for {name}")
    await partner.says("/services")
    await partner.presses(name[:20])
    await partner.presses("Opening times")
    read_back = await partner.says("Wednesdays 10 to 1:30")
    check("Wednesday 10:00–13:30" in read_back["text"], "hours in plain words are read back")
    await partner.presses("Yes")
    await ada.gets("wants to change")
    await ada.presses("Approve")
    await partner.gets("Your change is public now")
    card = await amal.presses_data(f"1:s::{service_id}")
    check("Wednesday 10:00–13:30" in card["text"], "what a coordinator approved is public at once")
    await ada.presses_data(f"1:E:{service_id}")
    await ada.presses("What was changed")
    await ada.presses("Take back 1")
    async with stage.bot.sessions() as session:
        after = await db.services.find(session, service_id)
    back = after is not None and after.opening_hours != "We 10:00-13:30"
    check(back, "a change can be taken back")


async def _into_another_chat(stage: Stage, partner: Player, check: Check) -> None:
    """Type the bot's name in a chat with somebody else, and pick the first service."""
    sandbox, me = stage.sandbox, stage.cast.partner
    pair = sandbox.pair(me.id, stage.cast.samir.id)
    partner.tell(f"\n  {me.first_name} types “@bot food LS9” in a chat with somebody else")
    asked = inline.ask(sandbox, me.id, "food LS9", chat_id=pair.id)
    await partner.until(lambda: asked.answer is not None, "results in another chat")
    assert asked.answer is not None
    chosen = asked.answer.results[0]
    inline.choose(sandbox, me.id, asked.id, chosen["id"])
    partner.tell(f"    │ {chosen['title']}")
    check("title" in chosen, "inline mode puts the card of a service into any chat")


async def owned(stage: Stage, person_id: int) -> tuple[str, str]:
    """Name the partner to answer for the first public service with hours; return id and name."""
    async with asyncio.timeout(PATIENCE), stage.bot.sessions.begin() as session:
        services = await db.services.published(session)
        chosen = next(
            each
            for each in services
            if each.opening_hours and each.confidence != "low" and each.audience == "public"
        )
        await db.freshness.name_owner(session, chosen.id, person_id, now=datetime.now(UTC))
    return chosen.id, chosen.name
