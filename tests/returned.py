"""Messages as mailboxes receive them, in the shapes of several senders; written for these tests."""

OURS = "<letter-7-0123456789abcdef@example.com>"
TO = "mihon@example.org"


def _report(
    *,
    sender: str,
    notice: str,
    fields: str,
    returned: str,
    key: str,
    extra: str = "",
) -> bytes:
    """A report by RFC 3462 and 3464; ``returned`` is the last part, its headers included."""
    return f"""Return-Path: <>
Date: Tue, 2 Jun 2026 10:00:00 +0900
From: {sender}
To: tsudoi@example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <{key}>
{extra}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{notice}

--=b
Content-Type: message/delivery-status

{fields}
--=b
{returned}
--=b--
""".replace("\n", "\r\n").encode()


def _headers(ours: str, to: str) -> str:
    return f"""Content-Type: text/rfc822-headers

From: tsudoi@example.com
To: {to}
Subject: =?utf-8?b?44GK55+l44KJ44Gb?=
Message-ID: {ours}
"""


def postfix(
    ours: str = OURS,
    to: str = TO,
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 <mihon@example.org>: Recipient address rejected: User unknown",
    action: str = "failed",
    key: str = "postfix@mx.example.net",
) -> bytes:
    """Postfix: automatic by its header, headers of the letter returned."""
    return _report(
        sender="MAILER-DAEMON@mx.example.net (Mail Delivery System)",
        notice=f"This is the mail system at host mx.example.net.\n\n<{to}>: host said: {said}",
        fields=f"""Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4ABCDEF

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; {said}
""",
        returned=_headers(ours, to),
        key=key,
        extra="Auto-Submitted: auto-replied\n",
    )


def exchange(ours: str = OURS, to: str = TO, key: str = "exchange@example.net") -> bytes:
    """Exchange Online: words for people first, the whole letter returned."""
    return _report(
        sender="postmaster@example.org",
        notice=f"Your message to {to} couldn't be delivered.\n{to} wasn't found at example.org.",
        fields=f"""Reporting-MTA: dns;TYXPR01.example.net
Received-From-MTA: dns;mx.example.com

Final-Recipient: rfc822;{to}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP
""",
        returned=f"""Content-Type: message/rfc822

From: tsudoi@example.com
To: {to}
Message-ID: {ours}
Content-Type: text/plain

A letter.
""",
        key=key,
        extra="X-Auto-Response-Suppress: All\n",
    )


def gmail(ours: str = OURS, to: str = TO, key: str = "gmail@mx.example.net") -> bytes:
    """Gmail: In-Reply-To and References name the letter."""
    return _report(
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        notice=f"** Address not found **\n\nYour message wasn't delivered to {to}",
        fields=f"""Reporting-MTA: dns; googlemail.example
X-Original-Message-ID: {ours}

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
 550 5.1.1 Please try double-checking the recipient's email address
Last-Attempt-Date: Mon, 01 Jun 2026 18:00:00 -0700 (PDT)
""",
        returned="Content-Type: text/plain\n\nnothing is returned\n",
        key=key,
        extra=f"In-Reply-To: {ours}\nReferences: {ours}\nAuto-Submitted: auto-replied\n",
    )


def words(
    text: str, *, sender: str = "MAILER-DAEMON@mail.example.org", key: str, extra: str = ""
) -> bytes:
    """A bounce in words alone."""
    return f"""Return-Path: <>
Date: Tue, 2 Jun 2026 10:00:00 +0900
From: {sender}
To: tsudoi@example.com
Subject: failure notice
Message-ID: <{key}>
{extra}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}""".encode()


def qmail(ours: str = OURS, to: str = TO, key: str = "qmail@mail.example.org") -> bytes:
    """qmail: plain text with the letter pasted below."""
    return words(
        f"""Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <tsudoi@example.com>
Message-ID: {ours}
To: {to}
Reply-To: jimukyoku@example.com
""",
        key=key,
    )


