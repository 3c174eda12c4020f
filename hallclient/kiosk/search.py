"""Find a service by the initials of its names, by Chinese characters, or by English words."""

from dataclasses import dataclass

from hallclient.domain.hall import HallPlan, Language, Service

LONGEST = 12


@dataclass(frozen=True, slots=True)
class Match:
    """A service that was found, and which characters of its name answered (start, end)."""

    service: Service
    marked: tuple[int, int] = (0, 0)


def cleaned(text: str) -> str:
    """Return what counts of a typed text: letters in capitals, no digits, no spaces."""
    kept = [sign.upper() for sign in text if sign.isalpha()]
    return "".join(kept)[:LONGEST]


def find(plan: HallPlan, text: str, language: str) -> tuple[Match, ...]:
    """Return the services that answer to ``text``, names that begin with it first."""
    wanted = cleaned(text)
    if not wanted:
        return ()
    ranked: list[tuple[int, int, Match]] = []
    for index, service in enumerate(plan.listed):
        rank, marked = _answer(service, wanted, language)
        if rank is not None:
            ranked.append((rank, index, Match(service, marked)))
    return tuple(match for _, _, match in sorted(ranked, key=lambda found: found[:2]))


def _answer(service: Service, wanted: str, language: str) -> tuple[int | None, tuple[int, int]]:
    name = service.name.text(language)
    if not wanted.isascii():
        return _by_characters(service, name, wanted)
    own, rest = service.initials[:1], service.initials[1:]
    marks = language != Language.EN and len(own) == 1 and len(own[0]) == len(name)
    if own and own[0].startswith(wanted):
        return 0, (0, len(wanted)) if marks else (0, 0)
    if any(initials.startswith(wanted) for initials in rest):
        return 1, (0, 0)
    if language == Language.EN and _english(name, wanted):
        return 1, (0, 0)
    if own and wanted in own[0]:
        start = own[0].index(wanted)
        return 2, (start, start + len(wanted)) if marks else (0, 0)
    return (3 if any(wanted in initials for initials in rest) else None), (0, 0)


def _by_characters(service: Service, name: str, wanted: str) -> tuple[int | None, tuple[int, int]]:
    if wanted in name:
        start = name.index(wanted)
        return (0 if start == 0 else 1), (start, start + len(wanted))
    others = (service.name.zh_cn, service.name.zh_hant, *service.aliases)
    return (2 if any(wanted in other for other in others) else None), (0, 0)


def _english(name: str, wanted: str) -> bool:
    parts = ["".join(sign for sign in word if sign.isalpha()).upper() for word in name.split()]
    initials = "".join(word[:1] for word in parts)
    return initials.startswith(wanted) or any(word.startswith(wanted) for word in parts)
