"""Many acts at once in several processes, below the pages.

``python -m tests.racing`` is one of the processes. It reads its acts from standard input as JSON,
waits for the moment given, does them all at once in threads, and writes what became of each.
"""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.base.errors import Busy, Refusal
from app.config import load_settings
from app.factory import create_app
from tests.serving import SECRET_KEY

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 3
START_IN = 4.0
TRIES = 3


def race(database_url: str, instance: Path, acts: list[dict[str, Any]]) -> list[str]:
    """Do all acts at the same moment in three processes; their outcomes in no order."""
    begin = time.time() + START_IN
    shares = [acts[n::PROCESSES] for n in range(PROCESSES)]
    running = []
    for share in shares:
        given = {"url": database_url, "instance": str(instance), "at": begin, "acts": share}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.racing"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(given).encode())
        process.stdin.close()
        process.stdin = None
        running.append(process)
    outcomes: list[str] = []
    for process in running:
        told, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
        outcomes += json.loads(told)
    return outcomes


def do(act: dict[str, Any]) -> str:
    """One act; 'done', or the code of the refusal. Whoever is told to try again does so."""
    for _try in range(TRIES):
        with suppress(Busy):
            return _do(act)
    return "busy"


def _do(act: dict[str, Any]) -> str:
    from app.registration import attendance
    from app.registration.desk import undoing
    from app.registration.desk.admitting import admit
    from app.registration.facts import Doorkeeper
    from tests import entries

    try:
        if act["kind"] == "sign_up":
            answers = tuple(entries.chosen(q, c) for q, c in act.get("answers", ()))
            who = entries.person(act["name"], act["event"], way=act["way"], answers=answers)
            seen = None if act.get("may_wait", True) else frozenset()
            more = {} if seen is None else {"seen_waiting": seen}
            more |= {"invitation": act["invitation"]} if "invitation" in act else {}
            entries.sign_up(act["slug"], who, email=act["email"], **more)
        elif act["kind"] == "type_in":
            entries.type_in(act["slug"], act["name"], act["event"], by=act["by"])
        elif act["kind"] == "come":
            written = attendance.record_in(
                act["booking"], Doorkeeper(desk=act["desk"]), event_id=act["event"], seen=0
            )
            return "in" if written.new else f"in already by {written.fact and written.fact.desk}"
        elif act["kind"] == "take_back":
            taken = undoing.undo(act["fact"], act["event"], Doorkeeper(desk=act["desk"]))
            return "taken back" if taken else "was taken back"
        elif act["kind"] == "admit":
            written = admit(act["person"], act["event"], Doorkeeper(desk=act["desk"]))
            return "let in" if written.new else "let in already"
        else:
            signup = entries.signup_of(act["registration"])
            if not signup.coming:
                return "came too late"
            if act["kind"] == "cancel":
                entries.cancel(signup)
            else:
                wanted = entries.with_way(entries.as_entry(signup), 0, act["event"], act["way"])
                entries.change(signup, wanted)
    except Busy:
        raise
    except Refusal as refusal:
        return refusal.code
    return "done"


def main() -> None:
    """Be one process of a race."""
    given = json.load(sys.stdin)
    app = create_app(
        load_settings(
            instance_path=Path(given["instance"]),
            database_url=given["url"],
            secret_key=SECRET_KEY,
            mail_server="127.0.0.1",
            mail_starttls=False,
        )
    )
    outcomes: list[str] = []

    def work(act: dict[str, Any]) -> None:
        with app.app_context():
            time.sleep(max(0.0, given["at"] - time.time()))
            outcomes.append(do(act))

    threads = [threading.Thread(target=work, args=(act,)) for act in given["acts"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()
