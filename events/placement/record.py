"""The record itself: notes, corrections, who looks after it, who may read it, and its erasure."""

from datetime import date

from events.codes import (
    ErasureGround,
    Role,
)
from events.definition import event, holds, personal
from events.ids import (
    EventId,
    PersonId,
)
from events.kinds import CODE, CONFIDED, JSON, LINE, TEXT


@event()
class NoteAdded:
    text: str | None = personal(TEXT)


@event(occurred="assigned_on")
class CaseAssigned:
    """From this day a case worker looks after the placement."""

    assigned_on: date
    assigned_to: PersonId
    reason: str | None = personal(TEXT)


@event()
class AccessRestricted:
    """From now on only these roles and people may read the record, of those who could before. The latest holds."""

    reader_roles: tuple[Role, ...]
    reader_ids: tuple[PersonId, ...]
    reason: str | None = personal(CONFIDED)


@event()
class AccessRestrictionLifted:
    reason: str | None = personal(CONFIDED)


@event(occurred="proposed_on")
class ErasureProposed:
    """The time to keep the pupil's record by name ended with this year. Nothing is erased until a person confirms."""

    proposed_on: date
    kept_until_year: int


@event(occurred="confirmed_on")
class ErasureConfirmed:
    """A person confirmed that the pupil's personal data may be erased: the key that opens them is destroyed next."""

    confirmed_on: date


@event(occurred="decided_on")
class ErasureDecided:
    """A person decided that the pupil's personal data are erased before the time to keep them is over.

    `reference` names the papers of the decision, which are kept elsewhere: it is in clear and outlives the key.
    """

    decided_on: date
    ground: ErasureGround
    reference: str = holds(LINE)


@event()
class RecordCorrected:
    """A field of an earlier event was wrong; the earlier event stays as it is. `value` is canonical JSON."""

    corrects_event_id: EventId
    field: str = holds(CODE)
    value: str | None = personal(JSON)
    reason: str | None = personal(TEXT)


RecordEvent = (
    ErasureProposed
    | ErasureConfirmed
    | ErasureDecided
    | RecordCorrected
    | NoteAdded
    | CaseAssigned
    | AccessRestricted
    | AccessRestrictionLifted
)
