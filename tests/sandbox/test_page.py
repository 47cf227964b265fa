"""The web chat in a real browser: what a person sees, and what the bot gets."""

from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import ClientSession, FormData
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from sandbox import groups
from sandbox.people import Person
from sandbox.server import serve
from sandbox.world import Sandbox
from tests.browser import needs_chromium, open_page

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.asyncio(loop_scope="session")]

PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
WIDE = (1200, 800)
PHONE = (360, 740)
# an isolated English name begins the first line, an isolated phone number stands in the second
ARABIC = "\u2068PAFRAS\u2069: طعام وملابس\nالهاتف \u2068\u200e0113 262 2163\u2069 اليوم"


@dataclass(slots=True)
class Town:
    """A served sandbox, its people, and a bot that does over HTTP what a test says."""

    sandbox: Sandbox
    url: str
    http: ClientSession
    browser: Browser
    offset: int = 0
    waiting: list[dict] = field(default_factory=list)

    async def call(self, method, **parameters):
        address = f"{self.url}/bot{self.sandbox.token}/{method}"
        async with self.http.post(address, json=parameters) as answer:
            told = await answer.json()
        assert told["ok"], told
        return told["result"]

    async def send(self, person, text, **more):
        return await self.call("sendMessage", chat_id=person.id, text=text, **more)

    async def heard(self, kind="message"):
        if not self.waiting:
            self.waiting = await self.call("getUpdates", offset=self.offset, timeout=5)
        assert self.waiting, "the bot heard nothing"
        update = self.waiting.pop(0)
        self.offset = update["update_id"] + 1
        return update[kind]

    @asynccontextmanager
    async def page(self, *people: Person, size=WIDE, dark=False) -> AsyncIterator[Page]:
        named = ",".join(str(person.id) for person in people)
        async with self.at(f"/?people={named}", size=size, dark=dark) as page:
            yield page

    def at(self, path, size=WIDE, dark=False):
        width, height = size
        return open_page(f"{self.url}{path}", width, height, dark, self.browser)


@pytest_asyncio.fixture(loop_scope="session")
async def town(browser) -> AsyncIterator[Town]:
    sandbox = Sandbox()
    async with serve(sandbox) as url, ClientSession() as http:
        yield Town(sandbox, url, http, browser)


@pytest.fixture
def sara(town: Town) -> Person:
    return town.sandbox.person("Sara", "en", started=True)


@pytest.fixture
def amal(town: Town) -> Person:
    return town.sandbox.person("Amal", "ar", started=True)


def chat(page: Page, person: Person) -> Locator:
    return page.locator(f'.column[data-person="{person.id}"]')


def written(page: Page, person: Person) -> Locator:
    return page.get_by_label(f"Message from {person.first_name}")


def row(page: Page, message: dict) -> Locator:
    return page.locator(f'.row[data-message-id="{message["message_id"]}"]')


def inline(*rows):
    return {"inline_keyboard": [list(buttons) for buttons in rows]}


def button(text, data=None, **more):
    return {"text": text, **({"callback_data": data} if data else {}), **more}


async def test_a_text_a_button_a_toast_and_an_edit_in_place(town, sara):
    async with town.page(sara) as page:
        await chat(page, sara).get_by_role("button", name="Start", exact=True).click()
        assert (await town.heard())["text"] == "/start"
        await written(page, sara).fill("I need <b>food</b>")
        await written(page, sara).press("Enter")
        assert (await town.heard())["text"] == "I need <b>food</b>"
        asked = await town.send(
            sara, "<b>What</b> food?", parse_mode="HTML", reply_markup=inline([button("Hot", "h")])
        )
        await expect(row(page, asked).locator("b")).to_have_text("What")

        await row(page, asked).get_by_role("button", name="Hot").click()
        turning = chat(page, sara).locator("[aria-busy=true]")
        await expect(turning).to_have_text("Hot")
        query = await town.heard("callback_query")
        assert (query["data"], query["from"]["id"]) == ("h", sara.id)
        await town.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted.")
        await town.call(
            "editMessageText", chat_id=sara.id, message_id=asked["message_id"], text="Hot food."
        )
        await expect(turning).to_have_count(0)
        await expect(chat(page, sara).locator(".toast")).to_have_text(["Noted."])
        await expect(row(page, asked).locator(".bubble")).to_contain_text("Hot food.")
        await expect(row(page, asked).locator(".edited")).to_be_visible()
        await expect(chat(page, sara).locator(".row")).to_have_count(3)


