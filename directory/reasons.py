"""Why a service is shown, in sentences that its reader can check. Pure."""

from directory.index import Candidate
from directory.model import (
    ANYONE,
    Audience,
    Channel,
    Confidence,
    Gender,
    Opening,
    OpenState,
    Query,
    Referral,
    Service,
    Status,
)
from directory.needs import NEEDS
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


def reasons(
    known: Candidate, query: Query, distance_m: int | None, state: OpenState
) -> tuple[Text, ...]:
    """Return why *known* is shown for *query*, most telling first.

    *distance_m*: what may be shown of the distance. *state*: what may be shown of the
    hours. Values that are numbers stay fields.
    """
    service = known.service
    found = [
        *_fits(service, query.needs),
        _for_stage(service, query.stages),
        _for_whom(service),
        _warning(service),
        _who_sends(service, query.audience),
        _nearness(service, distance_m),
        _open(state),
        _unsure(service),
    ]
    return tuple(text for text in found if text is not None)


def _fits(service: Service, needs: tuple[str, ...]) -> list[Text]:
    asked = [need for need in service.needs if need in needs] or list(service.needs[:1])
    return [Text(NEEDS[need].fit) for need in asked[:2]]


def _for_stage(service: Service, stages: tuple[str, ...]) -> Text | None:
    if not stages:
        return None
    for stage in stages:
        if stage in service.eligibility:
            return Text(_STATED[stage])
    return Text(_ANYONE if ANYONE in service.eligibility else _NOT_STATED)


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


def _who_sends(service: Service, audience: Audience) -> Text | None:
    if service.access.referral is Referral.AGENCY:
        if audience is Audience.WORKERS:
            return Text(N_("You are a worker, so you can send people here."))
        return Text(N_("You cannot sign up alone. A worker must do it for you."))
    if service.access.walk_in:
        return Text(N_("You can go without an appointment."))
    return None


def _nearness(service: Service, distance_m: int | None) -> Text | None:
    if distance_m is not None:
        return _away(distance_m)
    if service.confidence is not Confidence.LOW and service.phones:
        return Text(N_("You can call them."))
    if Channel.PHONE not in service.channels and service.channels == (Channel.ONLINE,):
        return Text(N_("It is on the internet."))
    return None


def _away(distance_m: int) -> Text:
    if distance_m < _KM:
        near = max(100, round(distance_m, -2))
        if near < _KM:
            return Text(N_("About {m} metres from you."), {"m": near})
    km = distance_m / _KM
    shown = f"{km:.1f}" if km < _FAR_KM else f"{km:.0f}"
    return Text(N_("About {km} km from you."), {"km": shown})


def _open(state: OpenState) -> Text | None:
    if state.now is not Opening.OPEN:
        return None
    if state.changes_at is None:
        return Text(N_("Open day and night."))
    return Text(N_("Open now until {time}."), {"time": state.changes_at.strftime("%H:%M")})


def _unsure(service: Service) -> Text | None:
    if service.confidence is not Confidence.LOW:
        return None
    return Text(N_("We could not check their phone or address."))
