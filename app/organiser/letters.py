"""How the letters of a meeting are worded: the list, one text with its preview, the default."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from app.auth.guards import actor, whole_day
from app.base.errors import Busy, NotFound
from app.base.timezones import to_local
from app.events.heads import MeetingHead, get_head, titles_of
from app.organiser.blueprint import blueprint
from app.organiser.clashes import merge
from app.organiser.letter_forms import LetterForm
from app.organiser.letter_words import LANGUAGES, WHEN, kind_name
from app.registration.examples import Example, example
from app.texts import queries, service
from app.texts.facts import LOCALES, Stored, Text
from app.texts.kinds import KINDS, Kind
from app.texts.letters import SAMPLE, default_text, tidy
from app.web.arguments import find_id, row_id
from app.web.locale import current_locale
from app.web.locale import gettext as _

Page = tuple[str, int]
ONE = "/events/<slug:slug>/letters/<kind>/<locale>"


@blueprint.get("/events/<slug:slug>/letters")
@whole_day
def letters(slug: str) -> str:
    """Every kind of letter, and which have a text of the office: three queries."""
    meeting = get_head(slug, current_locale())
    stored = queries.list_stored(meeting.series_id)
    changed = {key: one for key, one in stored.items() if one.text}
    return render_template(
        "office/letters.html",
        meeting=meeting,
        titles=titles_of(meeting.series_id, current_locale()),
        kinds=[(code, kind_name(code), when) for code, when in WHEN.items()],
        languages=LANGUAGES,
        changed=changed,
        moments={
            key: to_local(one.changed_at, meeting.zone)
            for key, one in changed.items()
            if one.changed_at
        },
    )


@blueprint.get(ONE)
@whole_day
def letter_text(slug: str, kind: str, locale: str) -> str:
    """One text, to be changed."""
    meeting, known = _find(slug, kind, locale)
    stored = queries.find_stored(meeting.series_id, kind, locale)
    person = request.args.get("person", type=row_id)
    form = _as_stored(known, locale, stored, person=str(person or ""))
    return _show(meeting, form, stored)


@blueprint.post(ONE)
@whole_day
def write_letter_text(slug: str, kind: str, locale: str) -> Response | Page | str:
    """Whatever button was pressed."""
    meeting, known = _find(slug, kind, locale)
    stored = queries.find_stored(meeting.series_id, kind, locale)
    form = _form(known, locale, request.form)
    step, _colon, person = request.form.get("step", "save").partition(":")
    if "fix" in request.form:
        form.fix(request.form["fix"])
        return _show(meeting, form, stored)
    if step == "person":
        form.person.data = person
    if step == "before" and stored.before:
        form.put(stored.before)
    if step in {"person", "preview", "before"}:
        return _show(meeting, form, stored)
    if not form.validate():
        return _show(meeting, form, stored), HTTPStatus.UNPROCESSABLE_ENTITY
    return _save(meeting, form)


@blueprint.post(f"{ONE}/default")
@whole_day
def reset_letter_text(slug: str, kind: str, locale: str) -> Response | Page:
    """Put the default text back by one press; what was there can be had again."""
    meeting, known = _find(slug, kind, locale)
    form = _form(known, locale, request.form)
    try:
        service.reset(meeting.series_id, kind, locale, _version(form), actor())
    except service.Changed:
        return _changed(meeting, form)
    flash(_("This letter goes out with the default text again."), "success")
    return redirect(_address(".letter_text", meeting, form), HTTPStatus.SEE_OTHER)


def _save(meeting: MeetingHead, form: LetterForm) -> Response | Page:
    code, locale = form.kind.code, form.locale
    try:
        saved = service.save(meeting.series_id, code, locale, form.text, _version(form), actor())
    except service.Changed:
        return _changed(meeting, form)
    except Busy:
        stored = queries.find_stored(meeting.series_id, code, locale)
        return _show(meeting, form, stored, busy=True), HTTPStatus.SERVICE_UNAVAILABLE
    if saved:
        flash(_("The text has been stored. Letters made from now on say it so."), "success")
    else:
        flash(_("Nothing was different, so nothing was stored."), "success")
    return redirect(_address(".letter_text", meeting, form), HTTPStatus.SEE_OTHER)


def _changed(meeting: MeetingHead, form: LetterForm) -> Page:
    """What is stored now beside what was typed; pressing again stores what was typed."""
    stored = queries.find_stored(meeting.series_id, form.kind.code, form.locale)
    clash = merge(form, _as_stored(form.kind, form.locale, stored))
    return _show(meeting, form, stored, clash=clash), HTTPStatus.CONFLICT


def _find(slug: str, kind: str, locale: str) -> tuple[MeetingHead, Kind]:
    if kind not in KINDS or locale not in LOCALES:
        raise NotFound("letter_text")
    return get_head(slug, current_locale()), KINDS[kind]


def _form(kind: Kind, locale: str, *given: Any, **more: Any) -> LetterForm:
    form = LetterForm(*given, **more)
    form.kind, form.locale = kind, locale
    return form


def _as_stored(kind: Kind, locale: str, stored: Stored, **more: str) -> LetterForm:
    text = stored.text or default_text(kind.code, locale)
    given = {"subject": text.subject, "body": text.body, "seen": str(stored.version), **more}
    return _form(kind, locale, data=given)


def _version(form: LetterForm) -> int:
    return find_id(form.seen.data) or 0


def _address(view: str, meeting: MeetingHead, form: LetterForm) -> str:
    person = find_id(form.person.data)
    kind = form.kind.code
    return url_for(view, slug=meeting.slug, kind=kind, locale=form.locale, person=person)


def _show(meeting: MeetingHead, form: LetterForm, stored: Stored, **more: Any) -> str:
    """The text with a preview as one real person would get it."""
    shown = example(meeting, form.kind, form.locale, find_id(form.person.data))
    return render_template(
        "office/letter.html",
        meeting=meeting,
        titles=titles_of(meeting.series_id, current_locale()),
        kind=form.kind,
        kind_name=kind_name(form.kind.code),
        when=WHEN[form.kind.code],
        told_in=LANGUAGES[form.locale],
        form=form,
        stored=stored,
        fixes=list(form.fixes),
        values=shown.values,
        example=shown,
        preview=_preview(form.kind, form.text, shown, form.locale),
        **{"clash": None, **more},
    )


def _preview(kind: Kind, text: Text, shown: Example, locale: str) -> dict[str, Any]:
    """The letter with every wrong variable marked."""
    sample = shown.values[SAMPLE]
    body = f"{sample}\n\n{text.body}" if sample else text.body
    return {
        "to": shown,
        "host_id": shown.host_id,
        "locale": locale,
        "subject": _marked(kind, text.subject, shown.values),
        "body": _marked(kind, body, shown.values),
    }


def _marked(kind: Kind, text: str, values: dict[str, str]) -> Markup:
    marked = Markup("").join(
        Markup("<mark>{}</mark>").format(piece.text) if piece.wrong else escape(piece.text)
        for piece in kind.words.pieces(text, values)
    )
    return Markup(tidy(str(marked)))  # noqa: S704  # escaped above
