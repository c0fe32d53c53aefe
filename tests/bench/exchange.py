"""Lists on their way out and in: files of many rows, and sign-ups while a list is stored.

``python -m tests.bench.exchange URL FOLDER EVENT`` makes one workbook in a process of its own, so
that its memory can be told from that of the measurement.
"""

import csv
import io
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Flask

from app.auth.facts import Actor
from app.base.errors import Busy
from app.db import Translated, db
from app.jobs.facts import Done, Task
from app.registration.imports import applying, questions
from app.registration.imports.facts import RunView
from app.registration.lists import columns, exporting
from app.registration.lists.export import Wanted, csv_lines, open_sheet
from app.registration.lists.finding import RosterFilter
from tests.bench.places import application, databases
from tests.entries import make_question, sign_up
from tests.entries import person as entry_of
from tests.factories import make_event, make_signups, person
from tests.imports import HEADINGS, checked, csv_file, imported, undone
from tests.office import make_account
from tests.serving import ROOT

SIZES = (10_000, 100_000)
IMPORTED = 10_000


def run(name: str) -> None:
    """Print the measurements on one kind of database ('sqlite', 'postgresql')."""
    with databases(name) as (_floor, product), tempfile.TemporaryDirectory() as folder:
        app = application(product.url, Path(folder))
        with app.app_context():
            for size in SIZES:
                event = make_event(f"out-{size}", venue=None)
                make_signups(event, size)
                _export(name, product.url, event, size)
            _import(name, app)
            db.session.remove()
            db.engine.dispose()


def _export(name: str, url: str, event: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bench.exchange", url, folder, str(event)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    print(f"\n{name}: {size:,} people out of the house")
    print(
        f"  XLSX: {told['seconds']:.2f} s ({told['work']:.2f} s at work), "
        f"{told['octets'] / 1e6:.1f} MB, "
        f"the whole process at most {told['memory']:.0f} MB ({told['before']:.0f} MB before)"
    )
    began = time.perf_counter()
    octets = sum(map(len, csv_lines(open_sheet(Wanted(whom=RosterFilter(event_ids=(event,)))))))
    print(f"  CSV: {time.perf_counter() - began:.2f} s, {octets / 1e6:.1f} MB", flush=True)


def _import(name: str, app: Flask) -> None:
    by, event = make_account(), make_event("in", venue=None)
    make_question(event)
    make_question(event, "number", choices=(), label=Translated(ja="冊数"))
    people = [person(n) for n in range(IMPORTED)]
    data = csv_file(
        [
            (
                *(f"{one.name} {n}", one.reading, one.organisation, one.email, one.telephone),
                *("会場", "", f"選択{n % 2}", str(n % 5)),
            )
            for n, one in enumerate(people)
        ],
        [*HEADINGS, "昼食", "冊数"],
    )
    print(f"\n{name}: {IMPORTED:,} people into the house, sign-ups going on meanwhile")
    run = _steps("new", lambda: checked(event, data, by), by, app)
    assert run.counts["stored"] == IMPORTED
    _take_back(run, by)
    _steps("new again", lambda: checked(event, data, by), by, app)
    _take_back(_steps("changed", lambda: checked(event, _edited(event), by), by, app), by)


def _take_back(run: RunView, by: Actor) -> None:
    began = time.perf_counter()
    counts = undone(run, by).counts
    print(
        f"  taken back: {counts['undone']:,} people, {counts['kept']} kept, "
        f"{time.perf_counter() - began:.2f} s",
        flush=True,
    )


def _steps(what: str, check: Callable[[], RunView], by: Actor, app: Flask) -> RunView:
    began = time.perf_counter()
    run = check()
    dry = time.perf_counter() - began
    with _watched() as spent, _sign_ups(app, run.event_id) as waits:
        began = time.perf_counter()
        run = imported(run, by)
        all_of_it = time.perf_counter() - began
    print(
        f"  {what}: dry run {dry:.2f} s, stored in {all_of_it:.2f} s, of that the transaction "
        f"{spent[0]:.2f} s ({spent[1]:.2f} s of this process at work); "
        f"{len(waits)} sign-ups meanwhile, the longest {max(waits):.2f} s",
        flush=True,
    )
    return run


@contextmanager
def _watched() -> Iterator[list[float]]:
    """How long the one transaction takes, by the clock and of the processor."""
    spent: list[float] = []
    write = applying.write

    def timed(*given: Any) -> None:
        clock, work = time.perf_counter(), time.thread_time()
        write(*given)
        spent.extend((time.perf_counter() - clock, time.thread_time() - work))

    applying.write = timed
    try:
        yield spent
    finally:
        applying.write = write


@contextmanager
def _sign_ups(app: Flask, event: int) -> Iterator[list[float]]:
    """One visitor after the other signs up; how long each takes."""
    over, waits = threading.Event(), [0.0]

    def work() -> None:
        with app.app_context():
            while not over.is_set():
                began = time.perf_counter()
                who = f"見本 {time.monotonic_ns()}"
                with suppress(Busy):  # on a machine so slow that 5 s were not enough
                    sign_up("in", entry_of(who, event), email=f"{time.monotonic_ns()}@example.com")
                waits.append(time.perf_counter() - began)
                over.wait(0.05)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def _edited(event: int) -> bytes:
    wanted = Wanted(
        whom=RosterFilter(event_ids=(event,)),
        codes=columns.ALL,
        questions=tuple(db.session.scalars(questions.ids_of(event))),
        marked=True,
    )
    db.session.remove()
    text = b"".join(csv_lines(open_sheet(wanted))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for row in rows[:IMPORTED]:
        row["役職"], row["備考"] = "理事", "書類あり"
        row["昼食"], row["冊数"] = "選択1" if row["昼食"] == "選択0" else "選択0", "7"
    chosen: Sequence[dict[str, str]] = rows[:IMPORTED]
    return csv_file([list(row.values()) for row in chosen], list(chosen[0]))


def main() -> None:
    """Make one workbook as the worker does, and tell time and memory as JSON."""
    url, folder, event = sys.argv[1:]
    app = application(url, Path(folder))
    with app.app_context():
        wanted = {
            "wanted": asdict(Wanted(whom=RosterFilter(event_ids=(int(event),)))),
            "kind": "xlsx",
            "filename": "list.xlsx",
        }
        task = Task(id=1, subject_id=int(event), account_id=1, locale="ja", params=wanted)
        before = _memory()
        began, work = time.perf_counter(), time.process_time()
        octets = 0
        for step in exporting.export_work(task):
            if isinstance(step, Done) and step.file is not None:
                octets = len(step.file.data)
        told = {
            "seconds": time.perf_counter() - began,
            "work": time.process_time() - work,
            "octets": octets,
        }
        print(json.dumps({**told, "memory": _memory(), "before": before}))
        db.session.remove()
        db.engine.dispose()


def _memory() -> float:
    """The most memory that this process has had, in MB: Linux counts anew for each program."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
