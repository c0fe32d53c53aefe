"""Which meetings a letter is about: those of its campaign, sign-up or interest."""

from app.db import db
from app.interest.models import Interest
from app.mail.models import OutboxLetter
from app.registration import queries as registrations
from app.reminders import queries


def event_ids_of(letter_id: int) -> frozenset[int]:
    """The meetings that a letter may name; none where it is about none, or there is no letter."""
    letter = db.session.get(OutboxLetter, letter_id)
    if letter is None:
        return frozenset()
    if letter.campaign_id is not None:
        return queries.event_ids_of(letter.campaign_id)
    if letter.registration_id is not None:
        return registrations.event_ids_of(letter.registration_id)
    interest = letter.interest_id and db.session.get(Interest, letter.interest_id)
    return frozenset({interest.event_id}) if interest else frozenset()
