"""Takes the screenshots of the documents: `python -m tests.screenshots docs/img`.

Plays the demo's stage in headless Chromium; needs Chromium and Noto fonts, no network. Of whole
journeys in several languages it makes strips; every screen of them goes into a second folder,
to be looked at: `python -m tests.screenshots docs/img screens`.
"""

import asyncio
import base64
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("PTB_TIMEDELTA", "true")

from playwright.async_api import Browser

import db.people
import locales
from bot.demo.journeys import Summary, partner_joins
from bot.demo.listing import owned
from bot.demo.player import Player
from bot.demo.stage import Stage, stage
from digests import letter
from digests.compile import iso_week
from handlers import digest_screens
from handlers.callbacks import Route, encode
from handlers.editions import gather
from handlers.pages import site_of
from sandbox.people import Person
from tests.browser import open_browser, open_page

PHONE = (390, 844)
TALL = (390, 1180)
NARROW = (360, 1250)  # a small phone's width; tall, so that the whole screen is seen
LANGUAGES = ("en", "ar", "ti", "pl")
DANGER = Path(__file__).parent / "data" / "phrases"
STRIP = ("promise", "danger", "results", "crisis", "cleared")
SMALL = (220, 640)  # pixels of one screen of a strip: its lower part


async def main(folder: Path, screens: Path) -> None:
    """Take every screenshot into *folder*, every screen of whole journeys into *screens*."""
    async with stage(0) as on, open_browser() as browser:
        await whole_journeys(on, Shots(on, browser, screens), folder)
    async with stage(0) as on, open_browser() as browser:
        shots = Shots(on, browser, folder)
        await guide_in_english(on, shots)
        await guide_in_arabic(on, shots)
        await digest(on, shots)
        await broadcast(on, shots)
        await news(on, shots)
        await listing(on, shots, "en")
        await listing(on, shots, "ar")
        await shots.side_by_side("side-by-side")


class Shots:
    """Looks at one person's chat and keeps what it sees."""

    def __init__(self, on: Stage, browser: Browser, folder: Path) -> None:
        self.on, self.browser, self.folder = on, browser, folder

    async def of(self, person: Person, name: str, size: tuple[int, int] = PHONE) -> None:
        await self._take(f"?only={person.id}", name, size)

    async def page(self, html: str, name: str, size: tuple[int, int] = TALL) -> None:
        """Take a mail or a page that nobody serves."""
        across, down = size
        page = await self.browser.new_page(viewport={"width": across, "height": down})
        await page.set_content(html)
        await page.screenshot(path=str(self.folder / f"{name}.png"))
        await page.close()

    async def side_by_side(self, name: str) -> None:
        cast = self.on.cast
        ids = ",".join(str(each.id) for each in (cast.amal, cast.samir, cast.ada, cast.ben))
        await self._take(f"?people={ids}", name, (1500, 900))

    async def strip(self, names: Sequence[str], target: Path) -> None:
        """Put pictures that were taken side by side into a small one."""
        taken = [(self.folder / f"{each}.png").read_bytes() for each in names]
        images = "".join(
            f'<img src="data:image/png;base64,{base64.b64encode(each).decode()}">' for each in taken
        )
        across, down = SMALL
        style = (
            "body{margin:0;display:flex;gap:8px}"
            f"img{{flex:none;width:{across}px;height:{down}px;"
            "object-fit:cover;object-position:bottom}"
        )
        wide = len(names) * (across + 8) - 8
        page = await self.browser.new_page(viewport={"width": wide, "height": down})
        await page.set_content(f"<style>{style}</style><body>{images}</body>")
        await page.screenshot(path=str(target))
        await page.close()

    async def _take(self, query: str, name: str, size: tuple[int, int]) -> None:
        address = f"{self.on.address}/{query}"
        async with open_page(address, *size, browser=self.browser) as page:
            await page.wait_for_selector("body[data-ready]")
            await page.wait_for_timeout(300)  # fonts and the last scroll
            await page.screenshot(path=str(self.folder / f"{name}.png"))


def silent(_: str) -> None:
    """Tell nothing: the pictures do."""


async def whole_journeys(on: Stage, shots: Shots, folder: Path) -> None:
    """From the list of languages to a cleared chat, in each of LANGUAGES; strips to *folder*."""
    ada = Player(on.sandbox, on.cast.ada, silent)
    await ada.says("/rights")
    await ada.presses("You can see a doctor")
    await ada.presses("This is right today")
    await ada.presses("Yes, show it to everybody")
    for language in LANGUAGES:
        taken = await journey(on, shots, language)
        strip = folder / f"journey-{language}.png"
        await shots.strip([taken[each] for each in STRIP], strip)


