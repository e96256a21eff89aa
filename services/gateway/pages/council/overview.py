"""A council's overview: what is late or urgent over its schools, how many placements each has, what to look into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from markupsafe import Markup

from domain.access.roles import OrgKind
from domain.calendar.london import today as day_of
from domain.placement.parts.reviews import ReviewStatus
from domain.placement.stages import Stage
from events.codes import Role, RuleId
from events.ids import Urn
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import caseload, placements
from infra.projections.placements import PlacementRow
from infra.projections.reviews import ReviewRow
from services.application import authorisation, succession
from services.gateway.http.runtime import Gateway
from services.gateway.lists import council_tasks, due, reviews
from services.gateway.lists.council_tasks import TaskListing
from services.gateway.lists.due import DueQuery
from services.gateway.lists.reviews import DiaryListing, DiaryQuery
from services.gateway.lists.schemas import DeadlineListed
from services.gateway.pages.pictures.council_overview import by_school
from services.gateway.pages.web.filters import short_day
from services.gateway.pages.web.parts import DataTable, Link, Picture, TableCell, Tag, due_tag, severity_tag, stage_tag

READERS: Final = frozenset({Role.LA_OFFICER, Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER})
"""The roles of a council that see placements. Tasks are for its officers alone."""
_WHAT: Final = "overview"
_MOST: Final = 100
_SIXTH_DAY_AHEAD: Final = timedelta(days=14)
# Of a review that was missed, its day lies at most so far back.
_MISSED_SINCE: Final = timedelta(days=366)
_NOT_HELD: Final = (ReviewStatus.DUE, ReviewStatus.SCHEDULED, ReviewStatus.INVITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`more`: there is more that is due than the page shows. `tasks` is None for who has none to do."""

    overdue: DataTable
    sixth_day: DataTable
    missed: DataTable
    schools: Picture | None
    tasks: DataTable | None
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """By placement, the name of its school; and every school's name by its URN."""

    of: Mapping[UUID, str]
    names: Mapping[str, str]


