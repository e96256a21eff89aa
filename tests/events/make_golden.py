"""Writes the golden file of each event type that has none yet: `python -m tests.events.make_golden`.

A file once written is never changed: some store has events of this form.
"""

import json
from pathlib import Path
from typing import Any

from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL, Codec
from tests.events.samples import sample

GOLDEN = Path(__file__).parent / "golden"
CODECS: tuple[Codec[Any], ...] = (PLACEMENT, SCHOOL, PROVIDER, ATTENDANCE, PUPIL)


def main() -> None:
    for codec in CODECS:
        for cls in codec.types():
            written = codec.encode(sample(cls))
            path = GOLDEN / f"{written.type}.v{written.schema_version}.json"
            if not path.exists():
                path.write_text(
                    json.dumps({"data": written.data, "personal": written.personal}, indent=1, ensure_ascii=False)
                    + "\n"
                )


if __name__ == "__main__":
    main()
