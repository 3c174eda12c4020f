"""Who put a card on the reader, as a kiosk may know it: keys, a mask, a tail, an age bracket.

The number is used here and forgotten; no more than its last four, for the clerk who has the paper
in hand, is in a result, nothing of it in a message or log (domain.md §7).
"""

from datetime import date, datetime

from hallclient.domain.calendar import business_day
from hallclient.domain.hall import HallPlan
from hallclient.services.hours import local_time
from hallclient.services.persons import PersonKeys
from hallclient.services.ports_devices import Visitor

TAIL = 4


def visitor_of(
    plan: HallPlan, now: datetime, keys: PersonKeys | None, *, number: str, born: date, mask: str
) -> Visitor:
    """Return the visitor of a card; without the hall's key nobody is known again."""
    day = business_day(now, plan.time_zone, plan.rules.day_start)
    age = age_on(local_time(plan, now).date(), born)
    return Visitor(
        person=keys.of(day, number) if keys else "",
        mask=mask,
        elderly=0 < plan.rules.elderly_age <= age,
        tail=number.strip()[-TAIL:].upper(),
        case_key=keys.of_cases(number) if keys else "",
    )


def age_on(day: date, born: date) -> int:
    """Return the full years of age on a day; who was born on 29 February ages on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
