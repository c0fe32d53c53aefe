"""What a form asks for, in the terms of the rules: pure, so that check page and service agree."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from app.events.facts import ChoiceView, Offer, QuestionView
from app.registration.facts import AnswerEntry, Entry, Newcomer, PersonEntry, Signup
from app.registration.rules import Held, Meeting, Outcome, Pick, Queued, Wish


def meetings(offer: Offer, queues: Mapping[int, tuple[Queued, ...]]) -> tuple[Meeting, ...]:
    """The meetings of an offer as the rules see them."""
    return tuple(
        Meeting(id=one.id, facts=one.facts, places=one.places, queue=queues.get(one.id, ()))
        for one in offer.meetings
    )


def held(signup: Signup | None) -> tuple[Held, ...]:
    """What a sign-up has now; duplicates and what was cancelled hold nothing."""
    if signup is None:
        return ()
    return tuple(
        Held(
            booking_id=one.id,
            event_id=one.event_id,
            way=one.way,
            state=one.state,  # type: ignore[arg-type]  # of a booking that is active
            seats=one.seats,
        )
        for person in signup.people
        for one in person.bookings
        if one.active and not one.is_duplicate
    )


def wishes(
    entry: Entry,
    offer: Offer,
    signup: Signup | None = None,
    duplicates: Collection[tuple[int, int]] = (),
    beyond: Collection[tuple[int, int]] = (),
) -> tuple[Wish, ...]:
    """What an entry asks for, person by person in the order of the meetings.

    Args:
        entry: the checked form.
        offer: the meetings.
        signup: what is changed; None for a new sign-up.
        duplicates: (place of the person, meeting id) of all that are signed up elsewhere already.
        beyond: the same of all to whom the office gives a place though none is free.
    """
    now_held = {person.id: person for person in signup.people} if signup else {}
    found = []
    for place, person in enumerate(entry.people):
        has = now_held.get(person.participant_id or 0)
        for meeting in offer.meetings:
            way = person.ways.get(meeting.id)
            if not way:
                continue
            booking = has.booking(meeting.id) if has else None
            real = booking is not None and booking.active and not booking.is_duplicate
            found.append(
                Wish(
                    person=place,
                    event_id=meeting.id,
                    way=way,
                    seats=1 + _extra_seats(entry, offer, place, meeting.id),
                    booking_id=booking.id if booking and real else None,
                    duplicate=(place, meeting.id) in duplicates,
                    beyond=(place, meeting.id) in beyond,
                    admitted=booking is not None and booking.id in entry.admitted,
                )
            )
    return tuple(found)


def _extra_seats(entry: Entry, offer: Offer, place: int, event_id: int) -> int:
    """Seats for helpers: of the person's own answers; of those asked once, with the first."""
    answers = list(entry.people[place].answers)
    first = next((n for n, p in enumerate(entry.people) if p.ways.get(event_id)), None)
    if first == place:
        answers += entry.answers
    return sum(
        choice.seats
        for question in offer.questions_of(event_id)
        for choice in _chosen(question, answers)
    )


def _chosen(question: QuestionView, answers: Collection[AnswerEntry]) -> Iterator[ChoiceView]:
    ids = {one for a in answers if a.question_id == question.id for one in a.choice_ids}
    return (choice for choice in question.choices if choice.id in ids)


def asked(
    offer: Offer, of: str, ways: Mapping[int, Collection[str]], answers: Collection[AnswerEntry]
) -> tuple[QuestionView, ...]:
    """The questions that are put to somebody; form, check and service go by it.

    Args:
        offer: the meetings and their questions.
        of: 'person' for what each person is asked, 'signup' for what is asked once.
        ways: meeting id → the ways by which they come ('signup': by which anybody comes).
        answers: what they answered; decides about questions that depend on another.
    """
    found: dict[int, QuestionView] = {}
    for question in offer.questions:
        coming = ways.get(question.event_id, ())
        if question.asked != of or not coming or question.way not in {"", *coming}:
            continue
        parent = found.get(question.depends_on_id or 0)
        opened = parent is not None and any(c.opens for c in _chosen(parent, answers))
        if question.depends_on_id is None or opened:
            found[question.id] = question
    return tuple(found.values())


