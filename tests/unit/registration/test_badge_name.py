"""A badge calls somebody by their name, which has no title of politeness."""

import pytest

from app.registration.paper.facts import PersonLine


@pytest.mark.parametrize(
    ("name", "called"),
    [("田中 実 様", "田中 実"), ("鈴木 先生", "鈴木 先生"), ("例 おさん", "例 おさん")],
)
def test_a_badge_leaves_titles_out(name: str, called: str) -> None:
    line = PersonLine(
        booking_id=1,
        participant_id=1,
        number="A-0001",
        name=name,
        reading="",
        organisation="",
        role="",
        standing="",
        way="venue",
        state="confirmed",
        telephone="",
    )
    assert line.called == called
