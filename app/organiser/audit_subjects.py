"""Which meeting an entry of the audit log is about, where it is about something of a meeting."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.auth.facts import HistoryEntry
from app.events import practising
from app.events.heads import MeetingHead
from app.interest import queries as interest
from app.registration import queries as registrations
from app.registration.desk import passes
from app.registration.privacy import queries as notices
from app.reminders import queries as reminders
from app.texts import queries as texts

Key = tuple[str, int]
"""Subject and id of an entry."""
PAGES = {
    "event": "registrations",
    "pass": "reception",
    "meeting": "registrations",
    "campaign": "reminders",
    "rule": "reminders",
    "letter_text": "letters",
    "notice": "notice",
    "interest": "overview",
}
"""The page of the meeting that shows what an entry is about."""


def ids_of(meeting: MeetingHead) -> dict[str, Any]:
    """All that entries about a meeting can be about: subjects with ids, or queries for ids."""
    return {
        "event": [meeting.id],
        "meeting": practising.with_copies(meeting.id),
        "registration": registrations.ids_of_meeting(meeting.id),
        "pass": passes.ids_of_meeting(meeting.id),
        "campaign": reminders.ids_of_meeting(meeting.id),
        "rule": reminders.rule_ids_of_series(meeting.series_id),
        "letter_text": texts.ids_of_series(meeting.series_id),
        "notice": notices.ids_of_series(meeting.series_id),
        "interest": interest.ids_of_meeting(meeting.id),
    }


def meetings_of(
    entries: Sequence[HistoryEntry], meetings: Collection[MeetingHead]
) -> Mapping[Key, tuple[MeetingHead, ...]]:
    """The meetings of entries, several where it holds for a whole series: eight queries at most."""
    heads: dict[int, tuple[MeetingHead, ...]] = {one.id: (one,) for one in meetings}
    series: dict[int, tuple[MeetingHead, ...]] = {}
    for one in sorted(meetings, key=lambda head: head.id):
        series[one.series_id] = (*series.get(one.series_id, ()), one)
    ids: dict[str, set[int]] = {}
    for entry in entries:
        ids.setdefault(entry.subject, set()).add(entry.subject_id or 0)
    found = {("event", one): heads.get(one, ()) for one in ids.get("event", ())}
    copied = ids.get("meeting", set())
    originals = practising.originals_of(copied - set(heads))
    of_meeting = {
        "meeting": {one: originals.get(one, one) for one in copied},
        "pass": passes.meetings_of(ids.get("pass", ())),
        "campaign": reminders.meetings_of(ids.get("campaign", ())),
        "interest": interest.meetings_of(ids.get("interest", ())),
    }
    of_series: dict[str, Mapping[int, int | None]] = {
        "rule": reminders.series_of_rules(ids.get("rule", ())),
        "letter_text": texts.series_of(ids.get("letter_text", ())),
        "notice": notices.series_of(ids.get("notice", ())),
    }
    for subject, rows in of_meeting.items():
        found |= {(subject, row): heads.get(one, ()) for row, one in rows.items()}
    for subject, wide in of_series.items():
        found |= {(subject, row): series.get(one or 0, ()) for row, one in wide.items()}
    return found
