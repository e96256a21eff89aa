"""The one transaction behind each command and each timer: load, fold, gather facts, decide, append, answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import asyncpg

from domain.access.controllers import Ownership, controller_of
from domain.access.roles import OrgKind, organisation
from domain.calendar.london import today
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.legal_refs import legal_refs
from domain.placement.agreement.pattern import SetAttendancePattern, elsewhere
from domain.placement.corrections.corrections import CorrectRecord
from domain.placement.decision.determination import ConfirmDetermination, Determine, MoveStartDate
from domain.placement.facts import Elsewhere, Facts, PupilThere
from domain.placement.messages import Handled, PlacementStatus
from domain.placement.provider_sight import ProviderPart, ProviderPhase, phase, seen_ids
from domain.placement.record.access import RecordSubjectAccessRequest
from domain.placement.record.history import current, occurred_at
from domain.placement.record.retention import ConfirmErasure, DecideErasure, PersonalDataErased
from domain.placement.referral.proposal import ProposeProvider
from domain.placement.referral.referral import DraftReferral, pupil_of
from domain.placement.referral.threshold import there
from domain.placement.reviews.reviews import DecideReview
from domain.placement.running.start import StartPlacement
from domain.placement.running.terms import ChangeTerms
from domain.placement.state import DECIDED, RUNNING, TERMINAL, Placement, evolve
from domain.placement.steps import COMMANDS, STEPS, decide, warnings
from domain.placement.time.pass_time import PassTime
from domain.pupil import state as pupil_state
from domain.school.state import School
from domain.shared.electronic import Agreement
from domain.shared.errors import Rejections
from events.codec import PLACEMENT, PUPIL, from_json
from events.codes import ContactMethod, DeliveryMethod, LetterFate
from events.envelope import Actor, Metadata, Recorded
from events.ids import CommandId, EventId, PlacementId, ProviderId, PupilId, derived_id, placement_stream, pupil_stream
from events.placement.letters import DocumentProduced, LetterFateRecorded
from events.placement.record import RecordCorrected
from events.pupil import PupilRegistered
from infra import commands
from infra.bank_holidays import bank_holidays
from infra.clock import Clock
from infra.encryption import vault
from infra.encryption.keys import KeyErased, KeyMissing, KeyProvider
from infra.event_store.lookup import stream_versions
from infra.event_store.types import Appended
from infra.letters.agreements import agreements
from infra.projections import placements
from infra.streams.placement_streams import PlacementStreams
from infra.streams.records import PendingEvent, append_noted, load
from infra.streams.reference import Reference
from services.application import retention, same_number
from services.application.answers import Answer, accepted, moved_on, refused
from services.application.decider import SYSTEM
from services.application.facts import pupils
from services.application.facts.holders import Holder, holders
from services.application.facts.ownership import ownership
from services.application.standing import Outlook, deadline_codes, outlook, placement_row, standing

Stream = tuple[Recorded[Any], ...]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A placement as it stands, and what a decision about it may rely on."""

    stream: Stream
    state: Placement
    facts: Facts

    @property
    def version(self) -> int:
        return self.stream[-1].version if self.stream else 0

    @cached_property
    def outlook(self) -> Outlook:
        return outlook(self.state, self.version, self.facts)

    @property
    def standing(self) -> PlacementStatus:
        return standing(self.outlook)

    def is_as_seen_at(self, version: int) -> bool:
        """Whether who looked at that version knows all there is: a document made since tells nothing new."""
        since = [each for each in self.stream if each.version > version]
        return version <= self.version and not any(_tells_news(each.event) for each in since)


def _tells_news(event: Any) -> bool:
    """Not that a document was made of the record, nor that its letter is on its way."""
    if isinstance(event, LetterFateRecorded):
        return event.fate in {LetterFate.FAILED, LetterFate.UNHEARD}
    return not isinstance(event, DocumentProduced)


