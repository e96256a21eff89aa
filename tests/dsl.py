"""Given what happened, when a command is given, then these events follow, or these refusals."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, cast
from uuid import UUID, uuid5

from domain.calendar.london import LONDON, today
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.corrections.corrections import CorrectRecord
from domain.placement.event_rows import EVENTS
from domain.placement.facts import Assignee, Facts, Need
from domain.placement.state import Placement, evolve, initial
from domain.placement.steps import STEPS, decide
from domain.provider.state import Provider
from domain.pupil.state import FlagPeriod
from domain.school.state import School
from domain.shared.errors import Rejected, Rejections
from events.codes import Role
from events.envelope import Actor, ActorKind
from events.ids import CommandId, EventId, PlacementId
from events.placement.union import PlacementEvent

A_CASE_WORKER = Assignee(roles=(Role.CASE_WORKER,))
_ASKED_FOR = {need.value for need in Need if need is not Need.PRESENT_CALENDAR}
"""Each story has its calendar."""

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


class FactsAskedFor:
    """The facts of a decision, of which a row asked for some: whoever reads another has forgotten to ask."""

    def __init__(self, facts: Facts, needs: AbstractSet[Need], row: str) -> None:
        self._facts = facts
        self._named = {need.value for need in needs}
        self._row = row

    def __getattr__(self, name: str) -> Any:
        assert name in self._named or name not in _ASKED_FOR, f"the row of {self._row} does not ask for {name}"
        return getattr(self._facts, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What happened so far, and what else a decision may know.

    `gathered` has the facts that a row asks for, by the name of their field in `Facts`.
    """

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
    org: str | None = None
    begun_on: date | None = None
    flag_changes: tuple[FlagPeriod, ...] = ()
    gathered: Mapping[str, Any] = field(default_factory=lambda: {Need.ASSIGNEE.value: A_CASE_WORKER})

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
        asked = {name: fact for name, fact in facts.items() if name in _ASKED_FOR}
        rest = {name: fact for name, fact in facts.items() if name not in asked}
        return replace(self, gathered={**self.gathered, **asked}, **rest)

    def and_then(self, *events: PlacementEvent) -> "Given":
        return replace(self, events=(*self.events, *events))

    def facts(self, command: object) -> Facts:
        """What the command's row does not ask for is not there."""
        step = STEPS[type(command)]
        role = self.role or min(step.by)
        history = {EventId(an_id(f"event {n}")): event for n, event in enumerate(self.events)}
        needed = {need.value for need in step.needed(command, history)}
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
            begun_on=self.begun_on,
            flag_changes=self.flag_changes,
            history=history,
            **{name: fact for name, fact in self.gathered.items() if name in needed},
        )

    def when(self, command: object) -> "Outcome":
        facts = self.facts(command)
        try:
            events = decide(self.state, command, _strict(command, facts))
        except Rejections as refusal:
            return Outcome(given=self, events=(), reasons=refusal.reasons)
        self._ask_again(events, facts)
        return Outcome(given=self, events=events, reasons=())

    def _ask_again(self, events: Iterable[PlacementEvent], facts: Facts) -> None:
        """A correction asks the rules of the event again, with what its row asks for."""
        state = self.state
        for event in events:
            row = EVENTS[type(event)]
            if not isinstance(row.corrections, str):
                asked = FactsAskedFor(facts, row.needs, type(event).__name__)
                list(row.corrections.sound(event, state, cast("Facts", asked)))
            state = evolve(state, event)


def _strict(command: object, facts: Facts) -> Facts:
    step = STEPS[type(command)]
    if isinstance(command, CorrectRecord):
        # It asks the rules of every event of the record.
        return facts
    return cast("Facts", FactsAskedFor(facts, step.needed(command, facts.history), type(command).__name__))


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
