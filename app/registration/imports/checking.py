"""The dry run: what would become of each row. It stores nothing but what it found.

It may be ended and begun anew at any row: what an earlier one found is deleted first.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import Any

from flask_babel import force_locale
from sqlalchemy import delete, insert, update

from app.base.clock import now
from app.base.languages import LOCALES
from app.base.timezones import to_local
from app.db import db, transaction
from app.events.facts import Offer
from app.events.offers import read_offer
from app.jobs import service as jobs
from app.jobs.facts import Done, JobFailed, Progress, Task
from app.registration.imports import answers
from app.registration.imports import known as lookup
from app.registration.imports.answers import Asked, code_of, read_kept
from app.registration.imports.cells import Problem, RowValues, read_row
from app.registration.imports.fates import (
    CONTACT,
    Known,
    Verdict,
    is_somebody_else,
    judge_known,
    judge_new,
    same_name,
)
from app.registration.imports.matching import is_headings
from app.registration.imports.models import ImportRow, ImportRun
from app.registration.imports.numbers import read_number
from app.registration.imports.places import IMPORTABLE, Place, free_places, take
from app.registration.imports.tables import MERGED, FileRefused, RawRow, open_table
from app.registration.lists import columns
from app.registration.marks import Mark, digest_of, digest_of_answers, read_mark
from app.registration.models import LIVE
from app.registration.rules import identity

KIND = "import_check"
BATCH = 250


@dataclass
class _Check:
    """One dry run: what all rows are judged by, and what the rows so far have said."""

    run: ImportRun
    offer: Offer
    zone: str
    number_letter: str
    moment: datetime
    free: dict[Place, int | None]
    words: Mapping[str, set[str]]
    asked: Asked
    seen: dict[str, int] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)
    contacts: dict[tuple[int, str], str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def events(self) -> list[tuple[int, list[str]]]:
        chosen = self.run.options["events"]
        return [
            (one.id, [way.code for way in one.ways])
            for one in self.offer.meetings
            if one.id in chosen
        ]


def check_work(task: Task) -> Iterator[Progress | Done]:
    """The worker's part."""
    run = db.session.get_one(ImportRun, task.params["run"])
    data = run.data
    if data is None:
        raise JobFailed("forgotten")
    with transaction() as session:
        session.execute(delete(ImportRow).where(ImportRow.run_id == run.id))
    check = _begin(run)
    total = data.count(b"\n") if run.kind == "csv" else 0
    done = 0
    yield Progress(done=0, total=0)
    try:
        rows = islice(open_table(run.kind, data).rows, run.heading_at + 1, None)
        while some := tuple(islice(rows, BATCH)):
            _judge_some(check, some)
            done += len(some)
            yield Progress(done=done, total=max(total, done))
    except FileRefused as refused:
        raise JobFailed(refused.code) from refused
    with transaction() as session:
        session.execute(
            update(ImportRun)
            .where(ImportRun.id == run.id)
            .values(
                state="checked",
                counts={**check.counts, "left_out": dict(check.left_out)},
                checked_at=check.moment,
            )
        )
        jobs.finish(session, task.id, Done())


def _begin(run: ImportRun) -> _Check:
    moment = now()
    event = lookup.event_of(db.session(), run.event_id)
    offers = [read_offer(db.session(), event.series_id, one, moment) for one in LOCALES]
    offer = offers[0]
    db.session.close()
    if run.event_id not in {one.id for one in offer.meetings if one.status in IMPORTABLE}:
        raise JobFailed("meeting")
    return _Check(
        run=run,
        offer=offer,
        zone=event.zone,
        number_letter=event.number_letter,
        moment=moment,
        free=free_places(offer.meetings, moment),
        words=_words(),
        asked=Asked.of(run.event_id, offers),
    )


def _words() -> dict[str, set[str]]:
    """Every word by which a list of ours says a state or channel."""
    found: dict[str, set[str]] = {}
    for locale in LOCALES:
        with force_locale(locale):
            for code, text in columns.words().items():
                found.setdefault(code, {code}).add(text)
    return found


