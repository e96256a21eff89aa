"""Commands that the system itself gives to placements, by followers of the record.

The transaction that moves the subscription's position writes the row, and the command's id follows from the event that
brings it: it is lost no more than a person's command, and a batch that is read again gives no second one.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from domain.shared.commands import kebab
from events.codec import canonical_json
from events.envelope import Actor
from events.ids import PlacementId, placement_id_of, placement_stream
from infra import commands
from infra.commands import NewCommand
from infra.encryption import vault
from infra.encryption.keys import DataKey
from services.application.decider import SYSTEM
from services.application.dispatch import dispatch

log = structlog.get_logger()

_WAIT_SECONDS = 10.0
_AT_ONCE = 500


def system_command(
    command: Any,
    *,
    command_id: UUID,
    placement_id: PlacementId,
    key: DataKey,
    correlation_id: UUID,
    issued_at: datetime,
    actor: Actor = SYSTEM,
) -> NewCommand:
    kind = kebab(type(command))
    body = canonical_json(command).encode()
    return NewCommand(
        command_id=command_id,
        stream_id=placement_stream(placement_id),
        kind=kind,
        actor=canonical_json(actor),
        key_id=key.key_id,
        body=vault.seal_body(key, command_id=command_id, kind=kind, clear=body),
        body_hmac=vault.fingerprint(key, body),
        correlation_id=correlation_id,
        issued_at=issued_at,
    )


async def dispatch_system_command(client: Client, command: type, *, placement_id: UUID, command_id: UUID) -> bool:
    """Whether it is decided. Where it cannot be dispatched now, the sweep over undecided commands does it later."""
    kind = kebab(command)
    try:
        decided = await dispatch(
            client,
            placement_id=placement_id,
            command_id=command_id,
            kind=kind,
            attempt=0,
            starts=False,
            wait_seconds=_WAIT_SECONDS,
        )
    except RPCError as error:
        log.exception("hand_over_failed", command_id=str(command_id), error_type=str(error.status))
        return False
    status = "decided" if decided else "recorded"
    log.info("system_command", kind=kind, placement_id=str(placement_id), command_id=str(command_id), status=status)
    return decided


async def dispatch_untried(conn: asyncpg.Connection, client: Client, command: type) -> None:
    """Dispatch the system's commands of one kind that nobody has tried, also those of a process that has ended.

    It ends with the first that is not decided: Temporal is away, and the sweep over undecided commands tries again.
    """
    for row in await commands.untried(conn, kebab(command), actor=canonical_json(SYSTEM), limit=_AT_ONCE):
        placement_id = placement_id_of(row.stream_id)
        if not await dispatch_system_command(client, command, placement_id=placement_id, command_id=row.command_id):
            return
