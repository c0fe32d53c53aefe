"""Importing a list: file, columns, dry run with each row's fate, storing, taking back."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth.guards import actor, my_rights, office
from app.base.clock import now
from app.base.errors import Busy
from app.base.timezones import to_local
from app.events.files.rules import LARGEST, MEGABYTE, FileRefused
from app.events.heads import MeetingHead, get_head
from app.events.outline import get_outline
from app.events.queries import list_series_of
from app.mail.queries import queue_state
from app.organiser import import_words
from app.organiser.blueprint import blueprint
from app.organiser.import_forms import (
    OptionsForm,
    StoreForm,
    first_values,
    matching_form,
)
from app.registration.facts import UNTOLD
from app.registration.imports import queries, service
from app.registration.imports.answers import code_of
from app.registration.imports.facts import Options, RunView
from app.registration.imports.matching import twice
from app.registration.imports.places import IMPORTABLE
from app.registration.imports.tables import MOST_COLUMNS, MOST_ROWS
from app.registration.privacy.queries import get_notice, shown_number
from app.web.arguments import find_id
from app.web.bodies import takes_up_to
from app.web.locale import current_locale
from app.web.locale import gettext as _

RUN = "/events/<slug:slug>/import/<int(max=2147483647):run_id>"
# Larger than the largest file, so that one that is a little too large is told so beside its field.
LARGEST_BODY = 2 * LARGEST
Page = tuple[str, int]


@blueprint.get("/events/<slug:slug>/import")
@office
def import_list(slug: str) -> str:
    """The form for a file, and what was imported before."""
    return _show_first(get_head(slug, current_locale()))


@blueprint.post("/events/<slug:slug>/import")
@takes_up_to(LARGEST_BODY, file=LARGEST)
@office
def import_file(slug: str) -> Response | Page:
    """Take a file in; its columns come next."""
    meeting = get_head(slug, current_locale())
    sent = request.files.get("file")
    data = sent.stream.read(LARGEST + 1) if sent else b""
    try:
        if not _may_import(meeting):
            raise FileRefused("meeting")  # noqa: TRY301  # told like every other reason
        run_id = service.upload(meeting.id, (sent.filename or "") if sent else "", data, actor())
    except FileRefused as refused:
        told = str(import_words.FILES[refused.code])
        return _show_first(meeting, error=told), HTTPStatus.UNPROCESSABLE_ENTITY
    except Busy:
        told = _("We are very busy just now. Please choose the file once more and send it again.")
        return _show_first(meeting, error=told), HTTPStatus.SERVICE_UNAVAILABLE
    return redirect(url_for(".import_run", slug=slug, run_id=run_id), HTTPStatus.SEE_OTHER)


@blueprint.get(RUN)
@office
def import_run(slug: str, run_id: int) -> str:
    """An import at whatever step it is."""
    meeting = get_head(slug, current_locale())
    run = queries.get_run(meeting.id, run_id)
    asks_columns = run.state == "uploaded" or "columns" in request.args
    if asks_columns and not run.is_at_work and run.applied_at is None:
        form = _matching_form(meeting, run)
        return _show_columns(meeting, run, form)
    return render_template("office/import_run.html", **_facts(meeting, run), form=StoreForm())


@blueprint.get(f"{RUN}/progress")
@office
def import_progress(slug: str, run_id: int) -> str:
    """All of the page that changes, for the script that looks again."""
    meeting = get_head(slug, current_locale())
    facts = _facts(meeting, queries.get_run(meeting.id, run_id))
    return render_template("components/office_import.html", **facts, form=StoreForm())


@blueprint.post(f"{RUN}/check")
@office
def check_import(slug: str, run_id: int) -> Response | Page:
    """Begin the dry run with these columns."""
    meeting = get_head(slug, current_locale())
    run = queries.get_run(meeting.id, run_id)
    form = _matching_form(meeting, run, formdata=request.form)
    if run.may_lack_headings and form.first_is_person.data == run.has_headings:
        return _read_anew(meeting, run, form)
    if not form.validate():
        return _show_columns(meeting, run, form), HTTPStatus.UNPROCESSABLE_ENTITY
    options = _options(meeting, form)
    return _step(
        slug,
        run_id,
        lambda: service.start_check(meeting.id, run_id, form.matching, options, actor()),
    )


@blueprint.post(f"{RUN}/store")
@office
def store_import(slug: str, run_id: int) -> Response | Page:
    """Store what the dry run showed."""
    meeting = get_head(slug, current_locale())
    form = StoreForm(request.form)
    if not form.validate():
        facts = _facts(meeting, queries.get_run(meeting.id, run_id))
        page = render_template("office/import_run.html", **facts, form=form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    over, reason = form.over.data or "wait", form.reason.data or ""
    return _step(
        slug, run_id, lambda: service.start_import(meeting.id, run_id, over, reason, actor())
    )


@blueprint.get(f"{RUN}/undo")
@office
def ask_to_undo(slug: str, run_id: int) -> str:
    """The question with the numbers."""
    meeting = get_head(slug, current_locale())
    run = queries.get_run(meeting.id, run_id)
    return render_template(
        "office/undo_import.html",
        meeting=meeting,
        run=run,
        is_last=queries.find_last(meeting.id) == run.id and run.state in {"applied", "undoing"},
    )


@blueprint.post(f"{RUN}/undo")
@office
def undo_import(slug: str, run_id: int) -> Response:
    """Take the last import back."""
    meeting = get_head(slug, current_locale())
    return _step(slug, run_id, lambda: service.start_undo(meeting.id, run_id, actor()))


def _read_anew(meeting: MeetingHead, run: RunView, form: OptionsForm) -> Response | Page:
    """The columns once more, since the first row is something else than we took it for."""

    def read() -> None:
        is_person = bool(form.first_is_person.data)
        options = _options(meeting, form) if form.has_good_options() else None
        service.read_anew(meeting.id, run.id, form.chosen, options, first_is_person=is_person)
        flash(_("Read anew. Please look at the columns, then check each row."), "success")

    try:
        return _step(meeting.slug, run.id, read)
    except FileRefused as refused:
        form.first_is_person.errors = [import_words.FILES[refused.code]]
        return _show_columns(meeting, run, form), HTTPStatus.UNPROCESSABLE_ENTITY


def _step(slug: str, run_id: int, act: Callable[[], object]) -> Response:
    """Do the next step; where another window was quicker, its page shows how it is now."""
    try:
        act()
    except service.NotNow:
        flash(_("This was done already, or cannot be done any more. See how it is now."), "error")
    return redirect(url_for(".import_run", slug=slug, run_id=run_id), HTTPStatus.SEE_OTHER)


def _meetings(meeting: MeetingHead) -> list[tuple[int, str]]:
    """The meetings of the day that people can be signed up for by whoever is logged in."""
    day = list_series_of(meeting.slug, current_locale(), now())
    mine = my_rights().of([one.id for one in day])
    return [(one.id, one.title) for one in day if one.id in mine and one.status in IMPORTABLE]


def _matching_form(meeting: MeetingHead, run: RunView, **given: Any) -> OptionsForm:
    values = first_values(run.matching, run.options, meeting.id)
    values["first_is_person"] = not run.has_headings
    names = import_words.columns_of(run)
    return matching_form(names, _meetings(meeting), _questions(meeting), data=values, **given)


def _options(meeting: MeetingHead, form: OptionsForm) -> Options:
    """What was chosen, with a version of the notice that the page can have shown."""
    options = form.options
    if options.notice == UNTOLD:
        return options
    return replace(options, notice=shown_number(meeting.series_id, options.notice))


def _questions(meeting: MeetingHead) -> dict[str, str]:
    """The questions of the meeting that a column can answer, by their codes."""
    every = get_outline(meeting.slug, current_locale()).questions
    return {code_of(one.id): one.label for one in every if one.event_id == meeting.id}


def _show_first(meeting: MeetingHead, error: str = "") -> str:
    runs, last = queries.list_runs(meeting.id), queries.find_last(meeting.id)
    return render_template(
        "office/import.html",
        meeting=meeting,
        error=error,
        may_import=_may_import(meeting),
        runs=[(run, to_local(run.created_at, meeting.zone)) for run in runs],
        last=last,
        older=any(run.state == "applied" and run.id != last for run in runs),
        words=import_words,
        megabytes=LARGEST // MEGABYTE,
        most_rows=f"{MOST_ROWS:,}",
        most_columns=MOST_COLUMNS,
        export_url=url_for(".export_list", slug=meeting.slug),
    )


def _may_import(meeting: MeetingHead) -> bool:
    return any(event_id == meeting.id for event_id, _title in _meetings(meeting))


def _show_columns(meeting: MeetingHead, run: RunView, form: OptionsForm) -> str:
    privacy, nothing_yet = get_notice(meeting.series_id), not any(form.matching)
    left_out = queries.list_left_out(run, form.matching)
    form.notice.data = str(privacy.number)
    return render_template(
        "office/import_columns.html",
        meeting=meeting,
        privacy=privacy,
        encodings=import_words.ENCODINGS,
        run=run,
        form=form,
        samples=[[row[at] for row in run.samples] for at in range(len(run.headings))],
        twice=twice(run.headings),
        left_out=[one for one in left_out if one.is_wish or not nothing_yet],
    )


def _facts(meeting: MeetingHead, run: RunView) -> dict[str, Any]:
    fate = request.args.get("fate", "")
    fate = fate if fate in import_words.FATES else queries.first_fate(run.counts)
    rows, after = queries.list_rows(run.id, fate, after=find_id(request.args.get("after")) or 0)
    queued = run.job is not None and run.job.state == "queued"
    return {
        "meeting": meeting,
        "run": run,
        "job": run.job,
        "fate": fate,
        "rows": rows,
        "left_out": [one for one in queries.list_left_out(run, run.matching) if one.rows],
        "after": after,
        "words": import_words,
        "fields": import_words.fields_of(run),
        "seen_at": to_local(now(), meeting.zone),
        "is_stuck": run.job is not None and (run.job.late or (queued and queue_state().silent)),
        "is_last": queries.find_last(meeting.id) == run.id,
        "asked": {name: request.args[name] for name in ("fate", "after") if name in request.args},
    }
