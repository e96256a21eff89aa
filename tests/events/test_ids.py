"""Ids in the names of streams."""

from uuid import UUID

import pytest

from events.ids import IsoWeek, PlacementId, Urn, attendance_stream, placement_id_in, placement_id_of, placement_stream
from events.ids import school_stream as of_school

PLACEMENT = PlacementId(UUID("01920000-0000-7000-8000-000000000001"))


@pytest.mark.parametrize("stream", [placement_stream(PLACEMENT), attendance_stream(PLACEMENT, IsoWeek("2026-W50"))])
def test_a_stream_of_a_placement_names_it(stream: str) -> None:
    assert placement_id_in(stream) == placement_id_of(stream) == PLACEMENT


def test_a_stream_of_a_school_names_no_placement() -> None:
    assert placement_id_in(of_school(Urn("900001"))) is None
    with pytest.raises(ValueError, match="names no placement"):
        placement_id_of(of_school(Urn("900001")))


@pytest.mark.parametrize("stream", ["placement-", "placement-1", "placement-{01920000-0000-7000-8000-000000000001}"])
def test_a_damaged_name_is_no_placement(stream: str) -> None:
    with pytest.raises(ValueError, match="names no placement"):
        placement_id_in(stream)
