"""The documents are kept true by comparing them with what they describe."""

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer

import db.mail_readers
import db.mails
import db.queue
import db.retention
import people.voice
from bot.__main__ import app
from bot.pack import read_pack
from bot.settings import settings_table
from db import models, sending
from db.base import Base
from directory import records, rights_source
from directory.model import Confidence
from handlers.table import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "packs/**/*.md")
    for path in ROOT.glob(pattern)
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
TABLES = (models, sending)  # both are imported so that Base knows all tables
SENTENCE = re.compile(r"\s+")
PRIVACY = ROOT / "docs" / "privacy.md"
# of machines and of how the text came about: nothing that a reader could use
BANNED = (
    r"(?<![\w.}/])/(?:home|root|tmp|mnt|srv|opt|Users|work)/",  # a place on somebody's disk
    r"\bC:\\",
    r"\bTODO\b",
    r"\bTBD\b",
)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """Return what stands under *heading* of a page, up to the next heading."""
    found = re.search(
        rf"^#+ {re.escape(heading)}$(.*?)(?=^#+ |\Z)", text(name), re.MULTILINE | re.DOTALL
    )
    assert found is not None, f"{name} has no section “{heading}”"
    return found[1]


def rows(page: str) -> list[tuple[str, ...]]:
    """Return the rows of every table in *page*, without the line of dashes and what is above it."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    heads = {at - 1 for at, row in enumerate(cells) if set("".join(row)) <= set("- ")}
    return [row for at, row in enumerate(cells) if at not in heads and at - 1 not in heads]


def commands(group: typer.Typer, prefix: str = "") -> Iterator[str]:
    """Return every command of the command line, subcommands as ``feeds add``."""
    for command in group.registered_commands:
        assert command.callback is not None
        yield prefix + (command.name or command.callback.__name__)
    for sub in group.registered_groups:
        assert sub.typer_instance is not None
        yield from commands(sub.typer_instance, f"{prefix}{sub.name} ")


def columns() -> list[tuple[str, str]]:
    """Return every stored field with its privacy label."""
    return [
        (f"{table.name}.{column.name}", column.info["privacy"])
        for table in Base.metadata.tables.values()
        for column in table.columns
    ]


def test_readme_shows_every_setting_with_its_meaning_and_default():
    written = [
        (name.strip("`"), meaning, default.strip("`"))
        for name, meaning, default in rows(section("README.md", "Settings"))
    ]
    assert written == settings_table()


def test_readme_lists_exactly_the_commands_that_there_are():
    listed = [row[0].strip("`") for row in rows(section("README.md", "Command line"))]
    assert sorted(listed) == sorted(commands(app))


@pytest.mark.parametrize("command", sorted(commands(app)))
def test_the_command_line_page_has_a_section_for_each_command(command):
    assert f"`fingerpost {command}" in text("docs/cli.md")


def test_operations_list_exactly_the_commands_of_the_bot():
    listed = [
        row[0].strip("`/") for row in rows(section("docs/operations.md", "Who can send what"))
    ]
    assert sorted(listed) == sorted(COMMANDS)


def test_privacy_lists_exactly_the_stored_fields_with_their_labels():
    listed = [
        (row[0].strip("`"), row[2])
        for row in rows(text("docs/privacy.md"))
        if re.fullmatch(r"`\w+\.\w+`", row[0])
    ]
    assert sorted(listed) == sorted(columns())


def test_privacy_gives_a_reason_and_a_reader_for_each_field():
    listed = [row for row in rows(text("docs/privacy.md")) if row[0].startswith("`")]
    assert [row[0] for row in listed if len(row) != 4 or not all(row)] == []


def test_privacy_states_the_periods_after_which_rows_are_deleted():
    stated = [row[1] for row in rows(section("docs/privacy.md", "What is deleted by itself"))]
    kept: list[timedelta] = [
        db.retention.UNSEEN_NEWCOMERS,
        db.retention.DELIVERY,
        db.retention.DRAFTS,
        db.retention.INVITES,
        db.queue.HELD,
        db.queue.EXAMPLES,
        db.retention.UNSENT_BROADCASTS,
        db.retention.PAUSED_SUBSCRIPTIONS,
        db.retention.AUDIT,
        db.retention.ACTORS,
        people.voice.CLEARABLE,
        people.voice.TIPS_KEPT,
        db.retention.COUNTS,
        db.retention.PROPOSALS,
        db.retention.TASKS,
        db.retention.ITEM_KEYS,
        db.mail_readers.UNCONFIRMED,
        db.mail_readers.PAUSED,
        db.mails.KEPT,
        db.retention.ALERTS,
        db.retention.ANSWERS,
        db.retention.ERASURES,
    ]
    assert stated == [f"{period.days} days" for period in kept]


def test_operations_explain_each_message_of_health():
    explained = SENTENCE.sub(" ", text("docs/operations.md"))
    tree = ast.parse(text("bot/health.py"))
    said = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
        if isinstance(node.args[0], ast.Constant)
    ]
    assert said
    assert [sentence for sentence in said if str(sentence) not in explained] == []


def test_decisions_give_a_reason_for_each_dependency():
    project = tomllib.loads(text("pyproject.toml"))
    groups = project["dependency-groups"].values()
    wanted = [*project["project"]["dependencies"], *(each for group in groups for each in group)]
    names = [re.split(r"[\[<>=;! ]", each)[0] for each in wanted]
    listed = [row[0].strip("`") for row in rows(section("docs/decisions.md", "Dependencies"))]
    assert sorted(listed) == sorted(names)


def test_decisions_are_numbered_without_a_gap():
    numbers = re.findall(r"^### (\d+)\. ", text("docs/decisions.md"), re.MULTILINE)
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("model", "heading"),
    [
        pytest.param(records.ServiceRow, "services.json", id="services"),
        pytest.param(records.HelplineRow, "helplines.json", id="helplines"),
        pytest.param(rights_source._CardRow, "rights.toml", id="rights cards"),
    ],
)
def test_architecture_explains_each_field_of_a_pack(model, heading):
    listed = {
        name
        for row in rows(section("docs/architecture.md", heading))
        for name in re.findall(r"`(\w+)`", row[0])
    }
    assert listed == set(model.model_fields)


def test_readme_and_architecture_name_every_package():
    packages = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    for page in ("README.md", "docs/architecture.md"):
        assert [name for name in packages if f"`{name}" not in text(page)] == [], page


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    inside = [link.partition("#")[0] for link in links if not re.match(r"\w+:", link)]
    assert [link for link in inside if link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_headings_have_their_heading(page):
    content = page.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", content, re.MULTILINE)
    }
    assert [link for link in re.findall(r"\]\(#([^)]+)\)", content) if link not in headings] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_hold_no_paths_of_a_machine_and_nothing_unfinished(page):
    content = page.read_text(encoding="utf-8")
    assert [word for word in BANNED if re.search(word, content)] == []


def test_the_attribution_of_the_pack_is_in_the_readme():
    readme = SENTENCE.sub(" ", text("README.md"))
    wanted = tomllib.loads(text("packs/leeds/pack.toml"))["attribution"]
    sentences = [part for line in wanted for part in re.findall(r"Contains [^.]+\.", line)]
    assert sentences
    assert [sentence for sentence in sentences if sentence not in readme] == []
    assert "GeoNames" in readme


def test_pages_and_decisions_that_the_code_names_are_there():
    packages = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
    )
    pages = set(re.findall(r"(?<![/\w])docs/\w+\.md\b", code))
    assert [page for page in sorted(pages) if not (ROOT / page).exists()] == []
    headings = text("docs/decisions.md")
    cited = set(re.findall(r"\bdecision (\d+)\b", code))
    assert cited
    assert [number for number in sorted(cited) if f"\n### {number}. " not in headings] == []


def test_the_pack_says_how_many_found_it_has_of_each_confidence():
    pack = read_pack(ROOT / "packs" / "leeds")
    listed = {row[0]: row[1:] for row in rows(text("packs/leeds/README.md")) if len(row) == 5}
    for name, found in (("Services", pack.services), ("Helplines", pack.helplines)):
        counts = [sum(each.confidence is one for each in found) for one in Confidence]
        assert listed[name] == tuple(map(str, (*counts, len(found)))), name
