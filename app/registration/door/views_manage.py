"""The personal page: what was signed up for, as a page and as a calendar."""

from functools import partial

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.base.clock import now
from app.base.errors import NotFound
from app.base.timezones import to_local
from app.events.facts import MeetingView, Offer
from app.events.files import queries as files
from app.events.files.facts import Reader, signed_up
from app.events.offers import get_offer_of
from app.events.rules import change_open
from app.registration import links, queries
from app.registration.door.acts import acts_of
from app.registration.door.blueprint import blueprint
from app.registration.door.calendar import calendar_of
from app.registration.door.standing import standing_of
from app.registration.facts import Signup
from app.registration.invitations.queries import event_invited_to
from app.web.downloads import hand_out
from app.web.headers import keep_private
from app.web.locale import current_locale, prefer_locale
from app.web.qr import qr_svg

SAID = ("changed", "cancelled", "unchanged")


@blueprint.get("/r/<token:token>")
def manage(token: str) -> Response:
    """Everything of one sign-up, and what can be done with it."""
    signup, offer = signup_of(token)
    said = request.args.get("said", "")
    return private(
        "registration/manage.html",
        signup,
        offer,
        token=token,
        said=said if said in SAID else "",
        acts=acts_of(signup, offer),
        files=files.list_by_meeting(sorted(signup.taking_part), current_locale(), _reader(signup)),
    )


@blueprint.get("/r/<token:token>/calendar.ics")
def calendar(token: str) -> Response:
    """The meetings with a place, for any calendar; it is a copy and changes nothing."""
    signup, offer = signup_of(token)
    return _calendar(signup, offer, offer.meetings, signup.number)


@blueprint.get("/r/<token:token>/calendar-<int(max=2147483647):event_id>.ics")
def calendar_of_meeting(token: str, event_id: int) -> Response:
    """One meeting for any calendar."""
    signup, offer = signup_of(token)
    meetings = tuple(one for one in offer.meetings if one.id == event_id)
    return _calendar(
        signup, offer, meetings, "-".join([*(m.slug for m in meetings), signup.number])
    )


@blueprint.get(
    "/r/<token:token>/files/<int(max=2147483647):event_id>/<int(max=2147483647):file_id>"
)
def file(token: str, event_id: int, file_id: int) -> Response:
    """A material of a meeting that only those may have who are signed up for it."""
    signup, _offer = signup_of(token)
    if event_id not in signup.taking_part:
        raise NotFound("file")
    found = files.get_file(event_id, file_id, current_locale(), _reader(signup))
    return keep_private(hand_out(found, partial(files.read_content, found)))


def _reader(signup: Signup) -> Reader:
    """As which a sign-up may have files: of meetings at which somebody votes, all."""
    return signed_up(now(), signup.voting_at)


def _calendar(
    signup: Signup, offer: Offer, meetings: tuple[MeetingView, ...], name: str
) -> Response:
    body = calendar_of(signup, offer, {one.id for one in meetings}, now())
    if body is None:
        raise NotFound("calendar")
    response = make_response(body)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return keep_private(response)


def signup_of(token: str) -> tuple[Signup, Offer]:
    """The sign-up of a personal link and its meetings, in its language unless asked otherwise.

    Raises:
        NotFound: the link is none of ours.
        Gone: it was replaced.
    """
    found = links.read_manage(token)
    if found is None:
        raise NotFound("registration")
    signup = queries.get_signup(*found)
    prefer_locale(signup.locale)
    return signup, _offer_to(signup)


def _offer_to(signup: Signup) -> Offer:
    """Its meetings; whoever came by an invitation that is still good can add people by it."""
    moment = now()
    offer = get_offer_of(signup.series_id, current_locale(), moment)
    return offer.for_invited(event_invited_to(signup.invitation_id, moment), moment)


def changeable(signup: Signup, offer: Offer) -> frozenset[int]:
    """The meetings of a sign-up that can still be changed by its link."""
    return frozenset(
        one.id
        for one in offer.meetings
        if one.id in signup.event_ids and change_open(one.facts, now())
    )


def private(template: str, signup: Signup, offer: Offer, **facts: object) -> Response:
    """A page about one sign-up: kept by nobody."""
    numbers = (signup.registration_id, signup.link_version)
    zone = offer.meetings[0].zone
    token = links.manage_token(*numbers)
    page = render_template(
        template,
        signup=signup,
        offer=offer,
        meetings=meetings_of(signup, offer),
        standing=standing_of(signup, offer),
        changeable=changeable(signup, offer),
        manage_url=links.manage_url(*numbers),
        calendar_url=url_for("registration.calendar", token=token),
        calendars={
            one.id: url_for("registration.calendar_of_meeting", token=token, event_id=one.id)
            for one in offer.meetings
            if one.spans and one.status not in {"cancelled", "past"} and _has_place(one, signup)
        },
        received=to_local(signup.created_at, zone),
        qr=qr_svg(links.check_in_code(*numbers)),
        **{"token": token, **facts},
    )
    return keep_private(make_response(page))


def meetings_of(signup: Signup, offer: Offer) -> tuple[MeetingView, ...]:
    """The meetings that anybody of it ever signed up for, in the order of the day."""
    ids = {booking.event_id for person in signup.people for booking in person.bookings}
    return tuple(one for one in offer.meetings if one.id in ids)


def _has_place(meeting: MeetingView, signup: Signup) -> bool:
    bookings = (person.booking(meeting.id) for person in signup.people)
    return any(one is not None and one.state == "confirmed" for one in bookings)
