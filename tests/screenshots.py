"""Takes the screenshots of the documents: `python -m tests.screenshots docs/img`.

Plays the demo's stage in headless Chromium; needs Chromium and Noto fonts, no network.
"""

import asyncio
import os
import sys
from pathlib import Path

os.environ.setdefault("PTB_TIMEDELTA", "true")

from playwright.async_api import Browser

import locales
from bot.demo.journeys import Summary, partner_joins
from bot.demo.player import Player
from bot.demo.stage import Stage, stage
from sandbox.people import Person
from tests.browser import open_browser, open_page

PHONE = (390, 844)
TALL = (390, 1180)


async def main(folder: Path) -> None:
    """Take every screenshot into *folder*."""
    async with stage(0) as on, open_browser() as browser:
        shots = Shots(on, browser, folder)
        await guide_in_english(on, shots)
        await guide_in_arabic(on, shots)
        await digest(on, shots)
        await broadcast(on, shots)
        await shots.side_by_side("side-by-side")


class Shots:
    """Looks at one person's chat and keeps what it sees."""

    def __init__(self, on: Stage, browser: Browser, folder: Path) -> None:
        self.on, self.browser, self.folder = on, browser, folder

    async def of(self, person: Person, name: str, size: tuple[int, int] = PHONE) -> None:
        await self._take(f"?only={person.id}", name, size)

    async def side_by_side(self, name: str) -> None:
        cast = self.on.cast
        ids = ",".join(str(each.id) for each in (cast.amal, cast.samir, cast.ada, cast.ben))
        await self._take(f"?people={ids}", name, (1500, 900))

    async def _take(self, query: str, name: str, size: tuple[int, int]) -> None:
        address = f"{self.on.address}/{query}"
        async with open_page(address, *size, browser=self.browser) as page:
            await page.wait_for_selector("body[data-ready]")
            await page.wait_for_timeout(300)  # fonts and the last scroll
            await page.screenshot(path=str(self.folder / f"{name}.png"))


def silent(_: str) -> None:
    """Tell nothing: the pictures do."""


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


async def broadcast(on: Stage, shots: Shots) -> None:
    ada, ben = (Player(on.sandbox, who, silent) for who in (on.cast.ada, on.cast.ben))
    await ada.says("/broadcast")
    await ada.says("Snow tonight. Beds are open for anyone with nowhere to sleep.")
    await ada.presses("Partners and digest readers")
    await ada.gets("Another coordinator must approve")
    await shots.of(on.cast.ada, "broadcast-preview")
    await ada.presses("Ask for approval")
    await ben.gets("Snow tonight")
    await shots.of(on.cast.ben, "broadcast-review")
    await ben.presses("Approve and send")
    await ben.gets("Finished")
    await shots.of(on.cast.ben, "broadcast-report")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
