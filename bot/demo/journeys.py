"""The journeys of the demo; each step checks that what came is what should come."""

import asyncio
from dataclasses import dataclass, field

import db.outbox
import db.outcomes
import locales
from bot.demo.alerts import ask_for_news, send_news
from bot.demo.listing import listing
from bot.demo.news import news
from bot.demo.player import PATIENCE, Disappointed, Message, Player, Tell
from bot.demo.stage import Stage
from bot.demo.urgent import urgent
from people.voice import Outcome

_LOOK = 0.05  # seconds between two looks at the outbox


@dataclass(slots=True)
class Summary:
    """What the journeys came to, in lines for the end; *failures* is empty when all went well."""

    lines: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def check(self, holds: bool, what: str) -> None:
        """Note *what* as done, or as a failure."""
        if holds:
            self.lines.append(f"✓ {what}")
        else:
            self.failures.append(what)


async def play(stage: Stage, tell: Tell) -> Summary:
    """Play the journeys one after the other; one that fails does not stop the next."""
    summary = Summary()
    for title, journey in (
        ("1. A newcomer finds help, in English", newcomer_in_english),
        ("2. A newcomer finds help, in Arabic", newcomer_in_arabic),
        ("3. A right is read once somebody stands by it", right),
        ("4. A partner joins and subscribes", partner_joins),
        ("5. Feeds and partners make the digest", week),
        ("6. Two coordinators reach everyone", updates),
        ("7. A partner keeps a listing true", keeping),
        ("8. Newcomers who asked for news get it", news_of_a_need),
        ("9. Two books, one count", books),
    ):
        tell(f"\n━━ {title} " + "━" * max(0, 70 - len(title)))
        try:
            await journey(stage, tell, summary)
        except (Disappointed, KeyError, TimeoutError) as exc:
            tell(f"  ✗ {exc!r}")
            summary.failures.append(f"{title}: {exc!r}")
    return summary


