"""What a review looked at, and the steps of a return to school."""

from datetime import date

from events.codes import (
    Rag,
)
from events.definition import Question, asked, holds, value
from events.kinds import CODE, TEXT


@value
class ObjectiveRag:
    id: str = holds(CODE, question=Question(label="Objective"))
    rag: Rag = asked("How is it going?")


@value
class ReviewEvidence:
    """What the review looked at. Attendance in hundredths of a per cent."""

    attendance_basis_points: int = asked("Attendance")
    behaviour: str = holds(TEXT, question=Question(label="Behaviour"))
    progress: str = holds(TEXT, question=Question(label="Progress"))
    rag: tuple[ObjectiveRag, ...] = asked("Progress on each objective", default=())


@value
class Curriculum:
    """How a curriculum was found: broad, balanced and well sequenced, or not."""

    broad: bool = asked("Is it broad?")
    balanced: bool = asked("Is it balanced?")
    well_sequenced: bool = asked("Does it build on what the pupil knows?")


@value
class ReintegrationStep:
    """One step of a phased return: sessions a week at school and at the provider, from a day."""

    n: int
    from_on: date = asked("From which day?")
    sessions_school: int = asked("Sessions a week at school")
    sessions_ap: int = asked("Sessions a week at the provider")
    support: str = holds(TEXT, question=Question(label="Support in this step"))
