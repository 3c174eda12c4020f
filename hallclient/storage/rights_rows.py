"""Rights by row, on PostgreSQL: what a kind of PC sees and writes of a table it may use (adr/0020).

Three tables have such rules. Of ratings a window or a screen adds only what a citizen gave, and
knows of no row but a default that it may replace. Of the journal kiosks, windows and displays read
no entry that tells when somebody rated. Of cases a kiosk sees the one whose number it names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hallclient.domain.journal import CONFIDENTIAL

CASE_NUMBER: Final = "hallclient.case_number"
"""The session's parameter with the number of the case that is asked for."""

_PUBLIC_ENTRY: Final = " AND ".join(f"NOT starts_with(kind, '{one}')" for one in CONFIDENTIAL)
_NUMBERED: Final = f"number = current_setting('{CASE_NUMBER}', true)"
_ITS_CASE: Final = (
    "EXISTS (SELECT 1 FROM case_record c WHERE c.hall_id = suspension.hall_id"
    " AND c.id = suspension.case_id)"
)


@dataclass(frozen=True, slots=True)
class RowRules:
    """By table and kind: a command (``SELECT``) and the rows that it reaches."""

    rules: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def statements(self) -> Iterator[str]:
        """Yield what makes it so; rules of before are gone (``storage.rights``)."""
        for table, kinds in self.rules.items():
            yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
            for kind, commands in kinds.items():
                for command, rows in commands.items():
                    name = f"hall_{kind}_{command.lower()}"
                    test = f"WITH CHECK ({rows})" if command == "INSERT" else f"USING ({rows})"
                    yield f"CREATE POLICY {name} ON {table} FOR {command} TO hall_{kind} {test}"


_WHOLE: Final = {"ALL": "true"}
_RATES: Final = {
    "SELECT": "origin = 'default'",
    "INSERT": "origin = 'active'",
    "DELETE": "origin = 'default'",
}
_READS: Final = {"SELECT": _PUBLIC_ENTRY, "INSERT": "true"}

ROW_RULES: Final = RowRules(
    {
        "rating": {"window": _RATES, "display": _RATES, "supervisor": _WHOLE, "agent": _WHOLE},
        "journal": {
            "kiosk": _READS,
            "window": _READS,
            "display": {"SELECT": "true", "INSERT": "true"},
            "supervisor": {"SELECT": "true", "INSERT": "true"},
            "agent": {"SELECT": "true", "INSERT": "true"},
        },
        "case_record": {
            "kiosk": {"SELECT": _NUMBERED},
            "window": _WHOLE,
            "supervisor": _WHOLE,
            "agent": _WHOLE,
        },
        "suspension": {
            "kiosk": {"SELECT": _ITS_CASE},
            "window": _WHOLE,
            "supervisor": _WHOLE,
            "agent": _WHOLE,
        },
    }
)
