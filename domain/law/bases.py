"""The legal bases of a placement: what each is and what follows from it. Who may use it: see the regimes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.shared.errors import Rejected
from events.codes import ExclusionKind, LegalBasis, PrimaryReason, RuleId


class NotAlternativeProvision(Rejected):
    """Education otherwise than at school under section 61 is the council's own special educational provision.

    A draft puts on record that the pupil has it. It is not a placement, so it is not referred, decided or reviewed
    here.
    """

    code = "not_alternative_provision"
    title = "Education otherwise than at school is not a placement"
    legal_refs = ("Children and Families Act 2014 s 61",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A legal basis, as data.

    With `on_roll` the pupil must be registered at the home school. With `body_power` the decision is the governing
    body's, the head's only as delegated, and rests on grounds of its own. `notice` is the rule by which a notice is
    timely; with `notice_binds` nobody starts without one, whatever the regime, and elsewhere it is good practice.
    With `kept_under_review` regulation 4 is about it: as law for a direction, as good practice for an agreement.
    `exclusion` is what the education follows. With `section_19` the authority owes it; with `school_age` it is for a
    child of compulsory school age alone; with `ehc_plan` the pupil has such a plan. `reason` is the main reason that a
    referral must give, where the basis settles that.
    """

    id: LegalBasis
    words: str
    clause: str
    placement: bool = True
    on_roll: bool = False
    body_power: bool = False
    notice: RuleId = RuleId.T1
    notice_binds: bool = False
    kept_under_review: bool = False
    exclusion: ExclusionKind | None = None
    section_19: bool = False
    school_age: bool = False
    ehc_plan: bool = False
    reason: PrimaryReason | None = None


BASES: Mapping[LegalBasis, Basis] = MappingProxyType({
    basis.id: basis
    for basis in (
        Basis(
            id=LegalBasis.OSD,
            words="a direction off site",
            clause="Education Act 2002 s 29A",
            on_roll=True,
            body_power=True,
            notice_binds=True,
            kept_under_review=True,
        ),
        Basis(
            id=LegalBasis.SUSP6,
            words="education from the sixth day of a suspension",
            clause="Education and Inspections Act 2006 s 100",
            notice=RuleId.T8,
            notice_binds=True,
            exclusion=ExclusionKind.SUSPENSION,
            school_age=True,
            reason=PrimaryReason.SUSPENSION,
        ),
        Basis(
            id=LegalBasis.PEX6,
            words="education from the sixth day of a permanent exclusion",
            clause="Education Act 1996 s 19(3A)",
            notice=RuleId.T8,
            notice_binds=True,
            exclusion=ExclusionKind.PERMANENT,
            section_19=True,
            school_age=True,
            reason=PrimaryReason.PERM_EX,
        ),
        Basis(
            id=LegalBasis.S19_ILL,
            words="education during illness",
            clause="Education Act 1996 s 19(1)",
            section_19=True,
            school_age=True,
        ),
        Basis(
            id=LegalBasis.S19_OTH,
            words="education for a child who has no school place or cannot attend",
            clause="Education Act 1996 s 19(1)",
            section_19=True,
            school_age=True,
        ),
        Basis(
            id=LegalBasis.AGREED,
            words="a placement that the school arranges by agreement",
            clause="agreement of the school and the parents",
            kept_under_review=True,
        ),
        Basis(
            id=LegalBasis.EHCP_S42,
            words="special educational provision that an EHC plan names",
            clause="Children and Families Act 2014 s 42(2)",
            ehc_plan=True,
        ),
        Basis(
            id=LegalBasis.EOTAS_S61,
            words="education otherwise than at school",
            clause="Children and Families Act 2014 s 61",
            placement=False,
        ),
    )
})  # fmt: skip


def is_placement(basis: LegalBasis | None) -> NotAlternativeProvision | None:
    if basis is None or BASES[basis].placement:
        return None
    return NotAlternativeProvision(
        "Provision under section 61 is the council's own special educational provision, otherwise than at school,"
        " and not alternative provision. The draft stays on record; it can go no further as a placement."
    )
