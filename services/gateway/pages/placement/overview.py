"""The first page of a placement: what is next and for whom, and what the placement is, in short."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.documents.phrases import code
from domain.placement.stages import TERMINAL
from domain.placement.time.deadlines import Deadline
from domain.shared import words
from events.codes import LegalBasis, Role
from services.gateway.pages.placement import frame
from services.gateway.pages.placement.next_steps import Doer, NextAction, next_action
from services.gateway.pages.placement.opening import OpenPlacement
from services.gateway.pages.placement.week_words import week_words
from services.gateway.pages.web.filters import day, role_name, weekday_day
from services.gateway.pages.web.parts import Fact, Tag, due_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class DueShown:
    day: str
    words: str
    tag: Tag | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIsNext:
    """`href` is empty where this person has nothing to do: then `says` tells whose turn it is."""

    text: str = ""
    href: str = ""
    by: str = ""
    says: str = ""
    deadline: DueShown | None = None


def what_is_next(placement: OpenPlacement) -> WhatIsNext:
    """The next action of this person, and the next deadline of the placement."""
    first = next(iter(placement.due), None)
    deadline = None if first is None else _shown(first, placement.today)
    found = None if placement.erased else _action(placement)
    if found is None:
        return WhatIsNext(says=_whose_turn(placement), deadline=deadline)
    by = "" if found.deadline is None else f"By {weekday_day(found.deadline.due_on)}"
    return WhatIsNext(text=found.text, href=f"{placement.href}/{found.address}", by=by, deadline=deadline)


def _shown(deadline: Deadline, today: date) -> DueShown:
    tag = due_tag((deadline.due_on - today).days)
    return DueShown(day=weekday_day(deadline.due_on), words=deadline.words, tag=tag)


def _action(placement: OpenPlacement) -> NextAction | None:
    return next_action(placement.state, placement.due, placement.doer)


def _whose_turn(placement: OpenPlacement) -> str:
    if placement.erased:
        return "The pupil's personal data has been erased. Nothing can be added to this record."
    if placement.state.stage in TERMINAL:
        return "This placement is over. There is nothing left to do."
    anybody = next_action(placement.state, placement.due, Doer(bool)) if placement.whole else None
    if anybody is None:
        return "There is nothing for you to do at the moment."
    nothing = "There is nothing for you to do at the moment."
    return f"{nothing} Next: {_lower(anybody.text)}, by the {people(anybody.people)}."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def people(roles: frozenset[Role]) -> str:
    """`case worker or head teacher`."""
    *most, last = [role_name(each) for each in Role if each in roles]
    return f"{', '.join(most)} or {last}" if most else last


def summary(placement: OpenPlacement) -> Sequence[Fact]:
    """The placement in short; what this person may not read is left out or said to be withheld."""
    found = _of_provider(placement.cut, placement) if placement.cut is not None else _whole(placement)
    return [Fact(key, value) for key, value in found if value]


def _whole(placement: OpenPlacement) -> Iterator[tuple[str, str]]:
    state = placement.state
    pupil, submitted = state.referral.pupil, state.referral.submitted
    if pupil is not None:
        yield "Pupil", f"{pupil.legal_name}, born {day(pupil.born_on)}"
        yield "UPN", pupil.upn
    else:
        yield "Pupil", "Erased" if placement.erased else "Name withheld: your role reads the record without names"
    yield "Year group", "" if pupil is None else f"Year {pupil.year_group}"
    yield "Important to know", ", ".join(frame.flags(placement))
    yield "Home school", placement.school_name
    yield "Provider", placement.provider_name or "Not proposed yet"
    yield "Reason", "" if submitted is None else code(submitted.primary_reason)
    yield "Legal basis", "" if state.legal_basis is None else code(state.legal_basis)
    yield from _period(placement)
    yield "Sessions at the provider", _pattern(placement)
    yield "Case worker", placement.assigned_to or ("Name not known" if placement.row.assigned_to else "Nobody yet")


def _period(placement: OpenPlacement) -> Iterator[tuple[str, str]]:
    state = placement.state
    started, start, end = state.running.started_on, state.period.start_date, state.period.proposed_end
    if started is not None:
        yield "Started", day(started)
    elif start is not None:
        yield "Starts", day(start)
    if state.ending.end is not None:
        yield "Ended", f"{day(state.ending.end.ended_on)}: {_lower(code(state.ending.end.reason))}"
    elif end is not None:
        yield "Planned end", day(end)
    yield "Length", "" if state.period.days is None else words.figure(state.period.days, "school day")


def _pattern(placement: OpenPlacement) -> str:
    """The week in force: `Monday morning, Monday afternoon`."""
    begun = [each for each in placement.state.agreement.patterns if each.effective_from <= placement.today]
    found = max(begun or placement.state.agreement.patterns, key=lambda each: each.effective_from, default=None)
    if found is None:
        return ""
    return week_words(found.sessions)


def _of_provider(cut: Mapping[str, Any], placement: OpenPlacement) -> Iterator[tuple[str, str]]:
    """Of what the API shows a provider, and of nothing else."""
    pupil, referral = cut.get("pupil") or {}, cut.get("referral") or {}
    picture = referral.get("picture") or {}
    if "legal_name" in pupil:
        yield "Pupil", f"{pupil['legal_name']}, born {day(date.fromisoformat(pupil['born_on']))}"
    else:
        yield "Pupil", "You see the name once the agreement is being made"
    yield "Year group", f"Year {pupil['year_group']}" if "year_group" in pupil else ""
    yield "Important to know", ", ".join(frame.flags(placement))
    yield "Home language", pupil.get("home_language") or ""
    yield "Home school", placement.school_name
    yield "Sessions asked for", str(referral.get("sessions_requested") or "")
    yield "Length asked for", _days(referral.get("proposed_days"))
    yield "What is asked for", referral.get("provision_requested") or ""
    yield "Special educational needs", picture.get("sen_need") or ""
    yield "Health", picture.get("health") or ""
    yield "Strengths", picture.get("strengths") or ""
    yield "What makes things difficult", picture.get("triggers") or ""
    yield "What has been tried", picture.get("strategies_tried") or ""
    yield "Risk assessment", picture.get("risk_assessment") or ""
    if placement.taught:
        yield "Legal basis", code(LegalBasis(cut["legal_basis"])) if cut.get("legal_basis") else ""
        yield from ((key, value) for key, value in _period(placement) if key != "Ended")
        yield "Ended", day(placement.state.ending.end.ended_on) if placement.state.ending.end is not None else ""
        yield "Sessions with you", _pattern(placement)


def _days(n: int | None) -> str:
    return "" if n is None else words.figure(n, "school day")
