"""Makes ``data/bot_api.json``: the part of the Bot API specification that the sandbox needs.

Source: PaulSonOfLars/telegram-bot-api-spec, ``api.json`` (Bot API 10.1 of 11 June 2026) at commit
160fd99507e1c7c77e92dc90f5993d724735b51c, MIT licence. Kept are the methods that the sandbox does,
their parameters and the types these use, without the prose. Run again with
``python -m sandbox.extract PATH_OF_API_JSON``.
"""

import json
import re
import sys
from pathlib import Path

from sandbox.spec import BASIC, DATA, Json

METHODS = [
    "getMe",
    "logOut",
    "close",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "sendMessage",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "deleteMessage",
    "deleteMessages",
    "answerCallbackQuery",
    "answerInlineQuery",
    "sendChatAction",
    "sendVenue",
    "sendLocation",
    "sendDocument",
    "sendPhoto",
    "copyMessage",
    "forwardMessage",
    "getChat",
    "getChatMember",
    "getChatAdministrators",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
    "setMyDescription",
    "getMyDescription",
    "setMyShortDescription",
    "getMyShortDescription",
    "setMyName",
    "getMyName",
    "setChatMenuButton",
    "getChatMenuButton",
    "getFile",
]
NOT_HERE = frozenset(
    [
        "business_connection_id",
        "direct_messages_topic_id",
        "suggested_post_parameters",
        "message_effect_id",
        "inline_message_id",
        "rich_message",
        "certificate",
        "ip_address",
        "live_period",
        "heading",
        "proximity_alert_radius",
        "video_start_timestamp",
        "thumbnail",
        "web_app",
        "login_url",
        "switch_inline_query_chosen_chat",
        "callback_game",
        "pay",
        "request_users",
        "request_chat",
        "request_managed_bot",
        "request_poll",
        "checklist_task_id",
        "poll_option_id",
    ]
)
"""Parameters and fields of features that the bot does not use; they are refused as unknown."""

SUBTYPES = {
    "InlineQueryResult": ["InlineQueryResultArticle", "InlineQueryResultVenue"],
    "InputMessageContent": ["InputTextMessageContent", "InputVenueMessageContent"],
}
"""Of these unions the kinds that carry no media; the others are refused as unknown."""


def extract(specification: Json) -> Json:
    """Return the part of the full specification that the sandbox needs."""
    methods = {
        name: _fields(specification["methods"][name].get("fields", []), specification["types"])
        for name in METHODS
    }
    types: Json = {}
    waiting = [one for fields in methods.values() for field in fields for one in field["types"]]
    while waiting:
        name = waiting.pop().replace("Array of ", "")
        if name in types or name in BASIC:
            continue
        found = specification["types"][name]
        fields = _fields(found.get("fields", []), specification["types"])
        subtypes = SUBTYPES.get(name, found.get("subtypes", []))
        types[name] = {"subtypes": subtypes, "fields": fields}
        waiting += types[name]["subtypes"]
        waiting += [one for field in fields for one in field["types"]]
    return {
        "source": "PaulSonOfLars/telegram-bot-api-spec, api.json",
        "commit": "160fd99507e1c7c77e92dc90f5993d724735b51c",
        "licence": "MIT",
        "version": specification["version"],
        "release_date": specification["release_date"],
        "methods": methods,
        "types": dict(sorted(types.items())),
    }


def _fields(fields: list[Json], types: Json) -> list[Json]:
    """Keep name, types, required and, for a type tag, its one value."""
    kept = []
    for field in fields:
        if field["name"] in NOT_HERE:
            continue
        one: Json = {key: field[key] for key in ("name", "types", "required")}
        tag = re.search(r"must be (\w+)$", field["description"].rstrip("."))
        if field["name"] == "type" and tag:
            one["value"] = tag[1]
        if all(name.replace("Array of ", "") in {*BASIC, *types} for name in one["types"]):
            kept.append(one)
    return kept


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    DATA.write_text(json.dumps(extract(whole), indent=1) + "\n", encoding="utf-8")
