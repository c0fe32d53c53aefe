"""Entries of the audit log in words: who, about what, and what was before and after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.association.stored import find_host
from app.auth.facts import HistoryEntry
from app.auth.log import list_actors
from app.auth.words import ROLES
from app.base.timezones import to_local
from app.events.heads import MeetingHead, list_every_head
from app.events.standings import WORDS as STANDINGS
from app.organiser import order_words, plan_words, signup_words
from app.organiser.association_forms import LANGUAGES, PAPER, READING_ASKED, labels
from app.organiser.audience_words import SIMPLE
from app.organiser.audit_subjects import PAGES, Key, meetings_of
from app.organiser.meeting_words import ADMISSIONS
from app.organiser.meeting_words import KINDS as MEETING_KINDS
from app.organiser.words import LIKENESSES, STATES, WAYS, ZONE, action_words
from app.registration.returned.queries import Concerned, list_by_id
from app.web.filters import clock, day
from app.web.locale import current_locale

ACTORS: dict[str, Any] = {
    "visitor": lazy_gettext("A visitor"),
    "system": lazy_gettext("By itself"),
    "desk": lazy_gettext("Reception"),
}
FIELDS: dict[str, Any] = {
    **signup_words.FIELDS,
    **labels(),
    "people": lazy_gettext("How many people"),
    "name": lazy_gettext("Name"),
    "role": lazy_gettext("Role in the office"),
    "meetings": lazy_gettext("For which meetings"),
    "spans": lazy_gettext("Date and time"),
    "venue_name": lazy_gettext("Venue"),
    "venue_address": lazy_gettext("Address of the venue"),
    "access": lazy_gettext("How to get there"),
    "online_url": lazy_gettext("Online address"),
    "waiting_list": lazy_gettext("Waiting list"),
    "standings": lazy_gettext("As what people can sign up"),
    "admission": lazy_gettext("Who may come"),
    "places": lazy_gettext("Places"),
    "opens_at": lazy_gettext("Sign-up opens"),
    "closes_at": lazy_gettext("Sign-up closes"),
    "doors_at": lazy_gettext("Doors open"),
    "change_until": lazy_gettext("Changes until"),
    "promotion_until": lazy_gettext("Places go on until"),
    "label": lazy_gettext("Question"),
    "help": lazy_gettext("Help"),
    "required": lazy_gettext("Must be answered"),
    "title": lazy_gettext("Title"),
    "filename": lazy_gettext("Name of the file"),
    "audience": lazy_gettext("Who may have it"),
    "shown_from": lazy_gettext("Shown from"),
    "shown_until": lazy_gettext("Shown until"),
    "subject": lazy_gettext("Subject"),
    "body": lazy_gettext("Text"),
    "subject_en": lazy_gettext("Subject in English"),
    "body_en": lazy_gettext("Text in English"),
    "target": lazy_gettext("To"),
    "whole_day": lazy_gettext("Also those who are signed up for the other meetings of this form"),
    "asks_coming": lazy_gettext("Ask whether they still come"),
    "timing": lazy_gettext("When it is sent"),
    "contact_attends": lazy_gettext("The contact comes, too"),
    "filter": lazy_gettext("Filter"),
    "by": lazy_gettext("By"),
    "reason": lazy_gettext("Reason"),
    "picture": lazy_gettext("Picture"),
    "host_id": lazy_gettext("In whose name letters go"),
    "sender": lazy_gettext("Name of the sender"),
    "sender_en": lazy_gettext("Name of the sender in English"),
    "name_en": lazy_gettext("Name in English"),
    "address_en": lazy_gettext("Postal address in English"),
    "reply_to": lazy_gettext("Address that answers go to"),
    "offered": lazy_gettext("Meetings can choose it"),
    "arrangement_state": lazy_gettext("How it stands"),
    "arrangement_due_on": lazy_gettext("Until when"),
    "arrangement_supplier": lazy_gettext("Who provides it"),
    "arrangement_note": lazy_gettext("Note, or what we offer instead"),
    "arrangements": lazy_gettext("Arrangements (changed)"),
    "partners": lazy_gettext("With whom"),
    "items": lazy_gettext("Which data"),
    "left_out": lazy_gettext("How many are left out"),
    "text": lazy_gettext("Text"),
    "arrangements_days": lazy_gettext("What is to be arranged, lunches too: days"),
    "contacts_days": lazy_gettext("How to reach them, and answers: days"),
    "likeness": lazy_gettext("What they have in common"),
    "numbers": lazy_gettext("Numbers of the sign-ups"),
    "meeting_kind": lazy_gettext("Kind of meeting"),
    "law": lazy_gettext("What the notice is bound by"),
    "own_days": lazy_gettext("Days by the by-laws"),
    "title_en": lazy_gettext("Title in English"),
    "when": lazy_gettext("By when"),
    "due_on": lazy_gettext("A fixed day"),
    "account_id": lazy_gettext("Who does it"),
    "assignee": lazy_gettext("Who does it"),
    "task": lazy_gettext("What is to be done"),
    "tasks": lazy_gettext("To be done"),
    "task_order": lazy_gettext("Order"),
    "minutes_years": lazy_gettext("What the minutes need: years"),
}
KINDS: dict[str, Any] = {
    "person": lazy_gettext("Name, reading, organisation and role"),
    "standing": lazy_gettext("Standing"),
    "booking": lazy_gettext("Participation"),
    "answer": lazy_gettext("Answer"),
    "template_task": lazy_gettext("What is to be done"),
}
"""Fields of which there is one for each person, meeting, question or task: 'booking 12-3'."""
BY: dict[str, Any] = {
    "app": lazy_gettext("Code of the app"),
    "recovery": lazy_gettext("Recovery code"),
    "passkey": lazy_gettext("Passkey"),
}
"""By what somebody went through the second step of logging in."""
CODES: dict[str, dict[str, Any]] = {
    "by": BY,
    "arrangement_state": order_words.STATES,
    "role": ROLES,
    "target": SIMPLE,
    "default_language": LANGUAGES,
    "reading_asked": READING_ASKED,
    "paper_size": PAPER,
    "admission": ADMISSIONS,
    "likeness": LIKENESSES,
    "law": plan_words.LAWS,
    "meeting_kind": MEETING_KINDS,
    "task": plan_words.TASKS,
    "tasks": plan_words.TASKS,
    "task_order": plan_words.TASKS,
    "standing": STANDINGS,
    "standings": STANDINGS,
    **signup_words.VALUES,
}
"""Fields whose values are short codes."""
TOLD: dict[str, Callable[[Any], str]] = {
    "template_task": plan_words.model_told,
    "when": plan_words.when_told,
}
"""Fields whose values are put into words elsewhere."""
MOMENTS = {"doors_at", "opens_at", "closes_at", "change_until", "promotion_until", "again_at"}
MOMENTS |= {"shown_from", "shown_until"}
LONGEST = 300
"""The most characters of a value that the page shows."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry: ``at`` local to the office; ``about`` and ``href`` '' where there is no page.

    ``changes`` are (what, before, after), '' for nothing; ``forgotten``: the values were erased.
    """

    id: int
    at: datetime
    who: str
    what: str
    about: str
    href: str
    changes: tuple[tuple[str, str, str], ...]
    forgotten: bool


@dataclass(frozen=True, kw_only=True)
class Names:
    """What ids are called: of meetings and what is theirs, of sign-ups on the page, of accounts."""

    meetings: Mapping[int, MeetingHead]
    about: Mapping[Key, tuple[MeetingHead, ...]]
    signups: Mapping[int, Concerned]
    accounts: Mapping[int, str]


def lines(entries: Sequence[HistoryEntry]) -> list[Line]:
    """Entries in words: at most nine queries however many."""
    ids = {one.subject_id for one in entries if one.subject == "registration" and one.subject_id}
    heads = list_every_head(current_locale())
    names = Names(
        meetings={one.id: one for one in heads},
        about=meetings_of(entries, heads),
        signups=list_by_id(ids),
        accounts=dict(list_actors()),
    )
    return [_line(one, names) for one in entries]


def _line(entry: HistoryEntry, names: Names) -> Line:
    about, href = _about(entry, names)
    return Line(
        id=entry.id,
        at=to_local(entry.at, ZONE),
        who=entry.who or str(ACTORS.get(entry.actor, "")),
        what=str(action_words(entry.action)),
        about=about,
        href=href,
        changes=tuple(_changes(entry, names)),
        forgotten=bool(entry.fields) and not entry.before and not entry.after,
    )


def _about(entry: HistoryEntry, names: Names) -> tuple[str, str]:
    row = entry.subject_id or 0
    if entry.subject == "registration" and row in names.signups:
        found = names.signups[row]
        text = f"{found.number} {_('%(name)s', name=found.name)}"
        return text, url_for("organiser.signup", registration_id=row)
    about = names.about.get((entry.subject, row))
    if about:
        titles = str(_(", ").join(one.title for one in about))
        return titles, url_for(f"organiser.{PAGES[entry.subject]}", slug=about[0].slug)
    if entry.subject == "notice" and about == ():
        return str(_("For all meetings")), url_for("organiser.whole_notice")
    if entry.subject == "account" and row:
        told = _("Account: %(name)s", name=names.accounts.get(row, ""))
        return told, url_for("organiser.edit_account", account_id=row)
    return "", ""


def _changes(entry: HistoryEntry, names: Names) -> Iterator[tuple[str, str, str]]:
    for name in {**entry.before, **entry.after}:
        kind = name.partition(" ")[0]
        label = str(FIELDS.get(name) or KINDS.get(kind) or name)
        old, new = entry.before.get(name), entry.after.get(name)
        if name == "arrangements":
            yield label, "", ""
            continue
        yield label, _value(name, old, names), _value(name, new, names)


def _value(name: str, stored: Any, names: Names) -> str:
    if stored is None or stored == "":
        return ""
    told = str(_told(name, stored, names))
    return told if len(told) <= LONGEST else told[:LONGEST] + "…"


def _told(name: str, stored: Any, names: Names) -> Any:
    kind = name.partition(" ")[0]
    if name in MOMENTS or name == "spans":
        return _moments(stored)
    if kind in CODES:
        codes = stored if isinstance(stored, list) else [stored]
        return _(", ").join(str(CODES[kind].get(one, one)) for one in codes)
    if kind in TOLD:
        return TOLD[kind](stored)
    if name in {"host_id", "account_id", "meetings"}:
        return _called(name, stored, names)
    if name.startswith("booking "):
        return " ".join(str(WAYS.get(one) or STATES.get(one, one)) for one in str(stored).split())
    return _plain(stored)


def _called(name: str, stored: Any, names: Names) -> Any:
    """What an id is called: of a host, an account, meetings."""
    if name == "account_id":
        return names.accounts.get(stored, stored)
    if name == "meetings":
        return _titles(str(stored), names)
    host = find_host(stored)
    return host.name.text(current_locale()) if host else stored


def _moments(stored: Any) -> str:
    """One moment, or beginnings with ends, as the office reads them."""
    if isinstance(stored, str):
        try:
            local = to_local(datetime.fromisoformat(stored), ZONE)
        except ValueError:
            return stored
        return f"{day(local)} {clock(local)}"
    pairs = ("〜".join(_moments(one) for one in pair if one) for pair in stored)
    return str(_(", ").join(pairs))


def _titles(stored: str, names: Names) -> str:
    if stored == "all":
        return str(_("For all meetings"))
    ids = (int(one) for one in stored.split(", ") if one)
    titles = (names.meetings[one].title for one in ids if one in names.meetings)
    return str(_(", ").join(titles))


def _plain(stored: Any) -> str:
    """Lists and mappings as a line of text."""
    if isinstance(stored, bool):
        return str(_("Yes") if stored else _("No"))
    if isinstance(stored, Mapping):
        told = [f"{name} {_plain(one)}" for name, one in stored.items()]
    elif isinstance(stored, list | tuple):
        told = [_plain(one) for one in stored]
    else:
        return "" if stored is None else str(stored)
    return str(_(", ").join(one for one in told if one))