async def test_an_alert_stays_until_it_is_read(town, sara):
    asked = await town.send(sara, "Sure?", reply_markup=inline([button("Yes", "y")]))
    async with town.page(sara) as page:
        await row(page, asked).get_by_role("button", name="Yes").focus()
        await page.keyboard.press("Enter")
        query = await town.heard("callback_query")
        await town.call(
            "answerCallbackQuery", callback_query_id=query["id"], text="Sent.", show_alert=True
        )
        await expect(page.get_by_role("alertdialog")).to_contain_text("Sent.")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("alertdialog")).to_have_count(0)
        await expect(row(page, asked).get_by_role("button", name="Yes")).to_be_focused()


LEFT_OF = """(bubble, [one, other]) => {
  const left = (words) => {
    const walk = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const at = walk.currentNode.data.indexOf(words);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(walk.currentNode, at);
      range.setEnd(walk.currentNode, at + words.length);
      return range.getBoundingClientRect().left;
    }
    throw new Error(`no ${words}`);
  };
  return left(one) < left(other);
}"""


@pytest.mark.parametrize("size", [pytest.param(WIDE, id="wide"), pytest.param(PHONE, id="phone")])
async def test_arabic_runs_from_right_to_left_around_isolates(town, amal, size):
    keys = inline([button("\u2068GP\u2069 طبيب", "d"), button("Help", "h")])
    told = await town.send(amal, ARABIC, reply_markup=keys)
    async with town.page(amal, size=size) as page:
        bubble = row(page, told).locator(".bubble")
        await expect(bubble).to_have_css("direction", "rtl")
        assert await bubble.evaluate(LEFT_OF, ["طعام", "PAFRAS"])
        assert await bubble.evaluate(LEFT_OF, ["0113", "262"])
        assert await bubble.evaluate(LEFT_OF, ["262 2163", "الهاتف"])
        await expect(page.get_by_role("button", name="طبيب")).to_have_css("direction", "rtl")
        await expect(page.get_by_role("button", name="Help")).to_have_css("direction", "ltr")


async def test_each_line_has_its_own_direction_also_inside_bold(town, amal):
    lines = "<b>\u2068PAFRAS\u2069\n\u2068PAFRAS\u2069 طعام</b>\n\nHelp now\nمساعدة"
    told = await town.send(amal, lines, parse_mode="HTML")
    async with town.page(amal) as page:
        found = row(page, told).locator(".paragraph")
        assert await found.evaluate_all("all => all.map((one) => one.dir)") == [
            "ltr",
            "rtl",
            "ltr",
            "ltr",
            "rtl",
        ]
        await expect(found.nth(1).locator("b")).to_contain_text("طعام")


async def test_a_group_is_a_chat_of_each_member_and_leads_to_their_own(town, sara, amal):
    group = town.sandbox.group("Partners", [sara.id, amal.id])
    groups.promote(town.sandbox, group.id, [sara.id])
    async with town.at(f"/?people={amal.id}@{group.id},{sara.id}@{group.id}") as page:
        (mine, theirs) = (
            page.locator(f'[data-person="{one.id}@{group.id}"].column') for one in (amal, sara)
        )
        await expect(mine.get_by_role("heading")).to_have_text("Amal in Partners")
        await expect(theirs.locator(".status")).to_have_text("group, administrator")
        await mine.get_by_role("textbox").fill("/subscribe")
        await mine.get_by_role("textbox").press("Enter")
        assert (await town.heard())["chat"]["id"] == group.id
        await expect(theirs.get_by_role("log")).to_contain_text("/subscribe")
        buttons = inline([button("Read", "r")])
        await town.call("sendMessage", chat_id=group.id, text="News", reply_markup=buttons)
        await mine.get_by_role("button", name="Read").click()
        query = (await town.heard("callback_query"))["id"]
        url = f"https://t.me/{town.sandbox.bot['username']}?start=read-1"
        await town.call("answerCallbackQuery", callback_query_id=query, url=url)
        started = await town.heard()
        assert (started["chat"]["id"], started["text"]) == (amal.id, "/start read-1")
        await expect(page.locator(f'[data-person="{amal.id}"].column')).to_be_visible()


