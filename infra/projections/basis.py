"""The version of what list rows follow from beside the record: the figures and rules of the law, and the bank holidays.

A release that changes one of them raises it. The sweep then wakes each placement whose rows are older.
"""

from typing import Final

BASIS: Final = 1
