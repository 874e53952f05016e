"""Bytes, as people read them."""

_STEP = 1024
_UNITS = ("KB", "MB", "GB")


def in_bytes(count: int) -> str:
    """Write 1,536 as 1.5 KB."""
    if count < _STEP:
        return f"{count:,} bytes"
    size, unit = float(count), ""
    for unit in _UNITS:  # noqa: B007  (the last one reached is the one to be written)
        size /= _STEP
        if size < _STEP:
            break
    return f"{size:,.1f} {unit}"
