"""Long work as whoever asked for it sees it: how far it is, what came of it, its file."""

from typing import Any

from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.auth.guards import actor, office
from app.base.clock import now
from app.base.errors import NotFound
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head
from app.jobs import queries
from app.jobs.facts import JobView
from app.mail.queries import queue_state
from app.organiser.blueprint import blueprint
from app.registration.lists import exporting
from app.web.downloads import content_disposition
from app.web.locale import current_locale

JOB = "/events/<slug:slug>/jobs/<int(max=2147483647):job_id>"


@blueprint.get(JOB)
@office
def job(slug: str, job_id: int) -> AnyResponse | str:
    """The page of a job."""
    meeting = get_head(slug, current_locale())
    found = queries.get_job(job_id, meeting.id, actor().account_id)
    if found.kind != exporting.KIND:
        return redirect(url_for(".import_run", slug=slug, run_id=found.params["run"]))
    return render_template("office/job.html", **job_facts(meeting, found))


@blueprint.get(f"{JOB}/progress")
@office
def job_progress(slug: str, job_id: int) -> str:
    """All of the page that changes, for the script that looks again."""
    meeting = get_head(slug, current_locale())
    found = queries.get_job(job_id, meeting.id, actor().account_id)
    return render_template("components/office_job.html", **job_facts(meeting, found))


@blueprint.get(f"{JOB}/file")
@office
def job_file(slug: str, job_id: int) -> Response:
    """What the job made, for its owner alone."""
    meeting = get_head(slug, current_locale())
    found = queries.get_job(job_id, meeting.id, actor().account_id)
    if found.kind != exporting.KIND:
        raise NotFound("file")
    answer = Response(queries.read_made(found))
    answer.content_type = exporting.MEDIA_TYPES[found.params["kind"]]
    answer.headers["Content-Disposition"] = content_disposition(found.filename, inline=False)
    return answer


def job_facts(meeting: MeetingHead, found: JobView) -> dict[str, Any]:
    """What the pages of all kinds of long work show."""
    until = found.finished_at and to_local(found.finished_at + queries.KEPT, meeting.zone)
    return {
        "meeting": meeting,
        "job": found,
        "asked_at": to_local(found.created_at, meeting.zone),
        "seen_at": to_local(now(), meeting.zone),
        "kept_until": until,
        "is_stuck": found.late or (found.state == "queued" and queue_state().silent),
    }
