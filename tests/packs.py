"""The Leeds pack, read once for all tests of a process.

What its directory remembers of questions and first screens stays true, so tests that walk the
guide share that work.
"""

from functools import cache

from bot.pack import Pack, read_pack


@cache
def leeds_pack() -> Pack:
    """Return the pack that we ship; nobody may change it."""
    return read_pack()
