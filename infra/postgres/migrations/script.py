"""How a revision runs SQL as it was written."""

import asyncpg
from alembic import op


def run(script: str) -> None:
    """Runs one or more statements in the revision's transaction.

    Not as SQLAlchemy text, which takes a colon in a function's body for a parameter, and by PostgreSQL's
    simple protocol, which takes a whole file where a prepared statement takes one statement.
    """

    async def send(driver: asyncpg.Connection) -> None:
        assert driver.is_in_transaction(), "a revision is applied whole or not at all"
        await driver.execute(script)

    connection = op.get_bind().connection.dbapi_connection
    assert connection is not None
    connection.run_async(send)
