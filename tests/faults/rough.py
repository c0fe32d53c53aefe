"""A mail server and a clock that behave as badly as can be, by chance but the same each time."""

# ruff: noqa: N802  # names are aiosmtpd's

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.integration.mail.postoffice import DROP, HANG, PostOffice
from tests.sizes import WHOLE

TAKE_AND_HANG = "take and hang"
RARE = 0.008 if WHOLE else 0.03


@dataclass
class RoughOffice(PostOffice):
    """Answers by chance: ``chances`` gives for a command the share of each other answer.

    ``cuts`` is the share of letters in which the line is cut within a few milliseconds of RCPT:
    before, amid or after DATA. ``unsure`` collects whose letter was taken while the client was not
    told: only these may come twice.
    """

    chances: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    cuts: float = 0
    unsure: set[str] = field(default_factory=set)
    faults: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(4))
    _taken_last: dict[SMTP, str] = field(default_factory=dict)

    async def _answer(self, command: str, server: SMTP) -> str:
        drawn = self.chance.random()
        for answer, share in self.chances.get(command, {}).items():
            drawn -= share
            if drawn < 0:
                self.faults += 1
                self.script[command].appendleft(answer)
                break
        return await super()._answer(command, server)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._taken_last.pop(server, None)
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.chance.random() < self.cuts:
            delay = self.chance.random() * 0.02
            asyncio.get_running_loop().call_later(delay, self._cut, server)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        before = len(self.letters)
        answer = await super().handle_DATA(server, session, envelope)
        if answer == TAKE_AND_HANG:
            self.keep(envelope)
        if len(self.letters) > before:
            to = envelope.rcpt_tos[0]
            self._taken_last[server] = to
            # The line may have been cut between the end of DATA and here.
            cut = server.transport is None or server.transport.is_closing()
            if cut or answer in {DROP, TAKE_AND_HANG}:
                self.unsure.add(to)
        if answer == TAKE_AND_HANG:
            await asyncio.sleep(60)
        return answer

    def _cut(self, server: SMTP) -> None:
        self.faults += 1
        if (to := self._taken_last.get(server)) is not None:
            self.unsure.add(to)
        if server.transport is not None:
            server.transport.abort()


DROPS = {"mail": {DROP: 0.03}, "rcpt": {DROP: 0.03}, "data": {DROP: 0.05}}
BUSY = {
    "ehlo": {"421 4.3.2 Not now": 0.1},
    "mail": {"421 4.7.0 Too fast": 0.04, "451 4.3.0 Busy": 0.04},
    "rcpt": {"421 4.7.0 Too fast": 0.03, "451 4.7.1 Greylisted": 0.1},
    "data": {"421 4.7.0 Too fast": 0.03, "451 4.3.0 Busy": 0.05},
}
HANGS = {
    "ehlo": {HANG: 0.05},
    "mail": {HANG: RARE},
    "rcpt": {HANG: RARE},
    "data": {HANG: RARE, TAKE_AND_HANG: RARE},
}
