import asyncpg

from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.ids import uuid7


async def test_who_read_what_is_kept(conn: asyncpg.Connection) -> None:
    person = Person(id=uuid7(), roles=frozenset({"dsl"}), org="school:900001", name="An Example")
    placement_id = uuid7()

    await record_access(conn, person, placement_id, "timeline")
    await record_access(conn, person, placement_id, "documents", why="safeguarding")

    found = await conn.fetch("SELECT * FROM access_log WHERE placement_id = $1 ORDER BY access_id", placement_id)
    assert [(row["person_id"], row["org"], row["what"], row["why"]) for row in found] == [
        (person.id, "school:900001", "timeline", None),
        (person.id, "school:900001", "documents", "safeguarding"),
    ]
    assert "An Example" not in repr(found)
