"""How the values of the record are said in a document: codes in words, dates written out, money and shares as read."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.calendar.london import LONDON
from domain.documents.model import Item, item
from domain.shared import words
from events.codes import (
    EndReason,
    LegalBasis,
    MealArrangement,
    ParentStance,
    PrimaryReason,
    PupilFlag,
    Rag,
    RecipientRole,
    RegimeId,
    ReviewDecision,
    Role,
    RuleId,
    SettingType,
    TransportMode,
)
from events.values.sessions import SessionTimes

_CODES: Mapping[StrEnum, str] = MappingProxyType(
    {
        LegalBasis.OSD: "Direction off site by the school (section 29A)",
        LegalBasis.SUSP6: "Education from the sixth day of a suspension (section 100)",
        LegalBasis.PEX6: "Education from the sixth day of a permanent exclusion (section 19)",
        LegalBasis.S19_ILL: "Education arranged by the council because of illness (section 19)",
        LegalBasis.S19_OTH: "Education arranged by the council for another reason (section 19)",
        LegalBasis.AGREED: "Arranged by the school, by agreement",
        LegalBasis.EHCP_S42: "Secured by the council under an EHC plan (section 42)",
        LegalBasis.EOTAS_S61: "Education otherwise than at school under an EHC plan (section 61)",
        PrimaryReason.MENTAL: "Mental health need",
        PrimaryReason.PHYSICAL: "Physical health need",
        PrimaryReason.BEHAVIOUR: "Off-site placement for behavioural support",
        PrimaryReason.PERM_EX: "Permanent exclusion",
        PrimaryReason.EHCP_NAMED: "Named in an EHC plan",
        PupilFlag.EHCP: "EHC plan",
        PupilFlag.LOOKED_AFTER: "Looked after by a council",
        PupilFlag.CHILD_PROTECTION: "Child protection plan",
        PupilFlag.YOUTH_JUSTICE: "Youth justice service involved",
        RecipientRole.RELEVANT_PERSON: "Parent, or the pupil from the age of 18",
        RecipientRole.LA: "Council",
        RecipientRole.HEAD: "Head teacher",
        RecipientRole.BOARD_NOMINEE: "Nominee of the trust board",
        Role.DSL: "Designated safeguarding lead",
        Role.LA_OFFICER: "Council officer",
        Role.SEND_OFFICER: "SEND officer of the council",
        Role.BODY_DELEGATE: "Delegate of the governing body or trust",
        ReviewDecision.CONTINUE: "The placement goes on as it is",
        ReviewDecision.AMEND: "The placement goes on, with changes",
        ReviewDecision.END: "The placement ends",
        EndReason.RETURN_FULL: "Back at school full time",
        EndReason.RETURN_PHASED: "Back at school, step by step",
        EndReason.POST16: "Education or training after 16",
        EndReason.PERM_EX: "Permanent exclusion",
        EndReason.EHE: "Education at home by the parents' choice",
        EndReason.CEASED_CSA: "Over compulsory school age",
        EndReason.OTHER_AP: "Other alternative provision",
        ParentStance.NONE: "No view given",
        TransportMode.PUBLIC: "Public transport",
        TransportMode.FAMILY: "The family takes the pupil",
        MealArrangement.PROVIDER_MEAL: "A meal from the provider",
        MealArrangement.SENT_BY_SCHOOL: "A meal that the school sends",
        MealArrangement.AT_SCHOOL: "A meal at the school",
        Rag.RED: "Red",
        Rag.AMBER: "Amber",
        Rag.GREEN: "Green",
        SettingType.NFE: "Non-maintained further education",
        SettingType.OOT: "One-on-one tuition",
        SettingType.OTH: "Other unregistered provider",
        SettingType.WBP: "Work-based placement",
    }
)
"""Codes whose own letters do not read as words, or not as a parent's words."""

