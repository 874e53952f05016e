"""Text made to fit a field, so that what is left still tells the truth."""

_ENDS = ("; ", ", ", " ")
_ELLIPSIS = "…"


def shortened(text: str, most: int) -> str:
    """
    Return `text` in at most `most` characters, cut between clauses and marked with an ellipsis.

    Half a name or half a time would say something else.
    """
    if len(text) <= most:
        return text
    room = text[: most - len(_ELLIPSIS)]
    ends = (room.rfind(end) for end in _ENDS)
    # A clause that ends in the first half would leave too little of the rest unsaid.
    at = next((end for end in ends if end > most // 2), len(room))
    return room[:at].rstrip(" ,;") + _ELLIPSIS
