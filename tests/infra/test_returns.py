"""A table that leaves the service is safe to open in a spreadsheet, whatever somebody was called."""

import csv
from datetime import date

import pytest

from domain.returns.checks import RowFault, RowFaultKind
from domain.returns.register import ArrangedBy, Registered
from events.codes import LegalBasis
from events.ids import PlacementId, ProviderId, Urn
from infra.ids import uuid7
from services.application.returns import BYTE_ORDER_MARK, CENSUS_COLUMNS, REGISTER_COLUMNS, as_csv


def entry(legal_name: str | None, *faults: RowFault) -> Registered:
    return Registered(
        placement_id=PlacementId(uuid7()),
        upn=None,
        legal_name=legal_name,
        born_on=date(2012, 5, 4),
        address=None,
        parents=("Sam Example", "Kim Example"),
        home_school_urn=Urn("900001"),
        provider_id=ProviderId(uuid7()),
        provider_name="Imbue",
        arranged_by=ArrangedBy.SCHOOL,
        legal_basis=LegalBasis.OSD,
        since=date(2026, 11, 26),
        absent=None,
        sessions_a_week=4,
        erased=False,
        faults=faults,
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [(None, ""), ("Robin Example", "Robin Example"), ('R "Rob", E', 'R "Rob", E'), ("=1+1", "'=1+1"), ("@x", "'@x")],
)
def test_a_name_is_written_so_that_no_spreadsheet_runs_it(name: str | None, written: str) -> None:
    [line] = csv.DictReader(as_csv([entry(name)], REGISTER_COLUMNS).removeprefix(BYTE_ORDER_MARK).splitlines())

    assert (line["legal_name"], line["born_on"], line["erased"]) == (written, "2012-05-04", "false")
    assert (line["parents"], line["sessions_a_week"], line["absent"]) == ("Sam Example; Kim Example", "4", "")


def test_a_fault_is_written_by_its_code_and_its_field() -> None:
    fault = RowFault(code="upn_missing", field="upn", words="The pupil has no number.", kind=RowFaultKind.MISSING)

    [line] = csv.DictReader(
        as_csv([entry("Robin Example", fault)], REGISTER_COLUMNS).removeprefix(BYTE_ORDER_MARK).splitlines()
    )

    assert line["faults"] == "upn_missing (upn)"


@pytest.mark.parametrize("columns", [CENSUS_COLUMNS, REGISTER_COLUMNS])
def test_a_spreadsheet_knows_the_letters_of_every_csv_by_its_first_bytes(columns: tuple[str, ...]) -> None:
    rows = [entry("Zoë")] if columns is REGISTER_COLUMNS else []

    written = as_csv(rows, columns).encode()

    assert written.startswith(b"\xef\xbb\xbf" + columns[0].encode())
    assert written.count(b"\xef\xbb\xbf") == 1
    assert csv.DictReader(written.decode("utf-8-sig").splitlines()).fieldnames == list(columns)
