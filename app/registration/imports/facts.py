"""What pages show of an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.jobs.facts import JobView
from app.registration.facts import UNTOLD
from app.registration.imports.matching import NO_HEADINGS, may_be_person


@dataclass(frozen=True, kw_only=True)
class Options:
    """How new people are signed up: for which meetings, by which channel, with which letters.

    ``letters``: 'none', or 'confirm' for the ordinary confirmation. ``notice``: the version of the
    privacy notice that their forms told them.
    """

    events: tuple[int, ...]
    channel: str
    letters: str
    notice: int = UNTOLD


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A file that is being imported; moments in UTC. ``job``: what is done for it just now."""

    id: int
    event_id: int
    state: str
    filename: str
    encoding: str
    sheet: str
    heading_at: int
    headings: Sequence[str]
    samples: Sequence[Sequence[str]]
    matching: Sequence[str]
    options: Mapping[str, Any]
    counts: Mapping[str, Any]
    created_at: datetime
    checked_at: datetime | None
    applied_at: datetime | None
    undone_at: datetime | None
    job: JobView | None
    has_rows: bool

    @property
    def has_headings(self) -> bool:
        """Whether a row of headings is known; otherwise the first row is the first person."""
        return self.heading_at != NO_HEADINGS

    @property
    def may_lack_headings(self) -> bool:
        """Whether people are to say what the first row is."""
        return not self.has_headings or (self.heading_at == 0 and may_be_person(self.headings))

    @property
    def notice(self) -> int:
        """The version of the privacy notice that new people were told by their forms."""
        return int(self.options.get("notice", UNTOLD))

    @property
    def is_at_work(self) -> bool:
        """Whether a job is still to end."""
        return self.job is not None and not self.job.is_over

    @property
    def failed(self) -> str:
        """Why the last job failed; '' where it did not."""
        return self.job.reason if self.job is not None and self.job.state == "failed" else ""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A column that is not imported: which, from 0, with its heading ('' for none).

    ``is_wish``: it asks what is to be arranged for somebody. ``rows``: so many say anything there,
    as far as the dry run has counted them.
    """

    at: int
    heading: str
    is_wish: bool
    rows: int = 0


@dataclass(frozen=True, kw_only=True)
class RowView:
    """A row with its fate; ``changes`` and ``problems`` as in ``models.ImportRow``."""

    line: int
    fate: str
    name: str
    number: str
    changes: Sequence[Sequence[str]]
    problems: Sequence[Sequence[str]]
    given: Mapping[str, Any]
    is_over: bool
