"""What providers ask to be included in SPF, by the mail server that one hands letters to."""

INCLUDES = {
    "gmail.com": "_spf.google.com",
    "google.com": "_spf.google.com",
    "office365.com": "spf.protection.outlook.com",
    "outlook.com": "spf.protection.outlook.com",
    "amazonaws.com": "amazonses.com",
    "sendgrid.net": "sendgrid.net",
    "mailgun.org": "mailgun.org",
    "mandrillapp.com": "spf.mandrillapp.com",
    "brevo.com": "spf.brevo.com",
    "messagingengine.com": "spf.messagingengine.com",
    "xserver.jp": "spf.sender.xserver.jp",
}


def include_of(host: str) -> str:
    """The domain to include; '' where the provider is not known here."""
    name = host.lower().rstrip(".")
    for end, include in INCLUDES.items():
        if name == end or name.endswith(f".{end}"):
            return include
    return ""
