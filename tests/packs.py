"""The Leeds pack, read once for all tests of a process, and what the judge learns once.

What its directory remembers of questions and first screens stays true, so tests that walk the
guide share that work.
"""

import csv
import json
import shutil
from functools import cache
from pathlib import Path

from bot.cli import judging
from bot.pack import DEFAULT, Pack, read_pack
from digests.judge import Known


@cache
def leeds_pack() -> Pack:
    """Return the pack that we ship; nobody may change it."""
    return read_pack()


def leeds_judge() -> Known:
    """Return what the judge knows of Leeds today, taught by the shipped examples as in the bot."""
    return judging.known(leeds_pack())


def write_small_pack(folder: Path) -> Path:
    """Write the Leeds pack with a few of its services and places into *folder*; return it.

    For what a command does with any pack: it is read in a fifth of the time.
    """
    shutil.copytree(DEFAULT, folder)
    path = folder / "services.json"
    services = json.loads(path.read_text("utf-8"))
    some: dict[str, object] = {}
    for need in ("food", "housing", "esol", "community_social", "debt", "domestic_abuse"):
        having = [row for row in services["services"] if need in row["needs"]]
        some |= {row["id"]: row for row in having[:4]}
    path.write_text(json.dumps({**services, "services": list(some.values())}), "utf-8")
    path = folder / "outcodes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        around = [row for row in rows if row[0].startswith(("LS", "BD", "WF", "SW1"))]
        csv.writer(file).writerows([head, *around])
    return folder
