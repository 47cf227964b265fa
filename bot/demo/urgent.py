"""The demo's urgent updates: written, looked at, undone, sent, answered, corrected, taken back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import db.outbox
import locales
from bot.demo.player import Message, Player, Tell
from bot.demo.stage import Stage
from delivery.model import Tally
from handlers import answer_screens, reports

Check = Callable[[bool, str], None]
_PICTURE = Path(__file__).parents[2] / "packs" / "demo" / "pictures" / "beds.png"
_WORDS = "Snow tonight. Beds are open for anyone with nowhere to sleep. Call 999 in danger."
_ARABIC = "ثلج الليلة. توجد أسرّة لكل من ليس لديه مكان للنوم. في حالة الخطر اتصلوا بالرقم 999."
_BETTER = "Snow tonight. Beds are open until 9:00 tomorrow. Call 999 in danger."
_BETTER_ARABIC = "ثلج الليلة. الأسرّة متاحة حتى الساعة 9:00 غدًا. في حالة الخطر اتصلوا بالرقم 999."
_MISTAKE = "The drop-in at the library is closed today."
_LATER = "Tomorrow the community hall has no heating. Please bring a warm coat."
_LINK = "Where the beds are\nhttps://beds.example/tonight"
_OFFER = "I can drive two people after 18:00."
_READERS = "People who get the digest"
_NOBODY_GETS_IT = "This update was taken back. Nobody gets it."


@dataclass(frozen=True, slots=True)
class _On:
    """Who plays, and where what holds is noted."""

    stage: Stage
    tell: Tell
    check: Check
    ada: Player
    ben: Player
    partner: Player
    samir: Player


async def urgent(stage: Stage, tell: Tell, check: Check) -> None:
    """Play the whole life of urgent updates with two coordinators and their readers."""
    cast = stage.cast
    ada, ben, partner, samir = (
        Player(stage.sandbox, who, tell) for who in (cast.ada, cast.ben, cast.partner, cast.samir)
    )
    on = _On(stage, tell, check, ada, ben, partner, samir)
    await _reader_who_blocks(on)
    await _written(on)
    await _approved(on)
    await _planned_and_undone(on)
    await _arrived(on)
    await _answered(on)
    await _corrected(on)
    await _taken_back(on)


async def _reader_who_blocks(on: _On) -> None:
    lena = on.stage.sandbox.person("Lena (reader)", "pl")
    await Player(on.stage.sandbox, lena, silent).says("/subscribe")
    on.stage.sandbox.block(lena.id)
    on.tell("  Lena, who reads the digest in Polish, has just blocked the bot")


async def _written(on: _On) -> None:
    """Write it with all that can come with it, and look at it as readers of Arabic get it."""
    ada, quiet = on.ada, replace(on.ada, tell=silent)
    await quiet.says("/broadcast", to="Write the urgent update")
    await ada.says(_WORDS, to="Who should get it?")
    await quiet.presses(_READERS, to="Another coordinator must approve it")
    on.tell(
        f"\n  {ada.person.first_name} adds a picture, Arabic words that a computer made, a link,"
    )
    on.tell("  “I can help” and “I have read this”")
    await quiet.presses("Change it", to="Choose what to change")
    await quiet.presses("Texts and languages", to="Choose a language")
    await quiet.presses(locales.native_name("ar"), to="Write the urgent update")
    await quiet.says(_ARABIC, to=_ARABIC)
    await quiet.presses("a computer translated it", to="A computer translated this")
    await quiet.presses("‹ Back", to="Choose a language")
    await quiet.presses("‹ Back", to="Choose what to change")
    await quiet.presses("Buttons under it", to="Buttons under the update")
    await quiet.presses("Add a link", to="Send two lines")
    await quiet.says(_LINK, to="Buttons under the update")
    await quiet.presses("“I can help”")
    await quiet.presses("“I have read this”")
    parts = await quiet.sends_photo(_PICTURE.read_bytes(), to="Choose what to change")
    ada.show(parts)
    await quiet.presses("See it, then ask for approval", to="Another coordinator must approve it")
    on.tell("\n  How readers of Arabic will get it:")
    t = locales.translator("ar")
    seen = await ada.gets(_ARABIC, t.gettext("The same in English:"))
    machine = t.gettext("A computer translated this. No person has checked it yet.")
    on.check(
        machine in seen["text"] and _labels(seen)[-1] == t.gettext("✅ I have read this"),
        "an update with picture, link and answers is seen as readers of Arabic get it: a "
        "computer’s words are marked, the English ones stand below",
    )


async def _approved(on: _On) -> None:
    """Approve it, and look at the report that then moves by itself."""
    await on.ada.presses("Ask for approval", to="I asked")
    await on.ben.gets("Buttons under it:")
    bar = await on.ben.presses("Approve and send", to="░")
    on.check(
        "░" in bar["text"] and "0%" in bar["text"], "a live report with a bar shows how far it is"
    )


async def _arrived(on: _On) -> None:
    """Look at what arrived; send another one by mistake, which leaves meanwhile."""
    await _asked(on.ben, on.ada, _MISTAKE)
    await replace(on.ada, tell=silent).presses("Approve and send", to="Urgent update 3")
    await on.partner.gets(_WORDS)
    await on.samir.gets(_ARABIC)
    copies = [m for m in _from_bot(on.partner) if _WORDS in m.get("text", "")]
    pictures = [m for m in _from_bot(on.partner) if "photo" in m]
    undone = await _tally(on, 2)
    on.check(
        len(copies) == len(pictures) == 1 and not undone.sent,
        "what was undone reached nobody; the other update arrives once, with its picture",
    )


async def _planned_and_undone(on: _On) -> None:
    """Plan an update, see that its author cannot approve it, let it leave at once, and undo it."""
    author, other = on.ben, on.ada
    await _asked(author, other, _LATER)
    on.tell(f"\n  {author.person.first_name} presses the Approve button of the other coordinator")
    refused = await author.forges("1:c:2:approve")
    on.check("another coordinator" in refused, "the author cannot approve: " + refused)
    await author.presses("Choose when it leaves", to="When should it leave?")
    await author.presses("Tomorrow", to="Once approved, it leaves on")
    await other.presses("Approve and send", to="The plan has changed since you looked")
    planned = await other.presses("Approve for this time", to="It is approved, but not sent yet.")
    on.check("09:00" in planned["text"], "an update can be planned for tomorrow at nine")
    await other.presses("Send it now", to="Until then you can undo it")
    await other.presses("Undo", to=_NOBODY_GETS_IT)
    on.check(True, "and sent now instead; for a moment that can be undone: nobody gets it")


async def _answered(on: _On) -> None:
    """Answer as a reader of Arabic and as a partner, and see what the coordinators learn."""
    t = locales.translator("ar")
    thanks = await on.samir.taps(t.gettext("✅ I have read this"))
    on.check(
        thanks == answer_screens.read(t),
        "a reader says “I have read this” and is thanked in Arabic",
    )
    await on.partner.presses("I can help", to="What can you do")
    await on.partner.says(_OFFER, to="The coordinators can read it now")
    done = await on.ben.gets("Urgent update 1", "Finished")
    tally = await _tally(on, 1)
    adds_up = tally.total == tally.sent + tally.gone + tally.failed + tally.unknown
    on.check(tally.done and adds_up, f"the report adds up: {tally.sent} of {tally.total} sent")
    on.check(tally.gone == 0, "nobody who blocked the bot was called")
    if "1 person can help" not in done["text"]:  # the report was finished before the answers
        done = await on.ben.presses("Refresh", to="1 person can help")
    on.check("Have read it: 1 of" in done["text"], "the report says how many have read it")
    helping = await on.ben.presses("Who can help", to="Tap a name")
    on.check(_OFFER in helping["text"], "who can help, and with what, is gathered in a list")


async def _corrected(on: _On) -> None:
    """Correct it: the very messages that people have change."""
    ben, quiet = on.ben, replace(on.ben, tell=silent)
    before = on.partner.having(_WORDS)
    await quiet.presses("Back to the report", to="Urgent update 1")
    await ben.presses("Correct it", to="Write the whole corrected text")
    await ben.says(_BETTER, to="Corrected in")
    await quiet.presses(f"Add {locales.native_name('ar')}", to="Write the whole corrected text")
    await ben.says(_BETTER_ARABIC, to="Corrected in")
    await ben.presses("Ask for approval", to="I asked")
    await on.ada.presses("Approve the correction", to="Correction of update 1")
    after = await on.partner.gets(_BETTER, "Corrected on")
    await on.samir.gets(_BETTER_ARABIC)
    in_place = before is not None and before["message_id"] == after["message_id"]
    on.check(in_place, "a correction changes the messages that people have, in their place")


async def _taken_back(on: _On) -> None:
    """Take back what was sent by mistake."""
    ada, ben = on.ada, on.ben
    got = await on.partner.gets(_MISTAKE)
    await ada.presses("Take it back", to="Take update 3 back from everybody?")
    await ada.presses("Ask for approval", to="I asked")
    await ben.gets("wants to take update 3 back")
    await ben.presses("Take it back from everybody", to="Taking back update 3")
    await on.partner.until(
        lambda: got["message_id"] not in [m["message_id"] for m in _from_bot(on.partner)],
        "the deletion of what was taken back",
    )
    on.check(True, "what was sent by mistake is taken back from everybody: it is deleted")


async def _asked(author: Player, other: Player, words: str) -> None:
    """Write *words* for everybody and ask the other coordinator for approval."""
    name, quiet = author.person.first_name, replace(author, tell=silent)
    author.tell(f"\n  {name} writes “{words}” to everybody, and asks for approval")
    await quiet.says("/broadcast", to="Write the urgent update")
    await quiet.says(words, to="Who should get it?")
    await quiet.presses(_READERS, to="Another coordinator must approve it")
    await quiet.presses("Ask for approval", to="I asked")
    # not the first part, which names the update by the same words: the buttons come last
    await other.gets(f"{locales.native_name(locales.SOURCE)}\n\n{words}")


async def _tally(on: _On, number: int) -> Tally:
    async with on.stage.bot.sessions() as session:
        return await db.outbox.tally(session, reports.campaign(number))


def _from_bot(player: Player) -> list[Message]:
    chat = player.sandbox.chat(player.person.id)
    return [message for message in chat if message["from_bot"]]


def _labels(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def silent(_: str) -> None:
    """Tell nothing: the line before tells it in short."""