async def overview(gateway: Gateway, person: Person) -> Overview:
    """Raises NotAllowed: it is for a council's staff."""
    seen = authorisation.require_organisation(person)
    authorisation.acting(person, seen, READERS, "The overview is for the staff of a council.")
    today = day_of(await gateway.now())
    ahead = _SIXTH_DAY_AHEAD.days
    asked = DueQuery(severity=None, due_before=None, due_within=ahead, turn_of=None, cursor=None, limit=_MOST)
    found = await due.listed(gateway, person, asked, what=_WHAT)
    asked_of = DiaryQuery(
        first=today - _MISSED_SINCE, last=today, statuses=[each.value for each in _NOT_HELD], cursor=None, limit=_MOST
    )
    diary = await reviews.listed(gateway, person, asked_of, what=_WHAT)
    is_officer = bool(seen.held_by({Role.LA_OFFICER})) and seen.organisation(OrgKind.LA) is not None
    tasks = await council_tasks.listed(gateway, person, None, _MOST // 5) if is_officer else None
    late = [each for each in diary.reviews if each.missed]
    placed = {each.placement_id for each in found.deadlines} | {each.placement_id for each in late}
    placed |= {row.placement_id for _, rows in (tasks.tasks if tasks else ()) for row in rows}
    async with gateway.engine.connect() as reading:
        counts = await caseload.open_by_school(reading, (await gateway.seeing(person)).visibility)
    where = await _places(gateway, {each for each in placed if each is not None}, set(counts))
    in_law = [each for each in found.deadlines if each.rule is RuleId.T7]
    return Overview(
        overdue=_due([each for each in found.deadlines if each.overdue], where, today, "Overdue"),
        sixth_day=_due(in_law, where, today, "Education from the sixth day of an exclusion"),
        missed=_missed(late, diary, where),
        schools=_schools(counts, where),
        tasks=None if tasks is None else _tasks(tasks, where),
        more=found.next is not None or diary.next is not None,
    )


async def _places(gateway: Gateway, ids: set[UUID], urns: set[str]) -> _Places:
    async with connection(gateway.engine) as conn:
        rows = await placements.find_many(conn, ids)
        every = urns | {row.home_school_urn for row in rows.values()}
        known = {urn: await succession.folded(conn, Urn(urn)) for urn in sorted(every)}
    names = {urn: f"School {urn}" if state is None else state.name for urn, state in known.items()}
    return _Places(of={each: names[row.home_school_urn] for each, row in rows.items()}, names=names)


def _due(found: Sequence[DeadlineListed], where: _Places, today: date, caption: str) -> DataTable:
    return DataTable(
        caption=caption,
        caption_hidden=True,
        columns=("Who", "School", "What", "By", "Rule"),
        rows=[
            [
                _who(each),
                "" if each.placement_id is None else where.of.get(each.placement_id, ""),
                each.words,
                TableCell(
                    short_day(each.due_on), tag=Tag("Overdue", "red") if each.overdue else _near(each.due_on, today)
                ),
                TableCell(tag=severity_tag(each.severity), hint=each.legal_ref),
            ]
            for each in found
        ],
        empty="Nothing is overdue." if caption == "Overdue" else "No pupil's sixth day falls in the next two weeks.",
    )


def _near(on: date, today: date) -> Tag | None:
    return due_tag((on - today).days)


def _who(each: DeadlineListed) -> TableCell:
    if each.provider_id is not None:
        return TableCell(link=Link("A provider", f"/providers/{each.provider_id}", f"for {each.words}"))
    return _placement(each.reference or str(each.placement_id), each.pupil_name)


def _placement(reference: str, name: str | None) -> TableCell:
    """By the name, with the reference beneath; where the reader is shown no name, by the reference alone."""
    link = Link(name or reference, f"/placements/{reference}")
    return TableCell(link=link, hint=reference if name else "Name not shown")


def _missed(found: Sequence[ReviewRow], diary: DiaryListing, where: _Places) -> DataTable:
    rows: list[list[TableCell | str]] = []
    for each in found:
        pupil = diary.pupils.get(each.placement_id)
        who = _placement(each.reference or str(each.placement_id), None if pupil is None else pupil.name)
        due_on = TableCell(short_day(each.due_on), tag=Tag("Overdue", "red"))
        meeting = f"Meeting set for {short_day(each.day)}" if each.meets_at else "No meeting set"
        rows.append([who, where.of.get(each.placement_id, ""), due_on, meeting])
    return DataTable(
        caption="Reviews missed",
        caption_hidden=True,
        columns=("Who", "School", "Due by", "Meeting"),
        rows=rows,
        empty="No review that is still to be held has been missed.",
    )


def _schools(counts: Mapping[str, int], where: _Places) -> Picture | None:
    """Two schools of one name are told apart by their URN."""
    if not counts:
        return None
    names = [where.names[urn] for urn in counts]
    said = {
        where.names[urn] if names.count(where.names[urn]) == 1 else f"{where.names[urn]} ({urn})": n
        for urn, n in counts.items()
    }
    return by_school(said, title="Open placements by school")


def _tasks(found: TaskListing, where: _Places) -> DataTable:
    return DataTable(
        caption="To look into",
        caption_hidden=True,
        columns=("Found", "What", "Placements"),
        row_headings=False,
        rows=[
            [
                short_day(day_of(task.found_at)),
                council_tasks.WORDS[task.kind],
                TableCell(_each_of(rows, where)),
            ]
            for task, rows in found.tasks
        ],
        empty="There is nothing to look into.",
    )


_LINK: Final = Markup('<a class="govuk-link" href="/placements/{0}">{0}</a>, {1}, {2}')


def _each_of(rows: Sequence[PlacementRow], where: _Places) -> Markup:
    """The step is to open each and compare: a wrong number is corrected there."""
    lines = [
        _LINK.format(
            row.reference or row.placement_id, where.names[row.home_school_urn], stage_tag(Stage(row.stage)).text
        )
        for row in rows
    ]
    return Markup("<br>").join(lines)
