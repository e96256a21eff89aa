"""The facts of a decision about a placement: what every decision has, and what the command's row asks for."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

import asyncpg

from domain.calendar.london import today
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.facts import Facts, Need
from domain.placement.stages import TERMINAL, Stage
from domain.placement.state import Placement
from domain.placement.step import Named
from domain.placement.steps import STEPS
from domain.pupil.state import FlagPeriod
from events.ids import CommandId, EventId, PlacementId, pupil_stream
from infra.encryption.keys import KeyProvider
from infra.event_store.lookup import stream_versions
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference, reference_streams
from services.application.decider import Context, Loaded, Stream
from services.application.facts import pupils
from services.application.facts.calendars import calendar_before, calendar_of
from services.application.facts.needs import LOADERS, FactSources


class PlacementFacts:
    def __init__(self, *, keys: KeyProvider, streams: PlacementStreams, reference: Reference) -> None:
        self._keys = keys
        self._streams = streams
        self._reference = reference

    async def gather(
        self,
        placement_id: PlacementId,
        conn: asyncpg.Connection,
        loaded: Loaded[Placement],
        command: object | None,
        context: Context,
    ) -> Facts:
        """The facts of a command, or of a look at the placement, which has none."""
        state = loaded.state
        history = by_id(loaded.stream)
        needs, named = _asked_for(state, command, history, context.command_id)
        # The home school stays, and until it is known is the one that the command names; the provider may change.
        urn = state.began_at or state.home_school_urn or named.school_urn
        provider_id = named.provider_id or state.proposal.provider_id
        # In one question, as each command asks it.
        versions = await stream_versions(conn, [*reference_streams(urn, provider_id), *_flag_streams(state)])
        home, provider = await self._reference.at(conn, urn, provider_id, versions)
        schools = await self._reference.successors(conn, home)
        facts = Facts(
            placement_id=placement_id,
            command_id=context.command_id,
            actor=context.actor,
            now=context.now,
            today=today(context.now),
            calendar=calendar_of(self._reference, state, schools),
            before=calendar_before(self._reference, state, schools),
            before_as_corrected=calendar_before(self._reference, state, schools, as_corrected=True),
            school=schools[-1] if schools else None,
            former=schools[:-1],
            provider=provider,
            history=history,
            begun_on=today(loaded.stream[0].recorded_at) if loaded.stream else None,
        )
        sources = FactSources(
            conn=conn,
            keys=self._keys,
            streams=self._streams,
            reference=self._reference,
            state=state,
            named=named,
            holds=context.holds,
        )
        for need in Need:
            if need in needs:
                facts = await LOADERS[need](sources, facts)
        return replace(facts, flag_changes=await self._flag_changes(conn, state, versions))

    def closed_with(self, state: Placement, facts: Facts) -> SchoolCalendar:
        """The calendar of a placement that is over."""
        return calendar_of(
            self._reference, state, facts.former if facts.school is None else (*facts.former, facts.school)
        )

    async def _flag_changes(
        self, conn: asyncpg.Connection, state: Placement, versions: Mapping[str, int]
    ) -> tuple[FlagPeriod, ...]:
        """The changes of the pupil's flags, for a placement that can still take one."""
        # Most records hold that they were opened, and nothing more.
        if state.pupil_id is None or not any(versions.get(each, 0) > 1 for each in _flag_streams(state)):
            return ()
        return await pupils.flag_changes(conn, state.pupil_id, self._keys)


def _flag_streams(state: Placement) -> list[str]:
    """The pupil's own record, for a placement that can still take a change of the pupil's flags."""
    return [] if state.pupil_id is None or state.stage in TERMINAL else [pupil_stream(state.pupil_id)]


def _asked_for(
    state: Placement, command: object | None, history: Mapping[EventId, Any], command_id: CommandId
) -> tuple[AbstractSet[Need], Named]:
    if command is None:
        return frozenset(), Named()
    step = STEPS[type(command)]
    if state.stage is Stage.NEW and not step.begins:
        # Nothing is known to gather facts of, and the command is refused.
        return frozenset(), Named()
    return step.needed(command, history), step.names(state, command, command_id)


def by_id(stream: Stream) -> dict[EventId, Any]:
    return {record.event_id: record.event for record in stream}
