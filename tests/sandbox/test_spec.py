"""The sandbox's rules come from the public specification, and from nothing of ours."""

import ast
import json
from pathlib import Path

import pytest

from sandbox import extract, methods, spec

ROOT = Path(__file__).parents[2]
SPECIFICATION = ROOT.parent / "shared" / "data" / "telegram" / "api.json"
OURS = {"bot", "db", "delivery", "digests", "directory", "handlers", "locales", "people", "web"}


def test_data_is_the_extract_of_the_specification():
    if not SPECIFICATION.exists():
        pytest.skip("the whole specification is not here")
    whole = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    assert json.loads(spec.DATA.read_text(encoding="utf-8")) == extract.extract(whole)


def test_every_method_in_the_rules_is_done_and_no_other():
    assert {rules.name for rules in spec.rules().values()} == set(methods.METHODS)


def test_the_source_is_named():
    data = json.loads(spec.DATA.read_text(encoding="utf-8"))
    assert data["licence"] == "MIT"
    assert len(data["commit"]) == 40


@pytest.mark.parametrize("path", sorted((ROOT / "sandbox").glob("*.py")), ids=lambda one: one.name)
def test_it_knows_nothing_of_ours_and_no_telegram_library(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
    assert not found & (OURS | {"telegram", "aiogram"})
