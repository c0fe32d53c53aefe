"""Words for the short codes by which letters and pauses say what is wrong."""

from flask_babel import gettext, lazy_gettext

_REASONS = {
    "address_unknown": lazy_gettext("The address was not found."),
    "address_broken": lazy_gettext("This cannot be a mail address."),
    "mailbox_full": lazy_gettext("The recipient's mailbox is full."),
    "too_large": lazy_gettext("The letter is too large for the recipient."),
    "refused": lazy_gettext("The recipient's mail server refused the letter."),
    "server_busy": lazy_gettext("The mail server is busy."),
    "connection_lost": lazy_gettext("The connection to the mail server broke off."),
    "timeout": lazy_gettext("The mail server did not answer in time."),
    "unreachable": lazy_gettext("The mail server could not be reached."),
    "gave_up": lazy_gettext("It was tried again and again for two days, in vain."),
    "internal": lazy_gettext("Something went wrong on our side."),
    "no_server": lazy_gettext("No mail server is set, or its name cannot be one."),
    "login_refused": lazy_gettext("The mail server does not accept our user name and password."),
    "no_login": lazy_gettext("The mail server offers no way to log in that we know."),
    "no_starttls": lazy_gettext("The mail server offers no encryption (STARTTLS)."),
    "tls": lazy_gettext("The mail server could not prove that it is the right one (TLS)."),
    "server_refuses_us": lazy_gettext("The mail server refuses to talk to us."),
    "sender_refused": lazy_gettext("The mail server does not accept our sender address."),
    "returned": lazy_gettext("The letter came back."),
    "returned_unknown": lazy_gettext("The letter came back: the address was not found."),
    "returned_full": lazy_gettext("The letter came back: the recipient's mailbox is full."),
    "returned_large": lazy_gettext("The letter came back: it is too large for the recipient."),
    "returned_refused": lazy_gettext(
        "The letter came back: the recipient's mail server refused it."
    ),
    "address_marked": lazy_gettext("Not sent: earlier letters to this address came back."),
}


def reason_words(code: str) -> str:
    """The sentence for a code, in the reader's language; '' for ''."""
    if not code:
        return ""
    known = _REASONS.get(code)
    return str(known) if known is not None else gettext("The letter could not be sent.")
