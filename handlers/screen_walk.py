"""Every screen beside the questions and results, for `guide check`: what must it keep? Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import locales
from delivery.model import Content
from digests.subscription import Frequency, Subscription
from digests.topics import Topic
from directory import alerting, crisis, flow
from directory.alerting import Alert
from directory.lexicon import Category, Handoff
from directory.model import Audience
from directory.needs import NEEDS, is_danger
from directory.rights import RightsCard, Standing
from handlers import (
    alert_screens,
    card,
    clear,
    crisis_screens,
    guide_screens,
    guide_state,
    rights_screens,
    screens,
    subscription_screens,
    voice_screens,
)
from handlers.alert_screens import Asked, Offered
from handlers.guide_state import View, payload
from handlers.rights_screens import Known, Reader
from handlers.screens import Screen
from handlers.subscription_screens import HOURS, Usual
from people.model import Person, Role

_SOMEBODY = 2**52 - 1  # a Telegram id has at most 52 significant bits
_LONGEST_PACKED = "0" * flow.LONGEST


@dataclass(frozen=True, slots=True)
class Around:
    """What screens show beside the directory: the pack's cards, topics, licences and zone."""

    zone: ZoneInfo
    rights: Sequence[RightsCard] = ()
    topics: Sequence[Topic] = ()
    attribution: Sequence[str] = ()


def everyday(view: View, around: Around) -> Iterator[Screen]:
    """Yield the screens that newcomers see beside questions and results, each at least once."""
    yield from _frames(view, around)
    yield from _cards(view, around)
    yield from _rights(view, around)
    yield from _voice(view)
    yield from _people(view, around)
    yield from _topics(view, around)
    yield from _alerts(view)


