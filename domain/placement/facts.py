"""What a decision may rely on beside the state: gathered by the caller, so that a decision needs nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from domain.access.controllers import Ownership
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import Figures, figures
from domain.provider.state import Provider
from domain.pupil.state import FlagPeriod
from domain.school.state import School
from domain.shared.electronic import Agreement
from events.codes import Role
from events.envelope import Actor
from events.ids import CommandId, EventId, PlacementId, PupilId
from events.placement.running import AttendancePatternSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another placement of the pupil that is decided or runs: its days, and the weekly patterns set for it."""

    first_on: date
    last_on: date
    patterns: tuple[AttendancePatternSet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilThere:
    """A pupil with a place at a provider, as far as it matters whether the provider must be a registered school.

    `first_on` and `last_on` are the place's days, where they are set.
    """

    pupil_id: PupilId
    minutes_a_week: int
    of_school_age: bool
    has_plan: bool
    looked_after: bool
    has_sen: bool
    first_on: date | None = None
    last_on: date | None = None


class Need(Enum):
    """A fact that is gathered for the commands that ask for it, in this order, which is that of the locks.

    Its value is the name of its field in `Facts`. What every decision has, such as the school, nobody asks for.
    """

    OWNERSHIP = "owned"
    """Whose the pupil's record is."""
    OTHER_PLACEMENTS = "elsewhere"
    """The pupil's other placements."""
    PUPILS_AT_PROVIDER = "at_provider"
    """Who has a place at the provider, where one is given or its hours change."""
    SAME_NUMBER = "same_number"
    """The pupils of the school who have the UPN that the command gives."""
    ERASURE = "erasure_settled"
    """Whether the pupil's personal data are to go."""
    AGREEMENTS = "agreements"
    """Who agreed to be served by e-mail."""
    ASSIGNEE = "assignee"
    """Who the person is whom an assignment names."""
    PRESENT_CALENDAR = "calendar"
    """The present calendar, though the placement is over and keeps the one that it ended with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """Somebody to whom a case is to be assigned, as the register of people has them for the actor's organisation."""

    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one decision about one placement.

    `today` is the day in Europe/London at `now`. `school` is the home school, None if it is not
    registered; `provider` is the one proposed or named in the command. `history` holds the
    placement's events by id, for corrections. `elsewhere` are the pupil's other placements, for a
    command that asks where else they are expected. `at_provider` holds the pupils whose
    placements there are decided or run, this one's left out; it is gathered where a place is given or its hours change.
    `owned` says whose the pupil's record is, for a draft that names its pupil and for a decision on an erasure;
    None for a new pupil.
    `agreements` are those of parents to be served by e-mail, for a command that gives something so.
    `flag_changes` are the changes of the pupil's flags by the pupil's own record, in the order of their recording.
    `erasure_settled`: a person has said that the pupil's personal data go; it is gathered for a draft alone.
    `former` are the schools whose place `school` took since the placement began, oldest first.
    `before` is the calendar that the placement's deadlines were last calculated by, where the school has revised it
    since, and `before_as_corrected` the same with what was wrong in it put right.
    `same_number` are the other pupils with the UPN that a draft or a correction gives, of the same school and
    controller.
    `assignee` is the person whom an assignment names; None where nobody of the actor's organisation has the id.
    `begun_on` is the day on which the placement was drafted, None for the draft itself.
    """

    placement_id: PlacementId
    command_id: CommandId
    actor: Actor
    now: datetime
    today: date
    calendar: SchoolCalendar
    before: SchoolCalendar | None = None
    before_as_corrected: SchoolCalendar | None = None
    school: School | None = None
    former: tuple[School, ...] = ()
    provider: Provider | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    at_provider: tuple[PupilThere, ...] = ()
    erasure_settled: bool = False
    owned: Ownership | None = None
    agreements: tuple[Agreement, ...] = ()
    flag_changes: tuple[FlagPeriod, ...] = ()
    history: Mapping[EventId, Any] = field(default_factory=dict)
    begun_on: date | None = None
    same_number: tuple[PupilId, ...] = ()
    assignee: Assignee | None = None

    @property
    def figures(self) -> Figures:
        """Those in force on the day of the decision. A determined placement is bound by `figures_of` its own day."""
        return figures(self.today)

    @property
    def begins_on(self) -> date:
        """The day of the placement's draft: today, where this is the draft."""
        return self.begun_on or self.today

    def home_on(self, day: date) -> School | None:
        """The home school of a day: its body decided, and its delegations served, until another took its place."""
        was = (each for each in self.former if each.succeeded is not None and day < each.succeeded.effective_on)
        return next(was, self.school)
