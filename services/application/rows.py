"""The rows of the lists, written by whoever moves a placement, its register or a provider, before the append."""

from collections.abc import Iterable, Mapping, Sequence

import asyncpg

from domain.attendance.register import Register
from domain.attendance.state import Week
from domain.attendance.timers import SWEPT
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, deadlines
from domain.provider.state import Provider
from events.ids import IsoWeek, PlacementId, ProviderId
from infra.projections import derived, placements, provider_deadlines, pupil_names, waiting
from infra.projections.derived import PlacementSources, ReadModel, RegisterSources
from infra.projections.holding import hold, mark_current
from infra.projections.registry import OF_PLACEMENTS, of_placement, of_register, of_register_alone
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.streams.register_streams import RegisterStreams

_ALL = tuple(OF_PLACEMENTS.values())


class ListRows:
    """Writes rows from records that their caller holds, or reads the records for it."""

    def __init__(self, *, streams: PlacementStreams, reference: Reference) -> None:
        self._streams = streams
        self._reference = reference
        self._registers = RegisterStreams(streams.keys)

    @property
    def streams(self) -> PlacementStreams:
        """The placements read last in this process."""
        return self._streams

    async def write_placement(
        self,
        conn: asyncpg.Connection,
        placement_id: PlacementId,
        state: Placement,
        calendar: SchoolCalendar,
        due: Sequence[Deadline],
        *,
        models: Iterable[ReadModel] = _ALL,
    ) -> None:
        """All rows of a placement after a decision, those of its register among them: it decides which are due."""
        register = Register(weeks={})
        if state.stage in SWEPT:
            assert state.pupil_id is not None, "it has begun"
            register = await self._registers.current(conn, placement_id, state.pupil_id)
        of_itself = PlacementSources(state=state, calendar=calendar, due=due)
        of_its_register = RegisterSources(state=state, calendar=calendar, register=register)
        rows = [*of_placement(of_itself, models), *of_register(of_its_register, models)]
        await derived.write(conn, placement_id, rows)

    async def write_register(
        self,
        conn: asyncpg.Connection,
        placement_id: PlacementId,
        state: Placement,
        calendar: SchoolCalendar,
        moved: Mapping[IsoWeek, Week],
    ) -> None:
        """The rows of a register, of which the `moved` weeks are as they will be stored."""
        assert state.pupil_id is not None, "it has begun"
        register = await self._registers.current(conn, placement_id, state.pupil_id)
        register = Register(weeks=dict(sorted({**register.weeks, **moved}.items())))
        await derived.write(
            conn, placement_id, of_register_alone(RegisterSources(state=state, calendar=calendar, register=register))
        )

    async def write_again(
        self, conn: asyncpg.Connection, placement_id: PlacementId, models: Iterable[ReadModel] = _ALL
    ) -> None:
        """The rows of a placement from the record as it is, which is held from here on.

        Raises:
            StreamArchived: its rows are all that is left of it, and stay.
        """
        held = await hold(conn, placement_id)
        assert held is not None, "a placement that has begun has a row"
        state = (await self._streams.current(conn, placement_id)).state
        assert state.pupil_id is not None, "its stream has an event"
        school, _ = await self._reference.current(conn, state.home_school_urn, None)
        calendar = self._reference.calendar_of(state, school)
        models = tuple(models)
        await self.write_placement(conn, placement_id, state, calendar, deadlines(state, calendar), models=models)
        if set(models) == set(_ALL):
            await self._write_name(conn, placement_id, state)
            await mark_current(conn, placement_id)

    async def write_name_again(self, conn: asyncpg.Connection, placement_id: PlacementId) -> None:
        """What lists show of the pupil, and by what it is found, from the record as it is.

        Raises:
            StreamArchived: the pupil's key is destroyed, and the row with it.
        """
        await hold(conn, placement_id)
        await self._write_name(conn, placement_id, (await self._streams.current(conn, placement_id)).state)

    async def _write_name(self, conn: asyncpg.Connection, placement_id: PlacementId, state: Placement) -> None:
        row = await placements.find(conn, placement_id)
        assert row is not None, "a placement that has begun has a row"
        await pupil_names.write(conn, self._streams.keys, row, state)


async def write_provider(conn: asyncpg.Connection, provider_id: ProviderId, state: Provider) -> None:
    """The rows about a provider, which the caller holds (`holding.hold_provider`)."""
    due = (provider_deadlines.PART, provider_deadlines.rows(state))
    await derived.write(conn, provider_id, [due, (waiting.OF_PROVIDERS, waiting.provider_rows(state))])
