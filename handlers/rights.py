"""Know your rights: cards that a coordinator stands by, and the others for staff."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.rights
from directory import flow, lines, rights
from directory.model import Query
from directory.rights import Confirmation, RightsCard, Standing
from handlers import deeds, notify, reply, rights_screens, screens
from handlers.access import require
from handlers.arrive import OUTAGE
from handlers.callbacks import StaleButton
from handlers.context import App, Context
from handlers.guide_state import packed_in, unpack
from handlers.rights_screens import MARK, NOT_SAFE, SAFE, Known, Reader
from locales.errors import N_, UserError
from people.model import Action

log = logging.getLogger(__name__)


class CardChanged(UserError):
    """The pack has another text than the one that the coordinator saw."""

    message = N_("The card has changed since you looked. Please look again.")


async def listed(update: Update, context: Context) -> None:
    """Show a page of the cards that this reader may see."""
    page = context.press.number(0) if context.press else 0
    staff = _is_staff(context)
    try:
        known = await _known(context.app, context.app.rights)
    except OUTAGE as exc:
        log.warning("rights not read", extra={"error": type(exc).__name__})
        await _show_nothing(update, context, outage=True)
        return
    visible = [each for each in known if staff or each.standing is Standing.PUBLIC]
    if not visible:
        await _show_nothing(update, context)
        return
    shown = rights_screens.listing(context.t, visible, page, staff=staff)
    await reply.show(update, context, shown)


async def card(update: Update, context: Context) -> None:
    """Show one card; about danger only after the person said that reading is safe."""
    assert context.press is not None
    safe = context.press.arg(2)
    await _show(update, context, context.press.arg(0), context.press.arg(1, "0"), safe=safe)


async def opened(update: Update, context: Context, payload: str) -> None:
    """Show the card of a deep link under results."""
    card_id, _, packed = payload.removeprefix(screens.RIGHT_PREFIX).partition("_")
    try:
        await _show(update, context, card_id, packed_in(packed, ""), safe="")
    except StaleButton:  # the pack has this card no more
        await _list_anew(update, context)


async def acted(update: Update, context: Context) -> None:
    """Ask before a card becomes public, make it public, or take that back.

    Raises:
        CardChanged: the text is another one than the coordinator saw.
    """
    require(context, Action.CONFIRM_RIGHT)
    assert context.press is not None
    card_id, act, origin, mark = (context.press.arg(n) for n in range(4))
    shown = _find(context.app, card_id)
    if act == "ask" and not shown.weak:
        until = (context.app.clock() + rights.valid_for(shown)).astimezone(context.app.zone)
        screen = rights_screens.ask(context.t, shown, _reader(context, origin), until.date())
        await reply.show(update, context, screen)
        return
    if act == "yes" and not shown.weak:
        if rights.fingerprint(shown)[:MARK] != mark:
            raise CardChanged
        await _confirm(context, shown)
    elif act == "back":
        await _withdraw(context, shown)
    else:
        raise StaleButton(act)
    await _show(update, context, card_id, origin, safe=SAFE)


async def public_for(
    context: Context, needs: Sequence[str], stages: Sequence[str]
) -> RightsCard | None:
    """Return the public card that says most to somebody with *needs* in *stages*.

    None when there is none, and when the database cannot say: results do not wait for it.
    """
    fitting = rights.rights_for(context.app.rights, needs, stages)
    if not fitting:
        return None
    try:
        async with context.app.sessions() as session:
            known = await db.rights.confirmations(session, [each.id for each in fitting])
    except OUTAGE as exc:
        log.warning("rights not read", extra={"error": type(exc).__name__})
        return None
    return next(iter(rights.public(fitting, known, context.app.clock())), None)


async def any_public(context: Context) -> bool:
    """Say whether newcomers would find a card; False when the database cannot say."""
    try:
        known = await _known(context.app, context.app.rights)
    except OUTAGE as exc:
        log.warning("rights not read", extra={"error": type(exc).__name__})
        return False
    return any(each.standing is Standing.PUBLIC for each in known)


async def ask_due(app: App) -> int:
    """Tell the coordinators once which cards to look at again; return how many cards.

    That they were asked is noted in the same transaction, and only if there is somebody to ask.
    """
    now = app.clock()
    async with app.sessions.begin() as session:
        found = await db.rights.confirmations(session)
        due = [_state(each, found, now) for each in rights.to_ask(app.rights, found, now)]
        if not due or not await _tell(session, app, due, now):
            return 0
        await db.rights.mark_asked(session, [each.card.id for each in due], now)
    return len(due)


async def _tell(session: AsyncSession, app: App, due: Sequence[Known], now: datetime) -> int:
    return await notify.coordinators(
        session,
        f"notice:rights:{now:%Y%m%d%H%M}",
        lambda t: rights_screens.reminder(t, due, app.zone),
        now=now,
    )


async def _show(update: Update, context: Context, card_id: str, origin: str, *, safe: str) -> None:
    """Show a card to whoever may see it; else the list as it is now.

    Raises:
        StaleAnswers: *origin* holds answers from an older version.
    """
    reader, found = _reader(context, origin), _find(context.app, card_id)
    asked = safe == SAFE or await _came_from_danger(context, reader.packed)
    if found.danger and safe == NOT_SAFE:
        await reply.show(update, context, rights_screens.not_now(context.t))
        return
    try:
        (known,) = await _known(context.app, [found])
    except OUTAGE as exc:
        log.warning("rights not read", extra={"error": type(exc).__name__})
        await _show_nothing(update, context, outage=True)
        return
    if known.standing is not Standing.PUBLIC and not reader.staff:
        await _list_anew(update, context)
    elif found.danger and not asked:
        await reply.show(update, context, rights_screens.safe_first(context.t, found, reader))
    else:
        await reply.show(update, context, rights_screens.card(context.t, known, reader))


async def _list_anew(update: Update, context: Context) -> None:
    """Show the first page, whatever was pressed: the card of the button is public no more."""
    context.press = None
    await listed(update, context)


async def _came_from_danger(context: Context, packed: str) -> bool:
    """Say whether the results behind *packed* were about danger: then safety was asked for."""
    directory = await context.app.directory()
    return flow.is_sensitive(unpack(packed, directory))


async def _show_nothing(update: Update, context: Context, *, outage: bool = False) -> None:
    directory = await context.app.directory()
    query = Query(("legal_immigration", "advice_general"), context.app.clock())
    helplines = lines.choose(directory, query)
    shown = rights_screens.nothing(context.t, helplines, outage=outage)
    await reply.show(update, context, shown)


async def _confirm(context: Context, shown: RightsCard) -> None:
    given = rights.confirmed(shown, context.person.id, context.app.clock())
    async with context.app.sessions.begin() as session:
        await db.rights.confirm(session, given)
        until = given.valid_until.astimezone(context.app.zone).date()
        await deeds.note(session, context, "confirm_right", shown.id, until=until.isoformat())


async def _withdraw(context: Context, shown: RightsCard) -> None:
    async with context.app.sessions.begin() as session:
        if await db.rights.withdraw(session, shown.id):
            await deeds.note(session, context, "withdraw_right", shown.id)


async def _known(app: App, cards: Sequence[RightsCard]) -> list[Known]:
    """Return *cards* with their standing now."""
    async with app.sessions() as session:
        found = await db.rights.confirmations(session, [each.id for each in cards])
    return [_state(each, found, app.clock()) for each in cards]


def _state(card: RightsCard, found: Mapping[str, Confirmation], now: datetime) -> Known:
    confirmation = found.get(card.id)
    return Known(card, confirmation, rights.standing(card, confirmation, now))


def _find(app: App, card_id: str) -> RightsCard:
    """Return the card.

    Raises:
        StaleButton: the pack has it no more.
    """
    found = next((each for each in app.rights if each.id == card_id), None)
    if found is None:
        raise StaleButton(card_id)
    return found


def _is_staff(context: Context) -> bool:
    return context.person.may(Action.SEE_UNCONFIRMED_RIGHTS)


def _reader(context: Context, origin: str) -> Reader:
    return Reader(
        context.app.zone,
        origin or "0",
        staff=_is_staff(context),
        confirms=context.person.may(Action.CONFIRM_RIGHT),
    )
