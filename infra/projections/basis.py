"""The version of what list rows follow from beside the record: the figures and rules of the law, the bank holidays, and
which rows there are.

A release that changes one of them raises it. The sweep then writes the rows of each placement whose rows are older,
those that a worker of the release before writes meanwhile among them, and wakes the placement.

2: the names of pupils (`infra.projections.pupil_names`).
3: what waits for somebody (`infra.projections.waiting`).
"""

from typing import Final

BASIS: Final = 3
