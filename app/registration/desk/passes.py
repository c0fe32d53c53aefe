"""Reception passes: made and revoked by the office, opened by whoever has the link."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.auth import audit
from app.auth.facts import Actor
from app.auth.models import Account
from app.base.clock import now
from app.base.errors import Gone, NotFound
from app.base.tokens import LinkSigner, link_signer
from app.config import current_settings
from app.db import db, lock, transaction
from app.events.models import Event, EventSession
from app.registration.desk.facts import PassView
from app.registration.desk.rules import latest_end, pass_state
from app.registration.models import ReceptionPass

LINK, DEVICE = "desk", "desk device"


def make(event_id: int, label: str, expires_at: datetime, by: Actor) -> int:
    """Make a pass for the desk of a meeting; return its id.

    Args:
        event_id: of the meeting.
        label: whom it is for, such as 受付の手伝い.
        expires_at: (aware) from when it opens nothing any more; not later than ``latest_end``.
        by: who makes it.

    Raises:
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        zone, ends_at = session.execute(_END.where(Event.id == event_id)).one()
        row = ReceptionPass(
            event_id=event_id,
            label=label,
            created_at=moment,
            created_by=by.account_id,
            expires_at=min(expires_at, latest_end(ends_at, zone, moment)),
        )
        session.put(row)
        audit.record(session, _entry("pass.made", row.id, by, label), moment)
        return row.id


def revoke(pass_id: int, event_id: int, by: Actor) -> bool:
    """End a pass at once, on every device that was let in by it; False: it had ended already.

    Raises:
        NotFound: the meeting has no such pass.
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        found = lock(session, {ReceptionPass: [pass_id]})[ReceptionPass]
        if not found or found[0].event_id != event_id:
            raise NotFound("pass")
        if found[0].revoked_at is not None:
            return False
        found[0].revoked_at = moment
        audit.record(session, _entry("pass.revoked", pass_id, by, found[0].label), moment)
        return True


def list_passes(event_id: int) -> tuple[PassView, ...]:
    """All passes of a meeting, the newest first: one query."""
    query = _PASSES.where(ReceptionPass.event_id == event_id).order_by(ReceptionPass.id.desc())
    return _views(query)


def get_pass(pass_id: int) -> PassView:
    """A pass, whether or not it is still good.

    Raises:
        NotFound: there is none.
    """
    found = _views(_PASSES.where(ReceptionPass.id == pass_id))
    if not found:
        raise NotFound("pass")
    return found[0]


def find_passes(ids: list[int]) -> tuple[PassView, ...]:
    """The passes of these ids, good or not: one query, none where none are asked for."""
    return _views(_PASSES.where(ReceptionPass.id.in_(ids))) if ids else ()


def require_good(found: PassView) -> PassView:
    """Give it back.

    Raises:
        Gone: it has expired or was revoked.
    """
    if found.state != "good":
        raise Gone(found.state)
    return found


def link(pass_id: int) -> str:
    """The absolute address that opens the desk; it can be made again, so it is stored nowhere."""
    return f"{current_settings().origin}/d/{_signer().sign(LINK, pass_id)}"


def read_link(token: str) -> int | None:
    """The id of the pass, from the token of a link."""
    found = _signer().verify(LINK, token, 1)
    return found[0] if found else None


def device_token(pass_id: int) -> str:
    """What a device keeps that was let in; the link itself cannot be made of it."""
    return _signer().sign(DEVICE, pass_id)


def read_device(token: str) -> int | None:
    """The id of the pass by which a device was let in."""
    found = _signer().verify(DEVICE, token, 1)
    return found[0] if found else None


def ids_of_meeting(event_id: int) -> Select[int]:
    """A query for the passes of a meeting, to be used within another."""
    return select(ReceptionPass.id).where(ReceptionPass.event_id == event_id)


def labels_of(ids: Collection[int]) -> dict[int, str]:
    """Whom passes are for: one query, none where none are asked for."""
    query = select(ReceptionPass.id, ReceptionPass.label).where(ReceptionPass.id.in_(ids))
    return {row.id: row.label for row in db.session.execute(query)} if ids else {}


def meetings_of(ids: Collection[int]) -> dict[int, int]:
    """The meetings of passes: one query, none where none are asked for."""
    query = select(ReceptionPass.id, ReceptionPass.event_id).where(ReceptionPass.id.in_(ids))
    return {row.id: row.event_id for row in db.session.execute(query)} if ids else {}


_END = (
    select(Event.zone, func.max(EventSession.ends_at))
    .outerjoin(EventSession, EventSession.event_id == Event.id)
    .group_by(Event.zone)
)

_PASSES: Any = (
    select(ReceptionPass, Event.slug, Event.zone, Account.name, Account.email)
    .join(Event, Event.id == ReceptionPass.event_id)
    .outerjoin(Account, Account.id == ReceptionPass.created_by)
)


def _views(query: Any) -> tuple[PassView, ...]:
    moment = now()
    return tuple(
        PassView(
            id=row.id,
            event_id=row.event_id,
            slug=slug,
            zone=zone,
            label=row.label,
            created_at=row.created_at,
            made_by=name or email or "",
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            state=pass_state(row.expires_at, row.revoked_at, moment),
        )
        for row, slug, zone, name, email in db.session.execute(query)
    )


def _signer() -> LinkSigner:
    return link_signer(current_settings().keys)


def _entry(action: str, pass_id: int, by: Actor, label: str) -> audit.Entry:
    return audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="pass",
        subject_id=pass_id,
        after={"label": label} if label else {},
    )
