"""What stands on paper about people: frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from app.base.postal import addressee, split_address, untitled


def stamp(*parts: str) -> str:
    """Eight letters that differ where what is printed differs; too few to tell what it was."""
    return blake2b("\n".join(parts).encode(), digest_size=4).hexdigest()


@dataclass(frozen=True, kw_only=True)
class PaperFilter:
    """Who of a meeting: ``way`` and ``state`` '' for any, ``number`` None for every sign-up."""

    event_id: int
    way: str = ""
    state: str = "confirmed"
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class GoneBadge:
    """A badge that was printed for somebody who has no place any more."""

    name: str
    reading: str
    organisation: str


@dataclass(frozen=True, kw_only=True)
class GoneBadges:
    """Some of them; ``total``: how many there are in all."""

    lines: tuple[GoneBadge, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """One person at the meeting, as they stand on a roster or a badge."""

    booking_id: int
    participant_id: int
    number: str
    name: str
    reading: str
    organisation: str
    role: str
    standing: str
    way: str
    state: str
    telephone: str

    @property
    def key(self) -> int:
        """By what its badge is marked as printed."""
        return self.participant_id

    @property
    def called(self) -> str:
        """The name as it stands on the badge: without 様 and the like."""
        return untitled(self.name)

    @property
    def house(self) -> str:
        """The organisation as it stands on the badge, which addresses nobody: without a title."""
        return untitled(self.organisation)

    @property
    def stamp(self) -> str:
        """Of all that stands on the badge."""
        told = (self.name, self.reading, self.organisation, self.role, self.number)
        return stamp(*told, *([self.standing] if self.standing else []))


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One sign-up with whom an envelope goes to; ``postal_address`` '' where none is known."""

    registration_id: int
    number: str
    name: str
    organisation: str
    postal_address: str
    telephone: str
    locale: str

    @property
    def key(self) -> int:
        """By what its label is marked as printed."""
        return self.registration_id

    @property
    def to(self) -> tuple[str, ...]:
        """宛名 with its title."""
        return addressee(self.organisation, self.name, english=self.locale == "en")

    @property
    def code(self) -> str:
        """The postal code as 231-0000; '' where none was given."""
        code, _rest = split_address(self.postal_address)
        return f"{code[:3]}-{code[3:]}" if code else ""

    @property
    def address(self) -> tuple[str, ...]:
        """The lines of the address behind its code."""
        return tuple(split_address(self.postal_address)[1].split("\n"))

    @property
    def stamp(self) -> str:
        """Of all that stands on the label."""
        return stamp(self.postal_address, *self.to)


@dataclass(frozen=True, kw_only=True)
class Attended:
    """Somebody who came, and on which days (local to the meeting)."""

    person: PersonLine
    days: tuple[date, ...]


@dataclass(frozen=True, kw_only=True)
class LastPrint:
    """When labels of a kind were last printed (aware UTC) and by whom; how many in all."""

    at: datetime
    by: str
    number: int
