"""Every code list by its name: those described one by one, and the plain codes of the facts."""

import inspect
import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from domain.reference.law import ATTENDANCE, LEGAL_BASIS, REGIME_SET, RULE_SET
from domain.reference.model import CodeSet, codes
from domain.reference.official import PRIMARY_REASON, QA_SECTION, SETTING_TYPE
from domain.reference.own import END_REASON, RAG, REVIEW_DECISION, ROLES
from events import codes as facts

_DESCRIBED = (
    LEGAL_BASIS,
    SETTING_TYPE,
    PRIMARY_REASON,
    REVIEW_DECISION,
    END_REASON,
    RAG,
    QA_SECTION,
    ROLES,
    REGIME_SET,
    RULE_SET,
    ATTENDANCE,
)


def _plain(cls: type[StrEnum]) -> CodeSet:
    """A list whose codes speak for themselves."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
    labels = {code.value: code.value.replace("_", " ") for code in cls}
    return CodeSet(name=name, title=name.replace("_", " "), entries=codes(labels, "this service"))


_PLAIN = tuple(
    _plain(cls)
    for _, cls in inspect.getmembers(facts, inspect.isclass)
    # The codes of the register are signs and letters, which say nothing by themselves.
    if issubclass(cls, StrEnum) and cls not in {StrEnum, facts.AttendanceCode}
)

CODE_SETS: Mapping[str, CodeSet] = MappingProxyType({each.name: each for each in (*_PLAIN, *_DESCRIBED)})


def code_set(name: str) -> CodeSet | None:
    """The list of that name, in snake case or in kebab case; None if there is none."""
    return CODE_SETS.get(name.replace("-", "_"))
