"""What the API shows of a state: the names that clients read stay, and a new field of a state is shown nowhere."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from domain.attendance.state import SessionMark, Week
from domain.attendance.view import WeekView, week_view
from domain.placement.provider_sight.phases import ProviderPart
from domain.placement.provider_sight.record import record as provider_record
from domain.placement.record.placement_view import PlacementView
from domain.placement.record.view import as_json, published, view
from domain.placement.state import Placement, evolve, initial
from domain.placement.time.deadline_view import DeadlineView
from domain.provider.state import Provider
from domain.provider.view import ProviderView, Reader, ReaderKind, provider_view
from domain.school.state import School
from domain.school.view import SchoolView, school_view
from domain.shared.views import as_mapping
from events.codec import canonical_json
from events.ids import ProviderId
from events.placement.union import PlacementEvent
from tests.domain.viewing import names_in, published_names
from tests.events.samples import sample

VIEWS: dict[str, Any] = {
    "deadline": DeadlineView,
    "placement": PlacementView,
    "provider": ProviderView,
    "register": WeekView,
    "school": SchoolView,
}
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


def _states() -> Iterator[Placement]:
    """What an event of each type makes of a record, one after another: in one order and in the other."""
    happened = [sample(each) for each in get_args(PlacementEvent)]
    for order in (happened, happened[::-1]):
        state = initial()
        for event in order:
            state = evolve(state, event)
            yield state


def test_a_record_shows_the_published_names_and_no_others() -> None:
    known = set(json.loads(_LIST.read_text("utf-8"))["placement"])

    for state in _states():
        picture = view(state)
        assert set(picture) == {each.name for each in dataclasses.fields(PlacementView)}
        assert set(names_in(picture)) <= known


@pytest.mark.parametrize("part", ProviderPart)
def test_a_provider_is_shown_the_names_of_its_part_and_no_others(part: ProviderPart) -> None:
    known = set(json.loads(_LIST.read_text("utf-8"))[part])
    provider_id = sample(ProviderId)

    for state in _states():
        assert set(names_in(provider_record(state, part, (), provider_id))) <= known


def test_a_new_field_of_a_placement_is_shown_nowhere() -> None:
    *_, state = _states()
    whole = published(state)
    grown = {
        name: tuple(_grown(each) for each in value)
        for name, value in whole.items()
        if name in {"reviews", "planned", "pauses", "letters", "change_notices"}
    }

    shown = as_json({**whole, **grown, "unpublished": _SECRET})

    assert _SECRET not in json.dumps(shown)
    assert grown["reviews"]
    assert grown["planned"]


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
