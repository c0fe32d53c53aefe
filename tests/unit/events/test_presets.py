import pytest

from app.base.furigana import annotate, bare
from app.events.models import QUESTION_KINDS
from app.events.presets import PRESETS, QuestionModel, Words, choices_of


def every() -> list[QuestionModel]:
    found = list(PRESETS.values())
    return [*found, *(one.more for one in found if one.more)]


def texts() -> list[Words]:
    return [words for one in every() for words in (one.label, *(c.label for c in one.choices))]


@pytest.mark.parametrize("words", texts(), ids=lambda words: words.en)
def test_every_text_is_in_all_languages_and_its_readings_can_be_read(words: Words) -> None:
    assert words.ja
    assert words.en
    assert words.easy
    assert not set("《》|") & set(bare(annotate(words.easy)))


def test_presets_are_questions_that_can_be_stored() -> None:
    for one in every():
        assert one.kind in QUESTION_KINDS
        assert bool(one.choices) == (one.kind in {"one", "several", "yes_no", "consent"})
        opened = any(choice.opens for choice in one.choices)
        assert opened == (one.more is not None)
        codes = [choice.code for choice in one.choices]
        assert len(set(codes)) == len(codes)


def test_a_helper_takes_a_seat_and_what_is_arranged_is_marked() -> None:
    assert [choice.seats for choice in PRESETS["helper"].choices] == [1, 0]
    plain = {code for code, one in PRESETS.items() if not one.is_arrangement}
    assert plain == {"lunch", "party"}


@pytest.mark.parametrize(
    ("kind", "codes"), [("yes_no", ["yes", "no"]), ("consent", ["yes"]), ("long", [])]
)
def test_kinds_that_bring_their_choices(kind: str, codes: list[str]) -> None:
    found = choices_of(kind, PRESETS["lunch"].choices)  # type: ignore[arg-type]  # a parameter
    assert [choice.code for choice in found] == codes
