"""What the people's side is asked over HTTP, field by field."""

from aiohttp import web

from sandbox.spec import Json


class BadBody(Exception):
    """The request's JSON lacks a field or has one of the wrong type."""


class Body:
    """The JSON object of a request, field by field."""

    def __init__(self, content: object) -> None:
        if not isinstance(content, dict):
            raise BadBody("a JSON object is expected")
        self._content: Json = content

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string.

        Raises:
            BadBody: it is missing without a *default*, or no string.
        """
        value = self._content.get(name, default)
        if not isinstance(value, str):
            raise BadBody(f'"{name}" must be a string')
        return value

    def number(self, name: str) -> float:
        """Return a number.

        Raises:
            BadBody: it is missing, or no number.
        """
        value = self._content.get(name)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise BadBody(f'"{name}" must be a number')
        return float(value)

    def whole(self, name: str, default: int | None = None) -> int | None:
        """Return a whole number, or *default* where there is none.

        Raises:
            BadBody: it is something else.
        """
        value = self._content.get(name, default)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise BadBody(f'"{name}" must be a whole number')
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return true or false, *default* where it is missing.

        Raises:
            BadBody: it is something else.
        """
        value = self._content.get(name, default)
        if not isinstance(value, bool):
            raise BadBody(f'"{name}" must be true or false')
        return value

    def has(self, name: str) -> bool:
        """Say whether there is such a field, and not null."""
        return self._content.get(name) is not None

    def wholes(self, name: str) -> list[int]:
        """Return a list of whole numbers, empty where it is missing.

        Raises:
            BadBody: it is something else.
        """
        value = self._content.get(name, [])
        if not isinstance(value, list) or not all(type(one) is int for one in value):
            raise BadBody(f'"{name}" must be a list of whole numbers')
        return value


async def loaded(request: web.Request) -> object:
    """Return the JSON of the request, an empty object where there is no body.

    Raises:
        BadBody: it is no JSON.
    """
    try:
        return await request.json() if request.body_exists else {}
    except ValueError as exc:
        raise BadBody("the body is not JSON") from exc


async def read(request: web.Request) -> Body:
    """Return the JSON object of the request.

    Raises:
        BadBody: it is none.
    """
    return Body(await loaded(request))


def needed(body: Body, name: str) -> int:
    """Return a whole number that must be there.

    Raises:
        BadBody: it is missing, or something else.
    """
    found = body.whole(name)
    if found is None:
        raise BadBody(f'"{name}" is missing')
    return found


def who(request: web.Request) -> int:
    """Return the id in the request's path."""
    return int(request.match_info["id"])


def query_number(request: web.Request, name: str) -> int | None:
    """Return a whole number of the address, None where it is missing.

    Raises:
        BadBody: it is something else.
    """
    found = request.query.get(name)
    try:
        return None if found is None else int(found)
    except ValueError as exc:
        raise BadBody(f'"{name}" must be a whole number') from exc
