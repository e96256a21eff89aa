"""What a field may say, and of whom: each text in an event or a value names its kind where the field is declared.

How long a text may be, and what is withheld from somebody who asks to see the record, follow from the kind.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class TextShape(StrEnum):
    """How a text is written: how long it may be, and on how many lines."""

    LONG = "long"
    LINE = "line"
    NAME = "name"
    CODE = "code"
    ADDRESS = "address"
    JSON = "json"


class Discloses(StrEnum):
    """What a text discloses if it is shown to somebody else than those who keep the record."""

    NOTHING_BY_ITSELF = "nothing_by_itself"
    """A name inside it is found where another field says that name."""
    ANOTHER_PERSON = "another_person"
    """Who a parent, or somebody else who is not staff of a school or of social work, is; or how to reach them."""
    STAFF = "staff"
    """Who of the staff of schools and of social work did something: the law presumes that it may be shown."""
    CONFIDENCE = "confidence"
    """What could harm somebody if it were shown unread."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`shape` is None where the field holds no text of its own."""

    shape: TextShape | None
    discloses: Discloses = Discloses.NOTHING_BY_ITSELF


TEXT: Final = Kind(TextShape.LONG)
LINE: Final = Kind(TextShape.LINE)
LABEL: Final = Kind(TextShape.NAME)
"""The name of a school, a site or another thing."""
PUPIL_NAME: Final = Kind(TextShape.NAME)
"""The name of the pupil whom the record is about."""
CODE: Final = Kind(TextShape.CODE)
ADDRESS: Final = Kind(TextShape.ADDRESS)
JSON: Final = Kind(TextShape.JSON)
NAME: Final = Kind(TextShape.NAME, Discloses.ANOTHER_PERSON)
PERSON: Final = Kind(TextShape.LINE, Discloses.ANOTHER_PERSON)
"""A name with what its bearer is: `Quill Example, aunt`."""
CONTACT: Final = Kind(TextShape.LINE, Discloses.ANOTHER_PERSON)
STAFF: Final = Kind(TextShape.LINE, Discloses.STAFF)
STAFF_NAME: Final = Kind(TextShape.NAME, Discloses.STAFF)
CONFIDED: Final = Kind(TextShape.LONG, Discloses.CONFIDENCE)
PARTS: Final = Kind(None)
"""A value, whose own fields say what they are."""
FACT: Final = Kind(None)
"""A number, a day, a yes or no, or a code of a closed set."""
