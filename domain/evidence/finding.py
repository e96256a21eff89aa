"""How evidence is sought: for what is done once, and for what a timed rule asks for again and again."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from domain.calendar.london import today
from domain.evidence.model import Applies, Clause, ClauseFinding, ClauseStatus, Find, Look, Proves
from domain.law.origins import RuleOrigin
from domain.law.rules import RULES
from domain.placement.agreement.notice import as_served, is_timely_by, latest_day
from domain.placement.binding import figures_of, weight
from domain.placement.duty import Proof
from domain.placement.record.history import Record
from domain.placement.reviews import periods
from domain.placement.stages import TERMINAL, Stage
from domain.placement.state import Placement
from domain.shared import words
from events.codes import RuleId, Severity
from events.ids import EventId
from events.placement.agreement import NoticeGiven
from events.placement.contact import CommunicationSent
from events.placement.deadlines import DeadlineMissed, DutyOvertaken, MissDisproved
from events.placement.ending import PlacementEnded
from events.placement.letters import LetterFateRecorded, LetterReturned
from events.placement.other_streams import CalendarTaken
from events.placement.reviews import ReviewDecided, ReviewMissed

_MISSED = {Severity.BREACH: ClauseStatus.BREACHED, Severity.ADVISORY: ClauseStatus.ADVISORY_MISSED}


def always(_state: Placement) -> None:
    """Applies to every placement."""
    return


def _any(_event: object, _state: Placement) -> bool:
    return True


def not_applicable(why: str) -> ClauseFinding:
    return ClauseFinding(standing=ClauseStatus.NOT_APPLICABLE, why=why)


def unknown(why: str) -> ClauseFinding:
    return ClauseFinding(standing=ClauseStatus.UNKNOWN, why=why)


def once(*types: type, proves: Proves = _any, applies: Applies = always) -> Find:
    """Done by one event: the last that proves it is the evidence, and without one it is outstanding."""

    def find(look: Look) -> Iterator[ClauseFinding]:
        instead = applies(look.state)
        if instead is not None:
            yield instead
            return
        proofs = [record for record in look.of(*types) if proves(record.event, look.state)]
        yield _satisfied(proofs[-1]) if proofs else _lacking(look)

    return find


OfRule = Callable[[RuleId], Find]
"""How evidence is sought of a timed rule."""


def duty(
    *,
    id: str,  # noqa: A002 # the name of the clause's own field
    rule: RuleId,
    clause: str,
    demands: str,
    find: OfRule,
    mark: RuleOrigin | None = None,
    refs: tuple[str, ...] = (),
) -> Clause:
    """A clause that a timed rule keeps the days of. It binds as the rule does, unless `mark` says otherwise."""
    its = RULES[rule]
    return Clause(
        id=id,
        clause=clause,
        demands=demands,
        find=find(rule),
        rule=rule,
        mark=mark or its.mark,
        law=None if its.whatever_regime else its.law,
        refs=refs,
    )


def of_proof(rule: RuleId, proof: Proof) -> Clause:
    """The clause of a duty that says itself by which events it is done."""
    return duty(id=proof.id, rule=rule, clause=RULES[rule].clause, demands=proof.demands, find=timed(*proof.by))


def timed(
    *types: type,
    proves: Proves = _any,
    proves_of: Callable[[RuleId], Proves] | None = None,
    applies: Applies = always,
) -> OfRule:
    """Done by an event of these types. `proves_of` makes what proves it from the rule."""

    def find(rule: RuleId) -> Find:
        proof = proves_of(rule) if proves_of else proves
        return timed_by(
            lambda look: (record for record in look.of(*types) if proof(record.event, look.state)), applies=applies
        )(rule)

    return find


def timed_by(proofs: Callable[[Look], Iterable[Record]], *, applies: Applies = always) -> OfRule:
    """Done by these records."""
    return timed_found(lambda look: (_satisfied(record) for record in proofs(look)), applies=applies)


def timed_found(done: Callable[[Look], Iterable[ClauseFinding]], *, applies: Applies = always) -> OfRule:
    """As often as the rule asks for it: each proof, each miss, and each day still to come.

    A miss stays on record when the duty is done later: both are shown. Where it is unknown whether the rule applied,
    what the record holds of it is still valid.
    """

    def of_rule(rule: RuleId) -> Find:
        def find(look: Look) -> Iterator[ClauseFinding]:
            instead = applies(look.state)
            if instead is not None and instead.standing is ClauseStatus.NOT_APPLICABLE:
                yield instead
                return
            found = [
                *done(look),
                *_overtaken(look, rule),
                *_misses(look, rule),
                *_disproved(look, rule),
                *_outstanding(look, rule),
            ]
            yield from found or [instead or not_applicable("Nothing has called for it so far.")]

        return find

    return of_rule


def noticed(look: Look) -> Iterator[ClauseFinding]:
    """T1: whether each notice of the start is in time by the days as they are now, or was until those changed."""
    served = as_served(record.event for record in look.records)
    for record in look.of(NoticeGiven):
        bound = figures_of(look.state)
        assert isinstance(record.event, NoticeGiven)
        event = served.get(record.event.notice_id)
        if event is None or event.start_date != look.state.period.start_date:
            continue
        if is_timely_by(event, look.calendar, bound):
            yield _satisfied(record)
        elif is_timely_by(event, look.as_corrected(event.calendar_version), bound):
            due = latest_day(event.start_date, look.calendar, bound)
            why = (
                f"The notice of {words.on(event.deemed_on)} was in time by version {event.calendar_version} of the"
                f" school's calendar. The school's days changed since: version {look.calendar.version}."
            )
            yield ClauseFinding(standing=ClauseStatus.OVERTAKEN, why=why, record=record, due_on=due)


def _overtaken(look: Look, rule: RuleId) -> Iterator[ClauseFinding]:
    for record in look.of(DutyOvertaken):
        event = record.event
        assert isinstance(event, DutyOvertaken)
        # Of the start, each notice is held against the days as they are now.
        if event.rule is rule and (rule is not RuleId.T1 or event.subject is not None):
            why = (
                f"It was met on {words.on(event.met_on)}, in time by version {event.from_version} of the school's"
                f" calendar. The school's days changed since: version {event.version}."
            )
            yield ClauseFinding(standing=ClauseStatus.OVERTAKEN, why=why, record=record, due_on=event.due)


def decisions(look: Look) -> Iterator[ClauseFinding]:
    """Reg 4(1)(b): each review that was held is decided, by when its outcome is to be notified."""
    owed = {each.subject for each in look.due if each.rule is RuleId.DECISION}
    done = {record.event.review_id: record for record in look.records if isinstance(record.event, ReviewDecided)}
    for review in look.state.reviews.opened:
        if review.review_id in done:
            yield _satisfied(done[review.review_id])
        elif review.held is not None and review.review_id not in owed:
            yield _lacking(look)


def kept_under_review(state: Placement) -> ClauseFinding | None:
    """Reg 4 applies."""
    return None if periods.applies(state) else not_applicable("Regulation 4 is not about this legal basis.")


def followed(look: Look) -> Iterator[ClauseFinding]:
    """Reg 4(1)(b): each period is followed by a decision, or by the end, before attendance is required again."""
    done = periods.followed((record.event for record in look.records), look.state, look.calendar)
    in_time = {each.done_on for each in done if each.done_on <= each.due}
    for record in look.of(ReviewDecided, PlacementEnded):
        if _came_on(record.event) in in_time:
            yield _satisfied(record)


def _came_on(event: object) -> date:
    assert isinstance(event, ReviewDecided | PlacementEnded)
    return event.decided_on if isinstance(event, ReviewDecided) else event.ended_on


def decided_after_each_review(look: Look) -> Iterator[ClauseFinding]:
    """Done by a decision for every review that was held."""
    held = [review.review_id for review in look.state.reviews.opened if review.held is not None]
    done = {record.event.review_id: record for record in look.records if isinstance(record.event, ReviewDecided)}
    for review_id in held:
        yield _satisfied(done[review_id]) if review_id in done else _lacking(look)
    if not held:
        yield not_applicable("No review was held so far.")


def _satisfied(record: Record) -> ClauseFinding:
    when = words.on(today(record.metadata.occurred_at))
    return ClauseFinding(standing=ClauseStatus.SATISFIED, why=f"{_said(record.event)} on {when}.", record=record)


def _said(event: object) -> str:
    """`NoticeGiven` in words."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(event).__name__).capitalize()


