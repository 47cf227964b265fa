import pytest

from tests.packs import leeds_pack


@pytest.fixture(scope="session")
def pack():
    """The Leeds pack, read once."""
    return leeds_pack()
