"""The store's database objects, one a file under sql/ by kind, in the order in which they are made."""

from importlib.resources import files
from typing import Final

_ORDER: Final = (
    "tables/utf8",
    "tables/schema",
    "tables/stream",
    "tables/event",
    "functions/refuse",
    "triggers/event_unchanged",
    "triggers/event_unchanged_always",
    "functions/refuse_unfenced",
    "triggers/event_appended",
    "triggers/event_appended_always",
    "triggers/stream_kept",
    "triggers/stream_kept_always",
    "functions/event_hash",
    "functions/find_repeat",
    "functions/conflict",
    "functions/lock_streams",
    "functions/claim",
    "functions/take_fence",
    "functions/close_table",
    "functions/append",
    "functions/hash_at",
    "functions/append_one",
    "privileges/store_grants",
    "tables/archive",
    "tables/event_archived",
    "functions/refuse_lost",
    "triggers/event_detached",
    "triggers/event_detached_always",
    "triggers/event_archived_unchanged",
    "triggers/event_archived_unchanged_always",
    "triggers/archive_unchanged",
    "triggers/archive_unchanged_always",
    "privileges/archive_grants",
    "functions/refuse_stubs",
    "triggers/event_archived_detached",
    "triggers/event_archived_detached_always",
    "functions/detach",
    "privileges/detach_grants",
    "tables/clock_allowance",
    "tables/clock_allowance_row",
    "privileges/clock_allowance_grants",
)


def statements() -> list[str]:
    """The DDL, one statement an item; the roles that it grants to must exist already."""
    return [statement(name) for name in _ORDER]


def statement(name: str) -> str:
    """One of them, for a revision that brings an older store to it: it can be run where it was run before."""
    return files("infra.event_store").joinpath("sql", f"{name}.sql").read_text("utf-8")
