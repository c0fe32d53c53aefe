"""A mail server that does nothing but take letters, in a process of its own.

``XCOUNT`` tells how many it took since the last ``XCOUNT``, and in how many seconds from the
greeting of the first connection to the last letter.
"""

import contextlib
import smtplib
import socketserver
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.serving import ROOT


@dataclass
class Tally:
    """What was taken."""

    letters: int = 0
    began: float = 0
    ended: float = 0
    ids: set[bytes] = field(default_factory=set)

    def begin(self) -> None:
        self.began = self.began or time.monotonic()

    def take(self, content: bytes) -> None:
        self.letters += 1
        self.ended = time.monotonic()
        start = content.lower().index(b"message-id:")
        self.ids.add(content[start : content.index(b"\n", start)])

    def tell(self) -> str:
        told = f"250 {self.letters} {len(self.ids)} {self.ended - self.began:.6f}"
        self.__init__()  # type: ignore[misc]  # begins anew
        return told


class Handler(socketserver.StreamRequestHandler):
    """One conversation."""

    server: "Server"
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            self._say("220 bench")
            while line := self.rfile.readline():
                if not self._answer(line[:4].upper()):
                    return

    def _answer(self, command: bytes) -> bool:
        tally = self.server.tally
        if command in {b"EHLO", b"HELO"}:
            self._say("250-bench\r\n250 8BITMIME")
        elif command == b"DATA":
            tally.begin()
            self._say("354 go on")
            lines = list(iter(self.rfile.readline, b".\r\n"))
            tally.take(b"".join(lines))
            self._say(f"250 2.0.0 queued as {tally.letters}")
        elif command == b"XCOU":
            self._say(tally.tell())
        elif command == b"QUIT":
            self._say("221 bye")
            return False
        else:
            if command == b"MAIL":
                tally.begin()
            self._say("250 OK")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    """On a free port of loopback."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tally = Tally()


@dataclass(frozen=True)
class Taken:
    """Letters, different ones among them, and seconds."""

    letters: int
    different: int
    seconds: float


@dataclass(frozen=True)
class MailServer:
    """The server as the measurements use it."""

    port: int

    def count(self) -> Taken:
        """What it took since it was last asked."""
        with smtplib.SMTP("127.0.0.1", self.port) as talk:
            letters, different, seconds = talk.docmd("XCOUNT")[1].split()
        return Taken(int(letters), int(different), float(seconds))


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Start one."""
    command = [sys.executable, "-m", "tests.bench.smtpd"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield MailServer(int(process.stdout.readline()))
        finally:
            process.kill()


if __name__ == "__main__":
    with Server() as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
