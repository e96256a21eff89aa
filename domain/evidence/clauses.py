"""Every clause, in the order of a placement's story."""

from domain.evidence.before import BEFORE
from domain.evidence.ending import END
from domain.evidence.model import Clause
from domain.evidence.running import RUNNING

CLAUSES: tuple[Clause, ...] = (*BEFORE, *RUNNING, *END)
