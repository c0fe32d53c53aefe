"""Who has a place, who waits and who moves up: pure decisions about the places of meetings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.events.rules import change_open, promotion_open, window
from app.registration.rules import Held, Meeting, Outcome, Plan, Queued, Refused, Wish

ONLY_BY_OFFICE = ("not_yet", "closed", "invited")
"""When the page takes no sign-ups and the office still does."""


class _Refusal(Exception):
    """Carries a ``Refused`` out of the steps below."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


class _Hall:
    """One meeting while a plan is made: seats taken and queue by way."""

    def __init__(self, meeting: Meeting, now: datetime, *, by_office: bool = False) -> None:
        self.meeting = meeting
        self.limits = {place.way: place.places for place in meeting.places}
        self.taken = defaultdict(int, {place.way: place.taken for place in meeting.places})
        self.queue = list(meeting.queue)
        self.window = window(meeting.facts, now)
        if by_office and self.window in ONLY_BY_OFFICE:
            self.window = "open"
        self.asks = meeting.facts.admission == "approval" and not by_office
        self.changeable = by_office or change_open(meeting.facts, now)
        self.promoting = promotion_open(meeting.facts, now)

    def fits(self, way: str, seats: int) -> bool:
        limit = self.limits.get(way, 0)
        return limit is None or self.taken[way] + seats <= limit

    def is_free(self, way: str, seats: int) -> bool:
        """Whether a newcomer gets a place: nobody is passed over once promotion has stopped."""
        return self.fits(way, seats) and (self.promoting or not self.waiting(way))

    def waiting(self, way: str) -> int:
        return sum(1 for one in self.queue if one.way == way)

    def leave_queue(self, booking_id: int) -> None:
        self.queue = [one for one in self.queue if one.booking_id != booking_id]

    def promote(self) -> Iterable[int]:
        """Give what is free to the queue, in its order; who needs more seats keeps their turn."""
        if not self.promoting:
            return
        for one in tuple(self.queue):
            if self.fits(one.way, one.seats):
                self.taken[one.way] += one.seats
                self.leave_queue(one.booking_id)
                yield one.booking_id


def plan(
    meetings: Sequence[Meeting],
    held: Sequence[Held],
    wishes: Sequence[Wish],
    now: datetime,
    *,
    by_office: bool = False,
) -> Plan | Refused:
    """What becomes of ``wishes``: first what they give back, then the queue, then newcomers.

    Args:
        meetings: every meeting that ``held`` or ``wishes`` name.
        held: what the sign-up has now; what no wish names is cancelled.
        wishes: what it is to have.
        now: aware.
        by_office: whether the times for signing up and for changing by link are of no concern.
    """
    halls = {meeting.id: _Hall(meeting, now, by_office=by_office) for meeting in meetings}
    try:
        return _plan(halls, held, wishes)
    except _Refusal as refusal:
        return refusal.refused


def promote(meeting: Meeting, now: datetime) -> tuple[int, ...]:
    """The bookings that move up now, in order: after places were added, say."""
    return tuple(_Hall(meeting, now).promote())


def _plan(halls: Mapping[int, _Hall], held: Sequence[Held], wishes: Sequence[Wish]) -> Plan:
    kept = {wish.booking_id: wish for wish in wishes if wish.booking_id is not None}
    done: dict[Wish, Outcome] = {}
    cancelled = []
    for had in held:
        hall, wish = halls[had.event_id], kept.get(had.booking_id)
        if wish is None:
            _cancel(hall, had)
            cancelled.append(had.booking_id)
        elif had.state == "confirmed":
            done[wish] = _keep_place(hall, had, wish)
        elif had.state == "requested":
            if not wish.admitted:
                done[wish] = _keep_request(hall, had, wish)
        else:
            _keep_waiting(hall, had, wish)
    promoted = [booking for hall in halls.values() for booking in hall.promote()]
    for wish in wishes:
        if wish not in done:
            had_place = next((one for one in held if one.booking_id == wish.booking_id), None)
            done[wish] = _join(halls, wish, had_place, promoted)
    own = {wish.booking_id for wish in wishes}
    return Plan(
        outcomes=tuple(done[wish] for wish in wishes),
        cancelled=tuple(cancelled),
        promoted=tuple(booking for booking in promoted if booking not in own),
    )


