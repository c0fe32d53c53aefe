"""``flask`` with a clock that jumps: started instead of it (``python -m tests.faults.jumping``).

The file named by ``TSUDOI_JUMP`` holds by how many seconds the clock is wrong just now.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from app.base import clock

right = clock.now
offset = Path(os.environ["TSUDOI_JUMP"])


def wrong() -> datetime:
    """Now, by the clock of a machine whose time somebody sets."""
    return right() + timedelta(seconds=float(offset.read_text() or 0))


if __name__ == "__main__":
    clock.now = wrong  # before anybody takes it by name
    from flask.cli import main

    main()
