import pytest

from bot.pack import read_pack


@pytest.fixture(scope="session")
def pack():
    """The Leeds pack, read once."""
    return read_pack()
