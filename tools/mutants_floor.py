"""Faults of the clerk's day: moves, rights, cases, the floor, the desktop. ``mutants`` runs them.

Each: a name, what is wrong, edits (file, text that is there exactly once, what stands instead), the
tests that are there to find it.
"""

HELD = "tests/services/test_held_and_bound.py::"
MOVES = "tests/services/test_moves.py::"
BACK = "tests/services/test_taking_back.py::"
DUE = "tests/unit/test_due.py"
FLOOR = "tests/services/test_supervising.py::"
TAKING_BACK = "hallclient/services/taking_back.py"
OWN_TOTALS = "hallclient/services/own_totals.py"

FAULTS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...], tuple[str, ...]], ...] = (
    (
        "binding-in-heads",
        "a ticket that is for one window is the head of its queue everywhere",
        (
            (
                "hallclient/storage/lines.py",
                "sa.and_(_WAITS, FREE, _CALLABLE)",
                "sa.and_(_WAITS, _CALLABLE)",
            ),
        ),
        ("tests/storage/test_floor.py::test_a_bound_head_hides_an_early_appointment_from_nobody",),
    ),
    (
        "right-dropped",
        "whoever sits at a window may serve, whatever the hall file says",
        (
            (
                "hallclient/services/seat.py",
                "        check_serves(tx.plan, shift)\n        yield",
                "        yield",
            ),
        ),
        (
            (
                "tests/services/test_terminals.py::"
                "test_whoever_may_serve_no_longer_makes_no_move_but_may_leave"
            ),
        ),
    ),
    (
        "take-back-late",
        "a move is taken back whenever one likes",
        ((TAKING_BACK, "if not allowed or tx.now - entry.at > allowed:", "if not allowed:"),),
        (BACK + "test_not_too_late_and_never_where_the_hall_says_so",),
    ),
    (
        "take-back-touched",
        "a ticket is taken back from whoever has it by now",
        ((TAKING_BACK, "if touched or not _untouched(tx, turn, ticket):", "if False:"),),
        (BACK + "test_not_once_somebody_else_has_touched_it",),
    ),
    (
        "hold-kind-ignored",
        "what is held for this window goes on at any",
        (("hallclient/services/holding.py", "    if kind is HoldKind.HERE:\n", "    if False:\n"),),
        (HELD + "test_held_for_this_window_goes_on_nowhere_else",),
    ),
    (
        "bound-for-ever",
        "who waits for a person that has left waits for ever",
        (
            (
                "hallclient/services/holding.py",
                "for one in tx.waiting_for(window_id, staff_id)]",
                "for one in tx.waiting_for(window_id, None)]",
            ),
        ),
        (HELD + "test_nobody_waits_for_somebody_who_has_left",),
    ),
    (
        "sent-to-itself",
        "a ticket is transferred to the queue it is from",
        (("hallclient/services/passing.py", "if goal.id == ticket.queue_id:", "if False:"),),
        (MOVES + "test_where_no_ticket_can_be_sent",),
    ),
    (
        "clock-runs-on",
        "a suspension does not stop the clock",
        (("hallclient/domain/due.py", " and not any(b < day <= e for b, e in spans)", ""),),
        (DUE,),
    ),
    (
        "due-on-a-day-off",
        "days off count as working days",
        (
            (
                "hallclient/domain/due.py",
                "return self.calendar.is_working(day) and not any",
                "return not any",
            ),
        ),
        (DUE,),
    ),
    (
        "above-the-law",
        "the promise counts even beyond the legal limit",
        (
            (
                "hallclient/domain/due.py",
                "return min(self.promised, self.legal)",
                "return self.promised",
            ),
        ),
        (DUE,),
    ),
    (
        "late-on-its-day",
        "a case finished on its due day is late",
        (
            (
                "hallclient/domain/case_clock.py",
                "clock.day(at) > case.due_on",
                "clock.day(at) >= case.due_on",
            ),
        ),
        (DUE,),
    ),
    (
        "figure-off",
        "cases on the spot count the time to their due day",
        (
            (
                "hallclient/domain/case_figures.py",
                "        took = Fraction(0)\n",
                "        took = Fraction(1)\n",
            ),
        ),
        ("tests/unit/test_case_figures.py",),
    ),
    (
        "few-ratings-told",
        "a percentage is published from a single rating on",
        (
            (
                "hallclient/domain/case_figures.py",
                "enough = rated >= LEAST_RATINGS",
                "enough = rated > 0",
            ),
        ),
        ("tests/unit/test_case_figures.py",),
    ),
    (
        "small-batch",
        "a clerk sees ratings join the sum by fewer than five",
        ((OWN_TOTALS, "        if waiting >= BATCH:", "        if waiting >= BATCH - 1:"),),
        ("tests/unit/test_own_totals.py",),
    ),
    (
        "lent-for-ever",
        "a lent window outlives its day",
        (
            (
                "hallclient/storage/floor.py",
                "return self._end_loan(lent_window.c.day <= through)",
                "return 0",
            ),
        ),
        ("tests/storage/test_floor.py::test_a_window_is_lent_for_one_day",),
    ),
    (
        "loan-unseen",
        "nobody is told that a window has other queues",
        (("hallclient/storage/floor.py", "        self._plan_version += 1\n", "        pass\n"),),
        ("tests/storage/test_floor.py::test_a_lent_window",),
    ),
    (
        "stop-ignored",
        "a stopped queue goes on giving numbers",
        (
            (
                "hallclient/domain/limits.py",
                "for check in (_hours, _stopped,",
                "for check in (_hours,",
            ),
        ),
        (FLOOR + "test_a_stopped_queue_gives_no_number_to_anybody",),
    ),
    (
        "second-terminal-untold",
        "the terminal that loses its window is not woken",
        (("hallclient/services/terminals.py", "            tx.wake(self.name)\n", ""),),
        ("tests/services/test_terminals.py::test_the_first_terminal_is_woken",),
    ),
    (
        "pin-unguarded",
        "wrong PINs of a window are forgotten with the program",
        (
            (
                "hallclient/services/shifts.py",
                "self._guard = guard or PinGuard()",
                "self._guard = PinGuard()",
            ),
        ),
        ("tests/services/test_terminals.py::test_pins_cannot_be_tried_out_at_a_window",),
    ),
    (
        "alarm-for-nobody",
        "a lead hears no alarm of any department",
        (
            (
                "hallclient/domain/alarm_rules.py",
                "if member.role is StaffRole.LEAD and elsewhere:",
                "if member.role is StaffRole.LEAD and alarm.department:",
            ),
        ),
        ("tests/unit/test_alarm_rules.py::test_who_hears_what",),
    ),
    (
        "strut-at-the-wrong-edge",
        "a bar at the left reserves the strip at the right",
        (
            (
                "hallclient/ui/desktop/x11_strip.py",
                '_INDEX = {"left": 0, "right": 1, "top": 2}',
                '_INDEX = {"left": 1, "right": 0, "top": 2}',
            ),
        ),
        ("tests/desktop/test_docking.py::test_two_bars_on_two_edges_keep_their_strips_free",),
    ),
    (
        "start-loads-all",
        "the bar loads the panel before its first screen",
        (
            (
                "hallclient/bootstrap/window.py",
                "from hallclient.bootstrap.late import late\n",
                (
                    "import hallclient.window.panel.screen  # noqa: F401\n"
                    "from hallclient.bootstrap.late import late\n"
                ),
            ),
        ),
        ("tests/e2e/test_start.py::test_a_first_screen_loads_what_it_shows_and_no_more[window]",),
    ),
)
