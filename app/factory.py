"""create_app: settings → database → web → mail → accounts → doors → commands."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from app.association import stored as association
from app.auth import guards
from app.auth import setup as auth
from app.auth.door import views as accounts
from app.cli import mail as mail_commands
from app.cli import maintenance, sample, setup, worker
from app.config import ROOT, Settings, load_settings
from app.db import db, dialect
from app.desk import views as desk
from app.events.standings import standing_name
from app.interest import views as interest
from app.interest.forgetting import forget_past_tick, forget_unconfirmed_tick
from app.interest.telling import tell_tick
from app.jobs import runner as jobs
from app.jobs.service import forget_files_tick
from app.mail import setup as mail
from app.mail import views as mailbox
from app.mail.bounces.forgetting import forget_received_tick
from app.mail.bounces.imap import read_mailbox_tick
from app.mail.bounces.service import divert_marked_tick
from app.mail.check.service import check_tick
from app.mail.forgetting import forget_bodies_tick
from app.mail.worker import TickJob
from app.organiser import errors as office_errors
from app.organiser import views as organiser
from app.organiser.finders import FINDERS
from app.planning.service import give_plans_tick
from app.public import views as public
from app.registration.again import views as again
from app.registration.again.service import answer_tick
from app.registration.bulk.service import work_tick
from app.registration.door import views as registration
from app.registration.imports import applying, checking, letters_work, undoing
from app.registration.imports.forgetting import forget_imports_tick
from app.registration.lists import exporting
from app.registration.notices import end_promotion_tick, tell_notices_tick
from app.registration.orders.service import tell_at_night_tick, tell_office_tick
from app.reminders.due import due_tick
from app.reminders.making import make_letters_tick
from app.retention.running import TICK, erase_tick
from app.web import errors
from app.web import setup as web
from app.web.limits import forget_expired_tick
from app.web.locale import offer_plain_words

MAX_BODY = 256 * 1024
SESSION_LIFE = timedelta(hours=12)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application.

    Args:
        settings: all settings; read from the environment and ``instance/`` when None.

    Raises:
        SettingsError: with one sentence on a setting that makes no sense.
    """
    settings = settings or load_settings()
    app = Flask(
        "app",
        root_path=str(ROOT),
        instance_path=str(settings.instance_path),
        template_folder="templates",
        static_folder="static",
    )
    app.extensions["settings"] = settings
    _configure(app, settings)
    _connect_database(app, settings)
    association.init_app(app, settings)
    web.init_app(app, settings)
    app.add_template_filter(standing_name)
    mail.init_app(app, settings)
    auth.init_app(app, settings)
    _open_doors(app, settings)
    app.extensions["ticks"] = _ticks()
    app.extensions["jobs"] = jobs.runner(_kinds_of_work()), jobs.leave
    for commands in (setup, sample, worker, mail_commands, maintenance):
        for command in commands.COMMANDS:
            app.cli.add_command(command)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secret, *retired = (key.decode() for key in settings.keys)
    app.config.update(
        SECRET_KEY=secret,
        SECRET_KEY_FALLBACKS=retired,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=dialect.engine_options(
            settings.sqlalchemy_url, settings.lock_timeout
        ),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=200,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        SESSION_COOKIE_NAME="tsudoi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFE,
    )
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the documented way
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )


def _connect_database(app: Flask, settings: Settings) -> None:
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    dialect.prepare_file(settings.sqlalchemy_url)
    db.init_app(app)
    Migrate(app, db, directory=str(Path(__file__).parent / "db" / "migrations"))
    with app.app_context():
        dialect.prepare(db.engine)


def _open_doors(app: Flask, settings: Settings) -> None:
    app.register_blueprint(public.blueprint)
    app.register_blueprint(interest.blueprint)
    app.register_blueprint(registration.blueprint)
    app.register_blueprint(again.blueprint)
    app.register_blueprint(accounts.blueprint)
    app.register_blueprint(organiser.blueprint)
    app.register_blueprint(desk.blueprint)
    guards.init_finders(app, FINDERS)
    for prefix in ("/office/", "/desk/"):
        errors.serve(app, prefix, office_errors.error_page)
    if settings.local_mailbox:
        app.register_blueprint(mailbox.blueprint)
    # Visitors' doors need no session: their forms carry a signed value of their own.
    for door in (public, interest, registration, again):
        auth.csrf.exempt(door.blueprint)
        offer_plain_words(app, door.blueprint)


def _ticks() -> list[TickJob]:
    return [
        TickJob("reminders", timedelta(seconds=15), due_tick),
        TickJob("plans", timedelta(seconds=15), give_plans_tick),
        TickJob("campaigns", timedelta(seconds=1), make_letters_tick),
        TickJob("changed meetings", timedelta(seconds=1), tell_notices_tick),
        TickJob("waiting lists", timedelta(seconds=30), end_promotion_tick),
        TickJob("new arrangements", timedelta(minutes=15), tell_office_tick),
        TickJob("arrangements late in the day", timedelta(minutes=1), tell_at_night_tick),
        TickJob("link requests", timedelta(seconds=2), answer_tick),
        TickJob("acts on many", timedelta(seconds=2), work_tick),
        TickJob("interest", timedelta(seconds=10), tell_tick),
        TickJob("unconfirmed interest", timedelta(hours=1), forget_unconfirmed_tick),
        TickJob("interest of past meetings", timedelta(hours=1), forget_past_tick),
        TickJob("bounces", timedelta(minutes=5), read_mailbox_tick),
        TickJob("marked addresses", timedelta(minutes=1), divert_marked_tick),
        TickJob("received messages", timedelta(days=1), forget_received_tick),
        TickJob("mail check", timedelta(seconds=5), check_tick),
        TickJob("old letters", timedelta(days=1), forget_bodies_tick),
        TickJob(TICK, timedelta(hours=1), erase_tick),
        TickJob("rate counters", timedelta(minutes=10), forget_expired_tick),
        TickJob("old files", timedelta(hours=1), forget_files_tick),
        TickJob("old imports", timedelta(hours=1), forget_imports_tick),
    ]


def _kinds_of_work() -> jobs.Kinds:
    return {
        exporting.KIND: exporting.export_work,
        checking.KIND: checking.check_work,
        applying.KIND: applying.apply_work,
        letters_work.KIND: letters_work.letters_work,
        undoing.KIND: undoing.undo_work,
    }
