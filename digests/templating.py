"""The templates of mails and pages, read once at import; every value is escaped. Pure."""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from locales import Translator

_STYLE = "page.css.j2"
_ENVIRONMENT = Environment(
    loader=PackageLoader("digests"),
    autoescape=True,  # for every template: there are no others
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES = {
    name: _ENVIRONMENT.get_template(name)
    for name in _ENVIRONMENT.list_templates(filter_func=lambda name: not name.endswith(".txt.j2"))
}


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
