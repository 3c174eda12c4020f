"""A hall whose names are all as long as names get: what still fits then fits everywhere."""

from dataclasses import replace
from itertools import cycle, islice

from hallclient.domain.hall import HallPlan
from hallclient.domain.text import LocalText

_ENGLISH = 2.2
"""Letters that an English name has for each character of the Chinese one."""
_ZH = "区规划和自然资源局住房保障与不动产登记服务分中心窗口"
_HANT = "區規劃和自然資源局住房保障與不動產登記服務分中心窗口"
_PERSON = "阿卜杜热合曼·买买提明古丽巴哈尔艾力肉孜"
_EN = "District Planning, Natural Resources, Housing Security and Real Estate Registration Branch "


def long_names(plan: HallPlan, characters: int) -> HallPlan:
    """Return the plan with names of departments, services and topics of so many characters."""

    def long(name: LocalText, turn: int) -> LocalText:
        return LocalText(
            _stretched(name.zh_cn, _ZH, characters, turn),
            _stretched(name.zh_hant or name.zh_cn, _HANT, characters, turn),
            _words(name.en or name.zh_cn, round(characters * _ENGLISH)),
        )

    return replace(
        plan,
        name=long(plan.name, 0),
        departments=tuple(replace(d, name=long(d.name, n)) for n, d in enumerate(plan.departments)),
        services=tuple(
            s if s.general else replace(s, name=long(s.name, n))
            for n, s in enumerate(plan.services)
        ),
        topics=tuple(replace(t, name=long(t.name, n)) for n, t in enumerate(plan.topics)),
    )


def long_staff(plan: HallPlan, characters: int) -> HallPlan:
    """Return the plan with a staff whose names are so long: some peoples' are."""
    return replace(
        plan,
        staff=tuple(
            replace(one, name=_stretched(one.name, _PERSON, characters, n))
            for n, one in enumerate(plan.staff)
        ),
    )


def _stretched(text: str, more: str, characters: int, turn: int) -> str:
    rest = islice(cycle(more[turn % len(more) :] + more[: turn % len(more)]), characters)
    return (text + "".join(rest))[:characters]


def _words(text: str, letters: int) -> str:
    """Return an English name of about so many letters, ending with a whole word."""
    if len(text) >= letters:
        return text
    whole = f"{text}, {_EN}"[: letters + 1]
    return whole[: whole.rindex(" ")].rstrip(" ,") if len(whole) > letters else whole.strip()