class Deciding:
    """Decides commands and timers of placements, each in the transaction that the caller opened."""

    def __init__(self, *, keys: KeyProvider, streams: PlacementStreams, reference: Reference, clock: Clock) -> None:
        self._keys = keys
        self._streams = streams
        self._reference = reference
        self._clock = clock

    async def command(self, conn: asyncpg.Connection, placement_id: PlacementId, command_id: CommandId) -> Handled:
        """Decide a recorded command and keep its answer; one that is decided already stays as it is.

        What fell due by now comes first, whether or not a timer was there to record it: done late, a duty would
        no longer be found missed afterwards. It stays on record where the command is refused. A command whose pupil
        was erased meanwhile is refused: it could be read at no later attempt either.
        """
        locked = await commands.lock_and_read_clock(conn, command_id, self._clock)
        if locked is None or locked.row.stream_id != placement_stream(placement_id):
            now = locked.now if locked else await self._clock.now(conn)
            loaded = await self._load(conn, placement_id, None, command_id=command_id, actor=SYSTEM, now=now)
            return Handled(status="unknown", standing=loaded.standing)
        row, now = locked.row, locked.now
        try:
            command = None if row.status != "recorded" else await self._parse(row)
        except KeyErased:
            return await self._too_late(conn, placement_id, row, now)
        actor = from_json(row.actor, Actor)
        loaded = await self._load(conn, placement_id, command, command_id=command_id, actor=actor, now=now)
        if command is None:
            assert row.status != "recorded", "only a decided row is not parsed"
            return Handled(status=row.status, standing=loaded.standing)
        answer, after = await self._decide(conn, await self._catch_up(conn, loaded), command, row)
        await commands.decide(conn, command_id, answer.status, answer.http_status, answer.text, at=now)
        assert answer.status != "recorded", "a decision is final"
        return Handled(status=answer.status, standing=after)

    async def time(self, conn: asyncpg.Connection, placement_id: PlacementId) -> tuple[PlacementStatus, int]:
        """Record what has fallen due by now. Returns how the placement stands, and how many events were recorded."""
        now = await self._clock.now(conn)
        loaded = await self._load(conn, placement_id, None, command_id=CommandId(placement_id), actor=SYSTEM, now=now)
        after = await self._catch_up(conn, loaded)
        return after.standing, after.version - loaded.version

    async def _catch_up(self, conn: asyncpg.Connection, loaded: Loaded) -> Loaded:
        """Record what has fallen due; how the placement stands then. Asks the database nothing if that is nothing."""
        if loaded.state.stage not in STEPS[PassTime].stages:
            return loaded
        # Two attempts at the same instant of the same version are the same command, so they store the same events.
        command_id = CommandId(derived_id(loaded.facts.placement_id, f"pass-time/{loaded.version}"))
        facts = replace(loaded.facts, command_id=command_id, actor=SYSTEM)
        events = decide(loaded.state, PassTime(), facts)
        if not events:
            return loaded
        after = await self._store(conn, replace(loaded, facts=facts), events, correlation_id=command_id)
        return replace(after, facts=replace(loaded.facts, history=_by_id(after.stream)))

    async def _too_late(
        self, conn: asyncpg.Connection, placement_id: PlacementId, row: commands.CommandRow, now: datetime
    ) -> Handled:
        loaded = await self._load(
            conn, placement_id, None, command_id=CommandId(row.command_id), actor=from_json(row.actor, Actor), now=now
        )
        answer = refused(row.command_id, Rejections((PersonalDataErased("Nothing more can be written down."),)))
        await commands.decide(conn, row.command_id, answer.status, answer.http_status, answer.text, at=now)
        return Handled(status="refused", standing=loaded.standing)

    async def _parse(self, row: commands.CommandRow) -> Any:
        body = row.body
        if row.key_id is not None:
            key = await self._keys.get(row.key_id)
            body = vault.open_body(key, command_id=row.command_id, kind=row.kind, sealed=body)
        return from_json(body, COMMANDS[row.kind])

    async def _load(
        self,
        conn: asyncpg.Connection,
        placement_id: PlacementId,
        command: Any,
        *,
        command_id: CommandId,
        actor: Actor,
        now: datetime,
    ) -> Loaded:
        known = await self._streams.current(conn, placement_id)
        state = known.state
        # The home school stays, and until it is known is the one that the command names; the provider may change.
        urn = state.began_at or state.home_school_urn or getattr(command, "home_school_urn", None)
        provider_id = getattr(command, "provider_id", None) or state.provider_id
        home, provider = await self._reference.current(conn, urn, provider_id)
        schools = await self._reference.successors(conn, home)
        school = schools[-1] if schools else None
        owned = await self._owned(conn, state, command, command_id)
        facts = Facts(
            placement_id=placement_id,
            command_id=command_id,
            actor=actor,
            now=now,
            today=today(now),
            # A request for access after the end is counted from today on; whatever else is, keeps its calendar.
            calendar=self._calendar(state, schools, command),
            before=self._before(state, schools),
            before_as_corrected=self._before(state, schools, as_corrected=True),
            school=school,
            former=schools[:-1],
            provider=provider,
            elsewhere=await self._elsewhere(conn, placement_id, state) if _asks_elsewhere(command) else (),
            at_provider=await self._at_provider(conn, placement_id, command, provider_id, today(now)),
            same_number=await same_number.others(
                conn,
                self._keys,
                same_number.numbered(command, state, _pupil(command, state, command_id)),
                school,
                actor.org_id,
            ),
            erasure_settled=await self._erasure_settled(conn, command, command_id),
            owned=owned,
            agreements=await self._agreements(conn, state, command),
            flag_changes=await self._flag_changes(conn, state),
            history=_by_id(known.stream),
            begun_on=today(known.stream[0].recorded_at) if known.stream else None,
        )
        return Loaded(stream=known.stream, state=state, facts=facts)

    async def _elsewhere(
        self, conn: asyncpg.Connection, placement_id: PlacementId, state: Placement
    ) -> tuple[Elsewhere, ...]:
        """The pupil's other placements, held until this decision is stored, so that two cannot claim one session."""
        assert state.pupil_id is not None, "asked of a placement that has begun"
        found = []
        for other_id in await placements.hold_of_pupil(conn, state.pupil_id):
            if other_id != placement_id:
                stream = await load(conn, placement_stream(PlacementId(other_id)), PLACEMENT, self._keys)
                found.append(elsewhere(current(stream)))
        return tuple(each for each in found if each is not None)

    async def _at_provider(
        self,
        conn: asyncpg.Connection,
        placement_id: PlacementId,
        command: Any,
        provider_id: ProviderId | None,
        on: date,
    ) -> tuple[PupilThere, ...]:
        """The pupils at the provider, where a place is given or its hours change. Who has a plan stands in no row.

        Held until this decision is stored, so that two places given at once do not both count as the fourth.
        """
        if provider_id is None or not _gives_a_place(command):
            return ()
        placed = await placements.hold_placed_at(conn, provider_id, [*DECIDED, *RUNNING])
        others = [await self._streams.current(conn, PlacementId(each)) for each in placed if each != placement_id]
        return tuple(there(each.state, on) for each in others)

    async def _erasure_settled(self, conn: asyncpg.Connection, command: Any, command_id: CommandId) -> bool:
        """Whether the pupil of a draft is to be erased; held until it is stored, so that no key goes as it begins."""
        if not isinstance(command, DraftReferral):
            return False
        try:
            return (await retention.held(conn, pupil_of(command, command_id), self._keys)).is_to_be_erased
        except KeyMissing:
            return False

    async def _owned(
        self, conn: asyncpg.Connection, state: Placement, command: Any, command_id: CommandId
    ) -> Ownership | None:
        """Whose the pupil's record is, for a command that turns on it."""
        if isinstance(command, DraftReferral):
            pupil_id = pupil_of(command, command_id)
            # Held until the draft is stored: two organisations that bring the same new id come one after the other.
            await placements.hold_of_pupil(conn, pupil_id)
            if Holder.PROVIDER in await holders(conn, pupil_id):
                return Ownership(controller=None)
            return await ownership(conn, pupil_id)
        if isinstance(command, ConfirmErasure | DecideErasure):
            assert state.pupil_id is not None, "asked of a placement that has begun"
            return await ownership(conn, state.pupil_id)
        return None

    async def _agreements(self, conn: asyncpg.Connection, state: Placement, command: Any) -> tuple[Agreement, ...]:
        """Who has agreed to be served by e-mail, for a command that says that something is given so."""
        by_email = getattr(command, "method", None) in {DeliveryMethod.EMAIL, ContactMethod.EMAIL}
        if not by_email or state.pupil_id is None:
            return ()
        return await agreements(conn, state.pupil_id, self._keys)

    async def _flag_changes(self, conn: asyncpg.Connection, state: Placement) -> tuple[pupil_state.FlagPeriod, ...]:
        """The changes of the pupil's flags, for a placement that can still take one."""
        if state.pupil_id is None or state.stage in TERMINAL:
            return ()
        stream_id = pupil_stream(state.pupil_id)
        # Most records hold that they were opened, and nothing more.
        if (await stream_versions(conn, [stream_id])).get(stream_id, 0) <= 1:
            return ()
        return await pupils.flag_changes(conn, state.pupil_id, self._keys)

    def _calendar(self, state: Placement, schools: Sequence[School], command: Any) -> SchoolCalendar:
        """Of a placement that is over, the one that it was closed with; a request for access is counted from today."""
        school = schools[-1] if schools else None
        if isinstance(command, RecordSubjectAccessRequest):
            return self._reference.calendar(school)
        if state.stage in TERMINAL:
            return self._reference.calendar_of(state, _own(state, schools))
        former = schools[0].urn if len(schools) > 1 else None
        return self._reference.calendar(school, former=former)

    def _before(
        self, state: Placement, schools: Sequence[School], *, as_corrected: bool = False
    ) -> SchoolCalendar | None:
        """The calendar that the placement was last reckoned by, where it is another now."""
        school = _own(state, schools)
        if school is None or state.calendar_version == 0:
            return None
        if school is not schools[-1]:
            # Another school took its place: what that changes is no correction.
            was = state.calendar_version
            return None if as_corrected else self._reference.calendar(school, was, former=state.began_at)
        if state.calendar_version >= school.calendar_version:
            return None
        if not as_corrected:
            return self._reference.calendar(school, state.calendar_version, former=state.began_at)
        found = school.as_corrected(bank_holidays(), state.calendar_version)
        return found if state.began_at is None else school.joined(found, state.began_at)

    async def _decide(
        self, conn: asyncpg.Connection, loaded: Loaded, command: Any, row: commands.CommandRow
    ) -> tuple[Answer, PlacementStatus]:
        if row.expected_version is not None and not loaded.is_as_seen_at(row.expected_version):
            return _moved_on(row, row.expected_version, loaded), loaded.standing
        try:
            events = decide(loaded.state, command, loaded.facts)
        except Rejections as rejections:
            return refused(row.command_id, rejections), loaded.standing
        after = await self._store(conn, loaded, events, correlation_id=row.correlation_id)
        if isinstance(command, DraftReferral):
            await self._open_record(conn, after, number=len(events))
        await same_number.note(conn, self._keys, loaded.state, after.state)
        answer = accepted(
            command_id=row.command_id,
            about={"placement_id": loaded.facts.placement_id},
            version=after.version,
            stage=after.state.stage,
            events=[
                (record.event_id, type(record.event).__name__, record.position)
                for record in after.stream[len(loaded.stream) :]
            ],
            deadlines=deadline_codes(after.outlook),
            warnings=warnings(command, loaded.state, after.state, events, loaded.facts),
            created=isinstance(command, DraftReferral),
        )
        return answer, after.standing

    async def _open_record(self, conn: asyncpg.Connection, begun: Loaded, *, number: int) -> None:
        """Record with the first draft whose the pupil's record and key are, or as it turns out of a pupil from before.

        `number` is the count of the events that the draft came to, behind which the ids go on.
        """
        state, facts = begun.state, begun.facts
        assert state.pupil_id is not None
        stream_id = pupil_stream(state.pupil_id)
        controller = _controller(state, facts)
        await self._keys.claim(state.pupil_id, controller)
        if await stream_versions(conn, [stream_id]):
            return
        event = PupilRegistered(pupil_id=state.pupil_id, controller=controller)
        about = Metadata(
            occurred_at=facts.now,
            actor=facts.actor,
            command_id=facts.command_id,
            correlation_id=facts.command_id,
            legal_refs=legal_refs(event),
        )
        await append_noted(
            conn,
            stream_id,
            [PendingEvent(event=event, metadata=about)],
            codec=PUPIL,
            version=0,
            recorded_at=facts.now,
            numbered_from=number,
        )

    async def _store(
        self, conn: asyncpg.Connection, loaded: Loaded, events: Sequence[Any], *, correlation_id: UUID
    ) -> Loaded:
        """Append what the actor and the command of the facts came to; how the placement stands with it."""
        facts, state, noted = loaded.facts, loaded.state, []
        for event in events:
            state = evolve(state, event)
            metadata = Metadata(
                occurred_at=occurred_at(event, facts.now),
                actor=facts.actor,
                command_id=facts.command_id,
                correlation_id=correlation_id,
                regime_id=state.regime_id,
                legal_refs=legal_refs(event),
            )
            noted.append(PendingEvent(event=event, metadata=metadata))
        assert state.pupil_id is not None, "a placement's first event names its pupil"
        ids, appended = await append_noted(
            conn,
            placement_stream(facts.placement_id),
            noted,
            codec=PLACEMENT,
            version=loaded.version,
            recorded_at=facts.now,
            key=await self._keys.get(state.pupil_id),
        )
        stream = (*loaded.stream, *_recorded(noted, ids, appended))
        if any(isinstance(event, RecordCorrected) for event in events):
            # Folded afresh: a correction changes an event before it, so it cannot be added at the end.
            state = current(stream)
        after = replace(loaded, stream=stream, state=state)
        await placements.upsert(conn, placement_row(after.outlook))
        return after


