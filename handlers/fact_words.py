"""Facts of a service in words, one by one: their names, their values, what can be chosen. Pure."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from babel import Locale

from digests.clean import shorten
from directory.editing import FIELDS, FREE, THIS_WEEK, TODAY, Part
from directory.history import HIDDEN, FieldChange
from directory.model import ANYONE, Audience, Gender, Referral, Service, Status
from directory.needs import NEEDS
from handlers import contact
from handlers.screens import bold
from locales import Translator
from locales.errors import Text

_LONGEST = 1_000  # characters of one value: whoever approves a text reads all of it
# what goes with another field, or says who vouches for it
SILENT = frozenset({"location", "status_date", "checks", "confidence", "confirmed_on"})
# a field is of the part that it comes first in, else of the first that has it
_FIRST = {names[0]: part for part, names in FIELDS.items()}
_PARTS = _FIRST | {"max_age": Part.AGES}


def label(t: Translator, part: Part) -> str:
    """Return what *part* of a service is called."""
    return {
        Part.NAME: t.gettext("Name"),
        Part.DESCRIPTION: t.gettext("What they do"),
        Part.NEEDS: t.gettext("What they help with"),
        Part.STATUS: t.gettext("Open or full"),
        Part.HOURS: t.gettext("Opening times"),
        Part.HOURS_NOTE: t.gettext("About the opening times"),
        Part.PHONES: t.gettext("Phone"),
        Part.EMAIL: t.gettext("E-mail"),
        Part.URL: t.gettext("Website"),
        Part.ADDRESS: t.gettext("Address"),
        Part.SECRET: t.gettext("Secret place"),
        Part.LANGUAGES: t.gettext("Languages"),
        Part.STAGES: t.gettext("Who can come"),
        Part.GENDER: t.gettext("Women or men"),
        Part.AGES: t.gettext("Ages"),
        Part.ACCESS: t.gettext("How to come"),
        Part.REFERRERS: t.gettext("Who can send people"),
        Part.COST: t.gettext("What it costs"),
        Part.NOTE: t.gettext("Note for staff who help people"),
        Part.AUDIENCE: t.gettext("Who sees it"),
    }[part]


def option(t: Translator, part: Part, code: str) -> str:
    """Return what the button for the choice *code* of *part* says."""
    if part is Part.NEEDS:
        return t.say(Text(NEEDS[code].fit)) if code in NEEDS else code
    if part is Part.LANGUAGES:
        return _language(t, code)
    if part is Part.STAGES:
        return _stage(t, code)
    if part is Part.AGES:
        return t.gettext("All ages") if code == "any" else _span(code)
    words: Mapping[Part, Mapping[str, str]] = {
        Part.STATUS: {
            **_statuses(t),
            TODAY: t.gettext("Closed today"),
            THIS_WEEK: t.gettext("Closed until Sunday"),
        },
        Part.SECRET: {"1": _secret(t, hidden=True), "0": _secret(t, hidden=False)},
        Part.GENDER: _genders(t),
        Part.ACCESS: _entries(t),
        Part.COST: {FREE: t.gettext("It is free.")},
        Part.AUDIENCE: _audiences(t),
    }
    return words[part][code]


def _span(code: str) -> str:
    low, _, high = code.partition("-")
    return f"{low}–{high}" if high else f"{low}+"


def difference(t: Translator, fields: Sequence[FieldChange], *, longest: int = _LONGEST) -> str:
    """Return *fields* before and after as HTML, each value whole in right-to-left text.

    *longest*: characters of a value.
    """
    shown = [each for each in fields if each.field not in SILENT]
    return "\n\n".join(_before_and_after(t, each, longest) for each in shown)


def _before_and_after(t: Translator, change: FieldChange, longest: int) -> str:
    old, new = (value(t, change.field, each, longest) for each in (change.old, change.new))
    return f"{bold(name(t, change.field))}\n➖ {_html(old)}\n➕ {_html(new)}"


def beside(t: Translator, service: Service, fields: Sequence[FieldChange]) -> str | None:
    """Return the words about the opening times as HTML where *fields* change those alone.

    They stay as they are, and whoever changes the times should see if they still fit.
    """
    changed = {each.field for each in fields}
    if service.hours_note is None or "opening_hours" not in changed or "hours_note" in changed:
        return None
    told = _html(value(t, "hours_note", service.hours_note))
    return f"{bold(label(t, Part.HOURS_NOTE))}\n{told}"


def _html(text: str) -> str:
    return escape(text, quote=False)


def name(t: Translator, field: str) -> str:
    """Return what a *field* of the stored record is called."""
    if field == HIDDEN:
        return t.gettext("Shown or hidden")
    part = _PARTS.get(field)
    return t.isolate(field) if part is None else label(t, part)


def value(t: Translator, field: str, said: Any, longest: int = _LONGEST) -> str:
    """Return the value of a stored *field* in plain words (Any: JSON), texts shortened."""
    if field == HIDDEN:
        return t.gettext("Shown") if said is None else t.gettext("Hidden")
    if said in (None, [], ""):
        return t.gettext("Nothing is known")
    words = _SAY[field](t, said) if field in _SAY else t.isolate(shorten(str(said), longest))
    return words or t.gettext("Nothing is known")


def current(t: Translator, part: Part, record: Mapping[str, Any]) -> str:
    """Return what *record* says of *part*, plain, a line for each field that says something."""
    fields = [each for each in FIELDS[part] if each not in SILENT]
    if part is Part.SECRET:
        fields = fields[:1]
    told = [value(t, each, record.get(each)) for each in fields if record.get(each) is not None]
    return "\n".join(dict.fromkeys(told)) or t.gettext("Nothing is known")


def _phones(t: Translator, said: Sequence[Mapping[str, Any]]) -> str:
    each = [
        contact.phone(t, phone["number"])
        + (f" ({t.isolate(phone['label'])})" if phone.get("label") else "")
        for phone in said
    ]
    return ", ".join(each)


def _address(t: Translator, said: Mapping[str, Any]) -> str:
    lines = [*said.get("lines", ()), said.get("postcode") or ""]
    return t.isolate(", ".join(line for line in lines if line))


def _access(t: Translator, said: Mapping[str, Any]) -> str:
    if said.get("referral") == Referral.AGENCY:
        code = "agency"
    elif said.get("walk_in"):
        code = "walk"
    elif said.get("appointment"):
        code = "appt"
    else:
        code = "self" if said.get("referral") else ""
    told = [_entries(t).get(code)]
    told.append(t.gettext("It is free.") if said.get("cost") == FREE else None)
    return " ".join(each for each in told if each)


def _costs(t: Translator, said: Sequence[Mapping[str, Any]]) -> str:
    told = (each.get("amount_description") or each.get("amount") or "" for each in said)
    return ", ".join(t.isolate(str(each)) for each in told if each)


def _entries(t: Translator) -> dict[str, str]:
    return {
        "walk": t.gettext("You can go there without an appointment."),
        "appt": t.gettext("You need an appointment. Ask for one first."),
        "self": t.gettext("You can ask them yourself."),
        "agency": t.gettext("A worker from another service must send you there."),
    }


def _genders(t: Translator) -> dict[str, str]:
    return {
        Gender.ANY: t.gettext("For everybody"),
        Gender.WOMEN: t.gettext("For women."),
        Gender.MEN: t.gettext("For men."),
    }


def _audiences(t: Translator) -> dict[str, str]:
    return {
        Audience.PUBLIC: t.gettext("Everybody sees it"),
        Audience.WORKERS: t.gettext("Only staff see it"),
    }


def _statuses(t: Translator) -> dict[str, str]:
    return {
        Status.OPEN: t.gettext("They take new people"),
        Status.FULL: t.gettext("It is full"),
        Status.PAUSED: t.gettext("They stopped for a while"),
        Status.CLOSED: t.gettext("It has closed"),
        Status.UNKNOWN: t.gettext("Nothing is known"),
    }


def _secret(t: Translator, *, hidden: bool) -> str:
    if hidden:
        return t.gettext("Nobody may see the address")
    return t.gettext("Everybody may see the address")


def _stage(t: Translator, code: str) -> str:
    return {
        "asylum_seeker": t.gettext("People who wait for an asylum answer"),
        "refused_asylum_seeker": t.gettext("People whose asylum claim was refused"),
        "refugee": t.gettext("Refugees"),
        "other_migrant": t.gettext("People from other countries"),
        "nrpf": t.gettext("People without benefits (NRPF)"),
        "student": t.gettext("Students"),
        ANYONE: t.gettext("Anyone"),
    }.get(code, code)


def _language(t: Translator, code: str) -> str:
    names = Locale.parse(t.language, sep="-")
    found = Locale.parse(code, sep="-").get_display_name(names)
    return t.isolate(str(found or code))


_SAY: Mapping[str, Any] = {  # Any: each takes the JSON of its field
    "opening_hours": lambda t, said: contact.hours(t, said) or t.isolate(said),
    "phones": _phones,
    "address": _address,
    "confidential_location": lambda t, said: _secret(t, hidden=bool(said)),
    "languages": lambda t, said: ", ".join(_language(t, each) for each in said),
    "eligibility": lambda t, said: ", ".join(_stage(t, each) for each in said),
    "gender": lambda t, said: _genders(t)[said],
    "min_age": lambda t, said: t.isolate(f"{said}+"),
    "max_age": lambda t, said: t.isolate(f"0–{said}"),
    "access": _access,
    "cost_options": _costs,
    "status": lambda t, said: _statuses(t)[said],
    "needs": lambda t, said: "\n".join(option(t, Part.NEEDS, each) for each in said),
    "audience": lambda t, said: _audiences(t)[said],
}
