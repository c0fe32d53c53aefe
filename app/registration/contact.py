"""How a sign-up is reached: pure."""

from dataclasses import asdict, dataclass
from typing import Any

from app.base.tokens import content_digest
from app.registration.facts import Signup


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where letters, calls, faxes and postcards to a sign-up go; '' for what is not known."""

    email: str
    email_may_fail: bool
    telephone: str
    fax: str
    postal_address: str

    @property
    def letters(self) -> dict[str, Any]:
        """What the contact is told of when it changes."""
        told = ("email", "email_may_fail", "telephone")
        return {name: value for name, value in asdict(self).items() if name in told}


def digest_of(contact: Contact) -> str:
    """By which a form knows the contact that it shows."""
    return content_digest(asdict(contact))


def contact_of(signup: Signup) -> Contact:
    """How a sign-up is reached."""
    return Contact(
        email=signup.email,
        email_may_fail=signup.email_may_fail,
        telephone=signup.telephone,
        fax=signup.fax,
        postal_address=signup.postal_address,
    )
