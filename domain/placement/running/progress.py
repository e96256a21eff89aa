"""The provider's reports: attendance, behaviour, curriculum, personal development, and how each objective goes."""

from collections import Counter
from datetime import date

from domain.placement.facts import Facts
from domain.placement.guards import basis_points, not_before, not_future, written
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.codes import Rag
from events.definition import asked, value
from events.placement.contact import ProgressReportReceived
from events.values.reviews import Curriculum, ObjectiveRag


@value
class ReceiveProgressReport:
    """Record the provider's report: attendance, behaviour, curriculum, personal development, each objective's rating.

    Attendance in hundredths of a per cent.
    """

    received_on: date = asked("When did the report arrive?")
    period_from: date = asked("Report covers from")
    period_to: date = asked("Report covers to")
    attendance_basis_points: int = asked("Attendance", hint="Of the sessions the pupil was expected at")
    behaviour: str = asked("Behaviour")
    curriculum: Curriculum = asked("The curriculum")
    curriculum_text: str = asked("What is the pupil learning?")
    personal_development: str = asked("Personal development")
    objective_rag: tuple[ObjectiveRag, ...] = asked("Progress on each objective")
    achievements: str | None = asked("Achievements", default=None)
    pupil_voice: str | None = asked("What does the pupil say?", default=None)


class ReportPeriodUnsound(Rejected):
    """A report covers days of the placement that have passed."""

    code = "report_period_unsound"
    title = "The dates of the report are not correct"


class ObjectivesNotRated(Rejected):
    """Reviews must show if the objectives are met, so a report rates each of them once."""

    code = "objectives_not_rated"
    title = "The report does not rate each objective once"
    legal_refs = ("SI 2010/1156 reg 4(1)(a)",)


def receive_report(
    state: Placement, command: ReceiveProgressReport, facts: Facts
) -> tuple[ProgressReportReceived, ...]:
    refuse(*sound(command, state, facts))
    return (
        ProgressReportReceived(
            received_on=command.received_on,
            period_from=command.period_from,
            period_to=command.period_to,
            attendance_basis_points=command.attendance_basis_points,
            curriculum=command.curriculum,
            objective_rag=command.objective_rag,
            behaviour=command.behaviour,
            curriculum_text=command.curriculum_text,
            personal_development=command.personal_development,
            achievements=command.achievements,
            pupil_voice=command.pupil_voice,
        ),
    )


def sound(
    event: ReceiveProgressReport | ProgressReportReceived, state: Placement, facts: Facts
) -> list[Rejected | None]:
    assert state.running.started_on is not None
    return [
        not_future(event.received_on, facts.today, "/received_on"),
        not_before(event.period_from, state.running.started_on, "the placement started", "/period_from"),
        None
        if event.period_from <= event.period_to <= event.received_on
        else ReportPeriodUnsound(
            "Give a period that ends after it begins, by the day of the report.", pointer="/period_to"
        ),
        basis_points(event.attendance_basis_points, "/attendance_basis_points"),
        written(event.behaviour, "how the pupil behaved", "/behaviour"),
        written(event.curriculum_text, "what was taught", "/curriculum_text"),
        written(event.personal_development, "how the pupil developed as a person", "/personal_development"),
        *_objectives(state, event.objective_rag),
    ]


def rating(state: Placement) -> Rag | None:
    """The gravest rating of an objective in the last report; None where there is none, or it can no longer be read."""
    given = {each.rag for each in state.around.reports[-1].objective_rag} if state.around.reports else set[Rag]()
    return next((rag for rag in (Rag.RED, Rag.AMBER, Rag.GREEN) if rag in given), None)


def _objectives(state: Placement, ratings: tuple[ObjectiveRag, ...]) -> list[ObjectivesNotRated]:
    wanted = [objective.id for objective in state.referral.submitted.objectives] if state.referral.submitted else []
    given = Counter(rating.id for rating in ratings)
    # A refusal is kept in clear, so it counts the objectives and repeats no text that somebody gave.
    return [
        *(
            ObjectivesNotRated(f"Rate objective number {number} once.", pointer="/objective_rag")
            for number, objective_id in enumerate(wanted, 1)
            if given[objective_id] != 1
        ),
        *(
            ObjectivesNotRated("The referral has no such objective.", pointer=f"/objective_rag/{number}/id")
            for number, rating in enumerate(ratings)
            if rating.id not in wanted
        ),
    ]
