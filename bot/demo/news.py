"""The demo's week: feeds, a partner's post, the review, and the digest as it arrives."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import aiohttp

import db.ledger
import db.queue
from bot.demo.player import PATIENCE, Disappointed, Message, Player, Tell
from bot.demo.stage import Stage
from digests.item import StoredItem
from sandbox import groups

Check = Callable[[bool, str], None]
_MOST_SHOWN = 5  # held posts in the transcript
_FEWEST_REAL_FEEDS = 5
_LONGER_THAN_A_PAUSE = timedelta(hours=25)  # between two polls of a feed
_LOOK = 0.05  # seconds between two looks
_POST = (
    "Sewing group for women in Harehills\n"
    "Women who came to Leeds as refugees sew together every week. Machines and tea are there."
)
_NOTE = "Thank you for a full week. Please pass on the deadlines."


async def news(stage: Stage, tell: Tell, check: Check) -> None:
    """Poll feeds over HTTP, take a partner's post, review, approve, and look at what arrives."""
    accepted, waiting = await _polled(stage, tell, check)
    await _group_subscribes(stage, tell, check)
    await _partner_writes(stage, tell, check)
    ada = Player(stage.sandbox, stage.cast.ada, tell)
    await stage.bot.jobs.digest()
    await ada.gets("ready for you")
    await ada.presses("Look at it")
    if waiting:
        await ada.presses("Waiting posts")
        await ada.presses("1")
        await ada.presses("Add to the digest")
    await ada.says("/digest")
    await ada.presses("Opening words")
    await ada.presses("Write them")
    await ada.says(_NOTE)
    await ada.says("/digest")
    await ada.presses("Approve and send")
    await _arrives(stage, tell, check, accepted)


async def _polled(
    stage: Stage, tell: Tell, check: Check
) -> tuple[list[StoredItem], list[StoredItem]]:
    first = await stage.bot.jobs.feeds()
    second = await stage.bot.jobs.feeds(ahead=_LONGER_THAN_A_PAUSE)
    async with stage.bot.sessions() as session:
        held = await db.queue.held(session)
        waiting = await db.queue.waiting(session)
        accepted = await db.ledger.accepted_without_week(session)
    tell(f"  {first.checked} feeds polled over HTTP, {stage.real_feeds} of them of real sites")
    old = first.new - len(held) - len(waiting) - len(accepted)
    tell(f"  {first.new} new posts: {len(accepted)} accepted, {len(waiting)} wait for a look,")
    tell(f"  {old} are old or told twice, {len(held)} held as spam. For example:")
    for item in held[:_MOST_SHOWN]:
        tell(f"    ✗ {item.item.title[:70]}")
        tell(f"      {' '.join(str(reason) for reason in item.reasons[:2])}")
    check(first.new > 0 and not first.failed, f"{first.new} new posts from the feeds")
    check(second.new == 0, "the second poll finds nothing new")
    check(bool(held), f"{len(held)} posts held as spam, with reasons")
    if stage.real_feeds:
        enough = stage.real_feeds >= _FEWEST_REAL_FEEDS
        check(enough, f"{stage.real_feeds} real WordPress feeds")
    return accepted, waiting


async def _group_subscribes(stage: Stage, tell: Tell, check: Check) -> None:
    """Let a member try and an administrator do it, in a topic of the group."""
    sandbox, team = stage.sandbox, stage.team
    for person in (stage.cast.partner, stage.cast.ada):
        tell(f"\n  {person.first_name} writes “/subscribe” in the group, topic “Weekly news”")
        groups.say(sandbox, person.id, team.id, "/subscribe", thread_id=stage.thread)
    told = await _in_group(stage, "gets the weekly digest now")
    tell(f"    │ {told['text']}")
    check(
        told.get("message_thread_id") == stage.thread,
        "an administrator subscribes a group, in one of its topics",
    )


async def _partner_writes(stage: Stage, tell: Tell, check: Check) -> None:
    """Write a post as a partner, and take it in as a coordinator."""
    partner = Player(stage.sandbox, stage.cast.partner, tell)
    ada = Player(stage.sandbox, stage.cast.ada, tell)
    await partner.says("/post")
    await partner.says(_POST)
    await partner.presses("No web page")
    await partner.presses("No picture")
    await partner.presses("No date")
    await partner.presses("Send it to the coordinators")
    await ada.gets("A post from a partner waits for you")
    await ada.presses("Add to the digest")
    await partner.gets("A coordinator took your post")
    check(True, "a partner's post is taken in, and the partner hears of it")


async def _arrives(stage: Stage, tell: Tell, check: Check, accepted: list[StoredItem]) -> None:
    """Look at the digest as a partner, as a reader of Arabic, as a group and on the web."""
    partner = Player(stage.sandbox, stage.cast.partner, tell)
    tell("\n  The digest as the partner gets it:")
    arrived = await partner.gets("News for partners")
    named = any(item.item.title in arrived["text"] for item in accepted)
    check(named, "the approved digest reached its subscribers, in one message")
    section = await partner.presses("Deadlines and dates")
    check("🗓" in section["text"], "a section opens in its place")
    tell("\n  The digest as a reader of Arabic gets it:")
    samir = Player(stage.sandbox, stage.cast.samir, tell)
    await samir.gets(_NOTE)
    shared = await _in_group(stage, "News for partners")
    check(
        shared.get("message_thread_id") == stage.thread, "the group has it, in the topic it chose"
    )
    async with aiohttp.ClientSession() as web, web.get(f"{stage.pages}/digest/") as index:
        page = await index.text()
    check(index.status == 200 and "/digest/20" in page, f"the archive is at {stage.pages}/digest/")  # noqa: PLR2004  (OK)


async def _in_group(stage: Stage, words: str) -> Message:
    """Wait for a message of the bot in the group with *words* in it."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in reversed(stage.team.messages.values()):
                    if message.get("from", {}).get("is_bot") and words in message.get("text", ""):
                        return dict(message)
                await asyncio.sleep(_LOOK)
    except TimeoutError as exc:
        raise Disappointed(f"the group has no message with “{words}”") from exc
