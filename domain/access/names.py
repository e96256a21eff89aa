"""The name of who did something, as far as a reader may see it; where they may not, or nobody knows it, words."""

from dataclasses import dataclass, field

from domain.access.roles import OrgKind
from events.codes import Role
from events.envelope import Actor, ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorName:
    """`words` is what is shown in any case: the name, or who it was without one. `withheld`: a name is not shown."""

    name: str | None = field(default=None, repr=False)
    words: str = field(repr=False)
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameReader:
    """Who is to read names: staff of an organisation, of the names of those who take part in a placement.

    `everyone`: sees the names of all staff, as an auditor does. `names`: sees any at all; a system does not.
    `taking_part` are the organisations of the placement, as in an actor.
    """

    org: str | None = None
    taking_part: frozenset[str] = frozenset()
    everyone: bool = False
    names: bool = True

    def may_read(self, org: str | None) -> bool:
        """Whether the names of an organisation's staff are shown."""
        if self.everyone:
            return True
        return self.names and org is not None and (org == self.org or org in self.taking_part)


OPERATOR_READS = NameReader(everyone=True)
"""Whoever may run the command line reads every name."""

_STAFF = {
    OrgKind.SCHOOL.value: "A member of staff of the school",
    OrgKind.LA.value: "A member of staff of the council",
    OrgKind.PROVIDER.value: "A member of staff of the provider",
}
_SYSTEMS = {
    OrgKind.SCHOOL.value: "A system of the school",
    OrgKind.LA.value: "A system of the council",
    OrgKind.PROVIDER.value: "A system of the provider",
}
_PRIVATE = {Role.PARENT: "A parent", Role.PUPIL: "The pupil"}


def who(actor: Actor, registered: str | None, reader: NameReader) -> ActorName:
    """`registered` is the name that the register of people has for the actor's id and organisation."""
    if actor.kind is ActorKind.SYSTEM:
        return ActorName(words="The service")
    if actor.role in _PRIVATE:
        return ActorName(words=_PRIVATE[actor.role], withheld=True)
    kind = (actor.org_id or "").partition(":")[0]
    known = _SYSTEMS if actor.role is Role.INTEGRATION else _STAFF
    words = known.get(kind, "Somebody of an organisation that is not known")
    if not reader.may_read(actor.org_id):
        return ActorName(words=words, withheld=True)
    if registered is None:
        return ActorName(words=f"{words} (name not known)")
    return ActorName(name=registered, words=registered)