async def test_links_and_buttons_into_the_bot_start_it_with_their_payload(town, sara):
    link = f"https://t.me/{town.sandbox.bot['username']}?start="
    told = await town.send(
        sara,
        f'Open <a href="{link}one">this</a>.',
        parse_mode="HTML",
        reply_markup=inline([button("Or this", url=f"{link}two")]),
    )
    async with town.page(sara) as page:
        before = page.url
        await row(page, told).get_by_role("link", name="this", exact=True).click()
        assert (await town.heard())["text"] == "/start one"
        await row(page, told).get_by_role("link", name="Or this").click()
        assert (await town.heard())["text"] == "/start two"
        assert page.url == before
        assert len(page.context.pages) == 1


async def test_another_link_opens_beside_the_chat_and_learns_nothing(town, sara):
    told = await town.send(
        sara, "Look", reply_markup=inline([button("Page", url="https://example.org/a")])
    )
    async with town.page(sara) as page:
        link = row(page, told).get_by_role("link", name="Page")
        await expect(link).to_have_attribute("href", "https://example.org/a")
        await expect(link).to_have_attribute("target", "_blank")
        await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_two_people_side_by_side_see_only_their_own_chat(town, sara, amal):
    async with town.page(sara, amal) as page:
        await town.send(sara, "For Sara")
        await town.send(amal, "For Amal")
        await expect(chat(page, sara).locator(".bubble")).to_contain_text(["For Sara"])
        await expect(chat(page, amal).locator(".bubble")).to_contain_text(["For Amal"])
        await chat(page, sara).get_by_label("Close this chat").click()
        await expect(chat(page, sara)).to_have_count(0)
        await town.send(sara, "More")
        await expect(page.get_by_role("button", name="Sara")).to_contain_text("1 unread")
        await page.get_by_role("button", name="Sara").click()
        await expect(chat(page, sara).locator(".bubble")).to_contain_text(["For Sara", "More"])
        await expect(page.get_by_role("button", name="Sara")).not_to_contain_text("unread")
        assert page.url.endswith(f"?people={amal.id},{sara.id}")


async def test_a_place_is_shared_from_the_list_and_as_numbers(town, sara):
    keyboard = {"keyboard": [[{"text": "Share my place", "request_location": True}]]}
    await town.send(sara, "Where are you?", reply_markup=keyboard)
    async with town.page(sara) as page:
        await chat(page, sara).get_by_role("button", name="Share my place").click()
        await page.get_by_role("button", name="Harehills").click()
        found = (await town.heard())["location"]
        assert (found["latitude"], found["longitude"]) == (53.8, -1.51)
        await expect(chat(page, sara).locator(".own .card")).to_contain_text("53.80000, -1.51000")

        await chat(page, sara).get_by_label("Share a place").click()
        await page.get_by_label("Latitude").fill("53.75")
        await page.get_by_label("Longitude").fill("-1.6")
        await page.get_by_role("button", name="Share these").click()
        found = (await town.heard())["location"]
        assert (found["latitude"], found["longitude"]) == (53.75, -1.6)


async def test_a_photo_goes_with_the_words_that_are_written(town, sara):
    await town.send(sara, "Do you want to add a picture?")
    async with town.page(sara) as page:
        await written(page, sara).fill("Our hall")
        picture = FilePayload(name="hall.png", mimeType="image/png", buffer=PICTURE)
        await chat(page, sara).locator("input[type=file]").set_input_files(picture)
        message = await town.heard()
        assert (message["caption"], message["photo"][0]["width"]) == ("Our hall", 1)
        await expect(chat(page, sara).locator(".own img")).to_have_attribute("alt", "Our hall")
        await expect(written(page, sara)).to_have_value("")


