"""The lock that keeps a second polling process away from a SQLite file."""

import subprocess
import sys
from contextlib import ExitStack

import pytest

from db.solo import InUse, alone

HOLDS = """import sys
from db.solo import alone
with alone(sys.argv[1]):
    print("in", flush=True)
    sys.stdin.read()
"""


def test_one_at_a_time_and_the_next_after_the_first(tmp_path):
    url = f"sqlite:///{tmp_path / 'deep' / 'bot.db'}"
    with alone(url):
        with pytest.raises(InUse, match=r"bot\.db$"), alone(url):
            raise AssertionError("it must not get in")
        with alone(f"sqlite:///{tmp_path / 'other.db'}"):
            pass
    with alone(url):
        pass


def test_a_process_that_is_killed_has_the_lock_no_more(tmp_path):
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in\n"
        with pytest.raises(InUse), alone(url):
            raise AssertionError("it must not get in")
        process.kill()
        process.wait()
        with alone(url):
            pass


@pytest.mark.parametrize("url", ["postgresql://host/db", "sqlite:///:memory:", "sqlite://"])
def test_what_others_cannot_open_or_may_share_needs_no_lock(url):
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(alone(url))


def test_a_folder_that_cannot_be_made_is_told_by_whoever_uses_the_file(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with alone(f"sqlite:///{tmp_path / 'file' / 'bot.db'}"):
        pass
