"""The sign-ups of a meeting as CSV (RFC 4180) that opens right in Japanese Excel, as a stream."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import current_app
from flask.ctx import AppContext
from flask_babel import gettext as _
from sqlalchemy import select, tuple_

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.timezones import to_local
from app.db import db, transaction
from app.events.models import Event, Series
from app.registration.models import Booking, Participant, Registration
from app.registration.rules import show_number

BATCH = 1000
BOM = "\ufeff"
_RISKY = frozenset("=+-@\t\r\n＝＋－＠")
_TELEPHONE_ABROAD = re.compile(r"\+[0-9]+(?:-[0-9]+)+")
_BARE_NUMBER = re.compile(r"0[0-9]+")


def harmless(text: str) -> str:
    """Make a cell that a spreadsheet would take for a formula begin with an apostrophe.

    Telephone numbers from abroad (+81-3-1234-5678) stay as they are: they can only be counted
    together, not run. A number of bare digits would lose its leading zero, so it gets the
    apostrophe, too; with hyphens (090-1234-5678) it keeps the zero by itself.
    """
    if not text:
        return text
    if _BARE_NUMBER.fullmatch(text):
        return f"'{text}"
    risky = text[0] in _RISKY or text.lstrip()[:1] in _RISKY
    return f"'{text}" if risky and not _TELEPHONE_ABROAD.fullmatch(text) else text


def record_export(event_id: int, by: Actor) -> None:
    """Note who takes the list out of the house, before the first line of it goes out."""
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action="registrations.exported",
        subject="event",
        subject_id=event_id,
    )
    with transaction() as session:
        audit.record(session, entry, now())


def csv_lines(event_id: int) -> Iterator[bytes]:
    """Everybody of a meeting in the order of their reading, cancelled ones included.

    UTF-8 with a byte-order mark; a batch is one short read, so memory stays the same and no
    transaction lasts. Words are in the language of the request under way; the lines themselves
    may be read after it has ended.
    """
    return _lines(current_app.app_context, event_id, _line(_headings()), _words())


def _lines(
    in_context: Callable[[], AppContext], event_id: int, headings: str, words: dict[str, str]
) -> Iterator[bytes]:
    yield (BOM + headings).encode()
    last: tuple[str, int] | None = None
    while True:
        with in_context():  # one for each batch: its session ends with it
            rows = _batch(event_id, last)
        if not rows:
            return
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\r\n").writerows(_cells(row, words) for row in rows)
        yield buffer.getvalue().encode()
        last = rows[-1].sort_key, rows[-1].id


def _batch(event_id: int, last: tuple[str, int] | None) -> Sequence[Any]:
    """The next rows by key, as plain values: no object is made of them."""
    ids = select(Booking.id).where(Booking.event_id == event_id)
    if last is not None:
        ids = ids.where(tuple_(Booking.sort_key, Booking.id) > last)
    ids = ids.order_by(Booking.sort_key, Booking.id).limit(BATCH)
    query = (
        select(
            *(Booking.id, Booking.sort_key, Booking.way, Booking.state),
            *(Participant.name, Participant.reading, Participant.organisation),
            *(Participant.role, Registration.contact_name),
            *(Registration.number, Registration.email, Registration.telephone),
            *(Registration.channel, Registration.created_at, Registration.note),
            *(Series.number_letter, Event.zone),
        )
        .join(Participant, Participant.id == Booking.participant_id)
        .join(Registration, Registration.id == Participant.registration_id)
        .join(Series, Series.id == Registration.series_id)
        .join(Event, Event.id == Booking.event_id)
        .where(Booking.id.in_(ids))
        .order_by(Booking.sort_key, Booking.id)
    )
    return db.session.execute(query).all()


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _cells(row: Any, words: dict[str, str]) -> list[str]:
    created = to_local(row.created_at, row.zone)
    return [
        harmless(cell)
        for cell in (
            show_number(row.number_letter, row.number),
            row.name,
            row.reading,
            row.organisation,
            row.role,
            "" if row.contact_name == row.name else row.contact_name,
            row.email,
            row.telephone,
            words[row.way],
            words[row.state],
            words[row.channel],
            f"{created:%Y-%m-%d %H:%M}",
            row.note,
        )
    ]


def _headings() -> list[str]:
    return [
        _("Reception number"),
        _("Name"),
        _("Reading of the name"),
        _("Organisation"),
        _("Role"),
        _("Signed up by"),
        _("E-mail address"),
        _("Telephone number"),
        _("How they take part"),
        _("State"),
        _("How they signed up"),
        _("Signed up at"),
        _("Remarks"),
    ]


def _words() -> dict[str, str]:
    return {
        "venue": _("At the venue"),
        "online": _("Online"),
        "confirmed": _("Signed up"),
        "waiting": _("On the waiting list"),
        "cancelled": _("Cancelled"),
        "duplicate": _("Signed up already"),
        "web": _("Web"),
        "telephone": _("Telephone"),
        "fax": _("Fax"),
        "paper": _("Post"),
        "walk_in": _("At the door"),
    }
