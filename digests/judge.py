"""Spam, doubt and topic of an item, with every reason. Pure.

Each rule of `digests.rules` and `digests.manners` that fits adds its weight; the sum decides.
Nothing doubtful reaches partners by itself: an item is accepted only when a topic was found,
the partnership's people or places are named, and no rule raised a doubt.
"""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from digests.manners import LINK_RULES, MANNERS, SHAPE_RULES
from digests.model import Decision, Interests, Item, Verdict
from digests.rules import WARES, Rule
from digests.topics import mentions, topics_of
from locales.errors import N_, Text

REJECT_AT = 6
REVIEW_AT = 2
_MORE_THAN_A_NAME = 8  # letters of another writing: a burst of fewer is somebody's name
_LONGER_THAN_AN_ACRONYM = 20  # letters of a title, of which so large a part is capital
_SHOUTED = 0.8
_WORDS_THAT_SAY_SOMETHING = 3  # in a title that stands alone
_NO_TOPIC = Text(N_("It fits none of the topics, so a coordinator should look at it."))
_NO_CONTEXT = Text(N_("It names nobody and no place that the partnership works with."))
_FITTING = Text(N_("It fits a topic, and nothing in it looks like spam."))

# letters and figures that spam writes for others: Cyrillic and Greek look-alikes (Unicode
# TR 39 confusables, the commonest ones), and figures inside words ("v1agra", "p0ker")
_LOOK_ALIKES = str.maketrans("аеорсухкіѕјԁһӏВЕНКМОРСТХАαορνεικ", "aeopcyxkisjdhlBEHKMOPCTXAaopveik")
_FIGURES = str.maketrans("013457@$", "oieastas")
_FIGURE_IN_WORD = re.compile(r"(?<=[a-z])[013457@$](?=[a-z])|(?<=[a-z]{2})[013457@$](?=\W|$)")
_SPACED_OUT = re.compile(r"(?<!\w)(?:\w[ .\-_*]){3,}\w(?!\w)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")  # the letters of an address are no words
_JOINERS = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


def judge(item: Item, interests: Interests) -> Verdict:
    """Return whether *item* goes out, waits for a coordinator, or is held as spam, and why."""
    found = _rules_that_fit(item)
    weight = sum(rule.weight for rule in found)
    title, summary = (_ADDRESS.sub(" ", words) for words in (item.title, item.summary))
    topics = topics_of(title, summary, interests.topics)
    reasons = list({str(rule.reason): rule.reason for rule in found}.values())  # each once
    if weight >= REJECT_AT:
        return Verdict(Decision.REJECT, tuple(reasons), topics)
    if not topics:
        reasons.append(_NO_TOPIC)
    elif not mentions(f"{title}\n{summary}", interests.context):
        reasons.append(_NO_CONTEXT)
    elif weight < REVIEW_AT:
        return Verdict(Decision.ACCEPT, (*reasons, _FITTING), topics)
    return Verdict(Decision.REVIEW, tuple(reasons), topics)


def plainly(text: str) -> str:
    """Return *text* lower case with the disguises of spam undone (look-alikes, figures, gaps)."""
    bare = _JOINERS.sub("", unicodedata.normalize("NFKC", text))
    words = (w.translate(_LOOK_ALIKES) if w.isascii() or _mixed(w) else w for w in bare.split(" "))
    joined = _SPACED_OUT.sub(lambda m: re.sub(r"[ .\-_*]", "", m[0]), " ".join(words).casefold())
    return _FIGURE_IN_WORD.sub(lambda m: m[0].translate(_FIGURES), joined)


def _rules_that_fit(item: Item) -> Sequence[Rule]:
    raw = f"{item.title}\n{item.summary}\n{item.hidden}"
    # both: undoing disguises must not undo an honest "covid 19" or "£370k"
    text = f"{raw.casefold()}\n{plainly(raw)}"
    host = _host(item.link)
    # an address shows its words between hyphens: best-online-casino.example
    address = (item.link or "").casefold().replace("-", " ").replace("_", " ")
    fitting = [rule for rule in (*WARES, *MANNERS) if rule.fits(text) or rule.fits(address)]
    fitting += [rule for rule in LINK_RULES if host and rule.fits(host)]
    fitting += [rule for rule in SHAPE_RULES if rule.fits(raw)]
    return fitting + [rule for rule, fits in _SHAPES if fits(item)]


def _host(link: str | None) -> str:
    return (urlsplit(link).hostname or "") if link else ""


def _mixed(word: str) -> bool:
    """Say whether *word* has Latin and other letters in it."""
    letters = [c for c in word if c.isalpha()]
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return 0 < latin < len(letters)


def _look_alike_letters(item: Item) -> bool:
    confusable = ("CYRILLIC", "GREEK")
    for word in re.findall(r"\w{3,}", f"{item.title} {item.summary} {_host(item.link)}"):
        scripts = {unicodedata.name(c, "?").split()[0] for c in word if c.isalpha()}
        if "LATIN" in scripts and scripts.intersection(confusable):
            return True
    return _host(item.link).startswith("xn--") or ".xn--" in _host(item.link)


def _foreign_burst(item: Item) -> bool:
    """Say whether other writing stands in the middle of an English text (8 letters and more)."""
    text = f"{item.title} {item.summary}"
    bursts = re.findall(
        r"[\u0400-\u052f\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af ]{8,}", text
    )
    foreign = sum(len(burst.replace(" ", "")) for burst in bursts)
    latin = sum(1 for character in text if character.isascii() and character.isalpha())
    return min(foreign, latin) >= _MORE_THAN_A_NAME


def _shouting(item: Item) -> bool:
    letters = [c for c in item.title if c.isalpha() and c.isascii()]
    capitals = sum(c.isupper() for c in letters)
    return len(letters) > _LONGER_THAN_AN_ACRONYM and capitals > _SHOUTED * len(letters)


_SHAPES = (
    (
        Rule("hidden-text", (), 4, Text(N_("It has text that readers cannot see."))),
        lambda item: bool(item.hidden),
    ),
    (
        Rule("look-alikes", (), 4, Text(N_("It mixes letters that only look like English ones."))),
        _look_alike_letters,
    ),
    (
        Rule("foreign-burst", (), 3, Text(N_("English and other writing are mixed in it."))),
        _foreign_burst,
    ),
    (
        Rule("refused-link", (), 3, Text(N_("Its link leads nowhere on the web, or pretends to."))),
        lambda item: item.link_refused,
    ),
    (
        Rule("many-links", (), 2, Text(N_("It links to very many other sites."))),
        lambda item: item.sites > 25,  # noqa: PLR2004  (a round-up has 10 to 20)
    ),
    (
        Rule("shouting", (), 1, Text(N_("Its title is written in capital letters."))),
        _shouting,
    ),
    (
        Rule("no-words", (), 2, Text(N_("It has a title only; nothing says what it is about."))),
        lambda item: not item.summary and len(item.title.split()) < _WORDS_THAT_SAY_SOMETHING,
    ),
)
