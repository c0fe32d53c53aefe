"""Answers in a list: what a cell says to a question, and what of it is to be stored. Pure.

Several choices are told as an export tells them: 弁当、お茶. Empty cells say nothing. What is to be
arranged never stands in a list, so neither do questions that hang together with it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.base.languages import LOCALES
from app.base.text import clean_block, clean_line, has_control, nfkc
from app.events.facts import ChoiceView, Offer, QuestionView
from app.registration import wishes
from app.registration.facts import AnswerEntry
from app.registration.forms.entry import same_text
from app.registration.forms.questions import CHOSEN, HIGHEST, LONG, MANY, SHORT
from app.registration.imports.cells import REPLACEMENT, Bad, Problem, shown
from app.registration.imports.fates import Verdict, is_same
from app.registration.lists.cp932 import MISSING
from app.registration.lists.said import BETWEEN, Said

MOST_CHOICES = 400
"""Characters of the choices that are told where a cell is none of them."""
_SEPARATORS = re.compile(r"[、,，;；/／\n]")
_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0+)?")


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer that is to be stored in place of ``was``; nothing where it is to be none.

    ``once``: it is asked once for the whole sign-up. ``was`` and ``told`` are ``Said.plain``.
    """

    question_id: int
    once: bool
    choices: tuple[int, ...] = ()
    text: str = ""
    was_choices: tuple[int, ...] = ()
    was_text: str = ""

    @property
    def told(self) -> str:
        """As the history keeps it."""
        return Said(self.choices, (), self.text).plain

    @property
    def was(self) -> str:
        """What was answered before, as the history keeps it."""
        return Said(self.was_choices, (), self.was_text).plain

    @property
    def added(self) -> frozenset[int]:
        """The choices that were not made before."""
        return frozenset(self.choices) - frozenset(self.was_choices)

    @property
    def back(self) -> "Answered":
        """The same the other way round."""
        return replace(
            self,
            choices=self.was_choices,
            text=self.was_text,
            was_choices=self.choices,
            was_text=self.text,
        )


def kept(answers: Sequence[Answered]) -> list[dict[str, Any]]:
    """As a row of an import keeps them."""
    return [vars(one) for one in answers]


def read_kept(given: Mapping[str, Any]) -> tuple[Answered, ...]:
    """What ``kept`` made of them, from the values of a row."""
    return tuple(
        Answered(
            question_id=one["question_id"],
            once=one["once"],
            choices=tuple(one["choices"]),
            text=one["text"],
            was_choices=tuple(one["was_choices"]),
            was_text=one["was_text"],
        )
        for one in given.get("answers", ())
    )


@dataclass(kw_only=True)
class Asked:
    """The questions of a meeting that a list can answer.

    ``words``: of each choice in every language. ``left``: how many more can make each choice, less
    those of the rows so far; None for no limit.
    """

    event_id: int
    offer: Offer
    words: Mapping[int, Collection[str]]
    left: dict[int, int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, event_id: int, offers: Sequence[Offer]) -> "Asked":
        """The questions of one meeting. ``offers``: the same in each language, Japanese first."""
        mine = [offer.only([event_id]) for offer in offers]
        words: dict[int, list[str]] = {}
        for offer in mine:
            for choice in _choices(offer):
                words.setdefault(choice.id, []).append(choice.label)
        left = {choice.id: choice.left for choice in _choices(mine[0])}
        return cls(event_id=event_id, offer=mine[0], words=words, left=left)

    def question(self, question_id: int) -> QuestionView | None:
        """One of the questions; None for another, or one that is to be arranged."""
        every = (one for one in self.offer.questions if not one.is_arrangement)
        return next((one for one in every if one.id == question_id), None)

    def told(self, question: QuestionView, answer: Answered) -> str:
        """An answer in words."""
        labels = [one.label for one in question.choices if one.id in answer.choices]
        return BETWEEN.join(labels) or answer.text


def _choices(offer: Offer) -> Iterator[ChoiceView]:
    return (choice for question in offer.questions for choice in question.choices)


def code_of(question_id: int) -> str:
    """By which the matching of columns names a question."""
    return f"q{question_id}"


