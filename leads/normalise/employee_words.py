"""The words around a number of employees, in the languages of LinkedIn's and Meta's forms."""

import re
from collections.abc import Mapping
from typing import Final

from leads.normalise.text import word_set

MORE_THAN: Final = re.compile(
    r">(?!\s*=)|\b(?:more than|over|above|greater than|plus d[e']|mehr als|über|mais de|m[áa]s de|"
    r"oltre|più di|meer dan|powyżej|fler än)(?=\W)"
)
AT_LEAST: Final = re.compile(
    r">\s*=|≥|\+|\b(?:at least|from|min\.?|minimum|mindestens|ab|au moins|al menos|pelo menos|"
    r"almeno)(?=\W)|(?:\b(?:plus|(?:or|and) (?:more|above|over|up|greater)|(?:ou|et) plus|ou mais|"
    r"[oy] m[áa]s|(?:oder|und) mehr|[oe] più|of meer)\b|以上)"
)
FEWER_THAN: Final = re.compile(
    r"<(?!\s*=)|\b(?:under|less than|fewer than|below|menos de|moins d[e']|weniger als|unter|"
    r"meno di|minder dan|poniżej)(?=\W)"
)
AT_MOST: Final = re.compile(
    r"<\s*=|≤|\b(?:up to|at most|max\.?|maximum|bis zu|jusqu'à|hasta|até|fino a)(?=\W)|"
    r"(?:\bor (?:less|fewer)\b|以下)"
)
UNITS: Final[Mapping[str, int]] = {"k": 1_000, "tsd": 1_000, "m": 1_000_000, "mio": 1_000_000}
UNIT_WORDS: Final = word_set(
    "employee employees empleado empleados employé employés employe employes mitarbeiter "
    "mitarbeitende mitarbeiterinnen angestellte beschäftigte funcionário funcionários funcionarios "
    "colaboradores trabajadores people person persons personas pessoas personnes personen staff "
    "dipendenti dipendente werknemers medewerkers pracowników anställda ansatte salariés headcount "
    "fte ftes workers team of size company members number total approx approximately about around "
    "circa ca c 人 名 社員"
)
RANGE_WORDS: Final = word_set(
    "to a à al bis tot até till through and y e et und between entre zwischen from de da di von "
    "van tra"
)
ALONE: Final = word_set(
    "self-employed, self employed, selfemployed, just me, only me, myself, solo, freelancer, "
    "freelance, sole proprietor, autónomo, autonomo, selbstständig, selbständig, indépendant, "
    "auto-entrepreneur, trabajador por cuenta propia",
    ", ",
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS: Final[Mapping[str, int]] = {month: number for number, month in enumerate(_MONTHS, start=1)}
