"""The way to the mail server: Flask-Mail with time limits, verified TLS, one connection for many.

Flask-Mail 0.10 sets no time limit and checks no certificate, so its connection is opened here.
"""

import contextlib
import math
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from flask_mail import Connection, Mail, Message

from app.config import Settings
from app.mail.replies import BEFORE_MAIL, Accepted, SettingsFault, Temporary, classify, show_reply

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

READY = 220
LETTERS_PER_CONNECTION = 100  # many servers close after so many
LIMITS_PER_LETTER = 2
LOOKS = 20  # how often in a letter's time somebody looks whether it is over


def letter_limit(settings: Settings) -> float:
    """Seconds that one letter may take in all, opening the connection included."""
    return LIMITS_PER_LETTER * settings.mail_timeout


class Talk(smtplib.SMTP):
    """A conversation that knows how far it is, which smtplib's exceptions do not tell."""

    def __init__(self, host: str, *, timeout: float, our_name: str) -> None:
        """Prepare only; ``connect`` opens it. ``our_name`` given, no DNS has to be asked for it."""
        super().__init__(local_hostname=our_name, timeout=timeout)
        self._host = host  # the name that a certificate must bear
        self.phase = "connect"
        self.last_reply = ""

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """MAIL FROM."""
        self.phase = "mail"
        return super().mail(sender, options)

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """RCPT TO."""
        self.phase = "rcpt"
        return super().rcpt(recip, options)

    def data(self, msg: "ReadableBuffer | str") -> tuple[int, bytes]:
        """DATA, keeping what the server said."""
        self.phase = "data"
        code, reply = super().data(msg)
        self.last_reply = show_reply(code, reply)
        return code, reply


class TlsTalk(Talk, smtplib.SMTP_SSL):
    """The same over implicit TLS (RFC 8314), the certificate verified."""

    def __init__(self, host: str, *, timeout: float, our_name: str) -> None:
        super().__init__(host, timeout=timeout, our_name=our_name)
        self.context = ssl.create_default_context()


class TimedConnection(Connection):
    """Flask-Mail's connection, opened by our settings and closed whatever happens."""

    def __init__(self, mail: Mail, settings: Settings) -> None:
        super().__init__(mail)
        self.settings = settings
        host, self.port = settings.mail_host
        kind = TlsTalk if settings.mail_tls and not settings.local_mailbox else Talk
        self.talk = kind(host, timeout=settings.mail_timeout, our_name=_our_name(settings))
        self.server = host

    def configure_host(self) -> Talk:
        """Connect, greet, and where asked for STARTTLS and log in."""
        talk, settings = self.talk, self.settings
        code, reply = talk.connect(self.server, self.port)
        if code != READY:
            talk.close()
            raise smtplib.SMTPConnectError(code, reply)
        talk.phase = "ehlo"
        talk.ehlo_or_helo_if_needed()
        if settings.local_mailbox:
            return talk
        if settings.mail_starttls:
            talk.phase = "starttls"
            talk.starttls(context=ssl.create_default_context())
        if settings.mail_username:
            talk.phase = "login"
            talk.login(settings.mail_username, settings.mail_password.get_secret_value())
        return talk

    def close(self) -> None:
        """Say goodbye where that is possible."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if self.talk.sock is not None:
                self.talk.sock.settimeout(1)  # the letters are through: no long farewell
                self.talk.quit()
        self.talk.close()

    def cut(self) -> None:
        """Break off from another thread: whatever waits for the server gets an error at once."""
        sock = self.talk.sock
        if sock is not None:
            with contextlib.suppress(OSError):  # it may be closed meanwhile
                sock.shutdown(socket.SHUT_RDWR)


class TimedMail(Mail):
    """Flask-Mail whose connections have time limits."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        super().__init__(app)
        self.settings = settings

    def connect(self) -> TimedConnection:
        """A connection to the mail server, not yet open."""
        return TimedConnection(self, self.settings)


class Transport:
    """Hands letters to the mail server, one connection for many. For one thread, save ``abort``."""

    def __init__(self, mail: TimedMail) -> None:
        self._mail = mail
        self._connection: TimedConnection | None = None
        self._overdue = False
        self._deadline = math.inf
        self._unwatched = threading.Event()
        self._unwatched.set()
        self.aborted = False

    def send(self, message: Message) -> Accepted:
        """Hand over one message. Needs the application context, as Flask-Mail does.

        Raises:
            FinalRefusal: this letter is refused for good.
            SettingsFault: no letter can be sent before the settings are mended.
            Temporary: it may work later.
        """
        if not self._mail.settings.mail_host[0]:
            raise SettingsFault("no_server")
        with self._time_limit():
            known = self._connection
            try:
                return self._hand_over(message)
            except Temporary as error:
                # A server may end a connection that was good for earlier letters.
                if known is None or known.talk.phase != "mail" or not self._may_reopen(error):
                    raise
            return self._hand_over(message)

    def close(self) -> None:
        """End the connection, if there is one; the next letter opens another."""
        self._unwatched.set()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def abort(self) -> None:
        """Break off, from another thread, for good: what is under way fails as Temporary."""
        self.aborted = True
        if (connection := self._connection) is not None:
            connection.cut()

    def _may_reopen(self, error: Temporary) -> bool:
        return self._connection is None and error.code != "timeout" and not self.aborted

    def _hand_over(self, message: Message) -> Accepted:
        connection = self._open()
        try:
            connection.send(message)
        except (smtplib.SMTPException, OSError) as error:
            raise self._meaning(error, connection) from error
        reply = connection.talk.last_reply
        if connection.num_emails >= LETTERS_PER_CONNECTION:
            self._hang_up()
        return Accepted(reply=reply)

    def _open(self) -> TimedConnection:
        if self._connection is not None:
            return self._connection
        connection = self._connection = self._mail.connect()
        try:
            connection.__enter__()
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise self._meaning(error, connection) from error
        return connection

    def _meaning(self, error: Exception, connection: TimedConnection) -> Exception:
        phase = connection.talk.phase
        if phase in BEFORE_MAIL or connection.talk.sock is None or self._overdue:
            self._hang_up()
        if self.aborted:
            return Temporary("stopped")
        if self._overdue:
            return Temporary("timeout", whole_server=phase in BEFORE_MAIL)
        return classify(error, phase)

    @contextmanager
    def _time_limit(self) -> Iterator[None]:
        """Break off a letter that takes too long in all; a socket's limit begins anew each byte."""
        limit = letter_limit(self._mail.settings)
        self._overdue = False
        self._deadline = time.monotonic() + limit
        if self._unwatched.is_set():
            self._unwatched = threading.Event()
            watch = partial(self._watch, self._unwatched, limit / LOOKS)
            threading.Thread(target=watch, name="time limit", daemon=True).start()
        try:
            yield
        finally:
            self._deadline = math.inf

    def _watch(self, unwatched: threading.Event, every: float) -> None:
        """One thread for all letters of a connection: a timer for each costs as much as a reply."""
        while not unwatched.wait(every):
            if time.monotonic() > self._deadline:
                self._deadline = math.inf
                self._overdue = True
                if (connection := self._connection) is not None:
                    connection.cut()


def _our_name(settings: Settings) -> str:
    """What we call ourselves in EHLO (RFC 5321, 4.1.1.1): a name, or an address in brackets."""
    host = urlsplit(settings.public_url).hostname or "localhost"
    return f"[{host}]" if host.replace(".", "").isdigit() else host
