"""The questions of the invariants in plain SQL, for both databases.

Bound are ``:hall`` and, where a question has an open end, ``:far``.
"""

from collections.abc import Mapping
from typing import Final

from hallclient.lab import invariant_floor as floor
from hallclient.lab import invariant_paces as paces
from hallclient.lab import invariant_public as public

HEAD: Final = "SELECT head FROM hall WHERE hall_id = :hall"

DUPLICATES: Final = """
SELECT coalesce(sum(n - 1), 0) FROM (
  SELECT count(*) AS n FROM ticket WHERE hall_id = :hall GROUP BY day, label HAVING count(*) > 1
) AS twice
"""

# The largest end so far, not the one before: a long turn may cover several short ones.
_OVERLAPS: Final = """
SELECT count(*) FROM (
  SELECT called_at, max(coalesce(ended_at, :far)) OVER (
    PARTITION BY {by} ORDER BY called_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS held_until
  FROM turn WHERE hall_id = :hall
) AS line WHERE held_until > called_at
"""
OVERLAPPING_TURNS: Final = _OVERLAPS.format(by="window_id")
TICKET_OVERLAPS: Final = _OVERLAPS.format(by="ticket_id")

PERSONS: Final = """
SELECT person FROM ticket_person WHERE hall_id = :hall
UNION SELECT person FROM appointment WHERE hall_id = :hall AND person <> ''
UNION SELECT person FROM case_record WHERE hall_id = :hall AND person <> ''
UNION SELECT "key" FROM person_note WHERE hall_id = :hall AND "key" <> ''
"""

# What stands in the journal openly: the numbers of tickets and of the staff.
NUMBERS: Final = """
SELECT label FROM ticket WHERE hall_id = :hall UNION SELECT code FROM staff WHERE hall_id = :hall
"""

MISCOUNTED: Final = """
SELECT count(*) FROM queue_now LEFT JOIN (
  SELECT queue_id, count(*) AS waiting, min(issued_at) AS oldest_at FROM ticket
  WHERE hall_id = :hall AND status = 'waiting' GROUP BY queue_id
) AS line ON line.queue_id = queue_now.queue_id
WHERE queue_now.hall_id = :hall AND (queue_now.waiting <> coalesce(line.waiting, 0)
  OR queue_now.oldest_at IS DISTINCT FROM line.oldest_at)
"""

# A ticket is called once, and once more for every time it was let in again, transferred, returned
# or released, or sent on to its next service. A turn of no call took up a held ticket, or does the
# next step where the one before was done.
CALLS_TOO_MANY: Final = """
SELECT coalesce(sum(calls - allowed), 0) FROM (
  SELECT sum(CASE WHEN turn.calls > 0 THEN 1 ELSE 0 END) AS calls,
         1 + max(ticket.requeued) + max(coalesce(sent.times, 0))
           + sum(CASE WHEN turn.result IN ('transferred', 'returned') THEN 1 ELSE 0 END) AS allowed
  FROM turn JOIN ticket ON ticket.hall_id = turn.hall_id AND ticket.id = turn.ticket_id
  LEFT JOIN (
    SELECT subject, count(*) AS times FROM journal
    WHERE hall_id = :hall AND kind IN ('ticket.sent_on', 'ticket.released') GROUP BY subject
  ) AS sent ON sent.subject = 'ticket:' || ticket.id
  WHERE turn.hall_id = :hall GROUP BY turn.ticket_id
) AS called WHERE calls > allowed
"""

RESUMED_TOO_OFTEN: Final = """
SELECT coalesce(sum(resumed - held), 0) FROM (
  SELECT sum(CASE WHEN calls = 0 AND 'turn:' || turn.id NOT IN (
           SELECT subject FROM journal WHERE hall_id = :hall AND kind = 'turn.served_on'
         ) THEN 1 ELSE 0 END) AS resumed,
         sum(CASE WHEN result = 'held' THEN 1 ELSE 0 END) AS held
  FROM turn
  WHERE hall_id = :hall GROUP BY ticket_id
) AS taken_up WHERE resumed > held
"""

