"""The invented people of a practice: some of each kind that a desk meets."""

from app.registration.desk.registering import Newcomer

_FAMILIES = (("見本", "みほん"), ("例", "れい"), ("練習", "れんしゅう"), ("試作", "しさく"))
_GIVEN = (
    *(("花子", "はなこ"), ("太郎", "たろう"), ("桜", "さくら"), ("茂", "しげる")),
    *(("和子", "かずこ"), ("𠮷雄", "よしお")),
)
_ORGANISATIONS = ("ワーカーズ・コレクティブ 見本の森", "企業組合 見本の畑", "見本の家", "")
_ONLINE, _WAITING = frozenset({4, 11}), frozenset({7})


def _person(number: int) -> Newcomer:
    family, family_reading = _FAMILIES[number % len(_FAMILIES)]
    given, given_reading = _GIVEN[number // len(_FAMILIES)]
    return Newcomer(
        name=f"{family} {given}",
        reading=f"{family_reading} {given_reading}",
        organisation=_ORGANISATIONS[number % len(_ORGANISATIONS)],
        way="online" if number in _ONLINE else "venue",
        state="waiting" if number in _WAITING else "confirmed",
    )


PEOPLE = tuple(_person(number) for number in range(len(_FAMILIES) * len(_GIVEN)))
