"""The clauses of the return, of the end, and of what is asked for after it."""

from domain.evidence.finding import timed
from domain.evidence.model import GUIDANCE, Clause
from domain.evidence.proving import timely
from domain.law.origins import RuleOrigin
from events.codes import RuleId
from events.placement.data_protection import DataProtectionComplaintAcknowledged, SubjectAccessAnswered
from events.placement.ending import EvaluationRecorded, PlacementEnded, ReintegrationPlanned

END: tuple[Clause, ...] = (
    Clause(
        id="reintegration",
        clause=GUIDANCE,
        demands="The return to school is planned by the middle of the period",
        find=timed(RuleId.REINTEGRATION, ReintegrationPlanned),
        rule=RuleId.REINTEGRATION,
        mark=RuleOrigin.CHOICE,
    ),
    Clause(
        id="destination",
        clause="local practice",
        demands="After a decision to end, the destination is on record",
        find=timed(RuleId.DESTINATION, PlacementEnded),
        rule=RuleId.DESTINATION,
        mark=RuleOrigin.CHOICE,
    ),
    Clause(
        id="evaluation",
        clause="local practice",
        demands="The placement is evaluated, with the pupil's and the parents' own assessment",
        find=timed(RuleId.T14, EvaluationRecorded),
        rule=RuleId.T14,
        mark=RuleOrigin.CHOICE,
    ),
    Clause(
        id="access",
        clause="UK GDPR art 12(3); SI 2005/1437 reg 5",
        demands="Requests to see what is kept are answered in time",
        find=timed(RuleId.T17, SubjectAccessAnswered, proves=timely),
        rule=RuleId.T17,
        law=None,
        refs=("UK GDPR art 12(3)", "SI 2005/1437 reg 5"),
    ),
    Clause(
        id="complaints",
        clause="Data Protection Act 2018 s 164A",
        demands="Complaints about data protection are acknowledged within 30 days",
        find=timed(RuleId.COMPLAINT, DataProtectionComplaintAcknowledged, proves=timely),
        rule=RuleId.COMPLAINT,
        law=None,
        refs=("Data Protection Act 2018 s 164A",),
    ),
)
