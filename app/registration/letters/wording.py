"""What the templates of letters are given: names in place of ids, moments in place of texts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from app.base.addresses import takes_files
from app.base.text import nfkc
from app.base.timezones import to_local
from app.events.facts import MeetingView, Offer, QuestionView, Span
from app.events.standings import WORDS
from app.registration.facts import BookingView, PersonView, Signup
from app.registration.letters import snapshots
from app.registration.letters.snapshots import Change
from app.registration.links import manage_url
from app.web.association import host_of

Actor = Literal[
    "person", "office", "queue", "queue_end", "meeting", "link", "approving", "declining"
]
Facts = dict[str, Any]
_LIKE_A_LINK = re.compile(r"[.@/:。]|[0-9](?:[\s()-]*[0-9]){4}")


@dataclass(frozen=True, kw_only=True)
class Why:
    """What a letter is about: who acted, the office's reason, and choices that were used up.

    ``lost``: (name of the person or '', label of the question) of each choice that could not be
    kept when somebody moved up. ``event_id``: the meeting whose queue ended; None means all.
    """

    actor: Actor
    reason: str = ""
    lost: tuple[tuple[str, str], ...] = field(default=())
    event_id: int | None = None


def facts_of(signup: Signup, offer: Offer, changes: Sequence[Change], why: Why) -> Facts:
    """All that a letter may say of ``signup`` as it is now, and of what changed."""
    ended = _ended(signup, offer, why)
    meetings = _meetings(signup, offer, ended)
    alone = _alone(signup, changes)
    told = [_change(one, signup, offer) for one in changes]
    lost = [("" if alone else name, label) for name, label in why.lost]
    kept = [one for one in told if not _is_lost(one, why.lost)]
    return {
        "name": signup.contact_name,
        "number": signup.number,
        **_about(signup, offer, changes, why),
        "is_sample": any(one.is_sample for one in offer.meetings),
        "host_id": _host(signup, offer),
        "meetings": meetings,
        "waits": any(p["state"] == "waiting" for m in meetings for p in m["people"]),
        "asks": any(p["state"] == "requested" for m in meetings for p in m["people"]),
        "comes": any(p["state"] == "confirmed" for m in meetings for p in m["people"]),
        "changes": kept,
        "gone": _gone(changes, signup, offer),
        "ended": ended,
        "arranged": _arranges(signup, offer),
        "alone": alone,
        "in_calendar": _in_calendar(signup, meetings),
        "reason": why.reason,
        "lost": lost,
        "url": manage_url(signup.registration_id, signup.link_version),
        **_deadlines(meetings),
    }


def _host(signup: Signup, offer: Offer) -> int | None:
    return host_of(one for one in offer.meetings if one.id in signup.event_ids)


def _arranges(signup: Signup, offer: Offer) -> bool:
    """Whether anything is to be arranged: not what went with a meeting that was cancelled."""
    on = {one.id for one in offer.meetings if one.status != "cancelled"} & signup.event_ids
    special = {q.id for q in offer.questions if q.is_arrangement and q.event_id in on}
    return any(one.question_id in special for one in signup.answers)


def _in_calendar(signup: Signup, meetings: Iterable[Facts]) -> bool:
    """Whether our files have put anything into the reader's calendar."""
    dated = any(one["ways"] and one["view"].spans for one in meetings)
    return dated and bool(signup.email) and takes_files(signup.email)


def _alone(signup: Signup, changes: Iterable[Change]) -> bool:
    """Whether all of it is about the reader, who then needs no name."""
    about = {str(person.id) for person in signup.coming} | {c.person for c in changes if c.person}
    first = {str(person.id) for person in signup.people[:1]}
    return signup.contact_attends and about <= first


def _is_lost(change: Facts, lost: Sequence[tuple[str, str]]) -> bool:
    gone = change["kind"] == "answer" and not change["after"]
    return gone and (change["name"], change["what"]) in lost


def _about(signup: Signup, offer: Offer, changes: Sequence[Change], why: Why) -> Facts:
    """The meetings that the subject names: those that somebody else changed, else all of it."""
    changed = {change.event for change in changes if change.event}
    concerned = {str(i) for i in signup.event_ids}
    if why.actor == "queue_end" and why.event_id is not None:
        wanted = {str(why.event_id)}
    elif why.actor in {"queue", "meeting"} and changed:
        wanted = changed
    else:
        wanted = concerned | changed
    booked = [m for m in offer.meetings if any(p.booking(m.id) for p in signup.people)]
    titled = [one for one in booked if str(one.id) in wanted] or booked
    return {
        "title": titled[0].title if titled else "",
        "day": _common_day(titled),
        "days": sorted({one.day for one in titled if one.day}),
        "more": len(titled) - 1,
    }


def _common_day(meetings: Sequence[MeetingView]) -> date | None:
    days = {meeting.day for meeting in meetings}
    return days.pop() if len(meetings) > 1 and len(days) == 1 else None


def _deadlines(meetings: Sequence[Facts]) -> Facts:
    """Until when one can change by the link: one moment for all, else meeting by meeting.

    None while the date of a meeting is not fixed.
    """
    open_ones = [m["view"] for m in meetings if m["view"].changeable]
    until = [(view.title, view.change_until) for view in open_ones]
    moments = {moment for _title, moment in until}
    same = len(moments) == 1
    return {
        "change_until": until[0][1] if same else None,
        "change_while_undated": moments == {None},
        "deadlines": () if same else until,
        "change_over": bool(meetings) and not open_ones,
    }


