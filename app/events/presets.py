"""Ready-made questions, in Japanese, English and plain words. Pure: data, and how to find them."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["short", "long", "one", "several", "number", "yes_no", "consent"]


@dataclass(frozen=True)
class Words:
    """One text in each language; plain Japanese with readings (漢字《かんじ》)."""

    ja: str = ""
    en: str = ""
    easy: str = ""


@dataclass(frozen=True, kw_only=True)
class ChoiceModel:
    """A choice: ``seats`` further seats that it takes, ``opens`` what depends on the question."""

    label: Words
    code: str = ""
    places: int | None = None
    seats: int = 0
    opens: bool = False


@dataclass(frozen=True, kw_only=True)
class QuestionModel:
    """A question before it is one of a meeting; the columns of ``EventQuestion`` say what is what.

    ``more`` is asked only where a choice was made that opens it.
    """

    label: Words
    kind: Kind
    preset: str = ""
    help: Words = field(default=Words())
    asked: Literal["person", "signup"] = "person"
    required: bool = False
    is_arrangement: bool = False
    way: Literal["", "venue", "online"] = ""
    choices: tuple[ChoiceModel, ...] = ()
    more: "QuestionModel | None" = None


YES = ChoiceModel(code="yes", label=Words("はい", "Yes", "はい"))
NO = ChoiceModel(code="no", label=Words("いいえ", "No", "いいえ"))
AGREE = ChoiceModel(code="yes", label=Words("同意します", "I agree", "いいです"))
_SIGN = ChoiceModel(
    code="sign", label=Words("手話通訳", "Sign language", "手話《しゅわ》の通訳《つうやく》")
)
_CAPTIONS = ChoiceModel(
    code="captions",
    label=Words("要約筆記", "Captions", "話《はなし》を字《じ》にして見《み》せる人《ひと》"),
)
_WHEELCHAIR = ChoiceModel(
    code="wheelchair",
    label=Words(
        "車椅子のまま入れる席",
        "A place for a wheelchair",
        "車椅子《くるまいす》のまま入《はい》れる席《せき》",
    ),
)

LUNCH = QuestionModel(
    preset="lunch",
    kind="one",
    way="venue",
    required=True,
    label=Words(
        "昼食(お弁当)", "Lunch (a boxed meal)", "昼《ひる》ご飯《はん》(お弁当《べんとう》)"
    ),
    choices=(
        ChoiceModel(code="yes", label=Words("頼む", "Yes, please", "頼《たの》みます")),
        ChoiceModel(code="no", label=Words("頼まない", "No, thank you", "頼《たの》みません")),
    ),
)
PARTY = QuestionModel(
    preset="party",
    kind="one",
    way="venue",
    required=True,
    label=Words(
        "懇親会",
        "Get-together afterwards",
        "会《かい》のあとの、話《はな》して楽《たの》しむ会《かい》",
    ),
    choices=(
        ChoiceModel(code="yes", label=Words("参加する", "I will come", "行《い》きます")),
        ChoiceModel(code="no", label=Words("参加しない", "I will not", "行《い》きません")),
    ),
)
CHILDCARE = QuestionModel(
    preset="childcare",
    kind="yes_no",
    asked="signup",
    way="venue",
    is_arrangement=True,
    label=Words(
        "託児を頼みますか",
        "Do you need childcare?",
        "会《かい》のあいだ、子《こ》どもを預《あず》けますか",
    ),
    choices=(ChoiceModel(code="yes", label=YES.label, opens=True), NO),
    more=QuestionModel(
        kind="short",
        asked="signup",
        way="venue",
        required=True,
        is_arrangement=True,
        label=Words(
            "お子さんの人数と年齢",
            "How many children, and their ages",
            "子《こ》どもの人数《にんずう》と年《とし》",
        ),
    ),
)
SIGN_AND_CAPTIONS = QuestionModel(
    preset="sign",
    kind="several",
    is_arrangement=True,
    label=Words(
        "手話通訳・要約筆記",
        "Sign language and captions",
        "手話《しゅわ》と、話《はなし》を字《じ》にすること",
    ),
    choices=(_SIGN, _CAPTIONS),
)
WHEELCHAIR = QuestionModel(
    preset="wheelchair",
    kind="several",
    way="venue",
    is_arrangement=True,
    label=Words("車椅子席", "Wheelchair places", "車椅子《くるまいす》の席《せき》"),
    choices=(_WHEELCHAIR,),
)
DOCUMENTS = QuestionModel(
    preset="documents",
    kind="several",
    is_arrangement=True,
    label=Words(
        "資料の形(テキストデータ・点字・拡大文字)",
        "Papers in another form",
        "資料《しりょう》の形《かたち》",
    ),
    choices=(
        ChoiceModel(
            code="text", label=Words("テキストデータ", "Plain text file", "テキストデータ")
        ),
        ChoiceModel(code="braille", label=Words("点字", "Braille", "点字《てんじ》")),
        ChoiceModel(code="large", label=Words("拡大文字", "Large print", "大《おお》きい字《じ》")),
    ),
)
HELPER = QuestionModel(
    preset="helper",
    kind="several",
    way="venue",
    is_arrangement=True,
    label=Words(
        "介助者・盲導犬",
        "Helper or guide dog",
        "手伝《てつだ》う人《ひと》・盲導犬《もうどうけん》",
    ),
    choices=(
        ChoiceModel(
            code="helper",
            label=Words(
                "介助者といっしょに来ます",
                "I come with a helper",
                "手伝《てつだ》う人《ひと》といっしょに来《き》ます",
            ),
            seats=1,
        ),
        ChoiceModel(
            code="dog",
            label=Words(
                "盲導犬などの補助犬といっしょに来ます",
                "I come with an assistance dog",
                "盲導犬《もうどうけん》などといっしょに来《き》ます",
            ),
        ),
    ),
)
ACCESS = QuestionModel(
    preset="access",
    kind="long",
    asked="signup",
    way="venue",
    is_arrangement=True,
    label=Words(
        "会場までと会場での配慮",
        "Help on the way and at the venue",
        "会場《かいじょう》で手伝《てつだ》ってほしいこと",
    ),
)
ARRANGEMENTS = QuestionModel(
    preset="arrangements",
    kind="several",
    asked="signup",
    is_arrangement=True,
    label=Words(
        "当日の配慮", "Arrangements on the day", "当日《とうじつ》に準備《じゅんび》してほしいこと"
    ),
    choices=(
        _SIGN,
        _CAPTIONS,
        _WHEELCHAIR,
        ChoiceModel(
            code="childcare",
            label=Words("託児", "Childcare", "子《こ》どもを預《あず》けること"),
        ),
    ),
)

PRESETS: dict[str, QuestionModel] = {
    one.preset: one
    for one in (
        *(LUNCH, PARTY, ARRANGEMENTS, CHILDCARE, SIGN_AND_CAPTIONS, WHEELCHAIR),
        *(DOCUMENTS, HELPER, ACCESS),
    )
}
"""By their codes, in the order in which the office sees them."""


def choices_of(kind: Kind, own: tuple[ChoiceModel, ...]) -> tuple[ChoiceModel, ...]:
    """The choices of a question of the office's own: ``own`` where the kind lets one choose."""
    if kind == "yes_no":
        return (YES, NO)
    if kind == "consent":
        return (AGREE,)
    return own if kind in {"one", "several"} else ()
