"""What a command would do now, by the decision that the command itself takes, with nothing held, made or stored."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import asyncpg

from domain.attendance.deadlines import register_deadlines
from domain.attendance.facts import AttendanceFacts
from domain.attendance.register import Register
from domain.attendance.state import Week
from domain.documents.catalogue import MAKES, documents
from domain.documents.model import Document
from domain.documents.source import source
from domain.placement.facts import Facts
from domain.placement.record.history import corrected
from domain.placement.state import Placement
from domain.placement.time import deadline_changes
from domain.placement.time.deadline_changes import DeadlineChanges
from domain.placement.time.deadlines import Deadline
from domain.provider.deadlines import ProviderDeadline
from domain.provider.deadlines import deadlines as provider_deadlines
from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.warnings import CommandWarning
from events.ids import IsoWeek, PlacementId, placement_id_of
from infra.encryption.keys import KeyProvider
from infra.event_store.read import read_stream
from infra.projections import placements
from services.application.decider import Context, DecidedCommand, Decider, Decision
from services.application.facts import registers
from services.application.facts.placement import by_id
from services.application.handling import decision, look

S = TypeVar("S")
F = TypeVar("F")
DRAFT = "Draft"
"""In place of what only a stored event has, such as its hash."""
AnyDeadline = Deadline | ProviderDeadline
Following = Callable[[asyncpg.Connection, DecidedCommand[S, F]], Awaitable["WhatFollows"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatFollows:
    """What the events of a command bring beside themselves."""

    deadlines: DeadlineChanges[Any] = field(default_factory=DeadlineChanges)
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenDecision(Generic[S, F]):
    """What would become of a command, and what would follow if it is accepted."""

    decision: Decision[S, F]
    follows: WhatFollows
    warnings: Sequence[CommandWarning] = ()


async def nothing_follows(_conn: asyncpg.Connection, _decided: Any) -> WhatFollows:
    return WhatFollows()


async def preview(
    conn: asyncpg.Connection,
    decider: Decider[S, F],
    command: Any,
    context: Context,
    following: Following[S, F] = nothing_follows,
) -> ForeseenDecision[S, F]:
    """Decide a command in a transaction that may be read only.

    Raises:
        What `handling.look` raises.
    """
    context = replace(context, holds=False)
    made = decision(decider, await look(conn, decider, command, context), command, context)
    if made.decided is None:
        return ForeseenDecision(decision=made, follows=WhatFollows())
    return ForeseenDecision(
        decision=made,
        follows=await following(conn, made.decided),
        warnings=decider.answers(made.decided).get("warnings", ()),
    )


async def of_placement(conn: asyncpg.Connection, decided: DecidedCommand[Placement, Facts]) -> WhatFollows:
    """The deadlines that a command changes, and the documents that are made of its events."""
    return WhatFollows(deadlines=placement_deadlines(decided), documents=await _documents(conn, decided))


def placement_deadlines(decided: DecidedCommand[Placement, Facts]) -> DeadlineChanges[Deadline]:
    events = by_id(tuple(corrected(decided.after.stream)))
    return deadline_changes.of_placement(decided.before.state, decided.after.state, events, decided.facts)


async def _documents(conn: asyncpg.Connection, decided: DecidedCommand[Placement, Facts]) -> tuple[Document, ...]:
    making = [each for each in decided.recorded if type(each.event) in MAKES]
    if not making:
        return ()
    stored = await read_stream(conn, making[0].stream_id)
    hashes = {each.version: each.hash.hex() for each in stored}
    reference = await placements.reference_of(conn, placement_id_of(making[0].stream_id))
    return tuple(document for each in making for document in made_of(decided, each.version, hashes, reference))


def made_of(
    decided: DecidedCommand[Placement, Facts], version: int, hashes: Mapping[int, str], reference: str | None = None
) -> tuple[Document, ...]:
    """The documents of one event of a command, as its record and the facts of the decision have it."""
    records = tuple(each for each in decided.after.stream if each.version <= version)
    shown = {each.version: hashes.get(each.version, DRAFT) for each in records}
    facts = decided.facts
    return documents(
        source(records, school=facts.school, provider=facts.provider, hashes=shown, short_reference=reference)
    )


def of_register(placement_id: PlacementId, week: IsoWeek, keys: KeyProvider) -> Following[Week, AttendanceFacts]:
    async def following(conn: asyncpg.Connection, decided: DecidedCommand[Week, AttendanceFacts]) -> WhatFollows:
        found = await registers.register(conn, placement_id, keys)
        facts = decided.facts
        before, after = (
            tuple(register_deadlines(facts.placement, Register(weeks=weeks), facts.calendar))
            for weeks in ({**found.weeks, week: decided.before.state}, {**found.weeks, week: decided.after.state})
        )
        return WhatFollows(deadlines=_changed(before, after, lambda each: (each.rule, each.subject)))

    return following


async def of_provider(_conn: asyncpg.Connection, decided: DecidedCommand[Provider, ProviderFacts]) -> WhatFollows:
    """Of what is due about a provider, what the organisation of the person who gives the command has to do."""
    own = decided.facts.actor.org_id
    before, after = (
        tuple(each for each in provider_deadlines(state) if each.org_id == own)
        for state in (decided.before.state, decided.after.state)
    )
    return WhatFollows(deadlines=_changed(before, after, lambda each: (each.rule, each.check)))


def _changed(before: Sequence[Any], after: Sequence[Any], what: Callable[[Any], Any]) -> DeadlineChanges[Any]:
    return deadline_changes.between(before, after, what=what, on=lambda each: each.due_on)
