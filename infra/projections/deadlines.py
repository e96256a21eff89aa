"""What is due over all placements, the gravest first. Written in the transaction that moves a placement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, assert_never
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.attendance.deadlines import register_deadlines
from domain.attendance.state import week_of
from domain.calendar.london import today
from domain.law.rules import RULES, Rule
from domain.placement.provider_sight.fields import PROVIDER_RULES
from domain.placement.time.deadlines import Deadline, in_order
from events.codes import CommissionerKind, Role, RuleId
from infra.postgres.db import metadata
from infra.projections.derived import PlacementSources, ReadModel, RegisterPart, RegisterSources, RowsOfSource
from infra.projections.due_columns import due_columns, due_values
from infra.projections.placements import placement
from infra.projections.provider_deadlines import provider_deadline
from infra.projections.visibility import (
    Everything,
    Nobody,
    OfAuthority,
    OfProvider,
    OfPupil,
    OfSchool,
    Visibility,
    visible,
)

NAME = "deadlines"
_PLACEMENT: Final = "placement"
_OF_REGISTER: Final = f"kept.source <> '{_PLACEMENT}'"
# More than are ever due on a placement itself.
_REGISTER_FROM: Final = 10_000

deadline = Table(
    "deadline",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    # Several deadlines of one placement may share rule and date, one a review; they are numbered by date, those of the
    # register from `_REGISTER_FROM` on.
    Column("number", Integer, primary_key=True),
    *due_columns(),
    Column("subject", Uuid),
    # Who writes the row: the placement, or the register, of which it names the week that the row is about.
    Column("source", Text, nullable=False, server_default=text("'placement'")),
)
Index("deadline_list_idx", *(deadline.c[name] for name in ("gravity", "due_on", "placement_id", "number")))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRow:
    """Something due of a placement, or about a provider: then `org_id` is the school or council whose it is."""

    number: int
    gravity: int
    rule: str
    due_on: date
    due_at: datetime
    severity: str
    legal_ref: str
    words: str
    provisional: bool
    placement_id: UUID | None = None
    reference: str | None = None
    subject: UUID | None = None
    assigned_to: UUID | None = None
    provider_id: UUID | None = None
    org_id: str | None = None

    @property
    def place(self) -> "DeadlineCursor":
        record = self.placement_id or self.provider_id
        assert record is not None, "a row is of one of the two"
        return self.gravity, self.due_on, record, self.number


DeadlineCursor = tuple[int, date, UUID, int]
"""The position of a row in the list: (gravity, due_on, placement or provider, number)."""

SHARED = ("number", *(column.name for column in due_columns()))
OF_PLACEMENTS = (
    deadline.c.placement_id,
    placement.c.reference,
    deadline.c.subject,
    placement.c.assigned_to,
    cast(null(), Uuid).label("provider_id"),
    cast(null(), Text).label("org_id"),
)
OF_PROVIDERS = (
    cast(null(), Uuid).label("placement_id"),
    cast(null(), Text).label("reference"),
    cast(null(), Uuid).label("subject"),
    cast(null(), Uuid).label("assigned_to"),
    provider_deadline.c.provider_id,
    provider_deadline.c.org_id,
)


def rows(seen: PlacementSources) -> list[dict[str, Any]]:
    """What is due on a placement, numbered by date."""
    return [_row(each, number, _PLACEMENT) for number, each in enumerate(seen.due)]


def register_rows(seen: RegisterSources) -> list[dict[str, Any]]:
    """What is due on a placement's register. One row may speak of several weeks: it is of the earliest."""
    due = in_order(register_deadlines(seen.state, seen.register, seen.calendar))
    return [_row(each, number, week_of(each.due_on)) for number, each in enumerate(due, _REGISTER_FROM)]


def _row(due: Deadline, number: int, source: str) -> dict[str, Any]:
    return {**due_values(due), "number": number, "subject": due.subject, "source": source}


MODEL = ReadModel(
    name=NAME,
    part=RowsOfSource(table=deadline, only=f"kept.source = '{_PLACEMENT}'"),
    rows=rows,
    register=RegisterPart(
        part=RowsOfSource(table=deadline, only=_OF_REGISTER),
        # The release before wrote all rows as the placement's.
        alone=RowsOfSource(table=deadline, only=f"({_OF_REGISTER} OR kept.rule IN ('T9', 'T10', 'T13'))"),
        rows=register_rows,
    ),
)


