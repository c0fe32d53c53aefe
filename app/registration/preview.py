"""What a form would become now: for the check page, read without a lock."""

from collections.abc import Collection
from datetime import datetime

from app.db import db
from app.events.facts import Offer
from app.registration import wishes
from app.registration.facts import Entry, Signup
from app.registration.locking import read_queues
from app.registration.placing import plan
from app.registration.rules import Plan, Refused, check_picks


def preview(  # noqa: PLR0913  # what is asked for, and by whom
    offer: Offer,
    entry: Entry,
    signup: Signup | None = None,
    *,
    now: datetime,
    by_office: bool = False,
    beyond: Collection[tuple[int, int]] = (),
) -> Plan | Refused:
    """The plan or refusal that the service would give if nobody else acted meanwhile.

    Somebody who is signed up already is not told so here: who asks may be a stranger.
    """
    entry = wishes.only_asked(entry, offer)
    wanted = wishes.wishes(entry, offer, signup, (), beyond)
    every = wishes.meetings(offer, read_queues(db.session(), offer))
    planned = plan(every, wishes.held(signup), wanted, now, by_office=by_office)
    if isinstance(planned, Refused):
        return planned
    picks = tuple(wishes.picks(entry, offer, planned.outcomes, signup))
    return check_picks(picks, wishes.choices_left(offer, signup)) or planned
