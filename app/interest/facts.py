"""What goes into an interest, and what is shown of one."""

from dataclasses import dataclass

from app.interest.rules import Page


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A checked form: texts are cleaned, '' where not given; ``locale`` is 'ja' or 'en'.

    ``form_key`` is of the form that was shown: the same form twice makes one letter.
    """

    slug: str
    name: str
    organisation: str
    email: str
    locale: str
    form_key: str


@dataclass(frozen=True, kw_only=True)
class InterestView:
    """One interest as its owner sees it."""

    id: int
    event_id: int
    name: str
    organisation: str
    email: str
    locale: str
    page: Page


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """What somebody told us with their interest, to be filled in to the sign-up form of ``slug``.

    Texts are '' where not given; ``locale`` is 'ja' or 'en'.
    """

    slug: str
    name: str
    organisation: str
    email: str
    locale: str
