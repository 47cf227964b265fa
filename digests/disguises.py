"""The disguises that spam puts on its words, and the words without them. Pure."""

import re
import unicodedata

# letters and figures that spam writes for others: Cyrillic and Greek look-alikes (Unicode
# TR 39 confusables, the commonest ones), and figures inside words ("v1agra", "p0ker")
_LOOK_ALIKES = str.maketrans("аеорсухкіѕјԁһӏВЕНКМОРСТХАαορνεικ", "aeopcyxkisjdhlBEHKMOPCTXAaopveik")
_FIGURES = str.maketrans("013457@$", "oieastas")
_FIGURE_IN_WORD = re.compile(r"(?<=[a-z])[013457@$](?=[a-z])|(?<=[a-z]{2})[013457@$](?=\W|$)")
_SPACED_OUT = re.compile(r"(?<!\w)(?:\w[ .\-_*]){3,}\w(?!\w)")
_JOINERS = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


def plainly(text: str) -> str:
    """Return *text* lower case with the disguises of spam undone (look-alikes, figures, gaps)."""
    bare = _JOINERS.sub("", unicodedata.normalize("NFKC", text))
    if not bare.isascii():
        bare = " ".join(w.translate(_LOOK_ALIKES) if mixed(w) else w for w in bare.split(" "))
    joined = _SPACED_OUT.sub(lambda m: re.sub(r"[ .\-_*]", "", m[0]), bare.casefold())
    return _FIGURE_IN_WORD.sub(lambda m: m[0].translate(_FIGURES), joined)


def mixed(word: str) -> bool:
    """Say whether *word* has Latin and other letters in it."""
    if word.isascii():
        return False
    letters = [c for c in word if c.isalpha()]
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return 0 < latin < len(letters)
