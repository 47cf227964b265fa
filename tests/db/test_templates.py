"""Templates of urgent updates: kept by name, without whom they were narrowed to."""

from db import templates
from delivery.broadcast import Link, Narrowing, Shape

SHAPE = Shape(links=(Link("Words", "https://example.org"),), machine=("ar",), danger=True)


async def test_a_template_is_kept_replaced_and_deleted(sessions, now):
    narrowed = Shape(only=Narrowing(languages=("ar",)), links=SHAPE.links, machine=("ar",))
    async with sessions.begin() as session:
        first = await templates.save(session, "Snow", {"en": "x"}, narrowed, by=1, now=now)
        await templates.save(session, "Heat", {"en": "y"}, SHAPE, by=1, now=now)
        again = await templates.save(session, "Snow", {"en": "z"}, SHAPE, by=2, now=now)
    async with sessions.begin() as session:
        every = await templates.every(session)
        assert [(each.name, each.texts, each.shape) for each in every] == [
            ("Heat", {"en": "y"}, SHAPE),
            ("Snow", {"en": "z"}, SHAPE),
        ]
        assert first == again
        assert await templates.delete(session, first)
        assert not await templates.delete(session, first)
        assert await templates.find(session, first) is None


async def test_whom_it_was_narrowed_to_is_chosen_anew(sessions, now):
    shape = Shape(only=Narrowing(topics=("housing",)), receipt=True)
    async with sessions.begin() as session:
        number = await templates.save(session, "Snow", {"en": "x"}, shape, by=1, now=now)
        found = await templates.find(session, number)
    assert found is not None
    assert found.shape == Shape(receipt=True)
