"""Letters about one's own sign-up: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.base.addresses import takes_files
from app.base.timezones import to_local
from app.config import current_settings
from app.events.facts import MeetingView, Offer, Span
from app.mail.letter import Invite, Letter
from app.registration import snapshots
from app.registration.facts import Signup
from app.registration.links import another_url, manage_url
from app.registration.snapshots import Change, Snapshot
from app.web.plaintext import render_text

Kind = Literal[
    "confirmed",
    "waiting",
    "moved_up",
    "changed",
    "cancelled",
    "office_changed",
    "office_cancelled",
    "called_off",
    "queue_ended",
    "new_link",
]
Actor = Literal["person", "office", "queue", "queue_end", "meeting", "link"]
_KINDS: dict[Actor, Kind] = {
    "queue": "moved_up",
    "queue_end": "queue_ended",
    "link": "new_link",
}
"""Letters that are what they are whatever changed."""


@dataclass(frozen=True, kw_only=True)
class Why:
    """What a letter is about: who acted, the office's reason, and choices that were used up.

    ``lost``: (name of the person or '', label of the question) of each choice that could not be
    kept when somebody moved up.
    """

    actor: Actor
    reason: str = ""
    lost: tuple[tuple[str, str], ...] = field(default=())


def kind_of(before: Snapshot | None, after: Snapshot, why: Why) -> Kind:
    """Which letter tells what happened between two snapshots."""
    states = {
        state
        for event in after["events"].values()
        for _way, state in event["bookings"].values()
        if not event["cancelled"]
    }
    if why.actor in _KINDS:
        return _KINDS[why.actor]
    if not states & {"confirmed", "waiting"}:
        if why.actor == "person":
            return "cancelled"
        return "called_off" if why.actor == "meeting" else "office_cancelled"
    if why.actor in {"office", "meeting"}:
        return "office_changed"
    if before is not None:
        return "changed"
    return "confirmed" if "confirmed" in states else "waiting"


def told(signup: Signup, offer: Offer, before: Snapshot | None, why: Why) -> Letter | None:
    """The letter that brings the contact of ``signup`` from ``before`` up to date.

    It repeats no free text but names: else anybody could send theirs to anybody through us.

    Args:
        signup: as it is now.
        offer: its meetings, in the language of the sign-up.
        before: what they were last told; None where nothing was.
        why: who acted and why.

    Returns:
        None where they know everything already.
    """
    after = snapshots.take(signup, offer)
    changes = snapshots.compare(before, after) if before is not None else ()
    if before is not None and not changes and why.actor not in {"queue_end", "link"}:
        return None
    kind = kind_of(before, after, why)
    name = "confirm" if kind == "confirmed" else kind
    return _letter(
        kind,
        signup,
        _facts(signup, offer, changes, why),
        key=f"{name}:{signup.registration_id}:{signup.version}",
        invites=tuple(_invites(signup, before, after)),
        snapshot=after,
    )


def already(signup: Signup, first: Signup, offer: Offer) -> Letter:
    """To an address whose person is signed up already as ``first``: with that link, nothing else.

    Another person of the same name says so by the link of ``signup``.
    """
    facts = _facts(first, offer, (), Why(actor="person"))
    other = another_url(signup.registration_id, signup.link_version)
    return _letter(
        "already",
        signup,
        {**facts, "name": signup.contact_name, "other_url": other, "second": signup.number},
        key=f"already:{signup.registration_id}:{signup.version}",
    )


def _letter(kind: str, signup: Signup, facts: Mapping[str, Any], key: str, **more: Any) -> Letter:
    locale = signup.locale
    subject = render_text(f"mail/{kind}/subject.txt", locale, **facts)
    body = render_text(f"mail/{kind}/body.txt", locale, **facts)
    return Letter(
        key=key,
        purpose=kind,
        to_address=signup.email,
        to_name=signup.contact_name,
        locale=locale,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        registration_id=signup.registration_id,
        registration_version=signup.version,
        **more,
    )


def _facts(signup: Signup, offer: Offer, changes: Sequence[Change], why: Why) -> dict[str, Any]:
    concerned = [one for one in offer.meetings if one.id in signup.event_ids]
    every = [m for m in offer.meetings if any(p.booking(m.id) for p in signup.people)]
    titled = concerned or every
    return {
        "name": signup.contact_name,
        "number": signup.number,
        "title": titled[0].title if titled else "",
        "day": _common_day(titled),
        "more": len(titled) - 1,
        "is_sample": any(one.is_sample for one in titled),
        "meetings": tuple(_meeting(one, signup, offer) for one in concerned),
        "changes": tuple(_change(one, signup, offer) for one in changes),
        "waits": any(b.state == "waiting" for p in signup.people for b in p.bookings),
        "arranged": signup.arranged_version == signup.version,
        "alone": len(signup.coming) == 1 and signup.contact_attends,
        "reason": why.reason,
        "lost": why.lost,
        "url": manage_url(signup.registration_id, signup.link_version),
        "change_until": max((m.change_until for m in concerned if m.change_until), default=None),
    }


def _common_day(meetings: Sequence[MeetingView]) -> Any:
    days = {meeting.day for meeting in meetings}
    return days.pop() if len(meetings) > 1 and len(days) == 1 else None


def _meeting(meeting: MeetingView, signup: Signup, offer: Offer) -> dict[str, Any]:
    """One meeting with everybody who comes or waits."""
    people = [
        {"name": person.name, "way": b.way, "state": b.state, "position": b.position}
        for person in signup.coming
        if (b := person.booking(meeting.id)) is not None and b.active
    ]
    ways = {one["way"] for one in people if one["state"] == "confirmed"}
    return {
        "view": meeting,
        "cancelled": meeting.status == "cancelled",
        "people": people,
        "ways": ways,
        "online_url": meeting.online_url if "online" in ways else "",
        "answers": tuple(_answers(meeting, signup, offer)),
    }


def _answers(meeting: MeetingView, signup: Signup, offer: Offer) -> Iterator[dict[str, str]]:
    """What was chosen, without arrangements and free texts."""
    for question in offer.questions_of(meeting.id):
        if question.is_arrangement or not question.choices:
            continue
        for who in signup.coming if question.asked == "person" else (None,):
            text = snapshots.answer_text(signup, question, who)
            if text:
                yield {"name": who.name if who else "", "label": question.label, "text": text}


def _change(change: Change, signup: Signup, offer: Offer) -> dict[str, Any]:
    """A change with names in place of ids, and moments in place of texts."""
    names = {str(person.id): person.name for person in signup.people}
    titles = {str(meeting.id): meeting for meeting in offer.meetings}
    labels = {str(question.id): question.label for question in offer.questions}
    meeting = titles.get(change.event)
    before, after = change.before, change.after
    if change.kind == "time" and meeting is not None:
        before, after = (_spans(one, meeting.zone) for one in (before, after))
    return {
        "kind": change.kind,
        "title": meeting.title if meeting else "",
        "name": names.get(change.person, ""),
        "what": labels.get(change.what, change.what),
        "before": before,
        "after": after,
    }


def _spans(kept: Sequence[Sequence[str]], zone: str) -> tuple[Span, ...]:
    return tuple(
        Span(
            start=to_local(datetime.fromisoformat(start), zone),
            end=to_local(datetime.fromisoformat(end), zone),
        )
        for start, end in kept
    )


def _invites(signup: Signup, before: Snapshot | None, after: Snapshot) -> Iterator[Invite]:
    """One object per meeting and session; carriers get none, since they take them for a danger.

    The UID comes from rows that never change, not from the title; SEQUENCE is the version.
    """
    if not takes_files(signup.email):
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
    """The calendar objects of one meeting, one a session."""
    locale = signup.locale
    domain = current_settings().mail_sender.partition("@")[2]
    people = [
        (whole["people"][person], way)
        for person, (way, state) in facts["bookings"].items()
        if state == "confirmed"
    ]
    ways = {way for _name, way in people}
    place = " ".join(part for part in (facts["venue"], facts["address"]) if part)
    description = render_text(
        "mail/confirmed/calendar.txt",
        locale,
        url=url,
        people=people,
        online_url=facts["online"] if "online" in ways else "",
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
            location=place if "venue" in ways or not ways else "",
            description=description.strip(),
            url=url,
        )
