"""What a review looked at, and the steps of a return to school."""

from datetime import date

from events.codes import (
    Rag,
)
from events.definition import holds, value
from events.kinds import CODE, TEXT


@value
class ObjectiveRag:
    id: str = holds(CODE)
    rag: Rag


@value
class ReviewEvidence:
    """What the review looked at. Attendance in hundredths of a per cent."""

    attendance_basis_points: int
    behaviour: str = holds(TEXT)
    progress: str = holds(TEXT)
    rag: tuple[ObjectiveRag, ...] = ()


@value
class Curriculum:
    """How a curriculum was found: broad, balanced and well sequenced, or not."""

    broad: bool
    balanced: bool
    well_sequenced: bool


@value
class ReintegrationStep:
    """One step of a phased return: sessions a week at school and at the provider, from a day."""

    n: int
    from_on: date
    sessions_school: int
    sessions_ap: int
    support: str = holds(TEXT)
