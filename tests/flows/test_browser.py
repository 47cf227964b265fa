"""A newcomer uses the real bot in the real page, with a browser."""

import pytest
from playwright.async_api import expect

import locales
from bot.demo.stage import stage
from tests.browser import needs_chromium, open_page

pytestmark = [
    needs_chromium,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]
PHONE = (390, 844)


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_from_start_to_a_question_on_a_phone(language, browser):
    t = locales.translator(language)
    async with stage(0) as on:
        who = on.cast.samir if language == "ar" else on.cast.amal
        address = f"{on.address}/?only={who.id}"
        async with open_page(address, *PHONE, browser=browser) as page:
            await page.wait_for_selector("body[data-ready]")
            await page.get_by_role("button", name="Start", exact=True).click()
            for label in (
                locales.native_name(language),
                t.gettext("Start"),
                t.gettext("Health or feelings"),
            ):
                await page.locator(".key", has_text=label).last.click()
            bubble = page.locator(".bubble").last
            await expect(bubble).to_contain_text(t.gettext("Which is most like what you need?"))
            lines = bubble.locator("[dir], p, span").first
            way = await lines.evaluate("node => getComputedStyle(node).direction")
            assert way == ("rtl" if language == "ar" else "ltr")
            await page.locator(".key", has_text=t.gettext("🆘 Help now")).last.click()
            await expect(bubble).to_contain_text("999")
