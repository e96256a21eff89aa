"""The clauses of the return, of the end, and of what is asked for after it."""

from domain.evidence.finding import duty, of_proof, timed
from domain.evidence.model import Clause
from domain.evidence.proving import timely
from domain.law.clauses import GUIDANCE
from domain.placement.duties import DUTIES
from events.codes import RuleId
from events.placement.data_protection import DataProtectionComplaintAcknowledged, SubjectAccessAnswered
from events.placement.ending import ReintegrationPlanned

END: tuple[Clause, ...] = (
    duty(
        id="reintegration",
        rule=RuleId.REINTEGRATION,
        clause=GUIDANCE,
        demands="The return to school is planned by the middle of the period",
        find=timed(ReintegrationPlanned),
    ),
    *(of_proof(each.rule, each.proof) for each in DUTIES if each.proof is not None),
    duty(
        id="access",
        rule=RuleId.T17,
        clause="UK GDPR art 12(3); SI 2005/1437 reg 5",
        demands="Requests to see what is kept are answered in time",
        find=timed(SubjectAccessAnswered, proves=timely),
        refs=("UK GDPR art 12(3)", "SI 2005/1437 reg 5"),
    ),
    duty(
        id="complaints",
        rule=RuleId.COMPLAINT,
        clause="Data Protection Act 2018 s 164A",
        demands="Complaints about data protection are acknowledged within 30 days",
        find=timed(DataProtectionComplaintAcknowledged, proves=timely),
        refs=("Data Protection Act 2018 s 164A",),
    ),
)
