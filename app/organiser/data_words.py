"""What is kept of a person in words, for the file that they ask for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.base.timezones import to_local
from app.events.standings import WORDS as STANDINGS
from app.mail.words import reason_words
from app.organiser import audit_words, order_words, signup_words
from app.organiser.signups import Found
from app.organiser.words import CHANNELS, PARTSTATS, PURPOSES, STATES, WAYS, action_words
from app.registration.forms.office import LOCALES
from app.retention.person import Section
from app.web.filters import clock, day

SECTIONS: dict[str, Any] = {
    "registration": _("Sign-up"),
    "people": _("People"),
    "meetings": _("What they come to"),
    "answers": _("Answers"),
    "arrangements": _("What the office has arranged"),
    "attendance": _("Attendance"),
    "letters": _("Letters"),
    "calendar": _("Answers from calendars"),
    "address": _("What is known of the e-mail address"),
    "interest": _("To be told of a date"),
    "invitation": _("Invitation"),
    "history": _("What happened"),
}
FIELDS: dict[str, Any] = {
    "number": _("Registration number"),
    "channel": _("How they signed up"),
    "locale": _("Language"),
    "contact_name": _("Signed up by"),
    "contact_organisation": _("Organisation"),
    "email": _("E-mail address"),
    "telephone": _("Telephone number"),
    "fax": _("Fax number"),
    "postal_address": _("Postal address"),
    "note": _("Remarks"),
    "coming": _("Answer whether they come"),
    "coming_at": _("Answered at"),
    "notice_version": _("Version of the privacy notice"),
    "noticed_at": _("Told the privacy notice at"),
    "created_at": _("Date and time"),
    "erased_at": _("Erased at"),
    "name": _("Name"),
    "reading": _("Reading of the name"),
    "organisation": _("Organisation"),
    "role": _("Role"),
    "standing": _("Standing"),
    "title": _("Meeting"),
    "way": _("How they take part"),
    "state": _("State"),
    "beyond": _("Why beyond the places"),
    "question": _("Question"),
    "choice": _("Chosen"),
    "text": _("Text"),
    "supplier": _("Supplier"),
    "due_on": _("Deadline"),
    "known_text": _("Wish as the office last knew it"),
    "kind": _("Kind"),
    "at": _("Date and time"),
    "purpose": _("About"),
    "to_address": _("To"),
    "to_name": _("Name of the addressee"),
    "subject": _("Subject"),
    "body": _("Text"),
    "accepted_at": _("Accepted by the mail server"),
    "attendee": _("E-mail address"),
    "partstat": _("Answer"),
    "action": _("What was done"),
    "before": _("Before"),
    "after": _("After"),
    "address": _("E-mail address"),
    "reason": _("Reason"),
    "since": _("Since"),
    "label": _("Whom it is for"),
    "expires_at": _("Good until"),
    "sent": _("Letters sent"),
}
NOTICE_UNTOLD: dict[Any, Any] = {0: _("Not shown")}
CODES: dict[tuple[str, str], Mapping[Any, Any]] = {
    ("registration", "channel"): CHANNELS,
    ("registration", "locale"): LOCALES,
    ("registration", "coming"): signup_words.VALUES["coming"],
    ("registration", "notice_version"): NOTICE_UNTOLD,
    ("people", "standing"): STANDINGS,
    ("people", "notice_version"): NOTICE_UNTOLD,
    ("meetings", "way"): WAYS,
    ("meetings", "state"): STATES,
    ("arrangements", "state"): order_words.STATES,
    ("attendance", "kind"): {"in": _("Came in"), "out": _("Went out")},
    ("letters", "purpose"): PURPOSES,
    ("calendar", "partstat"): PARTSTATS,
    ("address", "state"): {"good": _("Letters reach it"), "marked": _("Letters do not reach it")},
    ("interest", "state"): {
        "asked": _("Asked, not confirmed yet"),
        "confirmed": _("On the list"),
        "left": _("Off the list"),
    },
}
"""(section, field) → words of its short codes."""
TOLD: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("history", "action"): action_words,
    ("address", "reason"): reason_words,
}
"""(section, field) → what puts its short codes into words."""
FREE = {
    *("number", "contact_name", "contact_organisation", "email", "telephone", "fax"),
    *("postal_address", "note", "name", "reading", "organisation", "role", "title", "beyond"),
    *("question", "choice", "text", "supplier", "known_text", "to_address", "to_name", "subject"),
    *("body", "attendee", "address", "label", "sent"),
}
"""Fields that people typed, or numbers: told as they are."""
MOMENTS = {
    *("coming_at", "noticed_at", "created_at", "erased_at", "at", "accepted_at", "since"),
    *("expires_at", "due_on"),
}
CHANGES = {"before", "after"}


@dataclass(frozen=True)
class Told:
    """A section in words: its heading, and of each row its lines (what, value)."""

    heading: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


def in_words(section: Section, found: Found) -> Told:
    """A section for people to read, moments as of the meeting."""
    rows = (tuple(_lines(section.name, row, found)) for row in section.rows)
    return Told(str(SECTIONS[section.name]), tuple(rows))


def _lines(section: str, row: Mapping[str, Any], found: Found) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if name in CHANGES:
            for what, told in _changes(str(row.get("action", "")), value, found):
                label = gettext("%(when)s: %(what)s", when=FIELDS[name], what=what)
                yield label, told
        else:
            yield str(FIELDS[name]), _value((section, name), value, found.zone)


def _value(field: tuple[str, str], value: Any, zone: str) -> str:
    if field in TOLD:
        return str(TOLD[field](value))
    if isinstance(value, datetime):
        local = to_local(value, zone)
        return f"{day(local)} {clock(local)}"
    if isinstance(value, date):
        return day(value)
    return str(CODES.get(field, {}).get(value, value))


def _changes(action: str, values: Mapping[str, Any], found: Found) -> Iterator[tuple[str, str]]:
    """As the page of the sign-up tells them; what it leaves out as the audit log does."""
    for name, stored in values.items():
        told = signup_words.field_in_words(name, stored, found.signup, found.offer)
        yield told or audit_words.in_words(action, name, stored)
