"""Which of the four national standards of 2025 a council's quality assurance sections speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.law.origins import Certainty
from domain.provider.state import Provider
from events.codes import QaSectionStatus, QaStandard


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkSection:
    """A section of a council's own framework. Unconfirmed: what it covers was not seen in a source."""

    standards: tuple[QaStandard, ...] = ()
    certainty: Certainty = Certainty.CONFIRMED


_BY_NAME: Mapping[str, FrameworkSection] = MappingProxyType(
    {each.value.replace("_", " "): FrameworkSection(standards=(each,)) for each in QaStandard}
)
# Derby's page says that both sections are complete, and not what they cover: until it is known they prove no standard.
_UNKNOWN = FrameworkSection(certainty=Certainty.UNCONFIRMED)
FRAMEWORKS: Mapping[str, Mapping[str, FrameworkSection]] = MappingProxyType(
    {"831": MappingProxyType({"1": _UNKNOWN, "2": _UNKNOWN})}
)
"""The sections of councils that have a framework of their own, by the council and the section's name."""


def section(la_code: str, name: str) -> FrameworkSection:
    """What a section speaks of: by the council's framework, or by the standard that it is named after."""
    plain = name.strip().casefold()
    own = FRAMEWORKS.get(la_code, {}).get(plain.removeprefix("section").strip())
    return own or _BY_NAME.get(plain, _UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A council's latest word on a standard, whichever visit it comes from."""

    la_code: str
    standard: QaStandard
    status: QaSectionStatus


def covered(state: Provider) -> tuple[Covered, ...]:
    """How each council's visits stand to each standard, by council and then in the order of the standards."""
    latest: dict[tuple[str, QaStandard], QaSectionStatus] = {}
    for visit in sorted(state.visits, key=lambda each: each.visited_on):
        for seen in visit.sections:
            for standard in section(visit.la_code, seen.name).standards:
                latest[visit.la_code, standard] = seen.status
    order = list(QaStandard)
    found = sorted(latest.items(), key=lambda each: (each[0][0], order.index(each[0][1])))
    return tuple(Covered(la_code=la_code, standard=standard, status=status) for (la_code, standard), status in found)
