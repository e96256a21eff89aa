"""The full record of a placement: its outcome, and everything that was recorded, with clauses and hashes."""

from collections.abc import Mapping

from domain.access.names import ActorName
from domain.calendar.london import today
from domain.documents.model import Document, Item, Section, Table, item
from domain.documents.parts import objectives, section_f
from domain.documents.phrases import code, items, label, money, percentage, told
from domain.documents.source import Source
from domain.law.rules import RULES
from domain.placement.binding import weight
from domain.placement.parts.reviews import Review
from domain.placement.record.history import Record, corrected
from domain.shared import words
from events.codes import DocumentKind
from events.values.referral import Objective

_FULL = "local policy: full record of every placement"
_GROUP = 16
"""Letters of a hash that are written together, so that it breaks into lines."""
_RATINGS = frozenset({"rag"})
_ONLY_IDS = frozenset({"placement_id", "pupil_id"})


def record(source: Source) -> tuple[Document, ...]:
    return (
        Document(
            kind=DocumentKind.PLACEMENT_RECORD,
            title="Full record of a placement",
            sender=source.school_name,
            about=source.pupil,
            reference=source.reference,
            dated_on=source.day,
            version=source.records[-1].version,
            sections=(
                _placement(source),
                _progress(source),
                _outcome(source),
                _assessments(source),
                _missed(source),
                _timeline(source),
                *(_in_full(each) for each in corrected(source.records)),
            ),
        ),
    )


def _placement(source: Source) -> Section:
    state = source.state
    return Section(
        heading="The placement",
        items=(
            item("Pupil", source.pupil, clause=_FULL),
            item("Home school", source.school_name, clause=_FULL),
            item("Provider", source.provider_name, clause=_FULL),
            item("Legal basis", *told(state.legal_basis), clause=_FULL),
            item("Rules in force", *told(state.decision.regime_id)),
            item("Stage", *told(state.stage)),
            item("Started", *told(state.running.started_on), clause=_FULL),
            item("Planned end", *told(state.period.proposed_end), clause=_FULL),
            *section_f(source),
        ),
        tables=(objectives(_aims(source), _FULL),),
    )


def _progress(source: Source) -> Section:
    """What each review found: attendance, behaviour, progress, and the rating of each objective."""
    aims = {aim.id: aim.text for aim in _aims(source)}
    found = tuple(part for review in source.state.reviews.opened for part in _review(review, aims))
    return Section(heading="Progress and achievements", items=found or (item("Progress", None, clause=_FULL),))


def _review(review: Review, aims: Mapping[str, str]) -> tuple[Item, ...]:
    held = review.held
    if held is None:
        return ()
    evidence = held.evidence
    seen = items(evidence, without=_RATINGS) if evidence else ()
    rated = evidence.rag if evidence else ()
    decided = review.decided
    return (
        item(
            f"Review of {words.on(held.held_on)}",
            *(f"{each.label}: {line}" for each in seen for line in each.lines),
            *(f"{aims.get(each.id, each.id)}: {code(each.rag)}" for each in rated),
            f"The pupil said: {held.pupil_voice}" if held.pupil_voice else None,
            f"The parents said: {held.parent_voice}" if held.parent_voice else None,
            f"Decided: {code(decided.decision)}. {decided.reasons or ''}" if decided else None,
            clause=_FULL,
        ),
    )


def _outcome(source: Source) -> Section:
    end, evaluation = source.state.ending.end, source.state.ending.evaluation
    met = tuple(aim.text for aim in _aims(source) if evaluation and aim.id in evaluation.objectives_met)
    return Section(
        heading="Destination and results",
        items=(
            item("Ended", *told(end.ended_on if end else None), clause=_FULL),
            item("Destination", *told(end.reason if end else None), end.reason_text if end else None, clause=_FULL),
            item("Objectives met", *met, clause=_FULL),
            *(
                _figures(
                    evaluation.attendance_before_basis_points,
                    evaluation.attendance_during_basis_points,
                    evaluation.cost_total_pennies,
                )
                if evaluation
                else ()
            ),
        ),
    )


def _aims(source: Source) -> tuple[Objective, ...]:
    return source.state.referral.submitted.objectives if source.state.referral.submitted else ()


def _figures(before: int, during: int, cost: int) -> tuple[Item, ...]:
    return (
        item("Attendance before", percentage(before)),
        item("Attendance during the placement", percentage(during)),
        item("Cost", money(cost)),
    )


def _assessments(source: Source) -> Section:
    evaluation = source.state.ending.evaluation
    return Section(
        heading="What people said about it",
        items=(
            item("The pupil's own assessment", evaluation.pupil_assessment if evaluation else None, clause=_FULL),
            item("The parents' own assessment", evaluation.parent_assessment if evaluation else None, clause=_FULL),
            item("The provider's view", evaluation.provider_view if evaluation else None),
        ),
    )


def _missed(source: Source) -> Section:
    """A missed duty stays on record, even if it was done later."""
    missed = (
        *((each.rule, each.due, each.severity) for each in source.state.duties.missed),
        *(
            (each.missed.rule, each.missed.due, each.missed.severity)
            for each in source.state.reviews.opened
            if each.missed
        ),
    )
    return Section(
        heading="What was missed",
        paragraphs=() if missed else ("No duty was missed.",),
        items=tuple(
            item(
                f"{RULES[rule].words}, due {words.on(due)}",
                f"{weight(rule, severity).value.capitalize()} ({rule})",
                clause=RULES[rule].clause,
            )
            for rule, due, severity in sorted(missed, key=lambda each: each[1])
        ),
    )


def _timeline(source: Source) -> Section:
    return Section(
        heading="Timeline",
        paragraphs=(
            (
                "Each entry has a hash that links it to the entry before. If anyone changes the record,"
                " the hashes no longer match."
            ),
        ),
        tables=(
            Table(
                caption="Everything on the record, in order",
                columns=("No.", "Recorded", "Happened", "What", "By", "Clauses", "Hash"),
                rows=tuple(
                    _row(each, source.hashes.get(each.version, ""), source.who.get(each.metadata.actor))
                    for each in source.records
                ),
                clause=_FULL,
            ),
        ),
    )


def _row(record: Record, hash_: str, who: ActorName | None) -> tuple[str, ...]:
    metadata = record.metadata
    role = code(metadata.actor.role)
    return (
        str(record.version),
        f"{today(record.recorded_at):%d %b %Y}",
        f"{today(metadata.occurred_at):%d %b %Y}",
        name(type(record.event)),
        role if who is None or who.name is None else f"{who.name}, {role}",
        "; ".join(metadata.legal_refs),
        " ".join(hash_[start : start + _GROUP] for start in range(0, len(hash_), _GROUP)),
    )


def _in_full(record: Record) -> Section:
    """One entry of the timeline with all that it says, corrections in their place."""
    return Section(
        heading=f"{record.version}. {name(type(record.event))}",
        items=items(record.event, without=_ONLY_IDS),
    )


def name(event: type) -> str:
    """`Notice given`, from the name of the event's type."""
    return label("".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in event.__name__).lstrip("_"))
