"""What goes into a sign-up, and what is shown of one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """A checked form: texts are cleaned, '' where not given; ``locale`` is 'ja', 'en' or 'easy'."""

    slug: str
    name: str
    reading: str
    organisation: str
    email: str
    email_may_fail: bool
    telephone: str
    way: str
    note: str
    locale: str
    form_key: str
    form_digest: str
    notice_version: int


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the service gives back: where the completion page and the personal page are."""

    registration_id: int
    link_version: int
    number: str
    created: bool


@dataclass(frozen=True, kw_only=True)
class SignupView:
    """One sign-up as its owner sees it; ``created_at`` local to the meeting."""

    registration_id: int
    link_version: int
    event_id: int
    number: str
    name: str
    reading: str
    organisation: str
    email: str
    telephone: str
    note: str
    way: str
    state: str
    created_at: datetime
    locale: str