def ways_of(people: Collection[PersonEntry]) -> dict[int, set[str]]:
    """Meeting id → the ways by which any of these people come."""
    found: dict[int, set[str]] = {}
    for person in people:
        for event_id, way in person.ways.items():
            found.setdefault(event_id, set()).add(way)
    return found


def only_asked(entry: Entry, offer: Offer) -> Entry:
    """The entry without answers to what was not asked, or is asked no longer."""
    people = tuple(
        replace(
            one, answers=_only(one.answers, asked(offer, "person", ways_of([one]), one.answers))
        )
        for one in entry.people
    )
    once = asked(offer, "signup", ways_of(entry.people), entry.answers)
    return replace(entry, people=people, answers=_only(entry.answers, once))


def _only(
    answers: Collection[AnswerEntry], questions: Collection[QuestionView]
) -> tuple[AnswerEntry, ...]:
    known = {question.id: {choice.id for choice in question.choices} for question in questions}
    return tuple(
        replace(one, choice_ids=tuple(c for c in one.choice_ids if c in known[one.question_id]))
        for one in answers
        if one.question_id in known
    )


def picks(
    entry: Entry, offer: Offer, outcomes: Collection[Outcome], signup: Signup | None
) -> Iterator[Pick]:
    """The choices that everybody with a place has made, with whether they hold them already."""
    placed = {(o.wish.person, o.wish.event_id) for o in outcomes if _has_place(o)}
    kept = _kept(signup)
    for place, person in enumerate(entry.people):
        yield from _picks(offer, person.answers, place, person.participant_id, placed, kept)
    once = {(None, event_id) for _place, event_id in placed}
    yield from _picks(offer, entry.answers, None, None, once, kept)


def _has_place(outcome: Outcome) -> bool:
    return outcome.state == "confirmed" and not outcome.wish.duplicate


def _kept(signup: Signup | None) -> set[tuple[int | None, int | None]]:
    answers = signup.answers if signup else ()
    return {(one.participant_id, one.choice_id) for one in answers if one.held}


def _picks(  # noqa: PLR0913, PLR0917  # one loop over what belongs together
    offer: Offer,
    answers: Collection[AnswerEntry],
    place: int | None,
    participant_id: int | None,
    placed: Collection[tuple[int | None, int]],
    kept: Collection[tuple[int | None, int | None]],
) -> Iterator[Pick]:
    for question in offer.questions:
        if (place, question.event_id) not in placed:
            continue
        for choice in _chosen(question, answers):
            yield Pick(
                choice_id=choice.id,
                event_id=question.event_id,
                person=place,
                kept=(participant_id, choice.id) in kept,
            )


def choices_left(offer: Offer, signup: Signup | None) -> dict[int, int | None]:
    """Places by choice that nobody else has taken; None for no limit."""
    own = Counter(one.choice_id for one in (signup.answers if signup else ()) if one.held)
    return {
        choice.id: None if choice.places is None else choice.places - choice.held + own[choice.id]
        for question in offer.questions
        for choice in question.choices
    }


def entry_of(signup: Signup, offer: Offer, without: Collection[int] = ()) -> Entry:
    """A sign-up as the form would send it back, but for the bookings in ``without``.

    People who are left with no meeting are not in it.
    """
    people = []
    for person in signup.people:
        ways = {b.event_id: b.way for b in person.bookings if b.active and b.id not in without}
        if ways:
            people.append(
                PersonEntry(
                    participant_id=person.id,
                    name=person.name,
                    reading=person.reading,
                    organisation=person.organisation,
                    role=person.role,
                    standing=person.standing,
                    ways=ways,
                    answers=answers_of(signup, person.id, offer, ways),
                )
            )
    coming = {event_id: "venue" for one in people for event_id in one.ways}
    return Entry(
        people=tuple(people),
        contact_name=signup.contact_name,
        contact_attends=signup.contact_attends,
        organisation=signup.organisation,
        email=signup.email,
        email_may_fail=signup.email_may_fail,
        telephone=signup.telephone,
        note=signup.note,
        answers=answers_of(signup, None, offer, coming),
        locale=signup.locale,
    )


