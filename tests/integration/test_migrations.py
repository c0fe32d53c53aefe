"""From an empty database to head, back again, and no drift from the models."""

from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from app.db import Base, db
from app.events.models import Event
from app.factory import create_app
from tests import postgres
from tests.conftest import settings_for


@pytest.fixture
def empty_app(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Flask:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    if database == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = postgres.create_database(server, "tsudoi_migrations")
    return create_app(settings_for(url, tmp_path))


def test_empty_to_head_and_no_drift(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade()
        flask_migrate.check()
        assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())
        flask_migrate.upgrade()
        db.engine.dispose()


def test_head_to_empty_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade()
        flask_migrate.downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        db.engine.dispose()


TEXTS = (
    *("title", "summary", "description", "date_note", "venue_name", "venue_address", "access"),
    *("audience", "hosts", "fee", "bring", "report"),
)
EMPTY = ", ".join("'{}'" for _ in TEXTS)
OF_THE_FIRST_VERSION = f"""
INSERT INTO series (id, slug, number_letter, is_sample) VALUES (1, 's', 'A', false);
INSERT INTO event (id, series_id, position, slug, kind, state, online_url, zone, {", ".join(TEXTS)})
VALUES (1, 1, 0, 's', 'assembly', 'published', '', 'Asia/Tokyo', {EMPTY});
INSERT INTO registration (id, series_id, number, channel, locale, contact_name,
contact_organisation, email, email_may_fail, telephone, note, notice_version, link_version,
version, created_at)
VALUES (1, 1, 1, 'web', 'ja', '見本 花子', '', 'Mihon@example.com', false, '', '', 1, 1, 1,
'2026-01-01 00:00:00');
INSERT INTO participant (id, registration_id, position, name, reading, organisation, role)
VALUES (1, 1, 0, '見本 花子', 'みほん はなこ', '', '');
INSERT INTO booking (id, participant_id, event_id, way, state, created_at, sort_key, search_key)
VALUES (1, 1, 1, 'venue', 'confirmed', '2026-01-01 00:00:00', 'a', 'b');
"""  # noqa: S608  # names of ours


def test_sign_ups_of_the_first_version_are_kept_and_known_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade(revision="0001")
        _fill(OF_THE_FIRST_VERSION)
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            booking = connection.execute(text("SELECT state, seats, identity FROM booking")).one()
            assert tuple(booking) == ("confirmed", 1, "見本花子|みほんはなこ|mihon@example.com")
            row = connection.execute(text("SELECT email_key, contact_attends FROM registration"))
            assert tuple(row.one()) == ("mihon@example.com", True)
            assert connection.scalar(text("SELECT waiting_list FROM event"))
            told = "SELECT notice_version, told_by, noticed_at IS NOT NULL FROM participant"
            assert tuple(connection.execute(text(told)).one()) == (1, None, True)
            kept = text("SELECT noticed_at = created_at FROM registration")
            assert connection.scalar(kept), "the contact saw it when they signed up"
        flask_migrate.downgrade(revision="0001")
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM booking")) == 1
        db.engine.dispose()


WITH_A_SENDING = f"""{OF_THE_FIRST_VERSION}
INSERT INTO account (id, email, name, active, fs_uniquifier, created_at)
VALUES (1, 'office@example.com', '事務局', true, 'x', '2026-01-01 00:00:00');
INSERT INTO campaign (id, event_id, subject, body, subject_en, body_en, state, version, created_at,
created_by, recipients, up_to, made_up_to)
VALUES (1, 1, 's', 'b', '', '', 'making', 1, '2026-01-01 00:00:00', 1, 3, 900, 700);
INSERT INTO outbox_letter (id, key, purpose, priority, registration_id, campaign_id, to_address,
to_name, locale, subject, body, invites, state, created_at, due_at, attempts, holder, reason, reply)
VALUES (1, 'campaign:1:1', 'reminder', 10, 1, 1, 'mihon@example.com', '', 'ja', 's', 'b', '[]',
'queued', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 0, '', '', '');
"""  # noqa: S608  # names of ours


def test_a_sending_under_way_goes_on_after_the_update(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade(revision="0001")
        _fill(WITH_A_SENDING)
        flask_migrate.upgrade()
        with db.engine.connect().execution_options(writer=True) as connection:
            sending = connection.execute(text("SELECT state, made_up_to, up_to FROM campaign"))
            assert tuple(sending.one()) == ("making", 0, 1), "by sign-up, from the beginning"
            letter = connection.execute(text("SELECT campaign_id, state FROM outbox_letter"))
            assert tuple(letter.one()) == (1, "queued")
            rules = connection.execute(text("SELECT unit, amount FROM reminder_rule ORDER BY id"))
            assert [tuple(row) for row in rules] == [("days", 7), ("office_days", 2)]
            connection.execute(text("UPDATE outbox_letter SET state = 'held'"))
            connection.commit()
        flask_migrate.downgrade(revision="0001")
        with db.engine.connect() as connection:
            letter = connection.execute(text("SELECT campaign_id, state FROM outbox_letter"))
            assert tuple(letter.one()) == (1, "queued")
        db.engine.dispose()


def _fill(statements: str) -> None:
    with db.engine.connect().execution_options(writer=True) as connection:
        for statement in statements.split(";\n"):
            if statement.strip():
                connection.execute(text(statement.replace("00:00:00", r"00\:00\:00")))
        connection.commit()


def test_nobody_is_to_be_told_a_letter_whose_person_was_erased_before(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade(revision="0001")
        _fill(WITH_A_SENDING)
        flask_migrate.upgrade(revision="0025")
        erased = "subject = '', to_address = '', forgotten_at = '2026-07-01 00:00:00'"
        for told, becomes in ((erased, "suppressed"), ("subject = 's'", "failed")):
            _fill(f"UPDATE outbox_letter SET state = 'failed', {told}")  # noqa: S608  # ours
            flask_migrate.upgrade()
            with db.engine.connect() as connection:
                assert connection.scalar(text("SELECT state FROM outbox_letter")) == becomes
            flask_migrate.downgrade(revision="0025")
        db.engine.dispose()


WITH_PLANS = f"""{OF_THE_FIRST_VERSION}
INSERT INTO plan (id, event_id, law, created_at) VALUES (1, 1, 'own', '2026-01-01 00:00:00');
INSERT INTO plan_task (id, event_id, code, title, amount, unit, after, assignee, note, version,
created_at) VALUES (1, 1, 'notice', '', 10, 'clear_days', false, '', '', 1, '2026-01-01 00:00:00'),
(2, 1, 'badges', '', 4, 'office_days', false, '', '', 1, '2026-01-01 00:00:00'),
(3, 1, 'calls', '', 2, 'office_days', false, '会計', '', 1, '2026-01-01 00:00:00'),
(4, 1, 'lunches', '', 3, 'office_days', false, '', '', 2, '2026-01-01 00:00:00'),
(5, 1, '', '花', 3, 'days', false, '', '', 1, '2026-01-01 00:00:00');
"""  # noqa: S608  # names of ours


def test_plans_of_before_know_their_kind_and_what_somebody_has_edited(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade(revision="0001")
        first, plans = WITH_PLANS.split("INSERT INTO plan ", 1)
        _fill(first)
        flask_migrate.upgrade(revision="0022")
        _fill(f"INSERT INTO plan {plans}")
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT kind FROM plan")) == "assembly"
            query = text("SELECT id FROM plan_task WHERE NOT touched ORDER BY id")
            assert connection.scalars(query).all() == [1]
        flask_migrate.downgrade(revision="0022")
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM plan_task")) == 5
        db.engine.dispose()


SEVERAL_WISHES = """
INSERT INTO event_question (id, event_id, position, preset, kind, asked, required, is_arrangement,
label, help, way) VALUES (1, 1, 0, '', 'several', 'person', false, true, '{}', '{}', ''),
(2, 1, 1, '', 'yes_no', 'signup', false, true, '{}', '{}', ''),
(3, 1, 2, '', 'several', 'signup', false, true, '{}', '{}', '');
INSERT INTO event_choice (id, question_id, position, code, label, seats, opens)
VALUES (1, 1, 2, '', '{}', 0, false), (2, 1, 1, '', '{}', 0, false), (3, 1, 0, '', '{}', 0, false),
(4, 2, 0, 'yes', '{}', 0, false), (5, 3, 0, '', '{}', 0, false);
INSERT INTO answer (id, question_id, registration_id, participant_id, choice_id, text, held)
VALUES (1, 1, 1, 1, 1, '', false), (2, 1, 1, 1, 2, '', false), (3, 2, 1, NULL, 4, '', false);
INSERT INTO arrangement (id, event_id, registration_id, participant_id, question_id, state, due_on,
supplier, note, told_version, seen_version, version, created_at)
VALUES (71, 1, 1, 1, 1, 'asked', '2026-02-01', '見本派遣', 'n', 2, 1, 3, '2026-01-01 00:00:00'),
(72, 1, 1, NULL, 2, 'open', NULL, '', '', 1, 0, 1, '2026-01-01 00:00:00'),
(73, 1, 1, NULL, 3, 'arranged', NULL, '', '', 1, 1, 1, '2026-01-01 00:00:00');
SELECT setval('arrangement_id_seq', 100)
"""


def test_each_chosen_choice_gets_what_was_noted_for_all_of_them(empty_app: Flask) -> None:
    noted = "SELECT choice_id, id = 71, state, supplier, note, told_version, seen_version, version"
    with empty_app.app_context():
        flask_migrate.upgrade(revision="0001")
        _fill(OF_THE_FIRST_VERSION)
        flask_migrate.upgrade(revision="0027")
        rows, _sep, sequence = SEVERAL_WISHES.rpartition(";\n")
        _fill(rows if db.engine.dialect.name == "sqlite" else f"{rows};\n{sequence}")
        flask_migrate.upgrade()
        with db.engine.connect().execution_options(writer=True) as connection:
            query = f"{noted} FROM arrangement WHERE question_id = 1 ORDER BY id"
            same = ("asked", "見本派遣", "n", 2, 1, 3)
            found = [tuple(row) for row in connection.execute(text(query))]
            assert found == [(2, True, *same), (1, False, *same)]
            others = "SELECT id, choice_id, known_text FROM arrangement WHERE question_id > 1"
            assert {tuple(row) for row in connection.execute(text(others))} == {
                (72, None, ""),
                (73, None, ""),
            }
            first = "UPDATE arrangement SET state = 'open' WHERE choice_id = 2"
            connection.execute(text(first))
            connection.commit()
        flask_migrate.downgrade(revision="0027")
        with db.engine.connect() as connection:
            states = text("SELECT question_id, state FROM arrangement ORDER BY question_id")
            assert [tuple(row) for row in connection.execute(states)] == [
                (1, "asked"),  # what somebody has begun with stays
                (2, "open"),
                (3, "arranged"),
            ]
        db.engine.dispose()


CLOSED_BY_HAND = f"""{OF_THE_FIRST_VERSION}
UPDATE event SET closes_at = '2026-05-29 01\\:49\\:00' WHERE id = 1;
INSERT INTO audit_entry (id, at, actor, action, subject, subject_id, fields)
VALUES (1, '2026-05-29 00:00:00', 'account', 'event.closed', 'event', 1, '[]');
"""  # noqa: S608  # names of ours
CLOSING = (
    '{"closes_at": "2026-06-16T08:00:00+00:00"}',
    '{"closes_at": "2026-05-29T01:49:00+00:00"}',
)


def test_the_closing_time_from_before_closing_by_hand_is_found_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade(revision="0001")
        _fill(CLOSED_BY_HAND)
        with db.engine.connect().execution_options(writer=True) as connection:
            query = "INSERT INTO audit_value (id, entry_id, before, after) VALUES (1, 1, :b, :a)"
            connection.execute(text(query), dict(zip("ba", CLOSING, strict=True)))
            connection.commit()
        flask_migrate.upgrade()
        event = select(Event.closes_at, Event.closed_at)
        with db.engine.connect() as connection:
            assert tuple(connection.execute(event).one()) == (
                datetime(2026, 6, 16, 8, tzinfo=UTC),
                datetime(2026, 5, 29, 1, 49, tzinfo=UTC),
            )
        flask_migrate.downgrade(revision="0025")
        with db.engine.connect() as connection:
            closes = connection.scalar(select(Event.closes_at))
            assert closes == datetime(2026, 5, 29, 1, 49, tzinfo=UTC)
        db.engine.dispose()
