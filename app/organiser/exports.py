"""A list on its way out: as a file at once, or, where it is long, made by the worker."""

from http import HTTPStatus

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.timezones import to_local
from app.events.files.rules import safe_name
from app.events.heads import MeetingHead
from app.jobs.queries import list_jobs
from app.organiser import list_asked, list_columns
from app.organiser.blueprint import blueprint
from app.organiser.export_forms import ExportForm
from app.organiser.list_asked import Asked
from app.organiser.registrations import DAY, MEETING
from app.registration.lists import columns, export, exporting
from app.registration.lists.export import Wanted
from app.web.downloads import content_disposition
from app.web.locale import current_locale

SHOWN_AS = {
    "number": ("number",),
    "organisation": ("organisation",),
    "role": ("role",),
    "standing": ("standing",),
    "contact": ("contact", "email", "telephone"),
    "meetings": ("way", "state"),
    "coming": ("coming",),
    "arrived": ("arrived",),
    "letter": ("letter",),
    "signed_up": ("channel", "created"),
    "note": ("note",),
}
"""Columns of the list, as those of a file."""


@blueprint.get("/events/<slug:slug>/day/export", defaults=DAY)
@blueprint.get("/events/<slug:slug>/export", defaults=MEETING)
@office
def export_list(slug: str, day: bool) -> str:  # noqa: FBT001  # of the address
    """What to export, and as what; also what was exported lately."""
    return _show(list_asked.read(slug, day, request.args), ExportForm())


@blueprint.post("/events/<slug:slug>/day/export", defaults=DAY)
@blueprint.post("/events/<slug:slug>/export", defaults=MEETING)
@office
def make_export(slug: str, day: bool) -> AnyResponse | tuple[str, int]:  # noqa: FBT001  # as above
    """The file; of many rows, or where something may be lost, by way of a job's page."""
    asked, form = list_asked.read(slug, day, request.args), ExportForm(request.form)
    if not form.validate():
        return _show(asked, form), HTTPStatus.UNPROCESSABLE_ENTITY
    kind, meeting = form.kind.data, asked.meeting
    wanted = _wanted(asked, everything=form.columns.data == "all")
    people = export.count_rows(wanted.whom)
    export.record_export(meeting.id, actor(), kind, wanted, people)
    filename = _filename(meeting, "csv" if kind == "cp932" else kind)
    if kind == "cp932" or people > export.AT_ONCE:
        job = exporting.ask_export(meeting.id, wanted, kind, filename, actor())
        return redirect(url_for(".job", slug=slug, job_id=job), HTTPStatus.SEE_OTHER)
    answer = Response(content_type=exporting.MEDIA_TYPES[kind])
    if kind == "csv":
        answer.response = export.csv_lines(export.open_sheet(wanted))
    else:
        answer.set_data(exporting.make_now(wanted))
    answer.headers["Content-Disposition"] = content_disposition(filename, inline=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _wanted(asked: Asked, *, everything: bool) -> Wanted:
    """Everything, or the columns that whoever asks has chosen for the list.

    What is marked comes back by importing, which reads the answers at its meeting alone.
    """
    if everything:
        here = asked.wanted.event_ids
        return Wanted(
            whom=asked.wanted,
            codes=columns.ALL,
            questions=tuple(one.id for one in asked.questions if one.event_id in here),
            marked=asked.wanted.at_one,
            locale=current_locale(),
        )
    shown = list_columns.chosen(
        *(actor().account_id, asked.meeting.series_id, asked.questions),
        standings=asked.has_standings,
    )
    wanted = {"name", "reading", *(code for one in shown for code in SHOWN_AS.get(one, ()))}
    return Wanted(
        whom=asked.wanted,
        codes=tuple(code for code in columns.ALL if code in wanted),
        questions=tuple(one.id for one in asked.questions if f"q{one.id}" in shown),
        locale=current_locale(),
    )


def _show(asked: Asked, form: ExportForm) -> str:
    meeting = asked.meeting
    lately = list_jobs(meeting.id, actor().account_id, [exporting.KIND])
    return render_template(
        "office/export.html",
        meeting=meeting,
        form=form,
        rows=export.count_rows(asked.wanted),
        conditions=[told for told, _href in asked.conditions],
        action=asked.link("make_export"),
        back=asked.link(),
        lately=[(job, to_local(job.created_at, meeting.zone)) for job in lately],
        at_once=export.AT_ONCE,
    )


def _filename(meeting: MeetingHead, ending: str) -> str:
    day = to_local(now(), meeting.zone)
    return safe_name(f"{meeting.title[:60].replace('/', '_')} {day:%Y-%m-%d}.{ending}")
