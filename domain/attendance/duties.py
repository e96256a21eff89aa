"""Every timed duty of a register. Its deadlines and timers run through this table."""

from domain.attendance import alerts, illness, reasons
from domain.attendance.duty import RegisterDuty

REGISTER_DUTIES: tuple[RegisterDuty, ...] = (alerts.DUTY, reasons.DUTY, illness.DUTY)
