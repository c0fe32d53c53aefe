"""What fields and codes of the audit log are called; a test of the house finds what has no words.

Entries name fields as the code does, and hold codes as the database does. Which word fits may
depend on the action: a state is that of a meeting, or of a wish.
"""

from typing import Any

from flask_babel import lazy_gettext

from app.auth.words import ROLES
from app.events.standings import WORDS as STANDINGS
from app.organiser import meeting_words, order_words, plan_words, question_fields, signup_words
from app.organiser.association_forms import LANGUAGES, PAPER, READING_ASKED, labels
from app.organiser.audience_words import SIMPLE
from app.organiser.export_forms import FORMATS
from app.organiser.file_forms import AUDIENCES
from app.organiser.import_forms import OVER
from app.organiser.notice_forms import NAMES
from app.organiser.words import LIKENESSES, UNKNOWN, WAYS

ACTORS: dict[str, Any] = {
    "visitor": lazy_gettext("A visitor"),
    "system": lazy_gettext("By itself"),
    "desk": lazy_gettext("Reception"),
}
FROM_THE_DAY: Any = lazy_gettext("From the day")
UNTIL_THE_DAY: Any = lazy_gettext("Until the day")
SEARCH: Any = lazy_gettext("Search")
"""What entries of the log are chosen by."""
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
    "closed_at": lazy_gettext("Sign-up was closed by hand"),
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
    "state": lazy_gettext("State"),
    "archived": lazy_gettext("In the archive"),
    "slug": lazy_gettext("Last part of the address"),
    "copied_from": lazy_gettext("Copied from the meeting at the address"),
    "kind": lazy_gettext("Kind"),
    "summary": lazy_gettext("Summary"),
    "description": lazy_gettext("Description"),
    "date_note": lazy_gettext("When, while the date is not fixed"),
    "hosts": lazy_gettext("Hosts"),
    "fee": lazy_gettext("Fee"),
    "bring": lazy_gettext("What to bring"),
    "contact": lazy_gettext("Who answers questions"),
    "report": lazy_gettext("Report after the meeting"),
    "preset": lazy_gettext("Ready-made question"),
    "way": lazy_gettext("Who is asked"),
    "choices": lazy_gettext("Choices"),
    "asked": lazy_gettext("Who answers"),
    "is_arrangement": lazy_gettext("It is about what is to be arranged for somebody"),
    "opened_by": lazy_gettext("Only asked after certain answers to another question"),
    "position": lazy_gettext("Place in the order"),
    "file": lazy_gettext("File"),
    "new": lazy_gettext("How many are new"),
    "changed": lazy_gettext("How many were changed"),
    "over": lazy_gettext("For how many no place was left"),
    "over_as": lazy_gettext("Those for whom no place is left"),
    "columns": lazy_gettext("Columns"),
    "questions": lazy_gettext("Answers to"),
    "address": lazy_gettext("Postal address"),
}
FIELDS_OF: dict[str, dict[str, Any]] = {
    "event": {"audience": lazy_gettext("Who may come")},
    "question": {
        "kind": lazy_gettext("How it is answered"),
        "closes_at": lazy_gettext("Asked until"),
    },
    "registrations": {"file": lazy_gettext("Kind of file, or its name")},
    "count": {"numbers": lazy_gettext("How many were ordered")},
    "arrangement": {
        "state": lazy_gettext("How it stands"),
        "due_on": lazy_gettext("Until when"),
        "supplier": lazy_gettext("Who provides it"),
        "note": lazy_gettext("Note, or what we offer instead"),
    },
    "host": {"name": lazy_gettext("Name of the organisation")},
    "task": {"note": lazy_gettext("Note")},
    "pass": {"label": lazy_gettext("Name of the link")},
    "people": {"way": lazy_gettext("How they take part from now on")},
}
"""Fields that are called otherwise in entries whose action begins so."""
KINDS: dict[str, Any] = {
    "person": lazy_gettext("Name, reading, organisation and role"),
    "standing": lazy_gettext("Standing"),
    "booking": lazy_gettext("Participation"),
    "attendance": lazy_gettext("When it was"),
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
TARGETS: dict[str, Any] = {
    **SIMPLE,
    "answered": lazy_gettext("Those who gave a certain answer"),
    "not_answered": lazy_gettext("Those who have not answered a question"),
}
MEETING: dict[str, Any] = {
    "draft": lazy_gettext("Draft"),
    "published": meeting_words.STATES["published"],
    "cancelled": meeting_words.STATES["cancelled"],
}
"""States of a meeting as the database knows them."""
CODES: dict[str, dict[str, Any]] = {
    "by": BY,
    "arrangement_state": order_words.STATES,
    "role": ROLES,
    "target": TARGETS,
    "default_language": LANGUAGES,
    "reading_asked": READING_ASKED,
    "paper_size": PAPER,
    "admission": meeting_words.ADMISSIONS,
    "likeness": LIKENESSES,
    "law": plan_words.LAWS,
    "meeting_kind": meeting_words.KINDS,
    "task": plan_words.TASKS,
    "tasks": plan_words.TASKS,
    "task_order": plan_words.TASKS,
    "standing": STANDINGS,
    "standings": STANDINGS,
    "items": NAMES,
    "over_as": OVER,
    "way": question_fields.WAYS,
    **signup_words.VALUES,
}
"""Fields whose values are short codes."""
CODES_OF: dict[str, dict[str, dict[str, Any]]] = {
    "event": {"state": MEETING, "kind": meeting_words.KINDS},
    "question": {"kind": question_fields.KINDS, "asked": question_fields.ASKED},
    "file": {"audience": AUDIENCES},
    "registrations.exported": {"file": FORMATS},
    "arrangement": {"state": order_words.STATES},
    "people": {"way": WAYS},
}
"""The same where the action decides what they mean."""
OPEN = {"task", "tasks", "task_order"}
"""Codes beside which there are those of the office's own making."""


def label_of(action: str, field: str) -> Any:
    """What a field is called; a general word for one that has no words."""
    room, kind = action.partition(".")[0], field.partition(" ")[0]
    own = FIELDS_OF.get(room, {})
    return own.get(field) or FIELDS.get(field) or KINDS.get(kind) or UNKNOWN


def codes_of(action: str, field: str) -> dict[str, Any] | None:
    """The words of the codes that a field holds; None for one that holds none."""
    room, kind = action.partition(".")[0], field.partition(" ")[0]
    for one in (action, room):
        if kind in CODES_OF.get(one, {}):
            return CODES_OF[one][kind]
    return CODES.get(kind)