def _own(state: Placement, schools: Sequence[School]) -> School | None:
    """The home school as the placement has it: another may have taken its place since."""
    return next((each for each in schools if each.urn == state.home_school_urn), None)


def _pupil(command: Any, state: Placement, command_id: CommandId) -> PupilId | None:
    return pupil_of(command, command_id) if isinstance(command, DraftReferral) else state.pupil_id


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


def _recorded(noted: Sequence[PendingEvent], ids: Sequence[UUID], appended: Appended) -> Stream:
    """What was appended, as it would be read."""
    first = appended.version - len(noted) + 1
    return tuple(
        Recorded(
            position=position,
            stream_id=appended.stream_id,
            version=first + number,
            event_id=EventId(event_id),
            recorded_at=appended.recorded_at,
            metadata=each.metadata,
            event=each.event,
        )
        for number, (each, event_id, position) in enumerate(zip(noted, ids, appended.positions, strict=True))
    )


_GIVES_A_PLACE = (
    ProposeProvider,
    Determine,
    ConfirmDetermination,
    MoveStartDate,
    ChangeTerms,
    SetAttendancePattern,
    DecideReview,
)


def _gives_a_place(command: Any) -> bool:
    # The sessions of a pattern, or the period of a decision, that is put right count as those of a new one.
    put_right = isinstance(command, CorrectRecord) and command.field in {"sessions", "until"}
    return put_right or isinstance(command, _GIVES_A_PLACE)


def _asks_elsewhere(command: Any) -> bool:
    # A correction may be of either's event.
    return isinstance(command, SetAttendancePattern | StartPlacement | CorrectRecord)


def _by_id(stream: Stream) -> dict[EventId, Any]:
    return {record.event_id: record.event for record in stream}


def _told_of(loaded: Loaded) -> Stream:
    """The events that whoever gave the command is told of: a provider, of those that it sees."""
    acts_for = organisation(loaded.facts.actor.org_id)
    if acts_for is None or acts_for.kind is not OrgKind.PROVIDER:
        return loaded.stream
    part = ProviderPart.OFFER if phase(loaded.state) is ProviderPhase.ASKED else ProviderPart.TEACHING
    seen = seen_ids(loaded.stream, part, ProviderId(UUID(acts_for.name)))
    return tuple(record for record in loaded.stream if record.event_id in seen)


def _moved_on(row: commands.CommandRow, expected: int, loaded: Loaded) -> Answer:
    changes = [
        {"version": record.version, "type": type(record.event).__name__, "recorded_at": record.recorded_at}
        for record in _told_of(loaded)
        if record.version > expected
    ]
    return moved_on(row.command_id, expected=expected, present=loaded.version, changes=changes)