async def journey(on: Stage, shots: Shots, language: str) -> dict[str, str]:
    """Play and take one newcomer's whole journey; return the picture of each step."""
    person = on.sandbox.person(f"Newcomer ({language})", language)
    who, say = Player(on.sandbox, person, silent), locales.translator(language).gettext
    taken: dict[str, str] = {}

    async def took(step: str) -> None:
        taken[step] = f"{language}-{len(taken) + 1:02}-{step}"
        await shots.of(person, taken[step], NARROW)

    await who.starts()
    await took("languages")
    for label, step in (
        (locales.native_name(language), "promise"),
        (say("Start"), "question"),
        (say("In danger, or someone hurts me"), "danger"),
        (say("Yes"), "which"),
    ):
        await who.presses(label)
        await took(step)
    unsure = [say(each) for each in ("Skip", "Not sure", "None of these, or not sure")]
    await who.answers(await who.presses(say("At home or in my family")), *unsure)
    await took("results")
    await who.presses("1. ")
    await took("card")
    await who.presses(say("🆘 Help now"))
    await took("help-now")
    await who.says(words_of_danger(language))
    await took("crisis")
    listed = await who.says("/rights")
    await took("rights")
    await who.presses(listed["reply_markup"]["inline_keyboard"][0][0]["text"])
    await took("right")
    await who.presses(say("🆘 Help now"))
    await who.presses(say("Clear this chat"))
    await took("cleared")
    return taken


def words_of_danger(language: str) -> str:
    """Return what the tests of danger have first about violence, in *language*."""
    rows = (DANGER / f"{language}.crisis.tsv").read_text("utf-8").splitlines()
    return next(row.split("\t")[1] for row in rows if row.startswith("violence\t"))


async def guide_in_english(on: Stage, shots: Shots) -> None:
    amal = Player(on.sandbox, on.cast.amal, silent)
    await amal.starts()
    await amal.presses("English")
    await amal.presses("Start")
    await shots.of(on.cast.amal, "question")
    question = await amal.presses("A place to live")
    wanted = ("A problem in asylum housing", "I wait for an asylum answer", "East", "Not sure")
    await amal.answers(question, *wanted)
    await shots.of(on.cast.amal, "english-guide", TALL)
    await amal.presses("1. ")
    await shots.of(on.cast.amal, "phone-card", TALL)
    await amal.presses("Help now")
    await shots.of(on.cast.amal, "help-now", TALL)
    await amal.presses("Back")


async def guide_in_arabic(on: Stage, shots: Shots) -> None:
    samir, t = Player(on.sandbox, on.cast.samir, silent), locales.translator("ar")
    await samir.starts()
    await samir.presses(locales.native_name("ar"))
    await samir.presses(t.gettext("Start"))
    await samir.presses(t.gettext("Money, food or things"))
    await samir.presses(t.gettext("Food, or no money at all"))
    waits = t.gettext("I wait for an asylum answer")
    asked = samir.newest()
    while not samir.links(asked):
        asked = await samir.presses(waits)
    await shots.of(on.cast.samir, "arabic-question")
    prompt = await samir.starts(samir.links(asked)[0])
    shown = await samir.says("LS9 8AA", reply_to=prompt["message_id"])
    await samir.answers(shown, waits, t.gettext("Not sure"))
    await shots.of(on.cast.samir, "arabic-guide", TALL)
    await samir.presses("1. ")
    await shots.of(on.cast.samir, "arabic-card", TALL)


async def digest(on: Stage, shots: Shots) -> None:
    await partner_joins(on, silent, Summary())
    await on.bot.jobs.feeds()
    await on.bot.jobs.digest()
    ada, partner = (Player(on.sandbox, who, silent) for who in (on.cast.ada, on.cast.partner))
    await ada.gets("ready for you")
    await ada.presses("Look at it")
    await shots.of(on.cast.ada, "digest-review", TALL)
    await ada.presses("Held as spam")
    await shots.of(on.cast.ada, "held", TALL)
    await ada.says("/digest")
    await ada.presses("Approve and send")
    await partner.gets("News for partners")
    await shots.of(on.cast.partner, "digest", TALL)
    await partner.presses("Deadlines and dates")
    await shots.of(on.cast.partner, "digest-section", TALL)
    await shots.of(on.cast.samir, "digest-ar", TALL)
    await letters(on, shots)


async def letters(on: Stage, shots: Shots) -> None:
    """Take the same edition as a mail to an Arabic reader of some topics, and as a page."""
    app = on.bot.app
    async with app.sessions() as session:
        shown = await gather(session, app, iso_week(app.clock(), app.zone))
    arabic, english = locales.translator("ar"), locales.translator("en")
    wanted = ["housing", "funding", "events_meetings"]
    mail = letter.letter(
        digest_screens.digest_of(shown, app.topics, wanted),
        arabic,
        site_of(app, arabic),
        "a" * 43,
    )
    await shots.page(mail.html, "digest-mail-ar")
    whole = digest_screens.digest_of(shown, app.topics, ())
    await shots.page(letter.page(whole, english, site_of(app, english)), "digest-archive")


