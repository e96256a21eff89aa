"""What the referral says of the pupil, and what changed of that since."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from events.codes import PupilFlag
from events.placement.decision import ExclusionRecorded
from events.placement.other_streams import PupilFlagsTaken
from events.placement.referral import PlacementCancelled, ReferralDeclined, ReferralSubmitted, ReferralWithdrawn
from events.values.decision import PlanCouncil
from events.values.referral import Pupil


class ReferralState(NamedTuple):
    """`flags_taken` are the changes of the pupil's flags since the referral."""

    pupil: Pupil | None = None
    submitted: ReferralSubmitted | None = None
    exclusion: ExclusionRecorded | None = None
    flags_taken: tuple[PupilFlagsTaken, ...] = ()
    stopped: ReferralDeclined | ReferralWithdrawn | PlacementCancelled | None = None

    @property
    def flags(self) -> tuple[PupilFlag, ...]:
        """The pupil's flags by the last change on record; before the first, by the referral."""
        return self.flags_on(date.max)

    def flags_on(self, day: date, *, known_on: date = date.max) -> tuple[PupilFlag, ...]:
        """The flags that the pupil had on a day, as far as it was known on another; now, where that is left out."""
        change = self._flags_from(day, known_on)
        if change is not None:
            return change.flags
        picture = self.submitted.picture if self.submitted else None
        return picture.flags if picture else ()

    def had_plan_on(self, day: date) -> bool:
        """The pupil had an EHC plan on a day, and it was known then: before it was, nothing was asked for its sake."""
        return PupilFlag.EHCP in self.flags_on(day) and PupilFlag.EHCP in self.flags_on(day, known_on=day)

    def plan_la_code_on(self, day: date) -> str | None:
        """The council that maintained the EHC plan on a day; None without a plan, or where the record names none."""
        if PupilFlag.EHCP not in self.flags_on(day):
            return None
        change = self._flags_from(day)
        if change is not None:
            return change.plan.la_code if change.plan else None
        picture = self.submitted.picture if self.submitted else None
        return picture.plan_la_code if picture else None

    def plan_council_on(self, day: date) -> PlanCouncil | None:
        """The council of the EHC plan with its name and address, where the pupil's own record told them."""
        change = self._flags_from(day)
        return change.plan if change is not None else None

    def _flags_from(self, day: date, known_on: date = date.max) -> PupilFlagsTaken | None:
        begun = [each for each in self.flags_taken if each.from_on <= day and each.known_on <= known_on]
        return max(begun, key=lambda each: (each.from_on, each.number), default=None)

    @property
    def in_social_care(self) -> bool:
        """Looked after, or with a social worker."""
        return bool({PupilFlag.LOOKED_AFTER, PupilFlag.SOCIAL_WORKER} & set(self.flags))

    @property
    def has_plan(self) -> bool:
        """The pupil has an EHC plan."""
        return PupilFlag.EHCP in self.flags


EVOLVE: Final[Mapping[type[Any], Callable[[ReferralState, Any], ReferralState]]] = {
    ReferralSubmitted: lambda part, event: part._replace(submitted=event),
    ExclusionRecorded: lambda part, event: part._replace(exclusion=event),
    PupilFlagsTaken: lambda part, event: part._replace(flags_taken=(*part.flags_taken, event)),
    ReferralDeclined: lambda part, event: part._replace(stopped=event),
    ReferralWithdrawn: lambda part, event: part._replace(stopped=event),
    PlacementCancelled: lambda part, event: part._replace(stopped=event),
}
