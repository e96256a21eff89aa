"""The agreement with the provider, what it was told, what the parents think, and the weekly pattern."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from events.codes import AgreementParty
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    EarlyStartConsented,
    ParentViewRecorded,
    SafeguardingInformationReceived,
)
from events.placement.running import AttendancePatternSet


class AgreementState(NamedTuple):
    """`signatures` are those under the agreement that was issued last."""

    safeguarding: tuple[SafeguardingInformationReceived, ...] = ()
    issued: AgreementIssued | None = None
    signatures: tuple[AgreementSigned, ...] = ()
    parent_views: tuple[ParentViewRecorded, ...] = ()
    early_consent: EarlyStartConsented | None = None
    patterns: tuple[AttendancePatternSet, ...] = ()

    def signed_by(self, party: AgreementParty) -> bool:
        return any(signature.party is party for signature in self.signatures)


EVOLVE: Final[Mapping[type[Any], Callable[[AgreementState, Any], AgreementState]]] = {
    SafeguardingInformationReceived: lambda part, event: part._replace(safeguarding=(*part.safeguarding, event)),
    AgreementIssued: lambda part, event: part._replace(issued=event, signatures=()),
    AgreementSigned: lambda part, event: part._replace(signatures=(*part.signatures, event)),
    ParentViewRecorded: lambda part, event: part._replace(parent_views=(*part.parent_views, event)),
    EarlyStartConsented: lambda part, event: part._replace(early_consent=event),
    AttendancePatternSet: lambda part, event: part._replace(patterns=(*part.patterns, event)),
}
