"""Words of the office for short codes."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.base.timezones import OFFICE, to_local
from app.events.standings import WORDS as STANDINGS
from app.mail.queries import queue_state
from app.mail.words import reason_words
from app.registration.lists.finding import UNSAID
from app.web.filters import clock, day

ZONE = OFFICE

STATES: dict[str, Any] = {
    "confirmed": _("Signed up"),
    "waiting": _("On the waiting list"),
    "requested": _("To be decided"),
    "cancelled": _("Cancelled"),
    "declined": _("Declined"),
    "duplicate": _("Signed up twice"),
}
WAYS: dict[str, Any] = {
    "venue": _("At the venue"),
    "online": _("Online"),
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
    "organisation": _("By organisation"),
}
LIKENESSES: dict[str, Any] = {
    "reading": _("The same reading"),
    "telephone": _("The same telephone number"),
    "mail": _("The same e-mail address"),
}
"""By what sign-ups may be of the same people."""
UNLIKE: dict[str, Any] = {
    "reading": _("No two sign-ups of the day are of people with the same reading."),
    "telephone": _("No two sign-ups of the day have the same telephone number."),
    "mail": _("No two sign-ups of the day have the same e-mail address."),
}
"""The same where none are."""
STATE, CHANNEL = STATES, CHANNELS
STANDING: dict[str, Any] = {**STANDINGS, UNSAID: _("Standing not known")}
WAY: dict[str, Any] = {"venue": _("At the venue"), "online": _("Online")}
LETTERS: dict[str, Any] = {
    "failed": _("Letter could not be sent"),
    "by_hand": _("To be told by telephone"),
    "under_way": _("Letter on its way"),
    "accepted": _("All letters have gone"),
    "none": _("No letter"),
}
ARRIVED: dict[str, Any] = {"yes": _("Has come"), "no": _("Has not come yet")}
"""Words of the filters of a list, by the name of the filter."""
ACTS: dict[str, Any] = {
    "arrive": _("note as come"),
    "write": _("write to"),
    "venue": _("move to the venue"),
    "online": _("move online"),
    "cancel": _("cancel"),
    "approve": _("let come"),
    "decline": _("decline"),
}
"""What can be done to the people of a list."""
ACTIONS: dict[str, Any] = {
    "account.created": _("An account was made"),
    "account.logged_in": _("Logged in"),
    "account.logged_out": _("Logged out"),
    "account.password_changed": _("Changed the password"),
    "account.invited": _("Invited somebody to the office"),
    "account.invited_again": _("Invited somebody once more"),
    "account.joined": _("Chose a password by the invitation"),
    "account.reset_asked": _("A link for a forgotten password was asked for"),
    "account.reset_asked_unknown": _(
        "A link for a forgotten password was asked for, for an address without an account"
    ),
    "account.password_reset": _("Chose a new password by the link"),
    "account.changed": _("Changed an account"),
    "account.closed": _("Closed an account"),
    "account.reopened": _("Opened an account again"),
    "account.logged_out_everywhere": _("Logged out everywhere"),
    "account.app_added": _("Set up an app for two-step login"),
    "account.app_removed": _("Took the app for two-step login off"),
    "account.codes_renewed": _("Made new recovery codes"),
    "account.passkey_added": _("Added a passkey"),
    "account.passkey_removed": _("Removed a passkey"),
    "account.two_step_removed": _("Took two-step login off an account"),
    "settings.changed": _("Changed the settings of the association"),
    "logo.set": _("Put up a logo"),
    "logo.removed": _("Removed the logo"),
    "host.added": _("Added a host of meetings"),
    "host.changed": _("Changed a host of meetings"),
    "audit.exported": _("Took the audit log out as a file"),
    "account.password_set": _("An account was given a new password"),
    "registrations.exported": _("Exported the list of sign-ups"),
    "registrations.imported": _("Imported a list of sign-ups"),
    "registrations.import_undone": _("Took back the import of a list"),
    "registration.imported": _("Signed up by importing a list"),
    "registration.import_undone": _("Removed by taking back an import"),
    "registration.created": _("The sign-up arrived"),
    "registration.entered": _("Signed up by the office"),
    "registration.swapped": _("Somebody else comes in place of a person"),
    "registration.merged": _("Several sign-ups were made one"),
    "registration.changed": _("A sign-up was changed"),
    "registration.cancelled": _("A sign-up was cancelled"),
    "registration.coming": _("Said that they still come"),
    "registration.not_coming": _("Said that they cannot come; cancelled"),
    "registration.reach_changed": _("Changed fax number or postal address"),
    "registration.contact_changed": _("Changed how to reach them"),
    "letter.told": _("Told somebody by telephone or post"),
    "letter.no_answer": _("Tried to reach somebody: no answer"),
    "letter.again": _("Noted when to call somebody again"),
    "letter.untold": _("Took back that somebody was told"),
    "letter.sent_again": _("Sent a letter by mail once more"),
    "registration.moved_up": _("Somebody moved up from the waiting list"),
    "registration.approved": _("Let people come who asked to"),
    "registration.declined": _("Declined people who asked to come"),
    "registration.another": _("Taken for another person of the same name"),
    "registration.link_renewed": _("Ended a personal link and sent a new one"),
    "people.apart": _("Said that people are different ones although they have something in common"),
    "people.apart_taken_back": _("Took back that people are different ones"),
    "people.cancelled": _("Cancelled many people at once"),
    "people.approved": _("Let many people come who asked to"),
    "people.declined": _("Declined many people who asked to come"),
    "people.moved": _("Let many people take part by another way"),
    "people.arrived": _("Noted many people as come"),
    "arrangements.viewed": _("Looked at the arrangements of a sign-up"),
    "interest.asked": _("Asked to be told of a date"),
    "interest.confirmed": _("Confirmed to be told of a date"),
    "interest.left": _("Left the list of those told of a date"),
    "arrangements.marked": _("Saw at the desk for whom something is to be arranged"),
    "attendance.in": _("Was noted as come"),
    "attendance.out": _("Was noted as left"),
    "attendance.undone": _("Took back a note at the reception"),
    "registration.admitted": _("Given a place at the door"),
    "registration.walked_in": _("Signed up at the door"),
    "registration.admission_undone": _("Took back the place given at the door"),
    "registration.walk_in_undone": _("Took back the sign-up at the door"),
    "invitation.made": _("Made links of invitation"),
    "invitation.sent": _("Sent invitations that had waited"),
    "invitation.sent_again": _("Sent an invitation once more"),
    "invitation.revoked": _("Ended a link of invitation"),
    "pass.made": _("Made a link to the reception"),
    "pass.revoked": _("Ended a link to the reception"),
    "practice.started": _("Began to practise on a copy of a meeting"),
    "practice.removed": _("Let the copy of a meeting vanish"),
    "event.changed": _("Changed the settings of a meeting"),
    "event.called_off": _("Called a meeting off"),
    "event.made": _("Made a draft of a meeting"),
    "event.copied": _("Made a meeting from an earlier one"),
    "event.worded": _("Changed what a meeting says"),
    "event.published": _("Published a meeting"),
    "event.withdrawn": _("Made a published meeting a draft again"),
    "event.closed": _("Closed the sign-up of a meeting"),
    "event.reopened": _("Opened the sign-up of a meeting again"),
    "event.archived": _("Put a meeting into the archive"),
    "event.unarchived": _("Took a meeting out of the archive"),
    "event.deleted": _("Deleted a draft of a meeting"),
    "question.added": _("Added a question"),
    "question.changed": _("Changed a question"),
    "question.moved": _("Changed the order of questions"),
    "question.removed": _("Removed a question"),
    "file.added": _("A file was put up"),
    "file.changed": _("Changed for whom a file is, or its times"),
    "file.removed": _("A file was removed"),
    "address.lifted": _("Let letters go to an address again"),
    "calendar.settled": _("Settled an answer from a calendar"),
    "campaign.written": _("Wrote a letter to many"),
    "campaign.started": _("Sent a letter to many"),
    "campaign.scheduled": _("Set when a letter to many goes"),
    "campaign.paused": _("Paused a letter to many"),
    "campaign.making": _("Let a letter to many go on"),
    "campaign.cancelled": _("Stopped a letter to many"),
    "campaign.draft": _("Made a draft of a letter to many again"),
    "campaign.removed": _("Deleted the draft of a letter to many"),
    "campaign.sent_again": _("Sent once more what could not be sent"),
    "campaign.tried": _("Sent a letter to themselves as a test"),
    "rule.added": _("Added a reminder that goes by itself"),
    "rule.changed": _("Changed a reminder that goes by itself"),
    "rule.approved": _("Looked at a reminder and let it go by itself"),
    "rule.on": _("Turned a reminder on"),
    "rule.off": _("Turned a reminder off"),
    "rule.removed": _("Removed a reminder that goes by itself"),
    "plan.made": _("Gave a meeting the usual tasks"),
    "plan.law_changed": _("Changed what binds the notice of a meeting"),
    "plan.adapted": _("Made the tasks of a meeting fit its new kind"),
    "plan.kept": _("Left the tasks of a meeting as they were although its kind has changed"),
    "plan_template.task_added": _("Added a task to what meetings of a kind begin with"),
    "plan_template.task_changed": _("Changed a task of what meetings of a kind begin with"),
    "plan_template.task_moved": _("Changed the order of what meetings of a kind begin with"),
    "plan_template.task_removed": _("Removed a task from what meetings of a kind begin with"),
    "plan_template.put_back": _("Put what meetings of a kind begin with back as delivered"),
    "task.added": _("Added a task"),
    "task.changed": _("Changed a task"),
    "task.removed": _("Removed a task"),
    "task.done": _("Noted a task as done"),
    "task.undone": _("Noted a task as not done"),
    "arrangements.list_viewed": _("Looked at the arrangements of everybody at a meeting"),
    "arrangement.changed": _("Noted what becomes of a wish for an arrangement"),
    "count.ordered": _("Ordered by number"),
    "print.roster": _("Printed the roster of a meeting"),
    "print.badges": _("Printed badges"),
    "print.badges_marked": _("Noted badges as printed"),
    "print.envelopes": _("Printed labels for envelopes"),
    "print.envelopes_marked": _("Noted labels for envelopes as printed"),
    "print.desk": _("Printed the sheet for the reception"),
    "print.certificates": _("Printed certificates of attendance"),
    "erased.arrangements": _("Erased arrangements and lunches by their term"),
    "erased.contacts": _("Erased contacts and answers by their term"),
    "erased.minutes": _("Erased names by the term of the minutes"),
    "person.exported": _("Took out everything about a sign-up"),
    "person.erased": _("Erased a sign-up on request"),
    "people.shared": _("Took out the list for a co-host"),
    "notice.made": _("Made a new version of the privacy notice"),
    "letter_text.changed": _("Changed the text of a letter"),
    "letter_text.reset": _("Put back the default text of a letter"),
}

PURPOSES: dict[str, Any] = {
    "confirmed": _("Confirmation"),
    "waiting": _("On the waiting list"),
    "requested": _("Sign-up has arrived, to be decided"),
    "approved": _("May come"),
    "declined": _("Cannot come"),
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
    "address_changed": _("To the old address: changed"),
    "invitation": _("Invitation"),
    "interest_ask": _("To be told of the date: please confirm"),
    "interest_confirmed": _("To be told of the date: on the list"),
    "date_fixed": _("The date is fixed"),
    "date_moved": _("The date has changed"),
    "date_unfixed": _("The date is not fixed any more"),
    "date_off": _("To be told of the date: called off"),
    "reminder": _("Reminder"),
    "arranged": _("To the office: new wishes for arrangements"),
}
"""What letters are about."""
OUTCOMES: dict[str, Any] = {
    "told": _("Noted as told, taken back later"),
    "no_answer": _("Nobody answered"),
    "again": _("To be called again"),
}
"""What came of trying to reach somebody whose letter is still to be told."""

PARTSTATS: dict[str, Any] = {
    "declined": _("Absent, answered in the calendar"),
    "accepted": _("Attending, answered in the calendar"),
    "tentative": _("Not sure, answered in the calendar"),
}
"""What somebody answered from their calendar."""


UNKNOWN: Any = _("Another detail")
"""What a field or a code of an entry is called for which there are no words."""


def action_words(action: str) -> Any:
    """What an entry of the audit table says, in the reader's language."""
    return ACTIONS.get(action, UNKNOWN)


def booking_words(stored: str) -> str:
    """Way and state of a booking, of which either may be missing: 'venue confirmed'."""
    tokens = stored.split()
    return " ".join(str(WAYS.get(one) or STATES.get(one) or UNKNOWN) for one in tokens)


def moment_words(stored: str) -> str:
    """A moment as entries keep it, as the office reads it; what is none stays."""
    try:
        local = to_local(datetime.fromisoformat(stored), ZONE)
    except ValueError:
        return stored
    return f"{day(local)} {clock(local)}"


def change_text(old: str, new: str, *, known: bool) -> str:
    """What a field was and is; alone what it is, where nothing is known of before."""
    if not (old or new):
        return ""
    if old == new or not known:
        return new or old
    nothing = gettext("nothing")
    return str(gettext("%(before)s → %(after)s", before=old or nothing, after=new or nothing))


def queue_facts() -> dict[str, Any]:
    """For the notice on how letters go: ``queue`` in the office's time, and ``why`` in words."""
    queue = queue_state()
    if queue.goes_on_at is not None:
        queue = replace(queue, goes_on_at=to_local(queue.goes_on_at, ZONE))
    return {"queue": queue, "why": reason_words(queue.paused_reason)}
