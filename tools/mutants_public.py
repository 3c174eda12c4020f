"""Faults of what the public sees, hears and says. ``mutants`` runs them.

Each: a name, what is wrong, edits (file, text that is there exactly once, what stands instead), the
tests that are there to find it.
"""

SPEAKING = "hallclient/domain/speaking.py"
ANNOUNCING = "hallclient/services/announcing.py"
PUBLISHING = "hallclient/services/publishing.py"
SPOKEN = "tests/unit/test_speaking.py::"
TOLD = "tests/services/test_announcing.py::"
PUBLISHED = "tests/services/test_publishing.py::"
RATED = "tests/services/test_rating_words.py"

FAULTS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...], tuple[str, ...]], ...] = (
    (
        "call-said-again",
        "a voice says a call that it has said before",
        (
            (
                SPEAKING,
                "if call.key in self._done or self._is_reading(call.key):",
                "if self._is_reading(call.key):",
            ),
        ),
        (SPOKEN + "test_what_was_spoken_is_not_spoken_again",),
    ),
    (
        "twice-in-a-queue",
        "a call is said twice although others wait to be called",
        (
            (
                SPEAKING,
                "return self.backlog() == 0 and not self.urgent()",
                "return not self.urgent()",
            ),
        ),
        (SPOKEN + "test_twice_when_nobody_waits_once_from_one",),
    ),
    (
        "late-call-spoken",
        "a call is spoken a minute after it was made",
        ((SPEAKING, "OLDEST = timedelta(seconds=45)", "OLDEST = timedelta(seconds=60)"),),
        (SPOKEN + "test_older_than_45_seconds_is_not_spoken",),
    ),
    (
        "served-and-called",
        "whoever stands at the window already is called all the same",
        (
            (
                SPEAKING,
                "gone = self._waiting.pop(turn_id, None)",
                "gone = self._waiting.get(turn_id)",
            ),
        ),
        (SPOKEN + "test_who_answers_is_not_called",),
    ),
    (
        "lease-unchecked",
        "every board speaks for every zone it was told, in chorus",
        (
            (
                ANNOUNCING,
                "frozenset(zone for zone in wanted if self._take(tx, VOICE + zone))",
                "frozenset(wanted)",
            ),
        ),
        (TOLD + "test_one_board_speaks_for_a_zone_until_it_ends_or_falls_silent",),
    ),
    (
        "spoken-by-the-next",
        "a board that comes to lead says what the former one has said",
        (("hallclient/display/heralding.py", "        if dealt:\n", "        if False:\n"),),
        ("tests/unit/test_heralding.py::test_a_new_leader_speaks_what_the_former_one_did_not",),
    ),
    (
        "lead-of-the-mute",
        "a board without sound keeps the voice from one that has it",
        (
            (
                "hallclient/display/reporting.py",
                "speaks=self._speaks(who, asked_at),",
                "speaks=who.speaks,",
            ),
        ),
        (
            (
                "tests/unit/test_reporting.py::"
                "test_a_board_without_sound_leaves_the_voice_to_one_that_has_it"
            ),
        ),
    ),
    (
        "shown-twice",
        "a call is journalled as shown by every board that shows it",
        (
            (
                ANNOUNCING,
                "for key in tx.note_shown(name, shown, ago) if shown else ():",
                "tx.note_shown(name, shown, ago) if shown else ()\n    for key in shown:",
            ),
            (
                ANNOUNCING,
                "fresh = tuple(one for one in report.shown if not _is_shown(known.get(one.key)))",
                "fresh = report.shown if known is not None else ()",
            ),
        ),
        (TOLD + "test_a_call_is_noted_once_whoever_comes_first",),
    ),
    (
        "newest-hurried",
        "a large call holds one second",
        (("hallclient/display/hero.py", "MIN_HOLD_S = 2.0", "MIN_HOLD_S = 1.0"),),
        (
            (
                "tests/widget/test_display_hero.py::"
                "test_hold_shrinks_with_the_backlog_and_never_below_two_seconds"
            ),
        ),
    ),
    (
        "level-in-the-journal",
        "the journal tells which level was pressed",
        (
            (
                "hallclient/services/ratings.py",
                '{"digest": rating.digest()})',
                '{"digest": rating.digest(), "level": int(rating.level)})',
            ),
        ),
        (RATED,),
    ),
    (
        "reason-of-another-level",
        "a reason for anger goes with the best level",
        (
            (
                "hallclient/domain/rating_reason.py",
                "if len(set(reasons)) != len(reasons) or not set(reasons) <= set(REASONS[level]):",
                "if len(set(reasons)) != len(reasons):",
            ),
        ),
        (RATED,),
    ),
    (
        "levels-swapped",
        "two keys on the screen give each other's level",
        (
            (
                "hallclient/screen/rating/levels.py",
                "partial(self._choose, key.level)",
                "partial(self._choose, {1: 2, 2: 1}.get(key.level, key.level))",
            ),
        ),
        ("tests/widget/test_rating_page.py::test_from_the_level_to_a_number",),
    ),
    (
        "stars-of-few",
        "stars move with fewer ratings than ten",
        (("hallclient/domain/stars.py", "BATCH: Final = 10", "BATCH: Final = 9"),),
        ("tests/unit/test_stars.py::test_no_stars_below_ten_ratings",),
    ),
    (
        "hidden-by-itself",
        "a small group can be reckoned from the sum and the others",
        (
            (
                "hallclient/domain/rating_figures.py",
                "        few.add(key)\n",
                "        few.discard(key)\n",
            ),
        ),
        ("tests/unit/test_rating_figures.py::test_a_single_small_row_takes_the_next_with_it",),
    ),
    (
        "appeal-for-nothing",
        "a rating that was put aside counts on",
        (
            (
                "hallclient/storage/floor_figures.py",
                "follow_up.c.appeal != Appeal.GRANTED",
                "sa.true()",
            ),
        ),
        ("tests/storage/test_public.py::test_a_granted_appeal_counts_in_no_figure",),
    ),
    (
        "emergency-for-ever",
        "the all-clear is said, and every screen stays covered",
        (
            (
                PUBLISHING,
                "                _end(tx, one)\n                clear",
                "                clear",
            ),
        ),
        (PUBLISHED + "test_an_emergency_stands_until_it_is_ended",),
    ),
    (
        "drill-over-fire",
        "a drill takes the place of a real emergency",
        ((PUBLISHING, "        if drill and not one.drill:\n", "        if False:\n"),),
        (PUBLISHED + "test_a_new_emergency_makes_room_for_itself_only",),
    ),
    (
        "emergency-unheard",
        "kiosks, bars and window screens hear of an emergency when they look by themselves",
        (
            (
                PUBLISHING,
                "    if one.kind is PublicationKind.EMERGENCY:\n        # Kiosks",
                "    if False:\n        # Kiosks",
            ),
        ),
        (PUBLISHED + "test_an_emergency_wakes_boards_kiosks_bars_and_window_screens",),
    ),
    (
        "published-by-anybody",
        "a clerk takes a notice off the screens",
        (
            (
                PUBLISHING,
                "            member_with(tx, self._member, Right.BROADCAST)\n            _end(",
                "            _end(",
            ),
        ),
        (PUBLISHED + "test_who_may_not_speak_to_the_hall_publishes_nothing",),
    ),
)
