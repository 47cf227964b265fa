"""The Leeds pack, and a command line that knows nothing of this machine's settings."""

import os

import pytest

from bot.pack import DEFAULT
from tests.packs import leeds_pack


@pytest.fixture(scope="session")
def pack():
    """The Leeds pack, read once."""
    return leeds_pack()


@pytest.fixture
def alone(tmp_path, monkeypatch) -> str:
    """No settings but the pack and a database of this test's own, whose address this is."""
    for name in list(os.environ):
        if name.startswith("FINGERPOST_"):
            monkeypatch.delenv(name)
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", url)
    monkeypatch.setenv("FINGERPOST_PACK", str(DEFAULT))
    monkeypatch.chdir(tmp_path)  # no .env of somebody's
    return url