def read(question: QuestionView, words: Mapping[int, Collection[str]], raw: str) -> Answered:
    """What a cell answers.

    Raises:
        Bad: it is no answer to this question.
    """
    once = question.asked != "person"
    if question.kind in CHOSEN:
        ids = _chosen(question, words, raw)
        return Answered(question_id=question.id, once=once, choices=ids)
    return Answered(question_id=question.id, once=once, text=_text(question, raw))


def _text(question: QuestionView, raw: str) -> str:
    if question.kind == "number":
        found = _WHOLE.fullmatch(nfkc(clean_line(raw)).replace(",", ""))
        if found is None or int(found[1]) > HIGHEST:
            raise Bad("no_number")
        return str(int(found[1]))
    is_long = question.kind == "long"
    text = clean_block(raw) if is_long else clean_line(raw)
    if len(text) > (LONG if is_long else SHORT):
        raise Bad("long_answer" if is_long else "short_answer")
    if has_control(text, multiline=is_long) or REPLACEMENT in text:
        raise Bad("unreadable")
    if MISSING in text:
        raise Bad("lost_characters")
    return text


def _chosen(
    question: QuestionView, words: Mapping[int, Collection[str]], raw: str
) -> tuple[int, ...]:
    known = {same_text(word): one.id for one in question.choices for word in words[one.id]}
    ids = _parts(known, raw) if question.kind in MANY else None
    if ids is None:
        single = known.get(same_text(raw))
        ids = () if single is None else (single,)
    if not ids:
        raise Bad("lost_characters" if MISSING in raw else "no_choice")
    return tuple(one.id for one in question.choices if one.id in ids)


def _parts(known: Mapping[str, int], raw: str) -> tuple[int, ...] | None:
    """The choices that a text names one after the other; None where anything else is in it.

    What separates choices may stand within one, so the longest that fits is taken.
    """
    rest = _SEPARATORS.split(raw)
    found: list[int] = []
    ends = [match.end() for match in _SEPARATORS.finditer(raw)]
    starts = [0, *ends]
    at = 0
    while at < len(rest):
        for until in range(len(rest), at, -1):
            stop = ends[until - 1] - 1 if until < len(rest) else len(raw)
            one = known.get(same_text(raw[starts[at] : stop]))
            if one is not None:
                found.append(one)
                at = until
                break
        else:
            if rest[at].strip():
                return None
            at += 1
    return tuple(found)


def judge(  # noqa: PLR0913  # a row, whom it is about, and what they have said
    asked: Asked,
    cells: Mapping[int, str],
    verdict: Verdict,
    *,
    ways: Collection[str],
    of_signup: Collection[str],
    holds: bool,
) -> Verdict:
    """A verdict with what the row answers; answers are taken from the places that choices have.

    Args:
        asked: the questions.
        cells: by question what stands in its column.
        verdict: 'new', 'changed' or 'same'.
        ways: by which the person comes; none where they do not.
        of_signup: by which anybody of their sign-up does.
        holds: whether they have a place, so that their choices take one.
    """
    said = verdict.known.said if verdict.known else {}
    problems: list[Problem] = []
    told: dict[int, Answered] = {}
    for question_id, raw in cells.items():
        question = asked.question(question_id)
        if question is None or _says(said.get(question_id), raw):
            continue
        try:
            answer = read(question, asked.words, raw)
        except Bad as bad:
            about = _with_choices(question, raw) if str(bad) == "no_choice" else shown(raw)
            problems.append(Problem(field=code_of(question_id), code=str(bad), about=about))
            continue
        was = said.get(question_id, Said())
        answer = replace(answer, was_choices=was.choices, was_text=was.text)
        if answer.told != answer.was:
            told[question_id] = answer
    every = {**said, **{one: Said(a.choices, (), a.text) for one, a in told.items()}}
    open_ones = _open(asked, every, ways, of_signup)
    told |= _closed(asked, said, told, open_ones)
    problems += _refusals(asked, told, open_ones)
    if not problems:
        problems += _take(asked, told, holds=holds)
    return _with(asked, verdict, said, told, problems)


