"""The facts of a decision about a placement, gathered in its transaction: what is asked for depends on the command."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg

from domain.access.controllers import Ownership
from domain.calendar.london import today
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.agreement.pattern import SetAttendancePattern, elsewhere
from domain.placement.corrections.corrections import CorrectRecord
from domain.placement.decision.determination import ConfirmDetermination, Determine, MoveStartDate
from domain.placement.facts import Elsewhere, Facts, PupilThere
from domain.placement.record.access import RecordSubjectAccessRequest
from domain.placement.record.history import current
from domain.placement.record.retention import ConfirmErasure, DecideErasure
from domain.placement.referral.proposal import ProposeProvider
from domain.placement.referral.referral import DraftReferral, pupil_of
from domain.placement.referral.threshold import there
from domain.placement.reviews.reviews import DecideReview
from domain.placement.running.start import StartPlacement
from domain.placement.running.terms import ChangeTerms
from domain.placement.state import DECIDED, RUNNING, TERMINAL, Placement
from domain.pupil import state as pupil_state
from domain.school.state import School
from domain.shared.electronic import Agreement
from events.codec import PLACEMENT
from events.codes import ContactMethod, DeliveryMethod
from events.ids import CommandId, EventId, PlacementId, ProviderId, PupilId, placement_stream, pupil_stream
from infra.bank_holidays import bank_holidays
from infra.encryption.keys import KeyMissing, KeyProvider
from infra.event_store.lookup import stream_versions
from infra.letters.agreements import agreements
from infra.projections import placements
from infra.streams.placement_streams import PlacementStreams
from infra.streams.records import load
from infra.streams.reference import Reference
from services.application import retention, same_number
from services.application.decider import Context, Loaded, Stream
from services.application.facts import pupils
from services.application.facts.holders import Holder, holders
from services.application.facts.ownership import ownership


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
        command: Any,
        context: Context,
    ) -> Facts:
        state, command_id, day = loaded.state, context.command_id, today(context.now)
        # The home school stays, and until it is known is the one that the command names; the provider may change.
        urn = state.began_at or state.home_school_urn or getattr(command, "home_school_urn", None)
        provider_id = getattr(command, "provider_id", None) or state.provider_id
        home, provider = await self._reference.current(conn, urn, provider_id)
        schools = await self._reference.successors(conn, home)
        school = schools[-1] if schools else None
        owned = await self._owned(conn, state, command, command_id)
        return Facts(
            placement_id=placement_id,
            command_id=command_id,
            actor=context.actor,
            now=context.now,
            today=day,
            # A request for access after the end is counted from today on; whatever else is, keeps its calendar.
            calendar=self._calendar(state, schools, command),
            before=self._before(state, schools),
            before_as_corrected=self._before(state, schools, as_corrected=True),
            school=school,
            former=schools[:-1],
            provider=provider,
            elsewhere=await self._elsewhere(conn, placement_id, state) if _asks_elsewhere(command) else (),
            at_provider=await self._at_provider(conn, placement_id, command, provider_id, day),
            same_number=await same_number.others(
                conn,
                self._keys,
                same_number.numbered(command, state, _pupil(command, state, command_id)),
                school,
                context.actor.org_id,
            ),
            erasure_settled=await self._erasure_settled(conn, command, command_id),
            owned=owned,
            agreements=await self._agreements(conn, state, command),
            flag_changes=await self._flag_changes(conn, state),
            history=by_id(loaded.stream),
            begun_on=today(loaded.stream[0].recorded_at) if loaded.stream else None,
        )

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


def _own(state: Placement, schools: Sequence[School]) -> School | None:
    """The home school as the placement has it: another may have taken its place since."""
    return next((each for each in schools if each.urn == state.home_school_urn), None)


def _pupil(command: Any, state: Placement, command_id: CommandId) -> PupilId | None:
    return pupil_of(command, command_id) if isinstance(command, DraftReferral) else state.pupil_id


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


def by_id(stream: Stream) -> dict[EventId, Any]:
    return {record.event_id: record.event for record in stream}
