"""One person's page: what they come to, what they said, their letters, and what happened."""

from flask import render_template

from app.auth import queries as accounts
from app.auth.guards import my_meetings, office
from app.base.clock import now
from app.base.timezones import to_local
from app.events.heads import get_head, list_every_head
from app.events.offers import get_offer_of
from app.mail.queries import list_letters
from app.mail.words import reason_words
from app.organiser import origins, signup_words, words
from app.organiser.blueprint import blueprint
from app.registration import attendance
from app.registration.lists import people
from app.registration.queries import event_ids_of as events_of
from app.web.locale import current_locale


@blueprint.get("/events/<slug:slug>/people/<int(max=2147483647):participant_id>")
@office
def person(slug: str, participant_id: int) -> str:
    """Everything about one person; what is to be arranged has a page of its own, which is noted."""
    meeting = get_head(slug, current_locale())
    offer, mine = get_offer_of(meeting.series_id, current_locale(), now()), my_meetings()
    if mine is not None:
        offer = offer.only(mine)
    found = people.get_person([one.id for one in offer.meetings], participant_id)
    others = {one.id: one for one in list_every_head(current_locale())}
    others = {i: one for i, one in others.items() if one.series_id != meeting.series_id}
    if mine is not None:
        others = {i: one for i, one in others.items() if i in mine}
    entries = accounts.list_history_of("registration", *found.registration_ids)
    whole = {signup.registration_id: signup for signup, _person in found.signups}
    zones = {one.id: one.zone for one in offer.meetings}
    return render_template(
        "office/person.html",
        meeting=meeting,
        offer=offer,
        person=found.here,
        signups=found.signups,
        signup=found.signups[0][0],
        arrivals={
            booking_id: to_local(one.at, zones[event_id])
            for booking_id, one in attendance.arrivals(*found.registration_ids).items()
            for event_id in [_event_of(found, booking_id)]
            if event_id in zones
        },
        said=[
            one
            for signup, mine in found.signups
            for one in signup_words.said(signup, offer, arrangements=False)
            if one.person_id in {None, mine.id}
        ],
        letters=[
            (one, to_local(one.accepted_at or one.due_at, meeting.zone), reason_words(one.reason))
            for one in list_letters(*found.registration_ids)
        ],
        special=any(one.is_arrangement for one in offer.questions),
        elsewhere=[
            (there, one, one.begins and to_local(one.begins, there.zone))
            for one in people.list_elsewhere(found, others)
            for there in [others[one.event_id]]
        ],
        readable=mine is None or mine >= events_of(*found.registration_ids),
        notices=origins.notices(found.signups, meeting.zone),
        typed_by=origins.typed_by(whole.values()),
        numbers={i: one.number for i, one in whole.items()} if len(whole) > 1 else {},
        history=[
            done
            for entry in entries
            for done in signup_words.history(
                [entry], whole[entry.subject_id or 0], offer, meeting.zone
            )
        ],
        words=words,
    )


def _event_of(found: people.Person, booking_id: int) -> int | None:
    return next(
        (
            booking.event_id
            for _signup, mine in found.signups
            for booking in mine.bookings
            if booking.id == booking_id
        ),
        None,
    )
