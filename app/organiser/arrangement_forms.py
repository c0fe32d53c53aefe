"""The form about one wish for an arrangement."""

from datetime import date
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.validators import StopValidation

from app.base.text import clean_block, clean_line, nfkc
from app.organiser.clashes import SeenForm
from app.organiser.moments import read_day
from app.organiser.order_words import STATES
from app.registration.orders.facts import ArrangementLine, ArrangementWish, Seen
from app.web.arguments import find_id
from app.web.fields import Readable, clean_text

SUPPLIER, NOTE = 100, 500


def _states() -> list[tuple[str, str]]:
    return [(value, str(text)) for value, text in STATES.items()]


def _figures(raw: str | None) -> str:
    return nfkc(clean_line(raw or ""))


def _block(raw: str | None) -> str:
    return clean_block(raw or "")


class ArrangementForm(SeenForm):
    """State, deadline, supplier and note; what is not possible says what is offered instead."""

    state = RadioField(_("How it stands"), choices=partial(_states))
    due_on = StringField(_("Until when"), filters=[_figures], validators=[Readable(40)])
    supplier = StringField(
        _("Who provides it"),
        filters=[clean_text],
        validators=[Readable(SUPPLIER)],
        render_kw={"maxlength": SUPPLIER},
    )
    note = TextAreaField(
        _("Note, or what we offer instead"),
        filters=[_block],
        validators=[Readable(NOTE, multiline=True)],
        render_kw={"maxlength": NOTE},
    )
    day: date | None = None

    def validate_due_on(self, field: Field) -> None:
        """A day, or nothing."""
        if field.data:
            self.day = read_day(field.data)
            if self.day is None:
                raise StopValidation(_("Please enter a day, such as 2026-06-12"))

    def validate_note(self, field: Field) -> None:
        """Nobody is refused without an offer."""
        if self.state.data == "impossible" and not field.data:
            raise StopValidation(_("Please enter what we offer instead"))

    @property
    def wish(self) -> ArrangementWish:
        """What was entered; call it once it is valid."""
        return ArrangementWish(
            state=self.state.data,
            due_on=self.day,
            supplier=self.supplier.data or "",
            note=self.note.data or "",
        )

    @property
    def what_was_seen(self) -> Seen:
        """What the page showed; nothing where the field was tampered with."""
        version, _dash, asked = (self.seen.data or "").partition("-")
        return (find_id(version) or 0, find_id(asked) or 0)


def fields_of(line: ArrangementLine, usual: date | None) -> dict[str, Any]:
    """What is noted as the fields hold it; ``usual``: the day by which all is to be arranged."""
    due_on = line.order.due_on or (usual if line.version == 0 else None)
    return {
        "state": line.order.state,
        "due_on": due_on.isoformat() if due_on else "",
        "supplier": line.order.supplier,
        "note": line.order.note,
        "seen": "-".join(map(str, line.seen)),
    }
