"""Checkpoints and proofs as they are answered."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.gateway.http.schemas import Shape


class CheckpointShown(Shape):
    size: int = Field(description="How many events it covers, from the first")
    position: int = Field(description="Of the last of them")
    made_at: datetime
    verifier_key: str = Field(description="The log's key: compare it with what you were told by another way")
    note: str = Field(description="The signed note (c2sp.org/tlog-checkpoint)")


class Checkpoints(Shape):
    checkpoints: list[CheckpointShown]
    next: str | None


class InclusionProof(Shape):
    event_id: UUID
    hash: str
    leaf: int = Field(description="The event's number in the tree, from 0")
    path: list[str] = Field(description="RFC 6962 audit path, in base64")
    checkpoint: CheckpointShown
    proof: str = Field(description="The same as one text to take along (c2sp.org/tlog-proof)")


class ConsistencyProof(Shape):
    first: int
    second: int
    path: list[str] = Field(description="RFC 6962 consistency proof, in base64")
