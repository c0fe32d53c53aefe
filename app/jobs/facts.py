"""What travels between whoever asks for long work, the worker, and the page that shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class Stop(Protocol):
    """How the worker is asked to end."""

    @property
    def asked(self) -> bool:
        """Whether to begin nothing new."""


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """Work to be done: of which kind, about which meeting, for whom, in whose language."""

    kind: str
    subject_id: int
    account_id: int
    locale: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FileData:
    """A file with its content."""

    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Task:
    """A job as the worker hands it to the function of its kind."""

    id: int
    subject_id: int
    account_id: int
    locale: str
    params: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the work is: ``done`` of ``total``; 0 of 0 while nobody can tell."""

    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of it: numbers and codes for the page, and maybe a file.

    ``params``: what is kept of what was asked for; None for all.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    file: FileData | None = None
    params: Mapping[str, Any] | None = None


class Work(Protocol):
    """The function of a kind.

    It yields its progress every few hundred milliseconds, outside of any transaction: there it may
    be ended, and begun anew by another worker. What it does must bear that.
    """

    def __call__(self, task: Task, /) -> Iterator[Progress | Done]:
        """Do the work; the last thing yielded may be ``Done``."""


class JobFailed(Exception):
    """The work cannot be done; ``code`` says why, for words of whoever shows it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class JobView:
    """A job as its owner sees it; moments in UTC. ``filename``: of what it made, '' for nothing.

    ``late``: nobody has taken it up, or gone on with it, for longer than a worker that runs needs.
    """

    id: int
    kind: str
    subject_id: int
    state: str
    params: Mapping[str, Any]
    result: Mapping[str, Any]
    reason: str
    done: int
    total: int
    created_at: datetime
    finished_at: datetime | None
    filename: str
    size: int
    late: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in {"done", "failed"}
