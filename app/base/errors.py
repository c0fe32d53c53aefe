"""Typed refusals: what a rule or a service says when it will not do something.

A refusal carries a short ``code`` for the program (the doors choose the words) and the HTTP
``status`` of the page that tells the person.
"""

from typing import ClassVar


class Refusal(Exception):
    """Something was not done; ``code`` says why, ``status`` is the HTTP status (RFC 9110)."""

    status: ClassVar[int] = 400

    def __init__(self, code: str) -> None:
        """Keep the code, for instance ``full`` or ``not_yet``."""
        super().__init__(code)
        self.code = code


class Invalid(Refusal):
    """The person can mend it: shown beside what was typed."""

    status = 422


class Conflict(Refusal):
    """Something has changed meanwhile, such as the last place being taken."""

    status = 409


class ChangedMeanwhile(Conflict):
    """Somebody else has changed it since it was shown; nothing was written over."""


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""

    status = 404


class Gone(Refusal):
    """The link was good once and is used up."""

    status = 410


class Forbidden(Refusal):
    """The person is known and may not do this."""

    status = 403


class Busy(Refusal):
    """A lock or the database could not be had in time; nothing was written, so try again."""

    status = 503
