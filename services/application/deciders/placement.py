"""Placements: their commands and timers, with what happens beside them in the same transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg

from domain.access.controllers import controller_of
from domain.access.roles import OrgKind, organisation
from domain.placement.facts import Facts
from domain.placement.messages import PlacementStatus
from domain.placement.provider_sight.phases import ProviderPart, ProviderPhase, phase
from domain.placement.provider_sight.shown_events import seen_ids
from domain.placement.record.history import current
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement, evolve, initial
from domain.placement.steps import COMMANDS, STEPS, decide, warnings
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codec import PLACEMENT, PUPIL, from_json
from events.codes import LetterFate, RegimeId
from events.ids import PlacementId, ProviderId, derived_id, placement_stream, pupil_stream
from events.placement.letters import DocumentProduced, LetterFateRecorded
from events.placement.record import RecordCorrected
from events.pupil import PupilRegistered
from infra.commands import CommandRow
from infra.encryption import vault
from infra.encryption.keys import DataKey, KeyProvider
from infra.event_store.lookup import stream_versions
from infra.projections import placements, pupil_names
from infra.projections.holding import hold
from infra.streams.placement_streams import PlacementStreams
from services.application import same_number
from services.application.command_handler import CommandAsKept
from services.application.decider import CaughtUp, DecidedCommand, Decider, Loaded, Seen, Stream, of_system
from services.application.facts.placement import PlacementFacts, by_id
from services.application.handling import append_beside, pending
from services.application.rows import ListRows
from services.application.standing import Outlook, deadline_codes, outlook, placement_row, standing


class PlacementDecider:
    """One placement, for one command: what a decision computes once serves its row, its answer and its workflow."""

    def __init__(
        self,
        placement_id: PlacementId,
        *,
        keys: KeyProvider,
        streams: PlacementStreams,
        facts: PlacementFacts,
        rows: ListRows,
    ) -> None:
        self._placement_id = placement_id
        self._keys = keys
        self._streams = streams
        self._list_rows = rows
        self._facts = facts
        self._outlook: Outlook | None = None
        self._reference: str | None = None
        self.decider: Decider[Placement, Facts] = Decider(
            stream_id=placement_stream(placement_id),
            about={"placement_id": placement_id},
            codec=PLACEMENT,
            initial=initial,
            evolve=evolve,
            decide=decide,
            gather=partial(facts.gather, placement_id),
            keys=keys,
            key=self._key,
            loads=self._load,
            corrected=_corrected,
            regime=_regime,
            catch_up=self._catch_up,
            knows=_knows,
            changes=_changes,
            rows=self._rows,
            beside=self._beside,
            answers=self._answers,
        )

    async def read(self, row: CommandRow) -> CommandAsKept:
        """The command of a row. Raises KeyErased: nobody reads it again."""
        body = row.body
        if row.key_id is not None:
            key = await self._keys.get(row.key_id)
            body = vault.open_body(key, command_id=row.command_id, kind=row.kind, sealed=body)
        expected = () if row.expected_version is None else (row.expected_version,)
        return CommandAsKept(command=from_json(body, COMMANDS[row.kind]), expected_versions=expected)

    def status(self, seen: Seen[Placement, Facts]) -> PlacementStatus:
        return standing(self._looked(seen))

    def _looked(self, seen: Seen[Placement, Facts]) -> Outlook:
        """Worked out once for a state and its facts."""
        known = self._outlook
        if known is None or known.state is not seen.state or known.facts is not seen.facts:
            known = self._outlook = outlook(seen.state, seen.version, seen.facts)
        return known

    async def _load(self, conn: asyncpg.Connection, holds: bool) -> Loaded[Placement]:
        if holds:
            # First of all, so that nobody else writes rows of it from another state.
            held = await hold(conn, self._placement_id)
            self._reference = None if held is None else held.reference
        known = await self._streams.current(conn, self._placement_id)
        return Loaded(stream=known.stream, state=known.state)

    async def _key(self, state: Placement) -> DataKey:
        assert state.pupil_id is not None, "a placement's first event names its pupil"
        return await self._keys.get(state.pupil_id)

    def _catch_up(self, seen: Seen[Placement, Facts], now: datetime) -> CaughtUp[Placement, Facts] | None:
        """What has fallen due, whether or not a timer was there to record it.

        Done late, a duty would no longer be found missed afterwards. It stays on record where the command is refused.
        """
        if seen.state.stage not in STEPS[PassTime].stages:
            return None
        # Two attempts at the same instant of the same version are the same command, so they store the same events.
        context = of_system(derived_id(self._placement_id, f"pass-time/{seen.version}"), now)
        facts = replace(seen.facts, command_id=context.command_id, actor=context.actor)
        events = decide(seen.state, PassTime(), facts)
        if not events:
            return None
        own = replace(seen, facts=facts)
        decided = pending(self.decider, own, events, command=PassTime(), context=context)
        after = Seen(record=decided.after, facts=replace(seen.facts, history=by_id(decided.after.stream)))
        return CaughtUp(decided=decided, seen=after)

    async def _rows(self, conn: asyncpg.Connection, decided: DecidedCommand[Placement, Facts]) -> None:
        looked = self._looked(decided.seen)
        calendar, due = decided.facts.calendar, looked.due
        if looked.state.stage in TERMINAL:
            # A request for access may be counted by a later calendar than the one that the placement was closed with.
            calendar = self._facts.closed_with(looked.state, decided.facts)
            due = deadlines(looked.state, calendar)
        await self._list_rows.write_placement(conn, self._placement_id, looked.state, calendar, due)
        row = placement_row(looked)
        # Of a placement that was only looked at, as it is.
        changed_at = row.updated_at if decided.pending else decided.after.stream[-1].recorded_at
        await placements.upsert(conn, replace(row, updated_at=changed_at))
        if self._reference is None:
            self._reference = await placements.reference_of(conn, self._placement_id)
        await pupil_names.write(conn, self._keys, row, looked.state)
        await same_number.note(conn, self._keys, decided.before.state, decided.after.state)

    async def _beside(self, conn: asyncpg.Connection, decided: DecidedCommand[Placement, Facts]) -> None:
        if STEPS[type(decided.command)].begins:
            await open_record(conn, self._keys, decided)

    def _answers(self, decided: DecidedCommand[Placement, Facts]) -> Mapping[str, Any]:
        before, after = decided.before.state, decided.after.state
        return {
            "reference": self._reference,
            "stage": after.stage,
            "deadlines": deadline_codes(self._looked(decided.seen)),
            "warnings": warnings(decided.command, before, after, decided.events, decided.facts),
            "created": STEPS[type(decided.command)].begins,
        }


def _regime(state: Placement) -> RegimeId | None:
    return state.decision.regime_id


def _corrected(stream: Stream, since: Stream) -> Placement | None:
    """A correction changes an event before it, so it cannot be added at the end."""
    return current(stream) if any(isinstance(each.event, RecordCorrected) for each in since) else None


def _knows(seen: Seen[Placement, Facts], version: int) -> bool:
    """A document that was made since tells nothing new."""
    since = [each for each in seen.record.stream if each.version > version]
    return version <= seen.version and not any(_tells_news(each.event) for each in since)


def _tells_news(event: Any) -> bool:
    """Not that a document was made of the record, nor that its letter is on its way."""
    if isinstance(event, LetterFateRecorded):
        return event.fate in {LetterFate.FAILED, LetterFate.UNHEARD}
    return not isinstance(event, DocumentProduced)


def _changes(seen: Seen[Placement, Facts], version: int) -> list[dict[str, Any]]:
    return [
        {"version": record.version, "type": type(record.event).__name__, "recorded_at": record.recorded_at}
        for record in _visible(seen)
        if record.version > version
    ]


def _visible(seen: Seen[Placement, Facts]) -> Stream:
    """The events that whoever gives the command may see: a provider, those of its own part."""
    acts_for = organisation(seen.facts.actor.org_id)
    stream = seen.record.stream
    if acts_for is None or acts_for.kind is not OrgKind.PROVIDER:
        return stream
    part = ProviderPart.OFFER if phase(seen.state) is ProviderPhase.ASKED else ProviderPart.TEACHING
    visible = seen_ids(stream, part, ProviderId(UUID(acts_for.name)))
    return tuple(record for record in stream if record.event_id in visible)


async def open_record(conn: asyncpg.Connection, keys: KeyProvider, decided: DecidedCommand[Placement, Facts]) -> None:
    """Record with the first draft whose the pupil's record and key are, or as it turns out of a pupil from before."""
    state = decided.after.state
    assert state.pupil_id is not None
    stream_id = pupil_stream(state.pupil_id)
    controller = _controller(state, decided.facts)
    await keys.claim(state.pupil_id, controller)
    if await stream_versions(conn, [stream_id]):
        return
    registered = PupilRegistered(pupil_id=state.pupil_id, controller=controller)
    await append_beside(
        conn, decided, [registered], stream_id=stream_id, codec=PUPIL, version=0, numbered_from=len(decided.events)
    )


def _controller(state: Placement, facts: Facts) -> str:
    """Of the record that a draft belongs to."""
    if facts.owned is not None and facts.owned.opened:
        assert facts.owned.controller is not None
        return facts.owned.controller
    assert state.commissioner is not None
    assert state.home_school_urn is not None
    assert facts.school is not None, "a draft needs its school"
    found = controller_of(state.commissioner, state.home_school_urn, facts.school.la_code)
    assert found is not None, "a school has a council"
    return found
