"""Who may do what: one role, the meetings that it is for, and an act. Pure.

Rights go by meeting, never by series: of a day of two meetings somebody may work on one alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

ADMINISTRATOR = "administrator"
ORGANISER = "organiser"
RECEPTION = "reception"
ROLES = (ADMINISTRATOR, ORGANISER, RECEPTION)


class Act(Enum):
    """What somebody wants to do."""

    ADMINISTER = "administer"
    """Accounts, settings, the audit log."""
    OVERSEE = "oversee"
    """What is about no single meeting, such as addresses that letters do not reach."""
    ENTER = "enter"
    """The office itself: its lists show what one may see."""
    WORK = "work"
    """On what is about a meeting, or about several of which one is enough."""
    DIRECT = "direct"
    """What concerns several meetings whole: one needs the right to each of them."""
    RECEIVE = "receive"
    """At the desk of a meeting: who comes, and nothing else."""


_STAFF = (ADMINISTRATOR, ORGANISER)
_ROLES_FOR = {
    Act.ADMINISTER: (ADMINISTRATOR,),
    Act.OVERSEE: _STAFF,
    Act.ENTER: _STAFF,
    Act.WORK: _STAFF,
    Act.DIRECT: _STAFF,
    Act.RECEIVE: ROLES,
}


@dataclass(frozen=True, kw_only=True)
class Rights:
    """``meetings``: ids of those that the role is for; None for all, later ones included."""

    role: str = ""
    meetings: frozenset[int] | None = frozenset()

    def may(self, act: Act, meetings: Collection[int] = ()) -> bool:
        """Whether somebody with these rights may do ``act``.

        Args:
            act: what they want to do.
            meetings: ids of the meetings that it is about; asked only for WORK, DIRECT, RECEIVE.
        """
        return self.role in _ROLES_FOR[act] and self._reaches(act, meetings)

    def of(self, meetings: Collection[int]) -> frozenset[int]:
        """Those of ``meetings`` that the role is for."""
        return frozenset(meetings) if self.meetings is None else self.meetings & set(meetings)

    def _reaches(self, act: Act, meetings: Collection[int]) -> bool:
        if self.meetings is None or act in {Act.ADMINISTER, Act.ENTER}:
            return True
        if act is Act.OVERSEE:
            return False
        if act is Act.DIRECT:
            return bool(meetings) and self.meetings >= set(meetings)
        return bool(self.of(meetings))


NOBODY = Rights()


def rights_of(role: str, named: Collection[int], *, all_meetings: bool) -> Rights:
    """The rights of an account.

    Args:
        role: one of ``ROLES``; any other word has no right at all.
        named: ids of the meetings that the account names.
        all_meetings: whether an organiser is for all of them. An administrator always is; a
            reception never is: it stands at the desks that it was given.
    """
    if role == ADMINISTRATOR or (role == ORGANISER and all_meetings):
        return Rights(role=role, meetings=None)
    return Rights(role=role, meetings=frozenset(named)) if role in ROLES else NOBODY
