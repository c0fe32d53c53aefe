"""Letters of the sheets of tasks: as large as one sheet allows."""

import pytest

from app.organiser.plan_sheets import row_of, setting_of
from app.planning.facts import TaskView, TaskWish
from app.planning.rules import When


def task(note: str = "") -> TaskView:
    wish = TaskWish(title="会場に電話をする", when=When(amount=1), note=note)
    common = {"due": None, "law": None, "who": "見本 花子", "done_at": None, "done_by": ""}
    return TaskView(id=1, event_id=1, code="", wish=wish, version=1, **common)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("many", "letters"),
    [
        (0, ""),
        (10, ""),
        (32, ""),
        (40, "boxes--close"),
        (50, "boxes--closer"),
        (58, "boxes--closer"),
        (60, ""),
    ],
)
def test_letters_are_as_large_as_a_sheet_allows(many: int, letters: str) -> None:
    assert setting_of([row_of(task())] * many) == letters


def test_notes_and_titles_of_meetings_take_room() -> None:
    assert setting_of([row_of(task(note="早めに\n" * 4))] * 10) == "boxes--close"
    assert setting_of([row_of(task(), "見本の総会")] * 20) == "boxes--close"
