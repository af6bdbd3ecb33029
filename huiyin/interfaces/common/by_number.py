"""From one telephone number so many matters a day at the open doors; what is beyond is said to a person (trust.md S19).

Counters lie under a salted hash that is gone the next day. A clerk at the counter or on the telephone is not counted.
"""

from datetime import datetime, timedelta

from huiyin.core import text, throttle
from huiyin.core.rulebook import current
from huiyin.programme.refusal import Refused

DAY = timedelta(days=1)
A_DAY = 20


def within_a_day(number: str, at: datetime) -> None:
    """Count a new matter towards its number's day; called where it is opened, so that what is sent again counts once
    and what fails does not count. The day turns at the county's midnight. Raises Refused("number_spent").
    """
    try:
        digits = text.phone(number) if number.strip() else ""
    except Refused:
        return  # whoever opens the matter says what is wrong with it
    zone = current(at).rulebook.county.tz
    if digits and throttle.allow("intake.number", digits, limit=A_DAY, window=DAY, at=at, zone=zone):
        raise Refused("number_spent", field="reporter_phone", most=A_DAY)
