import pytest

from app.organiser.inputs import is_whole


@pytest.mark.parametrize("typed", ["0", "7", "007", "99"])
def test_a_whole_number_up_to_the_most(typed: str) -> None:
    assert is_whole(typed, 99)


@pytest.mark.parametrize(
    "typed", ["", "100", "-1", "1.5", "1e1", "10席", "30日", "百", "²", "１", "9" * 5000]
)
def test_anything_else_is_none(typed: str) -> None:
    assert not is_whole(typed, 99)