async def test_a_keyboard_sends_its_words_and_goes_when_told(town, sara):
    await town.send(sara, "Choose", reply_markup={"keyboard": [[{"text": "Skip"}]]})
    async with town.page(sara) as page:
        await chat(page, sara).get_by_role("button", name="Skip").click()
        assert (await town.heard())["text"] == "Skip"
        await town.send(sara, "Done", reply_markup={"remove_keyboard": True})
        await expect(chat(page, sara).get_by_role("button", name="Skip")).to_have_count(0)


async def test_forced_and_chosen_replies_name_their_message(town, sara):
    first = await town.send(sara, "Hello")
    second = await town.send(sara, "Why?", reply_markup={"force_reply": True})
    async with town.page(sara) as page:
        await expect(page.locator(".replying")).to_contain_text("Why?")
        await written(page, sara).fill("Because")
        await written(page, sara).press("Enter")
        assert (await town.heard())["reply_to_message"]["message_id"] == second["message_id"]
        await expect(page.locator(".replying")).to_be_hidden()

        await row(page, first).locator(".bubble").click()
        await written(page, sara).fill("Hello to you")
        await page.get_by_role("button", name="Send", exact=True).click()
        assert (await town.heard())["reply_to_message"]["message_id"] == first["message_id"]
        await expect(page.locator(".own .quoted")).to_have_text(["Why?", "Hello"])


async def test_reading_up_is_not_disturbed_and_counts_what_comes(town, sara):
    for number in range(30):
        await town.send(sara, f"Message {number}")
    async with town.page(sara) as page:
        log = chat(page, sara).get_by_role("log")
        await expect(page.get_by_text("Message 29")).to_be_in_viewport()
        await log.evaluate("log => log.scrollTo(0, 0)")
        await expect(page.get_by_label("To the newest message")).to_be_visible()
        newest = await town.send(sara, "New")
        await page.get_by_label("To the newest message, 1 unread").wait_for()
        assert await log.evaluate("log => log.scrollTop") == 0
        await expect(page).to_have_title("(1) Fingerpost sandbox")
        await page.get_by_label("To the newest message, 1 unread").click()
        await expect(row(page, newest)).to_be_in_viewport()
        await expect(page).to_have_title("Fingerpost sandbox")
        following = await town.send(sara, "Newer")
        await expect(row(page, following)).to_be_in_viewport()


async def test_a_deleted_message_goes_and_typing_shows_until_the_answer(town, sara):
    told = await town.send(sara, "Wrong")
    async with town.page(sara) as page:
        await town.call("deleteMessage", chat_id=sara.id, message_id=told["message_id"])
        await expect(row(page, told)).to_have_count(0)
        await town.call("sendChatAction", chat_id=sara.id, action="typing")
        await expect(chat(page, sara).locator(".status")).to_have_text("Fingerpost is typing")
        await town.send(sara, "Right")
        await expect(chat(page, sara).locator(".status")).to_have_text("English · with Fingerpost")


async def test_a_file_can_be_downloaded(town, sara):
    form = FormData({"chat_id": str(sara.id), "caption": "Your week"})
    form.add_field(
        "document", b"BEGIN:VCALENDAR", filename="week.ics", content_type="text/calendar"
    )
    address = f"{town.url}/bot{town.sandbox.token}/sendDocument"
    async with town.http.post(address, data=form) as answer:
        assert answer.status == 200
    async with town.page(sara) as page:
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="week.ics").click()
        download = await waiting.value
        assert download.suggested_filename == "week.ics"
        assert (await download.path()).read_bytes() == b"BEGIN:VCALENDAR"


async def test_a_new_person_is_added_and_starts_with_the_keyboard_alone(town):
    async with town.at("/") as page:
        await page.get_by_role("button", name="New person").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.type("Tigist")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Amh")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Start", exact=True).focus()
        await page.keyboard.press("Enter")
        heard = await town.heard()
        assert heard["from"]["first_name"] == "Tigist"
        assert heard["from"]["language_code"] == "am"
        assert heard["text"] == "/start"


