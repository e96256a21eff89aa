"""A change of the pupil's flags, recorded in the pupil's own record, as the placement takes it from its day on."""

from collections.abc import Callable, Iterator
from datetime import date

from domain.placement.facts import Facts
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected
from events.codes import PupilFlag
from events.placement.other_streams import PupilFlagsTaken
from events.values.referral import ReferralPicture


class FlagsDiffer(Rejected):
    """The EHC plan, care and social care status in a referral match the pupil's own record for that day."""

    code = "flags_differ"
    title = "The referral and the pupil's record do not agree"


def taken(state: Placement, facts: Facts) -> tuple[PupilFlagsTaken, ...]:
    """What the placement has not taken of the pupil's record so far. A draft has no flags to change."""
    if state.referral.submitted is None or state.stage in TERMINAL or state.referral.pupil is None:
        return ()
    seen = max((each.number for each in state.referral.flags_taken), default=0)
    return tuple(
        PupilFlagsTaken(
            number=each.number, from_on=each.from_on, known_on=each.recorded_on, flags=each.flags, plan=each.plan
        )
        for each in facts.flag_changes
        if each.number > seen
    )


def since(state: Placement, flag: PupilFlag) -> PupilFlagsTaken | None:
    """The change that gave the pupil a flag; None where they have it since the referral, or do not have it now."""
    return _since(state, flag in next(iter(ever(state))), lambda change: flag in change.flags)


def council_since(state: Placement) -> PupilFlagsTaken | None:
    """The change since which the council that maintains the EHC plan does; None where it does since the referral."""
    now = state.referral.plan_la_code_on(date.max)
    picture = state.referral.submitted.picture if state.referral.submitted else None
    held = picture is not None and PupilFlag.EHCP in picture.flags and picture.plan_la_code == now
    return _since(state, held, lambda change: PupilFlag.EHCP in change.flags and _la_code(change) == now)


def _la_code(change: PupilFlagsTaken) -> str | None:
    return change.plan.la_code if change.plan else None


def _since(state: Placement, held: bool, holds: Callable[[PupilFlagsTaken], bool]) -> PupilFlagsTaken | None:
    """The change since which something holds without a break; `held`: it did so by the referral."""
    found = None
    for change in _changes(state):
        holding = holds(change)
        if holding and not held:
            found = change
        if not holding:
            found = None
        held = holding
    return found


def ever(state: Placement) -> Iterator[tuple[PupilFlag, ...]]:
    """The flags by the referral, and then by each change."""
    picture = state.referral.submitted.picture if state.referral.submitted else None
    yield picture.flags if picture else ()
    yield from (each.flags for each in _changes(state))


def _changes(state: Placement) -> tuple[PupilFlagsTaken, ...]:
    """The changes by the day from which each counts; of two for one day the later one alone."""
    latest = {each.from_on: each for each in sorted(state.referral.flags_taken, key=lambda each: each.number)}
    return tuple(latest[day] for day in sorted(latest))


def agree(picture: ReferralPicture | None, facts: Facts) -> FlagsDiffer | None:
    """That a referral says of the pupil what the pupil's own record says, where that says anything."""
    changes = facts.flag_changes
    if picture is None or not changes:
        return None
    holds = max(changes, key=lambda each: (each.from_on, each.number))
    since = f"by the pupil's record since {words.on(holds.from_on)}. Change the one that is wrong."
    if set(picture.flags) != set(holds.flags):
        return FlagsDiffer(f"The pupil has other flags {since}", pointer="/picture/flags")
    if PupilFlag.EHCP in holds.flags and holds.plan is not None and picture.plan_la_code != holds.plan.la_code:
        return FlagsDiffer(f"Another council maintains the EHC plan {since}", pointer="/picture/plan_la_code")
    return None