def _frames(view: View, around: Around) -> Iterator[Screen]:
    t, home = view.t, view.directory.gazetteer.home
    offered = locales.supported()
    yield screens.promise(t, "", home, rights=True)
    yield screens.stale(t, "")
    yield screens.offer_start(t, "")
    yield screens.told(t, "")
    yield screens.apology(t)
    yield screens.privacy(t, None)
    yield screens.ask_forget(t)
    yield screens.who_am_i(t, _SOMEBODY, Role.NEWCOMER)
    yield screens.help_commands(t, around.attribution, Role.COORDINATOR)
    yield from screens.my_data(t, {"people.language": t.language})
    yield from screens.my_data(t, {})
    yield from (
        screens.choose_language(t, offered, _LONGEST_PACKED, page)
        for page in range(-(-len(offered) // screens.LANGUAGES_PER_PAGE))
    )
    yield guide_screens.help_now(t, view.directory.helplines, packed=_LONGEST_PACKED)
    yield guide_screens.ask_place(t, *_links(view, screens.ANSWERS_PREFIX))
    yield from (clear.cleared(t, left=left) for left in (0, 1))


def _links(view: View, prefix: str) -> tuple[str, str]:
    """Return the longest deep links back to answers and to Help now."""
    return (
        view.link(payload(prefix, _LONGEST_PACKED)),
        view.link(payload(screens.HELP_PREFIX, _LONGEST_PACKED)),
    )


def _cards(view: View, around: Around) -> Iterator[Screen]:
    role = Role.PARTNER if view.audience is Audience.WORKERS else Role.NEWCOMER
    for service in view.directory.services:
        match = guide_state.alone(view, service.id)
        if match is not None:
            yield card.card(
                view.t,
                match,
                Person(_SOMEBODY, view.t.language, role),
                packed=flow.pack(flow.START),
                at=view.at,
                zone=around.zone,
            )


def _rights(view: View, around: Around) -> Iterator[Screen]:
    t, reader = view.t, Reader(around.zone)
    every = [Known(each, None, Standing.PUBLIC) for each in around.rights]
    for page in range(-(-len(every) // rights_screens.PER_PAGE)):
        yield rights_screens.listing(t, every, page, staff=False)
    for known in every:
        yield rights_screens.card(t, known, reader)
        yield rights_screens.safe_first(t, known.card, reader)
    yield rights_screens.nothing(t, view.directory.helplines[:3])
    yield rights_screens.not_now(t)


def _voice(view: View) -> Iterator[Screen]:
    t, packed = view.t, _LONGEST_PACKED
    lines = guide_screens.lines(t, view.directory.helplines[:3])
    yield voice_screens.ask_helped(t, packed, "")
    yield from (voice_screens.thanks(t, packed, "", may_ask=may) for may in (True, False))
    yield voice_screens.sorry(t, packed, "", lines)
    yield voice_screens.ask_wrong(t, packed, "")
    yield voice_screens.told_wrong(t, packed)
    yield voice_screens.will_ask(t, packed)
    yield from (voice_screens.checked_in(t, got_there=there) for there in (True, False))
    yield voice_screens.ask_tip(t, *_links(view, screens.TELL_PREFIX))
    yield voice_screens.tip_kept(t)
    yield voice_screens.tip_waits(t)
    yield voice_screens.tip_too_long(t)
    yield _pushed(voice_screens.check_in(t))
    yield _pushed(voice_screens.answer_came(t, 1))


def _pushed(content: Content) -> Screen:
    """Return what leaves through the outbox as a screen; it has one part."""
    (text,) = content.parts
    return Screen(text, content.buttons)


def _people(view: View, around: Around) -> Iterator[Screen]:
    t, directory, at = view.t, view.directory, view.at
    for danger in Category:
        lines = crisis.reachable(directory, [danger], at)
        yield crisis_screens.crisis(t, [danger], lines, at, around.zone)
    for pressing in Handoff:
        lines = crisis.reachable(directory, [pressing], at)
        yield crisis_screens.handoff(t, pressing, lines, at, around.zone)
    yield from (crisis_screens.goodbye(t, told) for told in (None, alert_screens.not_stopped(t)))
    yield crisis_screens.named(t, directory.services)
    person = next(iter(crisis.anybody(directory, at)), None)
    notes = crisis_screens.not_understood(t, person)
    first = guide_state.screen(view, flow.START, notes=notes)
    yield first
    everyday_needs = [need for need in NEEDS if not is_danger((need,))][:3]
    others = [(need, _links(view, screens.ANSWERS_PREFIX)[0]) for need in everyday_needs]
    yield crisis_screens.with_other_needs(t, first, others)


def _alerts(view: View) -> Iterator[Screen]:
    t, gazetteer, packed = view.t, view.directory.gazetteer, _LONGEST_PACKED
    needs, day = alerting.alertable(), view.at.date()
    for need in needs:
        yield alert_screens.about(t, Offered(need, packed=packed), gazetteer)
        yield alert_screens.part(t, Offered(need, packed=packed), gazetteer)
        for district in gazetteer.districts:
            yield alert_screens.about(t, Offered(need, district, packed), gazetteer)
    yield from (
        alert_screens.choose(t, page, packed)
        for page in range(-(-len(needs) // alert_screens.NEEDS_PER_PAGE))
    )
    code = max(map(alerting.district_code, gazetteer.districts), key=len, default="")
    every = [Alert(need, code, day) for need in needs[: alerting.MOST]]
    for asked in (every, every[: alert_screens.LISTED], every[:1], []):
        note = alert_screens.too_many(t)
        yield alert_screens.listing(t, Asked(asked), gazetteer, note=note)
        yield alert_screens.listing(t, Asked(asked, packed), gazetteer, note=note)


def _topics(view: View, around: Around) -> Iterator[Screen]:
    everything = Subscription(_SOMEBODY)
    for page in range(-(-len(around.topics) // subscription_screens.TOPICS_PER_PAGE)):
        yield subscription_screens.topics(view.t, around.topics, everything, page)
    usual = Usual(view.at, HOURS[0], view.directory.gazetteer.home)
    for frequency in Frequency:
        yield subscription_screens.when(view.t, Subscription(1, frequency=frequency), usual)
    yield from (subscription_screens.days(view.t, everything, page) for page in range(2))
    for hour in HOURS:
        yield subscription_screens.hours(view.t, Subscription(1, hour=hour), usual.city)
