"""What the clips of the calls say, by key (``domain.spoken_call``), in Mandarin and English.

Digits are spelled before synthesis: a model reads 012 as twelve.
"""

from collections.abc import Iterable, Iterator

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import PREFIX_LETTERS
from hallclient.domain.spoken_call import YAO, prefix_keys, window_key
from hallclient.lab.voice.sounds import count_zh
from hallclient.ui.voice_text import EN, ZH, in_signs

WINDOWS = 300
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

SENTENCES = {
    ZH: {
        "fire": "请注意，大厅发生火情。请立即停止办理业务，从最近的安全出口离开大厅。"
        "不要乘坐电梯。",
        "earthquake": "请注意，发生地震。请蹲下，护住头部，远离玻璃和灯具。"
        "摇晃停止后，从安全出口离开大厅。不要乘坐电梯。",
        "evacuate": "请注意，请立即停止办理业务，从最近的安全出口离开大厅。"
        "请照顾身边的老人和孩子。",
        "shelter": "请注意，请留在大厅内，远离门窗，听从工作人员安排。",
        "other": "请注意，请看大屏幕上的紧急通知，听从工作人员安排。",
        "drill": "请注意，这是一次演练。",
        "ended": "请注意，紧急情况已经解除，大厅恢复正常。谢谢大家的配合。",
        "drill_ended": "请注意，演练结束。谢谢大家的配合。",
    },
    EN: {
        "fire": "Attention, please. There is a fire in the hall. Leave now by the nearest exit. "
        "Do not use the elevators.",
        "earthquake": "Attention, please. This is an earthquake. Get down, protect your head, "
        "and keep away from glass. When the shaking stops, leave by the nearest exit.",
        "evacuate": "Attention, please. Leave the hall now by the nearest exit. "
        "Help the people around you.",
        "shelter": "Attention, please. Stay inside, keep away from doors and windows, "
        "and follow the staff.",
        "other": "Attention, please. Read the urgent notice on the screens, and follow the staff.",
        "drill": "Attention, please. This is a drill.",
        "ended": "Attention, please. The emergency is over. Thank you for your help.",
        "drill_ended": "Attention, please. The drill is over. Thank you for your help.",
    },
}
"""``say/NAME``: what is said of each kind of emergency, and when it is over."""


def call_texts(language: str) -> Iterator[tuple[str, str]]:
    """Yield every shipped key with its text."""
    for n in range(1000):
        yield from _digits("number", f"{n:03}", language, "号，")
    for n in range(100):
        yield from _digits("first", f"{n:02}", language, "，")
        yield from _digits("last", f"{n:02}", language, "号，")
    for letter in PREFIX_LETTERS:
        for letters in (letter, *(letter + other for other in PREFIX_LETTERS)):
            yield f"prefix/{letters}", prefix_text(letters, language)
    for n in range(1, WINDOWS + 1):
        yield f"window/{n}", window_text(str(n), language)
    for name, text in SENTENCES[language].items():
        yield f"say/{name}", text


def hall_texts(plan: HallPlan, language: str, have: Iterable[str]) -> dict[str, str]:
    """Return what a hall needs beyond these keys: its own windows, letters and places."""
    texts = {}
    for series in plan.series:
        for key in prefix_keys(f"{series.prefix}{0:0{series.digits}}"):
            texts[key] = prefix_text(series.prefix, language)
    for window in plan.windows:
        texts[window_key(window.number)] = window_text(window.number, language)
    for zone in plan.zones:
        name = zone.name.text("zh-CN" if language == ZH else language)
        floor = zone.floor.text("zh-CN" if language == ZH else language)
        texts[f"place/{zone.code}"] = place_text(floor, name, language)
    known = frozenset(have)
    return {key: text for key, text in texts.items() if key not in known}


def prefix_text(letters: str, language: str) -> str:
    """Return what a number begins with: 请AB， / Ticket A B,."""
    return f"请{letters}，" if language == ZH else f"Ticket {' '.join(letters)},"


def window_text(window: str, language: str) -> str:
    """Return where to go: by a number, or by what stands on the window."""
    if language != ZH:
        return f"window {window}, please."
    if window.isdigit():
        return f"到{count_zh(int(window))}号窗口办理业务。"
    return f"到{window}{'' if window.endswith('窗口') else '窗口'}办理业务。"


def place_text(floor: str, zone: str, language: str) -> str:
    """Return where a window is: 二楼北区， / second floor, north,."""
    parts = [part for part in (floor, zone) if part]
    return ("" if language == ZH else ", ").join(parts) + ("，" if language == ZH else ",")


def _digits(part: str, digits: str, language: str, end: str) -> Iterator[tuple[str, str]]:
    key = f"{part}/{digits}"
    if language != ZH:
        yield key, " ".join(_ENGLISH[int(digit)] for digit in digits) + ","
        return
    signs = in_signs(digits)
    yield key, signs + end
    if "一" in signs:
        yield key + YAO, signs.replace("一", "幺") + end
