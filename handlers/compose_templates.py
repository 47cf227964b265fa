"""Templates of urgent updates: kept under a name, looked at, used again, deleted."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from telegram import Update

import db.drafts
import db.templates
import locales
from db.templates import LONGEST_NAME, Template
from delivery.broadcast import Shape
from handlers import (
    begun,
    broadcast_screens,
    compose_draft,
    compose_lists,
    compose_screens,
    deeds,
    guide,
    reply,
)
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.compose_draft import KIND
from handlers.compose_parts import public, service_link
from handlers.composed import Ask, Composed
from handlers.context import Context
from locales.errors import N_, UserError
from people.model import Action


class NameTooLong(UserError):
    """The name of a template must fit a button."""

    message = N_("This name is too long. Use at most {most} characters.")


class TemplateGone(UserError):
    """Another coordinator deleted it."""

    message = N_("This template is gone.")


async def _name(update: Update, context: Context, composed: Composed) -> None:
    await compose_draft.keep(context, composed, Ask.NAME)
    await reply.show(update, context, compose_screens.name(context.t, composed))


async def named(update: Update, context: Context, composed: Composed) -> None:
    """Keep the update as a template under the name just written.

    Raises:
        NameTooLong: it does not fit; another may be written.
    """
    assert update.effective_message is not None
    name = " ".join((update.effective_message.text or "").split())
    if len(name) > LONGEST_NAME:
        raise NameTooLong(most=LONGEST_NAME)
    async with context.app.sessions.begin() as session:
        number = await db.templates.save(
            session,
            name,
            composed.texts,
            composed.shape,
            by=context.person.id,
            now=context.app.clock(),
        )
        await deeds.note(session, context, "save_template", number)
    await compose_draft.keep(context, composed)
    told = context.t.fill(context.t.gettext("Saved as a template: {name}"), name=name)
    await compose_draft.offer(update, context, composed, told)


async def pressed(update: Update, context: Context) -> None:
    """List the templates, show one, use it or delete it."""
    require(context, Action.BROADCAST)
    assert context.press is not None
    step = context.press.arg(0)
    if step == "list":
        await _list(update, context, context.press.number(1))
    elif step in _ACTS:
        await _ACTS[step](update, context, await _find(context))
    else:
        raise StaleButton(step)


async def _list(update: Update, context: Context, page: int) -> None:
    async with context.app.sessions() as session:
        kept = [(each.id, each.name) for each in await db.templates.every(session)]
    await reply.show(update, context, compose_lists.templates(context.t, kept, page))


async def _find(context: Context) -> Template:
    """Return the template that the button names.

    Raises:
        TemplateGone: it was deleted.
    """
    assert context.press is not None
    async with context.app.sessions() as session:
        found = await db.templates.find(session, context.press.row(1))
    if found is None:
        raise TemplateGone
    return found


async def _see(update: Update, context: Context, template: Template) -> None:
    """Send the template as readers would get it, then what can be done with it."""
    await reply.answer(update)
    shape = template.shape
    for language in sorted(template.texts):
        content = broadcast_screens.update(locales.translator(language), 0, template.texts, shape)
        await reply.content(update, context, content)
        shape = replace(shape, attachment=None)  # once is enough
    shown = compose_lists.template(context.t, template.id, template.name)
    await reply.send(update, context, shown)


async def _use(update: Update, context: Context, template: Template) -> None:
    """Begin an update with what the template holds, and ask who should get it.

    Raises:
        OtherDraft: something is being written already.
    """
    me = context.person.id
    async with context.app.sessions() as session:
        await begun.refuse_other(session, me, KIND)
        draft = await db.drafts.find(session, me)
    if draft is not None and draft.kind == KIND and draft.payload["texts"]:
        raise begun.OtherDraft
    composed = replace(
        compose_draft.fresh(),
        texts=template.texts,
        shape=await _with_services_now(context, template.shape),
    )
    await compose_draft.keep(context, composed)
    await compose_draft.offer(update, context, composed)


async def _with_services_now(context: Context, shape: Shape) -> Shape:
    """Return *shape* with its service as it is called now, or without it if it is not public."""
    view = await guide.view_of(context)
    links = []
    for each in shape.links:
        if each.service_id is None:
            links.append(each)
        elif (service := public(view, each.service_id)) is not None:
            links.append(service_link(view, service))
    return replace(shape, links=tuple(links))


async def _ask(update: Update, context: Context, template: Template) -> None:
    shown = compose_lists.delete_template(context.t, template.id, template.name)
    await reply.show(update, context, shown)


async def _delete(update: Update, context: Context, template: Template) -> None:
    async with context.app.sessions.begin() as session:
        if await db.templates.delete(session, template.id):
            await deeds.note(session, context, "delete_template", template.id)
    await _list(update, context, 0)


_ACTS: Mapping[str, Callable[[Update, Context, Template], Coroutine[Any, Any, None]]] = {
    "see": _see,
    "use": _use,
    "ask": _ask,
    "delete": _delete,
}
STEPS: Mapping[str, Callable[[Update, Context, Composed], Coroutine[Any, Any, None]]] = {
    "name": _name,
}
