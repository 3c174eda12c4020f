"""The devices of the hall and its call boards: those with something wrong first."""

from hallclient.domain.parts import ServiceWindow
from hallclient.services.floor import FloorDevice, FloorState, minutes_between
from hallclient.services.ports_devices import DeviceState
from hallclient.supervisor.alarm_words import place_of, trouble_words
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.boards import board_row
from hallclient.supervisor.sheets.parts import PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.words import Words


def wrong(device: FloorDevice) -> bool:
    """Return whether somebody should look at a device."""
    report = device.record.report
    fine = report.state in (DeviceState.READY, DeviceState.OPENING, DeviceState.CLOSED)
    return device.silent or not fine or bool(report.trouble)


class DeviceSheet(Sheet):
    """All devices; ``alarm`` is the key of the one that led here."""

    def __init__(self, presenter: ConsolePresenter, alarm: str = "") -> None:
        super().__init__(presenter, presenter.words("supervisor.devices.title"))
        self._alarm = alarm
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        if alarm:
            self.foot_key(self.words("supervisor.verb.take"), self._take, solid=True)

    def arrange(self, width: float, height: float) -> None:
        """Place the list."""
        self.put(self.list, PAD, HEAD, width, height)
        self.list.lay_out(width, height)

    def show_state(self, state: FloorState) -> None:
        """Show what the devices are doing now."""
        devices = sorted(state.devices, key=lambda one: (not wrong(one), not self._meant(one)))
        rows = [board_row(board, state, self.words, self._alarm) for board in state.boards]
        rows += [self._spec(device, state) for device in devices]
        self.list.set_specs(sorted(rows, key=lambda row: (not row.warns, not row.chosen)))
        if not rows:
            self.say(self.words("supervisor.devices.none"))

    def _meant(self, device: FloorDevice) -> bool:
        record = device.record
        return self._alarm.endswith(f":{record.station}/{record.report.name}")

    def _spec(self, device: FloorDevice, state: FloorState) -> RowSpec:
        words, record = self.words, device.record
        minutes = minutes_between(record.since, state.now)
        sub = device_text(device, words)
        if wrong(device) and minutes:
            sub = f"{sub} {words('supervisor.minutes', n=minutes)}"
        kind = words(f"supervisor.device.{record.report.kind.value}")
        title = f"{_place(device.window, record.station, state, words)}  {kind}"
        value = f"{record.station}/{record.report.name}"
        meant = self._meant(device)
        icon = "alert" if wrong(device) else "check"
        return RowSpec(value, title, sub, chosen=meant, icon=icon, warns=wrong(device))

    def _take(self) -> None:
        alarm, words = self._alarm, self.words
        self.presenter.do(
            lambda who: who.take_alarm(alarm),
            lambda _done: self.done(words("supervisor.you_take")),
            self.refuse,
            owner=self,
        )


def _place(window: ServiceWindow | None, station: str, state: FloorState, words: Words) -> str:
    if window is not None:
        return words("supervisor.window_n", number=window.number)
    return place_of(station, state, words)


def device_text(device: FloorDevice, words: Words) -> str:
    """Return what a device is doing, in words."""
    report = device.record.report
    if device.silent:
        return words("supervisor.devices.silent")
    if report.trouble:
        return trouble_words(report.trouble, words)
    return words(f"supervisor.devices.{report.state.value}")
