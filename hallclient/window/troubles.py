"""What a clerk is told when a rule of the hall says no."""

from hallclient.domain.errors import Conflict, DomainError
from hallclient.phrases import refusal_key
from hallclient.ui.words import Words

TABLES = ("window.trouble", "case.trouble")


def trouble_text(words: Words, error: DomainError) -> str:
    """Return one calm line for an error of the domain."""
    key = refusal_key(error.key, *TABLES)
    if key:
        return words(key, **error.facts)
    if isinstance(error, Conflict):
        return words("window.trouble.conflict")
    return words("window.trouble.cannot")
