"""The mail and the archive page in a real browser, on a small phone, in both directions."""

import pytest

import locales
from digests import letter, signup
from digests.letter import Choice
from digests.mailing import Wish
from tests.browser import needs_chromium
from tests.digests.builders import TOPICS
from tests.mails.test_letters import TOKEN, a_digest, a_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    needs_chromium,
    pytest.mark.asyncio(loop_scope="session"),
]
PHONE = {"width": 360, "height": 800}
# text that is less than 4.5 times as bright or dark as its paper: WCAG 2.2, 1.4.3
FAINT = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const paper = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
  return [...document.querySelectorAll('body *')].filter(e => e.children.length === 0
      && e.textContent.trim() && e.tagName !== 'STYLE' && e.offsetParent).filter(e => {
    const [a, b] = [light(getComputedStyle(e).color), light(paper(e))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) < 4.5; }).map(e => e.outerHTML.slice(0, 200)); }"""


async def test_small_phones_dark_screens_and_both_directions(browser):
    for language in ("en", "ar"):
        t = locales.translator(language)
        site = a_site(t)
        topics = tuple(Choice(each.names["en"], each.id) for each in TOPICS)
        pages = {
            "mail": letter.letter(a_digest(6), t, site, TOKEN).html,
            "edition": letter.page(a_digest(6), t, site),
            "form": signup.subscribe(t, site, topics, Wish(language)),
        }
        for scheme in ("light", "dark"):
            context = await browser.new_context(viewport=PHONE, color_scheme=scheme)
            page = await context.new_page()
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            for name, html in pages.items():
                await page.set_content(html)
                which = (name, language, scheme)
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= PHONE["width"], which
                assert await page.evaluate(FAINT) == [], which
                heading = await page.get_by_role("heading", level=1).bounding_box()
                assert heading is not None and heading["width"] > 100, which
                side = await page.evaluate("getComputedStyle(document.documentElement).direction")
                assert side == ("rtl" if language == "ar" else "ltr"), which
            assert asked == []  # nothing comes from elsewhere, or from anywhere
            await context.close()