def _judge_some(check: _Check, rows: Sequence[RawRow]) -> None:
    """Look up whom these rows are about, judge each, and note what was found."""
    again = {row.line for row in rows if is_headings(row, check.run.headings)}
    people = [row for row in rows if row.line not in again]
    read = [read_row(row, check.run.matching) for row in people]
    check.left_out.update(_left_out(people, check.run.matching))
    session, run = db.session(), check.run
    series_id = check.offer.series_id
    numbers = {row.line: read_number(row.looked.get("number", "")) for row in read}
    marks = {row.line: read_mark(row.looked.get("mark", "")) for row in read}
    of_number = lookup.by_numbers(
        session, run.event_id, series_id, {n[1] for n in numbers.values() if n}
    )
    of_mark = lookup.by_ids(session, run.event_id, {m.participant_id for m in marks.values() if m})
    same = lookup.by_identities(
        session, [e for e, _ways in check.events], set(map(_identity, read))
    )
    persons = {person for at in same.values() for person in at.values()}
    of_identity = lookup.by_ids(session, run.event_id, persons)
    persons_here = [*of_identity.values(), *of_mark.values(), *chain(*of_number.values())]
    ways = lookup.ways_of_signups(
        session, run.event_id, {one.registration_id for one in persons_here}
    )
    db.session.close()
    found = [_note(check, *_headings_again(line)) for line in sorted(again)]
    for row in read:
        number, mark = numbers[row.line], marks[row.line]
        if row.looked.get("number") or row.looked.get("mark"):
            verdict = _judge_numbered(check, row, number, mark, of_number, of_mark)
        else:
            verdict = _judge_unnumbered(check, row, same, of_identity)
        if row.answers and verdict.fate in {"new", "changed", "same"}:
            verdict = _judge_answers(check, row, verdict, ways, mark)
        found.append(_note(check, row, verdict))
    with transaction() as session_of_rows:
        session_of_rows.execute(insert(ImportRow), found)


def _headings_again(line: int) -> tuple[RowValues, Verdict]:
    row = RowValues(line=line, given={}, looked={})
    return row, _refused(row, Problem(field="", code="headings"))


def _left_out(rows: Sequence[RawRow], matching: Sequence[str]) -> Iterator[str]:
    """For each cell with anything in it that is not imported, its column from 0."""
    for row in rows:
        for at, (name, cell) in enumerate(zip(matching, row.cells, strict=False)):
            if not name and cell not in {"", MERGED}:
                yield str(at)


def _judge_answers(
    check: _Check,
    row: RowValues,
    verdict: Verdict,
    ways: Mapping[int, Collection[str]],
    mark: Mark | None,
) -> Verdict:
    """The verdict with what the row answers."""
    here, known = check.run.event_id, verdict.known
    if known is None:
        way = verdict.given["ways"].get(str(here), "")
        mine = of_signup = {way} if way else set()
        holds = bool(way)
    else:
        comes = known.state in LIVE
        mine = {row.given.get("way", known.way)} if comes else set()
        of_signup = {*ways.get(known.registration_id, ()), *mine}
        holds = known.state == "confirmed"
    judged = answers.judge(
        check.asked, row.answers, verdict, ways=mine, of_signup=of_signup, holds=holds
    )
    if known is None or len(judged.changes) == len(verdict.changes) or judged.fate == "refused":
        return judged
    if not (row.looked.get("number") or row.looked.get("mark")):
        return _refused(row, Problem(field="", code="already", about=known.number))
    if mark and _is_outdated(mark, known):
        return _refused(row, Problem(field="", code="meanwhile"))
    return _said_alike(check, judged)


def _is_outdated(mark: Mark, known: Known) -> bool:
    """Whether somebody's row or answers are others than when the mark was made."""
    if mark.digest != digest_of(known):
        return True
    return bool(mark.answers) and mark.answers != digest_of_answers(known.said)


