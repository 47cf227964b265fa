"""Screens of the news that newcomers ask for by need and part of the city. Pure."""

from delivery.model import Button
from handlers.callbacks import Route
from handlers.screens import button
from locales import Translator


def stop_button(t: Translator) -> Button:
    """Return the button under every such message: one tap, and nothing of the kind comes again."""
    return button(t.gettext("Stop these messages"), Route.ALERT, "off")
