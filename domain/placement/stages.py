"""The stages of a placement, and the groups of them that rules ask for."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a placement is in its lifecycle. `NEW` is before its first event."""

    NEW = "new"
    DRAFT = "draft"
    REFERRED = "referred"
    SCREENING = "screening"
    AWAITING_DECISION = "awaiting_decision"
    DETERMINED = "determined"
    AGREEMENT_PENDING = "agreement_pending"
    READY_TO_START = "ready_to_start"
    ACTIVE = "active"
    PAUSED = "paused"
    REINTEGRATING = "reintegrating"
    ENDED = "ended"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


TERMINAL = frozenset({Stage.CLOSED, Stage.DECLINED, Stage.WITHDRAWN, Stage.CANCELLED})
DECIDED = frozenset({Stage.DETERMINED, Stage.AGREEMENT_PENDING, Stage.READY_TO_START})
"""Determined, and not yet started."""
RUNNING = frozenset({Stage.ACTIVE, Stage.PAUSED, Stage.REINTEGRATING})
"""Started, and not ended. Reviews and deadlines run on while the placement is paused."""
IN_FORCE = DECIDED | RUNNING
"""Determined, and not ended: the decision binds."""
