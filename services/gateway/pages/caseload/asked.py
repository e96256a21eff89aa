"""What the caseload's address asks for: filters, order and page. Nothing in it names a child."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Final, get_args
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query

from domain.placement.stages import Stage
from events.codes import PupilFlag
from infra.projections.caseload import Sort
from services.gateway.http.problems import FieldError, malformed
from services.gateway.lists.caseload import CaseloadQuery
from services.gateway.pages.web.filters import code, upper_first
from services.gateway.pages.web.parts import Chosen, Link, Paging

ROWS: Final = 50
PATH: Final = "/placements"
_MOST_BEFORE: Final = 20
WITHIN: Final[Mapping[str, str]] = {"0": "Overdue or today", "7": "In 7 days", "28": "In 28 days"}
_SHOWN_STAGES: Final = tuple(stage for stage in Stage if stage is not Stage.NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadAsked:
    """`before` are the cursors of the pages before this one, by which the way back is found."""

    stage: str | None = None
    worker: str | None = None
    due: str | None = None
    flag: str | None = None
    closed: bool = False
    search: UUID | None = None
    sort: Sort = "next_deadline"
    cursor: str | None = None
    before: tuple[str, ...] = ()

    def query(self, today: date, person_id: UUID) -> CaseloadQuery:
        """As the list of the API takes it."""
        within = None if self.due is None else today + timedelta(days=int(self.due) + 1)
        worker = None if self.worker in {None, "nobody"} else self.worker
        return CaseloadQuery(
            stage=self.stage,
            assigned_to=None if worker is None else person_id if worker == "me" else UUID(worker),
            unassigned=self.worker == "nobody",
            school=None,
            provider=None,
            due_before=within,
            flag=None if self.flag is None else PupilFlag(self.flag),
            opened=False,
            q=None,
            search=self.search,
            open_only=not self.closed and self.stage is None and self.search is None,
            sort=self.sort,
            cursor=self.cursor,
            limit=ROWS,
        )

    def href(self, path: str = PATH, **changed: Any) -> str:
        """The address of the list with something changed. A changed filter begins at the first page."""
        now = replace(self, **changed) if {"cursor", "before"} & changed.keys() else self._first(**changed)
        kept = [
            ("stage", now.stage),
            ("worker", now.worker),
            ("due", now.due),
            ("flag", now.flag),
            ("closed", "yes" if now.closed else None),
            ("search", now.search),
            ("sort", None if now.sort == "next_deadline" else now.sort),
            ("cursor", now.cursor),
            *(("before", each) for each in now.before),
        ]
        query = urlencode([(name, value) for name, value in kept if value is not None])
        return f"{path}?{query}" if query else path

    def _first(self, **changed: Any) -> "CaseloadAsked":
        return replace(self, cursor=None, before=(), **changed)

    def chosen(self, workers: Mapping[str, str]) -> list[Chosen]:
        """The filters in force, each with the address of the list without it."""
        found = []
        if self.search is not None:
            found.append(Chosen("Search", "what you searched for", self.href(search=None)))
        if self.stage is not None:
            found.append(Chosen("Stage", code(self.stage), self.href(stage=None)))
        if self.worker is not None:
            found.append(Chosen("Case worker", workers.get(self.worker, "A colleague"), self.href(worker=None)))
        if self.due is not None:
            found.append(Chosen("Due", WITHIN[self.due], self.href(due=None)))
        if self.flag is not None:
            found.append(Chosen("Flag", flag_name(self.flag), self.href(flag=None)))
        if self.closed:
            found.append(Chosen("Closed", "Shown too", self.href(closed=False)))
        return found

    def paging(self, following: str | None) -> Paging:
        back = None
        if self.cursor is not None:
            back = self.href(cursor=(self.before[-1] or None) if self.before else None, before=self.before[:-1])
        # The first page has no cursor, so that its place on the way back is empty.
        way = (*self.before, self.cursor or "")[-_MOST_BEFORE:]
        on = None if following is None else self.href(cursor=following, before=way)
        return Paging(previous=back, next=on, what="the caseload")

    def ordered(self, text: str, sort: Sort) -> str | Link:
        """The heading of a column that the list can be ordered by; the one in force says so."""
        return f"{text} (in this order)" if self.sort == sort else Link(text, self.href(sort=sort), "order by this")


def flag_name(flag: str) -> str:
    return upper_first(PupilFlag(flag).value.replace("_", " "))


def _one_of(name: str, value: str | None, allowed: Mapping[str, Any] | tuple[str, ...]) -> str | None:
    if value in {None, ""}:
        return None
    if value not in allowed:
        raise malformed([FieldError(pointer=f"/query/{name}", detail="The list has no such filter.")])
    return value


def _worker(value: str | None) -> str | None:
    if value in {None, "", "me", "nobody"}:
        return value or None
    try:
        return str(UUID(value))
    except ValueError:
        raise malformed([FieldError(pointer="/query/worker", detail="The list has no such filter.")]) from None


def asked_in(
    *,
    stage: Annotated[str | None, Query(max_length=40)] = None,
    worker: Annotated[str | None, Query(max_length=40)] = None,
    due: Annotated[str | None, Query(max_length=3)] = None,
    flag: Annotated[str | None, Query(max_length=40)] = None,
    closed: Annotated[str | None, Query(max_length=3)] = None,
    search: Annotated[str | None, Query(max_length=40)] = None,
    sort: Annotated[str | None, Query(max_length=20)] = None,
    cursor: Annotated[str | None, Query(max_length=1_500)] = None,
    before: Annotated[list[str] | None, Query(max_length=_MOST_BEFORE)] = None,
) -> CaseloadAsked:
    """The query string, as a form sends it: a field that was left alone is empty. Raises Problem."""
    try:
        searched = UUID(search) if search else None
    except ValueError:
        raise malformed([FieldError(pointer="/query/search", detail="There is no such search.")]) from None
    order = _one_of("sort", sort, get_args(Sort)) or "next_deadline"
    return CaseloadAsked(
        stage=_one_of("stage", stage, tuple(each.value for each in _SHOWN_STAGES)),
        worker=_worker(worker),
        due=_one_of("due", due, WITHIN),
        flag=_one_of("flag", flag, tuple(each.value for each in PupilFlag)),
        closed=closed == "yes",
        search=searched,
        sort="updated" if order == "updated" else "next_deadline",
        cursor=cursor or None,
        before=tuple(before or ()),
    )


def stage_options() -> list[tuple[str, str]]:
    return [(stage.value, code(stage)) for stage in _SHOWN_STAGES]
