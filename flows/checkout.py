"""Where the program's own files are: an application runs from its checkout."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
