"""The invented people of a practice: some of each kind that a desk meets."""

from app.registration.desk.registering import Newcomer
from app.registration.rules import State

_FAMILIES = (("見本", "みほん"), ("例", "れい"), ("練習", "れんしゅう"), ("試作", "しさく"))
_GIVEN = (
    *(("花子", "はなこ"), ("太郎", "たろう"), ("桜", "さくら"), ("茂", "しげる")),
    *(("和子", "かずこ"), ("𠮷雄", "よしお"), ("実", "みのる"), ("恵", "めぐみ")),
)
_ORGANISATIONS = ("ワーカーズ・コレクティブ 見本の森", "企業組合 見本の畑", "見本の家", "")
_ONLINE = frozenset({4, 11})
_WITHOUT_PLACE: dict[int, State] = {7: "waiting", 25: "waiting", 28: "requested"}
_GONE = {24: "cancelled", 26: "declined", 29: "cancelled", 31: "declined"}


def _person(number: int) -> Newcomer:
    family, family_reading = _FAMILIES[number % len(_FAMILIES)]
    given, given_reading = _GIVEN[number // len(_FAMILIES)]
    return Newcomer(
        name=f"{family} {given}",
        reading=f"{family_reading} {given_reading}",
        organisation=_ORGANISATIONS[number % len(_ORGANISATIONS)],
        way="online" if number in _ONLINE else "venue",
        state=_WITHOUT_PLACE.get(number, "confirmed"),
    )


_NUMBERS = range(len(_FAMILIES) * len(_GIVEN))
PEOPLE = tuple(_person(number) for number in _NUMBERS if number not in _GONE)
GONE = tuple((_person(number), state) for number, state in _GONE.items())
"""Those who had a place, and what became of it."""
