"""Plays one person in the sandbox, and tells what happens as a transcript."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox import photos
from sandbox.people import Person, Press
from sandbox.world import Sandbox

PATIENCE = 30.0  # seconds until a missing answer is a failure
_LOOK = 0.01  # seconds between two looks at the chat
_LONGEST_LINE = 100  # characters of a line in the transcript
_MOST_LINES = 24  # of a message in the transcript
_UNSEEN = str.maketrans("", "", "\u200e\u200f\u2066\u2067\u2068\u2069")  # marks of direction

Message = dict[str, Any]  # a Message of the Bot API as its reader sees it
Tell = Callable[[str], None]


class Disappointed(Exception):
    """Something that a journey expected did not happen; the message says what."""


@dataclass(slots=True)
class Player:
    """One person: says, presses, and looks at what came back.

    What comes back is the next message that is new or changed and has the words *to* in it.
    """

    sandbox: Sandbox
    person: Person
    tell: Tell

    async def says(self, text: str, *, to: str = "", reply_to: int | None = None) -> Message:
        """Write a text and return the bot's next message."""
        self._told(f"writes “{text}”")
        before = self._mark()
        self.sandbox.say(self.person.id, text, reply_to=reply_to)
        return await self._next(before, f"an answer to “{text}”", to)

    async def sends_photo(self, picture: bytes, *, to: str = "") -> Message:
        """Send a picture and return the bot's next message."""
        self._told("sends a picture")
        before = self._mark()
        photos.send_photo(self.sandbox, self.person.id, picture)
        return await self._next(before, "an answer to a picture", to)

    async def starts(self, payload: str = "") -> Message:
        """Press Start, or open a deep link with *payload*."""
        self._told("opens the chat" + (" by a link" if payload else ""))
        before = self._mark()
        self.sandbox.start(self.person.id, payload)
        return await self._next(before, "an answer to /start")

    async def presses(self, label: str, *, to: str = "") -> Message:
        """Press the newest button whose label has *label* in it; return what it turns into."""
        await self.until(lambda: self._button(label) is not None, f"a button [{label}]")
        found = self._button(label)
        assert found is not None
        message, data, full = found
        self._told(f"presses [{full}]")
        before = self._mark()
        self.sandbox.press(self.person.id, message["message_id"], data)
        return await self._next(before, f"what [{full}] leads to", to)

    async def taps(self, label: str) -> str:
        """Press the newest button with *label*; return what then appears over the chat."""
        await self.until(lambda: self._button(label) is not None, f"a button [{label}]")
        found = self._button(label)
        assert found is not None
        message, data, full = found
        self._told(f"presses [{full}]")
        return await self._over_the_chat(
            self.sandbox.press(self.person.id, message["message_id"], data)
        )

    async def forges(self, data: str) -> str:
        """Press a button that this chat does not have; return what appears over the chat."""
        message_id = self.newest()["message_id"]
        return await self._over_the_chat(
            self.sandbox.press(self.person.id, message_id, data, forged=True)
        )

    async def _over_the_chat(self, press: Press) -> str:
        await self.until(lambda: press.answered, "an answer to a press")
        self.tell(f"    ⚠ {press.text}")
        return press.text or ""

    async def presses_data(self, data: str) -> Message:
        """Press a button that an older message has, under the newest one; return what comes."""
        self._told("opens a service again")
        before = self._mark()
        message_id = self.newest()["message_id"]
        self.sandbox.press(self.person.id, message_id, data, forged=True)
        return await self._next(before, "what it leads to")

    async def answers(self, message: Message, *labels: str) -> Message:
        """Answer each question that offers one of *labels*, from *message* on; return the last.

        Which question comes next is the guide's choice: it asks what changes most.
        """
        while (label := self._first_of(message, labels)) is not None:
            message = await self.presses(label)
        return message

    def _first_of(self, message: Message, labels: Sequence[str]) -> str | None:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        shown = {button["text"] for row in rows for button in row}
        return next((label for label in labels if label in shown), None)

    async def gets(self, *words: str) -> Message:
        """Wait for a message of the bot with all of *words* in it."""
        told = " and ".join(f"“{each}”" for each in words)
        await self.until(lambda: self.having(*words) is not None, f"a message with {told}")
        found = self.having(*words)
        assert found is not None
        self.show(found)
        return found

    def having(self, *words: str) -> Message | None:
        """Return the bot's newest message with all of *words* in it, None if there is none."""
        found = [m for m in self._chat() if m["from_bot"]]
        return next((each for each in reversed(found) if _has(each, *words)), None)

    def newest(self) -> Message:
        """Return the bot's newest message in this chat."""
        found = [message for message in self._chat() if message["from_bot"]]
        if not found:
            raise Disappointed(f"{self.person.first_name} has no message from the bot")
        return found[-1]

    def links(self, message: Message) -> list[str]:
        """Return the payloads of the deep links in the text of *message*."""
        urls = [entity.get("url", "") for entity in message.get("entities", [])]
        urls += re.findall(r"https://t\.me/\S+", message.get("text", ""))
        return [url.partition("start=")[2] for url in urls if "start=" in url]

    def _button(self, label: str) -> tuple[Message, str, str] | None:
        for message in reversed(self._chat()):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if _seen(label) in _seen(button["text"]) and "callback_data" in button:
                        return message, button["callback_data"], button["text"]
        return None

    def _chat(self) -> Sequence[Message]:
        return self.sandbox.chat(self.person.id)

    def _mark(self) -> list[tuple[object, ...]]:
        """Return what the bot's messages look like now: any change is an answer."""
        return [
            (message["message_id"], message.get("text"), str(message.get("reply_markup")))
            for message in self._chat()
            if message["from_bot"]
        ]

    async def _next(self, before: Sequence[tuple[object, ...]], what: str, to: str = "") -> Message:
        await self.until(lambda: self._changed(before, to) is not None, what)
        message = self._changed(before, to)
        assert message is not None
        self.show(message)
        return message

    def _changed(self, before: Sequence[tuple[object, ...]], to: str) -> Message | None:
        """Return the bot's newest message that is new or not as it was; a deleted one is none."""
        changed = {mark[0] for mark in self._mark() if mark not in before}
        found = [m for m in self._chat() if m["message_id"] in changed and _has(m, to)]
        return found[-1] if found else None

    async def until(self, done: Callable[[], bool], what: str) -> None:
        """Wait until *done*; Disappointed with *what* was waited for if it never is."""
        calls = self.sandbox.record.calls
        try:
            async with asyncio.timeout(PATIENCE):
                while not done():
                    seen = len(calls)
                    while len(calls) == seen:  # noqa: ASYNC110  (nothing new from the bot)
                        await asyncio.sleep(_LOOK)
        except TimeoutError as exc:
            raise Disappointed(f"{self.person.first_name} waited in vain for {what}") from exc

    def _told(self, what: str) -> None:
        self.tell(f"\n  {self.person.first_name} {what}")

    def show(self, message: Message) -> None:
        """Tell what *message* says and which buttons it has."""
        if "photo" in message:
            self.tell("    │ 🖼 a picture")
        lines = [line for line in message.get("text", "").splitlines() if line.strip()]
        for line in lines[:_MOST_LINES]:
            shown = line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"
            self.tell(f"    │ {shown}")
        if len(lines) > _MOST_LINES:
            self.tell(f"    │ … and {len(lines) - _MOST_LINES} more lines")
        keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
        labels = [button["text"] for row in keyboard for button in row]
        if labels:
            self.tell("    └ " + " ".join(f"[{label}]" for label in labels))


def _has(message: Message, *words: str) -> bool:
    text = _seen(message.get("text", ""))
    return all(_seen(each) in text for each in words)


def _seen(text: str) -> str:
    """Return *text* as people see it: marks of direction have no width."""
    return text.translate(_UNSEEN)
