"""Settings that load and that nothing acts on yet: nobody should count on them."""

from collections.abc import Iterator, Mapping

from routing.lint.findings import Code, Finding, Severity


def not_yet(document: Mapping[str, object]) -> Iterator[Finding]:
    """One finding a section, whatever the number of settings."""
    if document.get("targets"):
        yield _finding(("targets",), "no report compares with it")


def _finding(about: tuple[str, ...], text: str) -> Finding:
    return Finding(
        code=Code.NOT_IN_EFFECT,
        severity=Severity.WARNING,
        about=about,
        message=f"accepted, but not in effect yet: {text}",
        remedy="it can stay for the release that does",
    )
