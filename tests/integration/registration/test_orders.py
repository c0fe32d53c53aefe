"""What becomes of wishes for arrangements, and numbers that were ordered."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.auth.models import AuditValue
from app.base.clock import now
from app.base.errors import ChangedMeanwhile, NotFound
from app.db import Translated, db, transaction
from app.events.models import EventChoice, EventQuestion
from app.mail.models import OutboxLetter
from app.registration.arranged.facts import Key
from app.registration.arranged.models import Arrangement
from app.registration.facts import AnswerEntry
from app.registration.orders import counts, service, wishes
from app.registration.orders.facts import ArrangementLine, ArrangementWish, CountView, Seen
from tests.conftest import count_queries
from tests.entries import (
    as_entry,
    cancel,
    change,
    chosen,
    make_question,
    person,
    sign_up,
    signup_of,
)
from tests.factories import make_event
from tests.office import actions, make_account

SIGN = {"label": Translated(ja="手話通訳"), "is_arrangement": True}
YES_NO = ({"code": "yes", "opens": True}, {"code": "no"})
DONE = ArrangementWish(state="arranged", due_on=date(2026, 6, 9), supplier="見本派遣")


def lines(event_id: int) -> tuple[ArrangementLine, ...]:
    db.session.remove()
    return wishes.list_lines(event_id, "ja")


def told() -> list[str]:
    db.session.remove()
    query = select(OutboxLetter.subject).where(OutboxLetter.purpose == "arranged")
    return list(db.session.scalars(query))


def wisher(event: int, *answers: AnswerEntry, name: str = "見本 花子") -> int:
    one = person(name, event, answers=answers)
    return sign_up("soukai", one, email="mihon@example.com").registration_id


def test_a_wish_is_open_until_somebody_notes_what_becomes_of_it(app: Flask) -> None:
    event, by = make_event(), make_account()
    question, (yes, no) = make_question(event, "yes_no", choices=YES_NO, **SIGN)
    more, _none = make_question(
        event, "short", choices=(), depends_on_id=question, is_arrangement=True
    )
    wisher(event, chosen(question, no), name="例 太郎")
    wisher(event, chosen(question, yes), AnswerEntry(question_id=more, text="前の席で"))
    (one,) = lines(event)
    assert (one.name, one.label, one.texts) == ("見本 花子", "手話通訳", ("選択0", "前の席で"))
    assert (one.order.state, one.version, one.waiting) == ("open", 0, False)
    assert wishes.count_open(now()) == {event: 1}
    service.arrange(event, one.key, DONE, one.seen, by)
    (one,) = lines(event)
    assert (one.order, one.changed) == (DONE, False)
    assert wishes.count_open(now()) == {}
    with pytest.raises(ChangedMeanwhile):
        service.arrange(event, one.key, ArrangementWish(state="asked"), (1, 1), by)
    with pytest.raises(NotFound):
        service.arrange(make_event("b"), one.key, DONE, one.seen, by)
    assert actions(app)[-1] == "arrangement.changed"
    kept = str([(row.before, row.after) for row in db.session.scalars(select(AuditValue))])
    assert "見本派遣" not in kept
    assert "手話" not in kept


def test_every_field_that_changes_is_told_and_no_words_of_it(app: Flask) -> None:
    event, by = make_event(), make_account()
    question, (sign, _captions) = make_question(event, "several", **SIGN)
    wisher(event, chosen(question, sign))
    key = lines(event)[0].key
    service.arrange(event, key, DONE, (0, 1), by)
    later = replace(DONE, due_on=None, supplier="例の派遣", note="要約筆記を")
    service.arrange(event, key, later, lines(event)[0].seen, by)
    db.session.remove()
    query = select(AuditValue).order_by(AuditValue.id.desc()).limit(2)
    second, first = db.session.scalars(query)
    assert first.before == {
        "arrangement_state": "open",
        "arrangement_due_on": None,
        "arrangement_supplier": False,
    }
    assert first.after == {
        "arrangement_state": "arranged",
        "arrangement_due_on": "2026-06-09",
        "arrangement_supplier": True,
    }
    assert second.before == {
        "arrangement_due_on": "2026-06-09",
        "arrangement_supplier": True,
        "arrangement_note": False,
    }
    assert second.after == {
        "arrangement_due_on": None,
        "arrangement_supplier": True,
        "arrangement_note": True,
    }


def test_what_is_changed_or_wished_no_more_comes_back_to_the_top(app: Flask) -> None:
    event, by = make_event(), make_account()
    question, _none = make_question(event, "short", choices=(), **SIGN)
    signup = wisher(event, AnswerEntry(question_id=question, text="手話通訳を"))
    service.arrange(event, lines(event)[0].key, DONE, lines(event)[0].seen, by)
    change_to(signup, AnswerEntry(question_id=question, text="要約筆記を"))
    (one,) = lines(event)
    assert (one.changed, one.texts, one.order.state) == (True, ("要約筆記を",), "arranged")
    service.arrange(event, one.key, DONE, one.seen, by)
    assert not lines(event)[0].changed
    cancel(signup_of(signup))
    (one,) = lines(event)
    assert (one.gone, one.label, one.order.supplier) == (True, "手話通訳", "見本派遣")


def test_each_chosen_of_several_choices_is_a_wish_of_its_own(app: Flask) -> None:
    event, by = make_event(), make_account()
    choices = ({}, {"opens": True}, {"opens": True})
    question, (sign, captions, seat) = make_question(event, "several", choices=choices, **SIGN)
    more, _none = make_question(
        event, "short", choices=(), depends_on_id=question, is_arrangement=True
    )
    where = AnswerEntry(question_id=more, text="前の席で")
    signup = wisher(event, chosen(question, sign, captions, seat), where)
    assert [(one.label, one.texts) for one in lines(event)] == [
        ("手話通訳: 選択0", ()),
        ("手話通訳: 選択1", ("前の席で",)),
        ("手話通訳: 選択2", ()),
    ]
    assert [one.key[3] for one in lines(event)] == [sign, captions, seat]
    assert wishes.count_open(now()) == {event: 3}
    for choice, wish in ((sign, DONE), (captions, ArrangementWish(state="asked", supplier="例"))):
        line = line_of(event, choice)
        service.arrange(event, line.key, wish, line.seen, by)
    assert line_of(event, sign).order == DONE
    assert line_of(event, captions).order.supplier == "例"
    assert line_of(event, seat).untouched
    assert wishes.count_open(now()) == {event: 1}
    change_to(signup, chosen(question, sign, seat), where)  # what is opened goes to the next
    assert [(one.key[3], one.gone, one.changed, one.known) for one in lines(event)] == [
        (captions, True, True, "前の席で"),
        (seat, False, False, ""),
        (sign, False, False, ""),
    ]
    assert line_of(event, captions).label == "手話通訳: 選択1"
    assert line_of(event, seat).texts == ("前の席で",)


def test_what_an_ordinary_question_opens_is_a_wish_that_can_be_arranged(app: Flask) -> None:
    event, by = make_event(), make_account()
    lunch, (bento, _none) = make_question(event, "several", choices=({"opens": True}, {}))
    more, _more = make_question(
        event, "short", choices=(), depends_on_id=lunch, is_arrangement=True
    )
    wisher(event, chosen(lunch, bento), AnswerEntry(question_id=more, text="卵なし"))
    (one,) = lines(event)
    assert (one.label, one.texts, one.key[1:]) == (
        "昼食: 選択0",
        ("卵なし",),
        (lunch, one.key[2], bento),
    )
    service.arrange(event, one.key, DONE, one.seen, by)
    assert [one.order for one in lines(event)] == [DONE]
    with transaction() as session:  # what opened it was taken back by the office
        session.execute(update(EventChoice).values(opens=False))
    assert {(one.label, one.gone, one.texts) for one in lines(event)} == {
        ("昼食: 選択0", True, ()),
        ("昼食", False, ("卵なし",)),
    }


def line_of(event: int, choice: int) -> ArrangementLine:
    return next(one for one in lines(event) if one.key[3] == choice)


def test_one_choice_withdrawn_and_another_added_leave_the_rest_as_it_is(app: Flask) -> None:
    event, by = make_event(), make_account()
    choices = ({}, {}, {})
    question, (sign, captions, seat) = make_question(event, "several", choices=choices, **SIGN)
    signup = wisher(event, chosen(question, sign, captions))
    for choice in (sign, captions):
        line = line_of(event, choice)
        service.arrange(event, line.key, DONE, line.seen, by)
    change_to(signup, chosen(question, sign, seat))
    assert {(one.key[3], one.gone, one.changed, one.order.state) for one in lines(event)} == {
        (sign, False, False, "arranged"),
        (captions, True, True, "arranged"),
        (seat, False, False, "open"),
    }
    (due,) = wishes.list_unseen(now(), "ja", None)
    assert (due.state, due.key) == ("gone", line_of(event, captions).key)
    service.tell_office_tick(None)
    assert letters() == ["新しい 1件\n取りやめた 1件"]
    change_to(signup, chosen(question, sign, captions, seat))
    assert {(one.key[3], one.changed) for one in lines(event)} == {
        (sign, False),
        (captions, True),  # somebody may have called it off
        (seat, False),
    }
    service.tell_office_tick(None)
    assert letters()[1:] == ["新しい 1件"]


def test_what_a_changed_or_withdrawn_text_said_before_stays_until_somebody_has_seen_to_it(
    app: Flask,
) -> None:
    event, by = make_event(), make_account()
    seat, ramp = (
        make_question(event, "long", choices=(), is_arrangement=True, label=Translated(ja=label))[0]
        for label in ("席", "通路")
    )

    def say(**texts: str) -> tuple[AnswerEntry, ...]:
        ids = {"seat": seat, "ramp": ramp}
        return tuple(AnswerEntry(question_id=ids[name], text=text) for name, text in texts.items())

    def found() -> dict[int, tuple[bool, bool, str]]:
        return {one.key[1]: (one.changed, one.gone, one.known) for one in lines(event)}

    signup = wisher(event, *say(seat="前の席で", ramp="板を"))
    service.tell_office_tick(None)
    one, _other = lines(event)
    service.arrange(event, one.key, DONE, one.seen, by)
    change_to(signup, *say(seat="後ろの席で", ramp="板を"))
    for _tick in range(2):  # before and after the letter that it was changed
        assert found() == {seat: (True, False, "前の席で"), ramp: (False, False, "")}
        service.tell_office_tick(None)
    change_to(signup, *say(seat="後ろの席で", ramp="広い板を"))
    service.tell_office_tick(None)
    assert letters() == ["新しい 2件", "変わった 1件", "変わった 1件"]
    change_to(signup, *say(seat="窓の席で"))
    assert found() == {seat: (True, False, "前の席で"), ramp: (False, True, "広い板を")}
    withdrawn, one = lines(event)
    service.arrange(event, one.key, DONE, one.seen, by)
    service.arrange(event, withdrawn.key, withdrawn.order, withdrawn.seen, by)
    assert found() == {seat: (False, False, "")}
    stored = db.session.scalars(select(Arrangement.known_text).order_by(Arrangement.id)).all()
    assert stored == ["窓の席で", ""]
    change_to(signup)
    service.tell_office_tick(None)
    assert found() == {seat: (True, True, "窓の席で")}
    values = [(row.before, row.after) for row in db.session.scalars(select(AuditValue))]
    assert "の席で" not in str([*values, *letters()])


def test_what_was_shown_before_another_wish_was_changed_is_no_change(app: Flask) -> None:
    event, by = make_event(), make_account()
    question, (sign, captions) = make_question(event, "several", **SIGN)
    signup = wisher(event, chosen(question, sign))
    (one,) = lines(event)
    service.arrange(event, one.key, DONE, one.seen, by)
    (shown,) = lines(event)
    change_to(signup, chosen(question, sign, captions))
    service.arrange(event, shown.key, replace(DONE, supplier="例の派遣"), shown.seen, by)
    assert not line_of(event, sign).changed


def test_wishes_of_two_people_and_of_the_whole_sign_up_are_apart(app: Flask) -> None:
    event, by = make_event(), make_account()
    mine, (sign, captions) = make_question(event, "several", **SIGN)
    ours, (bus, train) = make_question(event, "several", asked="signup", **SIGN)
    people = [
        person(name, event, answers=(chosen(mine, sign, captions),))
        for name in ("見本 花子", "例 太郎")
    ]
    sign_up("soukai", *people, answers=(chosen(ours, bus, train),))
    first = lines(event)
    assert len(first) == len({one.key for one in first}) == 6
    for n, one in enumerate(first):
        service.arrange(event, one.key, replace(DONE, supplier=f"例 {n}"), one.seen, by)
        noted = replace(DONE, note="済み")
        service.arrange(event, one.key, noted, lines_by_key(event)[one.key], by)
    assert {one.order.note for one in lines(event)} == {"済み"}
    for asked, choice in ((mine, bus), (ours, sign)):
        key = (first[0].key[0], asked, None, choice)
        with pytest.raises(NotFound):
            service.arrange(event, key, DONE, (0, 1), by)


def lines_by_key(event: int) -> dict[Key, Seen]:
    return {one.key: one.seen for one in lines(event)}


@pytest.mark.parametrize("person_id", [None, 1])
@pytest.mark.parametrize("with_choice", [False, True])
def test_no_wish_has_two_rows(app: Flask, person_id: int | None, *, with_choice: bool) -> None:
    event = make_event()
    question, (sign, captions) = make_question(event, "several", **SIGN)
    signup = wisher(event, chosen(question, sign))

    def put(choice: int | None) -> None:
        with transaction() as session:
            session.add(
                Arrangement(
                    event_id=event,
                    registration_id=signup,
                    question_id=question,
                    participant_id=person_id and signup_of(signup).people[0].id,
                    choice_id=choice,
                    created_at=now(),
                )
            )

    put(sign if with_choice else None)
    put(captions)
    with pytest.raises(IntegrityError):
        put(sign if with_choice else None)


def test_what_is_wished_otherwise_while_somebody_notes_it_still_counts_as_changed(
    app: Flask,
) -> None:
    event, by = make_event(), make_account()
    question, _none = make_question(event, "short", choices=(), **SIGN)
    signup = wisher(event, AnswerEntry(question_id=question, text="手話通訳を"))
    (one,) = lines(event)
    change_to(signup, AnswerEntry(question_id=question, text="要約筆記を"))
    service.arrange(event, one.key, DONE, one.seen, by)
    (one,) = lines(event)
    assert (one.changed, one.order.state) == (True, "arranged")
    service.tell_office_tick(None)
    assert letters() == ["変わった 1件"]
    service.arrange(event, one.key, DONE, one.seen, by)
    (one,) = lines(event)
    assert not one.changed
    cancel(signup_of(signup))
    asked = ArrangementWish(state="asked")
    service.arrange(event, one.key, asked, one.seen, by)  # seen before it was cancelled
    (one,) = lines(event)
    assert (one.gone, one.known) == (True, "要約筆記を")
    service.tell_office_tick(None)
    assert letters()[1:] == ["取りやめた 1件"]


def change_to(signup: int, *answers: AnswerEntry) -> None:
    before = signup_of(signup)
    entry = as_entry(before)
    change(before, replace(entry, people=(replace(entry.people[0], answers=answers),)))


def letters() -> list[str]:
    """What was said of each meeting's wishes, a line each."""
    db.session.remove()
    query = select(OutboxLetter.body).where(OutboxLetter.purpose == "arranged")
    bodies = db.session.scalars(query.order_by(OutboxLetter.id))
    return [body.partition("個人情報")[0].split("\n", 1)[1].strip() for body in bodies]


