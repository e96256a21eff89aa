"""The store's database objects, one a file under sql/, in the order in which they are made."""

from importlib.resources import files


def statements() -> list[str]:
    """The DDL, one statement an item; the roles that it grants to must exist already."""
    folder = files("infra.event_store") / "sql"
    return [each.read_text("utf-8") for each in sorted(folder.iterdir(), key=lambda each: each.name)]


def statement(name: str) -> str:
    """One of them, for a revision that brings an older store to it: it can be run where it was run before."""
    return (files("infra.event_store") / "sql" / f"{name}.sql").read_text("utf-8")