def _meetings(signup: Signup, offer: Offer, ended: Sequence[Facts]) -> list[Facts]:
    """The meetings that take place, each with everybody who comes or still waits."""
    over = {one["event"] for one in ended}
    found: list[Facts] = []
    for meeting in offer.meetings:
        if meeting.id in signup.event_ids and meeting.status != "cancelled":
            made = _meeting(meeting, signup, offer, waiting=meeting.id not in over)
            if made["people"]:
                made["place_as"] = _place_as(made, found)
                found.append(made)
    return found


def _meeting(meeting: MeetingView, signup: Signup, offer: Offer, *, waiting: bool) -> Facts:
    people = [
        {"name": person.name, "way": b.way, "state": _state(b, meeting), "position": b.position}
        for person, b in _coming(signup, meeting.id)
        if waiting or b.state == "confirmed"
    ]
    ways = {one["way"] for one in people if one["state"] == "confirmed"}
    return {
        "view": meeting,
        "people": people,
        "ways": ways,
        "online_url": meeting.online_url if "online" in ways else "",
        "answers": tuple(_answers(meeting, signup, offer)),
    }


def _state(booking: BookingView, meeting: MeetingView) -> str:
    return "in_vain" if booking.state == "waiting" and meeting.in_vain else booking.state


def _coming(signup: Signup, event_id: int) -> Iterator[tuple[PersonView, BookingView]]:
    for person in signup.people:
        booking = person.booking(event_id)
        if booking is not None and booking.active:
            yield person, booking


def _place_as(meeting: Facts, earlier: Sequence[Facts]) -> str:
    """The title of a meeting told before at the same place: nobody wants to hear it twice."""
    here = meeting["view"]
    for one in earlier:
        there = one["view"]
        same = (here.venue_name, here.venue_address, here.access) == (
            there.venue_name,
            there.venue_address,
            there.access,
        )
        if same and here.venue_name and "venue" in one["ways"]:
            return str(there.title)
    return ""


def _answers(meeting: MeetingView, signup: Signup, offer: Offer) -> Iterator[Facts]:
    """What was chosen, without arrangements and free texts.

    ``held`` is false where a limited choice is not theirs yet, since they wait.
    """
    everybody = [person for person, _booking in _coming(signup, meeting.id)]
    for question in offer.questions_of(meeting.id):
        if question.is_arrangement or snapshots.is_free(question):
            continue
        for who in everybody if question.asked == "person" else (None,):
            text = snapshots.answer_text(signup, question, who)
            if text:
                yield {
                    "name": who.name if who else "",
                    "label": question.label,
                    "text": text,
                    "held": _held(signup, question, who),
                }


def _held(signup: Signup, question: QuestionView, who: PersonView | None) -> bool:
    limited = {choice.id for choice in question.choices if choice.places is not None}
    rows = snapshots.answers_of(signup, question, who)
    return all(one.held or one.choice_id not in limited for one in rows)


def _change(change: Change, signup: Signup, offer: Offer) -> Facts:
    """A change with names in place of ids, and moments in place of texts."""
    names = {str(person.id): person.name for person in signup.people}
    meeting = next((one for one in offer.meetings if str(one.id) == change.event), None)
    labels = {str(question.id): question.label for question in offer.questions}
    before, after = change.before, change.after
    if change.kind == "time" and meeting is not None:
        before, after = (_spans(one, meeting.zone) for one in (before, after))
    if change.kind == "arranged":
        after = _arranges(signup, offer)
    told = change.kind not in {"detail", "contact"} or (is_plain(before) and is_plain(after))
    if change.what == "standing":
        before, after = (WORDS.get(one, "") for one in (before, after))
    return {
        "kind": change.kind,
        "title": meeting.title if meeting else "",
        "name": names.get(change.person, ""),
        "what": labels.get(change.what, change.what),
        "before": before,
        "after": after,
        "told": told,
        "state": change.state,
    }


def is_plain(text: str) -> bool:
    """Whether a letter may repeat it: mail programs would make no link and no call of it."""
    return not _LIKE_A_LINK.search(nfkc(text))


def _spans(kept: Sequence[Sequence[str]], zone: str) -> tuple[Span, ...]:
    return tuple(
        Span(
            start=to_local(datetime.fromisoformat(start), zone),
            end=to_local(datetime.fromisoformat(end), zone),
        )
        for start, end in kept
    )


def _gone(changes: Sequence[Change], signup: Signup, offer: Offer) -> list[Facts]:
    """What no longer is, meeting by meeting; all that ever was where no letter told of it."""
    found = []
    for meeting in offer.meetings:
        mine = [one for one in changes if one.event == str(meeting.id)]
        off = any(one.kind == "called_off" for one in mine)
        cancelled = {one.person: one.state for one in mine if one.kind == "cancelled"}
        people = [
            person.name
            for person in signup.people
            if (booking := person.booking(meeting.id)) is not None
            and (str(person.id) in cancelled or (off and booking.active) or not changes)
        ]
        if people and (mine or not signup.event_ids or meeting.status == "cancelled"):
            waited = bool(cancelled) and set(cancelled.values()) == {"waiting"}
            found.append({"view": meeting, "people": people, "waiting": waited, "off": off})
    return found


def _ended(signup: Signup, offer: Offer, why: Why) -> list[Facts]:
    """For whom no place became free."""
    if why.actor != "queue_end":
        return []
    return [
        {"event": meeting.id, "title": meeting.title, "name": person.name, "way": booking.way}
        for meeting in offer.meetings
        if why.event_id in {None, meeting.id}
        for person, booking in _coming(signup, meeting.id)
        if booking.state == "waiting"
    ]
