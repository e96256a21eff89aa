import time
from itertools import pairwise
from uuid import RFC_4122, UUID

from infra.ids import derived, uuid7


def test_a_new_id_is_a_version_7_uuid_of_now() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= after


def test_ids_made_one_after_the_other_differ_and_hardly_ever_step_back() -> None:
    made = [uuid7() for _ in range(10_000)]

    assert len(set(made)) == len(made)
    # The clock's own resolution decides within a quarter of a microsecond; beyond it order holds.
    assert all(first.int >> 80 <= second.int >> 80 for first, second in pairwise(made))


def test_an_event_id_follows_from_its_command_and_index() -> None:
    command_id = UUID("01932f3a-7c1e-7d2b-9a54-0b6f6e1c2d3f")

    assert derived(command_id, 0) == UUID("1532242e-d9ea-540a-b718-f4822f298804")
    assert len({derived(command_id, 0), derived(command_id, 1), derived(uuid7(), 0)}) == 3
