"""What is wrong with this PC, found without changing anything (docs/operations.md).

Each check is a small function that yields findings; ``running`` gives each a thread and a time
limit, so that a hung device or a dead server keeps none of the others. What needs the database,
ports or Qt is handed in by ``bootstrap.doctor``.
"""

from hallclient.services.doctor.finding import Finding, Grade, good, note, trouble
from hallclient.services.doctor.running import Check, examine

__all__ = ["Check", "Finding", "Grade", "examine", "good", "note", "trouble"]
