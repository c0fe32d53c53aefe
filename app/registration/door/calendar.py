"""The calendar of one sign-up to download: the objects of the letters, published in one file."""

from collections.abc import Collection, Iterator
from datetime import datetime

from icalendar import Calendar

from app.events.facts import Offer
from app.mail.calendar import Party, calendar_object
from app.mail.letter import Invite
from app.registration.facts import Signup
from app.registration.letters import letters, snapshots
from app.registration.links import manage_url
from app.web.association import association


def calendar_of(
    signup: Signup, offer: Offer, event_ids: Collection[int], moment: datetime
) -> bytes | None:
    """One file with every meeting of ``event_ids`` at which somebody has a place.

    With the same UID and SEQUENCE as the invites of the letters, so that nothing appears twice.

    Args:
        signup: whose.
        offer: its meetings.
        event_ids: those that are asked for.
        moment: now (aware), for DTSTAMP.

    Returns:
        None where nobody has a place at any of them.
    """
    invites = tuple(_invites(signup, offer, event_ids))
    if not invites:
        return None
    own = association().reply_to
    guest = Party(name=signup.contact_name, address=signup.email or own)
    whole: Calendar | None = None
    for host_id, invite in invites:
        host = association(host_id)
        office = Party(name=host.office_name, address=host.reply_to)
        made = Calendar.from_ical(
            calendar_object(invite, stamp=moment, organiser=office, attendee=guest)
        )
        whole = made if whole is None else _joined(whole, made)
    assert whole is not None  # noqa: S101  # there is an invite
    whole["METHOD"] = "PUBLISH"
    for event in whole.walk("VEVENT"):
        event.pop("ATTENDEE", None)
    text: bytes = whole.to_ical(sorted=False)
    return text


def _joined(whole: Calendar, other: Calendar) -> Calendar:
    for event in other.walk("VEVENT"):
        whole.add_component(event)
    return whole


def _invites(
    signup: Signup, offer: Offer, event_ids: Collection[int]
) -> Iterator[tuple[int | None, Invite]]:
    """Each with the host in whose name its meeting is announced."""
    # A duplicate's page must look like any other: whoever opens it may be a stranger.
    whole = snapshots.take(signup, offer)
    url = manage_url(signup.registration_id, signup.link_version)
    hosts = {meeting.id: meeting.host_id for meeting in offer.meetings}
    for change in snapshots.invites(None, whole):
        if int(change.event) in event_ids:
            made = letters.event_invites(signup, change.event, change.facts, whole, "REQUEST", url)
            yield from ((hosts.get(int(change.event)), invite) for invite in made)
