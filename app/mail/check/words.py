"""What a check found, in plain words: what is so, and what to do next."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.mail.check.facts import Finding

_ADD_LINE = _("Please have this line added to the DNS of %(domain)s, by whoever keeps the domain.")
_CHANGE_LINE = _("Please have the line in the DNS of %(domain)s changed to this one.")
_ASK_PROVIDER = _("Please ask whoever runs the mail server.")
_LATER = _("Please wait a while and check again. If it stays so, ask whoever runs the mail server.")
_CERTIFICATE = _(
    "MAIL_SERVER must be the name that stands in the certificate. "
    "Please ask whoever runs the mail server."
)

_WORDS: dict[str, tuple[Any, Any]] = {
    "local_mailbox": (
        _("This copy is for trying out: letters stay on this machine"),
        _("For real letters leave LOCAL_MAILBOX out and set MAIL_SERVER and MAIL_SENDER."),
    ),
    "sender_sample": (
        _("The sender's address %(sender)s is a sample"),
        _("Set MAIL_SENDER to an address of the association. Nothing else was looked at yet."),
    ),
    "no_server": (_("No mail server is set"), _("Set MAIL_SERVER, MAIL_PORT and the login.")),
    "server_ok": (_("The mail server %(host)s answers"), ""),
    "name_unknown": (
        _("There is no mail server of the name %(host)s"),
        _("Please look for a typing mistake in MAIL_SERVER."),
    ),
    "port_closed": (
        _("%(host)s does not take calls on port %(port)s"),
        _("Please look at MAIL_PORT: 587 is usual with STARTTLS, 465 with TLS."),
    ),
    "unreachable": (
        _("%(host)s cannot be reached"),
        _("A firewall may be in the way. Please ask whoever looks after the network."),
    ),
    "timeout": (
        _("%(host)s does not answer on port %(port)s"),
        _("MAIL_PORT may be wrong, a firewall in the way, or MAIL_TLS is wanted (port 465)."),
    ),
    "connection_lost": (
        _("%(host)s broke off the connection"),
        _("MAIL_TLS and MAIL_STARTTLS may be the wrong way round for this port."),
    ),
    "server_busy": (_("%(host)s says that it is busy"), _LATER),
    "server_refuses_us": (_("%(host)s refuses to talk to us"), _ASK_PROVIDER),
    "tls": (
        _("%(host)s could not set up encryption"),
        _("MAIL_TLS and MAIL_STARTTLS may be the wrong way round for this port."),
    ),
    "tls_expired": (_("The certificate of %(host)s has run out"), _ASK_PROVIDER),
    "tls_name": (_("The certificate of %(host)s is of another name"), _CERTIFICATE),
    "tls_unknown": (_("Nobody vouches for the certificate of %(host)s"), _CERTIFICATE),
    "no_starttls": (
        _("%(host)s offers no encryption (STARTTLS)"),
        _("Try MAIL_TLS=true with MAIL_STARTTLS=false and port 465."),
    ),
    "encryption_ok": (_("The way to the mail server is encrypted, its certificate is good"), ""),
    "encryption_off": (
        _("The way to the mail server is not encrypted"),
        _("Set MAIL_STARTTLS=true (port 587) or MAIL_TLS=true (port 465)."),
    ),
    "login_ok": (_("User name and password are accepted"), ""),
    "login_refused": (
        _("The mail server does not accept our user name and password"),
        _("Please look at MAIL_USERNAME and MAIL_PASSWORD. Some providers want an app password."),
    ),
    "no_login": (
        _("The mail server offers no way to log in that we know"),
        _("Leave MAIL_USERNAME out if none is needed; else ask whoever runs the mail server."),
    ),
    "sender_ok": (_("The sender's address %(sender)s is accepted"), ""),
    "sender_refused": (
        _("The mail server does not accept the sender's address %(sender)s"),
        _("MAIL_SENDER must be an address that this login may send from."),
    ),
    "recipient_ok": (_("The recipient %(to)s is accepted"), ""),
    "recipient_refused": (
        _("The mail server refuses the recipient %(to)s"),
        _("Please look for a typing mistake. If there is none, ask whoever runs the mail server."),
    ),
    "letter_ok": (
        _("A test letter to %(to)s was accepted by the mail server"),
        _("Please look whether it arrives, and not among the spam."),
    ),
    "letter_refused": (_("The mail server refuses the test letter to %(to)s"), _ASK_PROVIDER),
    "no_dns": (
        _("DNS cannot be asked from this machine"),
        _("Please look at the network of this machine, or set DNS_SERVER."),
    ),
    "spf_ok": (_("SPF: %(domain)s lets our mail server send"), ""),
    "spf_unsure": (
        _("SPF: %(domain)s has a record; whether it lets us send cannot be seen from here"),
        _("Letters go through a mail server on this machine. Its public address must be in it."),
    ),
    "spf_missing": (_("SPF: %(domain)s does not say who may send for it"), _ADD_LINE),
    "spf_without_us": (_("SPF: %(domain)s does not let our mail server send"), _CHANGE_LINE),
    "spf_several": (
        _("SPF: %(domain)s has several records, so none is believed"),
        _("Please have all of them replaced by this one line."),
    ),
    "spf_everybody": (_("SPF: %(domain)s lets everybody send (+all)"), _CHANGE_LINE),
    "spf_too_long": (
        _("SPF: the record of %(domain)s asks for more than ten others, so it is not believed"),
        _("Please have those that are not needed taken out of it."),
    ),
    "spf_no_answer": (_("SPF of %(domain)s could not be looked up"), _LATER),
    "dkim_ok": (_("DKIM: there is a key at %(name)s"), ""),
    "dkim_no_selector": (
        _("DKIM: the selector is not set"),
        _(
            "Switch DKIM on at the provider of the mail server, add the line that it gives you "
            "to the DNS, and set MAIL_DKIM_SELECTOR to its selector. The line looks like this:"
        ),
    ),
    "dkim_missing": (
        _("DKIM: there is no key at %(name)s"),
        _(
            "Add the line that the provider of the mail server gives you, or mend "
            "MAIL_DKIM_SELECTOR. It looks like this:"
        ),
    ),
    "dkim_broken": (
        _("DKIM: the key at %(name)s is empty or broken"),
        _("Please replace it by the line that the provider of the mail server gives you:"),
    ),
    "dkim_no_answer": (_("DKIM of %(domain)s could not be looked up"), _LATER),
    "dmarc_ok": (_("DMARC: %(domain)s has a policy"), ""),
    "dmarc_missing": (_("DMARC: %(domain)s has no policy"), _ADD_LINE),
    "dmarc_several": (
        _("DMARC: %(domain)s has several records, so none is believed"),
        _("Please have all but one removed, for example all but this one:"),
    ),
    "dmarc_broken": (_("DMARC: the policy of %(domain)s cannot be read"), _CHANGE_LINE),
    "dmarc_no_answer": (_("DMARC of %(domain)s could not be looked up"), _LATER),
    "imap_ok": (_("The mailbox that returned letters come to can be read"), ""),
    "imap_not_set": (
        _("No mailbox for returned letters is set"),
        _(
            "So nobody notices here when letters come back. Set BOUNCE_IMAP_HOST, or hand them "
            "to the command mail bounces."
        ),
    ),
    "imap_unreachable": (
        _("The mailbox for returned letters at %(host)s cannot be reached"),
        _("Please look at BOUNCE_IMAP_HOST, BOUNCE_IMAP_PORT and BOUNCE_IMAP_SECURITY."),
    ),
    "imap_tls": (
        _("The mailbox for returned letters at %(host)s could not prove who it is (TLS)"),
        _("BOUNCE_IMAP_HOST must be the name that stands in its certificate."),
    ),
    "imap_login_refused": (
        _("The mailbox for returned letters does not accept our user name and password"),
        _("Please look at BOUNCE_IMAP_USER and BOUNCE_IMAP_PASSWORD."),
    ),
    "imap_no_folder": (
        _("The mailbox for returned letters has no folder %(folder)s"),
        _("Please look at BOUNCE_IMAP_FOLDER."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A finding in words; ``advice`` is '' where there is nothing to do."""

    state: str
    title: str
    advice: str
    lines: tuple[str, ...]
    reply: str


def tell(finding: Finding) -> Told:
    """The words of a finding, in the reader's language."""
    title, advice = _WORDS.get(finding.code, (_("The mail settings do not work"), _ASK_PROVIDER))
    return Told(
        state=finding.state,
        title=str(title) % finding.data,
        advice=str(advice) % finding.data,
        lines=finding.lines,
        reply=finding.reply,
    )


def verdict(*, ready: bool) -> str:
    """The one sentence above all."""
    return str(_("Letters can go out") if ready else _("Not ready yet"))
