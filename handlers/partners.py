"""Invitations: a coordinator makes a one-time link, whoever opens it becomes a partner."""

import secrets

from telegram import Update
from telegram.helpers import create_deep_linked_url

import db.audiences
import db.invites
import db.people
from handlers import deeds, partner_screens, reply, screens
from handlers.access import NotAllowed, require
from handlers.context import Context
from locales.errors import N_, UserError
from people.invites import LIFETIME
from people.model import Action, Role

_LONGEST_NAME = 80


class OrganisationMissing(UserError):
    """`/invite` came without a usable name."""

    message = N_("Write the name of the organisation, for example: /invite Leeds Refugee Forum")


class InviteNotValid(UserError):
    """The link was used, withdrawn, has expired, or never was."""

    message = N_("This invitation does not work any more. Ask a coordinator for a new one.")


async def invite(update: Update, context: Context) -> None:
    """Make a one-time invitation to the organisation named in the command."""
    require(context, Action.MANAGE_PARTNERS)
    organisation = " ".join(context.args or ())
    if not 0 < len(organisation) <= _LONGEST_NAME:
        raise OrganisationMissing
    token, now = secrets.token_urlsafe(16), context.app.clock()
    async with context.app.sessions.begin() as session:
        await db.invites.create(
            session,
            token,
            organisation,
            by=context.person.id,
            now=now,
            expires=now + LIFETIME,
        )
        await deeds.note(session, context, "invite", organisation)
    link = create_deep_linked_url(context.bot.username, screens.INVITE_PREFIX + token)
    shown = partner_screens.invited(context.t, organisation, link, days=LIFETIME.days)
    await reply.show(update, context, shown)


async def opened(update: Update, context: Context, token: str) -> None:
    """Make the person who opened an invitation a partner; a coordinator stays one.

    Raises:
        InviteNotValid: the token is used, withdrawn, expired or unknown.
    """
    if context.person.role is Role.COORDINATOR:  # nothing to win, and the link stays unused
        told = context.t.gettext("You are a coordinator. Pass this link on to the partner.")
        await reply.show(update, context, screens.notice(told))
        return
    now = context.app.clock()
    async with context.app.sessions.begin() as session:
        organisation = await db.invites.use(session, token, context.person.id, now)
        if organisation is None:
            raise InviteNotValid
        await db.people.make_partner(
            session, context.person.id, organisation, today=context.app.today()
        )
        await deeds.note(session, context, "join", organisation)
    await reply.show(update, context, partner_screens.welcome(context.t, organisation))


async def overview(update: Update, context: Context) -> None:
    """Show the other coordinators, the partners and the open invitations."""
    require(context, Action.MANAGE_PARTNERS)
    await _show(update, context, 0)


async def _show(update: Update, context: Context, page: int) -> None:
    async with context.app.sessions() as session:
        team = [
            each
            for role in (Role.COORDINATOR, Role.PARTNER)
            for each in await db.people.with_role(session, role)
            if each.id != context.person.id
        ]
        invites = await db.invites.open_invites(session, context.app.clock())
    shown = partner_screens.overview(
        context.t, partner_screens.Team(team, invites), context.app.zone, page
    )
    await reply.show(update, context, shown)


async def withdrawn(update: Update, context: Context) -> None:
    """Withdraw an open invitation."""
    require(context, Action.MANAGE_PARTNERS)
    assert context.press is not None
    invite_id, now = context.press.row(0), context.app.clock()
    async with context.app.sessions.begin() as session:
        if await db.invites.revoke(session, invite_id, now):
            await deeds.note(session, context, "withdraw_invite", invite_id)
    await overview(update, context)


async def ended(update: Update, context: Context) -> None:
    """End somebody else's role; their open buttons are dead at once, and so is what waits for it.

    Nobody ends their own, and whose own role has ended meanwhile ends none, so there is
    always a coordinator left.

    Raises:
        NotAllowed: another coordinator was faster.
    """
    require(context, Action.MANAGE_PARTNERS)
    assert context.press is not None
    if context.press.arg(1) == "page":
        await _show(update, context, context.press.number(0))
        return
    person_id = context.press.number(0)
    async with context.app.sessions.begin() as session:
        me = await db.people.find(session, context.person.id)
        if me is None or not me.may(Action.MANAGE_PARTNERS):
            raise NotAllowed
        person = await db.people.find(session, person_id)
        mine = person_id == context.person.id
        if person is not None and person.role is not Role.NEWCOMER and not mine:
            await db.people.end_role(session, person_id, today=context.app.today())
            await db.audiences.leave_staff(session, person_id, context.app.clock())
            await deeds.note(session, context, "end_role", person.organisation or person.role.value)
    await overview(update, context)
