"""Words of the office for kinds and states of meetings, and for what one lacks."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _

from app.events.facts import MeetingView
from app.events.heads import DatedHead
from app.web.filters import day as day_words
from app.web.locale import gettext

KINDS: dict[str, Any] = {
    "assembly": _("General assembly"),
    "founding": _("Founding meeting"),
    "briefing": _("Report briefing"),
    "other": _("Another meeting with sign-up"),
    "walk_in": _("Open to all, without sign-up"),
}
STATES: dict[str, Any] = {
    "draft": _("Drafts"),
    "published": _("Published"),
    "closed": _("Sign-up closed"),
    "cancelled": _("Called off"),
    "archived": _("Archive"),
}
"""In the order in which a meeting passes through them."""
ADMISSIONS: dict[str, Any] = {
    "open": _("Everybody who signs up"),
    "invited": _("Only whom we invite, by a link"),
    "approval": _("Whom we let come: each sign-up waits until we have decided"),
}
MISSING: dict[str, tuple[Any, str]] = {
    "title": (_("It has no title"), "contents"),
    "date": (_("There is neither a date nor a word on when it will be"), "settings"),
    "ways": (_("It cannot be attended in any way"), "settings"),
    "venue": (_("The venue is not named"), "settings"),
    "window": (_("It is not said when sign-up opens, so nobody could sign up"), "settings"),
    "window_over": (_("The day on which sign-up closes is over"), "settings"),
    "over": (_("The meeting is over already"), "settings"),
    "online_url": (_("The address for taking part online is not there yet"), "settings"),
    "summary": (_("There is no summary for the list"), "contents"),
    "description": (_("There is no description"), "contents"),
    "hosts": (_("The hosts are not named"), "contents"),
    "english": (_("There is no English title; English readers see the Japanese one"), "contents"),
    "rules": (_("Nobody has looked at its reminders yet, so they do not go"), "reminders"),
    "letters": (_("Its letters have words of your own; please see whether they fit"), "letters"),
}
"""What is missing in words, and the page on which it is put right."""


def named(head: DatedHead) -> str:
    """A meeting where one of several is chosen: its title with its day, as titles come again."""
    day = day_words(head.day) if head.day else gettext("Date not fixed")
    told = gettext("%(title)s (%(day)s)", title=head.title, day=day)
    return gettext("%(meeting)s, in the archive", meeting=told) if head.archived else told


def told_apart(heads: Collection[DatedHead]) -> dict[int, str]:
    """What meetings are called among these, by id: with the day only where several have a title."""
    of_title = Counter(one.title for one in heads)
    return {one.id: named(one) if of_title[one.title] > 1 else one.title for one in heads}


def state_of(meeting: MeetingView) -> str:
    """One of ``STATES``."""
    if meeting.archived:
        return "archived"
    if meeting.facts.state != "published":
        return meeting.facts.state
    return "closed" if meeting.status == "closed" else "published"
