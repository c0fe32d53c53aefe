"""Hashing passwords with argon2 (RFC 9106), never inside a transaction.

One hash takes 64 MiB and a good part of a second's tenth, so a process makes only a few at once:
fifty people who log in together wait in line and nobody runs out of memory.
"""

from functools import cache
from threading import BoundedSemaphore

from flask_security.utils import hash_password as _hash
from flask_security.utils import verify_password as _verify

AT_ONCE = 4
SHORTEST, LONGEST = 12, 200

_places = BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """Hash a new password; wants an application context."""
    with _places:
        return str(_hash(password))


def verify(password: str, hashed: str | None) -> bool:
    """Tell whether the password fits; without a hash the same work is done for nothing.

    So the time tells nobody whether there is such an account.
    """
    known = hashed if hashed is not None else _of_nobody()
    with _places:
        fits = bool(_verify(password, known))
    return fits and hashed is not None


@cache
def _of_nobody() -> str:
    return hash_password("the password of nobody at all")
