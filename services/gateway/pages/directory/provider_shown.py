"""A provider's page: what the directory, the council and the reader's own organisation know of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.documents.phrases import code
from domain.law.registration import registration_test
from domain.placement.referral.occupancy import must_register
from domain.provider.state import DirectoryEntryEvent, says_for_all
from domain.shared import words
from events import provider as e
from events.codes import CheckOutcome
from events.values.provider import QaSection
from services.gateway.directory.directory import ProviderFound
from services.gateway.pages.directory import directory_words
from services.gateway.pages.directory.provider_steps import Part, steps_of
from services.gateway.pages.session.current import Visitor
from services.gateway.pages.web.filters import short_day
from services.gateway.pages.web.parts import DataTable, Fact, Link, TableCell, Tag, severity_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One part of the page. `alert` is what somebody has to know first."""

    heading: str
    facts: Sequence[Fact] = ()
    tables: Sequence[DataTable] = ()
    says: str = ""
    alert: str = ""
    steps: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """Makes the parts, for one reader on one day."""

    found: ProviderFound
    visitor: Visitor
    today: date

    def parts(self) -> list[Shown]:
        steps = steps_of(self.found, self.visitor)
        makers: dict[Part, Callable[[Sequence[Link]], Shown | None]] = {
            Part.DETAILS: self._details,
            Part.SITES: self._sites,
            Part.ENTRY: self._entry,
            Part.APPLICATIONS: self._applications,
            Part.VISITS: self._visits,
            Part.CHECKS: self._checks,
            Part.CONCERNS: self._concerns,
            Part.PUPILS: self._pupils,
            Part.MORE: _more,
        }
        made = (make(steps.get(part, [])) for part, make in makers.items())
        return [each for each in made if each is not None]

    def _council(self, la_code: str) -> str:
        return directory_words.council(la_code, self.visitor)

    def _details(self, steps: Sequence[Link]) -> Shown:
        view, details = self.found.view, self.found.view.details
        facts = [Fact("Kind", directory_words.kind(view.kind), code(view.setting_type) if view.setting_type else "")]
        if view.urn:
            facts.append(Fact("URN", view.urn))
        if view.ukprn:
            facts.append(Fact("UKPRN", view.ukprn))
        if details is None:
            return Shown(heading="Details", facts=facts, says="Nobody has recorded what it teaches.", steps=steps)
        needs = ", ".join(map(directory_words.need, details.needs)) or "No need is named"
        facts += [Fact("Teaches", directory_words.key_stages(details.key_stages)), Fact("Needs", needs)]
        if details.school_type is not None:
            facts.append(Fact("School", code(details.school_type)))
        if details.inspected_on is not None:
            by = f"by {code(details.inspectorate)}" if details.inspectorate is not None else ""
            facts.append(Fact("Last inspected", short_day(details.inspected_on), by))
        return Shown(heading="Details", facts=facts, steps=steps)

    def _sites(self, steps: Sequence[Link]) -> Shown:
        rows = [[each.name, each.address or "No address recorded"] for each in self.found.view.sites]
        table = DataTable(caption="Sites", caption_hidden=True, columns=("Site", "Address"), rows=rows)
        return Shown(heading="Sites", tables=[table], steps=steps)

    def _entry(self, steps: Sequence[Link]) -> Shown:
        entries = self.found.view.entries
        now = DataTable(
            caption="Entries today",
            caption_hidden=True,
            columns=("Council", "Status", "Approved", "Last day"),
            rows=[
                [
                    self._council(each.la_code),
                    TableCell(tag=directory_words.status_tag(self.found.statuses[each.la_code])),
                    short_day(each.approved_on),
                    short_day(each.expires_on) if each.expires_on else "No last day",
                ]
                for each in entries
            ],
            empty="No council lists this provider.",
        )
        history = DataTable(
            caption="History of the entry",
            columns=("Day", "Council", "What happened", "Why"),
            rows=[
                list(_happened(it, self._council(each.la_code))) for each in entries for it in reversed(each.history)
            ],
            row_headings=False,
        )
        tables = [now, history] if entries else [now]
        return Shown(heading="Directory entry", tables=tables, steps=steps)

    def _applications(self, steps: Sequence[Link]) -> Shown | None:
        found = self.found.view.applications
        if not found and not steps:
            return None
        table = DataTable(
            caption="Applications",
            caption_hidden=True,
            columns=("Applied", "Council", "What the provider says", "Decision"),
            rows=[
                [
                    short_day(each.submitted.submitted_on),
                    self._council(each.submitted.la_code),
                    each.submitted.statement or "Not kept",
                    _decision(each.decided),
                ]
                for each in reversed(found)
            ],
            empty="Applications are shown to councils."
            if directory_words.council_of(self.visitor) is None
            else "There are no applications.",
        )
        return Shown(heading="Applications to join a directory", tables=[table], steps=steps)

    def _visits(self, steps: Sequence[Link]) -> Shown:
        view = self.found.view
        visits = DataTable(
            caption="Quality assurance visits",
            caption_hidden=True,
            columns=("Visited", "Council", "What was looked at"),
            rows=[
                [short_day(each.visited_on), self._council(each.la_code), "; ".join(map(_section, each.sections))]
                for each in sorted(view.visits, key=lambda one: one.visited_on, reverse=True)
            ],
            empty="No council's team has recorded a visit.",
        )
        standards = DataTable(
            caption="National standards",
            columns=("Standard", "Council", "Visits so far"),
            rows=[[code(each.standard), self._council(each.la_code), code(each.status)] for each in view.standards],
        )
        return Shown(
            heading="Quality assurance visits",
            tables=[visits, standards] if view.standards else [visits],
            steps=steps,
        )

    def _checks(self, steps: Sequence[Link]) -> Shown | None:
        """Due diligence of the reader's own organisation, and what falls due of it."""
        view = self.found.view
        if not (steps or view.due_diligence or view.deadlines):
            return None
        last = view.due_diligence[-1] if view.due_diligence else None
        tables = [] if last is None else [_checks_made(last)]
        due = DataTable(
            caption="What falls due",
            columns=("By", "What", "Rule"),
            rows=[
                [
                    TableCell(short_day(each.due_on), tag=Tag("Overdue", "red") if each.missed else None),
                    TableCell(each.words, hint=code(each.check) if each.check else ""),
                    TableCell(tag=severity_tag(each.severity), hint=each.legal_ref),
                ]
                for each in sorted(view.deadlines, key=lambda one: one.due_on)
            ],
        )
        return Shown(
            heading="Due diligence",
            facts=() if last is None else self._last_checks(last),
            tables=[*tables, due] if due.rows else tables,
            says="" if last else "Your organisation has made no checks of this provider.",
            steps=steps,
        )

    def _last_checks(self, last: e.DueDiligenceCompleted) -> list[Fact]:
        ended = last.valid_until < self.today
        return [
            Fact("Checks of", directory_words.organisation_words(last.org_id, self.visitor)),
            Fact("Completed", short_day(last.completed_on), "" if last.satisfied else "Not everything was seen."),
            Fact("Hold until", short_day(last.valid_until), "They have run out." if ended else ""),
        ]

    def _concerns(self, steps: Sequence[Link]) -> Shown | None:
        found = self.found.view.open_concerns
        if not found and not steps:
            return None
        table = DataTable(
            caption="Open concerns",
            caption_hidden=True,
            columns=("Raised", "By", "About", "What was said"),
            rows=[
                [
                    short_day(each.raised_on),
                    directory_words.organisation_words(each.org_id, self.visitor),
                    TableCell(code(each.kind), hint=code(each.severity)),
                    each.concern or "Not kept",
                ]
                for each in found
            ],
            empty=self._no_concerns(),
        )
        return Shown(heading="Open concerns about the provider", tables=[table], steps=steps)

    def _no_concerns(self) -> str:
        """A school is shown nobody's concerns, so it is not told that there are none."""
        if directory_words.council_of(self.visitor) is None:
            return "Concerns are shown to councils. You can raise one about a provider that has a pupil of yours."
        return "No concern is open."

    def _pupils(self, steps: Sequence[Link]) -> Shown:
        view, known, test = self.found.view, self.found.occupancy, registration_test(self.today)
        counts = sorted(view.full_time_counts, key=lambda each: each.counted_on)
        counted = [each for each in counts if says_for_all(each) or each.recorded_for == self.visitor.organisation]
        last = counted[-1] if counted else None
        told = "Nobody has said" if last is None else f"{last.pupils} on {short_day(last.counted_on)}"
        facts = [Fact("Full-time pupils, whoever placed them", told)]
        if known is not None:
            facts.append(Fact("Pupils in placements that you see", str(known.pupils), f"{known.full_time} full time"))
        school = must_register(view.kind, last.pupils if last else 0, known, test)
        # Which pupils make it one is for who sees the placements: the number alone is said.
        alert = _MUST_REGISTER if school else ""
        return Shown(heading="Full-time pupils", facts=facts, says=_says(test.pupils), alert=alert, steps=steps)


