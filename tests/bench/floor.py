"""The floor: the smallest Flask + Flask-SQLAlchemy + WTForms app that takes a sign-up.

It validates the same fields, counts once under the lock, writes the same five rows and commits
once, on the same database settings as the product. It has no tokens, no languages, no letters'
texts, no limits, no layout: what the product costs beyond it is the price of these.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, redirect, render_template_string, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import Form, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, Regexp

from app.config import load_settings
from app.db import dialect
from app.db.session import WriteSession as Session  # the house lets no other one write


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    title: Mapped[str]
    starts_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    places: Mapped[int]


class Registration(Base):
    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("event_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    email: Mapped[str]
    telephone: Mapped[str]
    note: Mapped[str]
    created_at: Mapped[datetime]


class Participant(Base):
    __tablename__ = "participant"
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    name: Mapped[str]
    reading: Mapped[str]
    organisation: Mapped[str]


class Booking(Base):
    __tablename__ = "booking"
    __table_args__ = (Index("ix_booking_places", "event_id", "way", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    way: Mapped[str]
    state: Mapped[str]


class OutboxLetter(Base):
    __tablename__ = "outbox_letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    to_address: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str]
    subject_id: Mapped[int]


class SignUpForm(Form):
    name = StringField("Name", [DataRequired(), Length(max=80)])
    reading = StringField("Reading", [DataRequired(), Length(max=80)])
    organisation = StringField("Organisation", [Length(max=100)])
    email = StringField("E-mail", [Optional(), Length(max=254), Email()])
    telephone = StringField("Telephone", [Optional(), Regexp(r"^[\d-]{9,15}$")])
    way = RadioField("Way", [InputRequired()], choices=["venue", "online"])
    note = TextAreaField("Note", [Length(max=1000)])


INDEX = """<!doctype html><title>Meetings</title><h1>Meetings</h1><ul>
{% for e in events %}<li><a href="/events/{{ e.slug }}">{{ e.title }}</a> {{ e.starts_at }}</li>
{% endfor %}</ul>"""
EVENT = """<!doctype html><title>{{ e.title }}</title><h1>{{ e.title }}</h1><p>{{ e.starts_at }}</p>
<p>{{ e.places - taken }} places left</p><a href="/events/{{ e.slug }}/register">Sign up</a>"""
FORM = """<!doctype html><title>{{ e.title }}</title><h1>{{ e.title }}</h1><form method="post">
{% for f in form %}<p>{{ f.label }} {{ f }} {% for error in f.errors %}{{ error }}{% endfor %}</p>
{% endfor %}<button>Sign up</button></form>"""


def create_app(**given: Any) -> Flask:
    settings = load_settings(**given)
    app = Flask(__name__)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=dialect.engine_options(
            settings.sqlalchemy_url, settings.lock_timeout
        ),
    )
    db.init_app(app)
    with app.app_context():
        dialect.prepare(db.engine)
    app.add_url_rule("/", view_func=index)
    app.add_url_rule("/events/<slug>", view_func=event)
    app.add_url_rule("/events/<slug>/register", view_func=form)
    app.add_url_rule("/events/<slug>/register", view_func=submit, methods=["POST"])
    return app


def make_tables(count: int, places: int) -> None:
    """Make the tables and ``count`` meetings."""
    db.create_all()
    moment = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=40)
    with _writing() as session:
        session.add_all(
            Event(
                slug=f"meeting-{n}", title=f"見本の会 {n}", places=places,
                starts_at=moment, closes_at=moment,
            )
            for n in range(count)
        )  # fmt: skip
        session.commit()


def index() -> str:
    events = db.session.scalars(select(Event).order_by(Event.starts_at)).all()
    return render_template_string(INDEX, events=events)


def event(slug: str) -> str:
    found = _find(slug)
    return render_template_string(EVENT, e=found, taken=_taken(db.session, found))


def form(slug: str) -> str:
    return render_template_string(FORM, e=_find(slug), form=SignUpForm())


def submit(slug: str) -> Any:
    typed = SignUpForm(request.form)
    if not typed.validate():
        return Response(render_template_string(FORM, e=_find(slug), form=typed), 422)
    with _writing() as session:
        number = _sign_up(session, slug, typed.data)
        session.commit()
    return redirect(f"/events/{slug}/done/{number}", 303)


@contextmanager
def _writing() -> Iterator[Session]:
    with (
        db.engine.connect().execution_options(writer=True) as connection,
        Session(connection) as session,
    ):
        yield session


def _sign_up(session: Any, slug: str, values: dict[str, str]) -> int:
    locked = session.scalars(
        select(Event).where(Event.slug == slug).with_for_update(key_share=True)
    ).one()
    moment = datetime.now(UTC).replace(tzinfo=None)
    if locked.closes_at < moment or _taken(session, locked) >= locked.places:
        raise RuntimeError("full")
    highest = select(func.max(Registration.number)).where(Registration.event_id == locked.id)
    number = (session.scalar(highest) or 0) + 1
    registration = Registration(
        event_id=locked.id, number=number, created_at=moment, email=values["email"],
        telephone=values["telephone"], note=values["note"],
    )  # fmt: skip
    session.add(registration)
    session.flush()
    participant = Participant(
        registration_id=registration.id, name=values["name"], reading=values["reading"],
        organisation=values["organisation"],
    )  # fmt: skip
    session.add(participant)
    session.flush()
    session.add(
        Booking(
            participant_id=participant.id, event_id=locked.id, way=values["way"], state="confirmed"
        )
    )
    session.add(
        OutboxLetter(
            registration_id=registration.id, to_address=values["email"], body="", state="queued"
        )
    )
    session.add(AuditEntry(at=moment, action="created", subject_id=registration.id))
    return number


def _find(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def _taken(session: Any, found: Event) -> int:
    return session.scalar(
        select(func.count()).where(Booking.event_id == found.id, Booking.state == "confirmed")
    )
