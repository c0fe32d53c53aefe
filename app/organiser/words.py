"""Words of the office for short codes."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.mail.queries import queue_state
from app.mail.words import reason_words

ZONE = "Asia/Tokyo"
"""Of the office itself, where a moment belongs to no meeting."""

STATES: dict[str, Any] = {
    "confirmed": _("Signed up"),
    "waiting": _("On the waiting list"),
    "cancelled": _("Cancelled"),
    "duplicate": _("Signed up twice"),
}
CHANNELS: dict[str, Any] = {
    "web": _("Web"),
    "telephone": _("Telephone"),
    "fax": _("Fax"),
    "paper": _("Post"),
    "walk_in": _("At the door"),
}
SORTS: dict[str, Any] = {
    "reading": _("By reading"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
}
LETTERS: dict[str, Any] = {"failed": _("Letter could not be sent")}
ACTIONS: dict[str, Any] = {
    "account.created": _("An account was made"),
    "account.logged_in": _("Logged in"),
    "account.logged_out": _("Logged out"),
    "account.password_changed": _("Changed the password"),
    "account.password_set": _("An account was given a new password"),
    "registrations.exported": _("Exported the list of sign-ups"),
    "registration.created": _("Signed up"),
    "registration.changed": _("A sign-up was changed"),
    "registration.cancelled": _("A sign-up was cancelled"),
    "registration.another": _("Taken for another person of the same name"),
    "registration.link_renewed": _("Ended a personal link and sent a new one"),
    "arrangements.viewed": _("Looked at the arrangements of a sign-up"),
    "event.changed": _("Changed the settings of a meeting"),
    "event.called_off": _("Called a meeting off"),
    "question.added": _("Added a question"),
    "question.changed": _("Changed a question"),
    "question.removed": _("Removed a question"),
    "file.added": _("A file was put up"),
    "file.removed": _("A file was removed"),
    "letter_text.changed": _("Changed the text of a letter"),
    "letter_text.reset": _("Put back the default text of a letter"),
    "campaign.written": _("Wrote a reminder"),
    "campaign.started": _("Sent a reminder to everybody"),
    "campaign.tried": _("Sent a reminder to themselves as a test"),
}

PURPOSES: dict[str, Any] = {
    "confirmed": _("Confirmation"),
    "waiting": _("On the waiting list"),
    "moved_up": _("A place has become free"),
    "changed": _("Changed by the person"),
    "cancelled": _("Cancelled by the person"),
    "office_changed": _("Changed by us"),
    "office_cancelled": _("Cancelled by us"),
    "called_off": _("Meeting called off"),
    "queue_ended": _("The waiting list has ended"),
    "new_link": _("New personal link"),
    "link_again": _("Personal link once more"),
    "already": _("Signed up already"),
    "interest_ask": _("To be told of the date: please confirm"),
    "interest_confirmed": _("To be told of the date: on the list"),
    "date_fixed": _("The date is fixed"),
    "reminder": _("Reminder"),
}
"""What letters are about."""


def action_words(action: str) -> Any:
    """What an entry of the audit table says, in the reader's language."""
    return ACTIONS.get(action, action)


def queue_facts() -> dict[str, Any]:
    """For the notice that letters are not being sent: ``queue``, and ``why`` in words."""
    queue = queue_state()
    return {"queue": queue, "why": reason_words(queue.paused_reason)}
