"""README is kept true by comparing it with what it describes."""

import re
from pathlib import Path

from bot.settings import settings_table

README = Path(__file__).parents[1] / "README.md"


def rows(heading: str) -> list[tuple[str, ...]]:
    """Return the table under *heading* of README: its rows below the line of dashes."""
    text = README.read_text(encoding="utf-8")
    section = re.search(rf"^#+ {heading}$(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section is not None, f"README has no section “{heading}”"
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def test_readme_shows_every_setting_with_its_meaning_and_default():
    written = [
        (name.strip("`"), meaning, default.strip("`"))
        for name, meaning, default in rows("Settings")
    ]
    assert written == settings_table()
