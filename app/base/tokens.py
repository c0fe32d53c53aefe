"""Signed values: personal links, one-time form keys, and digests of content.

HMAC-SHA-256 (RFC 2104) cut to 128 bits; the first key signs, all are accepted, so that keys can be
changed without breaking the links in letters already sent.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache

SHORTEST_KEY = 16
"""Bytes; 128 bits are as strong as the signature."""
_MAC = 16
_NONCE = 16
_TIME = 8
_LONGEST_TOKEN = 400
_LARGEST = 2**63 - 1
_MORE = 0x80
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class FormTokenProblem(Enum):
    """Why a form's signed value was not taken."""

    MISSING = "missing"
    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class FormToken:
    """A form's signed value: ``key`` (32 hex digits, once per form shown), and when (UTC)."""

    key: str
    issued_at: datetime


class _Keys:
    """The keys, ready to sign; ``domain`` keeps one kind of token from passing as another."""

    def __init__(self, keys: Sequence[bytes], domain: bytes) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"a key needs at least {SHORTEST_KEY} bytes")
        self._started = [hmac.new(key, domain, hashlib.sha256) for key in keys]

    def macs(self, purpose: str, payload: bytes) -> list[bytes]:
        """Sign with every key, the one in use first."""
        name = purpose.encode()
        text = len(name).to_bytes(4, "big") + name + payload
        macs = []
        for started in self._started:
            mac = started.copy()
            mac.update(text)
            macs.append(mac.digest()[:_MAC])
        return macs

    def verify(self, purpose: str, payload: bytes, mac: bytes) -> bool:
        """Compare with every key, in the same time whether or not one fits."""
        matches = [hmac.compare_digest(mac, own) for own in self.macs(purpose, payload)]
        return any(matches)


class LinkSigner:
    """Signs the numbers in a link, such as a registration and its link version.

    A token is lower-case base32 (RFC 4648) without padding, only a–z and 2–7, so mail programs
    neither break it nor leave off its end. It holds the numbers readably, and does not expire.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the key in use, then older ones.

        Raises:
            ValueError: there is none, or one is shorter than 16 bytes.
        """
        self._keys = _Keys(keys, b"tsudoi link 1\0")

    def sign(self, purpose: str, *numbers: int) -> str:
        """Make the one token for these numbers and this purpose.

        Raises:
            ValueError: a number is negative or has more than 63 bits.
        """
        payload = b"".join(map(_pack, numbers))
        return _encode(payload + self._keys.macs(purpose, payload)[0])

    def verify(self, purpose: str, token: str, count: int) -> tuple[int, ...] | None:
        """Give back the ``count`` numbers of a token, or None when it is not ours to the letter."""
        data = _decode(token)
        if data is None or len(data) < _MAC:
            return None
        payload, mac = data[:-_MAC], data[-_MAC:]
        if not self._keys.verify(purpose, payload, mac):
            return None
        numbers = _unpack(payload)
        return numbers if len(numbers) == count else None


@lru_cache(2)
def link_signer(keys: tuple[bytes, ...]) -> LinkSigner:
    """A ``LinkSigner`` made ready once: a sign-up signs four links."""
    return LinkSigner(keys)


class FormSigner:
    """Signs a form shown to somebody: at once CSRF token and one-time key, without a cookie."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the key in use, then older ones.

        Raises:
            ValueError: there is none, or one is shorter than 16 bytes.
        """
        self._keys = _Keys(keys, b"tsudoi form 1\0")

    def issue(self, purpose: str, now: datetime) -> str:
        """Make a new value for one showing of a form; ``now`` is aware.

        Raises:
            ValueError: ``now`` is naive.
        """
        _require_aware(now)
        stamp = ((now - _EPOCH) // _MICROSECOND).to_bytes(_TIME, "big", signed=True)
        payload = secrets.token_bytes(_NONCE) + stamp
        return _encode(payload + self._keys.macs(purpose, payload)[0])

    def read(
        self, purpose: str, raw: str | None, now: datetime, max_age: timedelta
    ) -> FormToken | FormTokenProblem:
        """Check a value that came back with a form; it is good until ``max_age`` has passed.

        One issued a little after ``now``, by a machine whose clock is ahead, is good as well.

        Raises:
            ValueError: ``now`` is naive.
        """
        _require_aware(now)
        if not raw:
            return FormTokenProblem.MISSING
        data = _decode(raw)
        if data is None or len(data) != _NONCE + _TIME + _MAC:
            return FormTokenProblem.FORGED
        if not self._keys.verify(purpose, data[:-_MAC], data[-_MAC:]):
            return FormTokenProblem.FORGED
        stamp = int.from_bytes(data[_NONCE:-_MAC], "big", signed=True)
        issued_at = _EPOCH + stamp * _MICROSECOND
        if now - issued_at > max_age:
            return FormTokenProblem.EXPIRED
        return FormToken(key=data[:_NONCE].hex(), issued_at=issued_at)


@lru_cache(2)
def form_signer(keys: tuple[bytes, ...]) -> FormSigner:
    """A ``FormSigner`` made ready once."""
    return FormSigner(keys)


def content_digest(mapping: Mapping[str, object]) -> str:
    """Give SHA-256 in hex of the mapping as JSON with sorted keys: equal content, equal digest.

    Raises:
        TypeError: a value is not plain JSON (text, number, truth, None, list, dict).
        ValueError: a number is not finite.
    """
    text = json.dumps(dict(mapping), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _require_aware(moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError("an aware moment is needed")


def _encode(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def _decode(token: str) -> bytes | None:
    """Undo ``_encode``; None for every text that ``_encode`` does not make."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    try:
        data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    # The last letter has spare bits, and upper case decodes too: only one form is ours.
    return data if _encode(data) == token else None


def _pack(number: int) -> bytes:
    """Write a number in sevens of bits, lowest first (LEB128)."""
    if not 0 <= number <= _LARGEST:
        raise ValueError("a number in a link has 0 to 63 bits and no sign")
    packed = bytearray()
    while number >= _MORE:
        packed.append(number % _MORE | _MORE)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _unpack(payload: bytes) -> tuple[int, ...]:
    """Read back what ``_pack`` wrote; called only on signed payloads."""
    numbers: list[int] = []
    number = shift = 0
    for byte in payload:
        number |= (byte % _MORE) << shift
        shift += 7
        if byte < _MORE:
            numbers.append(number)
            number = shift = 0
    return tuple(numbers)
