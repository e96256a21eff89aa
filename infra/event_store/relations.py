"""The store's relations, for a join in a query of another room. They are read there, and never written."""

from typing import Final

STREAMS: Final = "event_store.stream"
"""One row a stream: `stream_id`, its last `version` and `recorded_at`, and the `archive` that took its events off."""
EVENTS: Final = "event_store.event"
"""One row an event, as it was appended."""
