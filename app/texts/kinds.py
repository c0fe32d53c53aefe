"""The kinds of letters that the office can word, and the variables that each knows: pure.

A block stands for what only the program can write: several lines, or none where there is nothing
to tell. Whatever the reader would miss without it must be in the text.
"""

from dataclasses import dataclass
from functools import cached_property

from app.base.variables import Variable, Vocabulary

INLINE = {
    one.code: one
    for one in (
        Variable(code="name", ja="氏名", en="name"),
        Variable(code="number", ja="受付番号", en="number"),
        Variable(code="title", ja="会の名前", en="meeting"),
        Variable(code="days", ja="日にち", en="date", optional=True),
        Variable(code="telephone", ja="事務局の電話", en="office telephone"),
    )
}
BLOCKS = {
    one.code: one
    for one in (
        Variable(code="state", ja="状態", en="state"),
        Variable(code="arranged", ja="手配について", en="arrangements", optional=True),
        Variable(code="changes", ja="変更点", en="changes"),
        Variable(code="gone", ja="対象の会", en="meetings concerned"),
        Variable(code="ended", ja="席があかなかった会", en="meetings without a place"),
        Variable(code="reason", ja="理由", en="reason", optional=True),
        Variable(code="lost", ja="お断り", en="what could not be kept", optional=True),
        Variable(code="meetings", ja="内容", en="details", optional=True),
        Variable(code="rest", ja="残りの申込み", en="rest of the sign-up", optional=True),
        Variable(code="link", ja="リンク", en="link"),
        Variable(code="other", ja="別の方のリンク", en="link for another person"),
        Variable(code="leave", ja="名簿から消すリンク", en="link to leave the list"),
        Variable(code="signature", ja="署名", en="signature"),
    )
}
OWN_WORDS = frozenset({"state", "arranged", "signature"})
"""Blocks that the office may word itself: nothing in them is known to the program alone."""
_MEANT = {
    **dict.fromkeys(("名前", "お名前", "宛名", "your name", "full name"), "name"),
    **dict.fromkeys(("番号", "申込番号", "整理番号"), "number"),
    **dict.fromkeys(("会名", "会合", "会合名", "件名", "タイトル", "title", "event"), "title"),
    **dict.fromkeys(("日付", "日時", "開催日", "day", "date and time"), "days"),
    **dict.fromkeys(("電話", "電話番号", "telephone", "phone"), "telephone"),
    **dict.fromkeys(("会場", "場所", "申込内容", "venue", "content"), "meetings"),
    **dict.fromkeys(("変更", "変更内容", "what changed"), "changes"),
    **dict.fromkeys(("確認のリンク", "変更のリンク", "url", "manage link"), "link"),
    **dict.fromkeys(("事務局", "連絡先", "フッター", "footer", "office"), "signature"),
}
"""What people write for them, where likeness alone would guess badly."""


@dataclass(frozen=True)
class Kind:
    """One kind of letter: the codes of its variables, those in the line and those of blocks."""

    code: str
    inline: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def must(self) -> tuple[Variable, ...]:
        """Blocks that no text may leave out."""
        return tuple(BLOCKS[code] for code in self.blocks if code not in OWN_WORDS)

    @cached_property
    def words(self) -> Vocabulary:
        """All its variables."""
        known = [INLINE[code] for code in self.inline] + [BLOCKS[code] for code in self.blocks]
        meant = {said: one.ja for one in known for said, code in _MEANT.items() if code == one.code}
        return Vocabulary(variables=tuple(known), meant=meant)


_SIGNED_UP = ("name", "number", "title", "days", "telephone")
_INTERESTED = ("name", "title", "telephone")
_KINDS = (
    Kind(
        "confirmed",
        _SIGNED_UP,
        ("state", "arranged", "reason", "lost", "meetings", "link", "signature"),
    ),
    Kind("waiting", _SIGNED_UP, ("arranged", "reason", "meetings", "link", "signature")),
    Kind("requested", _SIGNED_UP, ("arranged", "reason", "meetings", "link", "signature")),
    Kind("approved", _SIGNED_UP, ("changes", "reason", "meetings", "link", "signature")),
    Kind("declined", _SIGNED_UP, ("gone", "reason", "rest", "signature")),
    Kind("moved_up", _SIGNED_UP, ("changes", "lost", "meetings", "link", "signature")),
    Kind("changed", _SIGNED_UP, ("changes", "lost", "meetings", "link", "signature")),
    Kind("cancelled", _SIGNED_UP, ("gone", "signature")),
    Kind(
        "office_changed", _SIGNED_UP, ("changes", "reason", "lost", "meetings", "link", "signature")
    ),
    Kind("office_cancelled", _SIGNED_UP, ("gone", "reason", "signature")),
    Kind("called_off", _SIGNED_UP, ("gone", "reason", "rest", "signature")),
    Kind("queue_ended", _SIGNED_UP, ("ended", "rest", "link", "signature")),
    Kind("new_link", _SIGNED_UP, ("reason", "meetings", "link", "signature")),
    Kind("already", _SIGNED_UP, ("meetings", "link", "other", "signature")),
    Kind("address_changed", _SIGNED_UP, ("changes", "signature")),
    Kind("invitation", _INTERESTED, ("meetings", "link", "signature")),
    Kind("interest_ask", _INTERESTED, ("link", "signature")),
    Kind("interest_confirmed", _INTERESTED, ("state", "leave", "signature")),
    Kind("date_fixed", _INTERESTED, ("meetings", "link", "leave", "signature")),
    Kind("date_moved", _INTERESTED, ("meetings", "link", "leave", "signature")),
    Kind("date_unfixed", _INTERESTED, ("meetings", "leave", "signature")),
    Kind("date_off", _INTERESTED, ("meetings", "reason", "leave", "signature")),
)
KINDS = {kind.code: kind for kind in _KINDS}