def test_wishes_close_together_are_one_letter_and_each_is_told_once(app: Flask) -> None:
    event = make_event()
    make_event("owari", starts_in=timedelta(days=-3))
    question, (sign, captions) = make_question(event, "several", **SIGN)
    first = wisher(event, chosen(question, sign))
    second = wisher(event, chosen(question, sign), name="例 太郎")
    for _tick in range(2):
        service.tell_office_tick(None)
    assert told() == ["【手配のご希望 2件】見本の総会"]
    letter = db.session.scalars(
        select(OutboxLetter).where(OutboxLetter.purpose == "arranged")
    ).one()
    for word in ("花子", "太郎", "手話"):
        assert word not in letter.body
    assert "/office/events/soukai/orders" in letter.body
    change_to(first, chosen(question, captions))  # on the same day
    cancel(signup_of(second))
    wisher(event, chosen(question, sign), name="例 桜")
    for _tick in range(2):
        service.tell_office_tick(None)
    assert letters() == ["新しい 2件", "新しい 2件\n取りやめた 2件"]
    change_to(first)
    service.tell_office_tick(None)
    change_to(first, chosen(question, sign))
    service.tell_office_tick(None)
    assert letters()[2:] == ["取りやめた 1件", "新しい 1件"]


def test_what_came_and_went_untold_or_was_seen_needs_no_letter(app: Flask) -> None:
    event, by = make_event(), make_account()
    question, (sign, _captions) = make_question(event, "several", **SIGN)
    cancel(signup_of(wisher(event, chosen(question, sign))))
    service.tell_office_tick(None)
    seen = wisher(event, chosen(question, sign), name="例 太郎")
    service.arrange(event, lines(event)[0].key, DONE, lines(event)[0].seen, by)
    service.tell_office_tick(None)
    assert letters() == []
    cancel(signup_of(seen))
    (one,) = lines(event)
    service.tell_office_tick(None)
    assert letters() == ["取りやめた 1件"]
    service.arrange(event, one.key, replace(DONE, state="open"), one.seen, by)
    service.tell_office_tick(None)
    assert len(letters()) == 1


