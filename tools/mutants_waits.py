"""Faults of how fast a queue goes, what is told with a ticket, and of the hall's time.

Each as in ``mutants_public``.
"""

PACE = "hallclient/domain/pace.py"
ESTIMATE = "hallclient/domain/estimate.py"
HALL_TIME = "hallclient/storage/hall_time.py"
PACED = "tests/unit/test_pace.py"
SHOWN = "tests/unit/test_estimate.py"
TIMED = "tests/unit/test_hall_time.py"

FAULTS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...], tuple[str, ...]], ...] = (
    (
        "free-window-teaches",
        "whom a free window takes at once makes the line look fast",
        ((PACE, "if self.waiting or waited is None or waited > AT_ONCE:", "if True:"),),
        (PACED,),
    ),
    (
        "pace-remembers-all",
        "a call of the morning counts like one of now",
        ((PACE, "kept = exp(-log(2) * since / HALF_LIFE)", "kept = 1.0"),),
        (PACED,),
    ),
    (
        "idle-is-busy",
        "the time in which nobody waits makes the line look slow",
        (
            (
                PACE,
                "        if self.waiting and since <= STILL:\n            kept",
                "        if since <= STILL:\n            kept",
            ),
        ),
        (PACED,),
    ),
    (
        "night-is-busy",
        "who is left over at night makes the next day slow",
        ((PACE, "if self.waiting and since <= STILL:", "if self.waiting:"),),
        (PACED,),
    ),
    (
        "day-carried-over",
        "those who waited at the close still wait in the morning",
        (
            (
                PACE,
                "self.waiting = self.windows = self.calls = 0",
                "self.windows = self.calls = 0",
            ),
        ),
        (PACED,),
    ),
    (
        "yesterday-for-ever",
        "an earlier day counts as much as the last",
        ((PACE, "DAY_KEPT = 0.7", "DAY_KEPT = 1.0"),),
        (PACED,),
    ),
    (
        "shift-unbounded",
        "a queue's own correction runs away",
        ((PACE, "return min(WIDEST, max(-WIDEST, shift))", "return shift"),),
        (PACED,),
    ),
    (
        "learns-the-wrong-way",
        "who waits longer than told makes the next be told less",
        (
            (
                PACE,
                "self.middle_short - STEP * short * miss",
                "self.middle_short + STEP * short * miss",
            ),
            (
                PACE,
                "self.middle_long - STEP * long * miss",
                "self.middle_long + STEP * long * miss",
            ),
        ),
        (PACED,),
    ),
    (
        "damage-believed",
        "a stored pace that is no finite number is used",
        ((PACE, "<= value < LARGEST\n", "<= value\n"),),
        (PACED,),
    ),
    (
        "told-from-nothing",
        "a wait is told where nothing is known yet",
        ((ESTIMATE, "LEAST_CALLS = 3.0", "LEAST_CALLS = 0.0"),),
        (PACED,),
    ),
    (
        "opening-forgotten",
        "before the opening the wait is told as if the windows were open",
        (
            (
                ESTIMATE,
                "return Wait(opens_in + middle * lower, opens_in + middle, ",
                "return Wait(middle * lower, middle, -opens_in + ",
            ),
        ),
        (PACED,),
    ),
    (
        "rounded-inward",
        "a range is rounded so that it holds less than was estimated",
        ((ESTIMATE, "ceil(p90 / step) * step", "floor(p90 / step) * step"),),
        (SHOWN,),
    ),
    (
        "hall-stands-still",
        "a clock that is set back stops the hall's time",
        ((HALL_TIME, "SLOWLY: Final = 1 / 2", "SLOWLY: Final = 0"),),
        (TIMED,),
    ),
    (
        "hall-runs-into-the-night",
        "a hall that was shown tomorrow goes on at full speed",
        ((HALL_TIME, "HARDLY: Final = 1 / 8", "HARDLY: Final = 1"),),
        (TIMED,),
    ),
)
