"""Letters about one's own sign-up: facts to a ``Letter``. Nothing is sent here."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from app.events.facts import Offer
from app.mail.letter import Letter
from app.registration.facts import Signup
from app.registration.letters import snapshots
from app.registration.letters.differences import GONE
from app.registration.letters.invites import event_invites, invites_of
from app.registration.letters.snapshots import Snapshot
from app.registration.letters.wording import Actor, Why, facts_of
from app.registration.links import another_url, manage_url
from app.texts.letters import NONE, Texts, compose
from app.web.association import host_of

__all__ = [
    "Actor",
    "Kind",
    "Why",
    "address_changed",
    "address_changed_facts",
    "already",
    "already_facts",
    "event_invites",
    "kind_of",
    "told",
]

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
    "requested",
    "approved",
    "declined",
]
_ALWAYS: dict[Actor, Kind] = {
    "queue_end": "queue_ended",
    "link": "new_link",
    "approving": "approved",
    "declining": "declined",
}
"""Letters that are what they are whatever changed."""
_OF_OLD_ADDRESS = ("name", "number", "title", "day", "days", "more", "is_sample", "host_id")


def kind_of(before: Snapshot | None, after: Snapshot, why: Why) -> Kind:
    """Which letter tells what happened between two snapshots."""
    if why.actor in _ALWAYS:
        return _ALWAYS[why.actor]
    states = {
        state
        for event in after["events"].values()
        for _way, state in event["bookings"].values()
        if not event["cancelled"]
    }
    if states <= set(GONE):
        return _ending(why)
    if before is None:
        firsts: tuple[Kind, ...] = ("confirmed", "waiting", "requested")
        return next(one for one in firsts if one in states)
    kinds = {change.kind for change in snapshots.compare(before, after)}
    if kinds == {"called_off"}:
        return "called_off"
    if why.actor == "queue" and "confirmed" in kinds:
        return "moved_up"
    return "changed" if why.actor == "person" else "office_changed"


def _ending(why: Why) -> Kind:
    if why.actor == "person":
        return "cancelled"
    return "called_off" if why.actor == "meeting" else "office_cancelled"


def told(
    signup: Signup, offer: Offer, before: Snapshot | None, why: Why, texts: Texts = NONE
) -> Letter | None:
    """The letter that brings the contact of ``signup`` from ``before`` up to date.

    It repeats no free text but names and what is as short and harmless (``wording.is_plain``): else
    anybody could send theirs to anybody through us.

    Args:
        signup: as it is now.
        offer: its meetings, in the language of the sign-up.
        before: what they were last told; None where nothing was.
        why: who acted and why.
        texts: how the office words letters of this series.

    Returns:
        None where they know everything already.
    """
    after = snapshots.take(signup, offer)
    changes = snapshots.compare(before, after) if before is not None else ()
    if before is not None and not changes and why.actor not in _ALWAYS:
        return None
    kind = kind_of(before, after, why)
    invites = tuple(invites_of(signup, before, after))
    facts = facts_of(signup, offer, changes, why)
    purpose = "confirm" if kind == "confirmed" else kind
    return _letter(
        kind,
        signup,
        facts,
        texts,
        key=f"{purpose}:{signup.registration_id}:{signup.version}",
        invites=invites,
        snapshot=after,
    )


def already(signup: Signup, first: Signup, offer: Offer, texts: Texts = NONE) -> Letter:
    """To an address whose person is signed up already as ``first``: with that link, nothing else.

    Another person of the same name says so by the link of ``signup``.
    """
    # The first may get a new link while the letter waits: then it is made again.
    made = f"{signup.registration_id}:{signup.version}"
    key = f"already:{made}:{first.registration_id}-{first.link_version}"
    return _letter("already", signup, already_facts(signup, first, offer), texts, key=key)


def already_facts(signup: Signup, first: Signup, offer: Offer) -> dict[str, Any]:
    """All that such a letter may say."""
    known = tuple(_known(signup, first, offer))
    days = {one["view"].day for one in known}
    return {
        "name": signup.contact_name,
        "number": first.number,
        "title": known[0]["view"].title if known else "",
        "day": next(iter(days)) if len(known) > 1 and len(days) == 1 else None,
        "days": sorted(day for day in days if day),
        "more": len(known) - 1,
        "is_sample": any(one.is_sample for one in offer.meetings),
        "host_id": host_of(one["view"] for one in known),
        "known": known,
        "url": manage_url(first.registration_id, first.link_version),
        "other_url": another_url(signup.registration_id, signup.link_version),
    }


def address_changed(before: Signup, version: int, offer: Offer, texts: Texts = NONE) -> Letter:
    """To the address that a sign-up had until now: that letters go there no more.

    Args:
        before: the sign-up as it was.
        version: of the sign-up as it is now.
        offer: its meetings, in the language of the sign-up.
        texts: how the office words letters of this series.
    """
    key = f"address_changed:{before.registration_id}:{version}"
    facts = address_changed_facts(before, offer)
    return _letter("address_changed", replace(before, version=version), facts, texts, key=key)


def address_changed_facts(before: Signup, offer: Offer) -> dict[str, Any]:
    """All that such a letter may say.

    Somebody else may have done it. So it has no link, and of the names only the one it had.
    """
    known = facts_of(before, offer, (), Why(actor="person"))
    return {name: known[name] for name in _OF_OLD_ADDRESS}


def _known(signup: Signup, first: Signup, offer: Offer) -> Iterator[dict[str, Any]]:
    """How ``first`` stands at the meetings that ``signup`` asked for once more."""
    asked = {b.event_id for p in signup.people for b in p.bookings if b.is_duplicate}
    names = {person.name for person in signup.people}
    for meeting in offer.meetings:
        states = {
            (person.name in names, booking.state)
            for person in first.people
            if (booking := person.booking(meeting.id)) is not None and booking.active
        }
        if states and meeting.id in (asked or first.event_ids):
            # The same name may be written otherwise; then any state there is the nearest.
            yield {
                "view": meeting,
                "state": max(states, key=lambda s: (s[0], s[1] == "confirmed"))[1],
            }


def _letter(
    kind: str, signup: Signup, facts: Mapping[str, Any], texts: Texts, *, key: str, **more: Any
) -> Letter:
    text = compose(kind, signup.locale, texts, facts)
    return Letter(
        key=key,
        purpose=kind,
        to_address=signup.email,
        to_name=signup.contact_name,
        locale=signup.locale,
        subject=text.subject,
        body=text.body,
        registration_id=signup.registration_id,
        registration_version=signup.version,
        host_id=facts.get("host_id"),
        **more,
    )
