"""${message}"""

from infra.migrations.script import run

revision = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}


def upgrade() -> None:
    """Forward only; expand first, contract in a later release."""
    run("")
