"""``make bench``: the product beside a floor, on both databases, in one run."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench import campaigns, counts, exchange, letters, office
from tests.bench.places import Database, databases
from tests.serving import ROOT, SECRET_KEY, Server, gunicorn

MANY_SIGNUPS = "100000000 per hour"
SEVERAL = 8
PARTS = ("flow", "queries", "office", "exchange", "letters", "campaigns")


@dataclass
class Figures:
    """What the rounds of one measurement gave: times in seconds, of each step."""

    rates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    p50: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    p95: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, times: dict[str, list[float]], seconds: float) -> None:
        for name, found in times.items():
            found.sort()
            self.rates[name].append(len(found) / seconds)
            self.p50[name].append(found[len(found) // 2])
            self.p95[name].append(found[int(len(found) * 0.95)])

    def rate(self, name: str) -> float:
        return statistics.median(self.rates[name])

    def line(self, name: str) -> tuple[float, float, float]:
        """Per second, p50 and p95 in milliseconds: medians of the rounds."""
        return (
            self.rate(name),
            statistics.median(self.p50[name]) * 1000,
            statistics.median(self.p95[name]) * 1000,
        )


@dataclass(frozen=True)
class Side:
    """One of the two that are compared."""

    name: str
    server: Server
    database: Database

    def path(self, page: str) -> str:
        """The address of 'listing', 'meeting', 'form', or of what the form leads to: 'submit'."""
        meeting = f"/events/{self.database.slug}"
        return {
            "listing": "/",
            "meeting": meeting,
            "form": f"{meeting}/register",
            "submit": f"{meeting}/register/check",
        }[page]


def load(side: Side, kind: str, path: str, clients: int, seconds: float) -> dict[str, Any]:
    """Let ``clients`` visitors do ``kind`` for ``seconds``, in a process of their own."""
    plan = {
        "port": side.server.port,
        "kind": kind,
        "path": path,
        "clients": clients,
        "seconds": seconds,
        "key": SECRET_KEY,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        cwd=ROOT, input=json.dumps(plan), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{side.name}, {kind} {path}: {done.stderr}\n{side.server.errors[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(
    pairs: Sequence[tuple[Side, str, str]], clients: int, seconds: float, rounds: int
) -> list[Figures]:
    """Interleave the given measurements (side, kind, page), round by round."""
    figures = [Figures() for _ in pairs]
    for _ in range(rounds):
        for found, (side, kind, page) in zip(figures, pairs, strict=True):
            if kind != "get":
                side.database.empty()
            found.add(load(side, kind, side.path(page), clients, seconds)["times"], seconds)
    return figures


def print_line(name: str, figures: Figures, step: str, base: Figures | None, of: str = "") -> None:
    rate, p50, p95 = figures.line(step)
    ratio = f"{rate / base.rate(of or step):6.2f}" if base else "      "
    print(f"  {name:<34}{rate:9.1f}{p50:10.1f}{p95:10.1f}   {ratio}", flush=True)


def compare(floor: Side, product: Side, seconds: float, rounds: int) -> None:
    """Print the table of one database."""
    for clients in (1, SEVERAL):
        visitors = "one visitor" if clients == 1 else f"{clients} visitors"
        print(f" {visitors:<35}{'per s':>9}{'p50 ms':>10}{'p95 ms':>10}   {'to floor':>6}")
        for page, name in (
            ("listing", "list of meetings"),
            ("meeting", "a meeting's page"),
            ("form", "form"),
        ):
            low, own = measure(
                [(floor, "get", page), (product, "get", page)], clients, seconds, rounds
            )
            print_line(f"floor: {name}", low, "get", None)
            print_line(name, own, "get", low)
        low, whole, day, complete, check = measure(
            [
                (floor, "post", "form"),
                (product, "whole", "form"),
                (product, "day", "form"),
                (product, "complete", "submit"),
                (product, "check", "submit"),
            ],
            clients,
            seconds,
            rounds,
        )
        print_line("floor: POST", low, "post", None)
        print_line("POST check (確認) alone", check, "check", low, "post")
        print_line("POST complete (完了) alone", complete, "complete", low, "post")
        print_line("whole sign-ups (3 requests)", whole, "whole", low, "post")
        for step in ("form", "check", "complete"):
            print_line(f"  of these: {step}", whole, step, None)
        print_line("three people, one day (6 requests)", day, "whole", low, "post")
        for step in ("form", "add", "check", "complete"):
            print_line(f"  of these: {step}", day, step, None)


def run(name: str, seconds: float, rounds: int, workers: int, threads: int) -> None:
    """Measure on one kind of database."""
    sizes = {"workers": workers, "threads": threads}
    with (
        databases(name) as (floor_database, product_database),
        gunicorn("tests.bench.floor:create_app()", floor_database.url, **sizes) as floor_server,
        gunicorn(
            "wsgi:app", product_database.url, **sizes, limit_signups=MANY_SIGNUPS
        ) as product_server,
    ):
        print(f"\n{name}: gunicorn, {workers} processes with {threads} threads each")
        floor = Side("floor", floor_server, floor_database)
        product = Side("product", product_server, product_database)
        compare(floor, product, seconds, rounds)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--letters", type=int, default=letters.LETTERS, help="in all")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    given = parser.parse_args()
    parts = given.part or PARTS
    names = [given.only] if given.only else ["sqlite", "postgresql"]
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, which the servers share "
        f"with the load and the database; load average {os.getloadavg()[0]:.1f} at the start.\n"
        f"Medians of {given.rounds} rounds of {given.seconds:g} s, floor and product by turns."
    )
    for name in names:
        if "flow" in parts:
            run(name, given.seconds, given.rounds, given.workers, given.threads)
        if "queries" in parts:
            counts.run(name)
        if "office" in parts:
            office.run(name)
        if "exchange" in parts:
            exchange.run(name)
        if "letters" in parts:
            letters.run(name, given.letters, letters.ROUNDS)
        if "campaigns" in parts:
            campaigns.run(name, given.letters)


if __name__ == "__main__":
    main()
