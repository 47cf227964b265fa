"""The demo's news for newcomers: asked for behind the guide, sent by need and area, stopped."""

from dataclasses import replace

import locales
from bot.demo.player import Message, Player, Tell
from bot.demo.stage import Stage
from bot.demo.urgent import Check, silent
from handlers.screens import ALERT_PREFIX

_TELLING = "Free food tomorrow for everybody whose asylum claim was refused."
_WORDS = "Hot food is free tomorrow at 12:00 in the community hall in Harehills."
_ARABIC = "طعام ساخن مجاني غدًا الساعة 12:00 في القاعة في Harehills."
_AUDIENCE = "Newcomers who asked for news"
_CANNOT = "Newcomers cannot get it yet"


async def ask_for_news(samir: Player, results: Message, check: Check) -> None:
    """Follow the offer under the guide's results, and ask for news of the same area."""
    t = locales.translator("ar")
    link = next(each for each in samir.links(results) if each.startswith(ALERT_PREFIX))
    about = await samir.starts(link)
    yes = t.gettext("Yes, for this area: {place}").partition("{")[0]
    await samir.presses(yes, to=t.gettext("Done. I write to you when there is news."))
    kept = t.gettext(
        "I keep the number of this chat, what the news is about, the area and your language."
    )
    check(kept in about["text"], "Arabic: who asks for news is told first what is kept")


async def send_news(stage: Stage, tell: Tell, check: Check) -> None:
    """Write news to newcomers by need and area; one of them gets it, and stops it in one tap."""
    ada, ben, samir = (
        Player(stage.sandbox, who, tell)
        for who in (stage.cast.ada, stage.cast.ben, stage.cast.samir)
    )
    await _written(ada, tell, check)
    await ada.presses("Ask for approval", to="I asked")
    await ben.gets("Buttons under it:", "Stop these messages")
    await ben.presses("Approve and send", to="For: ")
    t = locales.translator("ar")
    tell("\n  The news as a newcomer who reads Arabic gets it:")
    news = await samir.gets(_ARABIC)
    why = t.gettext("You get this because you asked for news. You can stop it any time.")
    stop = t.gettext("Stop these messages")
    check(
        why in news["text"] and stop in str(news["reply_markup"]),
        "the news reaches who asked for it, says why it came, and has a button to stop it",
    )
    said = await samir.taps(stop)
    left = await samir.says("/alerts", to=t.gettext("You have not asked for any news."))
    check(
        said == t.gettext("Done. The news that you asked for has stopped.") and bool(left),
        "one tap stops it: no more news comes, and the list is empty",
    )


async def _written(ada: Player, tell: Tell, check: Check) -> None:
    """Write what tells too much, hear of it, write it anew, and choose need and area."""
    quiet = replace(ada, tell=silent)
    await quiet.says("/broadcast", to="Write the urgent update")
    await ada.says(_TELLING, to="Who should get it?")
    refused = await ada.presses(_AUDIENCE, to=_CANNOT)
    check(
        "asylum" in refused["text"].partition(_CANNOT)[2],
        "words that tell others about newcomers are named before they can be sent",
    )
    name = ada.person.first_name
    tell(f"\n  {name} writes it again in English and Arabic, for who asked about food in the east")
    await quiet.presses("Change it", to="Choose what to change")
    await quiet.presses("Texts and languages", to="Choose a language")
    await quiet.presses(locales.native_name("en"), to=_TELLING)
    await quiet.presses("Write it again", to="Write the urgent update")
    await quiet.says(_WORDS, to="Choose what to change")
    await quiet.presses("Texts and languages", to="Choose a language")
    await quiet.presses(locales.native_name("ar"), to="Write the urgent update")
    await quiet.says(_ARABIC, to=_ARABIC)
    await quiet.presses("‹ Back", to="Choose a language")
    await quiet.presses("‹ Back", to="Choose what to change")
    await quiet.presses("Who gets it", to="Who should get it?")
    await quiet.presses("Only some of them")
    await quiet.presses("By what they need", to="With none chosen, all get it.")
    await quiet.presses("Food", to="Only people who want news about")
    await quiet.presses("‹ Back")
    await quiet.presses("By area", to="With none chosen, all get it.")
    await quiet.presses("East", to="Only for these areas")
    await quiet.presses("‹ Back")
    await ada.presses("See it, then ask for approval", to="Another coordinator must approve it")
