"""Nothing of the file that a person asks for can be forgotten: each field has a name and words."""

import re
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

from app.db import Base
from app.organiser import audit_words, data_words
from app.organiser.words import PURPOSES, UNKNOWN
from app.registration import history
from app.retention import person

EVERY = [(section, field) for section, names in person.columns().items() for field in names]
TABLES = {
    "registration": "registration",
    "people": "participant",
    "meetings": "booking",
    "arrangements": "arrangement",
    "attendance": "attendance",
    "calendar": "calendar_reply",
    "address": "mail_address",
    "interest": "interest",
}
"""The table whose short codes a section tells."""
PARTS = {"parts", "rule_unseen", "account_invite", "account_reset"}
"""Folders of letters that are no letter, or none to somebody who is signed up."""


@pytest.mark.parametrize("section", person.columns())
def test_each_section_has_a_heading(section: str) -> None:
    assert section in data_words.SECTIONS


@pytest.mark.parametrize(("section", "field"), EVERY)
def test_each_field_has_a_name_and_one_way_to_be_told(section: str, field: str) -> None:
    assert field in data_words.FIELDS
    ways = [
        (section, field) in data_words.CODES,
        (section, field) in data_words.TOLD,
        field in data_words.FREE,
        field in data_words.MOMENTS,
        field in data_words.CHANGES,
    ]
    assert ways.count(True) == 1


@pytest.mark.parametrize(("section", "field"), EVERY)
def test_each_short_code_that_can_be_stored_has_words(section: str, field: str) -> None:
    codes = stored_codes(TABLES[section], field) if section in TABLES else set()
    assert codes - {""} <= set(data_words.CODES.get((section, field), {}))


def stored_codes(table: str, field: str) -> set[str]:
    """What the database lets into a column; none where it takes any text."""
    checks = [
        str(one.sqltext)
        for one in Base.metadata.tables[table].constraints
        if isinstance(one, CheckConstraint)
    ]
    lists = [one for one in checks if one.startswith(f"{field} IN (")]
    return {code for one in lists for code in re.findall(r"'([^']*)'", one)}


def test_the_codes_of_the_database_are_found() -> None:
    assert stored_codes("attendance", "kind") == {"in", "out"}
    assert "declined" in stored_codes("booking", "state")


def test_each_letter_has_words() -> None:
    written = {one.name for one in Path("templates/mail").iterdir() if one.is_dir()}
    assert written - PARTS <= set(PURPOSES)


@pytest.mark.parametrize("name", [*history.CONTACT, *history.REACH, "told", "arrangements"])
def test_each_value_of_the_history_has_a_name(name: str) -> None:
    label, _value = audit_words.in_words("registration.changed", name, "")
    assert label != str(UNKNOWN)
