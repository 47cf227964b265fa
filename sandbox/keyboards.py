"""What Telegram demands of keyboards. Pure.

Descriptions: TDLib, ReplyMarkup.cpp and telegram-bot-api, Client.cpp. Empty rows are the exception:
Telegram drops them silently, the sandbox refuses them, because they are always a bug.
"""

from sandbox.entities import link_target
from sandbox.errors import bad_request
from sandbox.spec import Json

MOST_BUTTONS = 100  # an inline keyboard; not documented, refused by the server since long
MOST_DATA_BYTES = 64
ACTIONS = (
    "url",
    "callback_data",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
)


def check(markup: Json) -> None:
    """Let a valid reply markup pass.

    Raises:
        Refused: a row, a button or the whole is not acceptable.
    """
    if "inline_keyboard" in markup:
        rows = markup["inline_keyboard"]
        _check_shape(rows)
        for row in rows:
            for button in row:
                _check_inline(button)
    elif "keyboard" in markup:
        _check_reply(markup["keyboard"])
    elif markup.get("remove_keyboard") is False or markup.get("force_reply") is False:
        raise bad_request("remove_keyboard and force_reply can only be true")


def callback_data(markup: Json) -> set[str]:
    """Return the data of every button that can be pressed."""
    rows = markup.get("inline_keyboard", [])
    return {one["callback_data"] for row in rows for one in row if "callback_data" in one}


def _check_shape(rows: list[list[Json]]) -> None:
    if any(not row for row in rows):
        raise bad_request("keyboard row is empty")  # ours, see above
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")


def _check_reply(rows: list[list[Json]]) -> None:
    _check_shape(rows)
    if not rows:
        raise bad_request("reply keyboard must be non-empty")
    if not all(button["text"].strip() for row in rows for button in row):
        raise bad_request("keyboard button text must be non-empty")


def _check_inline(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: more than one action")
    data = button.get("callback_data")
    if data is not None and not 0 < len(data.encode()) <= MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and link_target(url) is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