async def test_among_many_people_one_is_found_by_name(town):
    for number in range(300):
        town.sandbox.person(f"Person {number}", "en", started=True)
    late = town.sandbox.person("Zahra", "fa", started=True)
    async with town.at("/") as page:
        await expect(page.locator(".person")).to_have_count(60)
        await expect(page.locator("#more")).to_contain_text("241 more")
        await town.send(late, "Hello")
        await expect(page.get_by_role("button", name="Zahra")).to_contain_text("1 unread")
        await page.get_by_label("Find a person").fill("zah")
        await expect(page.locator(".person")).to_have_count(1)
        await page.get_by_role("button", name="Zahra").click()
        await expect(chat(page, late).locator(".bubble")).to_contain_text(["Hello"])


async def test_a_slash_lists_the_commands_that_the_bot_has_named(town, sara):
    await town.send(sara, "Write /help or /language.")
    async with town.page(sara) as page:
        await written(page, sara).fill("/")
        options = chat(page, sara).get_by_role("option")
        await expect(options).to_contain_text(["/help", "/language", "/start"])
        await written(page, sara).press_sequentially("la")
        await expect(options).to_contain_text(["/language"])
        await written(page, sara).press("Enter")
        assert (await town.heard())["text"] == "/language"


async def test_behind_the_name_of_the_bot_a_card_is_picked_from_a_list(town, sara):
    town.sandbox.say(sara.id, "Hello")
    await town.heard()
    async with town.page(sara) as page:
        await written(page, sara).fill("@fingerpost_sandbox_bot food LS9")
        asked = await town.heard("inline_query")
        assert (asked["query"], asked["chat_type"]) == ("food LS9", "sender")
        cards = [
            {
                "type": "article",
                "id": str(number),
                "title": title,
                "description": "Food parcels",
                "input_message_content": {"message_text": f"<b>{title}</b>", "parse_mode": "HTML"},
            }
            for number, title in enumerate(["St Anne", "PAFRAS"])
        ]
        await town.call("answerInlineQuery", inline_query_id=asked["id"], results=cards)
        options = chat(page, sara).get_by_role("option")
        await expect(options).to_have_text(["St AnneFood parcels", "PAFRASFood parcels"])
        await written(page, sara).press("ArrowDown")
        await written(page, sara).press("Enter")
        card = chat(page, sara).locator(".own .bubble").last
        await expect(card.locator("b")).to_have_text("PAFRAS")
        await expect(card).to_contain_text("via @fingerpost_sandbox_bot")
        await expect(written(page, sara)).to_have_value("")
        assert (await town.heard())["via_bot"]["username"] == "fingerpost_sandbox_bot"


async def test_a_button_leads_into_inline_mode_where_nothing_may_be_found(town, sara):
    share = {"text": "Search", "switch_inline_query_current_chat": "beds"}
    await town.send(sara, "Look for more?", reply_markup=inline([share]))
    async with town.page(sara) as page:
        await page.get_by_role("button", name="Search").click()
        await expect(written(page, sara)).to_have_value("@fingerpost_sandbox_bot beds")
        asked = await town.heard("inline_query")
        await town.call("answerInlineQuery", inline_query_id=asked["id"], results=[])
        await expect(chat(page, sara).get_by_role("option")).to_have_text("Nothing found.")


async def test_a_venue_is_a_map_pin_with_title_and_address(town, sara):
    place = {"latitude": 53.8, "longitude": -1.55, "title": "Town hall", "address": "The Headrow"}
    told = await town.call("sendVenue", chat_id=sara.id, **place)
    async with town.page(sara) as page:
        await expect(row(page, told).locator(".card .map")).to_have_count(1)
        await expect(row(page, told)).to_contain_text("Town hall")
        await expect(row(page, told)).to_contain_text("The Headrow")


async def test_who_blocks_the_bot_can_only_unblock_it(town, sara):
    await town.send(sara, "Hello")
    async with town.page(sara) as page:
        await chat(page, sara).get_by_label("More").click()
        await chat(page, sara).get_by_role("button", name="Block the bot").click()
        assert (await town.heard("my_chat_member"))["new_chat_member"]["status"] == "kicked"
        await expect(written(page, sara)).to_be_hidden()
        await page.locator(".composer").get_by_role("button", name="Unblock the bot").click()
        assert (await town.heard("my_chat_member"))["new_chat_member"]["status"] == "member"
        await expect(written(page, sara)).to_be_visible()


