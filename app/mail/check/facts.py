"""What a check of the mail settings found."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

State = Literal["ok", "bad", "note"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at. ``code`` is for ``words``; ``data`` fills its words in.

    ``lines``: what to add to the DNS of the sender's domain, each a whole line. ``reply``: what a
    server said. A ``note`` does not keep us from being ready.
    """

    code: str
    state: State
    data: dict[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    reply: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {**asdict(self), "lines": list(self.lines)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Finding":
        """From what the database keeps."""
        return cls(**{**kept, "lines": tuple(kept["lines"])})


def is_ready(findings: tuple[Finding, ...]) -> bool:
    """Whether nothing is wrong, and something was looked at."""
    return bool(findings) and all(finding.state != "bad" for finding in findings)
