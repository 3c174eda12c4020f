"""Who sits at a window and at which terminal: identity, PINs, two terminals for one window."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hallclient.bootstrap.terminal import has_ended, terminal_name
from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.text import LocalText
from hallclient.services.caller_desk import CallerCode
from hallclient.services.floor import floor_state
from hallclient.services.identity import Identity, identity
from hallclient.services.pin_guard import PinGuard
from hallclient.services.ports_devices import CallerKey
from hallclient.services.shifts import Shifts
from hallclient.services.terminals import LEASE_S, Terminals
from hallclient.storage.pin_file import PinFile
from tests.halls import PIN
from tests.services.test_caller_desk import Desk
from tests.services.test_moves import serving, sound
from tests.stores import HallUnderTest

sqlite = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


def test_the_second_terminal_is_told_and_may_take_over(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    first, second = (Terminals(hall.store, "2", name) for name in ("pc 1", "pc 2"))
    assert first.claim()
    assert not second.claim()
    assert (second.holder(), second.lost(), first.lost()) == ("pc 1", True, False)
    assert Terminals(hall.store, "3", "pc 2").claim(), "another window is another lease"
    with hall.store.look() as reader:
        seq = reader.seq
    second.take_over()
    assert (first.lost(), first.claim(), second.claim()) == (True, False, True)
    (entry,) = hall.journal()[seq:]
    assert (entry.kind, entry.window, entry.data) == ("window.seized", "2", {})
    first.release()
    assert second.holder() == "pc 2", "who has lost it gives nothing back"
    second.release()
    assert first.claim()
    hall.clock.advance(seconds=LEASE_S + 1)
    assert second.claim(), "a terminal that is gone keeps nobody away"
    assert hall.calling().state().shift is not None, "who sits there is another matter"


@sqlite
def test_two_bars_of_one_pc_and_one_that_was_started_again(hall: HallUnderTest) -> None:
    running = terminal_name("pc")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone = running.replace(str(os.getpid()), str(ended.pid))
    assert [has_ended(name, "pc") for name in (gone, running, "pc", "")] == [True] + 3 * [False]
    assert not has_ended(gone, "another pc"), "nobody sees its processes"
    first, second, third = (
        Terminals(hall.store, "2", name, lambda name: has_ended(name, "pc"))
        for name in (running, f"{running}0", f"{running}1")
    )
    assert first.claim()
    assert not second.claim(), "two bars of one PC are two terminals"
    Terminals(hall.store, "2", gone).take_over()
    assert third.claim(), "it was killed: whoever is started again goes on at once"
    third.close()
    assert first.claim()


@sqlite
def test_a_turn_whose_terminal_is_gone_is_an_alarm(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    terminals = Terminals(hall.store, "2", "pc 1")
    terminals.claim()
    hall.issue()
    calling = hall.calling("2")
    calling.call_next()
    calling.start()

    def told() -> list[tuple[str, int | str]]:
        with hall.store.look() as reader:
            alarms = floor_state(reader).alarms
        return [(one.subject, one.facts.get("gone", 0)) for one in alarms if "window" in one.key]

    hall.clock.advance(seconds=LEASE_S + 59)
    assert told() == []
    hall.clock.advance(seconds=2)
    assert told() == [("window:2", 1)]
    assert terminals.claim()
    assert told() == []
    terminals.close()
    hall.clock.advance(minutes=5)
    assert told() == [], "it was closed by its clerk, who knows of the turn"


@sqlite
def test_a_terminal_has_a_name_and_a_window_of_the_hall(hall: HallUnderTest) -> None:
    with pytest.raises(ValueError, match="name"):
        Terminals(hall.store, "2", "")
    with pytest.raises(NotFound):
        Terminals(hall.store, "77", "pc 1").take_over()


@sqlite
def test_the_first_terminal_is_woken(hall: HallUnderTest) -> None:
    woken: list[str] = []
    first, second = (Terminals(hall.store, "2", name) for name in ("pc 1", "pc 2"))
    first.claim()
    with hall.store.change("test") as tx:
        wake = type(tx).wake

    def wake_and_tell(tx: object, *scopes: str, patient: bool = False) -> None:
        woken.extend(scopes)
        wake(tx, *scopes, patient=patient)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(tx), "wake", wake_and_tell)
        second.take_over()
    assert "window:2" in woken


@sqlite
def test_who_serves_here_and_nothing_else(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    promise = LocalText("首问负责，一次说清")
    shown = replace(plan.staff[1], photo="1002.png", promise=promise, department="ZH")
    hall.change_plan(staff=(plan.staff[0], shown))
    assert identity(hall.store, "2") is None
    hall.sign_in("2")
    assert identity(hall.store, "2") == Identity("2", "职员2", "1002", "1002.png", promise)
    hall.change_plan(staff=plan.staff[:1])
    assert identity(hall.store, "2") is None, "who has left the hall is not shown"
    with pytest.raises(NotFound):
        identity(hall.store, "77")


# PINs


@sqlite
def test_pins_cannot_be_tried_out_at_a_window(hall: HallUnderTest, tmp_path: Path) -> None:
    time = 1000.0
    file = PinFile(tmp_path / "pins.json")
    guard = PinGuard(file, lambda: time)
    for _ in range(3):
        with pytest.raises(Refused) as caught:
            Shifts(hall.store, "2", guard).sign_in("1002", "0000")
        assert caught.value.key == "sign_in_failed"
    desk = Desk(hall, "2", PinGuard(file, lambda: time))  # restarted, and by the caller's keys
    assert desk.sign_in().code is CallerCode.PIN_WAIT
    with pytest.raises(Refused) as caught:
        Shifts(hall.store, "2", guard).hand_over("1002", PIN)
    assert caught.value.key == "pin_wait"
    assert Shifts(hall.store, "3", guard).sign_in("1003", PIN).staff is not None
    time += 30
    assert Shifts(hall.store, "2", guard).sign_in("1002", PIN).staff is not None
    assert file.load() == {}
    assert PIN not in (tmp_path / "pins.json").read_text()


# Rights


@sqlite
def test_an_usher_does_not_serve(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    usher = Staff("2001", "导办", StaffRole.USHER, pin_hash=plan.staff[0].pin_hash)
    hall.change_plan(staff=(*plan.staff, usher))
    with pytest.raises(Refused) as caught:
        hall.shifts("2").sign_in("2001", PIN)
    assert caught.value.key == "no_right"
    assert hall.calling().state().shift is None


@sqlite
def test_whoever_may_serve_no_longer_makes_no_move_but_may_leave(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    plan = hall.store.plan()
    ushers = tuple(replace(m, role=StaffRole.USHER) for m in plan.staff)
    hall.issue()
    hall.change_plan(staff=ushers)
    for move in (hall.calling().call_next, lambda: hall.shifts().pause("meal")):
        with pytest.raises(Refused) as caught:
            move()
        assert caught.value.key == "no_right"
    assert hall.shifts().sign_out().shift is None
    sound(hall)


@sqlite
def test_an_open_turn_of_somebody_who_has_left_goes_on(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = serving(hall)
    plan = hall.store.plan()
    hall.change_plan(staff=(plan.staff[0], plan.staff[2]))
    with pytest.raises(NotAllowed) as caught:
        hall.calling().hold()
    assert caught.value.key == "not_signed_in"
    state = hall.shifts("2").sign_in("1001", PIN)
    assert state.ticket == ticket
    sound(hall)


# Calls


@sqlite
def test_a_recall_has_a_gap(hall: HallUnderTest) -> None:
    hall.change_rules(recall_gap_seconds=5)
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    hall.clock.advance(seconds=2.5)
    with pytest.raises(NotAllowed) as caught:
        hall.calling().recall()
    assert (caught.value.key, caught.value.facts) == ("recall_gap", {"n": 3})
    hall.clock.advance(seconds=3)
    assert Desk(hall)(CallerKey.RECALL).state is not None
    assert Desk(hall)(CallerKey.RECALL).code is CallerCode.CALLED_JUST_NOW
    sound(hall)
