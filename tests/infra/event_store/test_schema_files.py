"""Every file under the store's sql/ is made, and made once."""

from importlib.resources import files

from infra.event_store import schema


def test_every_statement_of_the_store_is_in_the_order_once() -> None:
    folder = files("infra.event_store") / "sql"
    found = {f"{kind.name}/{each.name.removesuffix('.sql')}" for kind in folder.iterdir() for each in kind.iterdir()}

    assert len(schema._ORDER) == len(set(schema._ORDER))
    assert set(schema._ORDER) == found