def _judge_numbered(  # noqa: PLR0913, PLR0917  # a row, what it names, and who there is
    check: _Check,
    row: RowValues,
    number: tuple[str, int] | None,
    mark: Mark | None,
    of_number: Mapping[int, list[Known]],
    of_mark: Mapping[int, Known],
) -> Verdict:
    here = of_number.get(number[1], []) if number else []
    if number and number[0] not in {"", check.number_letter}:
        here = []
    digest = mark.digest if mark else None
    if mark is not None:
        person = of_mark.get(mark.participant_id)
        if person is None or (row.looked.get("number") and person not in here):
            return _refused(row, Problem(field="mark", code="mark_unknown"))
    elif row.looked.get("mark"):
        return _refused(row, Problem(field="mark", code="mark_unknown"))
    else:
        named = [one for one in here if same_name(one.name, row.given.get("name", ""))]
        fitting = here if len(here) == 1 else named
        if len(fitting) != 1:
            code = "which_person" if here else "number_unknown"
            return _refused(row, Problem(field="number", code=code))
        person = fitting[0]
        if is_somebody_else(row.given, person):
            about = f"{person.number} {person.name}"
            return _refused(row, Problem(field="number", code="somebody_else", about=about))
    ways = dict(check.events).get(check.run.event_id) or _ways_here(check)
    verdict = judge_known(row, person, ways=ways, words=check.words, digest=digest)
    return _only_once(check, row, verdict)


def _ways_here(check: _Check) -> list[str]:
    return [way.code for way in check.offer.meeting(check.run.event_id).ways]


def _only_once(check: _Check, row: RowValues, verdict: Verdict) -> Verdict:
    """A person stands in one row, and rows of one sign-up say the same of its contact."""
    person = verdict.known
    if person is None or verdict.fate not in {"changed", "same"}:
        return verdict
    first = check.people.setdefault(person.participant_id, row.line)
    if first != row.line:
        return _refused(row, Problem(field="", code="twice_in_file", about=str(first)))
    return _said_alike(check, verdict)


def _said_alike(check: _Check, verdict: Verdict) -> Verdict:
    """Refused where another row of the same sign-up says something else of what they share."""
    person = verdict.known
    shared = {*CONTACT, *(code_of(one.question_id) for one in read_kept(verdict.given) if one.once)}
    for name, _old, new in verdict.changes:
        if person is not None and name in shared:
            said = check.contacts.setdefault((person.registration_id, name), new)
            if said != new:
                problem = Problem(field=name, code="differs_in_file", about=said)
                return replace(verdict, fate="refused", problems=(problem,))
    return verdict


def _judge_unnumbered(
    check: _Check,
    row: RowValues,
    same: Mapping[str, dict[int, int]],
    people: Mapping[int, Known],
) -> Verdict:
    def is_coming(day: datetime) -> bool:
        return day > to_local(check.moment, check.zone).replace(tzinfo=None)

    verdict = judge_new(row, check.events, check.words, is_coming)
    if verdict.fate == "refused":
        return verdict
    who = _identity(row)
    first = check.seen.setdefault(who, row.line)
    if first != row.line:
        return _refused(row, Problem(field="", code="twice_in_file", about=str(first)))
    there = same.get(who, {})
    if not there:
        return verdict
    known = people.get(there.get(check.run.event_id, 0))
    ways = _ways_here(check)
    if known is not None and len(there) == len(check.events):
        again = judge_known(row, known, ways=ways, words=check.words)
        if again.fate == "same":
            return again
    about = known.number if known else ""
    return _refused(row, Problem(field="", code="already", about=about))


def _identity(row: RowValues) -> str:
    given = row.given
    return identity(
        given.get("name", ""),
        given.get("reading", ""),
        given.get("email", ""),
        given.get("telephone", ""),
    )


def _refused(row: RowValues, problem: Problem) -> Verdict:
    return Verdict(fate="refused", problems=(*row.problems, problem))


def _note(check: _Check, row: RowValues, verdict: Verdict) -> dict[str, Any]:
    """The row as it is kept; a new person takes their places."""
    counts, known = check.counts, verdict.known
    place, over = None, []
    if verdict.fate == "new":
        place = counts["new"]
        over = take(check.free, verdict.given["ways"])
        counts["over"] += bool(over)
    counts[verdict.fate] += 1
    return {
        "run_id": check.run.id,
        "line": row.line,
        "fate": verdict.fate,
        "name": row.given.get("name", "") or (known.name if known else ""),
        "number": known.number if known else row.looked.get("number", ""),
        "given": dict(verdict.given) if verdict.fate in {"new", "changed"} else {},
        "changes": [list(change) for change in verdict.changes],
        "problems": [[one.field, one.code, one.about] for one in verdict.problems],
        "over": over,
        "place": place,
        "registration_id": known.registration_id if known else None,
        "participant_id": known.participant_id if known else None,
        "digest": lookup.digest_of_all(known) if known else "",
    }
