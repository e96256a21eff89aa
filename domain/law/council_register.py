"""The duty of a council to keep a register of children not in school, and from which day it is in force."""

from dataclasses import dataclass
from datetime import date

from domain.law.origins import Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilRegisterDuty:
    """A council's duty to keep a register, from the day on which the section that demands it comes into force."""

    clause: str
    source: str
    from_on: date
    certainty: Certainty

    def in_force(self, on: date) -> bool:
        return self.from_on <= on


CHILDREN_NOT_IN_SCHOOL = CouncilRegisterDuty(
    clause="Education Act 1996 s 436B",
    source="2026 c. 21 s 38, not known to be commenced; what is registered is for regulations to say",
    # No day of commencement was seen.
    from_on=date.max,
    certainty=Certainty.UNCONFIRMED,
)
