"""Where the public pages of the digest are, and in whose words."""

from collections.abc import Mapping

from digests.letter import Site
from handlers import digest_screens
from handlers.context import App
from locales import Translator

_HERE = "http://localhost"  # where nobody said under which address others reach us


def site_of(
    app: App,
    t: Translator,
    *,
    home: str | None = None,
    pictures: Mapping[int, str] | None = None,
) -> Site:
    """Return the site of *app* for a reader of *t*.

    *home*: the address that a reader used, for an installation that names none. *pictures*: as
    in `Site`.
    """
    return Site(
        home=app.public_url or home or _HERE,
        city=app.city,
        names=digest_screens.names_of(t, app.topics),
        zone=app.zone,
        contact=app.contact,
        pictures=pictures or {},
        mails=app.mails,
    )
