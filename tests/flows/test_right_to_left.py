"""Arabic in the real page: numbers stay whole and run from the left, full stops stand left."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

import locales
from bot.demo.stage import stage
from tests.browser import needs_chromium, open_page

pytestmark = [
    needs_chromium,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]
SMALL_PHONE = (360, 740)
NUMBER = re.compile(r"(?<![\d+])(?:0\d{2,4}(?: \d{3,4}){2}|116 123|999|111)(?!\d)")
ARABIC = re.compile(r"[\u0621-\u064a]")
ENDS = ".؟:!"
INVISIBLE = "\u200e\u200f\u2066\u2067\u2068\u2069\n "
UNSURE = ("Not sure", "Skip", "None of these, or not sure")
ROUNDING = 1.0  # pixels
# every letter of a bubble with its place, by paragraph; without the time in the corner
LETTERS = """bubble => [...bubble.querySelectorAll(".paragraph")].map(paragraph => {
  const found = [];
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest(".meta, .unseen")) continue;
    for (let at = 0; at < node.length; at += 1) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = [...range.getClientRects()].at(-1);
      found.push([node.data[at], box?.left ?? 0, box?.right ?? 0, box?.bottom ?? 0]);
    }
  }
  return found;
})"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and where it is on the page, in pixels from the top left corner."""

    sign: str
    left: float
    right: float
    bottom: float


Line = Sequence[Letter]


async def lines_of(bubble: Locator) -> list[Line]:
    """Return what was written between two line breaks, each as its letters."""
    found: list[list[Letter]] = []
    for paragraph in await bubble.evaluate(LETTERS):
        found.append([])
        for each in paragraph:
            if each[0] == "\n":
                found.append([])
            else:
                found[-1].append(Letter(*each))
    return [line for line in found if line]


def numbers(line: Line) -> list[Line]:
    """Return the phone numbers in *line*."""
    written = "".join(letter.sign for letter in line)
    return [line[found.start() : found.end()] for found in NUMBER.finditer(written)]


def is_whole(number: Line) -> bool:
    """Say whether *number* is one run from left to right, with nothing in it, on one line."""
    digits = [each for each in number if each.sign != " "]
    runs = all(one.right <= two.left + ROUNDING for one, two in pairwise(digits))
    one_line = max(each.bottom for each in digits) - min(each.bottom for each in digits) <= ROUNDING
    width = digits[-1].right - digits[0].left
    alone = sum(each.right - each.left for each in number) >= width - ROUNDING * len(number)
    return runs and one_line and alone


def ends_left(line: Line) -> bool | None:
    """Say whether the last sign of an Arabic sentence is left of the rest; None for others."""
    seen = [each for each in line if each.sign not in INVISIBLE]
    if not seen or seen[-1].sign not in ENDS or not ARABIC.search("".join(e.sign for e in seen)):
        return None
    *others, last = seen
    beside = [
        each for each in others if abs(each.bottom - last.bottom) < (last.right - last.left) + 8
    ]
    return all(last.right <= each.left + ROUNDING for each in beside)


@pytest_asyncio.fixture(loop_scope="session")
async def chat(browser: Browser) -> AsyncIterator[Page]:
    """A chat in Arabic on a small phone, at the first question."""
    async with stage(0) as on:
        address = f"{on.address}/?only={on.cast.samir.id}"
        async with open_page(address, *SMALL_PHONE, browser=browser) as page:
            await page.get_by_role("button", name="Start", exact=True).click()
            for label in (locales.native_name("ar"), t("Start")):
                await press(page, label)
            yield page


def t(words: str) -> str:
    return locales.translator("ar").gettext(words)


async def press(page: Page, label: str | re.Pattern[str]) -> None:
    """Press the newest key with *label*, and wait for what comes of it."""
    bubble = page.locator(".bot .bubble").last
    before = await bubble.text_content()
    await page.locator(".key", has_text=label).last.click()
    await expect(bubble).not_to_have_text(before or "")


async def shown(page: Page, words: str) -> Locator:
    bubble = page.locator(".bot .bubble").last
    await expect(bubble).to_contain_text(words)
    return bubble


async def help_now(page: Page) -> Locator:
    await press(page, t("🆘 Help now"))
    return await shown(page, "116 123")


async def card(page: Page) -> Locator:
    """Go by danger at home to a helpline's card, not sure about whatever else is asked."""
    for label in ("In danger, or someone hurts me", "Yes", "At home or in my family"):
        await press(page, t(label))
    unsure = re.compile("|".join(f"^{re.escape(t(each))}$" for each in UNSURE))
    while await page.locator(".key", has_text=unsure).count():
        await press(page, unsure)
    await press(page, "1. ")
    return await shown(page, "24 hour domestic abuse helpline")


async def crisis(page: Page) -> Locator:
    await page.get_by_role("textbox").fill("زوجي يضربني كل يوم")
    await page.keyboard.press("Enter")
    return await shown(page, "0808 200 0247")


async def check(bubble: Locator, most_numbers: int, most_sentences: int) -> None:
    """Every number in *bubble* is whole, and every Arabic sentence ends on its left."""
    lines = await lines_of(bubble)
    found = [number for line in lines for number in numbers(line)]
    broken = ["".join(e.sign for e in number) for number in found if not is_whole(number)]
    assert broken == []
    assert len(found) >= most_numbers
    sentences = [line for line in lines if ends_left(line) is not None]
    wrong = ["".join(e.sign for e in line) for line in sentences if not ends_left(line)]
    assert wrong == []
    assert len(sentences) >= most_sentences


async def check_sees_what_is_wrong(bubble: Locator) -> None:
    await bubble.evaluate("bubble => { bubble.style.width = '7em'; }")
    found = [number for line in await lines_of(bubble) for number in numbers(line)]
    assert not all(is_whole(number) for number in found), "too narrow for a number"
    await bubble.evaluate(
        """bubble => { bubble.style.width = "";
          for (const each of [bubble, ...bubble.querySelectorAll("[dir]")]) each.dir = "ltr"; }"""
    )
    assert False in [ends_left(line) for line in await lines_of(bubble)]


async def test_numbers_are_whole_and_full_stops_stand_on_the_left(chat):
    """A card, danger in free words, and "help now": one bot and one browser for the three."""
    await check(await card(chat), 1, 2)
    await check(await crisis(chat), 4, 1)
    await check(await help_now(chat), 14, 1)
    await check_sees_what_is_wrong(chat.locator(".bot .bubble").last)
