"""The Leeds pack, read once for all tests of a process, and what the judge learns once.

What its directory remembers of questions and first screens stays true, so tests that walk the
guide share that work.
"""

from functools import cache

from bot.cli import judging
from bot.pack import Pack, read_pack
from digests.judge import Known


@cache
def leeds_pack() -> Pack:
    """Return the pack that we ship; nobody may change it."""
    return read_pack()


def leeds_judge() -> Known:
    """Return what the judge knows of Leeds today, taught by the shipped examples as in the bot."""
    return judging.known(leeds_pack())
