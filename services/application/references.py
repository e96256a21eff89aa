"""Which placement is meant by what somebody typed: its id, or its short reference in whatever form."""

from contextlib import suppress
from uuid import UUID

import asyncpg

from domain.shared.references import parse
from infra.projections import placements

MISTYPED = "This reference is mistyped: a character is wrong, missing or too many. Compare it with the letter or list."


async def placement_of(conn: asyncpg.Connection, text: str) -> UUID | None:
    """The id of the placement. None where nobody has the reference; an id is taken as it is.

    Raises:
        MistypedReference: it is meant as a reference, and can be none.
        NotAReference: it is neither an id nor a reference.
    """
    text = text.strip()
    with suppress(ValueError):
        return UUID(text)
    return await placements.id_of(conn, parse(text))
