"""How heavily a failure weighs: whether the address is of no use, or only this letter was lost.

Status codes are those of RFC 3463. Only what is the fault of the address itself is hard: a letter
refused for its sender, its size or its content says nothing about the next one, and one wrong line
in our own DNS must not mark every address of a provider.
"""

import re

from app.mail.bounces.facts import Weight

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_PLAIN = re.compile(r"(?<![\d.:-])([45])(\d\d)(?=[\s-])")
_NOT_THE_ADDRESS = {(1, 7), (1, 8), (2, 2), (2, 3), (2, 4), (3, 4)}
_CONTENT, _POLICY = 6, 7
_FULL = re.compile(
    r"mailbox (?:is )?full|over ?quota|quota exceeded|out of (?:storage|disk)|容量|いっぱい",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"user unknown|unknown user|no such (?:user|recipient|mailbox)|user (?:was )?not found"
    r"|recipient not found|mailbox (?:unavailable|not found)|does ?n[o']t (?:exist|have)"
    r"|host or domain name not found|存在しません|見つかりません|宛先不明|不明な宛先",
    re.IGNORECASE,
)
_BY_DIGIT: dict[str, Weight] = {"5": "hard", "4": "soft"}


def weigh(action: str, status: str, text: str, *, permanent: bool) -> tuple[Weight, str] | None:
    """Say how heavy a failure is and why; None where it is none.

    Args:
        action: of RFC 3464: failed, delayed, delivered, relayed, expanded; '' where unknown.
        status: the enhanced status code, '' where the report has none.
        text: what the server said, for reports without a code or with a vague one.
        permanent: what to believe where neither says anything.
    """
    if action in {"delivered", "relayed", "expanded"} or status.startswith("2"):
        return None
    code = _code(status, text)
    reason = _reason(code, text)
    if action == "delayed":
        return "later", reason
    if reason == "returned_unknown":
        return "hard", reason
    if reason == "returned_full" or (code and _spares_the_address(code)):
        return "soft", reason
    digit = code[0] if code else _digit(text)
    return _BY_DIGIT.get(digit, "hard" if permanent else "soft"), reason


def _code(status: str, text: str) -> tuple[str, int, int] | None:
    """The most telling enhanced code: the status, or the server's own where that is vague."""
    found = [_parsed(match) for match in (_ENHANCED.search(status), _ENHANCED.search(text))]
    known = [code for code in found if code is not None]
    telling = [code for code in known if code[1:] != (0, 0)]
    return next(iter(telling or known), None)


def _parsed(match: re.Match[str] | None) -> tuple[str, int, int] | None:
    return (match[1], int(match[2]), int(match[3])) if match else None


def _digit(text: str) -> str:
    found = _PLAIN.search(text)
    return found[1] if found else ""


def _spares_the_address(code: tuple[str, int, int]) -> bool:
    return code[1:] in _NOT_THE_ADDRESS or code[1] in {_CONTENT, _POLICY}


def _reason(code: tuple[str, int, int] | None, text: str) -> str:
    if (code and code[1:] == (2, 2)) or _FULL.search(text):
        return "returned_full"
    match code:
        case ("5", 1, detail) if detail not in {7, 8}:
            return "returned_unknown"
        case ("5", 2, 0 | 1) | ("5", 4, 4):
            return "returned_unknown"
        case (_, 2, 3) | (_, 3, 4):
            return "returned_large"
    if (code is None or code[0] == "5") and _UNKNOWN.search(text):
        return "returned_unknown"
    return "returned_refused" if code and code[1] == _POLICY else "returned"