async def listing(
    conn: AsyncConnection,
    visibility: Visibility,
    *,
    severity: str | None = None,
    due_before: date | None = None,
    due_by: date | None = None,
    turn_of: tuple[Role, datetime] | None = None,
    after: DeadlineCursor | None = None,
    limit: int = 50,
) -> list[DeadlineRow]:
    """What is due of placements and providers, breaches first, then by date, from the place after `after`.

    `due_before` is exclusive; `due_by` is not. `turn_of` keeps what a role is to see to at an instant. With each of a
    placement comes the person whose case it is.
    """

    def narrowed(query: Select[Any], of: Table, key: Column[UUID]) -> Select[Any]:
        """One kind of row, cut to the page before both are put together, so that each uses its own index."""
        place = (of.c.gravity, of.c.due_on, key, of.c.number)
        if after is not None:
            query = query.where(tuple_(*place) > tuple_(*(literal(part) for part in after)))
        if severity is not None:
            query = query.where(of.c.severity == severity)
        if due_before is not None:
            query = query.where(of.c.due_on < due_before)
        if due_by is not None:
            query = query.where(of.c.due_on <= due_by)
        if turn_of is not None:
            query = query.where(_turn(of, *turn_of))
        return query.order_by(*place).limit(limit)

    of_placements = (
        select(*(deadline.c[name] for name in SHARED), *OF_PLACEMENTS)
        .join(placement, placement.c.placement_id == deadline.c.placement_id)
        .where(visible(visibility), rules_for(visibility))
    )
    of_providers = select(*(provider_deadline.c[name] for name in SHARED), *OF_PROVIDERS).where(
        own_of_providers(visibility)
    )
    both = union_all(
        narrowed(of_placements, deadline, deadline.c.placement_id).subquery().select(),
        narrowed(of_providers, provider_deadline, provider_deadline.c.provider_id).subquery().select(),
    ).subquery()
    record = func.coalesce(both.c.placement_id, both.c.provider_id)
    query = select(both).order_by(both.c.gravity, both.c.due_on, record, both.c.number).limit(limit)
    return [DeadlineRow(**row) for row in (await conn.execute(query)).mappings()]


def rules_for(visibility: Visibility) -> ColumnElement[bool]:
    """A provider sees what is due of its own, and not what its pupil's school or council has to do."""
    return deadline.c.rule.in_(sorted(PROVIDER_RULES)) if isinstance(visibility, OfProvider) else true()


def _turn(of: Table, role: Role, now: datetime) -> ColumnElement[bool]:
    """As `domain.placement.time.turns` says it of one deadline."""
    overdue = of.c.due_at < now
    taken_to = of.c.rule.in_([each.id for each in RULES.values() if each.escalate_to is role])
    reminded = or_(*(_reminded(of, each, today(now)) for each in RULES.values()))
    owned: ColumnElement[bool] = of.c.rule.in_([each.id for each in RULES.values() if each.owner is role])
    if of is provider_deadline:
        # Of a council's own checks its officer is the owner, whatever the rule.
        council = of.c.org_id.startswith("la:")
        owned = or_(council if role is Role.LA_OFFICER else false(), and_(not_(council), owned))
    return or_(and_(overdue, taken_to), and_(not_(overdue), reminded, owned))


def _reminded(of: Table, rule: Rule, day: date) -> ColumnElement[bool]:
    return and_(of.c.rule == rule.id, of.c.due_on <= day + timedelta(days=rule.remind_days))


def own_of_providers(visibility: Visibility) -> ColumnElement[bool]:
    """What is due about a provider is for the school or council whose it is, and its checks only while it has a
    placement there that can still change.
    """
    match visibility:
        case Everything():
            own: ColumnElement[bool] = true()
        case OfSchool(urn=urn):
            own = provider_deadline.c.org_id == f"school:{urn}"
        case OfAuthority(la_code=la_code):
            own = provider_deadline.c.org_id == f"la:{la_code}"
        case OfProvider() | OfPupil() | Nobody():
            return false()
        case _:
            assert_never(visibility)
    used = exists().where(
        placement.c.is_open,
        placement.c.provider_id == provider_deadline.c.provider_id,
        or_(
            provider_deadline.c.org_id == "school:" + placement.c.home_school_urn,
            and_(
                placement.c.commissioner == CommissionerKind.LA,
                provider_deadline.c.org_id == "la:" + placement.c.la_code,
            ),
        ),
    )
    return and_(own, or_(provider_deadline.c.rule != RuleId.T11, used))
