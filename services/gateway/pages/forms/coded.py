"""Texts and numbers of the record that stand for one of a few things, chosen in words instead of typed as codes."""

from collections.abc import Mapping
from typing import Any, Final

from domain.placement.referral.referral import PICTURE_FIELDS
from events.values.referral import Pupil, ReferralPicture, Unknown
from events.values.reviews import ObjectiveRag
from events.values.sessions import PatternSession
from services.gateway.pages.forms.options import Coded, Option

_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class ObjectiveOfPlacement:
    """The type of an objective's id, where a person chooses the objective by its text."""


CODED: Final[Mapping[tuple[type, str], Any]] = {
    (Pupil, "sex"): Coded((Option(value="F", label="Female"), Option(value="M", label="Male"))),
    (ReferralPicture, "sen_status"): Coded(
        (
            Option(value="N", label="No special educational need"),
            Option(value="K", label="SEN support"),
            Option(value="E", label="EHC plan"),
        )
    ),
    (Unknown, "field"): Coded(
        tuple(Option(value=field, label=what[:1].upper() + what[1:]) for field, what in PICTURE_FIELDS.items())
    ),
    (PatternSession, "weekday"): Coded(
        tuple(Option(value=str(number), label=name) for number, name in enumerate(_WEEKDAYS, start=1)), is_number=True
    ),
    (ObjectiveRag, "id"): ObjectiveOfPlacement,
}
"""By the value and its field. What an older form or another system gave beside these is still shown and kept."""
