"""The clauses of the return, of the end, and of what is asked for after it."""

from domain.evidence.finding import duty, timed
from domain.evidence.model import GUIDANCE, Clause
from domain.evidence.proving import timely
from events.codes import RuleId
from events.placement.data_protection import DataProtectionComplaintAcknowledged, SubjectAccessAnswered
from events.placement.ending import EvaluationRecorded, PlacementEnded, ReintegrationPlanned

END: tuple[Clause, ...] = (
    duty(
        id="reintegration",
        rule=RuleId.REINTEGRATION,
        clause=GUIDANCE,
        demands="The return to school is planned by the middle of the period",
        find=timed(ReintegrationPlanned),
    ),
    duty(
        id="destination",
        rule=RuleId.DESTINATION,
        clause="local practice",
        demands="After a decision to end, the destination is on record",
        find=timed(PlacementEnded),
    ),
    duty(
        id="evaluation",
        rule=RuleId.T14,
        clause="local practice",
        demands="The placement is evaluated, with the pupil's and the parents' own assessment",
        find=timed(EvaluationRecorded),
    ),
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