def test_what_was_told_and_withdrawn_stands_on_the_page_until_somebody_has_seen_to_it(
    app: Flask,
) -> None:
    event, by = make_event(), make_account()
    question, (sign, captions) = make_question(event, "several", **SIGN)
    signup = wisher(event, chosen(question, sign))
    service.tell_office_tick(None)
    assert wishes.list_unseen(now(), "ja", None) == ()
    change_to(signup)
    for _tick in range(2):  # before and after the letter that it was withdrawn
        (one,) = lines(event)
        assert (one.gone, one.untouched, one.name) == (True, True, "見本 花子")
        assert [(due.state, due.key) for due in wishes.list_unseen(now(), "ja", None)] == [
            ("gone", one.key)
        ]
        service.tell_office_tick(None)
    assert letters() == ["新しい 1件", "取りやめた 1件"]
    service.arrange(event, one.key, one.order, one.seen, by)
    assert lines(event) == wishes.list_unseen(now(), "ja", None) == ()
    change_to(signup, chosen(question, captions))
    service.tell_office_tick(None)
    (one,) = lines(event)
    assert (one.gone, letters()[2:]) == (False, ["新しい 1件"])


def test_a_wish_whose_question_the_office_removed_is_nothing_to_see_to(app: Flask) -> None:
    event = make_event()
    question, (sign, _captions) = make_question(event, "several", **SIGN)
    wisher(event, chosen(question, sign))
    service.tell_office_tick(None)
    with transaction() as session:
        wanted = update(EventQuestion).where(EventQuestion.id == question)
        session.execute(wanted.values(removed_at=now()))
    assert lines(event) == wishes.list_unseen(now(), "ja", None) == ()


