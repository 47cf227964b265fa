import pytest

from tests.packs import leeds_pack


@pytest.fixture(scope="session")
def pack():
    """The real Leeds pack: reading it takes a tenth of a second, so once."""
    return leeds_pack()


@pytest.fixture(scope="session")
def leeds(pack):
    return pack.directory


@pytest.fixture(scope="session")
def gazetteer(pack):
    return pack.gazetteer
