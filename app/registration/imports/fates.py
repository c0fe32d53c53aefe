"""What becomes of a row, and why: new, changed, unchanged or refused. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.base.text import nfkc
from app.registration.imports.cells import Problem, RowValues
from app.registration.lists.cp932 import MISSING, as_windows
from app.registration.lists.said import Said
from app.registration.marks import digest_of
from app.web.fields import is_unseen

CHANNELS = ("web", "telephone", "fax", "paper", "walk_in")
CONTACT = ("email", "telephone", "fax", "postal_address", "note")
"""What belongs to a whole sign-up, so to all of its people."""
Change = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody who is signed up for the meeting: their row as it is now (``marks.FIELDS``).

    ``created`` local to the meeting, without zone. ``bound``: they answered what is asked of one
    way alone. ``said``: what they answered, by question.
    """

    participant_id: int
    registration_id: int
    number: str
    name: str
    reading: str
    organisation: str
    role: str
    standing: str
    email: str
    telephone: str
    fax: str
    postal_address: str
    note: str
    way: str
    state: str
    channel: str
    contact: str
    created: datetime
    bound: bool = False
    said: Mapping[int, Said] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``fate`` and what goes with it; ``given``: the values of somebody new."""

    fate: str
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    known: Known | None = None


def judge_known(
    row: RowValues,
    known: Known,
    *,
    ways: Collection[str],
    words: Mapping[str, Collection[str]],
    digest: str | None = None,
) -> Verdict:
    """A row about somebody who is there.

    Args:
        row: empty cells are not in it, so they change nothing.
        known: how they are now.
        ways: that the meeting offers.
        words: by which a list may say a state or channel: code → texts.
        digest: how they were when the row was exported; None where the row does not tell.
    """
    changes = tuple(
        (name, getattr(known, name), told)
        for name, told in row.given.items()
        if not is_same(told, getattr(known, name))
    )
    problems = [*row.problems, *_only_compared(row, known, words)]
    if changes and digest is not None and digest != digest_of(known):
        problems.append(Problem(field="", code="meanwhile"))
    problems += [
        Problem(field=name, code="lost_characters", about=told)
        for name, _old, told in changes
        if MISSING in told
    ]
    if any(name == "way" for name, _old, _new in changes):
        problems += _way_problems(row.given["way"], known, ways)
    if problems:
        return Verdict(fate="refused", changes=changes, problems=tuple(problems), known=known)
    return Verdict(fate="changed" if changes else "same", changes=changes, known=known)


def is_same(told: str, stored: str) -> bool:
    """Whether a cell says what is stored, if as well as its program could write it."""
    if told == stored:
        return True
    if told == as_windows(stored):
        return True
    return (
        MISSING in told
        and len(told) == len(stored)
        and all(a in {b, MISSING} for a, b in zip(told, as_windows(stored), strict=True))
    )


def _only_compared(
    row: RowValues, known: Known, words: Mapping[str, Collection[str]]
) -> list[Problem]:
    """What stands in columns that importing cannot change, and differs."""
    found = []
    for name, code in (("state", "state_stays"), ("channel", "stays")):
        told = row.looked.get(name)
        if told and told not in words[getattr(known, name)]:
            found.append(Problem(field=name, code=code, about=told))
    contact = row.looked.get("contact")
    if contact and not is_same(contact, known.contact):
        found.append(Problem(field="contact", code="only_compared", about=contact))
    if row.created is not None and not _same_moment(row.created, known.created):
        about = row.created.isoformat()
        found.append(Problem(field="created", code="stays", about=about))
    return found


def _same_moment(told: datetime, stored: datetime) -> bool:
    day = told.replace(hour=0, minute=0)
    is_day = told == day
    return stored.date() == told.date() if is_day else abs(stored - told).total_seconds() <= 60  # noqa: PLR2004


def _way_problems(way: str, known: Known, ways: Collection[str]) -> list[Problem]:
    if way not in ways:
        return [Problem(field="way", code="way_not_offered")]
    if known.state != "confirmed":
        return [Problem(field="way", code="way_without_place")]
    return [Problem(field="way", code="way_answers")] if known.bound else []


def judge_new(
    row: RowValues,
    events: Sequence[tuple[int, Sequence[str]]],
    words: Mapping[str, Collection[str]],
    is_coming: Callable[[datetime], bool],
) -> Verdict:
    """A row about somebody who is not there yet.

    Args:
        row: what it says.
        events: each meeting to sign up for, with the ways that it offers.
        words: by which a list may say a state or channel: code → texts.
        is_coming: whether a moment, local to the meeting, is still to come.
    """
    problems = list(row.problems)
    bad_name = any(one.field in {"name", "family", "given"} for one in problems)
    if is_unseen(row.given.get("name", "")) and not bad_name:
        problems.append(Problem(field="name", code="name_missing"))
    problems += _state_problems(row.looked.get("state", ""), words)
    channel = _channel(row, words)
    if row.looked.get("channel") and not channel:
        about = row.looked["channel"]
        problems.append(Problem(field="channel", code="channel", about=about))
    if row.created is not None and is_coming(row.created):
        about = row.created.isoformat()
        problems.append(Problem(field="created", code="still_to_come", about=about))
    wished = row.given.get("way", "")
    ways = {}
    for event_id, offered in events:
        if wished and wished not in offered:
            problems.append(Problem(field="way", code="way_not_offered"))
        ways[str(event_id)] = wished or (offered[0] if offered else "")
    problems += [
        Problem(field=name, code="lost_characters", about=told)
        for name, told in row.given.items()
        if MISSING in told
    ]
    given: dict[str, Any] = {name: told for name, told in row.given.items() if name != "way"}
    given["ways"] = ways
    if channel:
        given["channel"] = channel
    if row.created is not None:
        given["created"] = row.created.isoformat()
    fate = "refused" if problems else "new"
    return Verdict(fate=fate, problems=tuple(problems), given=given)


def _state_problems(told: str, words: Mapping[str, Collection[str]]) -> list[Problem]:
    """New people are signed up, whatever a list says; so it may say nothing else of them."""
    if not told or told in words["confirmed"]:
        return []
    code = "cancelled_row" if told in words["cancelled"] else "new_state"
    return [Problem(field="state", code=code, about=told)]


def _channel(row: RowValues, words: Mapping[str, Collection[str]]) -> str:
    """How somebody new signed up, where the row says it in a word that we know; else ''."""
    told = row.looked.get("channel", "")
    return next((code for code in CHANNELS if told and told in words[code]), "")


def same_name(first: str, second: str) -> bool:
    """Whether two names are the same but for width, case and spaces."""
    return "".join(nfkc(first).casefold().split()) == "".join(nfkc(second).casefold().split())


def is_somebody_else(given: Mapping[str, str], known: Known) -> bool:
    """Whether a row names a person, and nothing that it says of them is true of ``known``.

    A number alone may be a running number of another list; it must not rename anybody.
    """
    if not given.get("name"):
        return False
    return not (
        same_name(given["name"], known.name)
        or is_same(given["name"], known.name)
        or any(
            given.get(name) and same_name(given[name], getattr(known, name))
            for name in ("reading", "email", "telephone")
        )
    )
