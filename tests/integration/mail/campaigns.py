"""A campaign without its making: only what its letters point to."""

from app.base.clock import now
from app.db import transaction
from app.mail.letter import LATER, Letter
from app.reminders.models import Campaign
from tests.factories import make_event
from tests.integration.mail.posting import letter


def make_campaign(event_id: int | None = None) -> int:
    """A campaign that is being sent; of a new meeting where none is given."""
    event_id = event_id or make_event()
    with transaction() as session:
        row = Campaign(event_id=event_id, state="made", created_at=now())
        session.add(row)
        session.flush()
        return row.id


def letters(campaign_id: int, count: int) -> list[Letter]:
    """As many letters of it."""
    return [letter(n, campaign_id=campaign_id, priority=LATER) for n in range(count)]
