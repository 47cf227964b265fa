"""One spelling for all the addresses of one page, to see that two links lead to the same. Pure.

A key is for comparing only, never for following: it has no scheme, and what it leaves out may
be needed to fetch the page.
"""

import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from digests.clean import is_tracking

_LONGEST = 2_000
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|touch|wap)\.(?=[^.]+\.[^.]+)")
_INDEX = re.compile(
    r"/(?:index|default|home)\.(?:html?|php\d?|aspx?|cfm|jsp|shtml)$", re.IGNORECASE
)
# what WordPress and news sites put behind the address of a post for another form of it
_OTHER_FORM = re.compile(r"/(?:amp|feed|rss|atom|print|embed|trackback)$", re.IGNORECASE)
_PAGE_SUFFIX = re.compile(r"\.(?:amp(?:\.html?)?|amp)$", re.IGNORECASE)
_FORM_FIELD = re.compile(
    r"amp|outputtype|output|print|format|noamp|replytocom|doing_wp_cron|preview_id|cmpid|ocid|smid"
    r"|partner|rss|cid|src|ref|referr?er|source|campaign|medium|from|_r",
    re.IGNORECASE,
)
_POST_ID = ("p", "page_id", "post", "story_fbid", "v", "id", "article", "newsid", "node")
# one of several posts or comments on a page, or the page itself where a script shows it
_ENTRY_OF_PAGE = re.compile(r"!.+|(?!:~:|utm_|Echobox)[^=]*\d[^=]*")
# pages that list posts, or from which one goes to the post of the day
_LISTING = re.compile(
    r"/(?:news|blog|posts?|events?|category|categories|tags?|topics?|author|authors|archives?"
    r"|latest|updates?|newsletters?|whats-on|what-s-on|calendar|jobs?|vacancies|opportunities"
    r"|home|about|about-us|contact|contact-us|resources|publications|press|media|page/\d+"
    r"|get-involved|volunteer|volunteering|donate|subscribe|sign-up|search|feed)"
    r"(?:/[^/]+)?",
    re.IGNORECASE,
)
_LISTING_OF = re.compile(
    r"/(?:category|categories|tags?|topics?|author|authors|page)/.+", re.IGNORECASE
)
_DATED_LISTING = re.compile(r"/(?:19|20)\d\d(?:/\d{1,2}){0,2}")
# rooms and forms to which many posts link, one after the other
_SHARED_HOSTS = re.compile(
    r"(?:^|\.)(?:zoom\.us|zoom\.com|teams\.microsoft\.com|meet\.google\.com|whereby\.com"
    r"|linktr\.ee|eepurl\.com|paypal\.com|justgiving\.com)$"
)


def link_key(link: str | None) -> str | None:
    """Return the link in a form in which equal links are equal; None for what is no web link.

    Not told apart: http and https, ``www.`` and mobile hosts, default ports, letter case of
    the host, trailing and doubled slashes, index pages, tracking parameters and their order,
    percent-encoding, AMP, feed and print forms of a page, and fragments, unless one has a
    number: ``#comment-5``. Kept: the path's letter case and every parameter that may choose the
    page, such as ``?p=12``.
    """
    parts = _split(link)
    if parts is None:
        return None
    host, path, query, fragment = parts
    key = f"{host}{_path(path)}"
    if chosen := _query(query):
        key += f"?{chosen}"
    if _ENTRY_OF_PAGE.fullmatch(fragment):
        key += f"#{fragment}"
    return key[:_LONGEST]


def proves(link: str | None) -> bool:
    """Say whether only one story has this link.

    A site's front page, a list of posts, a meeting room or a sign-up page proves nothing.
    """
    parts = _split(link)
    if parts is None:
        return False
    host, path, query, _ = parts
    if _SHARED_HOSTS.search(host):
        return False
    if any(name in _POST_ID for name, _ in parse_qsl(query)):
        return True
    path = _path(path)
    if path in ("", "/") or _DATED_LISTING.fullmatch(path) or _LISTING_OF.fullmatch(path):
        return False
    last = path.rsplit("/", 1)[-1]
    return not _LISTING.fullmatch(path) or _is_slug(last)


def _is_slug(last: str) -> bool:
    """Say whether the last part of a path looks like a post's own: words or a number."""
    return last.count("-") > 1 or last.count("_") > 1 or len(re.findall(r"\d", last)) > 2  # noqa: PLR2004


def _split(link: str | None) -> tuple[str, str, str, str] | None:
    """Return host, path, query and fragment; None when it is no link to the web."""
    bare = (link or "").strip()[:_LONGEST]
    if bare.startswith("//"):
        bare = "https:" + bare
    elif "://" not in bare and re.match(r"[\w-]+(?:\.[\w-]+)+(?:[/?#]|$)", bare):
        bare = "https://" + bare
    try:
        parts = urlsplit(bare)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    host = _HOST_PREFIX.sub("", host)
    host += "" if port in (None, 80, 443) else f":{port}"
    return _ascii(host), parts.path, parts.query, parts.fragment


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return host


def _path(path: str) -> str:
    path = re.sub(r"/{2,}", "/", "/" + unquote(path).strip("/ "))
    for _ in range(2):  # "/post/feed/index.html" has two of them
        path = _PAGE_SUFFIX.sub("", _OTHER_FORM.sub("", _INDEX.sub("", path))).rstrip("/")
    path = re.sub(r"^/amp(?=/)", "", path)
    return quote(path, safe="/:@!$&'()*+,;=~-._")


def _query(query: str) -> str:
    pairs = {
        (name.strip(), value.strip())
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not is_tracking(name) and not _is_form(name, value)
    }
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in sorted(pairs))


def _is_form(name: str, value: str) -> bool:
    """Say whether the parameter chooses another form of the same page, or the way to it."""
    return _FORM_FIELD.fullmatch(name) is not None or (name == "feed" and value.startswith("rss"))
