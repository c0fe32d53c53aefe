"""How somebody stands at the desk, and what can be done about it, in words."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from app.base.timezones import to_local
from app.desk.guard import Desk
from app.registration.desk.admitting import NEW, NONE
from app.registration.desk.facts import DeskRow, Told
from app.registration.desk.undoing import TakenBack, TooLate
from app.registration.presence import DoorFact
from app.web.filters import clock
from app.web.locale import gettext as _


@dataclass(frozen=True, kw_only=True)
class Act:
    """The one act of a row: ``do`` is the value of its button; ``main``: the usual one."""

    do: str
    words: Any
    main: bool = False


ACTS: dict[str, Act] = {
    "in": Act(do="out", words=lazy_gettext("Note as left")),
    "out": Act(do="in", words=lazy_gettext("Note as come again"), main=True),
    "expected": Act(do="in", words=lazy_gettext("Note as come"), main=True),
    "online": Act(do="admit", words=lazy_gettext("Change to the venue and note as come")),
    "waiting": Act(do="admit", words=lazy_gettext("Give a seat and note as come")),
    "requested": Act(do="admit", words=lazy_gettext("Let them come and note as come")),
    "cancelled": Act(do="admit", words=lazy_gettext("Take back the cancellation and note as come")),
    "declined": Act(do="admit", words=lazy_gettext("Let them come after all and note as come")),
    "elsewhere": Act(do="admit", words=lazy_gettext("Receive them at this meeting, too")),
}
KINDS = {
    "in": "ok",
    "out": "plain",
    "expected": "plain",
    "online": "wait",
    "waiting": "wait",
    "requested": "wait",
    "cancelled": "bad",
    "declined": "bad",
    "elsewhere": "wait",
}
"""The kinds of tags."""


def standing(row: DeskRow, desk: Desk) -> tuple[tuple[str, str], ...]:
    """How somebody stands: (words, kind of tag), the most important first."""
    kind = KINDS[row.condition]
    if row.condition == "in":
        return ((_("Came %(clock)s", clock=_clock(row.came, desk)), kind), *_moved(row, desk))
    if row.condition == "out":
        came = _("Came %(clock)s", clock=_clock(row.came, desk))
        return ((_("Left %(clock)s", clock=_clock(row.last, desk)), kind), (came, "off"))
    return ((_plain(row, desk), kind),)


def _moved(row: DeskRow, desk: Desk) -> tuple[tuple[str, str], ...]:
    """When somebody came again who had left."""
    if row.last is None or row.came is None or row.last.id == row.came.id:
        return ()
    return ((_("Again %(clock)s", clock=_clock(row.last, desk)), "off"),)


def _plain(row: DeskRow, desk: Desk) -> str:
    names = _(", ").join(desk.titles.get(one, "") for one in row.elsewhere)
    words = {
        "online": _("Comes online"),
        "waiting": _("On the waiting list: number %(n)s", n=row.position or 1),
        "requested": _("Not decided yet whether they may come"),
        "cancelled": _("Cancelled for this meeting"),
        "declined": _("Declined"),
        "elsewhere": _("Signed up for: %(meetings)s", meetings=names),
    }
    return words.get(row.condition, _("Not here yet"))


def said(told: Told, desk: Desk) -> str:
    """What was written down just now."""
    when = _clock(told.fact, desk)
    if told.fact.kind == "in":
        return _("%(name)s was noted as come. %(clock)s", name=told.name, clock=when)
    return _("%(name)s was noted as left. %(clock)s", name=told.name, clock=when)


def taken_back(name: str, taken: TakenBack) -> str:
    """What was taken back, and how somebody stands now who had been given a place."""
    told = _("Taken back: %(name)s.", name=name)
    more = _stands_again(taken)
    return f"{told} {more}" if more else told


def _stands_again(taken: TakenBack) -> str:
    states: dict[str, str] = {
        NEW: _("Their sign-up has been withdrawn, too."),
        NONE: _("They are not signed up for this meeting any more."),
        "waiting": _("They are on the waiting list again: number %(n)s.", n=taken.position or 1),
        "requested": _("It is to be decided again whether they may come."),
        "cancelled": _("They are cancelled for this meeting again."),
        "declined": _("They are declined again."),
        "confirmed": _("They have a place, since one is free."),
    }
    if taken.state == "confirmed" and taken.way == "online":
        return _("They take part online again.")
    return states.get(taken.was if taken.was in {NEW, NONE} else taken.state, "")


def too_late(late: TooLate, name: str) -> str:
    """Why an act can no longer be taken back here."""
    if late.code == "told":
        return _(
            "A letter has told %(name)s of the place meanwhile. "
            "Please ask the office to change it.",
            name=name,
        )
    if late.code == "full":
        return _(
            "The place of %(name)s online has gone to somebody else meanwhile. "
            "Please ask the office to change it.",
            name=name,
        )
    return _(
        "The sign-up of %(name)s was changed meanwhile. Please ask the office to change it.",
        name=name,
    )


def known(name: str, fact: DoorFact | None, desk: Desk) -> str:
    """What somebody else had written down before."""
    if fact is None:
        return _("Somebody else has just changed %(name)s. This is how it is now.", name=name)
    values = {"name": name, "clock": _clock(fact, desk), "desk": fact.desk}
    if fact.kind == "in":
        if fact.desk:
            return _("%(name)s is in already: since %(clock)s, by %(desk)s.", **values)
        return _("%(name)s is in already: since %(clock)s.", **values)
    if fact.desk:
        return _("%(name)s has left already: at %(clock)s, by %(desk)s.", **values)
    return _("%(name)s has left already: at %(clock)s.", **values)


def _clock(fact: DoorFact | None, desk: Desk) -> str:
    return clock(to_local(fact.at, desk.meeting.zone)) if fact else ""
