"""Special-care data: whoever of the office looks at what is to be arranged leaves a note of it."""

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.db import transaction


def record_view(registration_id: int, by: Actor) -> None:
    """Note who looks at the arrangements of a sign-up, before they are shown.

    Raises:
        Busy: nothing was stored, so nothing may be shown.
    """
    _record("arrangements.viewed", "registration", registration_id, by)


def record_list_view(event_id: int, by: Actor) -> None:
    """Note who looks at the arrangements of everybody at a meeting, before they are shown.

    Raises:
        Busy: nothing was stored, so nothing may be shown.
    """
    _record("arrangements.list_viewed", "event", event_id, by)


def _record(action: str, subject: str, subject_id: int, by: Actor) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject=subject,
        subject_id=subject_id,
    )
    with transaction() as session:
        audit.record(session, entry, now())
