"""What the check page shows: every value with its way back, and what becomes of each wish. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from app.events.facts import MeetingView, Offer, QuestionView
from app.events.standings import standing_name
from app.registration import wishes
from app.registration.facts import AnswerEntry, Entry, PersonEntry
from app.registration.rules import Outcome, Plan
from app.web.locale import gettext as _


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value. ``edit``: the field to go back to, '' for none; ``way`` instead of a value.

    ``before``: what it was, where a change makes it another; None where nothing changes.
    ``arranges``: it is about what is to be arranged.
    """

    term: str
    value: str = ""
    edit: str = ""
    meeting: MeetingView | None = None
    way: str = ""
    note: str = ""
    outcome: Outcome | None = None
    before: str | None = None
    arranges: bool = False


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person with everything that was entered of them; ``is_new``: not in the sign-up yet."""

    number: int
    name: str
    rows: tuple[Row, ...]
    is_new: bool = False


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody who will wait, and as which in the queue."""

    name: str
    meeting: MeetingView
    way: str
    position: int


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Two meetings at the same time, and who attends both."""

    names: tuple[str, ...]
    first: MeetingView
    second: MeetingView


@dataclass(frozen=True, kw_only=True)
class CheckPage:
    """All of the check page."""

    people: tuple[Person, ...]
    contact: tuple[Row, ...]
    waiting: tuple[Waiting, ...] = ()
    clashes: tuple[Clash, ...] = ()
    leaving: tuple[str, ...] = ()

    @property
    def arranges(self) -> bool:
        """Whether among ``contact`` is what is to be arranged."""
        return any(row.arranges for row in self.contact)

    @property
    def changes(self) -> bool:
        """Whether anything differs from what is there now."""
        rows = (*(row for one in self.people for row in one.rows), *self.contact)
        new = any(one.is_new for one in self.people)
        return new or bool(self.leaving) or any(row.before is not None for row in rows)


def check_page(entry: Entry, offer: Offer, plan: Plan | None, before: Entry | None) -> CheckPage:
    """What an entry means; ``plan`` None before anything was asked, ``before`` for changes."""
    vain = {meeting.id for meeting in offer.meetings if meeting.in_vain}
    outcomes = {
        (one.wish.person, one.wish.event_id): one
        for one in (plan.outcomes if plan else ())
        if one.wish.event_id not in vain
    }
    old = {one.participant_id: one for one in before.people} if before else {}
    people = tuple(
        Person(
            number=place + 1,
            name=one.name,
            rows=tuple(_person_rows(entry, offer, place, outcomes, old.get(one.participant_id))),
            is_new=before is not None and one.participant_id not in old,
        )
        for place, one in enumerate(entry.people)
    )
    staying = {one.participant_id for one in entry.people}
    return CheckPage(
        people=people,
        contact=tuple(_contact_rows(entry, offer, before)),
        waiting=tuple(_waiting(entry, offer, outcomes.values())),
        clashes=tuple(_clashes(entry, offer)),
        leaving=tuple(p.name for key, p in old.items() if key not in staying),
    )


def _person_rows(
    entry: Entry,
    offer: Offer,
    place: int,
    outcomes: Mapping[tuple[int, int], Outcome],
    old: PersonEntry | None,
) -> Iterator[Row]:
    one, prefix = entry.people[place], f"p{place}-"
    yield Row(
        term=_("Name"),
        value=one.name,
        note=one.reading,
        edit=f"{prefix}name",
        before=_was((one.name, one.reading), (old.name, old.reading) if old else None),
    )
    same = place > 0 and one.organisation == entry.organisation and one.organisation != ""
    yield Row(
        term=_("Organisation"),
        value=_("The same as person 1") if same else one.organisation,
        note=one.organisation if same else "",
        edit=f"{prefix}{'same' if same else 'organisation'}",
        before=_was((one.organisation,), (old.organisation,) if old else None),
    )
    yield Row(
        term=_("Role"),
        value=one.role,
        edit=f"{prefix}role",
        before=_was((one.role,), (old.role,) if old else None),
    )
    if one.standing or (old is not None and old.standing):
        yield Row(
            term=_("Standing"),
            value=standing_name(one.standing),
            edit=f"{prefix}standing",
            before=_was((standing_name(one.standing),), (standing_name(old.standing),))
            if old
            else None,
        )
    for meeting in offer.meetings:
        way, had = one.ways.get(meeting.id, ""), old.ways.get(meeting.id, "") if old else ""
        if way or had or meeting.can_join:
            yield Row(
                term=meeting.title,
                meeting=meeting,
                way=way,
                edit=f"{prefix}way-{meeting.id}",
                outcome=outcomes.get((place, meeting.id)),
                before=None if old is None or had == way else had,
            )
        kept = old.answers if old else None
        yield from _answer_rows(offer, meeting, "person", prefix, one.answers, kept)
    put = _arrangements(offer, one)
    yield from _nothing_to_arrange(put, prefix, one.answers, old.answers if old else ())


def _arrangements(offer: Offer, one: PersonEntry) -> tuple[QuestionView, ...]:
    put = wishes.asked(offer, "person", wishes.ways_of([one]), one.answers)
    return tuple(question for question in put if question.is_arrangement)


def _was(now: tuple[str, ...], old: tuple[str, ...] | None) -> str | None:
    return None if old is None or now == old else " ".join(part for part in old if part)


def _answer_rows(  # noqa: PLR0913, PLR0917  # whose, at which meeting, now and before
    offer: Offer,
    meeting: MeetingView,
    of: str,
    prefix: str,
    answers: Collection[AnswerEntry],
    old: Collection[AnswerEntry] | None,
) -> Iterator[Row]:
    """The answers that were given, and those that are no longer."""
    for question in offer.questions_of(meeting.id):
        if question.asked != of:
            continue
        said, was = _said(question, answers), _said(question, old or ())
        if said or was:
            yield Row(
                term=question.label,
                value=said,
                note=meeting.title if of == "signup" and len(offer.meetings) > 1 else "",
                edit="" if question.closed else f"{prefix}q{question.id}",
                before=None if old is None or said == was else was,
                arranges=question.is_arrangement,
            )


def _nothing_to_arrange(
    every: Collection[QuestionView],
    prefix: str,
    answers: Collection[AnswerEntry],
    old: Collection[AnswerEntry],
) -> Iterator[Row]:
    """That nothing is to be arranged, said in one row: else nobody would notice what is missing."""
    open_ones = [one for one in every if not one.closed]
    if open_ones and not any(_said(one, answers) or _said(one, old) for one in every):
        edit = f"{prefix}q{open_ones[0].id}"
        yield Row(term=_("What we should arrange"), edit=edit, arranges=True)


def _said(question: QuestionView, answers: Collection[AnswerEntry]) -> str:
    for one in answers:
        if one.question_id == question.id:
            labels = [c.label for c in question.choices if c.id in one.choice_ids]
            return _(", ").join(labels) if labels else one.text
    return ""


def _contact_rows(entry: Entry, offer: Offer, before: Entry | None) -> Iterator[Row]:
    for meeting in offer.meetings:
        old = before.answers if before else None
        yield from _answer_rows(offer, meeting, "signup", "", entry.answers, old)
    # Where people are asked by themselves, it is said beside their names, and once is enough.
    if all(q.closed for one in entry.people for q in _arrangements(offer, one)):
        put = wishes.asked(offer, "signup", wishes.ways_of(entry.people), entry.answers)
        every = [question for question in put if question.is_arrangement]
        yield from _nothing_to_arrange(every, "", entry.answers, before.answers if before else ())
    terms: tuple[tuple[str, str], ...] = (
        *(("email", _("E-mail address")), ("telephone", _("Telephone number"))),
        ("note", _("Message to the office")),
    )
    if not entry.contact_attends or (before is not None and not before.contact_attends):
        terms = (("contact_name", _("Who signs up")), *terms)
    for name, term in terms:
        value = getattr(entry, name)
        was = getattr(before, name) if before is not None else value
        yield Row(term=term, value=value, edit=name, before=None if was == value else was)


def _waiting(entry: Entry, offer: Offer, outcomes: Collection[Outcome]) -> Iterator[Waiting]:
    for one in outcomes:
        if one.state == "waiting":
            yield Waiting(
                name=entry.people[one.wish.person].name,
                meeting=offer.meeting(one.wish.event_id),
                way=one.wish.way,
                position=one.position or 1,
            )


def _clashes(entry: Entry, offer: Offer) -> Iterator[Clash]:
    """Pointed out, not forbidden: somebody may mean to leave one early."""
    for first, second in combinations(offer.meetings, 2):
        if any(a.start < b.end and b.start < a.end for a in first.spans for b in second.spans):
            both = [one for one in entry.people if {first.id, second.id} <= one.ways.keys()]
            if both:
                yield Clash(names=tuple(one.name for one in both), first=first, second=second)


def without_edits(page: CheckPage) -> CheckPage:
    """The same page with no way back to the fields."""
    people = tuple(
        replace(one, rows=tuple(replace(row, edit="") for row in one.rows)) for one in page.people
    )
    return replace(page, people=people, contact=tuple(replace(r, edit="") for r in page.contact))
