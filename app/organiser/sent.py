"""One letter as it went, or waits to go: to whom, when, what it says."""

from flask import render_template

from app.auth.guards import office
from app.base.timezones import to_local
from app.mail.queries import get_letter
from app.mail.words import reason_words
from app.organiser import words
from app.organiser.blueprint import blueprint


@blueprint.get("/letters/<int(max=2147483647):letter_id>")
@office
def sent_letter(letter_id: int) -> str:
    """The letter with personal links masked; after its term only that there was one."""
    letter = get_letter(letter_id)
    moment = letter.accepted_at or letter.due_at
    return render_template(
        "office/sent_letter.html",
        letter=letter,
        preview={
            "to": {"email": letter.to_address},
            "host_id": letter.host_id,
            "locale": "en" if letter.locale == "en" else "ja",
            "subject": letter.subject,
            "body": letter.body,
        },
        at=to_local(moment, words.ZONE),
        forgotten_at=letter.forgotten_at and to_local(letter.forgotten_at, words.ZONE),
        why=reason_words(letter.reason),
        words=words,
    )
