"""What waits for the office at all meetings: the first page and its sheet of paper say the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from app.auth.guards import my_rights
from app.auth.rights import Act
from app.base.clock import now
from app.events.facts import MeetingView
from app.mail.bounces.queries import count_waiting
from app.registration.lists import by_hand
from app.registration.lists.by_hand_facts import Scope
from app.registration.orders import wishes
from app.reminders import gone

Counted = Mapping[tuple[int, str, str], int]
"""People by (meeting, way, state), as ``counting.count_by_event`` gives them."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """So many of something wait. ``meeting``: its title, '' for all; ``link`` leads to ``href``."""

    number: int
    unit: Any = ""
    words: Any
    link: Any
    href: str
    meeting: str = ""


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """What is counted by meeting; ``query``: of the address of the page with those concerned."""

    unit: Callable[[int], str]
    words: Any
    link: Any
    endpoint: str
    query: Mapping[str, str]


def _people(number: int) -> str:
    return str(ngettext(" person", " people", number))


def _wishes(number: int) -> str:
    return str(ngettext(" wish", " wishes", number))


def _letters(number: int) -> str:
    return str(ngettext(" letter", " letters", number))


_ASKING = _Kind(
    unit=_people,
    words=_("Asked to come and wait for your answer"),
    link=_("See whom"),
    endpoint="organiser.registrations",
    query={"state": "requested"},
)
_UNARRANGED = _Kind(
    unit=_wishes,
    words=_("Arrangements of which nobody has taken care yet"),
    link=_("See the orders"),
    endpoint="organiser.orders",
    query={},
)
_FAILED = _Kind(
    unit=_letters,
    words=_("Letters that could not be sent"),
    link=_("See whose"),
    endpoint="organiser.registrations",
    query={"letters": "failed"},
)


def jobs_of(
    meetings: Sequence[MeetingView],
    counted: Counted,
    failed: Mapping[int, int],
    mine: frozenset[int] | None,
) -> tuple[Job, ...]:
    """What waits at these meetings: five queries at most.

    Args:
        meetings: those to come, in their order.
        counted: how many people stand how.
        failed: by meeting: letters that could not be sent.
        mine: ids of the meetings that the reader may see; None for all.
    """
    unarranged = wishes.count_open(now())
    asking = {one.id: number_in(counted, one.id, "requested") for one in meetings}
    every = (
        *_each(_ASKING, meetings, asking),
        _to_reach(mine),
        *_each(_UNARRANGED, meetings, unarranged),
        *_each(_FAILED, meetings, failed),
        *_returned(),
        *_stopped(meetings),
    )
    return tuple(one for one in every if one.number)


def number_in(counted: Counted, event_id: int, state: str) -> int:
    """How many people of a meeting stand so, whatever their way."""
    return sum(n for key, n in counted.items() if key[::2] == (event_id, state))


def _each(
    kind: _Kind, meetings: Iterable[MeetingView], numbers: Mapping[int, int]
) -> Iterator[Job]:
    """A line for each meeting that has some."""
    for one in meetings:
        if numbers.get(one.id):
            yield Job(
                number=numbers[one.id],
                unit=kind.unit(numbers[one.id]),
                words=kind.words,
                link=kind.link,
                href=url_for(kind.endpoint, slug=one.slug, **kind.query),  # type: ignore[arg-type]
                meeting=one.title,
            )


def _to_reach(mine: frozenset[int] | None) -> Job:
    number = by_hand.count(Scope(among=mine))
    return Job(
        number=number,
        unit=_people(number),
        words=_("To be reached by telephone or post, because mail does not reach them"),
        link=_("See whom, and what to say"),
        href=url_for("organiser.by_hand"),
    )


def _returned() -> Iterator[Job]:
    """What came back to the office's mailbox, for whoever looks after it."""
    if not my_rights().may(Act.OVERSEE):
        return
    returned = count_waiting()
    yield Job(
        number=returned.addresses,
        words=_("Letters came back from these addresses, so none goes to them any more"),
        link=_("See whose"),
        href=url_for("organiser.addresses"),
    )
    yield Job(
        number=returned.answers,
        words=_("Answers from calendars that wait for somebody of the office"),
        link=_("See the answers"),
        href=url_for("organiser.answers"),
    )


def _stopped(meetings: Sequence[MeetingView]) -> Iterator[Job]:
    """Letters that wait for another group, at the first meeting to come of each series."""
    first = {one.series_id: one for one in reversed(meetings)}
    for series, number in gone.count_by_series().items():
        if one := first.get(series):
            yield Job(
                number=number,
                words=_(
                    "Reminders of “%(title)s” that go to nobody: "
                    "the question whose answers they go by was removed",
                    title=one.title,
                ),
                link=_("Choose whom they go to"),
                href=url_for("organiser.reminders", slug=one.slug),
            )
