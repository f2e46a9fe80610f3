"""Numbers that make the texts of mailboxes new."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count


def new_change_ids() -> Iterator[int]:
    """Return numbers that no earlier run of the program gave: a page may stay open while Wan2GP is started again."""
    return count(time.time_ns())
