import pytest

from app.reminders.facts import Text, progress_of


def test_while_letters_are_made_what_is_missing_is_told() -> None:
    told = progress_of(10, making=True, counts={"queued": 3, "accepted": 1, "by_hand": 1})
    assert (told.to_make, told.queued, told.by_mail, told.by_hand) == (5, 3, 9, 1)
    assert not told.is_over


def test_letters_to_be_made_anew_are_to_be_made() -> None:
    counts = {"accepted": 7, "outdated": 2, "queued": 1}
    assert progress_of(10, making=False, counts=counts).to_make == 2
    assert progress_of(12, making=True, counts=counts).to_make == 4


def test_whoever_is_to_be_listed_for_the_telephone_is_no_letter_to_be_made() -> None:
    told = progress_of(10, making=True, counts={"queued": 3, "by_hand": 1}, to_list=2)
    assert (told.to_make, told.to_list, told.by_mail, told.skipped) == (4, 2, 7, 0)
    only = progress_of(2, making=True, counts={}, to_list=2)
    assert (only.to_make, only.is_being_made, only.is_over) == (0, True, False)


def test_what_is_being_sent_counts_as_queued() -> None:
    assert progress_of(2, making=False, counts={"queued": 1, "sending": 1}).queued == 2


def test_whoever_cancelled_meanwhile_is_neither_waited_for_nor_missed() -> None:
    told = progress_of(10, making=False, counts={"accepted": 7, "suppressed": 1})
    assert (told.skipped, told.to_make, told.is_finished) == (3, 0, True)


@pytest.mark.parametrize("left", ["failed", "by_hand", "held"])
def test_it_is_finished_only_when_everybody_has_been_told(left: str) -> None:
    told = progress_of(3, making=False, counts={"accepted": 2, left: 1})
    assert told.is_over
    assert not told.is_finished
    assert progress_of(3, making=False, counts={"accepted": 2, "told": 1}).is_finished


def test_more_letters_than_were_counted_do_no_harm() -> None:
    told = progress_of(1, making=True, counts={"accepted": 3})
    assert (told.to_make, told.skipped) == (0, 0)


def test_a_reader_in_english_gets_the_english_text_where_there_is_one() -> None:
    both = Text(subject="件名", body="本文", subject_en="Subject", body_en="Text")
    assert both.of("en") == ("Subject", "Text")
    assert both.of("ja-easy") == both.of("ja") == ("件名", "本文")
    assert Text(subject="件名", body="本文", body_en="Text").of("en") == ("件名", "Text")
    alone = Text(subject="件名", body="本文", subject_en="Subject")
    assert alone.of("en") == ("件名", "本文")
    assert alone.language_for("en") == "ja"