async def broadcast(on: Stage, shots: Shots) -> None:
    """Compose an update in two languages, approve it, and look at what became of it."""
    ada, ben, samir = (
        Player(on.sandbox, who, silent) for who in (on.cast.ada, on.cast.ben, on.cast.samir)
    )
    await ada.says("/broadcast")
    await ada.says("Snow tonight. Beds are open for anyone with nowhere to sleep.")
    await ada.presses("Partners and digest readers")
    await ada.gets("Another coordinator must approve")
    await ada.presses("Change it")
    await ada.presses("Texts and languages")
    await ada.presses(locales.native_name("ar"))
    await ada.says("ثلج الليلة. الأسرّة متاحة لكل من لا مكان له للنوم.")
    await ada.presses("a computer translated it")
    await ada.presses("‹ Back")
    await ada.presses("‹ Back")
    await ada.presses("Buttons under it")
    await ada.presses("“I can help”")
    await ada.presses("“I have read this”")
    await ada.presses("‹ Back")
    await shots.of(on.cast.ada, "broadcast-compose", TALL)
    await ada.presses("See it, then ask")
    await ada.gets("Another coordinator must approve")
    await shots.of(on.cast.ada, "broadcast-preview", TALL)
    await ada.presses("Ask for approval")
    await ben.gets("Snow tonight")
    await shots.of(on.cast.ben, "broadcast-review", TALL)
    await ben.presses("Approve and send")
    await ben.gets("undo it")
    await shots.of(on.cast.ben, "broadcast-undo", TALL)
    await ben.gets("Finished")
    await shots.of(on.cast.samir, "broadcast-ar", TALL)
    on.sandbox.press(
        on.cast.samir.id, samir.newest()["message_id"], encode(Route.ANSWER, 1, "read")
    )
    await ben.presses("Refresh")
    await shots.of(on.cast.ben, "broadcast-report", TALL)
    await recalled(on, shots, ada, ben)


async def recalled(on: Stage, shots: Shots, ada: Player, ben: Player) -> None:
    """Take the update back from everybody."""
    await ben.presses("Take it back")
    await shots.of(on.cast.ben, "broadcast-recall", TALL)
    await ben.presses("Ask for approval")
    await ada.gets("wants to take update")
    await ada.presses("Take it back from everybody")
    await ada.gets("Finished")
    await shots.of(on.cast.ada, "broadcast-recalled", TALL)


async def news(on: Stage, shots: Shots) -> None:
    """A newcomer asks for news in Arabic, and gets some that say nothing about them."""
    ada, ben, samir = (
        Player(on.sandbox, who, silent) for who in (on.cast.ada, on.cast.ben, on.cast.samir)
    )
    t = locales.translator("ar")
    await samir.says("/alerts")
    await samir.presses(t.gettext("Ask for news"))
    await samir.presses(t.gettext("Food"))
    await shots.of(on.cast.samir, "news-asked", TALL)
    await samir.presses(t.gettext("Yes, for all of {city}").partition("{")[0])
    await shots.of(on.cast.samir, "news-kept", TALL)
    await ada.says("/broadcast")
    await ada.says("Free food tomorrow for everybody whose asylum claim was refused.")
    await ada.presses("Newcomers who asked for news")
    await shots.of(on.cast.ada, "news-refused", TALL)
    await ada.presses("Change it")
    await ada.presses("Texts and languages")
    await ada.presses(locales.native_name("en"))
    await ada.presses("Write it again")
    await ada.says("Hot food is free tomorrow at 12:00 in the community hall in Harehills.")
    await ada.presses("See it, then ask")
    await ada.presses("Ask for approval")
    await ben.gets("Stop these messages")
    await ben.presses("Approve and send")
    await samir.gets(
        t.gettext("You get this because you asked for news. You can stop it any time.")
    )
    await shots.of(on.cast.samir, "news-arrived", TALL)


async def listing(on: Stage, shots: Shots, language: str) -> None:
    """A partner searches and changes a service; a coordinator decides."""
    t = locales.translator(language)
    partner = Player(on.sandbox, on.cast.partner, silent)
    ada = Player(on.sandbox, on.cast.ada, silent)
    async with on.bot.sessions.begin() as session:
        for who in (partner, ada):
            await db.people.choose_language(
                session, who.person.id, language, today=datetime.now(UTC).date()
            )
    await partner.says("/find food LS9")
    await shots.of(partner.person, f"find-{language}", TALL)
    service_id, _ = await owned(on, partner.person.id)
    await partner.presses_data(f"1:s::{service_id}")
    await shots.of(partner.person, f"own-card-{language}", TALL)
    await partner.presses_data(f"1:E:{service_id}")
    await shots.of(partner.person, f"edit-menu-{language}", TALL)
    await partner.presses(t.gettext("Opening times"))
    await partner.says({"en": "Wednesdays 10 to 1:30", "ar": "Mondays 9 to 12"}[language])
    await shots.of(partner.person, f"read-back-{language}", TALL)
    await partner.presses(t.gettext("Yes"))
    await ada.presses(t.gettext("Approve"))
    await shots.of(ada.person, f"decided-{language}", TALL)
    await ada.presses_data(f"1:I:{service_id}")
    await shots.of(ada.person, f"history-{language}", TALL)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as nowhere:
        every_screen = Path(sys.argv[2] if len(sys.argv) > 2 else nowhere)
        every_screen.mkdir(parents=True, exist_ok=True)
        asyncio.run(main(target, every_screen))
