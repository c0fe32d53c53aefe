"""The load: visitors in a process of their own, on connections that stay open.

Reads one plan as JSON from stdin, writes what was measured as JSON to stdout. Plain sockets, since
an HTTP library would cost as much as what it measures.
"""

import json
import re
import secrets
import socket
import sys
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode

from app.base.tokens import FormSigner
from tests.pages import filled_in

WARM_UP = 0.5
ACTION = re.compile(r'<form[^>]* method="post" action="([^"]+)"')


class Line:
    """One visitor's connection; opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.head = (
            f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            "Sec-Fetch-Site: same-origin\r\nAccept: text/html\r\nUser-Agent: load\r\n"
        )
        self.socket: socket.socket | None = None

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page."""
        return self._exchange(f"GET {path}{self.head}\r\n".encode())

    def post(self, path: str, values: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of what a form gives."""
        body = urlencode(values).encode()
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        head = f"POST {path}{self.head}{kind}Content-Length: {len(body)}\r\n\r\n"
        return self._exchange(head.encode() + body)

    def _exchange(self, request: bytes) -> tuple[int, bytes]:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _gap, body = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))  # type: ignore[union-attr]
        while len(body) < length:
            body += self._more()
        if b"onnection: close" in head:
            self.socket.close()
            self.socket = None
        return int(head[9:12]), body

    def _more(self) -> bytes:
        assert self.socket is not None
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        return data


class Visitor(threading.Thread):
    """One visitor, who does the same thing again and again until the time is over."""

    def __init__(self, plan: dict[str, Any], stop_at: float, number: int) -> None:
        super().__init__()
        self.plan, self.stop_at, self.number = plan, stop_at, number
        self.line = Line(plan["port"])
        self.times: dict[str, list[float]] = defaultdict(list)
        self.signer = FormSigner([plan["key"].encode()])
        self.run_id = secrets.token_hex(4)
        self.made = 0
        self.failure = ""
        self.empty: dict[str, str] = {}

    def run(self) -> None:
        """Work; whatever goes wrong ends the measurement."""
        try:
            self._work()
        except Exception as error:  # noqa: BLE001  # told by main, from the other thread
            self.failure = f"{type(error).__name__}: {error}"

    def _work(self) -> None:
        """Only what began after the warm-up counts."""
        action = getattr(self, self.plan["kind"])
        counts_from = self.stop_at - self.plan["seconds"]
        while (began := time.perf_counter()) < self.stop_at:
            steps = action()
            if began >= counts_from:
                for name, seconds in steps.items():
                    self.times[name].append(seconds)

    def get(self) -> dict[str, float]:
        """One page."""
        return {"get": self._timed(200, self.line.get, self.plan["path"])[0]}

    def post(self) -> dict[str, float]:
        """The floor's one step."""
        took, _page = self._timed(303, self.line.post, self.plan["path"], self._values())
        return {"post": took}

    def check(self) -> dict[str, float]:
        """確認 alone, with a token that was signed here."""
        values = {**self._form(), **self._values(), "step": "check", "token": self._token()}
        return {"check": self._timed(200, self.line.post, self.plan["path"], values)[0]}

    def complete(self) -> dict[str, float]:
        """完了 alone, with a token that was signed here."""
        values = {**self._form(), **self._values(), "step": "complete", "token": self._token()}
        return {"complete": self._timed(303, self.line.post, self.plan["path"], values)[0]}

    def whole(self) -> dict[str, float]:
        """入力, 確認, 完了 of one person, each with what the page before gave."""
        form, page = self._timed(200, self.line.get, self.plan["path"])
        return self._finish({"form": form}, page, self._values())

    def day(self) -> dict[str, float]:
        """Three people for all meetings of the day, one of them online: six requests."""
        form, page = self._timed(200, self.line.get, self.plan["path"])
        names = {f"p{n}-name": f"見本 {n}" for n in range(3)}
        names |= {f"p{n}-reading": "みほん" for n in range(3)}
        added = 0.0
        for step in ("add", "add", "differ"):
            values = {**filled_in(page.decode()).to_dict(), "step": step}
            took, page = self._timed(200, self.line.post, _action(page), values)
            added += took
        ways = re.findall(r'name="(p2-way-[0-9]+)" value="online"', page.decode())
        values = {**self._values(), **names, **dict.fromkeys(ways, "online")}
        return self._finish({"form": form, "add": added}, page, values)

    def _finish(
        self, steps: dict[str, float], page: bytes, values: dict[str, str]
    ) -> dict[str, float]:
        """確認 and 完了 of what stands in the form."""
        path = _action(page)
        values = {**answered(page.decode()), **values, "step": "check"}
        check, page = self._timed(200, self.line.post, path, values)
        values = {**filled_in(page.decode()).to_dict(), "step": "complete"}
        complete, _page = self._timed(303, self.line.post, path, values)
        whole = sum(steps.values()) + check + complete
        return {**steps, "check": check, "complete": complete, "whole": whole}

    def _form(self) -> dict[str, str]:
        """What the empty form sends; read once, since that is not what is measured."""
        if not self.empty and self.plan["path"].endswith("/check"):
            _status, page = self.line.get(self.plan["path"].removesuffix("/check"))
            self.empty = answered(page.decode())
        return self.empty

    def _timed(self, expected: int, call: Any, *arguments: Any) -> tuple[float, bytes]:
        began = time.perf_counter()
        status, page = call(*arguments)
        took = time.perf_counter() - began
        if status != expected:
            raise RuntimeError(f"{status} instead of {expected}: {_title(page)}")
        return took, page

    def _values(self) -> dict[str, str]:
        self.made += 1
        who = {"name": "見本 花子", "reading": "みほん はなこ", "organisation": "見本ワーカーズ"}
        address = f"mihon-{self.run_id}-{self.made}@example.com"
        if self.plan["kind"] == "post":
            return {
                **who,
                "email": address,
                "telephone": "03-0000-0000",
                "way": "venue",
                "note": "",
            }
        named = {f"p0-{name}": value for name, value in who.items()}
        return {**named, "email": address, "telephone": "03-0000-0000"}

    def _token(self) -> str:
        return self.signer.issue("sign-up", datetime.now(UTC))


def _title(page: bytes) -> str:
    return page.decode().partition("<title>")[2].partition("</title>")[0]


def answered(page: str) -> dict[str, str]:
    """What the form of a page sends, with the first choice of every question nobody answered."""
    values = filled_in(page).to_dict()
    for name, value in re.findall(r'type="radio"[^>]* name="([^"]+)" value="([^"]*)"', page):
        values.setdefault(name, value)
    return values


def _action(page: bytes) -> str:
    found = ACTION.search(page.decode())
    assert found, "the page holds no form"
    return unescape(found.group(1))


def main() -> None:
    """Run the plan."""
    plan = json.load(sys.stdin)
    stop_at = time.perf_counter() + WARM_UP + plan["seconds"]
    visitors = [Visitor(plan, stop_at, n) for n in range(plan["clients"])]
    cpu = time.process_time()
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    failures = {visitor.failure for visitor in visitors if visitor.failure}
    if failures:
        sys.exit("\n".join(failures))
    times: dict[str, list[float]] = defaultdict(list)
    for visitor in visitors:
        for name, seconds in visitor.times.items():
            times[name] += seconds
    json.dump({"times": times, "cpu": time.process_time() - cpu}, sys.stdout)


if __name__ == "__main__":
    main()
