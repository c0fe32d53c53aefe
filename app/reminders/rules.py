"""The variables of a reminder; how such texts are read and filled: ``app.base.variables``."""

from collections.abc import Iterator, Mapping

from app.base.variables import Piece, Problem, Variable, Vocabulary, correct

__all__ = [
    "VARIABLES",
    "Piece",
    "Problem",
    "Variable",
    "correct",
    "fill",
    "find_problems",
    "has_variable",
    "may_be_empty",
    "pieces",
]

VARIABLES = (
    Variable(code="name", ja="氏名", en="name"),
    Variable(code="title", ja="会の名前", en="meeting"),
    Variable(code="when", ja="日時", en="date and time", optional=True),
    Variable(code="venue", ja="会場", en="venue", optional=True),
    Variable(code="access", ja="行き方", en="how to get there", optional=True),
    Variable(code="online", ja="オンラインのつなぎ方", en="how to connect", optional=True),
    Variable(code="number", ja="受付番号", en="number"),
    Variable(code="way", ja="参加方法", en="way of taking part"),
    Variable(code="link", ja="確認のリンク", en="link"),
    Variable(code="material", ja="資料", en="material", optional=True),
    Variable(code="telephone", ja="事務局の電話", en="office telephone"),
    Variable(code="signature", ja="署名", en="signature"),
)
_MEANT = {
    **dict.fromkeys(("名前", "お名前", "氏名様", "宛名", "your name", "full name"), "氏名"),
    **dict.fromkeys(("会名", "会合", "会合名", "タイトル", "件名", "title", "event"), "会の名前"),
    **dict.fromkeys(("日付", "時間", "時刻", "開始時刻", "日にち", "date", "time", "when"), "日時"),
    **dict.fromkeys(("場所", "住所", "所在地", "place", "where", "address"), "会場"),
    **dict.fromkeys(("アクセス", "交通", "地図", "directions", "access"), "行き方"),
    **dict.fromkeys(
        ("つなぎ方", "接続方法", "オンライン", "zoom", "online", "connect"), "オンラインのつなぎ方"
    ),
    **dict.fromkeys(("番号", "申込番号", "整理番号"), "受付番号"),
    **dict.fromkeys(("リンク", "url", "変更のリンク", "manage link"), "確認のリンク"),
    **dict.fromkeys(("添付", "添付資料", "ファイル", "file", "document"), "資料"),
    **dict.fromkeys(("電話", "電話番号", "事務局電話", "telephone", "phone"), "事務局の電話"),
    **dict.fromkeys(("事務局", "連絡先", "フッター", "footer", "office", "host"), "署名"),
}
"""What people write for them, where likeness alone would guess badly."""
_WORDS = Vocabulary(variables=VARIABLES, meant=_MEANT)


def find_problems(text: str) -> tuple[Problem, ...]:
    """Every variable that is unknown or whose braces do not match, each once, in order."""
    return _WORDS.find_problems(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each variable by its value (by code); '' takes a line with it that says no more."""
    return _WORDS.fill(text, values)


def pieces(text: str, values: Mapping[str, str]) -> Iterator[Piece]:
    """``fill`` in pieces, so that a page can mark what is wrong."""
    return _WORDS.pieces(text, values)


def may_be_empty(text: str) -> bool:
    """Whether nothing would be left of ``text`` for a reader without the optional values."""
    return _WORDS.may_be_empty(text)


def has_variable(text: str, code: str) -> bool:
    """Whether a variable stands in a text, under either of its names."""
    return code in _WORDS.found(text)
