"""The text inside elements of a small XML document, by their local names."""

from xml.parsers.expat import ParserCreate


def texts(document: str, *wanted: str) -> dict[str, str]:
    """Raises ExpatError for what is not XML."""
    found: dict[str, str] = {}
    open_elements: list[str] = []

    def begin(name: str, _: dict[str, str]) -> None:
        open_elements.append(name.rpartition(":")[2])

    def end(_: str) -> None:
        open_elements.pop()

    def text(piece: str) -> None:
        here = open_elements[-1] if open_elements else ""
        if here in wanted:
            found[here] = found.get(here, "") + piece

    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text
    parser.Parse(document, True)  # noqa: FBT003  (expat's own signature: this is all of it)
    return found
