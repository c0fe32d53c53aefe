"""What the pages on which a letter is written share: the day, its choices, and the preview."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from markupsafe import Markup, escape

from app.auth.guards import actor, my_rights
from app.base.clock import now
from app.events.facts import MeetingView, Offer
from app.events.files import queries as files
from app.events.files.facts import Reader
from app.events.offers import get_offer
from app.interest import queries as interest
from app.organiser.audience_words import audience_words
from app.organiser.forms import TEXTS
from app.organiser.order_forms import Choices, OrderForm, written
from app.reminders import letters, readers, recipients, rules
from app.reminders.facts import Neighbours, Order, Recipient
from app.reminders.plans import Plan
from app.web.arguments import find_id
from app.web.locale import current_locale

ONCE = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, kw_only=True)
class DeskDay:
    """The meeting whose pages these are, with the others of its day and what can be chosen."""

    meeting: MeetingView
    offer: Offer
    choices: Choices

    def words(self, order: Order) -> str:
        """Whom a letter goes to."""
        return audience_words(order.target, self.offer.questions)

    def with_list(self, list_id: int | None) -> "DeskDay":
        """The same day where those who were chosen for one letter can be written to."""
        return replace(self, choices=replace(self.choices, list_id=list_id))


def day_of(slug: str) -> DeskDay:
    """The day of a meeting, as far as the reader may work on it.

    Raises:
        NotFound: there is no such meeting.
    """
    locale = current_locale()
    whole = get_offer(slug, locale, now())
    offer = whole.only(my_rights().of([one.id for one in whole.meetings]))
    ids = [one.id for one in offer.meetings]
    # What is for voters alone stands on their personal pages: a letter goes to others, too.
    found = files.list_by_meeting(ids, locale, Reader(("everybody", "signed_up"), None))
    asked = interest.count_by_event()
    choices = Choices(
        meetings=offer.meetings,
        questions=offer.questions,
        files=[file for one in ids for file in found[one]],
        interested=any(one in asked for one in ids),
    )
    meeting = next(one for one in offer.meetings if one.slug == slug)
    return DeskDay(meeting=meeting, offer=offer, choices=choices)


def fields_of(order: Order) -> dict[str, Any]:
    """An order as the fields of its form hold it."""
    return {
        **{name: getattr(order.text, name) for name in TEXTS},
        "to": written(order.target),
        "whole_day": order.target.whole_day,
        "asks_coming": order.asks_coming,
        "file": str(order.file_id or ""),
    }


def new_once() -> dict[str, str]:
    """The page's own number and the person whose letter is shown."""
    return {"person": request.args.get("person", ""), "once": secrets.token_hex(8)}


def pressed(form: OrderForm) -> str:
    """The button that stores, 'check' or 'test'; '' for one that only shows the page again.

    Those put a variable right, show the letter of somebody else, or as the text is now.
    """
    step, _colon, person = request.form.get("step", "check").partition(":")
    if "fix" in request.form:
        form.fix(request.form["fix"])
        return ""
    if step == "person":
        form.person.data = person
    return "" if step in {"person", "preview"} else step


def refresh_default(form: OrderForm, *, after: bool) -> None:
    """Where the default text stands, let it be the one that goes with what is chosen."""
    fresh = letters.refreshed(form.order, after=after).text
    for name in TEXTS:
        form[name].data = getattr(fresh, name)


def shown(plan: Plan, person: str | None) -> dict[str, Any]:
    """Whom a letter goes to now and how it reads for one of them: for the templates."""
    found = readers.find_reader(plan, find_id(person))
    like = found.here if found else recipients.nobody(actor(), current_locale(), plan.event_ids)
    facts = letters.read_facts(plan.series_id, plan.order, now())
    return {
        "people": readers.audience(plan),
        "neighbours": found,
        "variables": rules.VARIABLES,
        **_preview(plan.order, facts, like, found),
    }


def reader(plan: Plan, person: str | None) -> Recipient:
    """Whose values a test letter shows."""
    found = readers.find_reader(plan, find_id(person))
    return found.here if found else recipients.nobody(actor(), current_locale(), plan.event_ids)


def once(raw: str | None) -> str:
    """The page's own number, by which a second press is known; a new one for anything else."""
    return raw if raw and ONCE.fullmatch(raw) else secrets.token_hex(8)


def _preview(
    order: Order, facts: letters.Facts, like: Recipient, found: Neighbours | None
) -> dict[str, Any]:
    """The letter with every wrong variable marked; a personal link is nobody else's to see."""
    locale = order.text.language_for(like.locale)
    values = facts.values_for(like, locale, letters.hidden_link())
    subject, body = order.text.of(like.locale)
    return {
        "values": values,
        "preview": {
            "host_id": letters.host_for(facts, like),
            "to": like,
            "real": found is not None,
            "locale": locale,
            "subject": _marked(rules.pieces(subject, values)),
            "body": _marked(rules.pieces(body, values)),
        },
    }


def _marked(pieces: Iterable[rules.Piece]) -> Markup:
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece.text) if piece.wrong else escape(piece.text)
        for piece in pieces
    )
