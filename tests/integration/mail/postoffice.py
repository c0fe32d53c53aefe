"""A real SMTP server on loopback that answers as it is told, and remembers what it took."""

# ruff: noqa: N802, ARG002  # names and arguments are aiosmtpd's

import asyncio
import contextlib
import email
import logging
import socket
import socketserver
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

# The server's thread would format tracebacks, for which Python parses code; until 3.12 a parse in
# one thread breaks one in another (python/cpython#106905), such as werkzeug's of its routes.
logging.getLogger("mail.log").disabled = True

HANG = "hang"
DROP = "drop"
OK = "250 2.0.0 OK"


@dataclass(frozen=True)
class Taken:
    """A letter that the server took (said 250 to, unless it was told to drop the line)."""

    to: str
    message: EmailMessage
    at: float

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class PostOffice:
    """Answers by ``script``: for mail, rcpt and data the next of the list, then OK for ever.

    An answer is a reply line, ``HANG`` or ``DROP``. ``refused`` gives the reply to RCPT by address.
    """

    script: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    refused: dict[str, str] = field(default_factory=dict)
    letters: list[Taken] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    connections: int = 0
    seconds_a_letter: float = 0
    port: int = 0
    before_answer: Callable[[str], None] = lambda _command: None

    def on(self, command: str, *answers: str) -> None:
        self.script[command].extend(answers)

    async def _answer(self, command: str, server: SMTP) -> str:
        self.before_answer(command)
        answer = self.script[command].popleft() if self.script[command] else OK
        if answer == HANG:
            await asyncio.sleep(60)
        if answer == DROP:
            server.transport.abort()
        return answer

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        answer = await self._answer("ehlo", server)
        return lines if answer == OK else [answer]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("mail", server)
        if answer == OK:
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tries.append(address)
        answer = self.refused.get(address) or await self._answer("rcpt", server)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.seconds_a_letter)
        answer = await self._answer("data", server)
        if answer in {OK, DROP}:
            self.keep(envelope)
        return answer

    def keep(self, envelope: Envelope) -> None:
        """Take a letter."""
        content = envelope.original_content or b""
        message = email.message_from_bytes(content, policy=policy.default)
        self.letters.append(Taken(envelope.rcpt_tos[0], message, time.monotonic()))


@contextmanager
def post_office(
    *, password: str = "", office: PostOffice | None = None, **options: Any
) -> Iterator[PostOffice]:
    """Open a server; with ``password`` it wants to be logged in to (user ``mihon``)."""
    office = office or PostOffice()

    def check(_server: SMTP, _s: Session, _e: Envelope, _m: str, given: Any) -> AuthResult:
        good = given.login == b"mihon" and given.password == password.encode()
        return AuthResult(success=good, handled=False)

    if password:
        options |= {
            "authenticator": check,
            "auth_required": "tls_context" in options,
            "auth_require_tls": "tls_context" in options,
        }
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


@contextmanager
def raw_server(greeting: bytes, *, drip: bool = False) -> Iterator[int]:
    """A server that greets (or says nothing, or a letter at a time) and then waits; its port."""

    class Greet(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.request.settimeout(20)
                if drip:
                    while True:
                        self.request.sendall(b"2")
                        time.sleep(0.1)
                self.request.sendall(greeting)
                while self.request.recv(1024):
                    pass

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Greet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
