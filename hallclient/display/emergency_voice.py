"""An emergency for the ears: its sentences again and again, and once that it is over."""

from hallclient.display.speaker import Voice
from hallclient.domain.publication import EmergencyKind, Publication
from hallclient.domain.speaking import alert_of, all_clear


def say_emergency(voice: Voice, before: Publication | None, now: Publication | None) -> None:
    """Tell a voice what stands now, where another stood before (None: none)."""
    if now is not None:
        kind = now.emergency or EmergencyKind.OTHER
        goes_on = not now.evacuates
        alert = alert_of(kind.value, drill=now.drill, zones=now.zones, calls_go_on=goes_on)
        voice.alert(alert)
        return
    voice.alert(None)
    if before is not None:
        voice.say(all_clear(drill=before.drill), zones=before.zones)
