"""The letter that tells the office of wishes: numbers and a link, nothing about anybody."""

from datetime import datetime

from app.base.languages import DEFAULT
from app.config import current_settings
from app.events.models import Event
from app.mail.letter import Letter
from app.registration.orders.facts import Untold
from app.web.association import association
from app.web.plaintext import render_text


def new_wishes(event: Event, told: Untold, moment: datetime) -> Letter:
    """So many wishes are new, were changed or withdrawn until ``moment``."""
    settings = current_settings()
    facts = {
        "title": event.title.text(DEFAULT),
        "told": told,
        "url": f"{settings.origin}/office/events/{event.slug}/orders",
    }
    subject = render_text("mail/arranged/subject.txt", DEFAULT, **facts)
    office = association()
    return Letter(
        key=f"arranged:{event.id}:{moment:%Y%m%dT%H%M%S%f}",
        purpose="arranged",
        to_address=office.reply_to,
        to_name=office.office_name,
        locale=DEFAULT,
        subject=" ".join(subject.split()),
        body=render_text("mail/arranged/body.txt", DEFAULT, **facts).strip() + "\n",
    )