def test_what_comes_late_is_told_before_midnight_where_the_meeting_is(app: Flask) -> None:
    event = make_event()  # in Tokyo
    question, (sign, _captions) = make_question(event, "several", **SIGN)
    wisher(event, chosen(question, sign))
    evening = (now() + timedelta(days=1)).replace(hour=14, minute=39, second=59)
    with time_machine.travel(evening, tick=False):
        service.tell_at_night_tick(None)
        assert letters() == []
    for minute in (40, 41, 59):
        with time_machine.travel(evening.replace(minute=minute), tick=False):
            service.tell_at_night_tick(None)
            service.tell_office_tick(None)
            assert letters()[-1] == "新しい 1件"
            wisher(event, chosen(question, sign), name=f"例 {minute}")
    assert len(letters()) == 3


def test_the_worker_gathers_for_minutes_and_not_into_the_next_day(app: Flask) -> None:
    every = {job.run: job.every for job in app.extensions["ticks"]}
    gathered = every[service.tell_office_tick]
    assert timedelta(minutes=10) <= gathered <= timedelta(hours=1)
    assert every[service.tell_at_night_tick] <= timedelta(minutes=1)
    midnight = timedelta(days=1)
    late = timedelta(hours=service.LATE.hour, minutes=service.LATE.minute)
    assert midnight - late >= gathered  # what is gathered when it gets late is told in time


