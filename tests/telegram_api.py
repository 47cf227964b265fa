"""A Bot API in memory: says yes, remembers the calls, and fails when it is told to."""

import json
import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

os.environ.setdefault("PTB_TIMEDELTA", "true")  # without it every retry_after warns

TOKEN = "123456789:recording-api"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Fingerpost", "username": "fingerpost_bot"}
SENT = 1_795_000_000  # the date of every message, Unix time

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as Telegram got it: *params* decoded, *files* by the name of their part."""

    method: str
    params: Params
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def chat_id(self) -> int | None:
        """Return the chat that it is about, None if it names none."""
        chat = self.params.get("chat_id")
        return None if chat is None else int(chat)


@dataclass(slots=True)
class _Trouble:
    answer: tuple[int, dict[str, Any]] | Exception
    method: str | None
    chat_id: int | None
    left: int

    def meets(self, call: Call) -> bool:
        return (
            self.left > 0
            and self.method in (None, call.method)
            and self.chat_id in (None, call.chat_id)
        )


class RecordingApi(BaseRequest):
    """Pass it as `request` and `get_updates_request`; look at `calls` afterwards.

    *updates* are handed out by getUpdates, honouring its offset; without any it answers with
    an empty list at once. *files*: what can be downloaded, by its id. Message ids count up from
    1000 for the whole bot.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.updates: deque[dict[str, Any]] = deque()
        self.files: dict[str, bytes] = {}
        self.administrators: set[tuple[int, int]] = set()  # chat and person
        self._troubles: list[_Trouble] = []
        self._next_id = 1000

    def fail(
        self,
        status: int,
        description: str,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
        **parameters: int,
    ) -> None:
        """Answer the next *times* calls (of *method*, about *chat_id*) with an error.

        *parameters* as Telegram sends them: ``retry_after=5``, ``migrate_to_chat_id=-100``.
        """
        body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
        if parameters:
            body["parameters"] = parameters
        self._troubles.append(_Trouble((status, body), method, chat_id, times))

    def block(self, chat_id: int) -> None:
        """Let this person block the bot, for good."""
        self.fail(403, "Forbidden: bot was blocked by the user", chat_id=chat_id, times=1_000_000)

    def flood(
        self, seconds: int, *, method: str | None = None, chat_id: int | None = None, times: int = 1
    ) -> None:
        """Answer 429 with *seconds* to wait."""
        self.fail(
            429,
            f"Too Many Requests: retry after {seconds}",
            method=method,
            chat_id=chat_id,
            times=times,
            retry_after=seconds,
        )

    def lose(
        self,
        *,
        sent: bool = True,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
    ) -> None:
        """Lose the answer (*sent*) or the call itself, as the transport reports it."""
        error = TimedOut("no answer") if sent else NetworkError("not sent")
        self._troubles.append(_Trouble(error, method, chat_id, times))

    def of(self, method: str) -> list[Params]:
        """Return the parameters of every call of *method*, oldest first."""
        return [call.params for call in self.calls if call.method == method]

    def texts(self, chat_id: int) -> list[str]:
        """Return every text that was sent or edited in a chat, oldest first."""
        return [
            call.params["text"]
            for call in self.calls
            if call.chat_id == chat_id and "text" in call.params
        ]

    @property
    def methods(self) -> list[str]:
        """Return the names of the calls in order, without the start-up's getMe."""
        return [call.method for call in self.calls if call.method != "getMe"]

    @property
    def read_timeout(self) -> float:
        """Return the library's default."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(  # noqa: PLR0913, PLR0917  (the library's signature)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Record the call and answer it."""
        if "/file/bot" in url:
            return 200, self.files[url.rsplit("/", 1)[1]]
        call = _call(url.rsplit("/", 1)[1], request_data)
        self.calls.append(call)
        trouble = next((trouble for trouble in self._troubles if trouble.meets(call)), None)
        if trouble is None:
            return 200, json.dumps({"ok": True, "result": self._result(call)}).encode()
        trouble.left -= 1
        if isinstance(trouble.answer, Exception):
            raise trouble.answer
        status, body = trouble.answer
        return status, json.dumps(body).encode()

    def _result(self, call: Call) -> object:  # noqa: PLR0911  (one for each kind of answer)
        match call.method:
            case "getMe":
                return BOT
            case "getFile":
                file_id = call.params["file_id"]
                return {"file_id": file_id, "file_unique_id": file_id, "file_path": file_id}
            case "getUpdates":
                return self._waiting(int(call.params.get("offset") or 0))
            case "getChatMember":
                return self._member(call)
            case "getChatAdministrators":
                return [self._owner(who) for at, who in self.administrators if at == call.chat_id]
            case method if method.startswith("edit"):
                return self._message(call, call.params["message_id"])
            case method if method.startswith(("send", "forward")) and method != "sendChatAction":
                self._next_id += 1
                return self._message(call, self._next_id)
            case _:
                return True

    def _member(self, call: Call) -> Params:
        person = call.params["user_id"]
        if (call.chat_id or 0, person) in self.administrators:
            return self._owner(person)
        return self._owner(person) | {"status": "member"}

    def _owner(self, person: int) -> Params:
        user = {"id": person, "is_bot": False, "first_name": "Secret-Name"}
        return {"user": user, "status": "creator", "is_anonymous": False}

    def _waiting(self, offset: int) -> list[dict[str, Any]]:
        while self.updates and self.updates[0].get("update_id", offset) < offset:
            self.updates.popleft()
        return list(self.updates)[:100]

    def _message(self, call: Call, message_id: int) -> dict[str, Any]:
        chat_id = call.chat_id or 0
        chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"}
        message = {"message_id": message_id, "date": SENT, "chat": chat, "from": BOT}
        copied: Params = {
            name: call.params[name] for name in ("text", "caption") if name in call.params
        }
        markup = call.params.get("reply_markup")
        if isinstance(markup, dict) and "inline_keyboard" in markup:
            copied["reply_markup"] = markup
        return message | copied


def _call(method: str, data: RequestData | None) -> Call:
    if data is None:
        return Call(method, {})
    files = {
        name: content if isinstance(content, bytes) else content.read()
        for name, (_, content, _) in data.multipart_data.items()
    }
    # through JSON and back, so that tests see what would have left the machine
    return Call(method, json.loads(json.dumps(data.parameters)), files)
