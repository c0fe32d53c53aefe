"""The state of a sign-up as a letter tells it, and what is different in the next: pure.

A snapshot is plain JSON kept with the letter. So a letter says what changed since the last letter
that really went, whatever happened in between; and an invite is sent for exactly what it changes.
It holds no arrangement: of those only the version at which they last changed. Of what may be long
and freely written, notes and answers, only digests are kept, by which a letter can say that they
changed without repeating them.
"""

from collections.abc import Iterator
from typing import Any

from app.events.facts import MeetingView, Offer, QuestionView
from app.registration.facts import AnswerView, PersonView, Signup
from app.registration.letters.differences import (
    CONTACT,
    PERSON,
    Change,
    ChangeKind,
    InviteChange,
    Snapshot,
    compare,
    digest,
    invites,
)

__all__ = [
    "Change",
    "ChangeKind",
    "InviteChange",
    "Snapshot",
    "answer_text",
    "answers_of",
    "compare",
    "digest",
    "invites",
    "is_free",
    "take",
]


def take(signup: Signup, offer: Offer) -> dict[str, Any]:
    """The state of ``signup`` in the language of ``offer``; moments as ISO text in UTC."""
    return {
        "contact": {
            # A contact who attends is the first person, whose name stands among the people.
            "name": "" if signup.contact_attends else signup.contact_name,
            **{name: getattr(signup, name) for name in CONTACT[1:]},
        },
        "arranged": signup.arranged_version,
        "details": {
            "": digest(signup.note),
            **{
                str(person.id): [getattr(person, name) for name in PERSON]
                for person in signup.people
            },
        },
        "people": {str(person.id): person.name for person in signup.people},
        "events": {
            str(meeting.id): _event(meeting, signup, offer)
            for meeting in offer.meetings
            if any(person.booking(meeting.id) for person in signup.people)
        },
    }


def _event(meeting: MeetingView, signup: Signup, offer: Offer) -> dict[str, Any]:
    bookings = [(person, person.booking(meeting.id)) for person in signup.people]
    answered = tuple(_answered(meeting, signup, offer))
    return {
        "title": meeting.title,
        "slug": meeting.slug,
        "spans": [[span.start.isoformat(), span.end.isoformat()] for span in meeting.spans],
        "zone": meeting.zone,
        "venue": meeting.venue_name,
        "address": meeting.venue_address,
        "online": meeting.online_url,
        "cancelled": meeting.status == "cancelled",
        "bookings": {
            str(person.id): [booking.way, booking.state]
            for person, booking in bookings
            if booking is not None
        },
        "answers": {key: text for key, text, free in answered if not free},
        "texts": {key: digest(text) for key, text, free in answered if free},
    }


def _answered(
    meeting: MeetingView, signup: Signup, offer: Offer
) -> Iterator[tuple[str, str, bool]]:
    """Key, text, and whether it was written freely, of each answer that is no arrangement."""
    for question in offer.questions_of(meeting.id):
        if question.is_arrangement:
            continue
        for who in signup.people if question.asked == "person" else (None,):
            text = answer_text(signup, question, who)
            if text:
                yield f"{question.id}:{who.id if who else ''}", text, is_free(question)


def is_free(question: QuestionView) -> bool:
    """Whether people write what they like: such answers are never repeated in a letter."""
    return not question.choices and question.kind != "number"


def answers_of(
    signup: Signup, question: QuestionView, who: PersonView | None
) -> tuple[AnswerView, ...]:
    """What was answered by one person, or (``who`` None) once for all."""
    person = who.id if who else None
    return tuple(
        one
        for one in signup.answers
        if one.question_id == question.id and one.participant_id == person
    )


def answer_text(signup: Signup, question: QuestionView, who: PersonView | None) -> str:
    """What was answered, in words: the labels of the choices, else the text."""
    rows = answers_of(signup, question, who)
    labels = {choice.id: choice.label for choice in question.choices}
    chosen = [labels[one.choice_id] for one in rows if one.choice_id in labels]
    return (
        (", " if signup.locale == "en" else "、").join(chosen)
        if chosen
        else next((one.text for one in rows if one.text), "")
    )
