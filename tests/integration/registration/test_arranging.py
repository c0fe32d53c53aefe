"""What is to be arranged: asked under a fold, and said on the check page even if it is nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import Translated
from tests.entries import make_question
from tests.factories import make_event
from tests.pages import press

HANAKO = {"p0-name": "見本 花子", "p0-reading": "みほん はなこ", "email": "mihon@example.com"}
SIGN = Translated(ja="手話通訳", en="Sign language")
FORM = "/events/morning/register"


@pytest.fixture
def meeting(app: Flask) -> int:
    return make_event("morning", venue=50)


def ask(meeting: int, of: str) -> tuple[int, int]:
    """A question about arrangements and its first choice."""
    question, (first, _second) = make_question(
        meeting, "several", asked=of, is_arrangement=True, label=SIGN
    )
    return question, first


def rows(text: str) -> dict[str, str]:
    """Term → the field that its 変更 leads to, of the check page."""
    return {
        re.sub(r"\s*<.*", "", term): edit
        for term, edit in re.findall(r'<div><dt>(.*?)</dt>.*?value="edit:([^"]+)"', text, re.DOTALL)
    }


@pytest.mark.parametrize(("of", "prefix"), [("signup", ""), ("person", "p0-")])
def test_that_nothing_is_to_be_arranged_is_said_and_can_be_changed(
    client: FlaskClient, meeting: int, of: str, prefix: str
) -> None:
    question, choice = ask(meeting, of)
    check = press(client, client.get(FORM), "check", HANAKO)
    assert rows(check.text)["必要な手配"] == f"{prefix}q{question}"
    assert "必要な手配</dt>\n<dd>なし" in check.text
    back = press(client, check, f"edit:{prefix}q{question}")
    chosen = press(client, back, "check", {f"{prefix}q{question}": str(choice)})
    assert "必要な手配" not in rows(chosen.text)
    assert rows(chosen.text)["手話通訳"] == f"{prefix}q{question}"


def test_that_nothing_is_to_be_arranged_is_said_once(client: FlaskClient, meeting: int) -> None:
    once, choice = ask(meeting, "signup")
    question, _choice = ask(meeting, "person")
    check = press(client, client.get(FORM), "check", HANAKO)
    assert re.findall(r"必要な手配</dt>\n<dd>(\w+)", check.text) == ["なし"]
    assert rows(check.text)["必要な手配"] == f"p0-q{question}"
    assert "手配とご連絡先" not in check.text
    chosen = press(client, check, "check", {f"q{once}": str(choice)})
    assert "手配とご連絡先" in chosen.text


def test_a_meeting_that_arranges_nothing_says_nothing_of_it(
    client: FlaskClient, meeting: int
) -> None:
    make_question(meeting)
    check = press(client, client.get(FORM), "check", HANAKO)
    assert "手配" not in check.text
    assert check.status_code == 200


def test_taking_an_arrangement_back_is_one_row_not_two(client: FlaskClient, meeting: int) -> None:
    question, choice = ask(meeting, "signup")
    check = press(client, client.get(FORM), "check", {**HANAKO, f"q{question}": str(choice)})
    done = client.get(press(client, check, "complete").location)
    link = re.search(r"http://127\.0\.0\.1:8000(/r/[a-z0-9-]+)", done.text)
    assert link
    change = press(client, client.get(f"{link[1]}/change"), "check", {f"q{question}": None})
    assert "いままで: 選択0" in change.text
    assert "必要な手配" not in rows(change.text)


def fold(text: str) -> str:
    """The opening tag of the fold around what is to be arranged, and its summary."""
    found = re.search(r"必要な手配</h2>.*?(<details[^>]*><summary>.*?)</summary>", text, re.DOTALL)
    assert found
    return found[1]


def test_what_can_be_arranged_is_named_on_the_fold_which_is_closed_while_empty(
    client: FlaskClient, meeting: int
) -> None:
    question, choice = ask(meeting, "signup")
    care, _choices = make_question(
        meeting, "yes_no", asked="signup", is_arrangement=True, label=Translated(ja="託児")
    )
    page = client.get(FORM)
    assert "open" not in fold(page.text).partition(">")[0]
    assert "選択0、選択1、託児" in fold(page.text)
    for answered in ({f"q{question}": str(choice)}, {f"q{care}": "999"}):
        again = press(client, page, "check", answered)
        assert again.status_code == 422
        assert "open" in fold(again.text).partition(">")[0]


def test_what_must_be_answered_is_never_folded_away(client: FlaskClient, meeting: int) -> None:
    make_question(meeting, "yes_no", asked="signup", is_arrangement=True, required=True)
    assert "open" in fold(client.get(FORM).text).partition(">")[0]


def test_a_further_question_that_nobody_opened_keeps_the_fold_closed(
    client: FlaskClient, meeting: int
) -> None:
    care, _choices = make_question(
        meeting, "yes_no", asked="signup", is_arrangement=True, choices=({"opens": True}, {})
    )
    make_question(
        meeting, "short", asked="signup", is_arrangement=True, required=True, depends_on_id=care
    )
    assert "open" not in fold(client.get(FORM).text).partition(">")[0]
