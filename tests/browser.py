"""A page in Debian's Chromium, for tests and for the pictures in the README.

Mark such tests ``browser`` and ``needs_chromium``; without Chromium they skip and say why.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # no network
)
PATIENCE = 10_000  # milliseconds until a thing that does not appear is a failure

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium; on Debian: apt-get install chromium"
)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start Chromium with a fresh profile. A module of tests can share one: it takes a second."""
    assert CHROMIUM is not None, "needs_chromium skips such tests"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_page(
    url: str, width: int, height: int, dark: bool = False, browser: Browser | None = None
) -> AsyncIterator[Page]:
    """Open *url* and wait until the page says that it is ready (``body[data-ready]``).

    The page has cookies and storage of its own, also in a shared *browser*. Motion is reduced,
    so that a picture is always the same. What the page complains about (an uncaught error, a
    refused resource, an error in the console) is raised at the end.

    Raises:
        AssertionError: the page complained.
    """
    async with AsyncExitStack() as opened:
        if browser is None:
            browser = await opened.enter_async_context(open_browser())
        context = await opened.enter_async_context(
            await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                locale="en-GB",
                timezone_id="Europe/London",
            )
        )
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        await page.goto(url)
        await page.wait_for_selector("body[data-ready]")
        yield page
    assert not complaints, complaints


def _complaint(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type in ("error", "warning") else []
