"""What must hold in a hall's database whatever was done to it, asked in plain SQL."""

import itertools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.domain.journal import GENESIS, broken_at
from hallclient.lab.invariant_paces import mispaced
from hallclient.storage.engine import READ
from hallclient.storage.store import SqlStore

NOTHING_MAY_COME_BACK = {
    "a label twice on a day": """
        SELECT day, label FROM ticket GROUP BY day, label HAVING count(*) > 1""",
    "a number twice in a series on a day": """
        SELECT day, series_id, number FROM ticket
        GROUP BY day, series_id, number HAVING count(*) > 1""",
    "a gap in the numbers of a series on a day": """
        SELECT day, series_id FROM ticket WHERE number < 800
        GROUP BY day, series_id HAVING count(*) > max(number) OR count(*) < max(number) - (
          SELECT count(*) FROM journal WHERE kind = 'ticket.relabelled')""",
    "a request with two tickets": """
        SELECT request_id FROM ticket GROUP BY request_id HAVING count(*) > 1""",
    "two active turns at a window": """
        SELECT window_id FROM turn WHERE ended_at IS NULL
        GROUP BY window_id HAVING count(*) > 1""",
    "two active turns of a ticket": """
        SELECT ticket_id FROM turn WHERE ended_at IS NULL
        GROUP BY ticket_id HAVING count(*) > 1""",
    "two open shifts at a window or of a person": """
        SELECT window_id FROM shift WHERE signed_out_at IS NULL
        GROUP BY window_id HAVING count(*) > 1
        UNION ALL SELECT staff_id FROM shift WHERE signed_out_at IS NULL
        GROUP BY staff_id HAVING count(*) > 1""",
    "a ticket at a window without an active turn": """
        SELECT id FROM ticket t WHERE status IN ('called', 'serving') AND NOT EXISTS (
          SELECT 1 FROM turn WHERE ticket_id = t.id AND ended_at IS NULL)""",
    "an active turn whose ticket is elsewhere": """
        SELECT turn.id FROM turn JOIN ticket t ON t.id = ticket_id WHERE turn.ended_at IS NULL
        AND t.status <> CASE WHEN turn.started_at IS NULL THEN 'called' ELSE 'serving' END""",
    "a no-show whose last turn says otherwise": """
        SELECT id FROM ticket t WHERE status = 'no_show' AND 'no_show' <> (
          SELECT result FROM turn WHERE ticket_id = t.id ORDER BY called_at DESC LIMIT 1)""",
    "a ticket served twice": """
        SELECT ticket_id FROM turn
        WHERE result NOT IN ('no_show', 'abandoned', 'held', 'transferred', 'returned')
        GROUP BY ticket_id HAVING count(*) > 1 AND count(*) <> (
          SELECT count(*) FROM ticket_step s WHERE s.ticket_id = turn.ticket_id
          AND turn_id IS NOT NULL)""",
    "a step done by a turn that served something else": """
        SELECT s.ticket_id FROM ticket_step s LEFT JOIN turn ON turn.id = turn_id
        WHERE turn_id IS NOT NULL AND (s.state = 'to_come' OR turn.ticket_id <> s.ticket_id
          OR turn.ended_at IS NULL OR result IN ('no_show', 'held', 'transferred', 'returned'))""",
    "a ticket that is not at its first step to come": """
        SELECT t.id FROM ticket t JOIN ticket_step s ON s.ticket_id = t.id
        WHERE t.status <> 'ended' AND s.state = 'to_come' AND s.service_id <> t.service_id
        AND s.position = (SELECT min(position) FROM ticket_step f
          WHERE f.ticket_id = t.id AND f.state = 'to_come')""",
    "an appointment that came without a ticket, or a ticket that did not come": """
        SELECT id FROM appointment WHERE (state = 'arrived') <> (ticket_id IS NOT NULL)""",
    "two appointments with one ticket": """
        SELECT ticket_id FROM appointment WHERE ticket_id IS NOT NULL
        GROUP BY ticket_id HAVING count(*) > 1""",
    "two open calls for help of a station": """
        SELECT station FROM help_call WHERE ended_at IS NULL GROUP BY station
        HAVING count(*) > 1""",
    "the key of a person in the journal": """
        SELECT seq FROM journal JOIN (SELECT person FROM ticket_person
          UNION SELECT person FROM appointment WHERE person <> '') p
        ON replace(data, person, '') <> data OR replace(subject, person, '') <> subject""",
    "a served turn of a ticket that goes on": """
        SELECT turn.id FROM turn JOIN ticket t ON t.id = ticket_id
        WHERE result NOT IN ('no_show', 'held', 'transferred', 'returned') AND t.status <> 'ended'
        AND NOT EXISTS (SELECT 1 FROM ticket_step WHERE turn_id = turn.id)""",
    "an end without its time, or a time without its end": """
        SELECT id FROM ticket WHERE (status = 'ended') <> (ended_at IS NOT NULL)""",
    "more calls than came before a requeue": """
        SELECT id FROM ticket t WHERE requeued > (
          SELECT count(*) FROM turn WHERE ticket_id = t.id AND result = 'no_show')""",
    "a queue whose count is wrong": """
        SELECT queue_id FROM queue_now q WHERE waiting <> (
          SELECT count(*) FROM ticket WHERE queue_id = q.queue_id AND status = 'waiting')
        OR coalesce(oldest_at = (SELECT min(issued_at) FROM ticket
          WHERE queue_id = q.queue_id AND status = 'waiting'), waiting = 0) IS NOT TRUE""",
    "a first call that is none": """
        SELECT id FROM ticket t WHERE (status <> 'ended' OR first_called_at IS NOT NULL)
        AND first_called_at IS DISTINCT FROM (
          SELECT min(called_at) FROM turn WHERE ticket_id = t.id AND calls > 0)""",
    "a case that no turn of its kind made": """
        SELECT c.id FROM case_record c LEFT JOIN turn ON turn.id = turn_id
        WHERE turn.result IS NULL OR (turn.result <> kind
          AND NOT (turn.result = 'supplement' AND kind <> 'refused')
          AND NOT (turn.result IN ('consult', 'collect') AND c.result = 'closed'))""",
    "a turn with two cases or ratings": """
        SELECT turn_id FROM case_record GROUP BY turn_id HAVING count(*) > 1
        UNION ALL SELECT turn_id FROM rating GROUP BY turn_id HAVING count(*) > 1""",
    "a rating that was not asked for": """
        SELECT rating.id FROM rating JOIN turn ON turn.id = turn_id
        WHERE rating_asked_at IS NULL OR turn.ended_at IS NULL""",
    "times that run backwards": """
        SELECT id FROM turn WHERE last_called_at < called_at OR started_at < called_at
        OR ended_at < coalesce(started_at, last_called_at)""",
    "a held ticket whose last turn says otherwise": """
        SELECT id FROM ticket t WHERE status = 'held' AND 'held' IS DISTINCT FROM (
          SELECT result FROM turn WHERE ticket_id = t.id ORDER BY called_at DESC LIMIT 1)""",
    "a turn that was taken up without a hold before it": """
        SELECT id FROM turn n WHERE calls = 0 AND 'held' IS DISTINCT FROM (
          SELECT result FROM turn b WHERE b.ticket_id = n.ticket_id AND b.called_at < n.called_at
          ORDER BY b.called_at DESC LIMIT 1)
        AND NOT EXISTS (SELECT 1 FROM ticket_step s JOIN turn b ON b.id = s.turn_id
          JOIN journal j ON j.kind = 'turn.served_on' AND j.subject = 'turn:' || n.id
          WHERE b.ticket_id = n.ticket_id AND b.window_id = n.window_id
          AND b.called_at < n.called_at)""",
    "a held ticket without its hold, or a hold without its ticket": """
        SELECT t.id FROM ticket t LEFT JOIN hold h ON h.ticket_id = t.id
        WHERE (t.status = 'held') <> (h.ticket_id IS NOT NULL)""",
    "a ticket held for a window that another holds, or for anybody at one window": """
        SELECT t.id FROM ticket t JOIN hold h ON h.ticket_id = t.id
        WHERE t.staff_id IS NOT NULL OR (h.kind = 'here') <> (t.window_id IS NOT NULL)
        OR t.window_id <> h.window_id""",
    "a ticket bound to nobody who is there, or bound where it does not wait": """
        SELECT t.id FROM ticket t WHERE (window_id IS NOT NULL OR staff_id IS NOT NULL)
        AND status <> 'ended' AND NOT (status IN ('waiting', 'held')
          AND (window_id IS NULL) <> (staff_id IS NULL) AND EXISTS (
            SELECT 1 FROM shift s WHERE signed_out_at IS NULL
            AND (s.window_id = t.window_id OR s.staff_id = t.staff_id)))""",
    "a move taken back that the journal does not know, or twice": """
        SELECT subject FROM journal j WHERE kind = 'move.taken_back' AND NOT EXISTS (
          SELECT 1 FROM journal b WHERE 'entry:' || b.seq = j.subject AND b.window_code <> '')
        UNION ALL SELECT subject FROM journal WHERE kind = 'move.taken_back'
        GROUP BY subject HAVING count(*) > 1""",
    "a second call in the journal without a no-show or transfer between": """
        SELECT j.subject FROM journal j WHERE j.kind = 'ticket.called'
        GROUP BY j.subject HAVING count(*) > 1 + (SELECT count(*) FROM journal r
          WHERE r.subject = j.subject AND r.kind IN (
            'ticket.requeued', 'ticket.transferred', 'ticket.sent_on', 'ticket.returned',
            'ticket.released'))""",
    "a ticket that the journal does not know": """
        SELECT id FROM ticket t WHERE 1 <> (SELECT count(*) FROM journal
          WHERE kind = 'ticket.issued' AND subject = 'ticket:' || t.id)""",
    "a turn that the journal does not know": """
        SELECT ticket_id FROM turn WHERE calls > 0 GROUP BY ticket_id HAVING count(*) <> (
          SELECT count(*) FROM journal
          WHERE kind = 'ticket.called' AND subject = 'ticket:' || turn.ticket_id)""",
    "a turn that was taken up and the journal does not know": """
        SELECT id FROM turn WHERE calls = 0 AND 1 <> (SELECT count(*) FROM journal
          WHERE kind IN ('turn.resumed', 'turn.served_on') AND subject = 'turn:' || turn.id)""",
}


def found(connection: Connection) -> dict[str, Sequence[Any]]:
    """Every broken invariant, with the rows that break it."""
    answers = {
        name: list(connection.execute(sa.text(query)))
        for name, query in NOTHING_MAY_COME_BACK.items()
    }
    return {name: rows for name, rows in answers.items() if rows}


def check(engine: Engine, store: SqlStore) -> None:
    """Assert every invariant, and that the journal is whole and ends where the hall says."""
    with engine.execution_options(**READ).connect() as connection:
        assert found(connection) == {}
        seq, head = connection.execute(sa.text("SELECT seq, head FROM hall")).one()
    with store.look() as reader:
        entries = reader.entries_after(0, 10_000_000)
    assert broken_at(entries) is None
    assert (len(entries), entries[-1].hash if entries else GENESIS) == (seq, head)
    assert mispaced(store) == 0
    times = [entry.at for entry in entries]
    assert times == sorted(times)
    # One moment is one transaction: no two changes share it.
    for one, other in itertools.pairwise(entries):
        assert one.at < other.at or one.actor == other.actor, (one, other)
