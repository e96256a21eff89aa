"""Given what happened, when a command is given, then these events follow, or these refusals."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from domain.access.controllers import Ownership
from domain.calendar.london import LONDON, today
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.facts import Assignee, Elsewhere, Facts, PupilThere
from domain.placement.state import Placement, evolve, initial
from domain.placement.step import Need
from domain.placement.steps import STEPS, decide
from domain.provider.state import Provider
from domain.pupil.state import FlagPeriod
from domain.school.state import School
from domain.shared.electronic import Agreement
from domain.shared.errors import Rejected, Rejections
from events.codes import Role
from events.envelope import Actor, ActorKind
from events.ids import CommandId, EventId, PlacementId, PupilId
from events.placement.union import PlacementEvent

A_CASE_WORKER = Assignee(roles=(Role.CASE_WORKER,))
SOURCE = UUID("0192f0c1-0000-7000-8000-000000000001")


def an_id(name: str) -> UUID:
    """An id of a test's own, the same at each run."""
    return uuid5(SOURCE, name)


def london(day: date, hour: int = 9) -> datetime:
    """An hour of a day in London, in UTC."""
    return datetime.combine(day, time(hour), tzinfo=LONDON).astimezone(UTC)


def actor(role: Role, org: str | None = None) -> Actor:
    kind = ActorKind.SYSTEM if role is Role.SYSTEM else ActorKind.PERSON
    return Actor(kind=kind, id=an_id(f"actor {role}"), role=role, org_id=org)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What happened so far, and what else a decision may know."""

    placement_id: PlacementId
    calendar: SchoolCalendar
    now: datetime
    events: tuple[PlacementEvent, ...] = ()
    role: Role | None = None
    before: SchoolCalendar | None = None
    before_as_corrected: SchoolCalendar | None = None
    school: School | None = None
    former: tuple[School, ...] = ()
    provider: Provider | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    at_provider: tuple[PupilThere, ...] = ()
    erasure_settled: bool = False
    org: str | None = None
    owned: Ownership | None = None
    agreements: tuple[Agreement, ...] = ()
    begun_on: date | None = None
    flag_changes: tuple[FlagPeriod, ...] = ()
    same_number: tuple[PupilId, ...] = ()
    assignee: Assignee | None = A_CASE_WORKER

    @property
    def state(self) -> Placement:
        state = initial()
        for event in self.events:
            state = evolve(state, event)
        return state

    def on(self, day: date, hour: int = 9) -> "Given":
        return replace(self, now=london(day, hour))

    def by(self, role: Role) -> "Given":
        return replace(self, role=role)

    def knowing(self, **facts: Any) -> "Given":
        return replace(self, **facts)

    def and_then(self, *events: PlacementEvent) -> "Given":
        return replace(self, events=(*self.events, *events))

    def facts(self, command: object) -> Facts:
        """What the command's row does not ask for is not there, so a rule that forgot to ask is found here."""
        step = STEPS[type(command)]
        role = self.role or min(step.by)
        needs = step.needed(command)
        return Facts(
            placement_id=self.placement_id,
            command_id=CommandId(an_id(f"{len(self.events)} {command!r}")),
            actor=actor(role, self.org),
            now=self.now,
            today=today(self.now),
            calendar=self.calendar,
            before=self.before,
            before_as_corrected=self.before_as_corrected,
            school=self.school,
            former=self.former,
            provider=self.provider,
            elsewhere=self.elsewhere if Need.OTHER_PLACEMENTS in needs else (),
            at_provider=self.at_provider if Need.PUPILS_AT_PROVIDER in needs else (),
            erasure_settled=self.erasure_settled if Need.ERASURE in needs else False,
            owned=self.owned if Need.OWNERSHIP in needs else None,
            agreements=self.agreements if Need.AGREEMENTS in needs else (),
            begun_on=self.begun_on,
            flag_changes=self.flag_changes,
            same_number=self.same_number if Need.SAME_NUMBER in needs else (),
            assignee=self.assignee if Need.ASSIGNEE in needs else None,
            history={EventId(an_id(f"event {n}")): event for n, event in enumerate(self.events)},
        )

    def when(self, command: object) -> "Outcome":
        try:
            events = decide(self.state, command, self.facts(command))
        except Rejections as refusal:
            return Outcome(given=self, events=(), reasons=refusal.reasons)
        return Outcome(given=self, events=events, reasons=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    given: Given
    events: tuple[PlacementEvent, ...]
    reasons: tuple[Rejected, ...]

    def then(self, *expected: PlacementEvent) -> Given:
        assert self.reasons == ()
        assert self.events == expected
        return self.given.and_then(*self.events)

    def then_happens(self, *types: type) -> Given:
        """These kinds of event follow; the story goes on after them."""
        assert [reason.detail for reason in self.reasons] == []
        assert [type(event) for event in self.events] == list(types)
        return self.given.and_then(*self.events)

    def then_rejected(self, *reasons: type[Rejected]) -> tuple[Rejected, ...]:
        assert self.events == ()
        assert {type(reason) for reason in self.reasons} == set(reasons)
        assert all(reason.detail.endswith((".", "?")) for reason in self.reasons)
        return self.reasons
