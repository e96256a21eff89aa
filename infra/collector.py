"""When Python looks for objects that only refer to each other.

A reader of the record makes some twenty objects an event and keeps what they come to. By its own measure Python looks
through all that is kept again and again meanwhile, and finds nothing: a third of the time of folding 100,000 events.
"""

import gc
from typing import Final

# Python's own is 700, 10 and 10.
_THRESHOLDS: Final = (20_000, 20, 50)


def collect_seldom() -> None:
    """For a process whose modules are loaded: leave out what lives as long as it does, and look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
