import pytest

import locales
from handlers import report_words

T = locales.translator("en")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Forbidden: bot was blocked by the user", "They blocked the bot"),
        ("Forbidden: bot was kicked from the supergroup chat", "removed it from the group"),
        ("Forbidden: user is deactivated", "The account does not exist any more."),
        ("Chat not found", "Telegram does not know this chat."),
        ("Peer_id_invalid", "Telegram does not know this chat."),
        ("Not enough rights to send text messages to the chat", "The bot may not write there."),
        ("Message is too long", "The text is too long for Telegram."),
        ("the bot stopped while this was on its way", "The bot stopped"),
        ("the chat moved twice", "The group has a new number."),
        ("Timed out", "Telegram gave no answer."),
        ("Internal Server Error: restart", "Telegram gave no answer."),
        ("BUTTON_DATA_INVALID", "Telegram refused it."),
    ],
)
def test_what_telegram_says_in_plain_words(reason, said):
    assert said in report_words.meaning(reason)


def test_what_means_the_same_is_counted_together():
    listed = report_words.reasons(T, {"bad 1": 2, "Bot was blocked": 3, "bad 2": 2})
    assert listed is not None
    assert listed.splitlines()[1:] == [
        "• 4 × Telegram refused it.",
        "• 3 × They blocked the bot or removed it from the group.",
    ]


def test_where_everybody_got_it_there_is_nothing_to_say():
    assert report_words.reasons(T, {}) is None