def _with_choices(question: QuestionView, raw: str) -> str:
    """What was written, and below it what could have been."""
    return f"{shown(raw)}\n{BETWEEN.join(one.label for one in question.choices)[:MOST_CHOICES]}"


def _says(said: Said | None, raw: str) -> bool:
    told = " ".join(raw.split())
    return said is not None and any(
        is_same(told, " ".join(said.words(locale).split())) for locale in LOCALES
    )


def _open(
    asked: Asked, said: Mapping[int, Said], ways: Collection[str], of_signup: Collection[str]
) -> set[int]:
    """The questions that are put to this person, answered as they are."""
    entries = [
        AnswerEntry(question_id=one, choice_ids=told.choices, text=told.text)
        for one, told in said.items()
    ]
    return {
        question.id
        for of, coming in (("person", ways), ("signup", of_signup))
        for question in wishes.asked(asked.offer, of, {asked.event_id: coming}, entries)
    }


def _closed(
    asked: Asked, said: Mapping[int, Said], told: Mapping[int, Answered], open_ones: set[int]
) -> dict[int, Answered]:
    """What was answered, but is asked no longer with what is answered now: it goes."""
    found = {}
    for question in asked.offer.questions:
        was = said.get(question.id)
        hangs = question.depends_on_id in told or question.depends_on_id in found
        if was and hangs and question.id not in open_ones and question.id not in told:
            found[question.id] = Answered(
                question_id=question.id,
                once=question.asked != "person",
                was_choices=was.choices,
                was_text=was.text,
            )
    return found


def _refusals(asked: Asked, told: Mapping[int, Answered], open_ones: set[int]) -> Iterator[Problem]:
    for question_id, answer in told.items():
        question = asked.question(question_id)
        if question is None:
            continue
        about = shown(asked.told(question, answer))
        if _is_for_the_page(asked, question, answer):
            yield Problem(field=code_of(question_id), code="only_compared", about=about)
        elif answer.told and question_id not in open_ones:
            yield Problem(field=code_of(question_id), code="not_asked", about=about)


def _is_for_the_page(asked: Asked, question: QuestionView, answer: Answered) -> bool:
    """Whether more hangs on an answer than a list tells: seats, or what is to be arranged."""
    ids = {*answer.choices, *answer.was_choices}
    seats = any(one.seats for one in question.choices if one.id in ids)
    arranged = {one.id for one in asked.offer.questions if one.is_arrangement}
    hangs = any(
        one.depends_on_id == question.id for one in asked.offer.questions if one.id in arranged
    )
    return seats or hangs or question.depends_on_id in arranged


def _take(asked: Asked, told: Mapping[int, Answered], *, holds: bool) -> list[Problem]:
    """Take the places of choices, or say which have none left."""
    added = [(one, choice) for one, answer in told.items() for choice in sorted(answer.added)]
    if not holds:
        return []
    full = [
        Problem(field=code_of(one), code="choice_full", about=next(iter(asked.words[choice])))
        for one, choice in added
        if asked.left[choice] is not None and (asked.left[choice] or 0) < 1
    ]
    if full:
        return full
    for _one, choice in added:
        left = asked.left[choice]
        asked.left[choice] = None if left is None else left - 1
    return []


def _with(
    asked: Asked,
    verdict: Verdict,
    said: Mapping[int, Said],
    told: Mapping[int, Answered],
    problems: Sequence[Problem],
) -> Verdict:
    words = {
        one: asked.told(question, answer)
        for one, answer in told.items()
        if (question := asked.question(one)) is not None
    }
    given = {**verdict.given, "answers": kept([told[one] for one in words])}
    if verdict.fate == "new":
        given |= {code_of(one): text for one, text in words.items()}
        fate, changes = "new", verdict.changes
    else:
        changes = (
            *verdict.changes,
            *(
                (code_of(one), said.get(one, Said()).words(LOCALES[0]), text)
                for one, text in words.items()
            ),
        )
        fate = "changed" if changes else "same"
    return replace(
        verdict,
        fate="refused" if problems else fate,
        changes=changes,
        given=given,
        problems=(*verdict.problems, *problems),
    )
