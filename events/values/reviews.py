"""What a review looked at, and the steps of a return to school."""

from datetime import date

from events.codes import (
    Rag,
)
from events.definition import value


@value
class ObjectiveRag:
    id: str
    rag: Rag


@value
class ReviewEvidence:
    """What the review looked at. Attendance in hundredths of a per cent."""

    attendance_basis_points: int
    behaviour: str
    progress: str
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
    support: str
