"""What stands before the @ of a letter's Message-ID, by which it is known when it comes back."""

import hashlib

from app.mail.models import OutboxLetter


def digest_of(letter: OutboxLetter) -> str:
    """What only those know who have the letter: the row alone does not give it away."""
    mark = f"{letter.key}\n{letter.created_at.isoformat()}"
    return hashlib.sha256(mark.encode()).hexdigest()[:16]
