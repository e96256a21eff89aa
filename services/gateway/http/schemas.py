"""What every answer of the API has in common, and problems."""

import dataclasses
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

PROVISIONAL = (
    "It rests on days of which no calendar is published so far, or whose bank holidays are not known, and may move"
)

REFERENCE = "The placement's short reference, as in AP-7K3M-9QX2-4C: accepted wherever its id is"


class Shape(BaseModel):
    # Answers change only by addition, so a reader must take fields it does not know.
    model_config = ConfigDict(extra="allow")


def named_in(shape: type[Shape], source: Any) -> dict[str, Any]:
    """The fields of a dataclass that the shape of the answer names, and no others."""
    own = {each.name for each in dataclasses.fields(source)}
    return {name: getattr(source, name) for name in shape.model_fields if name in own}


class FieldFault(Shape):
    pointer: str = Field(description="A JSON pointer into the body, or into /query, /path or /header")
    detail: str


class Reason(Shape):
    code: str
    detail: str
    pointer: str | None
    legal_refs: list[str]
    offers: list[str] | None = None


class ProblemDetails(Shape):
    """RFC 9457. `type` leads to a page that explains it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    legal_refs: list[str] = Field(default=[])
    command_id: UUID | None = None
    errors: list[FieldFault] | None = None
    reasons: list[Reason] | None = None
