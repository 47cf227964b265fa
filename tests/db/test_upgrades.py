"""Upgrades from older versions with data in every table; one that is interrupted loses nothing."""

from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from db import schema
from tests import rows

HEAD, LAST, *_, FIRST = schema.revisions()


class Interrupted(Exception):
    """The machine lost its power, or somebody pressed Ctrl-C."""


@contextmanager
def interrupted(after):
    """Interrupt whatever changes a schema before its statement number *after* + 1."""
    left = [after]

    def look(_connection, _cursor, statement, *_):
        if statement.lstrip().startswith(("CREATE", "ALTER", "DROP", "INSERT")):
            left[0] -= 1
            if left[0] < 0:
                raise Interrupted

    event.listen(Engine, "before_cursor_execute", look)
    try:
        with pytest.raises(Interrupted):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def only(found, other):
    """Return of *found* the tables and columns that *other* has too."""
    return {
        name: [{column: row[column] for column in row if column in lines[0]} for row in found[name]]
        for name, lines in other.items()
        if name in found
    }


async def test_every_row_of_the_first_version_is_there_after_the_upgrade(empty_database_url):
    await rows.fill(empty_database_url, FIRST)  # of the others: tests/bot/test_backup.py
    before = await rows.read(empty_database_url)
    await schema.upgrade(empty_database_url)
    assert await schema.check(empty_database_url) == []
    after = await rows.read(empty_database_url)
    assert {len(lines) for lines in before.values()} == {2}
    assert only(after, before) == only(before, after)


async def test_an_interrupted_upgrade_changes_nothing_and_can_be_done_again(empty_database_url):
    await rows.fill(empty_database_url, LAST)
    before = await rows.read(empty_database_url)
    with interrupted(10):
        await schema.upgrade(empty_database_url)
    assert await rows.read(empty_database_url) == before
    await schema.upgrade(empty_database_url)
    assert await schema.check(empty_database_url) == []
