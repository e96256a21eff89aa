"""What the API shows of a state: the names that clients read stay, and a new field of a state is shown nowhere."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from domain.attendance.state import SessionMark, Week
from domain.attendance.view import WeekView, week_view
from domain.provider.state import Provider
from domain.provider.view import ProviderView, Reader, ReaderKind, provider_view
from domain.school.state import School
from domain.school.view import SchoolView, school_view
from domain.shared.views import as_mapping
from events.codec import canonical_json
from tests.domain.viewing import published_names
from tests.events.samples import sample

VIEWS: dict[str, Any] = {"provider": ProviderView, "register": WeekView, "school": SchoolView}
_LIST = Path(__file__).parent / "published_names.json"
_SECRET = "a field that nobody published"
ALL_SEEING = Reader(kind=ReaderKind.ALL_SEEING, org_id=None)


@pytest.mark.parametrize("name", VIEWS)
def test_the_published_names_are_those_that_clients_know(name: str) -> None:
    published = sorted(set(published_names(VIEWS[name])))

    assert published == json.loads(_LIST.read_text("utf-8"))[name]


def _grown(state: Any) -> Any:
    """The state with one field more."""
    grown = dataclasses.make_dataclass("Grown", [("unpublished", str)], bases=(type(state),), frozen=True, kw_only=True)
    fields = {each.name: getattr(state, each.name) for each in dataclasses.fields(state)}
    return grown(**fields, unpublished=_SECRET)


def test_a_new_field_of_a_school_is_shown_nowhere() -> None:
    grown = _grown(dataclasses.replace(sample(School), delegations=(_grown(sample(School).delegations[0]),)))

    assert _SECRET not in canonical_json(school_view(grown, 1))


@pytest.mark.parametrize("kind", ReaderKind)
def test_a_new_field_of_a_provider_is_shown_nowhere(kind: ReaderKind) -> None:
    state = sample(Provider)
    grown = _grown(dataclasses.replace(state, entries=(_grown(state.entries[0]),)))

    assert _SECRET not in canonical_json(provider_view(grown, 1, Reader(kind=kind, org_id=None)))


def test_a_new_field_of_a_register_is_shown_nowhere() -> None:
    mark = sample(SessionMark)
    grown = _grown(Week(marks=(_grown(dataclasses.replace(mark, entries=(_grown(mark.entries[0]),))),)))

    assert _SECRET not in canonical_json(week_view(grown))


def test_what_a_commissioner_found_out_is_shown_to_itself_alone() -> None:
    state = sample(Provider)
    org_id = state.due_diligence[0].org_id

    own = provider_view(state, 1, Reader(kind=ReaderKind.SCHOOL, org_id=org_id))
    others = provider_view(state, 1, Reader(kind=ReaderKind.SCHOOL, org_id="school:900009"))
    nobody = provider_view(state, 1, Reader(kind=ReaderKind.OTHER, org_id=org_id))

    assert own.due_diligence
    assert own.missed
    assert (others.due_diligence, others.missed, others.deadlines) == ((), (), ())
    assert (nobody.due_diligence, nobody.missed, nobody.deadlines) == ((), (), ())


def test_applications_and_concerns_are_for_councils() -> None:
    state = sample(Provider)
    shown_to = {
        kind: (bool(view.applications), bool(view.open_concerns))
        for kind in ReaderKind
        for view in (provider_view(state, 1, Reader(kind=kind, org_id=None)),)
    }

    assert shown_to == {
        ReaderKind.ALL_SEEING: (True, True),
        ReaderKind.COUNCIL: (True, True),
        ReaderKind.SCHOOL: (False, False),
        ReaderKind.OTHER: (False, False),
    }


def test_a_view_says_each_of_its_fields_once_by_name() -> None:
    view = school_view(sample(School), 3)

    assert as_mapping(view)["version"] == 3
    assert list(as_mapping(view)) == [each.name for each in dataclasses.fields(SchoolView)]
