"""The one form of a day: several people, several meetings, each with their own questions."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.form import BaseForm

from app.registration import wishes
from app.registration.facts import Entry
from app.registration.forms.entry import person_entry, read_seen, same_text, vanished_code
from app.registration.forms.fields import is_reading_asked
from app.registration.forms.layout import Ground, lay_out, unbound_fields
from app.registration.forms.office import why_not_asked
from app.registration.forms.person import Attendance, PersonPart
from app.registration.forms.questions import Asked, answers, bind
from app.registration.forms.shape import Seat
from app.registration.forms.values import Typed, count_people
from app.registration.rules import Refused
from app.web.association import association
from app.web.fields import DoubtfulAddress, read_email
from app.web.locale import current_locale, gettext

if TYPE_CHECKING:
    from app.base.addresses import EmailAddress


class DayForm(BaseForm):
    """Everything that is asked, in the order of the page; built anew from what was typed."""

    def __init__(self, ground: Ground, typed: Typed) -> None:
        self.ground = ground
        self.layout = lay_out(ground, typed)
        self.typed = self.layout.typed
        self.wanted = count_people(typed)
        self.count = len(self.layout.seats)
        self.address: EmailAddress | None = None
        self.suggestion: str | None = None
        super().__init__(unbound_fields(self.layout))
        self.process(self.typed)
        self["people"].data = str(self.count)
        self.people = tuple(self._person(place) for place in range(self.count))
        self.once = bind(
            ground.offer,
            "signup",
            "",
            self._fields,
            ground.choices_of(None),
            free=ground.by_office,
        )

    @property
    def asks_reading(self) -> bool:
        """Whether a reading is needed in the language of the page."""
        return is_reading_asked()

    @property
    def shows_reading(self) -> bool:
        """Whether there is a field for it; else what was stored is carried along unseen."""
        return association().asks_reading

    @property
    def may_add(self) -> bool:
        """Whether one more person fits."""
        return self.count < self.ground.most_people

    def _person(self, place: int) -> PersonPart:
        known = self.layout.known[place]
        asked = bind(
            self.ground.offer,
            "person",
            f"p{place}-",
            self._fields,
            self.ground.choices_of(known),
            free=self.ground.by_office,
        )
        return PersonPart(
            place=place,
            known=known,
            fields=self._fields,
            attendances=tuple(
                self._attendance(place, one, asked) for one in self.layout.seats[place]
            ),
            arrangements=tuple(one for one in asked if one.question.is_arrangement),
        )

    def _attendance(self, place: int, seat: Seat, asked: tuple[Asked, ...]) -> Attendance:
        field = self._fields.get(f"p{place}-way-{seat.meeting.id}")
        way = self._way(place, seat)
        return Attendance(
            seat=seat,
            field=field,
            way=way,
            asked=tuple(
                one
                for one in asked
                if one.question.event_id == seat.meeting.id and not one.question.is_arrangement
            ),
            closed=tuple(
                one
                for one in self.ground.offer.questions_of(seat.meeting.id)
                if one.closed
                and seat.offered
                and one.depends_on_id is None
                and not self.ground.by_office
            ),
        )

    def _way(self, place: int, seat: Seat) -> str:
        """The way that they come by as the form stands; '' where they do not."""
        if seat.had is not None and seat.settled:
            return seat.had.way
        said = self._fields.get(f"p{place}-way-{seat.meeting.id}")
        if said is None:
            said = self._fields.get(f"p0-way-{seat.meeting.id}")
        way = said.data if said is not None else ""
        return way if way in seat.ways else ""

    def validate(self) -> bool:  # type: ignore[override]  # nobody hands further validators in
        """Whether all that is asked was answered well; ``summary`` tells what is wrong."""
        unasked = self._unasked()
        for name, field in self._fields.items():
            field.errors = []
            if name not in unasked:
                field.validate(self)
        self._validate_email()
        self._validate_people()
        for one in self.unasked_answers:
            meeting = self.ground.offer.meeting(one.question.event_id)
            one.field.errors = [why_not_asked(one.question, meeting)]
        return not self.errors

    def _unasked(self) -> set[str]:
        """The names of fields that may be seen but are not for this visitor to fill in."""
        names = set() if self["absent"].data else {"contact_name"}
        for person in self.people:
            if person.place and self[f"{person.prefix}same"].data:
                names.add(f"{person.prefix}organisation")
        return names | {one.field.name for one in self._not_asked()}

    def _not_asked(self) -> Iterator[Asked]:
        """The questions of the form that are not put to who comes by these ways."""
        for person in self.people:
            ways = {event_id: {way} for event_id, way in person.ways.items()}
            yield from self._other_than(person.every_question, "person", ways)
        ways = {}
        for person in self.people:
            for event_id, way in person.ways.items():
                ways.setdefault(event_id, set()).add(way)
        yield from self._other_than(self.once, "signup", ways)

    def _other_than(
        self, asked: Collection[Asked], of: str, ways: dict[int, set[str]]
    ) -> Iterator[Asked]:
        put = {one.id for one in wishes.asked(self.ground.offer, of, ways, answers(asked))}
        both = (one for parent in asked for one in (parent, *parent.more))
        return (one for one in both if one.question.id not in put)

    @property
    def unasked_answers(self) -> tuple[Asked, ...]:
        """What the office typed in although nobody is asked it who comes so: it would be lost.

        What depends on another answer is left out: it goes out of sight with that one.
        """
        if not self.ground.by_office:
            return ()
        top = (one for one in self._not_asked() if one.question.depends_on_id is None)
        return tuple(one for one in top if one.asks_for_something)

    def without_unasked(self) -> Typed:
        """What was typed but for ``unasked_answers`` and what depends on them."""
        values: Typed = MultiDict(self.typed)
        for one in self.unasked_answers:
            for field in (one.field, *(child.field for child in one.more)):
                values.poplist(field.name)
        return values

    def _validate_email(self) -> None:
        field, kept = self["email"], self["email_kept"]
        if not field.data or field.errors:
            return
        try:
            self.address = read_email(field.data, kept.data or "")
        except DoubtfulAddress as doubt:
            field.data = kept.data = doubt.read
            self.suggestion = doubt.suggestion
            field.errors = [str(doubt)]
        else:
            field.data = self.address.value

    def _validate_people(self) -> None:
        seen: dict[tuple[str, ...], int] = {}
        for person in self.people:
            name = person["name"]
            key = tuple(same_text(person[part].data) for part in ("name", "reading", "role"))
            if not name.errors and key in seen:
                message = _(
                    "The name is the same as that of person %(n)s. If they are two people, "
                    "please tell them apart by their roles; if not, please remove one",
                    n=seen[key],
                )
                name.errors = [message]
            seen.setdefault(key, person.number)
            self._validate_standing(person)
            if not person.ways and not self._has_error(person):
                self._first_field(person).errors = [
                    _("Please choose at least one meeting, or remove whoever does not attend")
                ]
        if self.wanted > self.count:
            self.form_errors = [too_many(self.ground.most_people)]

    def _validate_standing(self, person: PersonPart) -> None:
        field = person.standing
        asked = any(one.id in person.ways for one in person.asks_standing)
        if field is not None and asked and not (field.data or self.ground.by_office):
            field.errors = [_("Please choose as what you take part")]

    def _has_error(self, person: PersonPart) -> bool:
        return any(one.field is not None and one.field.errors for one in person.attendances)

    def _first_field(self, person: PersonPart) -> Field:
        fields = (one.field for one in person.attendances if one.field is not None)
        return next(fields, person["name"])

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """(id of the field or '', what to do) of every error, naming whose it is."""
        found = [("", str(one)) for one in self.form_errors]
        for name, field in self._fields.items():
            if field.errors:
                found.append((field.id, self._whose(name, str(field.errors[0]))))
        return tuple(found)

    def _whose(self, name: str, message: str) -> str:
        prefix, dash, _rest = name.partition("-")
        if self.count == 1 or not dash:
            return message
        return gettext("Person %(n)s: %(message)s", n=int(prefix[1:]) + 1, message=message)

    @property
    def carried(self) -> Iterator[tuple[str, str]]:
        """(name, value) of everything that is not empty, for hidden inputs of the next page."""
        for name, field in self._fields.items():
            data = field.data
            for one in data if isinstance(data, list) else [data]:
                if one is True:
                    yield name, "1"
                elif one:
                    yield name, str(one)

    @property
    def values(self) -> Typed:
        """The same as a mapping that a form can be built from."""
        return MultiDict(list(self.carried))

    def vanished(self) -> Refused | None:
        """What was chosen and cannot be chosen any more, if there is something."""
        for place, row in enumerate(self.layout.seats):
            for seat in row:
                said = self.typed.get(f"p{place}-way-{seat.meeting.id}")
                code = vanished_code(seat, said) if said else None
                if code is not None:
                    return Refused(code, seat.meeting.id, place)
        return None

    @property
    def entry(self) -> Entry:
        """What was entered, cleaned; only of a form that is valid."""
        first = self.people[0]
        organisation = first["organisation"].data
        attends = not self["absent"].data
        entry = Entry(
            people=tuple(person_entry(one, organisation) for one in self.people),
            contact_name=first["name"].data if attends else self["contact_name"].data,
            contact_attends=attends,
            organisation=organisation,
            email=self["email"].data or "",
            email_may_fail=bool(self.address and self.address.may_fail),
            telephone=self["telephone"].data or "",
            note=self["note"].data or "",
            answers=answers(self.once),
            locale=self["letters_in"].data if "letters_in" in self else current_locale(),
            seen_waiting=read_seen(self["seen"].data or ""),
        )
        return wishes.only_asked(entry, self.ground.offer)

    def show_waiting(self, waiting: Iterator[tuple[int, int]]) -> None:
        """Carry along who was shown as waiting."""
        self["seen"].data = ",".join(f"{person}:{event}" for person, event in sorted(waiting))


def too_many(most: int) -> str:
    """That a form takes only so many people, and what to do with more."""
    return gettext(
        "One sign-up takes up to %(n)s people. Please sign up the others with a second form.",
        n=most,
    )