async def newcomer_in_english(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Go from the first tap to a service with reasons, and see help now on the way."""
    amal = Player(stage.sandbox, stage.cast.amal, tell)
    await amal.starts()
    await amal.presses("English")
    await amal.presses("Start")
    await amal.presses("A place to live")
    now = await amal.presses("Help now")
    summary.check("999" in now["text"], "help now shows 999 in one tap")
    question = await amal.presses("Back")
    results = await amal.answers(
        question, "A problem in asylum housing", "My asylum claim was refused", "East", "Not sure"
    )
    _ends_well(results, "•", summary, "English: real services with a reason under each")
    card = await amal.presses("1. ")
    summary.check(len(card["text"]) > 0, "English: a card with contact and source date")
    await amal.presses("Did this help?")
    await amal.presses("Yes")
    async with asyncio.timeout(PATIENCE):  # it is counted once the answer is shown
        while (helped := await _helped(stage)) == set():  # noqa: ASYNC110  (it is in a database)
            await asyncio.sleep(_LOOK)
    summary.check(helped == {1}, "“Did this help?” is counted, without a person")


async def _helped(stage: Stage) -> set[int]:
    """Return how often it helped, in all and by each part that is counted by."""
    async with stage.bot.sessions() as session:
        said = await db.outcomes.counted(session, since="")
    return {each.count for each in said if each.outcome is Outcome.HELPED}


async def newcomer_in_arabic(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Find help in a right-to-left language, with a written postcode."""
    samir = Player(stage.sandbox, stage.cast.samir, tell)
    t = locales.translator("ar")
    await samir.starts()
    await samir.presses(locales.native_name("ar"))
    await samir.presses(t.gettext("Start"))
    await samir.presses(t.gettext("Money, food or things"))
    await samir.presses(t.gettext("Food, or no money at all"))
    waits = t.gettext("I wait for an asylum answer")
    asked = samir.newest()
    while not (links := samir.links(asked)):
        asked = await samir.presses(waits)
    prompt = await samir.starts(links[0])
    shown = await samir.says("LS9 8AA", reply_to=prompt["message_id"])
    results = await samir.answers(shown, waits, t.gettext("Not sure"))
    _ends_well(results, "•", summary, "Arabic: real services with a reason under each")
    summary.check("\u2068" in results["text"], "Arabic: names and numbers are isolated")
    summary.check("8AA" not in results["text"], "Arabic: only the postcode's sector is used")
    await ask_for_news(samir, results, summary.check)
    danger = await samir.says("jozi by2tlni kol yom")  # my husband beats me every day
    lines = [line for line in danger["text"].splitlines() if "📞" in line]
    summary.check(
        bool(lines) and "999" in lines[0],
        "Arabic in Latin letters: words of danger bring 999 first, before all else",
    )
    before = len(stage.sandbox.chat(samir.person.id))
    await samir.presses(t.gettext("Clear this chat"))
    left = len(stage.sandbox.chat(samir.person.id))
    summary.check(
        left == 1,
        f"Clear this chat: {before} messages are gone, what remains says what only they can delete",
    )


def _ends_well(results: Message, mark: str, summary: Summary, what: str) -> None:
    summary.check(mark in results["text"] and "1. " in results["text"], what)


async def right(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Ask about rights before and after a coordinator confirmed a card."""
    amal = Player(stage.sandbox, stage.cast.amal, tell)
    ada = Player(stage.sandbox, stage.cast.ada, tell)
    card = "You can see a doctor"
    before = await amal.says("/rights")
    summary.check(
        "Nobody has checked" in before["text"] and card not in str(before),
        "a card about rights that nobody has checked is shown to no newcomer",
    )
    await ada.says("/rights")
    await ada.presses(card)
    await ada.presses("This is right today")
    await ada.presses("Yes, show it to everybody")
    await amal.says("/rights")
    shown = await amal.presses(card)
    summary.check(
        "A person checked this on" in shown["text"],
        "once a coordinator stands by it, it is shown with the day",
    )


async def partner_joins(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Become a partner by a coordinator's link, which works once."""
    ada = Player(stage.sandbox, stage.cast.ada, tell)
    partner = Player(stage.sandbox, stage.cast.partner, tell)
    invited = await ada.says("/invite Leeds Example Charity")
    (payload,) = ada.links(invited)
    welcome = await partner.starts(payload)
    summary.check("Leeds Example Charity" in welcome["text"], "an invitation makes a partner")
    amal = Player(stage.sandbox, stage.cast.amal, tell)
    again = await amal.starts(payload)
    summary.check("does not work" in again["text"], "the same invitation works only once")
    await partner.says("/subscribe")
    await Player(stage.sandbox, stage.cast.samir, tell).says("/subscribe")


async def _under_way(stage: Stage) -> int:
    async with stage.bot.sessions() as session:
        return await db.outbox.under_way(session)


async def updates(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Write as one coordinator, approve as another, and follow what becomes of it."""
    await urgent(stage, tell, summary.check)


async def news_of_a_need(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Send news of a need and an area to the newcomer who asked for it."""
    await send_news(stage, tell, summary.check)


async def week(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Make the week's digest of feeds and of what a partner wrote, and see it arrive."""
    await news(stage, tell, summary.check)


async def keeping(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Search the directory, and change what it says of a service."""
    await listing(stage, tell, summary.check)


async def books(stage: Stage, tell: Tell, summary: Summary) -> None:
    """Compare what the stand-in for Telegram accepted with what our books say.

    Counted once the outbox is empty: a message on its way is in one book only.
    """
    async with asyncio.timeout(PATIENCE):
        while await _under_way(stage):  # noqa: ASYNC110  (the outbox is in a database)
            await asyncio.sleep(_LOOK)
    accepted = len(stage.sandbox.record.messages())
    async with stage.bot.sessions() as session:
        ledger = await db.outbox.total_accepted(session)
    answers = stage.answers.accepted
    tell(f"  Accepted by the stand-in: {accepted} messages")
    tell(f"  Our books: {answers} answers to people and {ledger} from the outbox")
    summary.check(
        accepted == answers + ledger,
        f"{accepted} messages accepted = {answers} answers + {ledger} in the outbox’s ledger",
    )
