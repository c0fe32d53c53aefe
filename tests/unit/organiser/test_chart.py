from datetime import date

import pytest

from app.organiser import chart

FIRST = date(2026, 4, 21)


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 2), (2, 2), (3, 4), (5, 10), (11, 20), (41, 100), (99_999, 100_000)]
)
def test_the_side_goes_up_to_a_round_number(highest: int, top: int) -> None:
    assert chart.scale(highest) == top


def test_every_day_has_its_bar_and_every_week_its_day() -> None:
    drawn = chart.draw(FIRST, [0] * 20 + [5, 10, 0, 0, 0, 0, 0, 1])
    assert (len(drawn.bars), drawn.total, drawn.marks) == (28, 16, (10, 5, 0))
    assert (drawn.highest.day, drawn.highest.number) == (date(2026, 5, 12), 10)
    assert (drawn.highest.y, drawn.highest.height) == (0, chart.HEIGHT)
    assert (drawn.last_week, drawn.week_before) == (11, 5)
    assert [day.day for day in drawn.days] == [21, 28, 5, 12, 18]