# Every outcome of a ticket with several services did one of its steps; any other has one outcome.
UNACCOUNTED: Final = """
SELECT count(*) FROM ticket
JOIN hall ON hall.hall_id = ticket.hall_id
LEFT JOIN (
  SELECT hall_id, ticket_id,
         sum(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END) AS active,
         sum(CASE WHEN result = 'held' THEN 1 ELSE 0 END) AS held,
         sum(CASE WHEN calls = 0 AND 'turn:' || turn.id NOT IN (
           SELECT subject FROM journal WHERE hall_id = :hall AND kind = 'turn.served_on'
         ) THEN 1 ELSE 0 END) AS resumed,
         sum(CASE WHEN result NOT IN ('no_show', 'transferred', 'held', 'returned')
             THEN 1 ELSE 0 END) AS outcomes
  FROM turn
  GROUP BY hall_id, ticket_id
) AS seen ON seen.hall_id = ticket.hall_id AND seen.ticket_id = ticket.id
LEFT JOIN (
  SELECT hall_id, ticket_id, count(turn_id) AS done FROM ticket_step GROUP BY hall_id, ticket_id
) AS steps ON steps.hall_id = ticket.hall_id AND steps.ticket_id = ticket.id
LEFT JOIN (
  SELECT hall_id, subject FROM journal WHERE kind = 'ticket.abandoned' GROUP BY hall_id, subject
) AS gone ON gone.hall_id = ticket.hall_id AND gone.subject = 'ticket:' || ticket.id
LEFT JOIN (
  SELECT hall_id, subject, count(*) AS times FROM journal WHERE kind = 'ticket.released'
  GROUP BY hall_id, subject
) AS released ON released.hall_id = ticket.hall_id AND released.subject = 'ticket:' || ticket.id
WHERE ticket.hall_id = :hall AND NOT CASE
  WHEN ticket.status = 'ended' THEN coalesce(seen.active, 0) = 0
    AND (gone.subject IS NOT NULL
         OR coalesce(seen.outcomes, 0) = coalesce(nullif(steps.done, 0), 1))
  WHEN hall.open_day IS NULL OR hall.open_day <> ticket.day THEN 1 = 0
  WHEN ticket.status IN ('called', 'serving') THEN coalesce(seen.active, 0) = 1
  WHEN ticket.status = 'held' THEN coalesce(seen.active, 1) = 0
    AND seen.outcomes = coalesce(steps.done, 0)
    AND seen.held = seen.resumed + coalesce(released.times, 0) + 1
  ELSE coalesce(seen.active, 0) = 0 AND coalesce(seen.outcomes, 0) = coalesce(steps.done, 0)
END
"""