def docomo(ours: str = OURS, to: str = TO, key: str = "docomo@mail.example.org") -> bytes:
    """A carrier: an English form without any code that RFC 3463 knows."""
    return words(
        f"""The original message was received at Tue, 2 Jun 2026 10:00:00 +0900

   ----- The following addresses had permanent fatal errors -----
<{to}>
    (reason: 550 Unknown user {to})

   ----- Transcript of session follows -----
... while talking to mfsmax.example.org.:
>>> RCPT To:<{to}>
<<< 550 Unknown user {to}

   ----- Original message follows -----
Message-ID: {ours}
To: {to}
""",
        key=key,
    )


def au(ours: str = OURS, to: str = TO, key: str = "au@mail.example.org") -> bytes:
    """A carrier: Japanese words, the Message-ID in the text."""
    return words(
        f"""次のあて先へのメッセージはエラーのため送信できませんでした。

{to}: ホスト lsean.example.org がメッセージを拒否しました
: あて先のユーザーが存在しません (User unknown)

Message-ID: {ours}
""",
        sender="Mail Administrator <Postmaster@mail.example.org>",
        key=key,
    )


def softbank(ours: str = OURS, to: str = TO, key: str = "softbank@mail.example.org") -> bytes:
    """A carrier: a full mailbox, in words."""
    return words(
        f"""This Message was undeliverable due to the following reason:

The user(s) account is temporarily over quota.

<{to}>

受信者のメールボックスの容量がいっぱいです。

Message-ID: {ours}
""",
        sender="Mail Administrator <postmaster@mail.example.org>",
        key=key,
    )


def holiday(ours: str = OURS, to: str = TO, key: str = "holiday@example.org") -> bytes:
    """Somebody is away: no bounce, though it quotes one."""
    return words(
        f"不在にしております。\n\n> 550 5.1.1 {to} User unknown\n> {ours}\n",
        sender=to,
        key=key,
        extra=f"Auto-Submitted: auto-replied\nIn-Reply-To: {ours}\n",
    )


def reply(ours: str = OURS, to: str = TO, key: str = "reply@example.org") -> bytes:
    """A person answers, and quotes a failure they had themselves."""
    return f"""From: {to}
To: office@example.com
Subject: Re: =?utf-8?b?44GK55+l44KJ44Gb?=
Message-ID: <{key}>
In-Reply-To: {ours}
Content-Type: text/plain; charset=utf-8

I got "550 5.1.1 User unknown" for {to} yesterday. Is all well?
""".encode()


def receipt(ours: str = OURS, to: str = TO, key: str = "receipt@example.org") -> bytes:
    """A notification that a letter was displayed (RFC 8098)."""
    return f"""From: {to}
To: tsudoi@example.com
Message-ID: <{key}>
Content-Type: multipart/report; report-type=disposition-notification; boundary="=b"

--=b
Content-Type: text/plain

Your message was displayed. 550 5.1.1 {to}
--=b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{to}
Original-Message-ID: {ours}
Disposition: manual-action/MDN-sent-manually; displayed
--=b--
""".encode()


def calendar(
    registration: int = 7,
    event: int = 3,
    *,
    partstat: str = "DECLINED",
    attendee: str = TO,
    method: str = "REPLY",
    key: str = "calendar@example.org",
) -> bytes:
    """An answer from a calendar, as Google, Outlook and Apple send it."""
    return f"""From: {attendee}
To: tsudoi@example.com
Subject: Declined
Message-ID: <{key}>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=m"

--=m
Content-Type: multipart/alternative; boundary="=a"

--=a
Content-Type: text/plain; charset=utf-8

Declined.
--=a
Content-Type: text/calendar; charset="UTF-8"; method={method}

BEGIN:VCALENDAR
PRODID:-//Sample//Calendar//EN
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
DTSTART:20260623T013000Z
DTEND:20260623T030000Z
DTSTAMP:20260602T010000Z
ORGANIZER;CN=Office:mailto:tsudoi@example.com
UID:registration-{registration}-event-{event}-1@example.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};X-NUM-
 GUESTS=0;CN=Mihon:mailto:{attendee}
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Sample
END:VEVENT
END:VCALENDAR
--=a--
--=m--
""".replace("\n", "\r\n").encode()
