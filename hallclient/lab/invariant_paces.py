"""More questions of the invariants: what a queue's pace says, and when tickets were first called.

In plain SQL for both databases; bound is ``:hall``.
"""

from typing import Final

from hallclient.domain.pace import Pace
from hallclient.domain.serving import open_windows
from hallclient.services.store import Store

# Tickets that had ended when the column came have none.
FIRST_CALL_UNKNOWN: Final = """
SELECT count(*) FROM ticket LEFT JOIN (
  SELECT ticket_id, min(called_at) AS called_at FROM turn WHERE hall_id = :hall AND calls > 0
  GROUP BY ticket_id
) AS first ON first.ticket_id = ticket.id
WHERE ticket.hall_id = :hall AND (ticket.status <> 'ended' OR ticket.first_called_at IS NOT NULL)
  AND ticket.first_called_at IS DISTINCT FROM first.called_at
"""
# What was told is told whole or not at all, and its ends are in order.
TOLD_IN_PART: Final = """
SELECT count(*) FROM ticket WHERE hall_id = :hall
  AND (told_p10 IS NOT NULL OR told_p50 IS NOT NULL OR told_p90 IS NOT NULL
    OR told_ahead IS NOT NULL OR told_calls IS NOT NULL)
  AND (told_p10 >= 0 AND told_p10 <= told_p50 AND told_p50 <= told_p90
    AND told_ahead >= 0 AND told_calls >= 0) IS NOT TRUE
"""


def mispaced(store: Store) -> int:
    """Return how many queues have a pace that knows other counts than the rows.

    One that nobody has moved since the column came knows nothing yet.
    """
    with store.look() as reader:
        open_ids = {one.window_id for one in reader.open_shifts() if one.open_for_calls}
        serving = open_windows(reader.plan, open_ids)
        counts = [count for count in reader.queue_counts() if count.pace]
    wrong = 0
    for count in counts:
        pace = Pace.of(count.pace)
        known = (pace.waiting, pace.windows)
        wrong += known != (count.waiting, serving.get(count.queue_id, 0))
    return wrong