def _more(steps: Sequence[Link]) -> Shown | None:
    return Shown(heading="Other steps", steps=steps) if steps else None


_MUST_REGISTER: Final = (
    "By these numbers the provider must be registered as a school. Ask it, and tell the Department for Education if it"
    " is not. Running an unregistered school is an offence."
)


def _says(most: int) -> str:
    return (
        f"A provider with {words.count(most, 'full-time pupil')} of compulsory school age must be a registered school."
        " One pupil is enough if they have an EHC plan or are looked after."
    )


def _happened(event: DirectoryEntryEvent, council: str) -> Iterator[str]:
    match event:
        case e.DirectoryEntryPublished():
            said = (event.approved_on, "Listed", "")
        case e.DirectoryEntryRenewed():
            until = f" until {short_day(event.expires_on)}" if event.expires_on else ""
            said = (event.renewed_on, f"Renewed{until}", "")
        case e.DirectoryEntrySuspended():
            said = (event.suspended_on, "Suspended", _why(code(event.reason_code), event.reason))
        case e.DirectoryEntryReinstated():
            said = (event.reinstated_on, "Suspension lifted", event.reason or "")
        case e.DirectoryEntryWithdrawn():
            what = "Withdrawn; schools may not use it" if event.barred else "Withdrawn"
            said = (event.withdrawn_on, what, _why(code(event.reason_code), event.reason))
    yield from (short_day(said[0]), council, said[1], said[2])


def _why(kind: str, text: str | None) -> str:
    return f"{kind}: {text}" if text else kind


def _decision(decided: e.DirectoryApplicationDecided | None) -> TableCell:
    if decided is None:
        return TableCell(tag=Tag("To decide", "blue"))
    on = f"{code(decided.outcome)}, {short_day(decided.decided_on)}"
    return TableCell(on, hint=decided.reasons or "")


def _section(each: QaSection) -> str:
    return f"{each.name}: {code(each.status).lower()}{f', {each.grade}' if each.grade else ''}"


def _checks_made(last: e.DueDiligenceCompleted) -> DataTable:
    evidence = {each.kind: each.evidence for each in last.evidence}
    return DataTable(
        caption="The last checks",
        columns=("Check", "What came of it", "Evidence", "Holds until"),
        rows=[
            [
                code(each.kind),
                TableCell(tag=Tag(code(each.outcome), "green" if each.outcome is CheckOutcome.SEEN else "orange")),
                TableCell(evidence.get(each.kind, "Not kept"), hint=f"Checked {short_day(each.checked_on)}"),
                short_day(each.expires_on) if each.expires_on else "No last day",
            ]
            for each in last.checks
        ],
    )