def _misses(look: Look, rule: RuleId) -> Iterator[ClauseFinding]:
    for record in look.of(DeadlineMissed, ReviewMissed):
        event = record.event
        assert isinstance(event, DeadlineMissed | ReviewMissed)
        if event.rule is rule:
            shown = f" {_correction(look, event.cause)} shows that it was missed." if event.cause else ""
            found = weight(rule, event.severity)
            ours = "" if found is event.severity else f" {_OURS}"
            why = f"It was due by {words.on(event.due)}.{shown}{ours}"
            yield ClauseFinding(standing=_MISSED[found], why=why, record=record, due_on=event.due)


_OURS = "It was recorded as a breach, and is none: the day is a lead of our own, and not the law's."


def _correction(look: Look, cause: EventId) -> str:
    """What shows it: a correction, or what a decision and the end themselves say of the period before them."""
    if any(record.event_id == cause for record in look.of(PlacementEnded)):
        return "The day of the end"
    if any(record.event_id == cause for record in look.of(ReviewDecided)):
        return "The day of the next decision"
    if any(record.event_id == cause for record in look.of(LetterFateRecorded, LetterReturned, CommunicationSent)):
        return "What became of its letter"
    of_calendar = any(record.event_id == cause for record in look.of(CalendarTaken))
    return "A correction of the school's calendar" if of_calendar else "A correction of the record"


def _disproved(look: Look, rule: RuleId) -> Iterator[ClauseFinding]:
    """The miss stays among the findings, and what a correction says of it is beside it."""
    for record in look.of(MissDisproved):
        event = record.event
        assert isinstance(event, MissDisproved)
        if event.rule is rule:
            why = f"{_correction(look, event.cause)} shows that it was not missed on {words.on(event.due)}."
            yield ClauseFinding(standing=ClauseStatus.SATISFIED, why=why, record=record, due_on=event.due)


def _outstanding(look: Look, rule: RuleId) -> Iterator[ClauseFinding]:
    for due in look.due:
        # What was missed and is still not done is among the misses.
        if due.rule is rule and not due.missed:
            yield ClauseFinding(
                standing=ClauseStatus.OUTSTANDING, why=f"{due.words}.", due_on=due.due_on, provisional=due.provisional
            )


def _lacking(look: Look) -> ClauseFinding:
    stage = look.state.stage
    if stage in TERMINAL - {Stage.CLOSED}:
        return not_applicable(f"The placement was {stage.value} before it.")
    why = (
        "It is not on record, and the placement is closed." if stage is Stage.CLOSED else "It is not on record so far."
    )
    return ClauseFinding(standing=ClauseStatus.OUTSTANDING, why=why)
