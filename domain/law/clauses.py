"""The clauses that many events and rules name."""

REGULATIONS = "SI 2010/1156"
START = (f"{REGULATIONS} reg 3",)
REVIEW = (f"{REGULATIONS} reg 4",)
REGISTER = ("SI 2024/208 reg 10",)
KCSIE = "KCSIE: alternative provision"
GUIDANCE = "DfE guidance: arranging alternative provision"
LOCAL = "local practice"
"""Nothing outside sets it."""
