import pytest

from app.auth.rights import Act, Rights, rights_of

ADMINISTRATOR = rights_of("administrator", (), all_meetings=False)
ORGANISER = rights_of("organiser", (), all_meetings=True)
LIMITED = rights_of("organiser", (1, 2), all_meetings=False)
RECEPTION = rights_of("reception", (1,), all_meetings=True)
NOBODY = rights_of("reader", (1,), all_meetings=True)


@pytest.mark.parametrize(
    ("act", "meetings", "who"),
    [
        (Act.ADMINISTER, (), {ADMINISTRATOR}),
        (Act.OVERSEE, (), {ADMINISTRATOR, ORGANISER}),
        (Act.ENTER, (), {ADMINISTRATOR, ORGANISER, LIMITED}),
        (Act.WORK, (1,), {ADMINISTRATOR, ORGANISER, LIMITED}),
        (Act.WORK, (1, 3), {ADMINISTRATOR, ORGANISER, LIMITED}),
        (Act.WORK, (3,), {ADMINISTRATOR, ORGANISER}),
        (Act.DIRECT, (1, 2), {ADMINISTRATOR, ORGANISER, LIMITED}),
        (Act.DIRECT, (1, 3), {ADMINISTRATOR, ORGANISER}),
        (Act.DIRECT, (), {ADMINISTRATOR, ORGANISER}),
        (Act.RECEIVE, (1,), {ADMINISTRATOR, ORGANISER, LIMITED, RECEPTION}),
        (Act.RECEIVE, (2,), {ADMINISTRATOR, ORGANISER, LIMITED}),
        (Act.RECEIVE, (3,), {ADMINISTRATOR, ORGANISER}),
    ],
)
def test_who_may_do_what(act: Act, meetings: tuple[int, ...], who: set[Rights]) -> None:
    everybody = (ADMINISTRATOR, ORGANISER, LIMITED, RECEPTION, NOBODY)
    assert {one for one in everybody if one.may(act, meetings)} == who


def test_lists_show_the_meetings_that_the_role_is_for() -> None:
    assert LIMITED.of([2, 3]) == {2}
    assert ORGANISER.of([2, 3]) == {2, 3}
    assert RECEPTION.meetings == {1}
