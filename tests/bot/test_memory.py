"""What the bot's own process never loads: scikit-learn and feedparser belong to the worker."""

import subprocess
import sys


def test_the_bots_own_process_loads_nothing_of_the_workers():
    heavy = "('sklearn', 'scipy', 'numpy', 'feedparser')"
    code = (
        "import sys, bot.service, bot.jobs, bot.cli.commands, handlers.table, db.queue\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
