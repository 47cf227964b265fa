"""A sample of the fuzz run of tests/fuzz_feeds.py; the whole run is a command of its own."""

import random

import pytest

from tests import fuzz_feeds


def test_damaged_feeds_neither_crash_nor_hang_the_pipeline():
    result = fuzz_feeds.run(200, seed=20261121)
    assert (result.crashes, result.hangs, result.count) == ([], [], 200)
    assert result.items > 100 and result.refused > 10  # it reads some and refuses some
    assert result.grown_mb <= fuzz_feeds.MOST_MB


def test_the_same_seed_gives_the_same_feeds():
    bodies = fuzz_feeds.seeds()
    one, other = (
        [fuzz_feeds.damaged(bodies, chance) for _ in range(20)]
        for chance in (random.Random(5), random.Random(5))
    )
    assert one == other


def test_a_crash_in_our_own_code_is_told_from_what_a_parser_trips_over():
    ours, theirs = ValueError(), ValueError()
    code = compile("raise problem", str(fuzz_feeds.ROOT / "digests" / "x.py"), "exec")
    for problem, source in ((ours, code), (theirs, compile("raise problem", "lib.py", "exec"))):
        with pytest.raises(ValueError) as caught:  # noqa: PT011  (it is this very one)
            exec(source, {"problem": problem})
        assert fuzz_feeds._expected(caught.value) is (problem is theirs)
