"""Every part that pages are made of, on one page that only tests see."""

from datetime import UTC, date, datetime
from typing import Final

from fastapi import FastAPI
from jinja2 import ChoiceLoader, DictLoader
from starlette.requests import Request
from starlette.responses import Response

from domain.placement.stages import Stage
from events.codes import Severity
from services.gateway.pages.pictures.attendance_weeks import AttendedWeek, attendance_weeks
from services.gateway.pages.pictures.caseload_shape import by_next_deadline, by_stage
from services.gateway.pages.pictures.council_overview import by_school
from services.gateway.pages.pictures.placement_life import (
    Life,
    Phase,
    PhaseKind,
    ReviewMark,
    ReviewState,
    placement_life,
)
from services.gateway.pages.web import parts
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.pages.web.router import PageRouter

_TEMPLATE: Final = """{% extends "base.html" %}
{% import "components/parts.html" as parts %}
{% set width = "full" %}
{% block title %}Components{% endblock %}
{% block beforeContent %}{{ parts.identity(who) }}{{ parts.sections(sections, "Placement") }}{% endblock %}
{% block body %}
{{ parts.done("Saved", "The review is on 20 January 2027") }}
{{ parts.chosen(filters, "/components") }}
{{ parts.table(table) }}{{ parts.table(empty) }}
{{ parts.paging(paging) }}
{{ parts.facts(facts, "Summary") }}
<h2 class="govuk-heading-m">Tasks</h2>{{ parts.tasks(tasks) }}
<h2 class="govuk-heading-m">Timeline</h2>{{ parts.timeline(entries, heading=3) }}
<h2 class="govuk-heading-m">Stages</h2><p>{% for each in stages %}{{ parts.tag(each) }} {% endfor %}</p>
{% for each in pictures %}{{ parts.picture(each) }}{% endfor %}
<form method="post" action="/components" data-unsaved novalidate>
<div class="govuk-form-group"><label class="govuk-label" for="note">Note</label>
<input class="govuk-input" id="note" name="note"></div>
<button class="govuk-button" data-module="govuk-button" data-prevent-double-click="true">Save</button></form>
<details class="govuk-details"><summary class="govuk-details__summary">
<span class="govuk-details__summary-text">More</span></summary>
<div class="govuk-details__text" id="folded">What is folded</div></details>
{% endblock %}"""
LIFE: Final = Life(
    phases=[
        Phase(PhaseKind.PREPARING, date(2026, 11, 23), date(2026, 12, 7)),
        Phase(PhaseKind.RUNNING, date(2026, 12, 8), date(2027, 1, 29)),
        Phase(PhaseKind.PAUSED, date(2027, 1, 30), date(2027, 2, 12)),
        Phase(PhaseKind.RUNNING, date(2027, 2, 13), date(2027, 3, 5)),
        Phase(PhaseKind.RETURNING, date(2027, 3, 6), date(2027, 3, 25)),
    ],
    reviews=[
        ReviewMark(date(2026, 12, 18), ReviewState.MISSED),
        ReviewMark(date(2027, 1, 20), ReviewState.HELD),
        ReviewMark(date(2027, 3, 3), ReviewState.DUE),
        ReviewMark(date(2027, 3, 8), ReviewState.DUE),
    ],
    holidays=[(date(2026, 12, 21), date(2027, 1, 1)), (date(2027, 2, 15), date(2027, 2, 19))],
    today=date(2027, 2, 1),
)
WEEKS: Final = [
    AttendedWeek(date.fromordinal(date(2026, 11, 2).toordinal() + 7 * n), attended, possible)
    for n, (attended, possible) in enumerate(
        [(10, 10), (9, 10), (10, 10), (7, 10), (10, 10), (8, 8), (0, 0), (0, 0), (10, 10), (9, 10), (4, 10), (10, 10)]
    )
]


def pictures() -> list[parts.Picture]:
    schools = {"Alderbrook Academy": 12, "Ravensmoor School": 7, "St Hilda's Church of England Primary School": 3}
    return [
        placement_life(LIFE),
        attendance_weeks(WEEKS, target=95),
        by_stage({Stage.DRAFT: 2, Stage.AWAITING_DECISION: 3, Stage.ACTIVE: 14, Stage.PAUSED: 1}),
        by_next_deadline([-3, -1, 0, 2, 5, 9, 13, 20, 40, None]),
        by_school(schools | {"Millbeck Primary": 0, "The Ferns": 1, "Oakhill High School": 25}),
    ]


def install(app: FastAPI) -> None:
    router = PageRouter()

    @router.get("/components")
    async def components(request: Request, errors: bool = False) -> Response:
        faults = [ErrorLine(text="Enter a note", field="note")] if errors else []
        return page(request, None, "components.html", errors=faults, **_shown())

    loader = app.state.pages.templates.loader
    app.state.pages.templates.loader = ChoiceLoader([DictLoader({"components.html": _TEMPLATE}), loader])
    app.include_router(router)


def _shown() -> dict[str, object]:
    at = datetime(2027, 1, 20, 14, 5, tzinfo=UTC)
    link = parts.Link("Hold review", "/help", "of Robin Example")
    return {
        "who": parts.Identity(
            name="Robin Example",
            reference="AP-02MJ-S6BK-AD",
            facts=("Year 9", "Alderbrook Academy", "at Millrace Workshop"),
            stage=parts.stage_tag(Stage.ACTIVE),
        ),
        "sections": [
            parts.PageSection(words, "/components", current=n == 0)
            for n, words in enumerate(("Overview", "Timeline", "Documents", "People", "Attendance"))
        ],
        "filters": [parts.Chosen("Stage", "Under way", "/components"), parts.Chosen("School", "Oakhill", "/help")],
        "table": parts.DataTable(
            caption="Due in the next two weeks",
            columns=("Pupil", parts.Link("Due", "/components?sort=due", "sort by date"), "Sessions", "What to do"),
            rows=[
                [
                    "Robin Example",
                    parts.TableCell("18 Jan 2027", tag=parts.due_tag(-2)),
                    "10",
                    parts.TableCell(link=link),
                ],
                [
                    parts.TableCell("Wren Sample", hint="Year 7"),
                    parts.TableCell("20 Jan 2027", tag=parts.due_tag(0)),
                    "8",
                    "",
                ],
                ["Ash <Specimen>", parts.TableCell("25 Jan 2027", tag=parts.due_tag(5)), "6", "Nothing yet"],
            ],
            numbers=frozenset({2}),
        ),
        "empty": parts.DataTable(caption="Nothing", columns=("A",), rows=[], empty="Nothing is overdue."),
        "paging": parts.Paging("/components?before=a", "/components?after=b", "placements"),
        "facts": [
            parts.Fact("Start", "8 December 2026", change=parts.Link("Change", "/help", "start")),
            parts.Fact("Law", "Section 29A Education Act 2002", "Direction off site"),
        ],
        "tasks": [
            parts.Task("Propose a provider", "Done", "/help"),
            parts.Task("Consult the family", parts.Tag("To do"), "/help", "By 25 November 2026"),
            parts.Task("Give notice", "Cannot start yet", hint="The head decides first."),
        ],
        "entries": [
            parts.Entry(title="Review held", at=at, by="Amara Thistlewood", lines=("Robin was there.",), links=(link,)),
            parts.Entry(title="Start on 7 December", at=at, replaced_because="The start is a day later."),
        ],
        "stages": [*map(parts.stage_tag, Stage), *map(parts.severity_tag, Severity)],
        "pictures": pictures(),
    }
