"""What every page of a placement has at its top: whose it is, and the links to its other pages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.documents.phrases import code
from domain.placement.stages import Stage
from events.codes import PupilFlag
from services.gateway.pages.placement.opening import OpenPlacement
from services.gateway.pages.web.parts import Identity, PageSection, stage_tag

_ERASED: Final = "Personal data erased"
_SECTIONS: Final[Mapping[str, str]] = {
    "": "Overview",
    "/tasks": "Tasks",
    "/timeline": "Timeline",
    "/documents": "Documents",
    "/people": "People",
    "/notes": "Notes",
    "/contacts": "Contacts",
    "/attendance": "Attendance",
    "/dates": "Key dates",
    "/deadlines": "Deadlines",
    "/evidence": "Evidence",
}
_OF_PROVIDER: Final = {
    "": "Overview",
    "/tasks": "Tasks",
    "/timeline": "Timeline",
    "/documents": "Documents",
    "/people": "People",
    "/attendance": "Attendance",
    "/deadlines": "Deadlines",
}
_OF_OFFER: Final = {"": "Overview", "/tasks": "Tasks", "/timeline": "Timeline"}


def links(placement: OpenPlacement) -> Mapping[str, str]:
    """The pages of a placement that this person has, by what their address ends with."""
    if placement.whole:
        return _SECTIONS
    return _OF_PROVIDER if placement.taught else _OF_OFFER


def frame(placement: OpenPlacement, at: str) -> dict[str, Any]:
    """For the template of the page whose address ends with `at`."""
    return {
        "placement": placement,
        "who": identity(placement),
        "sections": [
            PageSection(text, f"{placement.href}{end}", current=end == at) for end, text in links(placement).items()
        ],
    }


def identity(placement: OpenPlacement) -> Identity:
    return Identity(
        name=name(placement) or (_ERASED if placement.erased else ""),
        reference=placement.reference,
        facts=tuple(_facts(placement)),
        stage=stage_tag(Stage(placement.row.stage)),
    )


def name(placement: OpenPlacement) -> str | None:
    """The pupil's name, for who may read it."""
    if placement.cut is not None:
        found: str | None = (placement.cut.get("pupil") or {}).get("legal_name")
        return found
    pupil = placement.state.referral.pupil
    return None if pupil is None else pupil.legal_name


def year_group(placement: OpenPlacement) -> int | None:
    if placement.cut is not None:
        found: int | None = (placement.cut.get("pupil") or {}).get("year_group")
        return found
    pupil = placement.state.referral.pupil
    return None if pupil is None else pupil.year_group


def flags(placement: OpenPlacement) -> Sequence[str]:
    """What everybody who works with the pupil has to know, in words."""
    if placement.cut is None:
        return [code(each) for each in placement.state.referral.flags]
    picture = (placement.cut.get("referral") or {}).get("picture") or {}
    return [code(PupilFlag(each)) for each in picture.get("flags") or ()]


def _facts(placement: OpenPlacement) -> Sequence[str]:
    year = year_group(placement)
    found = [*([] if year is None else [f"Year {year}"]), *flags(placement), placement.school_name]
    if placement.whole and placement.provider_name is not None:
        found.append(placement.provider_name)
    if placement.row.readers is not None:
        found.append("Restricted record")
    return found
