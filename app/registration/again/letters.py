"""The letter that names everything an address is signed up for, with its links."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.events.facts import Span
from app.mail.letter import Letter
from app.mail.purposes import LINK_AGAIN
from app.registration.models import LinkRequest
from app.web.plaintext import render_text


@dataclass(frozen=True, kw_only=True)
class AgainMeeting:
    """A meeting in one language; ``spans`` local to it, none while the date is not fixed."""

    title: str
    date_note: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True)
class AgainSignup:
    """One sign-up, its personal link, and those of its meetings that are not over."""

    registration_id: int
    version: int
    number: str
    name: str
    email: str
    url: str
    meetings: tuple[AgainMeeting, ...]


def link_again(request: LinkRequest, signups: Sequence[AgainSignup]) -> Letter:
    """One letter for all, in the language of the request; at least one sign-up.

    It goes to the address as it was signed up, not as it was typed now.
    """
    latest, locale = signups[-1], request.locale
    facts = {"name": latest.name if len(signups) == 1 else "", "signups": signups}
    subject = render_text("mail/link_again/subject.txt", locale, **facts)
    body = render_text("mail/link_again/body.txt", locale, **facts)
    alone = len(signups) == 1
    return Letter(
        # The id of a request may be given again once it was answered; the moment is not.
        key=f"link_again:{request.id}:{request.created_at.isoformat()}",
        purpose=LINK_AGAIN,
        to_address=latest.email,
        to_name=latest.name if alone else "",
        locale=locale,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        registration_id=latest.registration_id if alone else None,
        registration_version=latest.version if alone else None,
    )