def test_wishes_told_while_people_sign_up_are_each_told_once(app: Flask) -> None:
    event = make_event()
    question, (sign, captions) = make_question(event, "several", **SIGN)

    def visit(n: int) -> None:
        with app.app_context():
            wisher(event, chosen(question, sign, captions), name=f"例 {n}")

    def tell(_n: int) -> None:
        with app.app_context():
            service.tell_office_tick(None)

    with ThreadPoolExecutor(5) as pool:
        done = [pool.submit(act, n) for n in range(8) for act in (visit, tell, tell)]
        for one in done:
            one.result()
    service.tell_office_tick(None)
    numbers = [int("".join(c for c in one if c.isdigit())) for one in letters()]
    assert sum(numbers) == 16
    assert all(one.startswith("新しい") for one in letters())
    assert wishes.list_untold_meetings(now()) == []


def test_telling_takes_as_few_queries_for_many_wishes(app: Flask) -> None:
    event, by = make_event(), make_account()
    question, (sign, captions) = make_question(event, "several", **SIGN)
    free, _none = make_question(event, "short", choices=(), **SIGN)
    sent = []
    for number in (2, 6):
        signups = []
        for n in range(number):
            answers = chosen(question, sign, captions), AnswerEntry(question_id=free, text="前")
            signups.append(wisher(event, *answers, name=f"例 {number} {n}"))
        with count_queries(app) as first:
            service.tell_office_tick(None)
        for n, signup in enumerate(signups):
            (line,) = (one for one in lines(event) if one.key[:2] == (signup, free))
            if n % 2:  # somebody has begun with every other one
                service.arrange(event, line.key, DONE, line.seen, by)
            change_to(signup, chosen(question, sign), AnswerEntry(question_id=free, text="後"))
        with count_queries(app) as then:
            service.tell_office_tick(None)
        sent.append((len(first), len(then)))
    assert sent[0] == sent[1]
    assert letters()[-1] == "変わった 6件\n取りやめた 6件"