async def test_a_phone_shows_one_chat_without_scrolling_sideways(town, sara, amal):
    keys = inline([button("A" * 40, "a"), button("سكن " * 12, "b")], [button("Help now", "c")])
    await town.send(sara, "W" * 300, reply_markup=keys)
    async with town.page(sara, amal, size=PHONE) as page:
        await expect(chat(page, sara)).to_be_visible()
        await expect(chat(page, amal)).to_be_hidden()
        assert await page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]
        assert (
            await chat(page, sara)
            .get_by_role("log")
            .evaluate("log => log.scrollWidth <= log.clientWidth")
        )
        await town.send(amal, ARABIC)
        await expect(page.get_by_role("button", name="Amal")).to_contain_text("1 unread")
        await page.get_by_role("button", name="Amal").click()
        await expect(chat(page, amal)).to_be_visible()
        await expect(chat(page, sara)).to_be_hidden()
        assert await page.evaluate("document.scrollingElement.scrollWidth") == PHONE[0]


async def test_one_chat_alone_for_a_picture(town, sara, amal):
    async with town.at(f"/?only={sara.id}", PHONE) as page:
        await expect(chat(page, sara)).to_be_visible()
        await expect(chat(page, amal)).to_have_count(0)
        await expect(page.get_by_role("navigation")).to_be_hidden()
        await expect(page.locator(".banner")).to_be_hidden()


HOSTILE = '<img src="/page/x" onerror="bad=1"><script>bad=1</script>'


async def test_nothing_foreign_is_loaded_and_no_html_but_known_tags_gets_in(town, sara):
    await town.send(sara, HOSTILE)
    asked: list[str] = []
    async with town.page(sara) as page:
        page.on("request", lambda request: asked.append(request.url))
        await page.reload()
        await expect(page.get_by_text("onerror")).to_be_visible()
        await expect(page.locator(".banner")).to_contain_text("stand-in for Telegram")
        kept = await page.evaluate(
            """async (html) => {
              const { paragraphs } = await import("/page/html.js");
              const box = document.createElement("div");
              box.append(...paragraphs(html, () => {}));
              return box.innerHTML;
            }""",
            '<b id="top">b</b><a href="javascript:1">a</a><form><input></form><script>1</script>',
        )
        assert kept == '<div class="paragraph" dir="ltr"><b>b</b><a>a</a></div>'
        assert await page.evaluate("typeof bad") == "undefined"
    here = urlsplit(town.url).netloc
    assert {urlsplit(url).netloc for url in asked} == {here}


CONTRAST = """(selectors) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const painted = (colours) => {  // lets the browser mix what is see-through
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return Object.fromEntries(selectors.map((selector) => {
    const node = document.querySelector(selector);
    const under = [];
    for (let at = node; at; at = at.parentElement) {
      under.unshift(getComputedStyle(at).backgroundColor);
    }
    const ink = light(painted([...under, getComputedStyle(node).color]));
    const paper = light(painted(under));
    return [selector, (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)];
  }));
}"""
INKS = [".bot .bubble", ".bot .meta", ".bot .key", ".own .bubble", ".own .meta", ".day span"]
INKS += [".banner", ".status", ".person .small", ".add", ".command", ".quoted", ".composer .send"]


@pytest.mark.parametrize("dark", [pytest.param(False, id="light"), pytest.param(True, id="dark")])
async def test_everything_can_be_read_at_wcag_aa(town, sara, dark):
    asked = await town.send(sara, "See /help", reply_markup=inline([button("Help now", "h")]))
    town.sandbox.say(sara.id, "Thanks", reply_to=asked["message_id"])
    async with town.page(sara, dark=dark) as page:
        ratios = await page.evaluate(CONTRAST, INKS)
    assert {name: ratio for name, ratio in ratios.items() if ratio < 4.5} == {}
