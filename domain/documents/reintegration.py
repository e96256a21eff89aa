"""The plan for the return to school."""

from domain.documents.model import Document, Section, Table, item
from domain.documents.parts import planned_reviews
from domain.documents.phrases import told
from domain.documents.source import Source
from domain.shared import words
from events.codes import DocumentKind
from events.placement.ending import ReintegrationPlanned

_RETURN = "DfE guidance on alternative provision: the return to school"


def plan(source: Source) -> tuple[Document, ...]:
    event: ReintegrationPlanned = source.event
    return (
        Document(
            kind=DocumentKind.REINTEGRATION_PLAN,
            title="Plan for the return to school",
            sender=source.school_name,
            about=source.pupil,
            reference=source.reference,
            dated_on=source.day,
            subject=event.plan_id,
            opening=(
                (
                    f"This plan says how {source.pupil} will come back to {source.school_name} from"
                    f" {source.provider_name}. The return is step by step."
                ),
                "A session is a morning or an afternoon of a school day.",
            ),
            sections=(
                Section(
                    heading="Steps",
                    items=(
                        item("Full time at school by", words.on(event.full_time_by), clause=_RETURN),
                        item("The school agrees to the plan", *told(event.school_accepted), clause=_RETURN),
                    ),
                    tables=(_steps(event),),
                ),
                Section(
                    heading="Support",
                    items=(
                        item("Key adult, who helps the pupil", event.key_adult, clause=_RETURN),
                        item("The pupil is ready when", *event.readiness_criteria, clause=_RETURN),
                        planned_reviews(source),
                    ),
                ),
                Section(
                    heading="Views",
                    items=(
                        item("What the pupil thinks", event.pupil_view, clause=_RETURN),
                        item("What the parents think", event.parent_view, clause=_RETURN),
                    ),
                ),
            ),
        ),
    )


def _steps(event: ReintegrationPlanned) -> Table:
    return Table(
        caption="Sessions each week",
        columns=("Step", "From", "At school", "At the provider", "Support"),
        rows=tuple(
            (str(step.n), words.on(step.from_on), str(step.sessions_school), str(step.sessions_ap), step.support)
            for step in event.steps
        ),
        clause=_RETURN,
    )
