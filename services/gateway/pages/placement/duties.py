"""What is due on a placement and what proves each clause that binds it, as tables."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.attendance.state import week_of
from domain.evidence.model import ClauseStatus
from domain.law.rules import RULES
from domain.placement.steps import COMMANDS, STEPS
from domain.placement.time.deadlines import Deadline
from domain.placement.time.turns import EscalationStatus, turn
from services.gateway.pages.placement.opening import OpenPlacement
from services.gateway.pages.placement.rule_steps import BY_RULE, REGISTER
from services.gateway.pages.web.filters import day, role_name, upper_first, weekday_day
from services.gateway.pages.web.parts import DataTable, Link, TableCell, Tag, due_tag, severity_tag

_TAGS: Final = {
    ClauseStatus.SATISFIED: Tag("Done", "green"),
    ClauseStatus.OUTSTANDING: Tag("Outstanding", "blue"),
    ClauseStatus.OVERTAKEN: Tag("Overtaken", "grey"),
    ClauseStatus.BREACHED: Tag("Breached", "red"),
    ClauseStatus.ADVISORY_MISSED: Tag("Missed", "orange"),
    ClauseStatus.NOT_APPLICABLE: Tag("Does not apply", "grey"),
    ClauseStatus.UNKNOWN: Tag("Cannot be said", "grey"),
}
_ORDER: Final = {
    each: n
    for n, each in enumerate(
        (
            *(ClauseStatus.BREACHED, ClauseStatus.ADVISORY_MISSED, ClauseStatus.OUTSTANDING, ClauseStatus.OVERTAKEN),
            *(ClauseStatus.SATISFIED, ClauseStatus.UNKNOWN, ClauseStatus.NOT_APPLICABLE),
        )
    )
}


def deadlines(placement: OpenPlacement) -> DataTable:
    """The earliest first, with whose task each is now, and a link to the step that meets it."""
    return DataTable(
        caption="What is due",
        columns=("What", "By when", "Whose task", "Kind"),
        rows=[_deadline(placement, each) for each in placement.due],
        caption_hidden=True,
        empty="Nothing is due.",
    )


def _deadline(placement: OpenPlacement, each: Deadline) -> Sequence[TableCell | str]:
    whose = turn(RULES[each.rule], each.owner, each.due_on, each.due_at, placement.now)
    owner = upper_first(role_name(whose.turn_of or each.owner))
    passed_on = f"Passed on from the {role_name(each.owner)}"
    words, href = RULES[each.rule].words, _href(placement, each)
    return (
        TableCell(hint=each.words, link=Link(words, href)) if href else TableCell(words, hint=each.words),
        TableCell(day(each.due_on), tag=due_tag((each.due_on - placement.today).days)),
        TableCell(owner, hint=passed_on if whose.standing is EscalationStatus.ESCALATED else ""),
        TableCell(tag=severity_tag(each.severity), hint=upper_first(each.legal_ref)),
    )


def _href(placement: OpenPlacement, each: Deadline) -> str:
    """The page of the step that meets it, for who may give that now."""
    if placement.erased:
        return ""
    register = REGISTER.get(each.rule)
    if register is not None and placement.seen.held_by(register.people):
        return f"{placement.href}/attendance/{week_of(each.due_on)}"
    for command in BY_RULE.get(each.rule, ()):
        step = STEPS[COMMANDS[command]]
        if placement.state.stage in step.stages and placement.seen.held_by(step.people):
            return f"{placement.href}/do/{command}"
    return ""


def evidence(rows: Sequence[Mapping[str, Any]], *, binding: bool) -> DataTable:
    """The clauses that bind as law here, or the others that apply: what is missing first."""
    found = [each for each in rows if each["binding"] is binding and _applies(each)]
    return DataTable(
        caption="Law" if binding else "Guidance and good practice",
        columns=("What is asked for", "Status", "What proves it"),
        rows=[_clause(each) for each in sorted(found, key=lambda each: _ORDER[each["standing"]])],
        empty="No clause binds before the placement is decided on." if binding else "There is none.",
    )


def without_effect(rows: Sequence[Mapping[str, Any]]) -> DataTable:
    """The clauses that do not apply here, each with the reason."""
    return DataTable(
        caption="Clauses that do not apply",
        columns=("What is asked for", "Why it does not apply"),
        rows=[(TableCell(each["demands"], hint=each["clause"]), each["why"]) for each in rows if not _applies(each)],
        caption_hidden=True,
    )


def _applies(each: Mapping[str, Any]) -> bool:
    return each["standing"] is not ClauseStatus.NOT_APPLICABLE


def _clause(each: Mapping[str, Any]) -> Sequence[TableCell | str]:
    due = "" if each["due_on"] is None else f"By {weekday_day(each['due_on'])}"
    unsure = ". The day may still move" if each["provisional"] else ""
    return (
        TableCell(each["demands"], hint=each["clause"]),
        TableCell(tag=_TAGS[each["standing"]], hint=f"{due}{unsure}"),
        TableCell(each["why"], hint=_proof(each["event"])),
    )


def _proof(event: Mapping[str, Any] | None) -> str:
    if event is None:
        return ""
    return f"Entry {event['version']} of the record, {day(event['recorded_at'])}, {event['by'].words}"
