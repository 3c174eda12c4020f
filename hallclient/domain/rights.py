"""Who may do what: one table of rights, asked by the services at every move.

A role has rights of its own: an usher helps citizens and serves at no window. A department lead
(首席代表) has a supervisor's rights over the own department's windows, queues and cases only.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hallclient.domain.errors import Refused
from hallclient.domain.parts import Staff, StaffRole


class Right(StrEnum):
    """What a member of staff may be allowed to do."""

    SERVE = "serve"
    """Sit at a window and make its moves."""
    USHER = "usher"
    """Take, reprint and requeue numbers for citizens, give priority, answer calls for help."""
    CASES = "cases"
    """See, suspend and finish cases that were accepted by somebody else."""
    WATCH = "watch"
    """See the floor: windows, queues, alarms; put one's name to an alarm."""
    ASSIGN = "assign"
    """Give a window other queues, close a window somebody left."""
    STOP = "stop"
    """Stop a queue from giving out numbers, and open it again."""
    FOLLOW_UP = "follow_up"
    """See low ratings and record the call-back."""
    ESTIMATES = "estimates"
    """See how the waits that were told came true."""
    BROADCAST = "broadcast"
    """Speak to the whole hall."""


_FLOOR: Final = frozenset(
    {Right.SERVE, Right.USHER, Right.CASES, Right.WATCH, Right.ASSIGN, Right.FOLLOW_UP}
)
RIGHTS = MappingProxyType(
    {
        StaffRole.CLERK: frozenset({Right.SERVE}),
        StaffRole.USHER: frozenset({Right.USHER}),
        StaffRole.LEAD: _FLOOR | {Right.STOP},
        StaffRole.SUPERVISOR: frozenset(Right),
        StaffRole.ADMIN: frozenset(Right),
    }
)
_IN_DEPARTMENT: Final = frozenset({Right.CASES, Right.ASSIGN, Right.FOLLOW_UP, Right.STOP})
"""Rights that a lead has in the own department only."""


_WORDS: Final = {
    Right.SERVE: "serve at a window",
    Right.USHER: "help with numbers",
    Right.CASES: "handle this case",
    Right.WATCH: "see the floor",
    Right.ASSIGN: "move windows",
    Right.STOP: "stop a queue",
    Right.FOLLOW_UP: "call back about a rating",
    Right.ESTIMATES: "see how estimates came true",
    Right.BROADCAST: "speak to the hall",
}
"""What a right is for, in an error's sentence."""


def may(member: Staff, right: Right, department: str = "") -> bool:
    """Return whether a member of staff has a right; ``department`` owns what it is used on.

    A lead without a department leads nothing.
    """
    if right not in RIGHTS[member.role]:
        return False
    if member.role is StaffRole.LEAD and right in _IN_DEPARTMENT:
        return bool(member.department) and member.department == department
    return True


def check(member: Staff, right: Right, department: str = "") -> None:
    """Raise ``Refused`` (``no_right``) unless a member of staff has a right."""
    if not may(member, right, department):
        raise Refused(
            "no_right",
            f"the role {member.role} has no right to {_WORDS[right]} here",
            right=right.value,
        )
