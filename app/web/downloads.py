"""Handing out files that people have put up: they can do nothing in our name."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

from flask import Response, request

# A file shown by a browser may run nothing, load nothing, and is a stranger to our pages.
ALONE = "sandbox; default-src 'none'"


class KeptFile(Protocol):
    """Anything with the facts of a file: ``size`` in octets, ``version`` for the ETag."""

    @property
    def filename(self) -> str: ...  # noqa: D102
    @property
    def media_type(self) -> str: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def version(self) -> str: ...  # noqa: D102
    @property
    def shown(self) -> bool: ...  # noqa: D102


def content_disposition(filename: str, *, inline: bool) -> str:
    """The header that names a file (RFC 6266): in ASCII for old programs, and as it is (RFC 8187).

    ``filename`` holds no control characters.
    """
    stem, dot, ending = filename.rpartition(".")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ()") else "" for c in stem)
    fallback = f"{plain.strip(' .-_()') or 'file'}{dot}{ending}"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(filename, safe='')}"


def hand_out(file: KeptFile, read: Callable[[], bytes]) -> Response:
    """The answer with ``file``, whose content ``read`` gives.

    Asked by HEAD, or whether it has changed, the content is not read.
    """
    response = Response(content_type=file.media_type)
    response.set_etag(file.version)
    response.headers["Content-Disposition"] = content_disposition(file.filename, inline=file.shown)
    response.headers["Content-Security-Policy"] = ALONE
    response.make_conditional(request)
    if response.status_code == HTTPStatus.OK:
        if request.method != "HEAD":
            response.set_data(read())
        response.headers["Content-Length"] = str(file.size)
    return response