# A wait begins when the database knows the ticket (one from a kiosk's spool: when it is handed in),
# when it gets another key, is sent to another queue, returned, released or freed; it ends with the
# next turn or where another begins. Whoever is bound to a window or a person is passed by others
# everywhere else; a move that was taken back never was. Unknown, and left out, are the keys between
# the first change of it and the last, the one before unless the ticket was issued without credit,
# the queue of such a change between two moves, and until when an appointment was early that waits
# again. Whoever was chosen passed others by intention; an appointment that came early stands behind
# everybody until its time.
_WAITS: Final = """
WITH moved AS (
  SELECT CAST(substr(subject, 8) AS BIGINT) AS ticket_id, kind, at, data,
         CASE WHEN data LIKE '%"why":"chosen"%' THEN 1 ELSE 0 END AS chosen
  FROM journal WHERE hall_id = :hall AND kind IN (
    'ticket.issued', 'ticket.requeued', 'ticket.prioritised', 'ticket.called',
    'ticket.transferred', 'ticket.sent_on', 'ticket.rechosen',
    'ticket.returned', 'ticket.released', 'ticket.freed')
  AND seq NOT IN (SELECT CAST(substr(subject, 7) AS BIGINT) FROM journal
    WHERE hall_id = :hall AND kind = 'move.taken_back')
), sent AS (
  SELECT ticket_id, at, here.id AS from_id, there.id AS to_id,
         CASE WHEN kind = 'ticket.transferred' AND data NOT LIKE '%"to_window"_null%'
                OR data LIKE '%"bound"_true%' THEN 1 ELSE 0 END AS bound,
         min(at) OVER (PARTITION BY ticket_id) AS first,
         max(at) OVER (PARTITION BY ticket_id) AS last
  FROM moved
  LEFT JOIN queue AS here ON here.hall_id = :hall
    AND replace(data, '"from":"' || here.code || '"', '') <> data
  LEFT JOIN queue AS there ON there.hall_id = :hall
    AND replace(data, '"to":"' || there.code || '"', '') <> data
  WHERE kind IN ('ticket.transferred', 'ticket.sent_on', 'ticket.rechosen')
), back AS (
  SELECT ticket_id, min(at) AS first, max(at) AS last FROM moved
  WHERE kind IN ('ticket.requeued', 'ticket.prioritised') GROUP BY ticket_id
), again AS (
  SELECT ticket_id, at, here.id AS to_id FROM moved
  LEFT JOIN queue AS here ON here.hall_id = :hall
    AND replace(data, '"queue":"' || here.code || '"', '') <> data
  WHERE (kind IN ('ticket.returned', 'ticket.released') AND data NOT LIKE '%"bound"_true%')
    OR (kind = 'ticket.freed' AND data LIKE '%"was"_"waiting"%')
), booked AS (
  SELECT CAST(substr(subject, 8) AS BIGINT) AS ticket_id, max(at) AS back_at FROM journal
  WHERE hall_id = :hall AND kind IN (
    'ticket.transferred', 'ticket.sent_on', 'ticket.returned', 'ticket.released') GROUP BY subject
), since AS (
  SELECT ticket_id, at, CAST(NULL AS BIGINT) AS to_id FROM moved WHERE kind = 'ticket.issued'
  UNION ALL SELECT ticket_id, at, NULL FROM moved
  WHERE kind IN ('ticket.requeued', 'ticket.prioritised') AND data NOT LIKE '%"bound"_true%'
  UNION ALL SELECT ticket_id, at, to_id FROM sent WHERE bound = 0
  UNION ALL SELECT ticket_id, at, to_id FROM again
), begun AS (
  SELECT ticket.id, ticket.day, since.at AS since, ticket.ended_at, ticket.callable_from,
         CASE WHEN sent.last IS NULL OR since.at >= sent.last THEN ticket.queue_id
              WHEN since.at < sent.first THEN sent.from_id ELSE since.to_id END AS queue_id,
         CASE WHEN ticket.channel = 'booked' AND ticket.callable_from IS NULL
                AND since.at < booked.back_at THEN NULL
              WHEN back.last IS NULL OR since.at >= back.last THEN ticket.claim_at
              WHEN since.at < back.first AND issued.data LIKE '%"priority"_"normal"%'
                AND ticket.channel NOT IN ('booked', 'offline', 'window')
              THEN ticket.issued_at END AS claim
  FROM since JOIN ticket ON ticket.hall_id = :hall AND ticket.id = since.ticket_id
  LEFT JOIN sent ON sent.ticket_id = ticket.id AND sent.at = sent.first
  LEFT JOIN back ON back.ticket_id = ticket.id
  LEFT JOIN booked ON booked.ticket_id = ticket.id
  LEFT JOIN moved AS issued ON issued.ticket_id = ticket.id AND issued.kind = 'ticket.issued'
), events AS (
  SELECT id, 0 AS is_call, since AS at, queue_id, day, claim, ended_at, callable_from, 0 AS chosen
  FROM begun
  UNION ALL
  SELECT turn.ticket_id, 1, called_at, NULL, NULL, NULL, NULL, NULL,
         CASE WHEN turn.calls = 0 THEN 1 ELSE coalesce(moved.chosen, 0) END
  FROM turn LEFT JOIN moved ON moved.kind = 'ticket.called'
    AND moved.ticket_id = turn.ticket_id AND moved.at = turn.called_at
  WHERE turn.hall_id = :hall
), waits AS (
  SELECT id, queue_id, day, claim, callable_from, at AS since, called_at, chosen_call,
         coalesce(next_at, ended_at, :far) AS until
  FROM (
    SELECT events.*, lead(at) OVER line AS next_at,
           lead(CASE WHEN is_call = 1 THEN at END) OVER line AS called_at,
           lead(chosen) OVER line AS chosen_call
    FROM events WINDOW line AS (PARTITION BY id ORDER BY at, is_call)
  ) AS line
  WHERE is_call = 0 AND claim IS NOT NULL AND queue_id IS NOT NULL
)
"""
_PASSED_OVER: Final = """
SELECT count(*) FROM (
  SELECT waits.*, CASE WHEN callable_from > called_at THEN 1 ELSE 0 END AS early FROM waits
  WHERE called_at IS NOT NULL AND chosen_call = 0
) AS taken
WHERE EXISTS (
  SELECT 1 FROM waits AS passed
  WHERE passed.queue_id = taken.queue_id AND passed.day = taken.day
    AND passed.since < taken.called_at AND passed.until > taken.called_at
    AND CASE WHEN passed.callable_from > taken.called_at THEN taken.early = 1 AND passed_first
             ELSE taken.early = 1 OR passed_first END
)
""".replace(
    "passed_first",
    "(passed.claim < taken.claim OR (passed.claim = taken.claim AND passed.id < taken.id))",
)
OUT_OF_ORDER: Final = "".join((_WAITS, _PASSED_OVER))
WAITS: Final = "".join((_WAITS, "SELECT queue_id, since, until FROM waits"))

