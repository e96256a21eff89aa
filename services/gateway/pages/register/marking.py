"""The register of a day as its provider fills it in: who comes today, and how it was filled in. All pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.attendance.state import SessionMark, week_of
from domain.attendance.today import SessionToday
from domain.placement.provider_sight.phases import ProviderPart
from domain.shared import words
from events.codes import ProposedMark, SessionPlace
from infra.ids import uuid7
from services.gateway.commands.catalogue import SPECS
from services.gateway.lists.today import DayOpened, PlacementOfDay
from services.gateway.pages.forms.options import Option
from services.gateway.pages.register.day_shown import href_of, in_order, name_of
from services.gateway.pages.register.session_words import HALF, code_words, proposed_words
from services.gateway.pages.web.filters import clock
from services.gateway.pages.web.parts import Link, Tag

_MARKS: Final = {ProposedMark.PRESENT: "Present", ProposedMark.ABSENT: "Absent", ProposedMark.LATE: "Late"}
_NOT_HERE: Final = {SessionPlace.SCHOOL: "Not with you: at school", SessionPlace.NONE: "Not with you: no session"}
_MOST_MINUTES: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """How one session was filled in: `mark` and `minutes` as typed, `faults` what is wrong with them."""

    mark: str = ""
    minutes: str = ""
    site: str = ""
    faults: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session of one pupil. `key` names its fields. `says` is what is shown where nothing can be marked."""

    key: str
    of: PlacementOfDay
    session: SessionToday
    mark: SessionMark
    command_id: UUID
    legend: str
    can_mark: bool
    says: str
    tag: Tag | None
    filled: Filled
    link: Link | None = None
    sites: Sequence[Option] = ()

    @property
    def was(self) -> str:
        return "" if self.mark.proposed is None else self.mark.proposed.mark.value

    @property
    def minutes_were(self) -> str:
        late = self.mark.proposed.minutes_late if self.mark.proposed else None
        return "" if late is None else str(late)

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        return [(mark.value, label) for mark, label in _MARKS.items()]

    @property
    def site_id(self) -> str:
        """Where the pupil is taught: as marked before, else where the placement began, else the first it names."""
        placed = self.of.state.proposal.site_ids
        known = self.session.site_id
        return str(known if known in placed or not placed else placed[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilRow:
    name: str
    reference: str
    href: str
    note: str
    sessions: Sequence[SessionRow] = field(default=())


def marks(each: PlacementOfDay) -> bool:
    """Whether the person marks this placement: as its provider, while it teaches the pupil."""
    record = SPECS["attendance"]["record-mark"].step
    return (
        bool(each.seen.held_by(record.by))
        and each.seen.part(each.row) is ProviderPart.TEACHING
        and each.state.stage in record.stages
    )


def register_of(found: DayOpened, today: date, filled: Mapping[str, Filled] | None = None) -> list[PupilRow]:
    """A row for each pupil with a place here on the day. `filled`: what was typed and could not be saved."""
    return [_pupil(each, found.day, today, filled or {}) for each in in_order(found) if marks(each)]


def _pupil(each: PlacementOfDay, day: date, today: date, filled: Mapping[str, Filled]) -> PupilRow:
    note = ""
    if each.found.paused:
        note = "The placement is paused. Do not expect this pupil until the school tells you."
    elif not each.found.sessions:
        note = "No school on this day."
    rows = () if each.found.paused else tuple(_sessions(each, day, today, filled))
    return PupilRow(
        name=name_of(each), reference=each.row.reference or "", href=href_of(each), note=note, sessions=rows
    )


def _sessions(each: PlacementOfDay, day: date, today: date, filled: Mapping[str, Filled]) -> Iterator[SessionRow]:
    for session in each.found.sessions:
        key = f"{each.row.reference}-{session.session.value}"
        mark = each.week.mark(day, session.session)
        can_mark = mark.code is None and session.expected in {None, SessionPlace.PROVIDER} and day <= today
        row = SessionRow(
            key=key,
            of=each,
            session=session,
            mark=mark,
            command_id=uuid7(),
            legend=_legend(session),
            can_mark=can_mark,
            says=_says(session, mark),
            tag=_tag(session),
            filled=Filled(),
            link=_link(each, session, mark, day),
            sites=_sites(each),
        )
        now = Filled(mark=row.was, minutes=row.minutes_were, site=row.site_id)
        yield replace(row, filled=filled.get(key) or now)


def _legend(session: SessionToday) -> str:
    starts = "" if session.starts_at is None else f", from {clock(session.starts_at)}"
    return f"{HALF[session.session]}{starts}"


def _says(session: SessionToday, mark: SessionMark) -> str:
    if mark.code is not None:
        marked = f"You marked: {proposed_words(mark.proposed, reads=False)}. " if mark.proposed else ""
        return f"{marked}The school has entered {code_words(mark.code)}."
    return _NOT_HERE.get(session.expected, "") if session.expected is not None else ""


def _tag(session: SessionToday) -> Tag | None:
    return Tag("Overdue", "red") if session.overdue else None


def _link(each: PlacementOfDay, session: SessionToday, mark: SessionMark, day: date) -> Link | None:
    week = f"{href_of(each)}/attendance/{week_of(day)}"
    about = f"for {name_of(each)}, {HALF[session.session].lower()}"
    if mark.proposed is None:
        return None
    if mark.code is not None:
        return Link("Correct your mark", f"{week}/do/correct-mark", about)
    if mark.proposed.mark is ProposedMark.ABSENT and not mark.proposed.explanation:
        return Link("Say what you know about the absence", f"{week}/do/record-mark", about)
    return None


def _sites(each: PlacementOfDay) -> Sequence[Option]:
    """To choose from, where the placement names more than one."""
    placed = each.state.proposal.site_ids
    if len(placed) < 2 or each.provider is None:  # noqa: PLR2004 - one is no choice
        return ()
    return [Option(value=str(site.site_id), label=site.name) for site in each.provider.sites if site.site_id in placed]


def fields_of(row: SessionRow, filled: Filled, day: date) -> dict[str, Any]:
    """The mark as a command. What the provider said before of the place and the reason stays."""
    before = row.mark.proposed
    is_same = before is not None and before.mark.value == filled.mark
    absent = filled.mark == ProposedMark.ABSENT
    return {
        "day": day.isoformat(),
        "session": row.session.session.value,
        "mark": filled.mark,
        "site_id": filled.site or row.site_id,
        "minutes_late": int(filled.minutes) if filled.minutes else None,
        "place": before.place.value if before is not None and not absent else None,
        "activity": before.activity.value if before is not None else None,
        "explanation": before.explanation if before is not None and is_same else None,
    }


def faults_of(filled: Filled) -> list[str]:
    """What is wrong with what was typed, before anything is given."""
    if filled.mark not in {"", *ProposedMark}:
        return ["Choose present, absent or late."]
    if not filled.minutes:
        return []
    if filled.mark != ProposedMark.LATE:
        return ["Choose late, or leave the minutes empty."]
    if not (filled.minutes.isascii() and filled.minutes.isdecimal() and len(filled.minutes) < 4):  # noqa: PLR2004
        return ["Minutes late must be a whole number, such as 10."]
    if int(filled.minutes) > _MOST_MINUTES:
        return [f"Minutes late must be {words.figure(_MOST_MINUTES, 'minute')} or fewer."]
    return []
