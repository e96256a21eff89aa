"""The state of a placement in parts: one for each phase, each with the events that change it.

A part is a named tuple: a copy with one field changed takes half the time of a dataclass's, and a record is folded
for every command. `EVOLVE` of each part is its table from event type to change; `domain.placement.state` joins them.
"""
