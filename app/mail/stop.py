"""How the worker's parts are asked to stop."""

import threading


class Stop:
    """Asked once, seen by every thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def asked(self) -> bool:
        """Whether to begin nothing new."""
        return self._event.is_set()

    def ask(self) -> None:
        """Ask everything to stop."""
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait; return at once, and True, when asked to stop."""
        return self._event.wait(seconds)
