"""One citizen's visit: where they are and what they have chosen."""

import os
from dataclasses import dataclass, field
from enum import StrEnum

from hallclient.services.issuing import IssuedTicket


class Page(StrEnum):
    """The pages of a kiosk."""

    STARTING = "starting"
    HOME = "home"
    CLOSED = "closed"
    SERVICES = "services"
    SEARCH = "search"
    CONFIRM = "confirm"
    DONE = "done"
    NO_PAPER = "no_paper"


INNER = frozenset({Page.SERVICES, Page.SEARCH, Page.CONFIRM})
"""Pages that ask whether somebody is still there."""


def new_request() -> str:
    """Return a request id, made once per visit to the confirm page."""
    return os.urandom(16).hex()


@dataclass(slots=True)
class Visit:
    """What a citizen has done so far. Page numbers count from 0."""

    department: str = ""
    department_page: int = 0
    service_page: int = 0
    query: str = ""
    result_page: int = 0
    service: str = ""
    material_page: int = 0
    print_list: bool = False
    request_id: str = field(default_factory=new_request)
    issuing: bool = False
    refused: str = ""
    """The key of the rule that said no (``errors.<key>``), "" when none did."""
    gave_up: bool = False
    came_from: Page = Page.HOME
    issued: IssuedTicket | None = None
    paper: bool = False
    """The printer has confirmed the paper."""
