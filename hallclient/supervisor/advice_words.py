"""Advice in words: what to do, what it does for the queue, whom it costs what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.services.hours import local_time
from hallclient.services.whatif.advice import LITTLE, Advice, Goal, QueueAdvice, Way
from hallclient.supervisor.view import AdviceLine, AdviceView

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan
    from hallclient.services.whatif.advice import Effect
    from hallclient.services.whatif.now import AdviceNow
    from hallclient.ui.words import Words

MOST_LINES = 3


def advice_view(advice: AdviceNow | None, plan: HallPlan, words: Words) -> AdviceView | None:
    """Return what the floor's card shows, None before the first answer."""
    if advice is None:
        return None
    goal = advice.advised.goal
    lines = tuple(
        AdviceLine(one.queue, headline(one, plan, words), gist(one, goal, words))
        for one in advice.advised.queues[:MOST_LINES]
    )
    at = f"{local_time(plan, advice.at):%H:%M}"
    text = "" if lines else words("supervisor.advice.calm", minutes=round(goal.minutes))
    return AdviceView(
        words("supervisor.advice.title"), words("supervisor.advice.at", at=at), text, lines
    )


def headline(found: QueueAdvice, plan: HallPlan, words: Words) -> str:
    """Return the one thing to do for a queue, or that nothing was found."""
    if found.best is None:
        name = queue_name(found.queue, plan, words)
        return words("supervisor.advice.nothing", queue=name)
    return deed(found.best, plan, words)


def deed(one: Advice, plan: HallPlan, words: Words) -> str:
    """Return what to do: 开 1 个窗口给社保."""
    name = queue_name(one.queue, plan, words)
    if one.way is Way.OPEN:
        return words("supervisor.advice.open", n=one.many, queue=name)
    return words(f"supervisor.advice.{one.way.value}", number=one.window, queue=name)


def gist(found: QueueAdvice, goal: Goal, words: Words) -> str:
    """Return what it does: 90%：45 → 18 分."""
    share, now = round(goal.share * 100), round(goal.reach(found.now))
    if found.best is None:
        return words("supervisor.advice.now", share=share, now=now)
    before, after = found.best.effect.minutes(goal)
    return words("supervisor.advice.gist", share=share, before=round(before), after=round(after))


def span(one: Advice, words: Words) -> str:
    """Return from when to when, as the hall's clocks show it."""
    return words("supervisor.advice.span", start=_clock(one.start), stop=_clock(one.stop))


def effect_facts(
    one: Advice, goal: Goal, plan: HallPlan, words: Words, most: int
) -> tuple[tuple[str, str], ...]:
    """Return queue by queue what nine of ten wait before and after, those that suffer first."""
    others = [effect for effect in one.effects[1:] if abs(effect.harm(goal)) > LITTLE][: most - 1]
    share, minutes = round(goal.share * 100), round(goal.minutes)
    head = words("supervisor.advice.column", share=share, minutes=minutes)
    pairs = [(words("supervisor.advice.queue"), head)]
    pairs += [_effect_pair(effect, goal, plan, words) for effect in (one.effect, *others)]
    if not any(effect.harm(goal) > LITTLE for effect in others):
        pairs.append((words("supervisor.advice.others"), words("supervisor.advice.harmless")))
    return tuple(pairs)


def basis(advice: AdviceNow, words: Words) -> str:
    """Return what it is taken from, and whether everything was tried."""
    days = "、".join(f"{day:%m-%d}" for day in advice.days)
    if not words.language.startswith("zh"):
        days = ", ".join(f"{day:%m-%d}" for day in advice.days)
    key = "basis_days" if days else "basis_hour"
    text = words(f"supervisor.advice.{key}", days=days)
    return f"{text} {words('supervisor.advice.cut')}" if advice.advised.cut else text


def queue_name(code: str, plan: HallPlan, words: Words) -> str:
    """Return a queue's name."""
    queue = plan.queue_of.get(code)
    return queue.name.text(words.language) if queue else code


def _effect_pair(effect: Effect, goal: Goal, plan: HallPlan, words: Words) -> tuple[str, str]:
    before, after = effect.minutes(goal)
    inside = (effect.before.share_under(goal.minutes), effect.after.share_under(goal.minutes))
    return queue_name(effect.queue, plan, words), words(
        "supervisor.advice.effect",
        before=round(before),
        after=round(after),
        share_before=round(inside[0] * 100),
        share_after=round(inside[1] * 100),
    )


def _clock(second: float) -> str:
    minutes = min(round(second / 60), 24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
