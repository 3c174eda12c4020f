"""Findings, as tests look at them."""

from collections.abc import Iterable

from hallclient.services.doctor import Finding, Grade


def keys(found: Iterable[Finding]) -> list[str]:
    return [one.key for one in found]


def troubles(found: Iterable[Finding]) -> list[str]:
    return [one.key for one in found if one.grade is Grade.TROUBLE]


def the(found: Iterable[Finding], key: str) -> Finding:
    (one,) = [one for one in found if one.key == key]
    return one
