"""What a text message says: the hall's own wording, or that of the catalogue."""

import string
from collections.abc import Mapping

from hallclient.domain.errors import NotFound
from hallclient.domain.hall import HallPlan
from hallclient.domain.message import MessageEvent
from hallclient.domain.ticket import Ticket
from hallclient.phrases import Phrases
from hallclient.services.store import Reader

FACTS = ("hall", "label", "service", "n", "window", "zone", "minutes", "phone")
"""What a wording may name in braces; no name, no ID: a ticket never carries one (domain.md §6)."""
MAX_TEXT = 140


def message_text(reader: Reader, event: MessageEvent, ticket: Ticket, language: str) -> str:
    """Return the words of an event for a ticket as it is now."""
    plan = reader.plan
    facts = _facts(reader, plan, ticket, language)
    own = dict(plan.rules.sms_texts).get(event)
    if own is not None:
        return said_with(own.text(language), facts)
    return Phrases(language)(f"sms.{event}", **facts)


def said_with(template: str, facts: Mapping[str, object]) -> str:
    """Return a wording with its facts; ``ValueError`` for anything but plain known names."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ValueError("the braces do not fit together") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in facts or form or conversion):
            raise ValueError(f"{{{name}}} is not known; there are {', '.join(FACTS)}")
    return template.format_map(facts)


def _facts(reader: Reader, plan: HallPlan, ticket: Ticket, language: str) -> dict[str, object]:
    queue = plan.queue_by_id(ticket.queue_id)
    zone = plan.zone_of.get(queue.zone)
    return {
        "hall": plan.name.text(language),
        "label": ticket.label,
        "service": plan.service_by_id(ticket.service_id).name.text(language),
        "n": reader.ahead_of(ticket),
        "window": _window(reader, ticket),
        "zone": zone.name.text(language) if zone else "",
        "minutes": plan.rules.no_show_valid_minutes,
        "phone": plan.phone,
    }


def _window(reader: Reader, ticket: Ticket) -> str:
    for turn in reader.active_turns():
        if turn.ticket_id == ticket.id:
            try:
                return reader.plan.window_by_id(turn.window_id).number
            except NotFound:
                return ""
    return ""
