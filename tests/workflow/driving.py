"""How tests give commands to placements without a gateway: record the row as it does, hand over, read what came."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from domain.access.roles import RIGHTS, OrgKind
from domain.placement.record.history import fold
from domain.placement.state import Placement
from events.codec import PLACEMENT, canonical_json
from events.codes import Role
from events.envelope import Actor, ActorKind, Recorded
from events.ids import CommandId, PlacementId, ProviderId, Urn, derived_id, placement_stream
from infra import commands
from infra.clock import Clock
from infra.commands import CommandRow, NewCommand
from infra.encryption import vault
from infra.encryption.key_store.provider import FileKeyProvider
from infra.identity import people
from infra.ids import derived, uuid7
from infra.postgres.db import connection, transaction
from infra.streams.records import load
from infra.temporal.workflow_contract import placement_workflow_id
from services.application.decider import Context, Decider
from services.application.deciders.provider import provider as provider_decider
from services.application.deciders.school import school as school_decider
from services.application.dispatch import dispatch
from services.application.handling import handle
from services.gateway.commands import examples
from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS
from services.local.people import PEOPLE, as_signed_in

_OFFICER = Actor(kind=ActorKind.PERSON, id=UUID(int=1), role=Role.LA_OFFICER)
BEGINNING: Mapping[str, dict[str, Any]] = {step.command: step.body for step in examples.BEFORE}


class Setting(Protocol):
    """What a driver needs of a test's set-up."""

    @property
    def engine(self) -> AsyncEngine: ...
    @property
    def keys(self) -> FileKeyProvider: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def client(self) -> Client: ...


@dataclass(slots=True, kw_only=True)
class Driver:
    """One placement, driven by commands; each driver has a placement and a pupil of its own."""

    setting: Setting
    first_id: UUID = field(default_factory=uuid7)
    wait_seconds: float = 60.0
    given: dict[str, UUID] = field(default_factory=dict)
    """The id of the last command of each kind."""

    @property
    def placement_id(self) -> PlacementId:
        return PlacementId(derived_id(self.first_id, "placement"))

    @property
    def pupil_id(self) -> UUID:
        return derived_id(self.first_id, "pupil")

    @property
    def workflow(self) -> WorkflowHandle[Any, Any]:
        return self.setting.client.get_workflow_handle(placement_workflow_id(self.placement_id))

    def review_id(self, source: str, due: date) -> UUID:
        return derived_id(self.placement_id, f"review:{source}:{due}")

    async def record(
        self, kind: str, body: Mapping[str, Any], role: str = "case_worker", *, expected_version: int | None = None
    ) -> UUID:
        """Keep a command's row, sealed, as the gateway does; returns its id."""
        command_id = self.given[kind] = self.first_id if kind == DRAFT_REFERRAL else uuid7()
        if kind == DRAFT_REFERRAL:
            body = {**body, "pupil_id": str(self.pupil_id)}
            await self.setting.keys.create(self.pupil_id)
        command = SPECS["placement"][kind].adapter.validate_json(json.dumps(body))
        clear = canonical_json(command).encode()
        key = await self.setting.keys.get(self.pupil_id)
        of_council = OrgKind.LA in RIGHTS[Role(role)].works_for
        org = "la:831" if of_council else f"school:{body.get('home_school_urn', examples.SCHOOL_URN)}"
        actor = Actor(kind=ActorKind.PERSON, id=derived(self.first_id, 7), role=Role(role), org_id=org)
        async with connection(self.setting.engine) as conn:
            new = NewCommand(
                command_id=command_id,
                stream_id=placement_stream(self.placement_id),
                kind=kind,
                actor=canonical_json(actor),
                key_id=key.key_id,
                body=vault.seal_body(key, command_id=command_id, kind=kind, clear=clear),
                body_hmac=vault.fingerprint(key, clear),
                correlation_id=command_id,
                expected_version=expected_version,
                issued_at=await self.setting.clock.now(conn),
            )
            await commands.record(conn, new)
        return command_id

    async def hand_over(self, command_id: UUID, kind: str, *, attempt: int = 0) -> bool:
        return await dispatch(
            self.setting.client,
            placement_id=self.placement_id,
            command_id=command_id,
            kind=kind,
            attempt=attempt,
            starts=kind == DRAFT_REFERRAL,
            wait_seconds=self.wait_seconds,
        )

    async def row(self, command_id: UUID) -> CommandRow:
        async with connection(self.setting.engine) as conn:
            found = await commands.find(conn, command_id)
        assert found is not None
        return found

    async def decided(self, command_id: UUID, kind: str) -> CommandRow:
        """Hand a command over until it is decided, as the sweeper does.

        One that meets the workflow as that ends, or begins a run afresh, is not answered, and is sent again.
        """
        for attempt in itertools.count():
            if await self.hand_over(command_id, kind, attempt=attempt):
                break
        return await self.row(command_id)

    async def give(
        self, kind: str, body: Mapping[str, Any], role: str = "case_worker", *, expected_version: int | None = None
    ) -> CommandRow:
        """Record a command and have it decided."""
        command_id = await self.record(kind, body, role, expected_version=expected_version)
        return await self.decided(command_id, kind)

    async def accepted(self, kind: str, body: Mapping[str, Any], role: str = "case_worker") -> CommandRow:
        row = await self.give(kind, body, role)
        assert row.status == "accepted", f"{kind}: {row.answer}"
        return row

    async def events(self) -> list[Recorded[Any]]:
        async with connection(self.setting.engine) as conn:
            return await load(conn, placement_stream(self.placement_id), PLACEMENT, self.setting.keys)

    async def state(self) -> Placement:
        return fold(await self.events())

    async def gone(self) -> None:
        """End the workflow if it still runs, so that no other test's worker takes it up."""
        try:
            await self.workflow.terminate("the test is over")
        except RPCError:  # it has ended, or was never begun
            return


async def register(setting: Setting, now: datetime, instead: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """The example school and provider; `instead` changes fields of the commands that make them."""
    bodies = {kind: {**body, **(instead or {}).get(kind, {})} for kind, body in BEGINNING.items()}
    school, provider_id = school_decider(Urn(examples.SCHOOL_URN)), ProviderId(examples.PROVIDER_ID)
    provider = provider_decider(provider_id, setting.keys)
    async with transaction(setting.engine) as conn:
        for kind, body in bodies.items():
            family, decider = ("school", school) if kind in SPECS["school"] else ("provider", provider)
            command = SPECS[family][kind].adapter.validate_json(json.dumps(body))  # type: ignore[index] # one of two
            await append_command(conn, decider, command, now)
        await people.register(conn, map(as_signed_in, PEOPLE))


async def append_command(conn: asyncpg.Connection, decider: Decider[Any, Any], command: Any, now: datetime) -> None:
    actor = replace(_OFFICER, org_id=f"school:{examples.SCHOOL_URN}")
    command_id = CommandId(uuid7())
    context = Context(command_id=command_id, correlation_id=command_id, actor=actor, now=now)
    result = await handle(conn, decider, command, context)
    assert result.answer.status == "accepted", result.answer.text
