"""Making, changing and removing the rules of a series, and saying that their letters may go."""

from typing import Any

from sqlalchemy import exists, select

from app.auth import audit
from app.auth.audit import NOTHING, Changes, differing
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import Conflict, Invalid, NotFound
from app.db import db, lock, transaction
from app.db.session import WriteSession
from app.events.models import Series
from app.reminders import queries
from app.reminders.facts import Order, RuleView
from app.reminders.models import ReminderRule
from app.reminders.timing import Timing

RULES = 20
"""At most in one series."""
FIRST_RULES = (
    Timing(unit="days", amount=7, after=False, minute=600),
    Timing(unit="office_days", amount=2, after=False, minute=600),
)
"""What every new series has: at 10:00, when somebody is there to answer."""


class Changed(Conflict):
    """Somebody else has changed the rule since this page was opened."""


class TooMany(Invalid):
    """The series has as many rules as it can have."""


def give_first_rules() -> None:
    """Give every series that never had a rule its two; nobody has seen them: they do not send yet.

    Raises:
        Busy: the database could not be had.
    """
    has_rules = exists().where(ReminderRule.series_id == Series.id)
    new = list(
        db.session.scalars(
            select(Series.id).where(~has_rules, Series.is_practice.is_(False)).order_by(Series.id)
        )
    )
    db.session.close()
    for series_id in new:
        with transaction() as session:
            lock(session, {Series: [series_id]})
            known = select(ReminderRule.id).where(ReminderRule.series_id == series_id)
            if session.scalar(known.limit(1)) is None:
                _add_first_rules(session, series_id)


def _add_first_rules(session: WriteSession, series_id: int) -> None:
    for timing in FIRST_RULES:
        rule = ReminderRule(series_id=series_id, created_at=now(), timed_at=now())
        _set_timing(rule, timing)
        session.add(rule)
    session.flush()


def save(
    series_id: int,
    timing: Timing,
    order: Order,
    by: Actor,
    *,
    known: RuleView | None = None,
) -> int:
    """Store a rule, new or changed; return its id. A changed one sends only once it was seen again.

    Args:
        series_id: the day.
        timing: when it is due.
        order: checked before.
        by: who writes.
        known: the rule as the writer saw it; None for a new one.

    Raises:
        Changed: it has another version now.
        NotFound: there is no such rule.
        TooMany: the series has 20 already.
    """
    with transaction() as session:
        rule = _new(session, series_id) if known is None else _locked(session, series_id, known.id)
        stored = queries.rule_view(rule)
        before = {} if known is None else _told(stored)
        if known is not None:
            if (stored.timing, stored.order) == (timing, order):
                return rule.id
            if rule.version != known.version:
                raise Changed("rule")
            rule.version += 1
        if known is None or stored.timing != timing:
            rule.timed_at = now()
        _set_timing(rule, timing)
        queries.write_order(rule, order)
        session.flush()
        changes = differing(before, _told(queries.rule_view(rule)))
        action = "rule.added" if known is None else "rule.changed"
        _record(session, rule, by, action, changes)
        return rule.id


def approve(series_id: int, rule_id: int, version: int, by: Actor) -> None:
    """Say that the preview of this version is right: from now on the rule sends by itself.

    Raises:
        Changed: it has another version now.
        NotFound: there is no such rule.
    """
    with transaction() as session:
        rule = _locked(session, series_id, rule_id)
        if rule.version != version:
            raise Changed("rule")
        if rule.seen_version != version:
            rule.seen_version, rule.seen_at, rule.seen_by = version, now(), by.account_id
            _record(session, rule, by, "rule.approved")


def switch(series_id: int, rule_id: int, by: Actor, *, on: bool) -> None:
    """Turn a rule on or off. Moments that pass while it is off send nothing later.

    Raises:
        NotFound: there is no such rule.
    """
    with transaction() as session:
        rule = _locked(session, series_id, rule_id)
        if rule.enabled != on:
            rule.enabled, rule.timed_at = on, now()
            _record(session, rule, by, "rule.on" if on else "rule.off")


def remove(series_id: int, rule_id: int, by: Actor) -> None:
    """Remove a rule; what it has sent stays in the list.

    Raises:
        NotFound: there is no such rule.
    """
    with transaction() as session:
        rule = _locked(session, series_id, rule_id)
        rule.enabled, rule.removed_at = False, now()
        _record(session, rule, by, "rule.removed")


def _new(session: WriteSession, series_id: int) -> ReminderRule:
    lock(session, {Series: [series_id]})
    there = select(ReminderRule.id).where(
        ReminderRule.series_id == series_id, ReminderRule.removed_at.is_(None)
    )
    if len(session.scalars(there).all()) >= RULES:
        raise TooMany("rules")
    rule = ReminderRule(
        series_id=series_id, unit="days", amount=0, created_at=now(), timed_at=now()
    )
    session.add(rule)
    session.flush()
    return rule


def _locked(session: WriteSession, series_id: int, rule_id: int) -> ReminderRule:
    query = select(ReminderRule).where(
        ReminderRule.id == rule_id,
        ReminderRule.series_id == series_id,
        ReminderRule.removed_at.is_(None),
    )
    rule = session.scalar(query.with_for_update())
    if rule is None:
        raise NotFound("rule")
    return rule


def _set_timing(rule: ReminderRule, timing: Timing) -> None:
    rule.unit, rule.amount = timing.unit, timing.amount
    rule.after, rule.minute = timing.after, timing.minute


def _told(rule: RuleView) -> dict[str, Any]:
    timing = rule.timing
    side = "after" if timing.after else "before"
    clock = f"{timing.minute // 60}:{timing.minute % 60:02d}"
    return {
        **queries.told_of(rule.order),
        "timing": f"{timing.amount} {timing.unit} {side} {clock}",
    }


def _record(
    session: WriteSession,
    rule: ReminderRule,
    by: Actor,
    action: str,
    changes: Changes = NOTHING,
) -> None:
    entry = audit.Entry(
        actor=audit.ACCOUNT,
        account_id=by.account_id,
        action=action,
        subject="rule",
        subject_id=rule.id,
        before=changes[0],
        after=changes[1],
    )
    audit.record(session, entry, now())
