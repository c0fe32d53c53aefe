"""Whether people still come: "yes" is noted, "no" is a cancellation (``changing.cancel``)."""

from app.auth import audit
from app.base.clock import now
from app.base.errors import Gone
from app.db import lock, transaction
from app.registration.models import Registration

COMING = "registration.coming"


def say_yes(registration_id: int, link_version: int) -> None:
    """Note that they come, once however often it is said; no letter.

    Raises:
        Gone: the link is no longer good.
        Busy: nothing was stored.
    """
    with transaction() as session:
        found = lock(session, {Registration: [registration_id]})[Registration]
        row = found[0] if found else None
        if row is None or row.link_version != link_version:
            raise Gone("link")
        if row.coming == "yes":
            return
        before, moment = row.coming, now()
        row.coming, row.coming_at = "yes", moment
        entry = audit.Entry(
            actor=audit.VISITOR,
            action=COMING,
            subject="registration",
            subject_id=registration_id,
            before={"coming": before},
            after={"coming": "yes"},
        )
        audit.record(session, entry, moment)