def _cancel(hall: _Hall, had: Held) -> None:
    if not hall.changeable:
        raise _Refusal(Refused("change_closed", had.event_id))
    if had.state == "confirmed":
        hall.taken[had.way] -= had.seats
    else:
        hall.leave_queue(had.booking_id)


def _keep_place(hall: _Hall, had: Held, wish: Wish) -> Outcome:
    """Somebody with a place keeps one: a way that is full is refused rather than losing both."""
    more = wish.seats - had.seats
    if more:
        _check_change(hall, wish)
    if wish.way == had.way:
        fits = more <= 0 or hall.fits(had.way, more)
        if not fits and not wish.beyond:
            raise _Refusal(Refused("seats_full", wish.event_id, wish.person))
        hall.taken[had.way] += more
    else:
        _check_change(hall, wish)
        fits = hall.is_free(wish.way, wish.seats)
        if not fits and not wish.beyond:
            raise _Refusal(Refused("way_full_keep", wish.event_id, wish.person))
        hall.taken[had.way] -= had.seats
        hall.taken[wish.way] += wish.seats
    return Outcome(wish=wish, state="confirmed", beyond=not fits)


def _keep_waiting(hall: _Hall, had: Held, wish: Wish) -> None:
    """Whoever waits goes on waiting where they are, or leaves that queue for another way."""
    if wish.way != had.way:
        _check_change(hall, wish)
        hall.leave_queue(had.booking_id)
    else:
        hall.queue = [
            replace(one, seats=wish.seats) if one.booking_id == had.booking_id else one
            for one in hall.queue
        ]


def _keep_request(hall: _Hall, had: Held, wish: Wish) -> Outcome:
    """Whoever has asked for a place goes on asking, by whichever way."""
    if wish.way != had.way:
        _check_change(hall, wish)
    return Outcome(wish=wish, state="requested")


def _check_change(hall: _Hall, wish: Wish) -> None:
    if not hall.changeable:
        raise _Refusal(Refused("change_closed", wish.event_id, wish.person))
    if wish.way not in hall.limits:
        raise _Refusal(Refused("way_unknown", wish.event_id, wish.person))


def _join(
    halls: Mapping[int, _Hall], wish: Wish, had: Held | None, promoted: Sequence[int]
) -> Outcome:
    hall = halls[wish.event_id]
    if had is not None and had.state == "waiting" and had.way == wish.way:
        if had.booking_id in promoted:
            return Outcome(wish=wish, state="confirmed")
        if wish.beyond:
            hall.leave_queue(had.booking_id)
            hall.taken[wish.way] += wish.seats
            return Outcome(wish=wish, state="confirmed", beyond=True)
        return Outcome(wish=wish, state="waiting", position=_position(hall, wish))
    if had is None:
        _check_window(hall, wish)
    free = hall.is_free(wish.way, wish.seats)
    if had is None and hall.asks and (free or (hall.meeting.facts.waiting_list and hall.promoting)):
        return Outcome(wish=wish, state="requested")
    if free or wish.beyond:
        if not wish.duplicate:
            hall.taken[wish.way] += wish.seats
        return Outcome(wish=wish, state="confirmed", beyond=not free)
    if not hall.meeting.facts.waiting_list or not hall.promoting:
        every = all(not hall.is_free(way, wish.seats) for way in hall.limits)
        raise _Refusal(Refused("full" if every else "way_full", wish.event_id, wish.person))
    position = hall.waiting(wish.way) + 1
    if not wish.duplicate:
        newcomer = Queued(booking_id=-1 - len(hall.queue), way=wish.way, seats=wish.seats)
        hall.queue.append(newcomer)
    return Outcome(wish=wish, state="waiting", position=position, requeued=True)


def _check_window(hall: _Hall, wish: Wish) -> None:
    if hall.window != "open":
        raise _Refusal(Refused(hall.window, wish.event_id, wish.person))
    if wish.way not in hall.limits:
        raise _Refusal(Refused("way_unknown", wish.event_id, wish.person))


def _position(hall: _Hall, wish: Wish) -> int:
    same = [one.booking_id for one in hall.queue if one.way == wish.way]
    return same.index(wish.booking_id) + 1 if wish.booking_id in same else len(same) + 1
