"""The templates of mails and pages, read once at import; in HTML every value is escaped. Pure."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from locales import Translator

_STYLE = "page.css.j2"


def read(wanted: Callable[[str], bool], *, escaped: bool) -> dict[str, Template]:
    """Return the templates whose names are *wanted*; *escaped*: their values are, for HTML."""
    environment = Environment(
        loader=PackageLoader("digests"),
        autoescape=escaped,  # noqa: S701  (false for plain text only: nothing there to escape)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    names = environment.list_templates(filter_func=wanted)
    return {name: environment.get_template(name) for name in names}


_TEMPLATES = read(lambda name: not name.endswith(".txt.j2"), escaped=True)


def filled(name: str, t: Translator, **values: object) -> str:
    """Return the template *name* for a reader of *t* with its *values* put in."""
    return _TEMPLATES[name].render(
        lang=t.language,
        rtl=t.right_to_left,
        start="right" if t.right_to_left else "left",
        css=style(),
        **values,
    )


@cache
def style() -> str:
    """Return the one style sheet of the pages, as it stands between their style tags."""
    return _TEMPLATES[_STYLE].render()


@cache
def style_source() -> str:
    """Return what a Content-Security-Policy calls that style sheet (CSP Level 3, section 2.3.1)."""
    digest = hashlib.sha256(style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
