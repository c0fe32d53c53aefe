"""The groups of people that a letter can go to, in words."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.events.facts import QuestionView
from app.reminders.facts import Target
from app.reminders.timing import Timing

SIMPLE: dict[str, Any] = {
    "confirmed": _("Everybody who is signed up"),
    "venue": _("Those who come to the venue"),
    "online": _("Those who take part online"),
    "waiting": _("Those on the waiting list"),
    "interested": _("Those who want to be told of the date"),
    "not_arrived": _("Those who have not arrived yet"),
    "came": _("Those who came"),
    "not_came": _("Those who did not come"),
    "letter_failed": _("Those whose last letter could not be sent"),
}
REASONS: dict[str, Any] = {
    "begun": _("Not sent: the meeting had begun before its time came"),
    "late": _(
        "Not sent: its time had passed already (the meeting was moved, or the program that sends"
        " letters was not running)"
    ),
    "unseen": _("Not sent: nobody had looked at the text"),
    "told": _("Not sent: it had gone already when the meeting was moved"),
    "called_off": _("Not sent: the meeting was called off"),
    "group": _("Not sent: it was for those who answered a question that was removed"),
}
"""Why a letter that was due did not go."""
GROUP_GONE: Any = _(
    "The question whose answers it goes by was removed. Please choose again whom it goes to"
)


def audience_words(target: Target, questions: Iterable[QuestionView]) -> str:
    """Whom a letter goes to, in the reader's language."""
    if target.list_id is not None:
        return str(gettext("Those whom you have chosen from the list"))
    if target.question_id is None:
        return str(SIMPLE.get(target.audience, SIMPLE["confirmed"]))
    question = next((one for one in questions if one.id == target.question_id), None)
    if question is None:
        return str(_("By the answers to a question that was removed"))
    label = question.label
    if target.audience == "not_answered":
        return str(gettext("Those who have not answered “%(question)s”", question=label))
    choice = next((one.label for one in question.choices if one.id == target.choice_id), "")
    words = gettext(
        "Those who answered “%(question)s” with “%(choice)s”", question=label, choice=choice
    )
    return str(words)


def timing_words(timing: Timing) -> str:
    """When a rule is due, in the reader's language: 7 days before, at 10:00."""
    at = f"{timing.minute // 60}:{timing.minute % 60:02d}"
    if timing.amount == 0 and timing.unit != "hours":
        return str(gettext("On the day, at %(clock)s", clock=at))
    words = _TIMINGS[timing.unit, timing.after]
    return str(words) % {"n": timing.amount, "clock": at}


_TIMINGS: dict[tuple[str, bool], Any] = {
    ("hours", False): _("%(n)s hours before the beginning"),
    ("hours", True): _("%(n)s hours after the end"),
    ("days", False): _("%(n)s days before, at %(clock)s"),
    ("days", True): _("%(n)s days after, at %(clock)s"),
    ("office_days", False): _("%(n)s office days before, at %(clock)s"),
    ("office_days", True): _("%(n)s office days after, at %(clock)s"),
}
