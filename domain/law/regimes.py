"""Which law binds which commissioner, from when until when.

Changed only by a release. A row that has bound somebody is never edited: it ends, and another begins.
"""

from dataclasses import dataclass
from datetime import date

from domain.law.origins import Certainty, Law, RuleOrigin
from domain.law.rules import RULES
from events.codes import CommissionerKind, LegalBasis, RecipientRole, RegimeId, RuleId, Severity

_SCHOOLS = frozenset(CommissionerKind) - {CommissionerKind.LA}
_DIRECTION = frozenset({Law.SECTION_29A})
_EXCLUSION = frozenset({Law.EXCLUSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The rules that bind one kind of commissioner, for pupils of these kinds of school, in one stretch of time.

    Both ends are included. With `runs_on` placements go on beyond the end, and what the law since then asks of them is
    for a person to settle. `laws` bind as law; what the other of them demands is good practice.
    """

    id: RegimeId
    commissioners: frozenset[CommissionerKind]
    bases: frozenset[LegalBasis]
    power: bool
    clause: str
    source: str
    laws: frozenset[Law] = frozenset()
    schools: frozenset[CommissionerKind] = _SCHOOLS
    certainty: Certainty = Certainty.CONFIRMED
    from_on: date = date.min
    to_on: date = date.max
    runs_on: bool = False
    invitees: frozenset[RecipientRole] = frozenset({RecipientRole.RELEVANT_PERSON})

    @property
    def binding(self) -> bool:
        """Section 29A and the regulations under it bind as law."""
        return Law.SECTION_29A in self.laws

    def severity(self, rule: RuleId) -> Severity:
        """BREACH where a rule of law is missed under a regime that it binds, ADVISORY everywhere else."""
        found = RULES[rule]
        return Severity.BREACH if found.mark is RuleOrigin.LAW and found.law in self.laws else Severity.ADVISORY

    def is_for(self, commissioner: CommissionerKind, basis: LegalBasis, school: CommissionerKind) -> bool:
        return commissioner in self.commissioners and basis in self.bases and school in self.schools


_REGULATIONS_2010 = "SI 2010/1156 as amended by SI 2012/2532"
_REGULATIONS_2007 = "SI 2007/1870 as amended by SI 2012/1033"
_ACADEMIES = frozenset({CommissionerKind.ACADEMY, CommissionerKind.AP_ACADEMY})
_PRU = frozenset({CommissionerKind.PRU})
_LA = frozenset({CommissionerKind.LA})
_OSD = frozenset({LegalBasis.OSD})
_SUSPENSION = frozenset({LegalBasis.SUSP6})
_EXCLUSION_LAW_BEGAN = date(2007, 9, 1)
_LAST_DAY_OUTSIDE = date(2026, 7, 25)
_FIRST_DAY_INSIDE = date(2026, 7, 26)

REGIMES: tuple[Regime, ...] = (
    Regime(
        id=RegimeId.MAINT_2013,
        commissioners=frozenset({CommissionerKind.MAINTAINED}),
        bases=_OSD,
        laws=_DIRECTION,
        power=True,
        clause="Education Act 2002 s 29A",
        source=_REGULATIONS_2010,
        from_on=date(2013, 1, 1),
    ),
    Regime(
        id=RegimeId.ACAD_PRE,
        commissioners=_ACADEMIES,
        bases=_OSD,
        power=True,
        clause="articles of association",
        source="DfE guidance on alternative provision: the regulations as good practice",
        to_on=_LAST_DAY_OUTSIDE,
        runs_on=True,
    ),
    Regime(
        id=RegimeId.ACAD_2026,
        commissioners=_ACADEMIES,
        bases=_OSD,
        laws=_DIRECTION,
        power=True,
        clause="Education Act 2002 s 29A",
        source="Application to Academies and Pupil Referral Units Regulations 2026",
        certainty=Certainty.UNCONFIRMED,
        from_on=_FIRST_DAY_INSIDE,
        invitees=frozenset({RecipientRole.RELEVANT_PERSON, RecipientRole.HEAD, RecipientRole.BOARD_NOMINEE}),
    ),
    Regime(
        id=RegimeId.PRU_PRE,
        commissioners=_PRU,
        bases=_OSD,
        power=False,
        clause="Education Act 2002 s 29A",
        source=_REGULATIONS_2010,
        to_on=_LAST_DAY_OUTSIDE,
    ),
    Regime(
        id=RegimeId.PRU_2026,
        commissioners=_PRU,
        bases=_OSD,
        laws=_DIRECTION,
        power=True,
        clause="Education Act 2002 s 29A",
        source="Application to Academies and Pupil Referral Units Regulations 2026",
        certainty=Certainty.UNCONFIRMED,
        from_on=_FIRST_DAY_INSIDE,
    ),
    Regime(
        id=RegimeId.EXCL_S100,
        commissioners=_SCHOOLS - _PRU,
        bases=_SUSPENSION,
        laws=_EXCLUSION,
        power=True,
        clause="Education and Inspections Act 2006 s 100",
        source=_REGULATIONS_2007,
        certainty=Certainty.UNCONFIRMED,
        from_on=_EXCLUSION_LAW_BEGAN,
    ),
    Regime(
        id=RegimeId.EXCL_PRU,
        commissioners=_LA,
        bases=_SUSPENSION,
        schools=_PRU,
        laws=_EXCLUSION,
        power=True,
        clause="Education Act 1996 s 19(3A)(b)",
        source=_REGULATIONS_2007,
        certainty=Certainty.UNCONFIRMED,
        from_on=_EXCLUSION_LAW_BEGAN,
    ),
    Regime(
        id=RegimeId.LA_S19,
        commissioners=_LA,
        bases=frozenset({LegalBasis.PEX6, LegalBasis.S19_ILL, LegalBasis.S19_OTH}),
        laws=_EXCLUSION,
        power=True,
        clause="Education Act 1996 s 19",
        source=f"Education Act 1996 s 19(1) and (3A); {_REGULATIONS_2007}",
    ),
    Regime(
        id=RegimeId.EHCP_S42,
        commissioners=_LA,
        bases=frozenset({LegalBasis.EHCP_S42}),
        power=True,
        clause="Children and Families Act 2014 s 42(2)",
        source="Children and Families Act 2014, explanatory notes para 234",
        certainty=Certainty.UNCONFIRMED,
        from_on=date(2014, 9, 1),
    ),
    Regime(
        id=RegimeId.EOTAS_S61,
        commissioners=_LA,
        bases=frozenset({LegalBasis.EOTAS_S61}),
        power=False,
        clause="Children and Families Act 2014 s 61",
        source="DfE guidance on alternative provision: provision under section 61 is not alternative provision",
    ),
    Regime(
        id=RegimeId.VOLUNTARY,
        commissioners=frozenset(CommissionerKind),
        bases=frozenset({LegalBasis.AGREED}),
        power=True,
        clause="agreement of the school and the parents",
        source="DfE guidance on alternative provision: the regulations as good practice",
    ),
)


def regime(regime_id: RegimeId) -> Regime:
    return next(each for each in REGIMES if each.id is regime_id)
