"""What sending costs in paid mode."""

import pytest

from delivery.price import most_stars


@pytest.mark.parametrize(
    ("messages", "stars"),
    [
        pytest.param(0, 0, id="nothing costs nothing"),
        pytest.param(1, 1, id="part of a Star counts as one"),
        pytest.param(10, 1, id="ten messages for a Star"),
        pytest.param(11, 2, id="never less than Telegram takes"),
        pytest.param(10_000, 1_000, id="ten thousand"),
    ],
)
def test_a_message_costs_a_tenth_of_a_star(messages, stars):
    assert most_stars(messages) == stars
