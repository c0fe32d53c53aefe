"""Hashing passwords with argon2 (RFC 9106), never inside a transaction.

One hash takes 64 MiB and a good part of a second's tenth, so a process makes only a few at once:
fifty people who log in together wait in line and nobody runs out of memory.
"""

from functools import cache
from threading import BoundedSemaphore

from flask_security.utils import hash_password as _hash
from flask_security.utils import verify_password as _verify

from app.base.text import nfkc

AT_ONCE = 4
SHORTEST, LONGEST = 12, 200

_LEFT = 5
"""Different characters that are left of a good password, without what everybody would try."""
_FIRST_TRIED = (
    *(
        "password",
        "passwort",
        "passw0rd",
        "p@ssw0rd",
        "tsudoi",
        "つどい",
        "login",
        "admin",
        "office",
    ),
    *("qwertyuiop", "qwerty", "asdfghjkl", "asdf", "zxcvbnm", "letmein", "welcome", "iloveyou"),
    *("1234567890", "123456789", "12345678", "1234567", "123456", "12345", "1234", "123"),
    *("abcdefg", "abcdef", "abcd", "abc", "sakura", "doraemon"),
)

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


def is_guessable(password: str, *known: str) -> bool:
    """Whether a password is one of those that are tried first.

    That is one of few different characters, a run of the keyboard or of figures with little else,
    or what is ``known`` of the account with little else. NIST SP 800-63B, 3.1.1.2.
    """
    folded = nfkc(password).casefold()
    for word in sorted((*_FIRST_TRIED, *known), key=len, reverse=True):
        if word:
            folded = folded.replace(nfkc(word).casefold(), "")
    return len(set(folded)) < _LEFT


@cache
def _of_nobody() -> str:
    return hash_password("the password of nobody at all")
