"""A page to hand out or fax: what, when, where, a code to the form, and a form to fill by hand."""

from dataclasses import dataclass
from math import ceil

from flask import render_template, url_for
from markupsafe import Markup

from app.auth.guards import office
from app.base.clock import now
from app.config import current_settings
from app.events.facts import MeetingView
from app.events.heads import get_head
from app.events.queries import get_meeting_by_id
from app.events.question_list import QuestionLine, list_questions
from app.organiser.blueprint import blueprint
from app.organiser.printing import PLACE
from app.registration.privacy.queries import get_notice
from app.web.locale import current_locale
from app.web.print_sheets import rows_of
from app.web.qr import qr_svg

LINES = 18
"""So many rows of questions fit on the form beside no privacy notice."""
_NOTICE, _NOTICE_ROW = 62, 0.6
"""Full-width characters of a row of the notice, and how many rows of questions it takes."""
_ROW, _LABEL = 34, 9
"""Full-width characters of a row of boxes, and of a row of what stands before them."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question on the form: boxes to tick, or a line to write on."""

    label: str
    choices: tuple[str, ...]
    rows: int


@blueprint.get(f"{PLACE}/flyer")
@office
def print_flyer(slug: str) -> str:
    """One page; nobody's data stand on it."""
    meeting = get_head(slug, current_locale())
    view = get_meeting_by_id(meeting.id, current_locale(), now())
    address = current_settings().origin + url_for("public.event", slug=slug)
    privacy = _privacy(view.series_id)
    room = LINES - ceil(rows_of(privacy.striptags(), _NOTICE) * _NOTICE_ROW)
    asks, left_out = _asks(list_questions(meeting.id), current_locale(), room)
    return render_template(
        "office/print_flyer.html",
        meeting=meeting,
        view=view,
        is_public=_is_public(view),
        address=address,
        qr=qr_svg(address),
        asks=asks,
        left_out=left_out,
        privacy=privacy,
    )


def _is_public(view: MeetingView) -> bool:
    """Whether the page that the code leads to is there for everybody."""
    return view.facts.state != "draft"


def _privacy(series_id: int) -> Markup:
    """The privacy notice in short, and where all of it is."""
    whole = current_settings().origin + url_for("public.privacy")
    notice = get_notice(series_id)
    return Markup(render_template("office/flyer_notice.html", privacy=notice, whole=whole).strip())  # noqa: S704  # escaped by the template


def _asks(questions: tuple[QuestionLine, ...], locale: str, room: int) -> tuple[list[Ask], bool]:
    """As many questions as there is room for, and whether some were left out."""
    every = [_ask(one, locale) for one in questions]
    kept: list[Ask] = []
    for one in every:
        if sum(ask.rows for ask in (*kept, one)) > room:
            break
        kept.append(one)
    return kept, len(kept) < len(every)


def _ask(question: QuestionLine, locale: str) -> Ask:
    label = question.label.text(locale)
    choices = tuple(one.label.text(locale) for one in question.choices)
    boxes = rows_of("  ".join(f"□{one}" for one in choices), _ROW)
    return Ask(label=label, choices=choices, rows=max(boxes, rows_of(label, _LABEL)))
