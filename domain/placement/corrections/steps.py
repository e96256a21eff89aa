"""The command that puts right what was recorded wrongly: what it needs depends on the event."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from domain.placement.corrections import corrections, warnings
from domain.placement.corrections.corrections import CorrectRecord
from domain.placement.event_rows import EVENTS
from domain.placement.facts import Need
from domain.placement.state import Placement
from domain.placement.step import KNOWN, LEADERS, Named, Numbered, PlacementStep
from events.codec import NotReadable, parse_field
from events.ids import CommandId, EventId
from events.placement.referral import ReferralDrafted
from events.values.referral import Pupil


def needs(command: CorrectRecord, history: Mapping[EventId, Any]) -> AbstractSet[Need]:
    """What the corrected event's own rules ask for: its row says so."""
    event = history.get(command.corrects_event_id)
    return frozenset() if event is None else EVENTS[type(event)].needs


def named(state: Placement, command: CorrectRecord, _command_id: CommandId) -> Named:
    """The UPN that the pupil is given, where the pupil is put right with another."""
    if command.field != "pupil" or state.referral.pupil is None:
        return Named()
    try:
        corrected = parse_field(ReferralDrafted, "pupil", command.value)
    except NotReadable:
        return Named()
    if not isinstance(corrected, Pupil) or corrected.upn == state.referral.pupil.upn:
        return Named()
    assert state.pupil_id is not None, "who has a pupil has the pupil's id, school and commissioner"
    assert state.home_school_urn is not None
    assert state.commissioner is not None
    return Named(
        numbered=Numbered(
            pupil_id=state.pupil_id,
            number=corrected.upn,
            school_urn=state.home_school_urn,
            commissioner=state.commissioner,
        )
    )


STEPS = (
    PlacementStep(
        CorrectRecord,
        corrections.correct,
        stages=KNOWN,
        by=LEADERS,
        needs=needs,
        names=named,
        warns=(warnings.same_number, warnings.corrected),
    ),
)
