"""Values of the audit log in the reader's words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from app.association.stored import find_host
from app.base.timezones import to_local
from app.events.heads import DatedHead, MeetingHead
from app.events.outline import QuestionHead
from app.events.presets import PRESETS
from app.organiser import audit_fields, plan_words
from app.organiser.audience_words import timing_words
from app.organiser.audit_subjects import Key
from app.organiser.meeting_words import named
from app.organiser.words import ACTIONS, UNKNOWN, WAYS, ZONE, booking_words, moment_words
from app.registration.lists.columns import columns_of
from app.registration.returned.queries import Concerned
from app.reminders.timing import Timing
from app.web.filters import clock, day
from app.web.locale import current_locale

MOMENTS = {
    "doors_at",
    "opens_at",
    "closes_at",
    "closed_at",
    "change_until",
    "promotion_until",
    "again_at",
}
MOMENTS |= {"shown_from", "shown_until"}
Stored = Sequence[tuple[str, str]]
LONGEST = 300
"""The most characters of a value that the page shows."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """What ids are called: of meetings and what is theirs, of sign-ups on the page, of accounts.

    ``titles``: of meetings, with the day where several have one. ``questions``: those that the
    entries tell answers of.
    """

    meetings: Mapping[int, DatedHead]
    titles: Mapping[int, str]
    about: Mapping[Key, tuple[MeetingHead, ...]]
    signups: Mapping[int, Concerned]
    accounts: Mapping[int, str]
    questions: Mapping[int, QuestionHead]


def sides(action: str, field: str, before: Any, after: Any, names: Names) -> tuple[str, str]:
    """A field before and after in words; what both have in common may be told once."""
    if field in TOGETHER and before and after:
        return TOGETHER[field](before, after)
    return value(action, field, before, names), value(action, field, after, names)


def value(action: str, field: str, stored: Any, names: Names) -> str:
    """One value in words, '' for none; a very long one is cut."""
    if stored is None:
        return ""
    told = str(_told(action, field, stored, names))
    return told if len(told) <= LONGEST else told[:LONGEST] + "…"


def _told(action: str, field: str, stored: Any, names: Names) -> Any:
    kind = field.partition(" ")[0]
    codes = audit_fields.codes_of(action, field)
    if codes is not None:
        return _coded(codes, stored, own=kind in audit_fields.OPEN)
    if stored == "":
        return ""
    if kind == "answer":
        return _answer(field, str(stored), names)
    if field in NAMED:
        return NAMED[field](stored, names)
    if action == "count.ordered" and isinstance(stored, Mapping):
        return sum(stored.values())
    return TOLD.get(kind, _plain)(stored)


def _coded(codes: Mapping[str, Any], stored: Any, *, own: bool) -> str:
    """Codes in words; what is none is shown only where the office makes its ``own``."""
    every = stored if isinstance(stored, list) else [stored]
    if every == [""]:
        return str(codes.get("", ""))
    told = (str(codes.get(one) or (one if own else UNKNOWN)) for one in every)
    return str(_(", ").join(told))


def _answer(field: str, stored: str, names: Names) -> str:
    """An answer; of choices, which are kept as their ids, what they are called."""
    question = names.questions.get(question_of(field) or 0)
    choices = question.choices if question else {}
    ids = stored.split(", ")
    if not choices or not all(one.isdecimal() and int(one) in choices for one in ids):
        return stored
    return str(_(", ").join(choices[int(one)] for one in ids))


def meeting_of(field: str) -> int | None:
    """The id of the meeting that a field tells the participation in: 'booking 12-3'."""
    kind, _space, key = field.partition(" ")
    number = key.partition("-")[2]
    return int(number) if kind in {"booking", "attendance"} and number.isdecimal() else None


def question_of(field: str) -> int | None:
    """The id of the question that a field is the answer to: 'answer 12-3'."""
    kind, _space, key = field.partition(" ")
    number = key.partition("-")[0]
    return int(number) if kind == "answer" and number.isdecimal() else None


def _day(stored: str) -> str:
    return day(date.fromisoformat(stored))


def _spans(stored: Stored, known: date | None = None) -> str:
    """Beginnings with ends; a day is told where it is another than the one before, or ``known``."""
    told = []
    for start, end in _local(stored):
        last = end.date()
        begins = clock(start) if start.date() == known else f"{day(start)} {clock(start)}"
        ends = clock(end) if last == start.date() else f"{day(end)} {clock(end)}"
        told.append(f"{begins}{'–' if current_locale() == 'en' else '〜'}{ends}")
        known = last
    return str(_(", ").join(told))


def _both_spans(before: Stored, after: Stored) -> tuple[str, str]:
    """A meeting that stays on its one day names it once."""
    days = {one.date() for pair in _local(before) for one in pair}
    return _spans(before), _spans(after, days.pop() if len(days) == 1 else None)


def _local(stored: Stored) -> list[tuple[datetime, datetime]]:
    return [
        (to_local(datetime.fromisoformat(start), ZONE), to_local(datetime.fromisoformat(end), ZONE))
        for start, end in stored
    ]


def _titles(stored: Any, names: Names) -> str:
    if stored == "all":
        return str(_("For all meetings"))
    ids = (int(one) for one in str(stored).split(", ") if one)
    titles = (named(names.meetings[one]) for one in ids if one in names.meetings)
    return str(_(", ").join(titles))


def _host(stored: Any, _names: Names) -> Any:
    host = find_host(stored)
    return host.name.text(current_locale()) if host else stored


def _filter(stored: Any, names: Names) -> str:
    """What a part of the log was chosen by: 'who=visitor, meeting=soukai'."""
    given = [one.partition("=") for one in str(stored).split(", ")]
    told = (_condition(name, text, names) for name, _sign, text in given)
    return str(_(", ").join(told))


def _condition(name: str, text: str, names: Names) -> str:
    if name == "who":
        who = audit_fields.ACTORS.get(text)
        if who is None and text.isdecimal():
            who = names.accounts.get(int(text))
        return str(who or UNKNOWN)
    if name == "action":
        return str(ACTIONS.get(text, UNKNOWN))
    if name == "meeting":
        return next((named(one) for one in names.meetings.values() if one.slug == text), text)
    if name == "registration":
        return str(_("One sign-up"))
    if name in CONDITIONS:
        told = _day(text) if name in DAYS else text
        return f"{CONDITIONS[name]} {told}".rstrip()
    return text or name


DAYS = {"since", "until"}
CONDITIONS = {
    "since": audit_fields.FROM_THE_DAY,
    "until": audit_fields.UNTIL_THE_DAY,
    "q": audit_fields.SEARCH,
}
NAMED: Mapping[str, Callable[[Any, Names], Any]] = {
    "host_id": _host,
    "account_id": lambda stored, names: names.accounts.get(stored, stored),
    "meetings": _titles,
    "filter": _filter,
}
"""Fields that hold ids of what has a name."""


def _places(stored: Mapping[str, Any]) -> str:
    told = (
        f"{WAYS.get(way, way)} {_('No limit') if n is None else n}" for way, n in stored.items()
    )
    return str(_(", ").join(told))


def _preset(stored: str) -> str:
    label = PRESETS[stored].label if stored in PRESETS else None
    if label is None:
        return str(UNKNOWN)
    return label.en if current_locale() == "en" and label.en else label.ja


def _timing(stored: str) -> str:
    """When a reminder goes, as it was kept: '7 days before 10:00'."""
    amount, unit, side, at = stored.split()
    hour, _colon, minute = at.partition(":")
    due = int(hour) * 60 + int(minute)
    after = side == "after"
    return timing_words(Timing(unit=unit, amount=int(amount), after=after, minute=due))


def _columns(stored: list[str]) -> str:
    return str(_(", ").join(one.heading for one in columns_of(stored)))


def _picture(stored: str) -> str:
    kind, _space, size = stored.partition(" ")
    return f"{kind.partition('/')[2].upper()} {size}"


def _plain(stored: Any) -> str:
    """Lists as a line of text; what is there in two languages with a stroke between."""
    if isinstance(stored, bool):
        return str(_("Yes") if stored else _("No"))
    if isinstance(stored, Mapping):
        return " / ".join(_plain(one) for one in stored.values() if one)
    if isinstance(stored, list | tuple):
        return str(_(", ").join(told for one in stored if (told := _plain(one))))
    return "" if stored is None else str(stored)


def _languages(stored: Any) -> str:
    """A text, or the same in Japanese and English."""
    return " / ".join(one for one in stored if one) if isinstance(stored, list) else _plain(stored)


def _choices(stored: list[Any]) -> str:
    """Choices in both languages, with their places."""
    told = (
        f"{_languages([ja, en])}{'' if places is None else f' ({places})'}"
        for ja, en, places in stored
    )
    return str(_(", ").join(told))


def _conditions(stored: list[Any]) -> str:
    """Which answers open a question; of older entries, which kept their ids, whether any do."""
    if any(isinstance(one, int) for one in stored):
        return str(_("Yes"))
    return _plain(stored)


TEXTS = {"title", "summary", "description", "date_note", "audience", "hosts", "fee", "bring"}
TEXTS |= {"contact", "report", "label", "help", "venue_name", "venue_address", "access"}
TOLD: Mapping[str, Callable[[Any], str]] = {
    "template_task": plan_words.model_told,
    "when": plan_words.when_told,
    "places": _places,
    "preset": _preset,
    "timing": _timing,
    "columns": _columns,
    "picture": _picture,
    "choices": _choices,
    "opened_by": _conditions,
    "booking": booking_words,
    "attendance": moment_words,
    **dict.fromkeys(("due_on", "arrangement_due_on"), _day),
    "spans": _spans,
    **dict.fromkeys(MOMENTS, moment_words),
    **dict.fromkeys(TEXTS, _languages),
}
"""Fields whose values are put into words in their own way."""
TOGETHER: Mapping[str, Callable[[Any, Any], tuple[str, str]]] = {"spans": _both_spans}
"""Fields of which before and after are put into words together."""
