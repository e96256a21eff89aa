"""What may be put right of the events of requests for access and complaints."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.corrections.rows.row import CorrectionRow, each_for, row
from domain.placement.record import access, access_queries, complaints, serious_harm
from events.placement.data_protection import (
    DataProtectionComplaintAcknowledged,
    DataProtectionComplaintAnswered,
    DataProtectionComplaintReceived,
    SeriousHarmConsidered,
    SubjectAccessAnswered,
    SubjectAccessExtended,
    SubjectAccessQueried,
    SubjectAccessQueryAnswered,
    SubjectAccessRequested,
)

_ACCESS = "Whether the answer was in time follows from it. Record the request again as it was."
_QUERY = "The day by which the request is due follows from it. Ask again, or record the request again as it was."
_COMPLAINT = "Whether it was acknowledged in time follows from it. Record the complaint again as it was."

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        SubjectAccessRequested: row(
            access.sound_request,
            *("requester", "scope"),
            **each_for(_ACCESS, "received_on", "right", "due", "calendar_version"),
        ),
        SubjectAccessExtended: row(access.sound_extension, "reason", **each_for(_ACCESS, "extended_on", "due")),
        SubjectAccessAnswered: row(
            access.sound_answer, "outcome", "reasons", **each_for(_ACCESS, "answered_on", "timely")
        ),
        SubjectAccessQueried: row(access_queries.sound_query, "question", **each_for(_QUERY, "asked_on", "query")),
        SubjectAccessQueryAnswered: row(
            access_queries.sound_query_answer, "answer", **each_for(_QUERY, "answered_on", "query", "due")
        ),
        SeriousHarmConsidered: row(
            serious_harm.sound_harm,
            *("considered_on", "reasons"),
            finding="The answer relied on it. Have serious harm considered again.",
        ),
        DataProtectionComplaintReceived: row(
            complaints.sound_complaint,
            *("complainant", "complaint"),
            **each_for(_COMPLAINT, "received_on", "due"),
        ),
        DataProtectionComplaintAcknowledged: row(
            complaints.sound_acknowledgement, **each_for(_COMPLAINT, "acknowledged_on", "timely")
        ),
        DataProtectionComplaintAnswered: row(complaints.sound_answer, "answered_on", "outcome"),
    }
)
