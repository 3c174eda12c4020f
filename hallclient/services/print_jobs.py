"""Print jobs: who wants a slip on paper asks the station that has the printer."""

from dataclasses import replace
from datetime import timedelta

from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.ticket import Delivery
from hallclient.services.jobs import PrintJob, PrintJobState, SlipKind
from hallclient.services.slip import Slip
from hallclient.services.slip_json import slip_as_json
from hallclient.services.store import Store, Transaction

STALE = timedelta(hours=12)
"""A job that found no paper for so long is cancelled: nobody waits for it any more."""
_PAPER = Delivery.PAPER
_OPEN = frozenset({PrintJobState.WAITING, PrintJobState.PRINTING})


class PrintJobs:
    """The jobs of a hall, from the side of those who ask."""

    def __init__(self, store: Store, actor: str) -> None:
        self._store = store
        self._actor = actor

    def ask(self, station: str, slip: Slip, kind: SlipKind, subject: str) -> PrintJob:
        """Put a job for a station and wake it. Raises ``Refused`` without a station's name."""
        if not station:
            raise Refused("no_station", "it is not known which station shall print this")
        with self._store.change(self._actor) as tx:
            job = PrintJob(
                id=tx.new_id(),
                station=station,
                kind=kind,
                subject=subject,
                slip=slip_as_json(slip),
                made_at=tx.now,
            )
            tx.add_print_job(job)
            tx.record("slip.asked", subject, {"job": job.id, "kind": kind, "station": station})
            tx.wake(station_scope(station))
            return job

    def cancel(self, job_id: int) -> PrintJob:
        """Take a job back that no printer has yet; one that has ended stays as it is."""
        with self._store.change(self._actor) as tx:
            job = tx.print_job(job_id)
            if job is None:
                raise NotFound("unknown_job", f"there is no print job {job_id}")
            if job.state is PrintJobState.WAITING:
                return _end(tx, job, PrintJobState.CANCELLED)
            return job

    def state(self, job_id: int) -> PrintJob:
        """Return how a job stands."""
        with self._store.look() as reader:
            job = reader.print_job(job_id)
        if job is None:
            raise NotFound("unknown_job", f"there is no print job {job_id}")
        return job


class StationJobs:
    """The jobs of one station, from the side of its printer."""

    def __init__(self, store: Store, station: str) -> None:
        self._store = store
        self._station = station

    def recover(self) -> int:
        """End what was being printed when the station went down: nobody knows its outcome."""
        with self._store.look() as reader:
            if not any(_printing(job) for job in reader.print_jobs(self._station)):
                return 0
        with self._store.change(f"station:{self._station}") as tx:
            lost = [job for job in tx.print_jobs(self._station) if _printing(job)]
            for job in lost:
                _end(tx, job, PrintJobState.UNKNOWN, "restart")
            return len(lost)

    def waiting(self) -> bool:
        """Return whether there is something to print."""
        with self._store.look() as reader:
            return any(not _printing(job) for job in reader.print_jobs(self._station))

    def take(self) -> PrintJob | None:
        """Take the oldest job to print it; whoever goes down now leaves an unknown outcome.

        Jobs that waited too long are cancelled on the way.
        """
        with self._store.change(f"station:{self._station}") as tx:
            for job in tx.print_jobs(self._station):
                if _printing(job):
                    continue
                if tx.now - job.made_at <= STALE:
                    taken = replace(job, state=PrintJobState.PRINTING)
                    tx.save_print_job(taken)
                    return taken
                _end(tx, job, PrintJobState.CANCELLED, "stale")
        return None

    def end(self, job: PrintJob, state: PrintJobState, trouble: str = "") -> None:
        """Note how a job ended; ``WAITING`` puts it back, for nothing of it came out."""
        with self._store.change(f"station:{self._station}") as tx:
            known = tx.print_job(job.id)
            if known is None or known.state not in _OPEN:
                return
            if state is PrintJobState.WAITING:
                tx.save_print_job(replace(known, state=state, trouble=trouble))
            else:
                _end(tx, known, state, trouble)


def station_scope(station: str) -> str:
    """Return the wake-up scope of a station's jobs."""
    return f"station:{station}"


def _printing(job: PrintJob) -> bool:
    return job.state is PrintJobState.PRINTING


def _end(tx: Transaction, job: PrintJob, state: PrintJobState, trouble: str = "") -> PrintJob:
    ended = replace(job, state=state, finished_at=tx.now, trouble=trouble)
    tx.save_print_job(ended)
    tx.record("slip.ended", job.subject, {"job": job.id, "kind": job.kind, "state": state})
    if job.kind is SlipKind.TICKET and state is PrintJobState.PRINTED:
        _deliver(tx, job)
    return ended


def _deliver(tx: Transaction, job: PrintJob) -> None:
    """Note that a number is in somebody's hands, if it was not before."""
    name, _, ticket_id = job.subject.partition(":")
    if name == "ticket" and ticket_id.isdecimal() and tx.set_delivered(int(ticket_id), _PAPER):
        tx.record("ticket.delivered", job.subject, {"how": _PAPER})
