"""What `placements doctor` says of the days: how far bank holidays and the schools' terms are known."""

from datetime import timedelta

from domain.shared import words
from infra.streams.calendar_data import KnownDays, PublishedYears

# Deadlines of a placement of a school year reach about so far.
LEAST_AHEAD = timedelta(days=365)
_TERMS_AHEAD = timedelta(days=60)
_NAMED = 10

CalendarRow = tuple[str, bool, str, str]
"""Part, whether it is well, what was found, what to do."""


def rows(found: KnownDays) -> list[CalendarRow]:
    return [_bank_holidays(found), *_terms(found)]


def _bank_holidays(found: KnownDays) -> CalendarRow:
    well = found.bank_holidays_until >= found.today + LEAST_AHEAD
    remedy = "" if well else "install a release that knows more years: every deadline after that day is provisional"
    return "bank holidays", well, f"known until {words.on(found.bank_holidays_until)}", remedy


def _terms(found: KnownDays) -> list[CalendarRow]:
    """Those of whom today is not published are named; of the others the one whose days end first."""
    over = [each for each in found.schools if each.until is None]
    remedy = "its head publishes the academic year (publish-calendar); until then its deadlines are provisional"
    told: list[CalendarRow] = [
        ("school terms", False, f"school {each.urn} has published nothing for today", remedy) for each in over[:_NAMED]
    ]
    if over[_NAMED:]:
        told.append(("school terms", False, f"{words.count(len(over) - _NAMED, 'school')} more", remedy))
    known = [each for each in found.schools if each.until is not None]
    if known:
        told.append(_first_to_end(found, known))
    return told


def _first_to_end(found: KnownDays, known: list[PublishedYears]) -> CalendarRow:
    first = min(known, key=lambda each: (each.until or found.today, each.urn))
    assert first.until is not None
    soon = sum(each.until is not None and each.until < found.today + _TERMS_AHEAD for each in known)
    more = f"; within 60 days the terms of {words.count(soon, 'school')} end" if soon else ""
    said = f"{words.count(len(known), 'school')}: the first to end is {first.urn}, on {words.on(first.until)}{more}"
    return "school terms", True, said, ""