def by_way(entry: Entry, signup: Signup, ways: Mapping[int, str]) -> Entry:
    """The entry of a sign-up with other ways for some of its bookings (id → way)."""
    moved = {
        (person.id, one.event_id): ways[one.id]
        for person in signup.people
        for one in person.bookings
        if one.id in ways
    }
    people = tuple(
        replace(
            one,
            ways={e: moved.get((one.participant_id or 0, e), way) for e, way in one.ways.items()},
        )
        for one in entry.people
    )
    return replace(entry, people=people)


def with_newcomer(entry: Entry, offer: Offer, participant_id: int, newcomer: Newcomer) -> Entry:
    """The entry with somebody else in place of a person, whose own answers go.

    What is arranged and consented to is the person's own, also where it was asked once and nobody
    else comes to that meeting; what is ordered goes with the place where the newcomer keeps it.
    """
    own = {one.id for one in offer.questions if one.is_arrangement or one.kind == "consent"}
    leaving = own - _shared_with(entry, offer, participant_id)
    if newcomer.keeps_wishes:
        leaving -= {one.id for one in offer.questions if one.is_arrangement}
    people = tuple(
        replace(
            one,
            name=newcomer.name,
            reading=newcomer.reading,
            organisation=newcomer.organisation,
            role=newcomer.role,
            standing=newcomer.standing,
            answers=tuple(
                answer
                for answer in one.answers
                if newcomer.keeps_answers and answer.question_id not in own
            ),
        )
        if one.participant_id == participant_id
        else one
        for one in entry.people
    )
    first = entry.people[0].participant_id == participant_id
    attends = entry.contact_attends and not first
    answers = tuple(answer for answer in entry.answers if answer.question_id not in leaving)
    return replace(entry, people=people, answers=answers, contact_attends=attends)


def passed_on(entry: Entry, offer: Offer, participant_id: int) -> frozenset[int]:
    """The questions that one person has answered and whose answers a newcomer can keep."""
    after = only_asked(with_newcomer(entry, offer, participant_id, Newcomer(name="")), offer)
    return frozenset(
        answer.question_id
        for one in after.people
        if one.participant_id == participant_id
        for answer in one.answers
        if answer.choice_ids or answer.text
    )


def wished_once(entry: Entry, offer: Offer, participant_id: int) -> tuple[bool, bool]:
    """Whether anything is to be arranged for the sign-up as a whole, seen from one person of it.

    First for meetings to which only they come of it, then for those to which others come as well.
    """
    wished = {one.id for one in offer.questions if one.is_arrangement and _asks_for(one, entry)}
    shared = _shared_with(entry, offer, participant_id)
    return bool(wished - shared), bool(wished & shared)


def _asks_for(question: QuestionView, entry: Entry) -> bool:
    """Whether something is to be arranged by what was answered once: 'no' asks for nothing."""
    said = any(one.text for one in entry.answers if one.question_id == question.id)
    return said or any(one.code != "no" for one in _chosen(question, entry.answers))


def _shared_with(entry: Entry, offer: Offer, participant_id: int) -> set[int]:
    """The questions of the meetings to which anybody but this person comes."""
    others = ways_of([one for one in entry.people if one.participant_id != participant_id])
    return {one.id for one in offer.questions if one.event_id in others}


def answers_of(
    signup: Signup, participant_id: int | None, offer: Offer, events: Collection[int]
) -> tuple[AnswerEntry, ...]:
    """The stored answers of one person, or (None) those asked once, of these meetings."""
    entries = []
    for question in offer.questions:
        rows = [
            one
            for one in signup.answers
            if one.question_id == question.id and one.participant_id == participant_id
        ]
        if rows and question.event_id in events:
            entries.append(
                AnswerEntry(
                    question_id=question.id,
                    choice_ids=tuple(one.choice_id for one in rows if one.choice_id),
                    text=next((one.text for one in rows if one.text), ""),
                )
            )
    return tuple(entries)
