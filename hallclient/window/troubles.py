"""What a clerk is told when a rule of the hall says no."""

from hallclient.domain.errors import Conflict, DomainError
from hallclient.phrases import catalogue
from hallclient.ui.words import Words


def trouble_text(words: Words, error: DomainError) -> str:
    """Return one calm line for an error of the domain."""
    key = f"window.trouble.{error.key}"
    if key in catalogue(words.language):
        return words(key, **error.facts)
    of_cases = f"case.trouble.{error.key}"
    if of_cases in catalogue(words.language):
        return words(of_cases, **error.facts)
    if isinstance(error, Conflict):
        return words("window.trouble.conflict")
    return words("window.trouble.cannot")
