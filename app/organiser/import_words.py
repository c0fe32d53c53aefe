"""Words of imports: what a column can be, what is wrong with a row, why a file is not taken."""

from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _

from app.events.standings import WORDS as STANDINGS
from app.organiser.words import CHANNELS
from app.registration.forms.questions import HIGHEST, LONG, SHORT
from app.registration.imports.cells import LIMITS, OF_QUESTION
from app.registration.imports.facts import RunView
from app.registration.imports.tables import MOST_COLUMNS, MOST_ROWS
from app.web.filters import clock, day

FIELDS: dict[str, Any] = {
    "": _("(not imported)"),
    "number": _("Reception number"),
    "mark": _("Mark (please do not change)"),
    "name": _("Name"),
    "family": _("Family name"),
    "given": _("Given name"),
    "reading": _("Reading of the name"),
    "family_reading": _("Reading of the family name"),
    "given_reading": _("Reading of the given name"),
    "organisation": _("Organisation"),
    "role": _("Role"),
    "standing": _("Standing"),
    "email": _("E-mail address"),
    "telephone": _("Telephone number"),
    "fax": _("Fax number"),
    "code": _("Postal code"),
    "address": _("Postal address"),
    "way": _("How they take part"),
    "note": _("Remarks"),
    "state": _("State"),
    "channel": _("How they signed up"),
    "created": _("Signed up at"),
    "contact": _("Signed up by"),
    "postal_address": _("Postal address"),
}
COLUMNS = {code: told for code, told in FIELDS.items() if code != "postal_address"}

PROBLEMS: dict[str, Any] = {
    "formula": _("The cell holds a formula without a result. Please save the file in Excel once"),
    "merged": _("The cell is joined with another. Please take the cells apart"),
    "unreadable": _("This holds characters that cannot be read. Please type it again"),
    "reading": _("Please write the reading in hiragana or katakana"),
    "email": _("This is no e-mail address"),
    "telephone": _("This is no whole telephone number"),
    "way": _("Please write 会場 or オンライン"),
    "standing": _("Please write 会員・代議員, 傍聴, 来賓, 行政, 報道 or 主催者"),
    "date": _("This is no date that we understand, such as 2026-06-23 or 令和8年6月23日"),
    "still_to_come": _("This day is still to come"),
    "name_missing": _("There is no name"),
    "lost_characters": _("The file has lost characters (〓). Please type them again"),
    "cancelled_row": _("Somebody who has cancelled is not signed up anew"),
    "way_not_offered": _("The meeting does not offer this"),
    "way_without_place": _(
        "They have no place just now. Please change how they take part on the page of the sign-up"
    ),
    "way_answers": _(
        "They answered questions that go with how they take part. "
        "Please change it on the page of the sign-up"
    ),
    "only_compared": _("This cannot be changed by importing. Please change it on their own page"),
    "state_stays": _(
        "Importing neither cancels anybody nor signs them up again. "
        "Please do that in the list, or on the page of the sign-up, and leave this cell empty"
    ),
    "stays": _("This stays as it was when they signed up. Please leave this cell empty"),
    "new_state": _(
        "New people are signed up, or wait where no place is left. Please leave this cell empty"
    ),
    "channel": _("Please write Web, 電話, ファクス, 郵送 or 当日受付, or leave this cell empty"),
    "no_number": _("Please write a whole number from 0 to %(n)s", n=HIGHEST),
    "short_answer": _("Please shorten this to %(n)s characters", n=SHORT),
    "long_answer": _("Please shorten this to %(n)s characters", n=LONG),
    "choice_full": _("Nobody more can have this choice"),
    "not_asked": _(
        "They are not asked this: it goes with how they take part, or with another answer"
    ),
    "meanwhile": _(
        "Changed here since the list was exported. Please export the list again and change that"
    ),
    "twice_in_file": _("The same person stands in this file already, in row"),
    "differs_in_file": _("Another row of the same sign-up says something else"),
    "already": _(
        "Signed up already, with other details. To change them, please put the number into the row"
    ),
    "headings": _("These are the headings once more, nobody's row. You need not do anything"),
    "number_unknown": _("There is no such number at this meeting"),
    "somebody_else": _(
        "The name, reading, e-mail address and telephone number are all others than those of the "
        "person with this number. If this is no reception number of ours, please go back to the "
        "columns and choose “(not imported)” for it. Otherwise please change the name on the page "
        "of the sign-up"
    ),
    "mark_unknown": _("The mark does not fit the number, or is of another meeting"),
    "which_person": _("Several people have this number, and the name is of none of them"),
}
"""What is wrong with a row, and what to do."""
OF_MOMENTS = ("still_to_come", "stays")
"""What is wrong with a moment that was understood."""

