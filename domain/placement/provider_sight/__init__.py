"""What a provider sees of a placement, by phase: what an offer needs, then what teaching and safety need, then nothing.

An allow list: what no row names is not shown. A provider keeps records of its own as their controller, so its own
marks, reports and concerns are its to take along before its sight ends.
"""