_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "born_on": "Date of birth",
        "upn": "Unique pupil number (UPN)",
        "urn": "Unique reference number (URN)",
        "sen_status": "SEN status",
        "sen_need": "SEN need",
        "plan_la_code": "Council that maintains the EHC plan",
        "section_f_summary": "Section F of the EHC plan, in short",
        "section_i_school": "School named in section I of the EHC plan",
        "has_parental_responsibility": "Has parental responsibility",
        "on_roll": "On the roll of the home school",
        "flags": "What else is known about the pupil",
        "given_on": "Given on",
        "text": "Goal",
        "baseline": "Now",
        "measure": "How we will know",
        "rag": "Rating",
        "am_start": "Morning starts",
        "break_start": "Break starts",
        "break_end": "Break ends",
        "pm_end": "Afternoon ends",
        "start": "Starts",
        "end": "Ends",
    }
)
_SPELT_OUT: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"sen_status": {"N": "No special educational need", "K": "SEN support", "E": "EHC plan"}}
)
"""Letters of official lists that a text of the record may hold in place of the words."""
_PENNIES, _BASIS_POINTS = "_pennies", "_basis_points"


def code(value: StrEnum) -> str:
    if isinstance(value, RegimeId | RuleId):
        return value.value
    return _CODES.get(value) or value.value.replace("_", " ").capitalize()


def label(field: str) -> str:
    """What a field of the record is called in a document."""
    if field in _LABELS:
        return _LABELS[field]
    plain = re.sub(f"({_PENNIES}|{_BASIS_POINTS})$", "", field)
    return plain.replace("_", " ").capitalize()


def money(pennies: int) -> str:
    return f"£{pennies // 100:,}.{pennies % 100:02d}"


def percentage(basis_points: int) -> str:
    return f"{basis_points // 100}.{basis_points % 100:02d}%"


def moment(at: datetime) -> str:
    """`Wednesday 20 January 2027 at 10:00`, by the clock in London."""
    here = at.astimezone(LONDON)
    return f"{words.on(here.date())} at {here:%H:%M}"


def listed(parts: tuple[str, ...]) -> str:
    """`the head`, `the head and the pupil`, `the head, the pupil and a parent`."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def within(text: str) -> str:
    """A phrase as it is written inside a sentence: `Head teacher` is `head teacher`, `EHC plan` stays."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def session_times(times: SessionTimes) -> tuple[str, ...]:
    """The times of a day, each with what it is."""
    return tuple(f"{label(name)}: {at:%H:%M}" for name, at in _filled(times) if isinstance(at, time))


def told(value: Any, *, field: str = "") -> tuple[str, ...]:  # noqa: C901, PLR0911 # one flat run: a line for each kind
    """A value of the record, line by line."""
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("Yes" if value else "No",)
    if isinstance(value, StrEnum):
        return (code(value),)
    if isinstance(value, datetime):
        return (moment(value),)
    if isinstance(value, date):
        return (words.on(value),)
    if isinstance(value, time):
        return (f"{value:%H:%M}",)
    if isinstance(value, tuple):
        return tuple(line for each in value for line in told(each))
    if is_dataclass(value):
        return ("; ".join(f"{label(name)}: {', '.join(told(each, field=name))}" for name, each in _filled(value)),)
    if field.endswith(_PENNIES):
        return (money(value),)
    if field.endswith(_BASIS_POINTS):
        return (percentage(value),)
    return (_SPELT_OUT.get(field, {}).get(value, str(value)),)


def items(value: Any, *, without: frozenset[str] = frozenset()) -> tuple[Item, ...]:
    """Each field of a value of the record that was filled in."""
    return tuple(item(label(name), *told(each, field=name)) for name, each in _filled(value) if name not in without)


def _filled(value: Any) -> tuple[tuple[str, Any], ...]:
    found = ((field.name, getattr(value, field.name)) for field in fields(value))
    return tuple((name, each) for name, each in found if each not in (None, ()))
