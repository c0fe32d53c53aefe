"""A text of the office puts 様 behind a name, which may bring a title of its own."""

import pytest

from app.base.variables import Variable, Vocabulary

WORDS = Vocabulary(
    variables=(Variable(code="name", ja="氏名", en="name"), Variable(code="no", ja="番号", en="no"))
)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("見本 花子", "見本 花子 様\n番号 A-1様"),
        ("鈴木 先生", "鈴木 先生\n番号 A-1様"),
        ("田中 実 様", "田中 実 様\n番号 A-1様"),
        ("株式会社みほん", "株式会社みほん 御中\n番号 A-1様"),
        ("{{氏名}}", "{{氏名}} 様\n番号 A-1様"),
    ],
)
def test_a_filled_text_gives_a_name_one_title(name: str, said: str) -> None:
    text = "{{氏名}} 様\n番号 {{番号}}様"
    assert WORDS.fill(text, {"name": name, "no": "A-1"}) == said
