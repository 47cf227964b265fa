"""Makes ready what the first person would else wait for."""

import locales
from directory.lexicon import lexicon


def warm() -> None:
    """Read the words that people type and every catalogue: over a second of work, kept after it."""
    lexicon()
    for language in locales.supported():
        locales.translator(language)
