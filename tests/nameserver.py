"""A small DNS server on loopback (UDP) that answers from a table, or misbehaves as told."""

import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]
"""(name, type) → records as a zone file writes them; a TXT text without its quotes."""


@contextmanager
def name_server(zone: Zone, *, fails: bool = False, silent: bool = False) -> Iterator[str]:
    """Serve ``zone``; yield 'address:port'."""
    names = {name for name, _kind in zone}

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if silent:
                return
            raw, sock = self.request
            query = dns.message.from_wire(raw)
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.RA
            question = query.question[0]
            name = question.name.to_text(omit_final_dot=True).lower()
            kind = dns.rdatatype.to_text(question.rdtype)
            if fails:
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif name not in names:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            for text in zone.get((name, kind), ()):
                answer.answer.append(_record(question.name, kind, text))
            sock.sendto(answer.to_wire(), self.client_address)

    class Server(socketserver.ThreadingUDPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def _record(name: Any, kind: str, text: str) -> dns.rrset.RRset:
    if kind == "TXT":  # in pieces of 255, as long ones travel
        pieces = [text[n : n + 255] for n in range(0, len(text), 255)]
        text = " ".join(f'"{piece}"' for piece in pieces)
    return dns.rrset.from_text(name, 60, "IN", kind, text)
