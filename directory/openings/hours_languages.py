"""Words of opening hours in the bot's languages: from, until, every, morning, inflected days. Pure.

Only what is sure: a word that is left out asks back. Names of days that CLDR knows are not here.
Words are compared as `hours_vocabulary.plain_word` writes them, so ``إلى`` stands as ``الى``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TIME = r"\d{1,2}(?:[:.]\d\d)?"
_OF_THE_CLOCK = r"(?:\s*بجے)?"


@dataclass(frozen=True, slots=True)
class Local:
    """What a language adds, each as words parted by spaces.

    *days*: further forms of Monday to Sunday. *am*, *pm*: patterns of what follows a time;
    *am_before*, *pm_before*: of what stands before one. *phrases*: patterns, and what they mean.
    """

    days: tuple[str, ...] = ()
    fillers: str = ""
    to: str = ""
    joins: str = ""
    every: str = ""
    off: str = ""
    between: str = ""
    am: str = ""
    pm: str = ""
    am_before: str = ""
    pm_before: str = ""
    phrases: Mapping[str, str] = field(default_factory=dict)


LOCAL: Mapping[str, Local] = {
    "ar": Local(
        fillers="من يوم ايام الساعة في",
        to="الى حتى",
        every="كل",
        off="مغلق مغلقة",
        am="صباحا|صباحًا",
        pm="مساء|مساءً|ظهرا|ظهرًا|بعد الظهر",
        phrases={
            r"\bكل (?:يوم|الايام)(?!\s+ال)\b|\bيوميا\b|\bيوميًا\b": "_daily",
            r"\bو(?=ال)": "و ",
        },
    ),
    "fa": Local(
        fillers="از ساعت روز روزهای در",
        every="هر",
        off="تعطیل بسته",
        am="صبح",
        pm="عصر|بعد از ظهر|بعدازظهر",
        phrases={
            r"\bهر روز\b|\bروزانه\b": "_daily",
            r"\b(یک|دو|سه|چهار|پنج) ?شنبه(?:\s?ها)?\b": r"\1شنبه",
        },
    ),
    "ur": Local(
        fillers="بجے کو بروز تک",
        to="سے",
        joins="اور",
        every="ہر",
        off="بند",
        am_before="صبح",
        pm_before="شام|دوپہر",
        phrases={r"\bہر روز\b|\bروزانہ\b": "_daily"},
    ),
    "pl": Local(
        days=(
            "poniedziałku poniedziałki",
            "wtorku wtorki",
            "środy środę",
            "czwartku czwartki",
            "piątku piątki",
            "soboty sobotę",
            "niedzieli niedzielę niedziele",
        ),
        fillers="w od godz godziny godzinach godzina",
        joins="oraz",
        every="każdy każda każdą każde",
        off="zamknięte zamknięty nieczynne",
        am="rano",
        pm="po południu|wieczorem",
        phrases={
            r"\bwe (?=wtor)": " ",
            r"\b(?:w )?dni (?:robocze|powszednie)\b": "_weekdays",
            r"\b(?:w )?weekendy?\b": "_weekend",
        },
    ),
    "uk": Local(
        days=(
            "понеділка понеділки щопонеділка",
            "вівторка вівторки щовівторка",
            "середи середу щосереди",
            "четверга четверги щочетверга",
            "п'ятниці п'ятницю щоп'ятниці",
            "суботи суботу щосуботи",
            "неділі неділю щонеділі",
        ),
        fillers="з із зі від о об в у год години годині",
        to="до по",
        joins="та і й",
        every="кожен кожний кожну кожної кожного",
        off="зачинено закрито",
        am="ранку",
        pm="вечора|дня",
        phrases={r"\bщодня\b|\bкожного дня\b|\bкожен день\b": "_daily"},
    ),
    "ro": Local(
        days=(
            "lunea",
            "marțea marți marti",
            "miercurea",
            "joia",
            "vinerea",
            "sâmbăta sambata",
            "duminica",
        ),
        fillers="ora orele",
        to="la",
        joins="și si",
        every="fiecare",
        off="închis inchis",
        between="între intre",
        am="dimineața|dimineata",
        pm="seara|după-amiaza|dupa-amiaza",
        phrases={
            r"\bde la\b": " ",
            r"\b(?:până|pana)(?: la)?\b": "-",
            r"\bzilnic\b|\b(?:în |in )?fiecare zi\b": "_daily",
            r"\b[iî]n (?=fiecare\b)": " ",
        },
    ),
    "es": Local(
        days=("", "", "miercoles", "", "", "sábados sabado sabados", "domingos"),
        fillers="desde el la hora horas",
        every="cada",
        off="cerrados cerrada",
        am="de la mañana",
        pm="de la tarde",
        phrases={
            r"\btodos los d[ií]as\b|\bcada d[ií]a\b": "_daily",
            r"\btodos los\b": " ",
            r"\bentre semana\b": "_weekdays",
            r"\bfin(?:es)? de semana\b": "_weekend",
        },
    ),
    "fr": Local(
        days=("lundis", "mardis", "mercredis", "jeudis", "vendredis", "samedis", "dimanches"),
        fillers="du la heures",
        to="jusqu'à",
        every="chaque",
        off="fermée",
        am="du matin",
        pm="de l'après-midi|du soir",
        phrases={
            r"\btous les jours\b|\bchaque jour\b": "_daily",
            r"\btous les (?=\D)": " ",
            r"\ben semaine\b": "_weekdays",
        },
    ),
    "pt": Local(
        days=(
            "segundas",
            "terças terca tercas",
            "quartas",
            "quintas",
            "sextas",
            "sábados sabado sabados",
            "domingos",
        ),
        fillers="das da dos desde aos hora horas",
        every="cada",
        off="encerrado fechada",
        am="da manhã",
        pm="da tarde",
        phrases={r"\btodos os dias\b|\bcada dia\b": "_daily", r"\btod[ao]s [ao]s\b": " "},
    ),
    "sk": Local(
        days=(
            "pondelka pondelky",
            "utorka utorky",
            "stredu stredy",
            "štvrtka štvrtky",
            "piatka piatky",
            "sobotu soboty",
            "nedeľu nedele",
        ),
        fillers="od v vo o hod hodín hodiny",
        to="do",
        joins="a aj",
        every="každý každá každú každé",
        off="zatvorené",
        am="ráno",
        pm="popoludní|večer",
        phrases={r"\bdenne\b|\bkaždý deň\b": "_daily", r"\b(?:cez )?víkendy?\b": "_weekend"},
    ),
}


def local(language: str | None) -> Local:
    """Return what *language* (BCP-47) adds; nothing where we know no more than CLDR."""
    return LOCAL.get((language or "").split("-")[0].split("_")[0], Local())


def said(text: str, language: str | None) -> str:
    """Return *text* with the phrases of *language* as signs, and its am and pm in English."""
    words = local(language)
    for pattern, sign in words.phrases.items():
        text = re.sub(pattern, sign if "\\" in sign else f" {sign} ", text)
    for pattern, half in ((words.am, "am"), (words.pm, "pm")):
        if pattern:
            text = re.sub(rf"({_TIME})\s*(?:{pattern})(?!\w)", rf"\1{half}", text)
    for pattern, half in ((words.am_before, "am"), (words.pm_before, "pm")):
        if pattern:
            text = re.sub(rf"\b(?:{pattern})\s+({_TIME}){_OF_THE_CLOCK}", rf"\1{half}", text)
    return text