FILES: dict[str, Any] = {
    "missing": _("Please choose a file"),
    "empty": _("There is nothing in this file. Please choose another one"),
    "no_rows": _("There is nothing below the headings. Please choose another file"),
    "too_large": _("Please choose a file of at most %(n)s MB", n=10),
    "unknown_kind": _(
        "Please choose a CSV file, a text file (TXT) with tabs or an Excel file (XLSX). "
        "Save an older Excel file (XLS) as an Excel workbook (XLSX) first"
    ),
    "not_its_kind": _(
        "What is in this file cannot be read as a table, although its name ends like one. "
        "Please open it in Excel, save it without a password as an Excel workbook (XLSX) "
        "or as CSV UTF-8, and choose it once more"
    ),
    "unpacks_too_large": _(
        "This file becomes far too large when it is opened. Please choose another one"
    ),
    "encoding": _(
        "We cannot read the letters of this file: its encoding seems to be none of UTF-8, "
        "Shift_JIS, EUC-JP and JIS. Please open it in the program that made it, and save it as "
        "CSV UTF-8 or XLSX"
    ),
    "broken": _("This file is broken. Please save it again in its program and choose it once more"),
    "too_many_rows": _("Please import at most %(n)s rows at a time", n=f"{MOST_ROWS:,}"),
    "too_many_columns": _("Please choose a file of at most %(n)s columns", n=MOST_COLUMNS),
    "meeting": _("This meeting was called off or is not published, so nobody can be signed up"),
    "forgotten": _("The file has been deleted, since it was not imported for a day"),
    "fault": _("Something went wrong on our side. Please try it once more"),
}
"""Why a file is not taken, and what to do."""

ENCODINGS = {"cp932": "Shift_JIS", "euc_jp": "EUC-JP", "iso2022_jp": "JIS (ISO-2022-JP)"}
"""What is told of a file, since it was found out; the others say it themselves."""

STALE: dict[str, Any] = {
    "changed": _("These people have been changed meanwhile"),
    "signed_up": _("These people have signed up meanwhile"),
    "places": _("The number of free places has changed meanwhile"),
}
KEPT: dict[str, Any] = {
    "changed": _("Changed since"),
    "came": _("Noted as having come"),
    "told": _("Has got a letter"),
    "again": _("Has signed up once more since"),
}
FATES: dict[str, Any] = {
    "refused": _("Refused (%(n)s)"),
    "changed": _("Changed (%(n)s)"),
    "new": _("New (%(n)s)"),
    "same": _("Unchanged (%(n)s)"),
}
STATES: dict[str, Any] = {
    "uploaded": _("Not checked yet"),
    "checking": _("Being checked"),
    "checked": _("Checked, not imported yet"),
    "applying": _("Being imported"),
    "applied": _("Imported"),
    "undoing": _("Being taken back"),
    "undone": _("Taken back"),
}

NOTHING: Any = _("There was nothing to import")

STATES_FAILED: dict[str, Any] = {
    "checking": _("The rows could not be checked"),
    "applying": _("The list could not be imported. Nothing was stored"),
    "undoing": _("The import could not be taken back. Nothing was changed"),
}
WAYS: dict[str, Any] = {"venue": _("At the venue"), "online": _("Online")}


_CODES: dict[str, dict[str, Any]] = {"way": WAYS, "standing": STANDINGS, "channel": CHANNELS}


def shown(field: str, value: str) -> Any:
    """A value as people read it."""
    if field == "created":
        return _moment(value)
    return _CODES.get(field, {}).get(value, value)


def _moment(stored: str) -> str:
    """A day with its year, and the time where there is one: midnight stands for none."""
    at = datetime.fromisoformat(stored)
    return day(at) if at.time() == time() else f"{day(at)} {clock(at)}"


def state_of(run: RunView) -> Any:
    """Where an import stands, for the list of them."""
    is_over = run.state == "checked" and not (run.counts.get("new") or run.counts.get("changed"))
    return NOTHING if is_over else STATES[run.state]


def columns_of(run: RunView) -> list[Any]:
    """What columns are called: by their headings, else by their place and the first value."""
    if run.has_headings:
        return [told or _("Column %(n)s", n=at) for at, told in enumerate(run.headings, 1)]
    first = run.samples[0] if run.samples else run.headings  # samples are forgotten after a time
    return [
        _("Column %(n)s (%(cell)s)", n=at, cell=cell) if cell else _("Column %(n)s", n=at)
        for at, cell in enumerate(first, 1)
    ]


def fields_of(run: RunView) -> dict[str, Any]:
    """What a row can say, its answers by the names of their columns."""
    columns = zip(run.matching, columns_of(run), strict=True)
    return {**FIELDS, **{code: name for code, name in columns if OF_QUESTION.fullmatch(code)}}


def problem_words(field: str, code: str, about: str) -> tuple[Any, str]:
    """What is wrong with a row: the sentence, and what it is about ('' for nothing)."""
    if code == "too_long":
        return _("Please shorten this to %(n)s characters", n=LIMITS[field]), about
    if code == "no_choice":
        told, _break, choices = about.partition("\n")
        return _("Please write one of these choices: %(choices)s", choices=choices), told
    if field == "created" and code in OF_MOMENTS:
        return PROBLEMS[code], _moment(about)
    return PROBLEMS[code], about
