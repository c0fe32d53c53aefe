"""Everything that the audit log can hold has words: actions, fields, codes. None may be forgotten.

What tests record is looked at, too, while it is recorded (``tests/conftest.py``): so fields are
found whose names are put together while the program runs.
"""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.association.facts import FIELDS as SETTINGS
from app.auth.rights import ROLES
from app.events import models as events
from app.events.presets import PRESETS
from app.meetings.facts import TERMS, TEXTS
from app.organiser import audit_fields, words
from app.planning.rules import LAWS
from app.registration import history
from app.registration import models as registrations
from app.registration.lists import columns, exporting
from app.registration.privacy.facts import ITEMS
from app.reminders.models import GROUPS

APP = Path(__file__).resolve().parents[2] / "app"
RECORDERS = {"Entry", "record", "_record", "note", "_note", "_entry", "touch", "replace"}
"""What is called to write into the log."""
SIDES = {"before", "after", "old", "new", "was", "gone", "come", "to_first"}
"""What the two sides of an entry are called where they are put together."""
WRITES = re.compile(
    r"^from app\.auth import .*\baudit\b|^from app\.auth\.audit import"
    r"|^from app\.events import .*\bchanges"
    r"|^from app\.(settings|planning)\.service import|^from app\.auth\.service import .*\bnote\b"
    r"|^from app\.registration\.desk\.admitting import .*\bnote\b",
    re.MULTILINE,
)
"""By what a module is known that writes into it."""
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
CODES: dict[tuple[str, str], Collection[str]] = {
    ("event.published", "state"): events.STATES,
    ("event.worded", "kind"): events.KINDS,
    ("event.changed", "admission"): events.ADMISSIONS,
    ("event.changed", "standings"): events.STANDINGS,
    ("question.added", "kind"): events.QUESTION_KINDS,
    ("question.added", "asked"): events.ASKED,
    ("question.changed", "way"): ("", *events.WAYS),
    ("file.changed", "audience"): events.AUDIENCES,
    ("account.changed", "role"): ROLES,
    ("campaign.written", "target"): GROUPS,
    ("people.apart", "likeness"): registrations.LIKENESSES,
    ("registration.entered", "channel"): registrations.CHANNELS,
    ("registration.coming", "coming"): [one for one in registrations.COMING if one],
    ("registration.changed", "standing 1"): registrations.STANDINGS,
    ("registrations.exported", "file"): exporting.MEDIA_TYPES,
    ("people.shared", "items"): ITEMS,
    ("plan.law_changed", "law"): LAWS,
}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(APP.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not WRITES.search(text):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in RECORDERS:
                    yield str(path.relative_to(APP)), node


def texts(nodes: Collection[ast.expr]) -> Iterator[str]:
    for node in nodes:
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value


def keys(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Dict):
            yield from texts([key for key in one.keys if isinstance(key, ast.Constant)])


def sides(folder: Path) -> Iterator[tuple[str, str]]:
    """Modules that write into the log, with the literal names of fields in them."""
    modules = {module for module, _call in calls()}
    for module in sorted(modules):
        tree = ast.parse((folder / module).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Tuple):
                named = {one.id for one in ast.walk(node.targets[0]) if isinstance(one, ast.Name)}
                if named & SIDES:
                    yield from ((module, key) for key in keys(node.value))
            if isinstance(node, ast.keyword) and node.arg in {"before", "after"}:
                yield from ((module, key) for key in keys(node.value))


def has_words(field: str) -> bool:
    rooms = ("", *audit_fields.FIELDS_OF)
    return any(audit_fields.label_of(f"{one}.", field) is not words.UNKNOWN for one in rooms)


def test_every_field_that_is_recorded_has_words() -> None:
    found = set(sides(APP))
    assert len({field for _module, field in found}) > 25, "they are not found any more"
    assert [one for one in sorted(found) if one[1] not in {"before", "after"}
            and not has_words(one[1])] == []  # fmt: skip


def test_every_field_of_what_is_compared_has_words() -> None:
    told = {*SETTINGS, *TEXTS, *TERMS, *history.CONTACT, *history.REACH}
    assert [one for one in sorted(told) if not has_words(one)] == []


def test_every_action_has_words() -> None:
    found = {
        (module, one)
        for module, call in calls()
        for one in texts([*call.args, *(k.value for k in call.keywords if k.arg == "action")])
        if ACTION.fullmatch(one)
    }
    assert len(found) > 60
    assert [one for one in sorted(found) if one[1] not in words.ACTIONS] == []


@pytest.mark.parametrize(("where", "codes"), CODES.items())
def test_every_code_has_words(where: tuple[str, str], codes: Collection[str]) -> None:
    assert codes
    assert set(codes) - set(audit_fields.codes_of(*where) or {}) == set()


def test_every_state_way_column_and_ready_made_question_has_words(app: Flask) -> None:
    assert set(registrations.BOOKING_STATES) <= set(words.STATES)
    assert set(events.WAYS) == set(words.WAYS)
    assert all(one.label.ja and one.label.en for one in PRESETS.values())
    with app.test_request_context():
        assert len(columns.columns_of(columns.ALL)) == len(columns.ALL)


def test_an_unknown_field_gets_a_general_word_never_its_own_name() -> None:
    assert audit_fields.label_of("event.changed", "no_such_field") is words.UNKNOWN
