"""Entries of the audit log in words: who, about what, and what was before and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.auth.audit import VISITOR
from app.auth.facts import HistoryEntry
from app.auth.log import list_actors
from app.base.timezones import to_local
from app.events.heads import list_every_head
from app.events.outline import list_by_ids
from app.organiser.audit_fields import ACTORS, label_of
from app.organiser.audit_subjects import PAGES, meetings_of
from app.organiser.audit_values import Names, meeting_of, question_of, sides, value
from app.organiser.meeting_words import told_apart
from app.organiser.words import ZONE, action_words, change_text
from app.registration.returned.queries import list_by_id
from app.web.locale import current_locale


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry: ``at`` local to the office; ``about`` and ``href`` '' where there is no page.

    ``changes`` are (what, and what became of it, '' where that is not told); ``forgotten``: the
    values were erased.
    """

    id: int
    at: datetime
    who: str
    what: str
    about: str
    href: str
    changes: tuple[tuple[str, str], ...]
    forgotten: bool


def lines(entries: Sequence[HistoryEntry]) -> list[Line]:
    """Entries in words: at most ten queries however many."""
    ids = {one.subject_id for one in entries if one.subject == "registration" and one.subject_id}
    heads = list_every_head(current_locale())
    names = Names(
        meetings={one.id: one for one in heads},
        titles=told_apart(heads),
        about=meetings_of(entries, heads),
        signups=list_by_id(ids),
        accounts=dict(list_actors()),
        questions=list_by_ids(_questions(entries), current_locale()),
    )
    return [_line(one, names) for one in entries]


def _line(entry: HistoryEntry, names: Names) -> Line:
    about, href = _about(entry, names)
    return Line(
        id=entry.id,
        at=to_local(entry.at, ZONE),
        who=entry.who or str(_actor(entry)),
        what=str(action_words(entry.action)),
        about=about,
        href=href,
        changes=tuple(_changes(entry, names)),
        forgotten=bool(entry.fields) and not entry.before and not entry.after,
    )


def _actor(entry: HistoryEntry) -> Any:
    """Who did it, where it was no account: whoever has lost a password signs up for nothing."""
    if entry.subject == "account" and entry.actor == VISITOR:
        return _("Somebody who was not logged in")
    return ACTORS.get(entry.actor, "")


def in_words(action: str, name: str, stored: Any) -> tuple[str, str]:
    """What a field is called and its value; ids are not told by name."""
    nobody = Names(meetings={}, titles={}, about={}, signups={}, accounts={}, questions={})
    return str(label_of(action, name)), value(action, name, stored, nobody)


def _about(entry: HistoryEntry, names: Names) -> tuple[str, str]:
    row = entry.subject_id or 0
    if entry.subject == "registration" and row in names.signups:
        found = names.signups[row]
        text = f"{found.number} {_('%(name)s', name=found.name)}"
        return text, url_for("organiser.signup", registration_id=row)
    about = names.about.get((entry.subject, row))
    if about:
        titles = str(_(", ").join(names.titles[one.id] for one in about))
        return titles, url_for(f"organiser.{PAGES[entry.subject]}", slug=about[0].slug)
    if entry.subject == "notice" and about == ():
        return str(_("For all meetings")), url_for("organiser.whole_notice")
    if entry.subject == "account" and row:
        told = _("Account: %(name)s", name=names.accounts.get(row, ""))
        return told, url_for("organiser.edit_account", account_id=row)
    return "", ""


def _questions(entries: Sequence[HistoryEntry]) -> set[int]:
    found = (question_of(name) for one in entries for name in one.fields)
    return {one for one in found if one is not None}


def _changes(entry: HistoryEntry, names: Names) -> Iterator[tuple[str, str]]:
    for name in {**entry.before, **entry.after}:
        label = _label(entry.action, name, names)
        if name == "arrangements":
            yield label, ""
            continue
        old, new = sides(entry.action, name, entry.before.get(name), entry.after.get(name), names)
        if old or new:
            yield label, change_text(old, new, known=name in entry.before)


def _label(action: str, name: str, names: Names) -> str:
    """What a field is called: an answer by its question, a participation with its meeting."""
    question = names.questions.get(question_of(name) or 0)
    if question:
        return question.label
    label, title = str(label_of(action, name)), names.titles.get(meeting_of(name) or 0)
    return _("%(what)s (%(meeting)s)", what=label, meeting=title) if title else label
