"""Words that would tell others about who gets a message, named as they were written. Pure.

What a newcomer asked for comes to a phone that others may see. Nothing that comes unasked may
name danger from other people or immigration status (`Lexicon.telling`); who writes it is told
which words those are.
"""

from directory import plain
from directory.lexicon import lexicon

_MOST = 12  # words that are named: more help nobody to change them


def telling(text: str, language: str, *, warning: bool = False) -> tuple[str, ...]:
    """Return the words of plain *text* that tell too much, in their order, each once.

    *warning*: it warns of a danger to life, and may speak of violence.
    """
    found = lexicon().telling(text, language, warning=warning)
    if not found:
        return ()
    written = [each.strip(".,:;!?()[]{}“”\"'«»،؟۔…") for each in text.split()]
    named = [each for each in written if not found.isdisjoint(plain.words(each))]
    return tuple(dict.fromkeys(named or sorted(found)))[:_MOST]
