"""The letter with an invitation: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Mapping
from typing import Any

from app.events.facts import MeetingView
from app.mail.letter import Letter
from app.mail.purposes import INVITATION
from app.registration.invitations import links
from app.registration.invitations.models import Invitation
from app.registration.invitations.queries import letter_key
from app.texts.letters import NONE, Texts, compose
from app.web.association import host_of


def invitation(row: Invitation, meeting: MeetingView, texts: Texts = NONE) -> Letter:
    """With the link of ``row``; ``meeting`` in the language of the letter."""
    facts = facts_of(row, meeting)
    text = compose(INVITATION, row.locale, texts, facts)
    return Letter(
        key=letter_key(row.id, row.sent),
        purpose=INVITATION,
        to_address=row.email,
        to_name=row.label,
        locale=row.locale,
        subject=text.subject,
        body=text.body,
        host_id=facts["host_id"],
    )


def facts_of(row: Invitation, meeting: MeetingView) -> Mapping[str, Any]:
    """All that such a letter may say."""
    return {
        "name": row.label,
        "title": meeting.title,
        "day": None,
        "more": 0,
        "is_sample": meeting.is_sample,
        "host_id": host_of([meeting]),
        "spans": meeting.spans,
        "doors_at": meeting.doors_at,
        "venue_name": meeting.venue_name,
        "venue_address": meeting.venue_address,
        "access": meeting.access,
        "fee": meeting.fee,
        "online": any(one.code == "online" for one in meeting.ways),
        "opens_at": None if meeting.can_join else meeting.opens_at,
        "closes_at": meeting.closes_at,
        "places": row.places,
        "url": links.url(row.id),
    }
