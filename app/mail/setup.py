"""Set up mail for an application."""

from flask import Flask, current_app

from app.config import Settings
from app.mail.transport import TimedConnection, TimedMail, Transport

_NAME = "tsudoi_mail"


def init_app(app: Flask, settings: Settings) -> None:
    """Set up Flask-Mail by our settings; its own time limits and TLS are made by the transport."""
    host, port = settings.mail_host
    app.config.update(
        MAIL_SERVER=host,
        MAIL_PORT=port,
        MAIL_DEFAULT_SENDER=settings.mail_sender,
        MAIL_SUPPRESS_SEND=False,  # tests speak to a server of their own
        MAIL_MAX_EMAILS=None,  # it would reconnect after the last letter, and fail for it
        MAIL_DEBUG=0,  # letters must not stand in the log
    )
    app.extensions[_NAME] = TimedMail(app, settings)


def make_transport() -> Transport:
    """A transport of the current application, not yet connected."""
    mail: TimedMail = current_app.extensions[_NAME]
    return Transport(mail)


def make_connection(settings: Settings) -> TimedConnection:
    """A connection of the current application by other settings of time, not yet open."""
    mail: TimedMail = current_app.extensions[_NAME]
    return TimedConnection(mail, settings)
