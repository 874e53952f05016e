"""What people do, want and answer: titles, industries, products, sizes and budgets, as written."""

TITLES = {
    "en": "Chief Information Security Officer|VP Sales|Head of Operations|IT Manager|CEO, Founder|"
    "Procurement Lead|Marketing Manager|Senior Engineer|CTO|Office Manager|Director, Finance",
    "es": "Director General|Responsable de Compras|Jefa de Ventas|Director de TI|Socia Fundadora",
    "pt": "Diretora Comercial|Gerente de TI|Sócio|Coordenadora de Marketing|Analista de Compras",
    "fr": "Directeur commercial|Responsable achats|DSI|Gérante|Chargée de projet",
    "de": "Geschäftsführer|Leiterin Einkauf|IT-Leiter|Vertriebsleiterin|Prokurist",
    "it": "Amministratore delegato|Responsabile acquisti|Direttrice IT",
    "nl": "Directeur|Inkoopmanager|Hoofd IT",
    "pl": "Prezes zarządu|Kierownik IT",
    "sv": "Verkställande direktör|Inköpschef|IT-chef",
    "nb": "Daglig leder|Innkjøpssjef",
    "da": "Direktør|Indkøbschef",
    "fi": "Toimitusjohtaja|Ostopäällikkö",
    "ja": "部長|代表取締役|Sales Manager|Senior Manager",
}
TITLES_BY_LANGUAGE = {language: tuple(text.split("|")) for language, text in TITLES.items()}

_INDUSTRIES = (
    "Technology|Technology|Manufacturing|Manufacturing|Healthcare|Finance|Retail|Education|Energy|"
    "Construction|Consulting|Insurance|Hospitality|Transportation|Telecommunications|Government"
)
INDUSTRIES = tuple(_INDUSTRIES.split("|"))

PRODUCTS = ("GTX Pro", "GTX Pro", "GTX Basic", "Security Suite", "Security Suite", "Analytics")

HEADCOUNTS = (1, 3, 8, 14, 22, 40, 45, 60, 95, 120, 180, 240, 310, 480, 650, 900, 2400, 4100, 12500)

_BANDS = (
    *((1, 1), (2, 10), (11, 50), (51, 200), (201, 500)),
    *((501, 1000), (1001, 5000), (5001, 10000), (10001, None)),
)
_WORDS = {
    # between, above, thousands separator
    "en": ("{}-{} employees", "{}+ employees", ","),
    "es": ("De {} a {} empleados", "Más de {} empleados", "."),
    "pt": ("De {} a {} funcionários", "Mais de {} funcionários", "."),
    "fr": ("{}-{} employés", "{}+ employés", "\N{NARROW NO-BREAK SPACE}"),
    "de": ("{}–{} Beschäftigte", "über {} Beschäftigte", "."),  # noqa: RUF001 - an en dash, as typed
}
_HUBSPOT_BANDS = ((1, 5), (5, 25), (25, 50), (50, 100), (100, 500), (500, 1000), (1000, None))


def size_answer(employees: int, language: str) -> str:
    """Answer the range a form in `language` offers for this many employees."""
    between, above, thousands = _WORDS.get(language, _WORDS["en"])
    least, most = next((a, b) for a, b in _BANDS if b is None or employees <= b)
    low = f"{least:,}".replace(",", thousands)
    if most is None:
        return above.format(low)
    return between.format(low, f"{most:,}".replace(",", thousands))


def size_answers(language: str) -> tuple[str, ...]:
    """Every choice of such a question."""
    return tuple(size_answer(least, language) for least, _ in _BANDS)


def hubspot_size(employees: int) -> str:
    """Answer the option of HubSpot's own list."""
    least, most = next((a, b) for a, b in _HUBSPOT_BANDS if b is None or employees <= b)
    return f"{least}+" if most is None else f"{least}-{most}"
