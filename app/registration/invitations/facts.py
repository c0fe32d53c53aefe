"""What is shown of invitations, and what a new one is made of: frozen."""

from dataclasses import dataclass
from datetime import datetime

from app.registration.invitations.rules import State


@dataclass(frozen=True, kw_only=True)
class NewInvitation:
    """A link to be made: ``models.Invitation`` says what each is."""

    label: str
    email: str = ""
    locale: str = "ja"
    places: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class InvitationView:
    """A link with how many people ``used`` it; moments aware UTC.

    ``slug``: of its meeting; ``letter``: the state of the last letter with it, '' for none;
    ``unsent``: none was written to its address yet.
    """

    id: int
    event_id: int
    slug: str
    label: str
    email: str
    places: int | None
    used: int
    expires_at: datetime | None
    created_at: datetime
    state: State
    letter: str = ""
    unsent: bool = False

    @property
    def left(self) -> int | None:
        """How many more people can sign up by it, never negative; None for any number."""
        return None if self.places is None else max(0, self.places - self.used)


@dataclass(frozen=True, kw_only=True)
class ListPlan:
    """What inviting a list would do: a link by letter, a link to hand out, nothing new.

    ``there``: links of people of the list that nobody has used yet, so that they get no second one.
    ``writes``: whether letters go at all, which they do not for a draft. ``seen``: by which a page
    knows the plan that it shows.
    """

    mailed: tuple[NewInvitation, ...]
    handed: tuple[NewInvitation, ...]
    there: tuple[InvitationView, ...]
    writes: bool
    seen: str
