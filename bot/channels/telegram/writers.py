"""What writes in a person's language, with the buttons and links of this bot."""

from __future__ import annotations

from bot.catalogue import Catalogue
from bot.channels.telegram.data import Action, button, digest, link_payload, own_id
from bot.render.links import Links
from bot.render.telegram import Deeds, Writer
from bot.settings import Settings

__all__ = ["deep_link", "passage_button", "vote_button", "writer"]


def writer(say: Catalogue, settings: Settings, bot_name: str) -> Writer:
    """Return what writes in one language.

    Args:
        say: the catalogue.
        settings: of the home.
        bot_name: the bot's user name, without @.
    """
    deeds = Deeds(
        whole=lambda reply_id: button(Action.WHOLE, digest(reply_id)),
        passage=passage_button,
        file=lambda reply_id: button(Action.FILE, digest(reply_id)),
        vote=vote_button,
        more=button(Action.MORE),
        page=lambda page: button(Action.PAGE, str(page)),
        link=lambda id: deep_link(bot_name, id),
    )
    return Writer(say, Links(settings.public_url), deeds, settings.contact)


def deep_link(bot_name: str, id: str) -> str:
    """Return the address that opens a reply or a passage in a bot."""
    reply_id, sign, _ = id.partition("#")
    return f"https://t.me/{bot_name}?start={link_payload(reply_id, id if sign else None)}"


def passage_button(passage_id: str) -> str:
    """Return what the button of a passage carries."""
    return button(Action.PASSAGE, digest(passage_id.partition("#")[0]), own_id(passage_id))


def vote_button(helpful: bool, passage_id: str, decision: str, version: str) -> str:
    """Return what a vote carries; the passage is "" where none is shown."""
    action = Action.HELPFUL if helpful else Action.NOT_HELPFUL
    reply = digest(passage_id.partition("#")[0]) if passage_id else ""
    own = own_id(passage_id) if passage_id else ""
    return button(action, reply, own, decision, version)
