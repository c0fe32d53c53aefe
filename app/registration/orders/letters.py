"""The letter that tells the office of new wishes: a number and a link, nothing about anybody."""

from app.base.languages import DEFAULT
from app.config import current_settings
from app.events.models import Event
from app.mail.letter import Letter
from app.web.association import association
from app.web.plaintext import render_text


def new_wishes(key: str, event: Event, number: int) -> Letter:
    """``number`` wishes for what is to be arranged are new, or were changed."""
    settings = current_settings()
    facts = {
        "title": event.title.text(DEFAULT),
        "number": number,
        "url": f"{settings.origin}/office/events/{event.slug}/orders",
    }
    subject = render_text("mail/arranged/subject.txt", DEFAULT, **facts)
    office = association()
    return Letter(
        key=key,
        purpose="arranged",
        to_address=office.reply_to,
        to_name=office.office_name,
        locale=DEFAULT,
        subject=" ".join(subject.split()),
        body=render_text("mail/arranged/body.txt", DEFAULT, **facts).strip() + "\n",
    )
