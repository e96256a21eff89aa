"""Concerns as those who answer them see them: what waits for an answer first, then what is paused. All pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.calendar.school_calendar import SchoolCalendar
from domain.documents.phrases import code
from domain.placement.parts.reviews import Review
from domain.placement.running.safeguarding import answer_due
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.shared import words
from events.placement.running import SafeguardingConcernRaised
from infra.projections.placements import PlacementRow
from services.application.authorisation import Sights
from services.gateway.commands.catalogue import SPECS
from services.gateway.lists.names import may_name
from services.gateway.pages.web.filters import day, role_name, upper_first
from services.gateway.pages.web.parts import Fact, Link, Tag, due_tag

ANSWER = "answer-safeguarding-concern"
_PAUSE = "pause-for-safeguarding"
_RESUME = "resume-placement"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementConcerned:
    """One placement, opened. `reads`: whether this person reads what was confided."""

    row: PlacementRow
    seen: Sights
    state: Placement
    calendar: SchoolCalendar

    @property
    def href(self) -> str:
        return f"/placements/{self.row.reference}"

    @property
    def name(self) -> str:
        pupil = self.state.referral.pupil
        return pupil.legal_name if pupil is not None and may_name(self.seen, self.row) else "Name withheld"

    @property
    def reads(self) -> bool:
        return bool(self.seen.named) and self.row.readers is None

    def may(self, kind: str) -> bool:
        step = SPECS["placement"][kind].step
        return bool(self.seen.held_by(step.by)) and self.state.stage in step.stages


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernShown:
    """One open concern, or one pause. `links` are what may be done about it."""

    id: str
    name: str
    reference: str
    href: str
    tag: Tag | None
    facts: Sequence[Fact]
    links: Sequence[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernsShown:
    waiting: Sequence[ConcernShown]
    paused: Sequence[ConcernShown]


def concerns_shown(found: Sequence[PlacementConcerned], today: date) -> ConcernsShown:
    """Overdue and nearest first."""
    waiting = [
        (answer_due(concern, each.calendar), _waiting(each, concern, today))
        for each in found
        for concern in each.state.running.concerns_open
    ]
    paused = [(_review_due(each), _paused(each, today)) for each in found if each.state.stage is Stage.PAUSED]
    return ConcernsShown(
        waiting=[shown for _, shown in sorted(waiting, key=lambda pair: pair[0])],
        paused=[shown for _, shown in sorted(paused, key=lambda pair: (pair[0] is None, pair[0] or today))],
    )


def _waiting(each: PlacementConcerned, concern: SafeguardingConcernRaised, today: date) -> ConcernShown:
    due = answer_due(concern, each.calendar)
    return ConcernShown(
        id=str(concern.concern_id),
        name=each.name,
        reference=each.row.reference or "",
        href=each.href,
        tag=due_tag((due - today).days),
        facts=tuple(_concern_facts(each, concern, due)),
        links=tuple(_ways(each, (_ANSWER_WORDS, ANSWER), (_PAUSE_WORDS, _PAUSE))),
    )


_ANSWER_WORDS = "Say what you are doing about it"
_PAUSE_WORDS = "Pause the placement"


def _concern_facts(each: PlacementConcerned, concern: SafeguardingConcernRaised, due: date) -> Iterator[Fact]:
    yield Fact("How serious", code(concern.severity))
    yield Fact("Raised", f"{day(concern.raised_on)}, by the {role_name(concern.by_role)}")
    if concern.pause_requested:
        yield Fact("Asked for", "The placement to be paused")
    if each.reads and concern.concern:
        yield Fact("What was seen, heard or said", concern.concern)
    yield Fact("Answer by", day(due))


def _ways(each: PlacementConcerned, *asked: tuple[str, str]) -> Iterator[Link]:
    for text, kind in asked:
        if each.may(kind):
            yield Link(text, f"{each.href}/do/{kind}", f"for {each.name}")


def _paused(each: PlacementConcerned, today: date) -> ConcernShown:
    due = _review_due(each)
    return ConcernShown(
        id=f"pause-{each.row.reference}",
        name=each.name,
        reference=each.row.reference or "",
        href=each.href,
        tag=None if due is None else due_tag((due - today).days),
        facts=tuple(_pause_facts(each)),
        links=(
            *_review_links(each),
            *_ways(each, ("Go on with the placement", _RESUME)),
        ),
    )


def _pause_facts(each: PlacementConcerned) -> Iterator[Fact]:
    pause, review = each.state.running.pause, _review(each)
    if pause is not None:
        yield Fact("Paused from", day(pause.paused_on))
        if each.reads and pause.interim_education:
            yield Fact("Taught meanwhile", pause.interim_education)
    if review is not None:
        yield Fact("Review of the pause", f"{upper_first(review.status.value)}. Hold it by {words.on(review.due)}")


def _review(each: PlacementConcerned) -> Review | None:
    pause = each.state.running.pause
    return next(
        (review for review in each.state.reviews.opened if pause is not None and review.review_id == pause.review_id),
        None,
    )


def _review_due(each: PlacementConcerned) -> date | None:
    review = _review(each)
    return None if review is None else review.due


def _review_links(each: PlacementConcerned) -> Iterator[Link]:
    yield from _ways(
        each,
        ("Set the date of the review", "schedule-review"),
        ("Record the review", "hold-review"),
        ("Decide the review", "decide-review"),
    )
