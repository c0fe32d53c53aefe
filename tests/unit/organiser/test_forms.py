from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from app.organiser.forms import ReminderForm


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


def form(**values: str) -> ReminderForm:
    given = {"subject": "【お知らせ】", "body": "{{氏名}} 様", "subject_en": "", "body_en": ""}
    return ReminderForm(MultiDict({**given, **values}))


def test_a_good_text_passes() -> None:
    typed = form(subject_en="News", body_en="Dear {{name}}")
    assert typed.validate()
    assert typed.text.of("en") == ("News", "Dear {{name}}")


def test_without_english_everybody_gets_the_japanese_letter() -> None:
    typed = form(subject_en="News")
    assert typed.validate()
    assert typed.text.of("en") == ("【お知らせ】", "{{氏名}} 様")


@pytest.mark.parametrize("name", ["subject", "body", "subject_en", "body_en"])
def test_an_unknown_variable_is_refused_in_every_field_and_a_button_corrects_it(name: str) -> None:
    english = {"body_en": "x", "subject_en": "x"}
    typed = form(**{**english, name: "{{お名前}} 様"})
    assert not typed.validate()
    assert "{{氏名}}" in str(typed[name].errors[0])
    (fix,) = typed.fixes
    typed.fix(fix[1])
    assert typed[name].data == "{{氏名}} 様"


def test_every_mistake_of_a_field_is_told() -> None:
    typed = form(body="{{お名前}} {{お弁当}} {{会場}")
    assert not typed.validate()
    assert len(typed.body.errors) == 3


@pytest.mark.parametrize(
    "values",
    [
        {"subject": ""},
        {"body": " \n "},
        {"subject": "あ" * 201},
        {"body": "あ" * 10_001},
        {"subject": "{{行き方}}"},
        {"body": "会場: {{会場}}"},
        {"body_en": "Dear {{name}}"},
        {"subject_en": "News", "body_en": "{{how to connect}}"},
        {"subject": "a\u202eb"},
        {"subject": "a\rb\n"},
        {"body": "a\x00b"},
    ],
)
def test_missing_too_long_and_unreadable_texts_are_refused(values: dict[str, str]) -> None:
    assert not form(**values).validate()


def test_a_foreign_fix_changes_nothing() -> None:
    typed = form(body="{{お名前}}")
    typed.fix("body:7")
    typed.fix("version:0")
    assert typed.body.data == "{{お名前}}"


def test_a_word_like_no_variable_is_answered_with_those_that_there_are() -> None:
    typed = form(body="{{config}} 様", subject_en="News", body_en="Dear {{config}}")
    assert not typed.validate()
    (japanese,), (english,) = typed.body.errors, typed.body_en.errors
    assert "{{氏名}} {{会の名前}}" in str(japanese)
    assert "{{name}} {{meeting}}" in str(english)