def test_reading_arranging_and_changing_take_as_few_queries_for_many_wishes(app: Flask) -> None:
    event, by = make_event(), make_account()
    question, choices = make_question(event, "several", choices=({},) * 6, **SIGN)
    sent = []
    for number in (2, 6):
        signup = wisher(event, chosen(question, *choices[:number]), name=f"例 {number}")
        with count_queries(app) as reading:
            found = lines(event)
        with count_queries(app) as noting:
            service.arrange(event, found[0].key, DONE, found[0].seen, by)
        with count_queries(app) as changing:
            change_to(signup, chosen(question, *choices[: number - 1]))
        sent.append([len(one) for one in (reading, noting, changing)])
    assert sent[0] == sent[1]
    assert sent[0][0] == 3


def lunches(event: int) -> CountView:
    db.session.remove()
    (one,) = counts.list_counts(event, "ja")
    return one


def test_an_ordered_number_stays_and_the_page_names_who_differs(app: Flask) -> None:
    event, by = make_event(), make_account()
    lunch, (yes, _no) = make_question(event, choices=({"code": "yes"}, {"code": "no"}))
    first = wisher(event, chosen(lunch, yes))
    wisher(event, chosen(lunch, yes), name="例 太郎")
    assert [(one.now, one.ordered) for one in lunches(event).lines] == [(2, None)]
    with pytest.raises(ChangedMeanwhile):
        counts.order(event, lunch, {yes: 3}, by)
    counts.order(event, lunch, {yes: 2}, by)
    found = lunches(event)
    assert (found.by, found.differs) == (by.name, False)
    cancel(signup_of(first))
    with count_queries(app) as few:
        wisher_only = lunches(event)
    assert wisher_only.lines[0].fewer == ("見本 花子",)
    wisher(event, chosen(lunch, yes), name="例 桜")
    found = lunches(event)
    assert (found.lines[0].now, found.lines[0].ordered) == (2, 2)
    assert (found.differs, found.only_people) == (True, True)
    wisher(event, chosen(lunch, yes), name="例 健")
    with count_queries(app) as many:
        found = lunches(event)
    assert len(few) == len(many) == 4
    assert not found.only_people, "one more than ordered"
    (line,) = found.lines
    assert (line.now, line.ordered, line.more) == (3, 2, ("例 桜", "例 健"))
    counts.order(event, lunch, {yes: 3}, by)
    assert not lunches(event).differs


