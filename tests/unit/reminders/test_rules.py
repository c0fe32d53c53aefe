import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reminders.rules import (
    VARIABLES,
    Variable,
    correct,
    fill,
    find_problems,
    may_be_empty,
    pieces,
)

VALUES = {variable.code: f"<{variable.code}>" for variable in VARIABLES}


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda one: one.code)
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_each_variable_is_filled_in_under_both_names(variable: Variable, locale: str) -> None:
    written = variable.written(locale)
    assert find_problems(written) == ()
    assert fill(f"a {written} b", VALUES) == f"a <{variable.code}> b"


@pytest.mark.parametrize(
    "typed", ["{{ 氏名 }}", "｛｛氏名｝｝", "{{氏名\u3000}}", "{{Name}}", "{{ｎａｍｅ}}"]
)
def test_width_case_and_spaces_do_not_matter(typed: str) -> None:
    assert find_problems(typed) == ()
    assert fill(typed, VALUES) == "<name>"


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("{{氏}}", "{{氏名}}"),
        ("{{お名前}}", "{{氏名}}"),
        ("{{会の名}}", "{{会の名前}}"),
        ("{{受付No}}", "{{受付番号}}"),
        ("{{場所}}", "{{会場}}"),
        ("{{nmae}}", "{{name}}"),
        ("{{full name}}", "{{name}}"),
        ("{{リンク}}", "{{確認のリンク}}"),
        ("{氏名}", "{{氏名}}"),
        ("{{氏名}", "{{氏名}}"),
        ("{{{氏名}}}", "{{氏名}}"),
    ],
)
def test_a_mistyped_variable_is_refused_with_the_one_that_was_meant(
    typed: str, nearest: str
) -> None:
    (problem,) = find_problems(f"{typed} 様")
    assert (problem.written, problem.nearest) == (typed, nearest)
    assert find_problems(correct(f"{typed} 様", typed, nearest)) == ()


@pytest.mark.parametrize("typed", ["config", "request", "団体名", "締切", "7*7"])
def test_a_word_that_is_like_none_gets_no_suggestion(typed: str) -> None:
    (problem,) = find_problems(f"{{{{{typed}}}}} 様")
    assert (problem.kind, problem.nearest) == ("unknown", "")


def test_a_correction_leaves_alone_what_is_right() -> None:
    text = "{{氏名}} {氏名} {{{氏名}}} {{ 氏名 }}"
    mended = correct(text, "{氏名}", "{{氏名}}")
    assert mended == "{{氏名}} {{氏名}} {{{氏名}}} {{ 氏名 }}"
    assert correct(mended, "{{{氏名}}}", "{{氏名}}") == "{{氏名}} {{氏名}} {{氏名}} {{ 氏名 }}"


@pytest.mark.parametrize("typed", ["{{行き方}}", "会場: {{会場}}\n{{how to connect}}", " ", ""])
def test_a_text_of_optional_values_alone_may_be_empty(typed: str) -> None:
    assert may_be_empty(typed)


@pytest.mark.parametrize(
    "typed", ["{{氏名}}", "お知らせ", "{{行き方}}\n。", "{{会の名前}}{{行き方}}"]
)
def test_a_text_that_says_something_to_everybody(typed: str) -> None:
    assert not may_be_empty(typed)


@pytest.mark.parametrize("typed", ["{{お弁当}}", "{{", "様 }}", "｛｛", "{{\n氏名}}", "{{}}"])
def test_what_would_travel_as_typed_is_refused_even_if_nothing_is_like_it(typed: str) -> None:
    assert find_problems(typed)


@pytest.mark.parametrize("typed", ["{like this}", "a } b { c", "", "100% {{name}}", "%(name)s"])
def test_other_braces_are_left_alone(typed: str) -> None:
    assert find_problems(typed) == ()


def test_each_mistake_is_told_once_in_order() -> None:
    found = find_problems("{{会場名}} {{氏}} {{会場名}}")
    assert [problem.written for problem in found] == ["{{会場名}}", "{{氏}}"]


def test_what_was_filled_in_is_not_looked_at_again() -> None:
    values = {**VALUES, "name": "{{link}} {{ 7 * 7 }} {% raw %}"}
    assert fill("{{氏名}} {{確認のリンク}}", values) == "{{link}} {{ 7 * 7 }} {% raw %} <link>"


def test_a_line_that_is_there_only_for_an_empty_value_goes() -> None:
    values = {**VALUES, "access": "", "venue": ""}
    text = "会場: {{会場}}\n行き方: {{行き方}}\n\n{{会場}} {{氏名}}\nおわり"
    assert fill(text, values) == "\n <name>\nおわり"


def test_the_preview_marks_what_is_wrong() -> None:
    found = [(piece.text, piece.wrong) for piece in pieces("{{氏名}} {{氏}} 様", VALUES)]
    assert ("{{氏}}", True) in found
    assert [text for text, wrong in found if not wrong] == ["", "<name>", " ", " 様"]


@given(st.text(alphabet=st.sampled_from("{}｛｝氏名 a\n様"), max_size=40))
def test_a_text_without_problems_leaves_no_braces_of_ours(text: str) -> None:
    if not find_problems(text):
        left = fill(text, VALUES)
        assert "{{" not in left
        assert "｛｛" not in left


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    find_problems(text)
    joined = "".join(piece.text for piece in pieces(text, VALUES))
    assert joined == fill(text, VALUES)
