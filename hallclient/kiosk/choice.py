"""How a citizen is looking for a service: what for, in which list, on which page."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Audience, Department, Service, Topic

COMMON = "*"
"""The group of the common services (常办); no part of a hall file has this code."""


class Purpose(StrEnum):
    """What the service is chosen for; the pages say it in their title."""

    TICKET = "ticket"
    GUIDE = "guide"
    BOOK = "book"
    ADD = "add"
    """One more service for the same visit."""


class By(StrEnum):
    """What the groups of the list are: 部门, 个人, 企业."""

    DEPARTMENT = "department"
    PERSON = "person"
    COMPANY = "company"


@dataclass(slots=True)
class Choice:
    """Where somebody is in the lists. Page numbers count from 0.

    ``offered`` leaves out services that cannot be chosen for this purpose at all.
    """

    purpose: Purpose = Purpose.TICKET
    offered: Callable[[Service], bool] | None = None
    by: By = By.DEPARTMENT
    group: str = ""
    """The code of a department or topic, or ``COMMON``."""
    group_page: int = 0
    service_page: int = 0
    query: str = ""
    result_page: int = 0

    def listed(self, plan: HallPlan) -> tuple[Service, ...]:
        """Return what can be chosen, in file order."""
        if self.offered is None:
            return plan.listed
        return tuple(service for service in plan.listed if self.offered(service))


def groups(plan: HallPlan, choice: Choice) -> tuple[Department | Topic, ...]:
    """Return the departments or topics under which something is found, in file order."""
    services = choice.listed(plan)
    if choice.by is By.DEPARTMENT:
        used = {service.department for service in services}
        return tuple(each for each in plan.departments if each.code in used)
    audience = Audience(choice.by)
    used = {code for service in services for code in service.topics}
    return tuple(t for t in plan.topics if t.code in used and t.audience is audience)


def ways(plan: HallPlan, choice: Choice) -> tuple[By, ...]:
    """Return the lists that this hall has; a switch stands only where there are two or more."""
    used = {code for service in choice.listed(plan) for code in service.topics}
    found = {topic.audience for topic in plan.topics if topic.code in used}
    return (By.DEPARTMENT, *(By(audience) for audience in Audience if audience in found))


def common(plan: HallPlan, choice: Choice) -> tuple[Service, ...]:
    """Return the common services in their order."""
    found = sorted((s for s in choice.listed(plan) if s.common), key=lambda s: s.common)
    return tuple(found)


def first_group(plan: HallPlan, choice: Choice) -> str:
    """Return the group that a list begins with: the common services where there are any."""
    if choice.by is By.DEPARTMENT and common(plan, choice):
        return COMMON
    found = groups(plan, choice)
    return found[0].code if found else ""


def services_in(plan: HallPlan, choice: Choice) -> tuple[Service, ...]:
    """Return the services of the chosen group."""
    if choice.group == COMMON:
        return common(plan, choice)
    if choice.by is By.DEPARTMENT:
        return tuple(s for s in choice.listed(plan) if s.department == choice.group)
    return tuple(s for s in choice.listed(plan) if choice.group in s.topics)
