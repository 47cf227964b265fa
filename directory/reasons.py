"""Why a service is shown, in sentences that its reader can check. Pure."""

from datetime import datetime, timedelta

from directory.index import Candidate, is_out_of_hours
from directory.model import (
    ANYONE,
    Audience,
    Channel,
    Confidence,
    Gender,
    Opening,
    OpenState,
    Phone,
    Query,
    Referral,
    Service,
    Status,
)
from directory.needs import NEEDS, TOPICS
from directory.travel import WALK_M, Way, has_no_fare, way
from directory.walking import minutes_on_foot
from locales.errors import N_, Text

_STATED = {
    "asylum_seeker": N_("They say they help people who wait for an asylum answer."),
    "refused_asylum_seeker": N_("They say they help people whose asylum claim was refused."),
    "refugee": N_("They say they help people who were accepted as refugees."),
    "other_migrant": N_("They say they help people who moved here from other countries."),
    "nrpf": N_("They say they help people who cannot get money or housing from the state (NRPF)."),
    "student": N_("They say they help students."),
}
_ANYONE = N_("They say they help anyone.")
_NOT_STATED = N_("They do not say who can come. Ask them first.")
_STATUS = {
    Status.FULL: N_("They had no free places when this was last checked."),
    Status.PAUSED: N_("They had stopped for a while when this was last checked."),
}
_GENDER = {Gender.WOMEN: N_("For women."), Gender.MEN: N_("For men.")}
_KM = 1000
_FAR_KM = 10  # from here on without decimals
_WEEK = timedelta(days=7)  # later than this a weekday would mean two days


def reasons(
    known: Candidate, query: Query, distance_m: int | None, state: OpenState
) -> tuple[Text, ...]:
    """Return why *known* is shown for *query*, most telling first.

    *distance_m*: what may be shown of the distance. *state*: what may be shown of the
    hours. Values that are numbers stay fields.
    """
    service = known.service
    fits = _fits(known, query)
    found = [
        fits[0],
        _warning(service),
        _for_whom(service),
        _for_stage(service, query.stages),
        _needs_a_worker(service, query),
        _nearness(known, query, None if instead(service, state) else distance_m),
        _open(state, query.at),
        _no_appointment(service),
        *fits[1:],
        _not_stated(service, query.stages),
        _unsure(service),
    ]
    return tuple(text for text in found if text is not None)


def instead(service: Service, state: OpenState) -> Phone | None:
    """Return the number that answers while *service* is closed; None if there is none to show.

    *state*: what may be shown of the hours.
    """
    if service.confidence is Confidence.LOW or state.now is not Opening.CLOSED:
        return None
    return next((phone for phone in service.phones if is_out_of_hours(phone)), None)


def _fits(known: Candidate, query: Query) -> list[Text]:
    needs = known.service.needs
    asked = [need for need in needs if need in query.needs] or list(needs[:1])
    topic = TOPICS[query.topic] if query.topic in known.topics else None
    if topic is not None and topic.fit is not None:
        return [Text(topic.fit)]
    return [Text(NEEDS[need].fit) for need in asked[:2]]


def _for_stage(service: Service, stages: tuple[str, ...]) -> Text | None:
    """Return what the service says about the person's stage, if it says anything."""
    if not stages:
        return None
    for stage in stages:
        if stage in service.eligibility:
            return Text(_STATED[stage])
    return Text(_ANYONE) if ANYONE in service.eligibility else None


def _not_stated(service: Service, stages: tuple[str, ...]) -> Text | None:
    return Text(_NOT_STATED) if stages and not service.eligibility else None


def _for_whom(service: Service) -> Text | None:
    low, high = service.min_age, service.max_age
    if service.gender is not Gender.ANY:
        return _aged_gender(service.gender, low, high)
    if low is not None and high is not None:
        return Text(N_("For people aged {low} to {high}."), {"low": low, "high": high})
    if high is not None:
        return Text(N_("For people aged {high} or younger."), {"high": high})
    if low is not None:
        return Text(N_("For people aged {low} or older."), {"low": low})
    return None


def _aged_gender(gender: Gender, low: int | None, high: int | None) -> Text:
    if gender is Gender.WOMEN and low is not None and high is not None:
        return Text(N_("For women and girls aged {low} to {high}."), {"low": low, "high": high})
    if gender is Gender.WOMEN and low is not None:
        return Text(N_("For women aged {low} or older."), {"low": low})
    return Text(_GENDER[gender])


def _warning(service: Service) -> Text | None:
    return Text(_STATUS[service.status]) if service.status in _STATUS else None


def _needs_a_worker(service: Service, query: Query) -> Text | None:
    if service.access.referral is not Referral.AGENCY:
        return None
    if query.audience is Audience.WORKERS:
        return Text(N_("You are a worker, so you can send people here."))
    if not query.for_self:
        return Text(N_("They cannot sign up alone. A worker must do it for them."))
    return Text(N_("You cannot sign up alone. A worker must do it for you."))


def _no_appointment(service: Service) -> Text | None:
    if service.access.referral is Referral.AGENCY or not service.access.walk_in:
        return None
    return Text(N_("You can go without an appointment."))


def _nearness(known: Candidate, query: Query, distance_m: int | None) -> Text | None:
    """Say how to get there: on foot, by phone, or how far it is."""
    if distance_m is not None and distance_m <= WALK_M:
        minutes = minutes_on_foot(distance_m)
        return Text(N_("You can walk there: about {minutes} minutes."), {"minutes": minutes})
    calls = _calls(known, query)
    if distance_m is None or (calls is not None and has_no_fare(query)):
        return calls
    return _away(distance_m)


def _calls(known: Candidate, query: Query) -> Text | None:
    """Say that one can call, and whether that is enough."""
    service = known.service
    if service.channels == (Channel.ONLINE,):
        return Text(N_("It is on the internet."))
    if service.confidence is Confidence.LOW or not service.phones:
        return None
    if Channel.IN_PERSON not in service.channels and way(known, query) is Way.CALL:
        return Text(N_("You can call them. You do not need to travel."))
    return Text(N_("You can call them."))


def _away(distance_m: int) -> Text:
    km = distance_m / _KM
    shown = f"{km:.1f}" if km < _FAR_KM else f"{km:.0f}"
    return Text(N_("About {km} km from you."), {"km": shown})


def _open(state: OpenState, at: datetime) -> Text | None:
    """Say that it is open now, or when it opens next, as on a card (`handlers.contact`)."""
    change = state.changes_at
    if state.now is Opening.OPEN:
        if change is None:
            return Text(N_("Open day and night."))
        return Text(N_("Open now until {time}."), {"time": f"{change:%H:%M}"})
    if state.now is Opening.UNKNOWN or change is None or change - at >= _WEEK:
        return None
    time = f"{change:%H:%M}"
    if change.date() == at.astimezone(change.tzinfo).date():
        return Text(N_("Closed now. Opens today at {time}."), {"time": time})
    return Text(N_("Closed now. Opens {weekday} {time}."), {"weekday": change.date(), "time": time})


def _unsure(service: Service) -> Text | None:
    if service.confidence is not Confidence.LOW:
        return None
    return Text(N_("We could not check their phone or address."))
