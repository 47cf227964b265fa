"""Which languages are offered, in which order and under which names. Pure.

The order is by need in Leeds: interpreting lists and asylum nationalities before census figures
of long-settled groups, who often read English. A judgement on thin evidence.
"""

# BCP-47 tag -> its name as its readers look for it; the order is that of the list
NATIVE_NAMES = {
    "ar": "العربية",
    "ro": "Română",
    "fa": "فارسی",
    "ckb": "کوردی (سۆرانی)",
    "pl": "Polski",
    "ur": "اردو",
    "ti": "ትግርኛ",
    "fa-AF": "دری",
    "ps": "پښتو",
    "sk": "Slovenčina",
    "uk": "Українська",
    "so": "Soomaali",
    "pa-Guru": "ਪੰਜਾਬੀ",
    "pt-PT": "Português",
    "es": "Español",
    "fr": "Français",
    "en": "English",
}

# The app's language does not tell which of these a person reads: all of them are offered first.
# Kurdish may be Kurmanji or Sorani; many who speak Panjabi in Pakistan read Urdu; Telegram has no
# tag for Dari.
_LIKELY = {
    "fa": ("fa", "fa-AF"),
    "ku": ("ckb",),
    "kmr": ("ckb",),
    "pa": ("pa-Guru", "ur"),
    "pnb": ("ur", "pa-Guru"),
    "prs": ("fa-AF", "fa"),
    "ur": ("ur", "pa-Guru"),
}
ALIASES = {"prs": "fa-AF", "pnb": "ur"}  # tags that Babel does not know


def ranked(code: str) -> tuple[int, str]:
    """Return the key by which languages are sorted; one that is not in the list comes last."""
    order = list(NATIVE_NAMES)
    return (order.index(code) if code in NATIVE_NAMES else len(order), code)


def likely(tag: str | None) -> tuple[str, ...]:
    """Return the languages that somebody whose app speaks *tag* most likely reads."""
    base = (tag or "").lower().replace("_", "-").split("-")[0]
    if base in _LIKELY:
        return _LIKELY[base]
    return tuple(code for code in NATIVE_NAMES if code.split("-")[0] == base)
