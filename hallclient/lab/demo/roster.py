"""Who works in the demo: a clerk for each window, an usher, a supervisor, and one who is missed."""

from collections.abc import Sequence
from dataclasses import replace

from hallclient.domain.parts import ServiceWindow, Staff, StaffRole
from hallclient.services.hallfile import LoadedHall

PIN = "2468"
"""For clerks of hall files without PINs."""
USHER_ROLES = (StaffRole.USHER, StaffRole.LEAD, StaffRole.SUPERVISOR, StaffRole.ADMIN)
BOSS_ROLES = (StaffRole.SUPERVISOR, StaffRole.ADMIN)


def with_clerks(
    loaded: LoadedHall, windows: Sequence[ServiceWindow]
) -> tuple[LoadedHall, list[Staff]]:
    """Return a clerk for each window, its usual one if there is one, and PINs for all of them."""
    spare = sorted(
        loaded.plan.staff,
        key=lambda m: (m.role is not StaffRole.CLERK, bool(m.window), m.code not in loaded.pins),
    )
    usual = {member.window: member for member in spare if member.window}
    clerks: list[Staff] = []
    for window in windows:
        rest = [member for member in spare if member not in clerks]
        clerks.append(usual.get(window.code) or rest[0])
    pins = {clerk.code: loaded.pins.get(clerk.code, PIN) for clerk in clerks}
    return replace(loaded, pins={**loaded.pins, **pins}), clerks


def with_one_absent(
    loaded: LoadedHall, clerks: Sequence[Staff], windows: Sequence[ServiceWindow]
) -> tuple[LoadedHall, Staff | None]:
    """Return the hall with one clerk who is missed at his window; nobody else is expected today."""
    played = {window.code for window in windows}
    here = {clerk.code for clerk in clerks}
    absent = next((m for m in loaded.plan.staff if m.window and m.window not in played), None)
    kept = here | ({absent.code} if absent else set())
    staff = tuple(m if m.code in kept else replace(m, window="") for m in loaded.plan.staff)
    return replace(loaded, plan=replace(loaded.plan, staff=staff)), absent


def with_quick_recalls(loaded: LoadedHall) -> LoadedHall:
    """Return the hall with a second between two calls of a number: a play is short."""
    rules = replace(loaded.plan.rules, recall_gap_seconds=1)
    return replace(loaded, plan=replace(loaded.plan, rules=rules))


def first_of(loaded: LoadedHall, roles: Sequence[StaffRole]) -> Staff | None:
    """Return who can sign in and has the first of these roles that somebody has."""
    found = (m for m in loaded.plan.staff if m.role in roles and m.code in loaded.pins)
    return min(found, key=lambda m: roles.index(m.role), default=None)
