"""More questions of the invariants: bound and held tickets, cases, and who is on record no longer.

In plain SQL for both databases; bound is ``:hall``.
"""

from typing import Final

# Whoever waits for a window or a person waits for one that is still in the hall.
BOUND_TO_NOBODY: Final = """
SELECT count(*) FROM ticket
LEFT JOIN service_window AS place
  ON place.hall_id = ticket.hall_id AND place.id = ticket.window_id AND place.active
LEFT JOIN staff AS person
  ON person.hall_id = ticket.hall_id AND person.id = ticket.staff_id AND person.active
WHERE ticket.hall_id = :hall AND ticket.status <> 'ended'
  AND ((ticket.window_id IS NOT NULL AND place.id IS NULL)
    OR (ticket.staff_id IS NOT NULL AND person.id IS NULL)
    OR (ticket.window_id IS NOT NULL AND ticket.staff_id IS NOT NULL)
    OR (ticket.status NOT IN ('waiting', 'held')
      AND (ticket.window_id IS NOT NULL OR ticket.staff_id IS NOT NULL)))
"""

HELD_WITHOUT_HOLD: Final = """
SELECT count(*) FROM ticket LEFT JOIN hold
  ON hold.hall_id = ticket.hall_id AND hold.ticket_id = ticket.id
WHERE ticket.hall_id = :hall AND ticket.status = 'held' AND hold.ticket_id IS NULL
"""
# The turn is the last one of the ticket, it ended as held at that window, and a ticket held for
# that window is bound to it.
HOLD_WITHOUT_HELD: Final = """
SELECT count(*) FROM hold
JOIN ticket ON ticket.hall_id = hold.hall_id AND ticket.id = hold.ticket_id
JOIN turn ON turn.hall_id = hold.hall_id AND turn.id = hold.turn_id
WHERE hold.hall_id = :hall AND (ticket.status <> 'held' OR turn.ticket_id <> ticket.id
  OR turn.window_id <> hold.window_id OR turn.result <> 'held'
  OR turn.id <> (SELECT max(id) FROM turn AS later
    WHERE later.hall_id = :hall AND later.ticket_id = ticket.id)
  OR (hold.kind = 'here' AND coalesce(ticket.window_id, 0) <> hold.window_id))
"""

CASE_NUMBER_TWICE: Final = """
SELECT coalesce(sum(n - 1), 0) FROM (
  SELECT count(*) AS n FROM case_record WHERE hall_id = :hall GROUP BY number HAVING count(*) > 1
) AS twice
"""
CASE_WITHOUT_RESULT: Final = """
SELECT count(*) FROM case_record WHERE hall_id = :hall
  AND ((finished_at IS NULL) <> (result IS NULL) OR finished_at < accepted_at)
"""
# A clock stands once at a time, for a while, and stands no longer when the case is finished.
SUSPENDED_BACKWARDS: Final = """
SELECT count(*) FROM suspension AS one
JOIN case_record ON case_record.hall_id = one.hall_id AND case_record.id = one.case_id
WHERE one.hall_id = :hall AND (one."end" <= one.began_at
  OR (one."end" IS NULL AND case_record.finished_at IS NOT NULL)
  OR EXISTS (SELECT 1 FROM suspension AS other WHERE other.hall_id = one.hall_id
    AND other.case_id = one.case_id AND other.began_at > one.began_at
    AND (one."end" IS NULL OR other.began_at < one."end")))
"""

PERSON_OF_A_CLOSED_DAY: Final = """
SELECT count(*) FROM person_note
JOIN ticket ON ticket.hall_id = person_note.hall_id AND ticket.id = person_note.ticket_id
JOIN hall ON hall.hall_id = ticket.hall_id
WHERE person_note.hall_id = :hall AND ticket.day IS DISTINCT FROM hall.open_day
"""

LOANS_OF_A_CLOSED_DAY: Final = """
SELECT count(*) FROM lent_window JOIN hall ON hall.hall_id = lent_window.hall_id
WHERE lent_window.hall_id = :hall AND lent_window.day < hall.open_day
"""

# What no journal entry may say: who it is for, and a clerk's own words. A word of three letters may
# be there by chance.
SECRETS: Final = """
SELECT mask FROM person_note WHERE hall_id = :hall AND length(mask) > 1
UNION SELECT text FROM note WHERE hall_id = :hall AND length(text) > 3
"""
