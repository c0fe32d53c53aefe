from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from app.events.files.facts import FileView
from app.organiser.audience_words import audience_words, timing_words
from app.organiser.order_forms import (
    Choices,
    OrderForm,
    RuleForm,
    read,
    read_clock,
    show_clock,
    written,
)
from app.reminders.facts import Target
from app.reminders.models import GROUPS
from app.reminders.timing import Timing
from tests import facts

LETTER = {"subject": "件名", "body": "{{氏名}} 様"}
WHEN = {"amount": "7", "unit": "days", "side": "before", "clock": "10:00"}


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


def choices(**more: Any) -> Choices:
    given: dict[str, Any] = {
        "meetings": (facts.meeting(1),),
        "questions": (facts.lunch("en"),),
        "files": (FILE,),
        "interested": False,
    }
    return Choices(**{**given, **more})


FILE = FileView(
    id=9,
    event_id=1,
    title="Agenda",
    filename="agenda.pdf",
    kind="pdf",
    media_type="application/pdf",
    size=1,
    audience="everybody",
    shown=True,
    version="1",
    created_at=datetime(2026, 6, 1, tzinfo=UTC),
)


def form(kind: type[OrderForm] = OrderForm, offered: Choices | None = None, **typed: str) -> Any:
    made = kind(MultiDict({**LETTER, **WHEN, "to": "confirmed", **typed}))
    made.offer(offered or choices())
    return made


def offered_to(given: Choices) -> dict[str, str]:
    return {one.value: one.label for one in form(offered=given).to.choices}


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("10:00", 600),
        ("9:05", 545),
        ("9時30分", 570),
        ("10時", 600),
        ("00:00", 0),
        ("23:59", 1439),
        ("24:00", None),
        ("9:60", None),
        ("", None),
        (None, None),
        ("x", None),
        ("-1:00", None),
        ("²:00", None),
        ("100:00", None),
        ("1:2:3", None),
    ],
)
def test_a_time_of_day_as_people_write_it(typed: str | None, minute: int | None) -> None:
    assert read_clock(typed) == minute


def test_a_time_of_day_as_its_field_holds_it() -> None:
    assert [read_clock(show_clock(minute)) for minute in (0, 570, 1439)] == [0, 570, 1439]


@pytest.mark.parametrize(
    "target",
    [
        *(Target(audience=one) for one in GROUPS),
        Target(audience="not_answered", question_id=5),
        Target(audience="answered", question_id=5, choice_id=12),
    ],
)
def test_a_group_survives_its_field(target: Target) -> None:
    assert read(written(target)) == target


def test_every_group_can_be_chosen_and_is_said_in_words() -> None:
    offered = offered_to(choices(interested=True))
    assert {value.split(":")[0] for value in offered} == set(GROUPS)
    assert len(set(offered.values())) == len(offered)
    assert offered["not_answered:5"] == "Those who have not answered “Lunch box”"
    assert "“Lunch box” with “" in offered["answered:5:51"]


def test_needs_are_no_reason_to_be_written_to() -> None:
    hidden = choices(questions=(facts.lunch("en", is_arrangement=True),))
    assert not any(":" in value for value in offered_to(hidden))


def test_those_who_want_to_be_told_are_offered_only_where_there_are_any() -> None:
    assert "interested" not in offered_to(choices())


@pytest.mark.parametrize(
    "to", ["", "everybody", "answered", "answered:x", "answered:5:99", "confirmed:1", "::", "\x00"]
)
def test_a_forged_group_is_refused_and_never_breaks_the_page(to: str) -> None:
    typed = form(to=to)
    assert typed.order.target == Target(audience="confirmed")
    assert not typed.validate()


@pytest.mark.parametrize("file", ["10", "x", "-1", "9" * 30, "9 "])
def test_a_forged_material_is_refused_and_never_breaks_the_page(file: str) -> None:
    typed = form(file=file)
    assert typed.order.file_id is None
    assert not typed.validate()


def test_what_was_chosen_is_the_order() -> None:
    given = {"asks_coming": "y", "body": "{{確認のリンク}}"}
    typed = form(to="answered:5:51", whole_day="y", file="9", **given)
    typed.several = True
    assert typed.validate(), typed.errors
    order = typed.order
    assert order.target == Target(audience="answered", question_id=5, choice_id=51, whole_day=True)
    assert (order.asks_coming, order.file_id, order.text.subject) == (True, 9, "件名")


def test_what_asks_needs_its_link() -> None:
    assert not form(asks_coming="y", body="お元気ですか").validate()
    assert form(asks_coming="y", body="こちらへ {{確認のリンク}}").validate()


@pytest.mark.parametrize(
    ("amount", "unit", "side", "good"),
    [
        ("0", "days", "before", True),
        ("０", "days", "before", True),
        ("60", "days", "before", True),
        ("61", "days", "before", False),
        ("0", "days", "after", False),
        ("0", "hours", "before", False),
        ("72", "hours", "before", True),
        ("40", "office_days", "after", True),
        ("41", "office_days", "after", False),
        ("", "days", "before", False),
        ("-1", "days", "before", False),
        ("1.5", "days", "before", False),
        ("0000999999999", "days", "before", False),
        ("9" * 5000, "days", "before", False),
        ("7", "weeks", "before", False),
        ("7", "days", "beside", False),
    ],
)
def test_how_many_days_or_hours(amount: str, unit: str, side: str, *, good: bool) -> None:
    assert form(RuleForm, amount=amount, unit=unit, side=side).validate() is good


def test_the_time_of_a_rule() -> None:
    typed = form(RuleForm, amount="２", unit="office_days", side="after", clock="９時半")
    assert not typed.validate()
    typed = form(RuleForm, amount="２", unit="office_days", side="after", clock="９：３０")
    assert typed.validate(), typed.errors
    assert typed.timing == Timing(unit="office_days", amount=2, after=True, minute=570)


def test_hours_need_no_time_of_day() -> None:
    typed = form(RuleForm, amount="3", unit="hours", clock="")
    assert typed.validate(), typed.errors
    assert typed.timing == Timing(unit="hours", amount=3, after=False, minute=0)


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (("days", 7, False), "7 days before, at 10:00"),
        (("days", 0, False), "On the day, at 10:00"),
        (("office_days", 2, False), "2 office days before, at 10:00"),
        (("days", 1, True), "1 days after, at 10:00"),
        (("hours", 3, False), "3 hours before the beginning"),
        (("hours", 1, True), "1 hours after the end"),
    ],
)
def test_when_a_rule_is_due_in_words(timing: tuple[str, int, bool], words: str) -> None:
    unit, amount, after = timing
    given = Timing(unit=unit, amount=amount, after=after, minute=600)
    assert timing_words(given) == words


def test_a_question_that_was_removed_is_still_said_in_words() -> None:
    target = Target(audience="answered", question_id=8, choice_id=80)
    assert "a question that was removed" in audience_words(target, (facts.lunch(),))
