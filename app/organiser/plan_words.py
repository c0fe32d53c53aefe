"""What is due before and after a meeting, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.base.officedays import office_days_from
from app.planning.facts import TaskView
from app.planning.rules import When
from app.planning.templates import TaskModel, from_plain
from app.web.filters import day
from app.web.locale import current_locale

TASKS: dict[str, Any] = {
    "announcement": _("Announce the by-laws, the date and the place in public"),
    "assembly_announcement": _("Announce the assembly in public, where the by-laws say so"),
    "arrangements": _("Book interpreters, captions and childcare"),
    "badges": _("Print name badges and the list for the reception"),
    "balance_sheet": _(
        "Announce the balance sheet in public (general incorporated associations and NPOs)"
    ),
    "calls": _("Telephone those who have not answered"),
    "invitations": _("Send the invitations"),
    "lunches": _("Order the lunches"),
    "minutes": _("Write the minutes"),
    "notice": _("Send the notice of the meeting"),
    "papers": _("Settle the motions and papers"),
    "publicity": _("Make the meeting known"),
    "replies": _("Last day for replies"),
    "report": _("Publish the report"),
    "thanks": _("Send letters of thanks"),
    "things": _("Pack what is needed on the day"),
}
LAWS: dict[str, Any] = {
    "roukyou": _("General assembly of a workers' co-operative or a federation: ten days"),
    "roukyou_founding": _("Founding meeting of a workers' co-operative or a federation: two weeks"),
    "ippan": _("General assembly of a general incorporated association: one week"),
    "ippan_written": _("The same with votes in writing or electronic: two weeks"),
    "npo": _("General assembly of an NPO: five days"),
    "own": _("Own rules: no Act sets a day"),
}
ARTICLES: dict[str, Any] = {
    "roukyou": _("Workers' Co-operatives Act 61 I, for federations with 119 V"),
    "roukyou_founding": _("Workers' Co-operatives Act 23 II, for federations with 109 IV"),
    "ippan": _("General Incorporated Associations Act 39 I"),
    "ippan_written": _("General Incorporated Associations Act 39 I, proviso"),
    "npo": _("NPO Act 14-4"),
}
"""The articles that stand behind the last days."""
COUNTED: dict[str, Any] = {
    "days before": _("days before the meeting"),
    "office_days before": _("office days before the meeting"),
    "clear_days before": _("whole days between it and the meeting"),
    "days after": _("days after the meeting"),
    "office_days after": _("office days after the meeting"),
}
"""How days are counted, by unit and side."""
_WHEN: dict[str, Any] = {
    "days before": _("%(n)s days before"),
    "office_days before": _("%(n)s office days before"),
    "clear_days before": _("with %(n)s whole days between"),
    "days after": _("%(n)s days after"),
    "office_days after": _("%(n)s office days after"),
}


def counted(when: When) -> str:
    """The key of ``COUNTED``."""
    return f"{when.unit} {'after' if when.after else 'before'}"


def when_words(when: When) -> str:
    """How far from the meeting, in the reader's language: 7 days before."""
    if when.amount == 0 and when.unit != "clear_days":
        return str(gettext("On the day"))
    return str(_WHEN[counted(when)]) % {"n": when.amount}


def title_of(task: TaskView) -> str:
    """What somebody has called it in the reader's language, or the ready-made words."""
    return _title(task.code, task.wish.title, task.wish.title_en)


def model_title(task: TaskModel) -> str:
    """The same of a task of a template."""
    return _title(task.code, task.title, task.title_en)


def ready_words(code: str) -> str:
    """The ready-made words of a task; '' for one of the office's own."""
    return str(TASKS.get(code, ""))


def closed_words(on: date, latest: date | None) -> str:
    """That nobody is in the office on a day, with the office days beside it.

    ``latest``: a later day than this would be against the law, so it is not named.
    """
    before, after = office_days_from(on, -1), office_days_from(on, 1)
    days = {"day": day(on), "before": day(before), "after": day(after)}
    if latest and after > latest:
        told = _("Nobody is in the office on %(day)s. The office day before is %(before)s.")
    else:
        told = _(
            "Nobody is in the office on %(day)s. The office day before is %(before)s, "
            "the one after %(after)s."
        )
    return str(told) % days


def model_told(stored: Mapping[str, Any]) -> str:
    """A task of a template in a line, as the audit log has kept it."""
    task = from_plain(stored)
    parts = (model_title(task), task.title_en, when_words(task.when), task.assignee)
    return str(gettext(", ")).join(part for part in dict.fromkeys(parts) if part)


def when_told(stored: str) -> str:
    """How far from the meeting, as the audit log has kept it: '7 days before'."""
    amount, unit, side = stored.split()
    return when_words(When(amount=int(amount), unit=unit, after=side == "after"))  # type: ignore[arg-type]  # as stored


def _title(code: str, title: str, english: str) -> str:
    if english and current_locale() == "en":
        return english
    return title or ready_words(code) or code
