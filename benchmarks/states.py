"""Random lives of campaigns: counts always add up, and what is settled stays so.

``python -m benchmarks.states [--steps 100000] [--json]``: the property of `tests.db.test_states`
on SQLite for as long as that takes. Hypothesis makes the lives and, when one breaks the property,
the shortest that does; then this ends with that error.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import db.schema
from delivery.model import Kind
from tests.db.test_states import STEPS, live

LONGEST = 60  # steps of a life: by then most of its copies are settled


@dataclass(slots=True)
class Done:
    """How many steps and lives there were."""

    steps: int = 0
    lives: int = 0


def run(steps: int, folder: Path) -> Done:
    """Live until *steps* are done, and return what was done.

    Raises:
        AssertionError: a life broke the property.
    """
    template, file = folder / "template.db", folder / "life.db"
    asyncio.run(db.schema.upgrade(f"sqlite:///{template}"))
    done = Done()

    @settings(
        max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(kind=st.sampled_from(Kind), life=st.lists(STEPS, min_size=20, max_size=LONGEST))
    def property_(kind: Kind, life: list[Any]) -> None:  # Any: a step and what it needs
        if done.steps >= steps:
            return
        for each in folder.glob("life.db*"):
            each.unlink()
        shutil.copy(template, file)
        asyncio.run(live(f"sqlite:///{file}", kind, life))
        done.steps += len(life)
        done.lives += 1

    while done.steps < steps:
        property_()
    return done


def main() -> None:
    """Run and print, as JSON or in words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        done = run(options.steps, Path(folder))
    found = {
        "steps": done.steps,
        "lives": done.lives,
        "broken": 0,  # else it had ended with the error
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(found) if options.json else found)


if __name__ == "__main__":
    main()
