"""What crosses Temporal about a placement is plain JSON and comes back the same."""

import dataclasses
import json

from domain.placement.messages import Handled, NextDeadline, PlacementStatus


def test_what_a_workflow_keeps_is_plain_json() -> None:
    due = NextDeadline(rule="T1", due_on="2026-11-23", words="Give notice by Monday 23 November 2026")
    standing = PlacementStatus(version=7, stage="determined", terminal=False, wake_in_seconds=1.5, next_deadline=due)
    handled = Handled(status="accepted", standing=standing)

    plain = json.loads(json.dumps(dataclasses.asdict(handled)))

    assert plain["standing"]["next_deadline"] == dataclasses.asdict(due)
    assert PlacementStatus(**{**plain["standing"], "next_deadline": due}) == standing