def test_names_that_are_cut_are_counted_and_all_stand_page_by_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, by = make_event(), make_account()
    lunch, (yes, other, _no) = make_question(
        event, choices=({"code": "yes"}, {"code": "other"}, {"code": "no"})
    )
    first = [wisher(event, chosen(lunch, yes), name=f"例 {n}") for n in range(4)]
    counts.order(event, lunch, {yes: 4, other: 0}, by)
    assert counts.list_differences(event, lunch, "ja", 1).lines == ()
    for one in first[:3]:
        cancel(signup_of(one))
    for n in range(2):
        wisher(event, chosen(lunch, other), name=f"見本 {n}")
    wisher(event, chosen(lunch, yes), name="見本 花子")
    assert not lunches(event).is_cut
    monkeypatch.setattr(counts, "NAMED", 2)
    monkeypatch.setattr(counts, "PAGE", 4)
    found = lunches(event)
    assert (found.is_cut, found.differs) == (True, True)
    one, two = found.lines
    assert (one.fewer, one.fewer_number, one.more, one.more_number) == (
        ("例 0", "例 1"),
        3,
        ("見本 花子",),
        1,
    )
    assert (two.more, two.more_number, two.fewer_number) == (("見本 0", "見本 1"), 2, 0)
    with count_queries(app) as queries:
        page = counts.list_differences(event, lunch, "ja", 1)
    assert len(queries) == 4
    assert (page.total, page.number, page.last) == (6, 1, 2)
    assert [(line.name, line.more) for line in page.lines] == [
        ("見本 花子", True),
        *((f"例 {n}", False) for n in range(3)),
    ]
    rest = counts.list_differences(event, lunch, "ja", 9)
    assert (rest.number, [line.name for line in rest.lines]) == (2, ["見本 0", "見本 1"])
    assert (rest.lines[0].choice, rest.lines[0].number) == ("選択1", "A-0005")
    with pytest.raises(NotFound):
        counts.list_differences(make_event("b"), lunch, "ja", 1)
