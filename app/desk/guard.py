"""Who stands at the desk of a meeting: an account of the office, or a device with a pass.

A pass sees names, readings, organisations, numbers and who is in, of one meeting, and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import make_response, render_template, request
from flask_login import current_user

from app.auth import guards
from app.auth.csrf import came_too_late
from app.auth.facts import Actor
from app.auth.guards import actor, my_rights
from app.auth.rights import Act
from app.base.clock import now
from app.base.errors import NotFound
from app.base.timezones import to_local
from app.desk import device
from app.events.facts import MeetingView
from app.events.queries import list_series_of
from app.registration.desk import passes
from app.registration.desk.facts import PassView
from app.registration.facts import Doorkeeper
from app.registration.presence import desk_is_open
from app.web.headers import keep_private
from app.web.locale import current_locale

View = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where somebody stands: ``day`` are the meetings whose desks they may open, this one too.

    ``actor``: the account, None for a pass. ``sees_arrangements``: whether it may know that
    something is to be arranged for somebody. ``stale``: the form that was sent is no longer good.
    """

    meeting: MeetingView
    day: tuple[MeetingView, ...]
    titles: dict[int, str]
    by: Doorkeeper
    actor: Actor | None
    sees_arrangements: bool = False
    stale: bool = False

    @property
    def opened(self) -> bool:
        """Whether arrivals are written down: from its day on, unless it was called off."""
        meeting = self.meeting
        today = to_local(now(), meeting.zone).date()
        return meeting.status != "cancelled" and desk_is_open(meeting.day, today)


def at_desk(view: View) -> View:
    """Let in reception and people of the office, and devices with a pass for the meeting ``slug``.

    The view is given the ``Desk`` in place of the slug. Whoever has good passes for other meetings
    alone is told that there is no such page; whose pass has ended, that it has.
    """

    @guards.desk
    def by_account(slug: str, **values: Any) -> Any:
        return view(_of_account(slug), **values)

    @wraps(view)
    def guarded(slug: str, **values: Any) -> Any:
        held = [] if current_user.is_authenticated else device.held_passes()
        if not held:
            return by_account(slug=slug, **values)
        every = passes.find_passes(held)
        known = [one for one in every if one.slug == slug]
        if not known and any(one.state == "good" for one in every):
            raise NotFound("desk")
        if not known:  # what a device held once must not keep people of the office out
            return by_account(slug=slug, **values)
        good = next((one for one in known if one.state == "good"), None)
        if good is None:
            return _ended(known[0])
        answer = make_response(view(_of_pass(slug, good, every), **values))
        return answer if request.method == "POST" else keep_private(answer)

    guarded.guard = "desk"  # type: ignore[attr-defined]  # read by the test of guards
    guarded.allows = by_account.allows  # type: ignore[attr-defined]  # read by may_open
    return guarded


def _ended(found: PassView) -> Any:
    page = render_template("desk/ended.html", state=found.state)
    return keep_private(make_response(page, HTTPStatus.GONE))


def _of_account(slug: str) -> Desk:
    meeting, every = _meetings(slug)
    me, mine = actor(), my_rights()
    return Desk(
        meeting=meeting,
        day=tuple(one for one in every if mine.may(Act.RECEIVE, {one.id})),
        titles=_titles(every),
        by=Doorkeeper(account_id=me.account_id, desk=device.desk_name()),
        actor=me,
        sees_arrangements=mine.may(Act.WORK, {meeting.id}),
    )


def _of_pass(slug: str, found: PassView, held: Sequence[PassView]) -> Desk:
    meeting, every = _meetings(slug)
    good = {one.event_id for one in held if one.state == "good"}
    return Desk(
        meeting=meeting,
        day=tuple(one for one in every if one.id in good),
        titles=_titles(every),
        by=Doorkeeper(pass_id=found.id, desk=device.desk_name()),
        actor=None,
        stale=came_too_late(),
    )


def _meetings(slug: str) -> tuple[MeetingView, tuple[MeetingView, ...]]:
    every = list_series_of(slug, current_locale(), now())
    meeting = next((one for one in every if one.slug == slug), None)
    if meeting is None:
        raise NotFound("event")
    return meeting, every


def _titles(every: Sequence[MeetingView]) -> dict[int, str]:
    return {one.id: one.title for one in every}
