import pytest

from app.web.arguments import find_id


@pytest.mark.parametrize("raw", ["", "x", "-1", "1.5", "１", "9" * 30, "2147483648", None, "1 "])
def test_what_no_row_can_have_is_no_id(raw: str | None) -> None:
    assert find_id(raw) is None


def test_an_id_is_read() -> None:
    assert find_id("2147483647") == 2147483647
