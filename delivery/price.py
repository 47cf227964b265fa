"""What sending faster than Telegram's free rate costs at most. Pure.

Source: https://core.telegram.org/bots/api#sendmessage, ``allow_paid_broadcast``: 0.1 Star a
message (Bot API 10.1, read 2026-11-22). Only successful messages above the free 30 a second are
billed (#transactionpartnertelegramapi), so that the bill is lower than this, never higher, but
for copies that are sent again because nobody knows whether they arrived.
"""

_MESSAGES = 10  # for a Star


def most_stars(messages: int) -> int:
    """Return how many whole Stars so many *messages* cost when each of them is billed."""
    return -(-messages // _MESSAGES)
