import pytest
from sqlalchemy import text

from db import schema
from db.base import Base
from db.engine import make_engine


async def test_upgrade_makes_the_tables_that_the_code_expects(empty_database_url):
    await schema.upgrade(empty_database_url)
    assert await schema.check(empty_database_url) == []


async def test_a_second_upgrade_changes_nothing(database_url):
    await schema.upgrade(database_url)
    assert await schema.check(database_url) == []


async def test_downgrade_to_base_leaves_no_table_of_ours(alterable_database_url):
    await schema.downgrade(alterable_database_url, "base")
    found = await schema.check(alterable_database_url)
    assert found[0].startswith("the schema is at nothing, this version needs ")
    assert {f"add table: {table}" for table in Base.metadata.tables} <= set(found)


async def test_upgrade_comes_back_after_a_downgrade(alterable_database_url):
    await schema.downgrade(alterable_database_url, "base")
    await schema.upgrade(alterable_database_url)
    assert await schema.check(alterable_database_url) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        pytest.param("DROP TABLE drafts", "add table: drafts", id="a table is missing"),
        pytest.param(
            "ALTER TABLE feeds DROP COLUMN title",
            "add column: feeds.title",
            id="a column is missing",
        ),
        pytest.param(
            "ALTER TABLE feeds ADD COLUMN colour TEXT",
            "remove column: feeds.colour",
            id="a column is not ours",
        ),
        pytest.param("DROP INDEX ix_people_role", "add index: ix_people_role", id="an index"),
    ],
)
async def test_check_says_what_differs(alterable_database_url, statement, expected):
    engine = make_engine(alterable_database_url)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
    assert expected in await schema.check(alterable_database_url)


async def test_a_sqlite_file_gets_its_folder(tmp_path):
    url = f"sqlite:///{tmp_path / 'var' / 'new' / 'fingerpost.db'}"
    await schema.upgrade(url)
    assert await schema.check(url) == []


def test_every_column_says_what_it_tells_about_a_person():
    columns = [
        (table.name, column.name, column.info.get("privacy"))
        for table in Base.metadata.tables.values()
        for column in table.columns
    ]
    assert [each for each in columns if not each[2]] == []


@pytest.mark.parametrize("name", ["chat_id", "person_id", "used_by"])
def test_ids_of_people_are_labelled_as_such(name):
    labels = {
        column.info["privacy"]
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name == name
    }
    assert labels == {"Telegram id"}


async def test_migrations_lose_no_rows_of_before(empty_database_url):
    await schema.upgrade(empty_database_url)
    await schema.downgrade(empty_database_url, "0003")
    engine = make_engine(empty_database_url)
    moment = "2026-01-01 00:00:00+00:00"
    async with engine.execution_options(writes=True).begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO feeds (id, url, next_check, failures, moves, stopped, told) "
                f"VALUES (1, 'https://a.example/feed', '{moment}', 0, 0, false, false)"
            )
        )
        await connection.execute(
            text(
                "INSERT INTO items (feed_id, item_id, title, summary, decision, reasons, topics, "
                f"first_seen) VALUES (1, 'a', 'kept', '', 'accept', '[]', '[]', '{moment}')"
            )
        )
    await engine.dispose()

    await schema.upgrade(empty_database_url)
    await schema.downgrade(empty_database_url, "0003")
    await schema.upgrade(empty_database_url)

    engine = make_engine(empty_database_url)
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT title, feed_id, body, pinned FROM items"))
        found = rows.all()
    await engine.dispose()
    assert found == [("kept", 1, "", False)]
