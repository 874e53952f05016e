"""Texts that stand where an answer should be, and those a vendor's testing tool leaves."""

import re
from typing import Final

from leads.normalise.text import fold, word_set

_AROUND: Final = " -\u2013\u2014_.\u2026?*#()[]{}<>\"'"
_WORDS: Final = word_set(
    "select, please select, select one, select an option, choose, choose one, please choose, "
    "n/a, n.a, n\\a, n/d, s/d, k.a, keine angabe, none, null, nil, nan, undefined, unknown, "
    "unbekannt, desconocido, desconocida, desconhecido, inconnu, not known, "
    "not provided, not given, not available, not applicable, not specified, not set, no answer, "
    "prefer not to say, sin especificar, no especificado, não informado, bitte wählen, "
    "seleccione, seleccionar, selecione, sélectionner, blank, empty, tbd, tba, p:, tel:, "
    "mailto:, http://, https://",
    ", ",
)
# "NA" is Namibia and the surname Na; elsewhere it is nobody's answer.
_NA_MEANS_SOMETHING: Final = frozenset(
    {"country", "region", "language", "full_name", "first_name", "last_name"}
)
_TEST_TEXT: Final = re.compile(r"<test lead: dummy data for .*>", re.IGNORECASE)
_TEST_ADDRESSES: Final = frozenset({"test@meta.com", "test@fb.com"})


def is_placeholder(text: str, field: str = "") -> bool:
    """Tell whether `text`, already clean, says nothing: "Select", "n/a", "--", "[not given]"."""
    core = fold(text).strip(_AROUND)
    if core == "na":
        return field not in _NA_MEANS_SOMETHING
    return not core or core in _WORDS


def is_test_text(text: str) -> bool:
    """Tell whether Meta's testing tool wrote this: it marks its leads by text alone."""
    return is_test_dummy(text) or text.casefold() in _TEST_ADDRESSES


def is_test_dummy(text: str) -> bool:
    """Tell whether this test text is a dummy that no field can hold (a test address is one)."""
    return text.startswith("<") and bool(_TEST_TEXT.fullmatch(text))
