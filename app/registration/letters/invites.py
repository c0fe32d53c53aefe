"""The calendar objects that go with a letter: one a meeting and session."""

from collections.abc import Iterator
from datetime import datetime

from app.association.stored import calendar_domain
from app.base.addresses import takes_files
from app.mail.letter import Invite
from app.registration.facts import Signup
from app.registration.letters import snapshots
from app.registration.letters.snapshots import Snapshot
from app.registration.links import manage_url
from app.web.plaintext import render_text


def invites_of(signup: Signup, before: Snapshot | None, after: Snapshot) -> Iterator[Invite]:
    """What brings the calendar of ``signup`` from ``before`` to ``after``.

    Carriers get none, since they take files for a danger. The UID comes from rows that never
    change, not from the title; SEQUENCE is the version.
    """
    if not signup.email or not takes_files(signup.email):
        return
    url = manage_url(signup.registration_id, signup.link_version)
    for change in snapshots.invites(before, after):
        whole = after if change.method == "REQUEST" else before or after
        yield from event_invites(signup, change.event, change.facts, whole, change.method, url)
        if change.method == "REQUEST" and before is not None:
            yield from _withdrawn(signup, change.event, before, after, url)


def _withdrawn(
    signup: Signup, event: str, before: Snapshot, after: Snapshot, url: str
) -> Iterator[Invite]:
    """Days that a meeting no longer has."""
    old = before["events"].get(event)
    if old is None:
        return
    kept = len(after["events"][event]["spans"])
    calendar = list(event_invites(signup, event, old, before, "CANCEL", url))
    yield from calendar[kept:]


def event_invites(  # noqa: PLR0913, PLR0917  # what a calendar shows
    signup: Signup, event: str, facts: Snapshot, whole: Snapshot, method: str, url: str
) -> Iterator[Invite]:
    """The calendar objects of one meeting, one a session.

    Args:
        signup: whose calendar.
        event: id of the meeting, as the snapshot has it.
        facts: the meeting in the snapshot.
        whole: the snapshot, for the names.
        method: 'REQUEST' or 'CANCEL'.
        url: the personal page.
    """
    domain = calendar_domain()
    people = [
        {"name": whole["people"][person], "way": way}
        for person, (way, state) in facts["bookings"].items()
        if state == "confirmed"
    ]
    ways = {one["way"] for one in people}
    online = facts["online"] if "online" in ways and method == "REQUEST" else ""
    place = " ".join(filter(None, (facts["venue"], facts["address"])))
    description = render_text(
        "mail/confirmed/calendar.txt", signup.locale, url=url, people=people, online_url=online
    )
    for number, (start, end) in enumerate(facts["spans"], start=1):
        yield Invite(
            uid=f"registration-{signup.registration_id}-event-{event}-{number}@{domain}",
            sequence=signup.version - 1,
            method=method,
            start=datetime.fromisoformat(start),
            end=datetime.fromisoformat(end),
            zone=facts["zone"],
            summary=facts["title"],
            location=place if "venue" in ways or not ways else online,
            description=description.strip(),
            url=url,
            name=_file_name(signup, event, facts, number),
        )


def _file_name(signup: Signup, event: str, facts: Snapshot, number: int) -> str:
    """By which people tell the files of a day apart; each session of a meeting has its own."""
    meeting = facts.get("slug") or f"event-{event}"  # none in snapshots of before
    return "-".join((meeting, signup.number, *((str(number),) if number > 1 else ())))
