"""What is due, the reviews to hold and the placements on hold, as tables: each row with the step that it asks for."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import asyncpg

from domain.attendance.state import week_of
from domain.law.rules import RULES
from domain.placement.reviews.arranging import ScheduleReview
from domain.placement.reviews.holding import HoldReview
from domain.placement.running.safeguarding import ResumePlacement
from domain.placement.steps import STEPS
from domain.shared.commands import kebab
from domain.work import deadline_steps
from domain.work.deadline_steps import StepOn
from events.codes import ReviewSource, Role, RuleId, Severity
from events.ids import ProviderId
from infra.projections import placements
from infra.projections.placements import PlacementRow
from infra.projections.reviews import ReviewRow
from services.application.authorisation import Sights
from services.gateway.http.runtime import Gateway
from services.gateway.lists.caseload import CaseloadListing, ListedPlacement
from services.gateway.lists.due import DueListing
from services.gateway.lists.reviews import DiaryListing
from services.gateway.lists.schemas import DeadlineListed
from services.gateway.pages.caseload import cells
from services.gateway.pages.caseload.caseload_table import NamesBeside
from services.gateway.pages.web.filters import clock, code, role_name, short_day
from services.gateway.pages.web.parts import DataTable, Link, TableCell, severity_tag

Roles = frozenset[Role]


def roles_of(seen: Sights) -> Roles:
    return frozenset(each.role for each in seen)


async def rows_of(conn: asyncpg.Connection, listed: DueListing | DiaryListing) -> Mapping[UUID, PlacementRow]:
    rows = listed.deadlines if isinstance(listed, DueListing) else listed.reviews
    return await placements.find_many(conn, {each.placement_id for each in rows if each.placement_id is not None})


async def provider_names(conn: asyncpg.Connection, gateway: Gateway, listed: DueListing) -> Mapping[UUID, str]:
    found = {}
    for each in {row.provider_id for row in listed.deadlines if row.provider_id is not None}:
        _, provider = await gateway.reference.current(conn, None, ProviderId(each))
        found[each] = "Provider" if provider is None else provider.name
    return found


def due_table(
    listed: DueListing,
    rows: Mapping[UUID, PlacementRow],
    providers: Mapping[UUID, str],
    roles: Roles,
    *,
    caption: str,
    today: date,
) -> DataTable:
    return DataTable(
        caption=caption,
        caption_hidden=True,
        columns=("Due", "What is due", "About", "Whose task", "Step"),
        rows=[_due_row(each, rows, providers, roles, today) for each in listed.deadlines],
        row_headings=False,
        empty="Nothing is due.",
    )


def _due_row(
    each: DeadlineListed,
    rows: Mapping[UUID, PlacementRow],
    providers: Mapping[UUID, str],
    roles: Roles,
    today: date,
) -> list[TableCell]:
    rule = RULES[each.rule]
    row = None if each.placement_id is None else rows.get(each.placement_id)
    if row is not None:
        about, whose = _named(row, each.pupil_name)
        record = cells.href_of(row.reference, row.placement_id)
    else:
        whose = "Provider" if each.provider_id is None else providers.get(each.provider_id, "Provider")
        record = f"/providers/{each.provider_id}"
        about = TableCell(link=Link(whose, record))
    return [
        cells.due(each.due_on, today, overdue=each.overdue),
        TableCell(rule.words, tag=severity_tag(Severity(each.severity))),
        about,
        TableCell(
            role_name(each.turn_of or each.owner), hint="As it is overdue" if each.standing == "escalated" else ""
        ),
        TableCell(link=_step(each.rule, record, each.due_on, roles, f": {rule.words}, {whose}")),
    ]


def _named(row: PlacementRow, name: str | None) -> tuple[TableCell, str]:
    reference = cells.reference_of(row.reference, row.placement_id)
    href = cells.href_of(row.reference, row.placement_id)
    if name is not None:
        return TableCell(link=Link(name, href), hint=reference), name
    return TableCell(link=Link(reference, href), hint=cells.RESTRICTED if row.readers is not None else ""), reference


def _step(rule: RuleId, record: str, due_on: date, roles: Roles, about: str) -> Link:
    """The verb that opens the form, for who may give it; else the record."""
    step = deadline_steps.STEPS[rule]
    if step.on is StepOn.REGISTER:
        return Link(step.verb, f"{record}/attendance/{week_of(due_on)}", about)
    if roles & deadline_steps.people(step):
        return Link(step.verb, f"{record}/do/{kebab(step.command)}", about)
    return Link("Open", record, about)


def reviews_table(listed: DiaryListing, rows: Mapping[UUID, PlacementRow], roles: Roles) -> DataTable:
    return DataTable(
        caption="Reviews to hold",
        caption_hidden=True,
        columns=("Due", "Meeting", "Pupil", "Why", "Step"),
        rows=[_review_row(each, listed, rows, roles) for each in listed.reviews if each.placement_id in rows],
        row_headings=False,
        empty="No review is to be held.",
    )


def _review_row(
    each: ReviewRow, listed: DiaryListing, rows: Mapping[UUID, PlacementRow], roles: Roles
) -> list[TableCell]:
    row, pupil = rows[each.placement_id], listed.pupils.get(each.placement_id)
    about, whose = _named(row, None if pupil is None else pupil.name)
    command = ScheduleReview if each.meets_at is None else HoldReview
    verb = "Arrange" if each.meets_at is None else "Record"
    record = cells.href_of(row.reference, row.placement_id)
    may = roles & STEPS[command].people
    link = (
        Link(verb, f"{record}/do/{kebab(command)}", f" the review of {whose}") if may else Link("Open", record, whose)
    )
    return [
        cells.due(each.due_on, listed.today, overdue=each.missed),
        TableCell(_meets(each.meets_at)),
        about,
        TableCell(code(ReviewSource(each.source)) if listed.whole else ""),
        TableCell(link=link),
    ]


def _meets(at: datetime | None) -> str:
    return "Not arranged" if at is None else f"{short_day(at)} at {clock(at)}"


def on_hold_table(found: CaseloadListing, beside: NamesBeside, roles: Roles, today: date) -> DataTable:
    return DataTable(
        caption="On hold",
        caption_hidden=True,
        columns=("Pupil", "Provider", "Case worker", "Next deadline", "Step"),
        rows=[_held_row(each, beside, roles, today) for each in found.placements],
        empty="No placement is on hold.",
    )


def _held_row(each: ListedPlacement, beside: NamesBeside, roles: Roles, today: date) -> list[TableCell]:
    row, about, whose = each.row, cells.who(each.row, each.pupil), cells.named(each.row, each.pupil)
    record = cells.href_of(row.reference, row.placement_id)
    may = roles & STEPS[ResumePlacement].people
    link = Link("Resume", f"{record}/do/{kebab(ResumePlacement)}", whose) if may else Link("Open", record, whose)
    rule = row.next_deadline_rule
    due = cells.due(row.next_deadline_on, today)
    return [
        about,
        TableCell(beside.provider(row)),
        TableCell(beside.worker(row)),
        TableCell(due.text, tag=due.tag, hint="" if rule is None else RULES[RuleId(rule)].words),
        TableCell(link=link),
    ]
