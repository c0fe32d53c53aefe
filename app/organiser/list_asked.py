"""Which list an address asks for: a meeting or its whole day, search, filters and order."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.auth.guards import my_rights, require
from app.auth.rights import Act
from app.events.heads import MeetingHead
from app.events.outline import Outline, QuestionHead, get_outline
from app.organiser import searches, words
from app.registration.lists import finding
from app.registration.lists.finding import AnswerFilter, RosterFilter
from app.registration.lists.roster import SORTS
from app.web.arguments import find_id
from app.web.locale import current_locale

CHOSEN = ("state", "way", "standing", "channel", "letters", "arrived")
"""Filters with few known words."""
ARGUMENTS = ("s", "at", *CHOSEN, "role", "org", "answer", "sort")


@dataclass(frozen=True)
class Asked:
    """One list: ``outline`` of its meeting, and the arguments of its address as they came."""

    outline: Outline
    day: bool
    given: Mapping[str, str]

    @property
    def meeting(self) -> MeetingHead:
        """The meeting whose tabs are shown."""
        return self.outline.meeting

    @cached_property
    def scope(self) -> tuple[int, ...]:
        """The ids of the meetings that are shown, whether or not a filter picks one of them."""
        return self.outline.event_ids if self.day else (self.meeting.id,)

    @property
    def has_day(self) -> bool:
        """Whether there is a list of the whole day that the reader may see."""
        ids = self.outline.event_ids
        return len(ids) > 1 and my_rights().may(Act.DIRECT, ids)

    @cached_property
    def at(self) -> int | None:
        """The one meeting of the day whose people are shown; None for all."""
        found = find_id(self.given.get("at"))
        return found if self.day and found in self.scope else None

    @cached_property
    def decides(self) -> bool:
        """Whether the office decides who comes to any of the meetings that are shown."""
        return any(
            one.admission == "approval" for one in self.outline.meetings if one.id in self.scope
        )

    @cached_property
    def questions(self) -> tuple[QuestionHead, ...]:
        """The questions of the meetings that are shown."""
        return tuple(one for one in self.outline.questions if one.event_id in self.scope)

    @cached_property
    def has_standings(self) -> bool:
        """Whether people are asked as what they come, or it is known of anybody."""
        asks = self.outline.asking.intersection(self.scope)
        return bool(asks) or finding.has_standings(self.scope)

    @cached_property
    def roles(self) -> dict[str, str]:
        """Roles that people name: code for addresses → as somebody writes it."""
        return {_code(key): role for key, role in self._role_keys.items()}

    @cached_property
    def _role_keys(self) -> dict[str, str]:
        return finding.list_roles(self.scope)

    @cached_property
    def organisation(self) -> tuple[str, str] | None:
        """The organisation whose people are shown: key and name."""
        booking_id = find_id(self.given.get("org"))
        return None if booking_id is None else finding.find_organisation(self.scope, booking_id)

    @cached_property
    def answers(self) -> dict[str, str]:
        """Codes for what was answered, with their words."""
        return {code: told for one in self.questions for code, told in _answers_to(one)}

    @cached_property
    def values(self) -> dict[str, str]:
        """What counts of the arguments: the address without anything we do not know."""
        known: dict[str, Any] = {name: getattr(words, name.upper()) for name in CHOSEN}
        known |= {"answer": self.answers, "role": self.roles, "sort": SORTS[1:]}
        kept = {name: value for name in known if (value := self.given.get(name)) in known[name]}
        if self.at is not None:
            kept["at"] = str(self.at)
        if self.organisation is not None:
            kept["org"] = self.given["org"]
        if searches.find(self.given.get("s", "")):
            kept["s"] = self.given["s"]
        return {name: value or "" for name, value in kept.items()}

    @cached_property
    def lost_search(self) -> bool:
        """Whether the address is of a search that this browser does not know (any more)."""
        return bool(self.given.get("s")) and "s" not in self.values

    @cached_property
    def wanted(self) -> RosterFilter:
        """For the queries."""
        get = self.values.get
        role = get("role", "")
        return RosterFilter(
            event_ids=self.scope if self.at is None else (self.at,),
            q=searches.find(get("s", "")),
            **{name: get(name, "") for name in CHOSEN},
            role=next((key for key in self._role_keys if _code(key) == role), "") if role else "",
            organisation=self.organisation[0] if self.organisation else None,
            answer=self._answer(get("answer", "")),
            sort=get("sort", "reading"),
        )

    def _answer(self, code: str) -> AnswerFilter | None:
        question_id, _colon, choice = code.partition(":")
        question = self.outline.question(find_id(question_id) or 0)
        if question is None:
            return None
        return AnswerFilter(
            question_id=question.id,
            event_id=question.event_id,
            asked=question.asked,
            way=question.way,
            choice_id=find_id(choice),
            given=choice != "none",
        )

    @cached_property
    def conditions(self) -> list[tuple[str, str]]:
        """Each condition in words, with the address that takes it off."""
        told = {name: getattr(words, name.upper()).get(self.values.get(name)) for name in CHOSEN}
        told["q"] = self.wanted.q
        told["at"] = self.outline.meeting_of(self.at).title if self.at else ""
        told["role"] = self.roles.get(self.values["role"]) if "role" in self.values else ""
        told["org"] = (self.organisation[1] or _("No organisation")) if self.organisation else ""
        told["answer"] = self.answers.get(self.values.get("answer", ""))
        arguments = {"q": "s"}
        return [
            (str(text), self.link(**{arguments.get(name, name): ""}))
            for name, text in told.items()
            if text
        ]

    def arguments(self, **other: Any) -> dict[str, Any]:
        """The arguments of an address with the same conditions, but for ``other``."""
        return {name: value for name, value in {**self.values, **other}.items() if value}

    def link(self, to: str = "registrations", /, **other: Any) -> str:
        """The address of a page about the same people, but for ``other``."""
        return self._link_to(to, self.day, **other)

    def link_over(self, *, day: bool) -> str:
        """The address of the list of this meeting, or of the whole day, under these conditions.

        Those that the other list does not know fall off there.
        """
        return self._link_to("registrations", day)

    def _link_to(self, to: str, day: bool, /, **other: Any) -> str:  # noqa: FBT001  # of the address
        where: dict[str, Any] = {"slug": self.meeting.slug, "day": day}
        return url_for(f".{to}", **where, **self.arguments(**other))

    @property
    def everybody(self) -> str:
        """The address of the list without any condition, in the same order."""
        without = dict.fromkeys(self.values, "")
        return self.link(**{**without, "sort": self.values.get("sort", "")})


def read(slug: str, day: bool, given: Mapping[str, str]) -> Asked:  # noqa: FBT001  # of the address
    """What an address or a form asks for.

    Raises:
        NotFound: there is no such meeting, or the day has others that are not the reader's.
    """
    outline = get_outline(slug, current_locale())
    if day:
        require(Act.DIRECT, outline.event_ids)
    kept = {name: given[name] for name in ARGUMENTS if given.get(name)}
    return Asked(outline, day and len(outline.meetings) > 1, kept)


def _code(key: str) -> str:
    """The last letters of a ``group_key`` are made of the text, and tell nobody what it is."""
    return key[-10:]


def _answers_to(question: QuestionHead) -> list[tuple[str, str]]:
    label = question.label
    found = [
        (f"{question.id}:{choice}", _("%(question)s: %(choice)s", question=label, choice=text))
        for choice, text in question.choices.items()
    ]
    if not found:
        found = [(f"{question.id}:any", _("%(question)s: answered", question=label))]
    return [*found, (f"{question.id}:none", _("%(question)s: not answered", question=label))]
