"""Words of imports: what a column can be, what is wrong with a row, why a file is not taken."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.registration.imports.cells import LIMITS
from app.registration.imports.tables import MOST_COLUMNS, MOST_ROWS

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
    "answer": _("Answer"),
}
COLUMNS = {code: told for code, told in FIELDS.items() if code not in {"postal_address", "answer"}}

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
    "meanwhile": _(
        "Changed here since the list was exported. Please export the list again and change that"
    ),
    "twice_in_file": _("The same person stands in this file already, in row"),
    "differs_in_file": _("Another row of the same sign-up says something else"),
    "already": _(
        "Signed up already, with other details. To change them, please put the number into the row"
    ),
    "number_unknown": _("There is no such number at this meeting"),
    "mark_unknown": _("The mark does not fit the number, or is of another meeting"),
    "which_person": _("Several people have this number, and the name is of none of them"),
}
"""What is wrong with a row, and what to do."""

FILES: dict[str, Any] = {
    "missing": _("Please choose a file"),
    "empty": _("There is nothing in this file. Please choose another one"),
    "no_rows": _("There is nothing below the headings. Please choose another file"),
    "too_large": _("Please choose a file of at most %(n)s MB", n=10),
    "unknown_kind": _("Please choose a CSV file or an Excel file (XLSX)"),
    "not_its_kind": _(
        "What is in this file does not fit the ending of its name. "
        "Please save it again in its program and choose it once more"
    ),
    "unpacks_too_large": _(
        "This file becomes far too large when it is opened. Please choose another one"
    ),
    "encoding": _("We cannot read the letters of this file. Please save it as CSV UTF-8 or XLSX"),
    "broken": _("This file is broken. Please save it again in its program and choose it once more"),
    "too_many_rows": _("Please import at most %(n)s rows at a time", n=f"{MOST_ROWS:,}"),
    "too_many_columns": _("Please choose a file of at most %(n)s columns", n=MOST_COLUMNS),
    "meeting": _("This meeting was called off or is not published, so nobody can be signed up"),
    "forgotten": _("The file has been deleted, since it was not imported for a day"),
    "fault": _("Something went wrong on our side. Please try it once more"),
}
"""Why a file is not taken, and what to do."""

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

STATES_FAILED: dict[str, Any] = {
    "checking": _("The rows could not be checked"),
    "applying": _("The list could not be imported. Nothing was stored"),
    "undoing": _("The import could not be taken back. Nothing was changed"),
}
WAYS: dict[str, Any] = {"venue": _("At the venue"), "online": _("Online")}


def shown(field: str, value: str) -> Any:
    """A value as people read it."""
    return WAYS.get(value, value) if field == "way" else value


def problem_words(field: str, code: str, about: str) -> tuple[Any, str]:
    """What is wrong with a row: the sentence, and what it is about ('' for nothing)."""
    if code == "too_long":
        return _("Please shorten this to %(n)s characters", n=LIMITS[field]), about
    return PROBLEMS[code], about