SEQ_GAPS: Final = """
SELECT abs(max(hall.seq) - count(journal.seq)) + abs(max(hall.seq) - coalesce(max(journal.seq), 0))
     + coalesce(abs(min(journal.seq) - 1), 0)
FROM hall LEFT JOIN journal ON journal.hall_id = hall.hall_id WHERE hall.hall_id = :hall
"""

QUERIES: Final[Mapping[str, tuple[str, ...]]] = {
    "duplicates": (DUPLICATES,),
    "double_calls": (TICKET_OVERLAPS, CALLS_TOO_MANY),
    "overlapping_turns": (OVERLAPPING_TURNS,),
    "unaccounted": (UNACCOUNTED, RESUMED_TOO_OFTEN),
    "out_of_order": (OUT_OF_ORDER,),
    "seq_gaps": (SEQ_GAPS,),
    "miscounted": (MISCOUNTED, floor.STOPPED_UNKNOWN),
    "misbound": (floor.BOUND_TO_NOBODY,),
    "misheld": (floor.HELD_WITHOUT_HOLD, floor.HOLD_WITHOUT_HELD),
    "unsound_cases": (
        floor.CASE_NUMBER_TWICE,
        floor.CASE_WITHOUT_RESULT,
        floor.SUSPENDED_BACKWARDS,
    ),
    "mispaced": (paces.FIRST_CALL_UNKNOWN, paces.TOLD_IN_PART),
    "misreported": (public.REPORTED_WRONGLY,),
    "unsound_ratings": (
        public.CONTACT_WITHOUT_RATING,
        public.REASON_OF_NOBODY,
        public.RATED_TOO_EARLY,
        public.RATED_TWICE,
    ),
    "outlived": (floor.PERSON_OF_A_CLOSED_DAY, floor.LOANS_OF_A_CLOSED_DAY),
}

# What a deed leaves behind: its id, and its detail where there is one.
TRACES: Final[Mapping[str, str]] = {
    "issued": "SELECT id, label FROM ticket WHERE hall_id = :hall",
    "delivered": "SELECT id, '' FROM ticket WHERE hall_id = :hall AND delivered_at IS NOT NULL",
    "requeued": "SELECT id, '' FROM ticket WHERE hall_id = :hall AND requeued > 0",
    "called": "SELECT id, CAST(ticket_id AS TEXT) FROM turn WHERE hall_id = :hall",
    "recalled": "SELECT id, '' FROM turn WHERE hall_id = :hall AND calls > 1",
    "started": "SELECT id, '' FROM turn WHERE hall_id = :hall AND started_at IS NOT NULL",
    "no_show": "SELECT id, '' FROM turn WHERE hall_id = :hall AND result = 'no_show'",
    "ended": "SELECT id, result FROM turn WHERE hall_id = :hall AND ended_at IS NOT NULL",
    "rated": "SELECT turn_id, '' FROM rating WHERE hall_id = :hall",
    "signed_in": "SELECT id, '' FROM shift WHERE hall_id = :hall",
}
