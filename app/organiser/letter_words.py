"""What each kind of letter is called in the office, and when it goes."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.organiser.words import PURPOSES

WHEN: dict[str, Any] = {
    "confirmed": _("To whoever has signed up and has a place"),
    "waiting": _("To whoever has signed up and is on the waiting list"),
    "requested": _("To whoever has signed up where we decide who comes"),
    "approved": _("To whoever may come, once we have decided so"),
    "declined": _("To whoever cannot come, once we have decided so"),
    "moved_up": _("To whoever moves up from the waiting list"),
    "changed": _("To whoever has changed their own sign-up"),
    "cancelled": _("To whoever has cancelled their own sign-up"),
    "office_changed": _("To those concerned when we change a sign-up, the date or the place"),
    "office_cancelled": _("To whoever's sign-up we cancel"),
    "called_off": _("To everybody signed up when a meeting is called off"),
    "queue_ended": _("To those who still wait when no more places are given"),
    "new_link": _("To whoever gets a new personal link from us"),
    "already": _("To whoever signs up once more with the same name and address"),
    "address_changed": _("To the old address, when a sign-up gets another one by its link"),
    "invitation": _("To whoever gets an invitation from us"),
    "interest_ask": _("To whoever asks to be told of the date: is it really you?"),
    "interest_confirmed": _("To whoever has confirmed that they want to be told of the date"),
    "date_fixed": _("To those who want to be told, once the date is fixed and sign-up is open"),
    "date_moved": _("To those who know the date from us, when it changes"),
    "date_unfixed": _("To those who know the date from us, when it is not fixed any more"),
    "date_off": _("To those who want to be told of the date, when the meeting is called off"),
}
"""By kind, in the order of the list."""
LANGUAGES: dict[str, Any] = {"ja": _("Japanese"), "en": _("English")}


def kind_name(kind: str) -> Any:
    """What a kind of letter is called."""
    return PURPOSES[kind]
