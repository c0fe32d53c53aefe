"""How long to wait before the next try: growing, jittered, two days in all."""

from datetime import timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
IN_ALL = timedelta(days=2)
JITTER = 0.25


def wait_after(tries: int, chance: float) -> timedelta | None:
    """The wait after the given number of tries (1, 2, …), or None when it is time to give up.

    Counted in tries, not from the letter's date: hours in which the queue stood still, because of
    wrong settings or since no worker ran, take nothing away. 1, 2, 4 … minutes, then every 4 hours.

    Args:
        tries: how often the letter was tried.
        chance: from 0 up to 1; shortens the wait by up to a quarter, so that letters which failed
            together do not all come back together.
    """
    waited = sum((_nominal(n) for n in range(1, tries + 1)), start=timedelta())
    if waited > IN_ALL:
        return None
    return _nominal(tries) * (1 - JITTER * chance)


def _nominal(tries: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(tries - 1, 20)), LONGEST_WAIT)
