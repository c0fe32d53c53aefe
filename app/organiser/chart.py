"""Sign-ups by day as a picture: bars, marks at the side, days below. Pure; drawn in a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 28
"""Four weeks."""
STEP, GAP, HEIGHT = 100, 15, 1000
"""Of the drawing: a day's width with its gap, and the height; it is stretched to the page."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A day with its number; the rest says where its bar stands in the drawing."""

    day: date
    number: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """``marks``: numbers at the side from the top down; ``days``: those written below."""

    bars: tuple[Bar, ...]
    marks: tuple[int, ...]
    days: tuple[date, ...]

    @property
    def total(self) -> int:
        """Of all days."""
        return sum(one.number for one in self.bars)

    @property
    def highest(self) -> Bar:
        """The first of the days with the most."""
        return max(self.bars, key=lambda one: one.number)

    @property
    def last_week(self) -> int:
        """Of the last seven days."""
        return sum(one.number for one in self.bars[-7:])

    @property
    def week_before(self) -> int:
        """Of the seven days before those."""
        return sum(one.number for one in self.bars[-14:-7])


def draw(first: date, numbers: Sequence[int]) -> Chart:
    """The picture of a number for each day from ``first`` on; there is at least one."""
    top = scale(max(numbers))
    bars = tuple(
        Bar(
            day=first + timedelta(days=n),
            number=number,
            x=n * STEP + GAP // 2,
            y=HEIGHT - number * HEIGHT // top,
            width=STEP - GAP,
            height=number * HEIGHT // top,
        )
        for n, number in enumerate(numbers)
    )
    marks = (top, top // 2, 0) if top % 2 == 0 else (top, 0)
    days = [bars[n].day for n in range(0, len(bars) - 1, 7)]
    return Chart(bars=bars, marks=marks, days=(*days, bars[-1].day))


def scale(highest: int) -> int:
    """The round number that the side goes up to: 2, 4, 10, 20, 40, 100 and so on."""
    top = 2
    while top < highest:
        digits = 10 ** (len(str(top)) - 1)
        top = {2: 4, 4: 10, 1: 2}[top // digits] * digits
    return top
