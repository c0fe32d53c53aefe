"""What a cell answers to a question, as an export writes it and as people type it."""

import pytest

from app.events.facts import ChoiceView, QuestionView
from app.registration.imports.answers import Answered, kept, read, read_kept
from app.registration.imports.cells import Bad

LABELS = ("弁当", "弁当、肉なし", "お茶")
WORDS = {n: (label, f"Choice {n}") for n, label in enumerate(LABELS, 1)}


def question(kind: str) -> QuestionView:
    choices = tuple(
        ChoiceView(id=n, code="", label=label, places=None, held=0, seats=0, opens=False)
        for n, label in enumerate(LABELS, 1)
    )
    return QuestionView(
        id=7,
        event_id=1,
        kind=kind,
        asked="person",
        required=True,
        is_arrangement=False,
        label="昼食",
        help="",
        way="",
        depends_on_id=None,
        closed=False,
        choices=choices,
    )


@pytest.mark.parametrize(
    ("kind", "cell", "ids"),
    [
        ("one", "お茶", (3,)),
        ("one", " ｃｈｏｉｃｅ　１ ", (1,)),
        ("one", "弁当、肉なし", (2,)),
        ("several", "お茶、弁当", (1, 3)),
        ("several", "お茶、弁当、肉なし", (2, 3)),
        ("several", "弁当、弁当、肉なし、お茶", (1, 2, 3)),
        ("several", "お茶, Choice 1\n", (1, 3)),
        ("several", "弁当、肉なし", (2,)),
    ],
)
def test_choices_are_read_by_their_labels(kind: str, cell: str, ids: tuple[int, ...]) -> None:
    assert read(question(kind), WORDS, cell).choices == ids


@pytest.mark.parametrize(
    ("kind", "cell", "text"),
    [
        ("number", "3", "3"),
        ("number", " ０３ ", "3"),
        ("number", "3.0", "3"),
        ("number", "12,000", "12000"),
        ("short", " よろしく ", "よろしく"),
        ("short", "3.5", "3.5"),
        ("long", "一\r\n二 ", "一\n二"),
    ],
)
def test_texts_and_numbers_are_stored_as_the_form_stores_them(
    kind: str, cell: str, text: str
) -> None:
    assert read(question(kind), WORDS, cell).text == text


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        ("one", "弁当、お茶", "no_choice"),
        ("several", "弁当、カレー", "no_choice"),
        ("several", "、", "no_choice"),
        ("one", "弁〓", "lost_characters"),
        ("number", "三", "no_number"),
        ("number", "2.5", "no_number"),
        ("number", "-1", "no_number"),
        ("number", "100000", "no_number"),
        ("short", "あ" * 201, "short_answer"),
        ("long", "あ" * 1001, "long_answer"),
        ("short", "x\u202e", "unreadable"),
    ],
)
def test_what_is_no_answer_says_why(kind: str, cell: str, code: str) -> None:
    with pytest.raises(Bad) as bad:
        read(question(kind), WORDS, cell)
    assert str(bad.value) == code


def test_an_answer_is_kept_and_turned_round() -> None:
    one = Answered(question_id=7, once=False, choices=(1, 3), was_choices=(3,))
    assert read_kept({"answers": kept([one])}) == (one,)
    assert (one.told, one.was, one.added) == ("1, 3", "3", {1})
    assert (one.back.choices, one.back.was_choices) == ((3,), (1, 3))
    assert read_kept({}) == ()
