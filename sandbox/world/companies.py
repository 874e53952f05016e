"""Company names: a made-up stem, a trade in the country's language, the country's legal form."""

import random

from sandbox.world.countries import Country

_STEMS_TEXT = (
    "Aldermoor Arvenna Bexholt Brightwater Calder Cedarline Corvane Dunmere Eastfold Ellistone "
    "Fernhollow Galvanta Greyfell Harrowgate Hollybrook Indigo Isenfeld Jorvik Kestrelon Kingsmoor "
    "Larkfield Lindenau Lumora Marisol Meridian Montclar Nordhavn Norwell Oakhurst Orbelin "
    "Palisade Penrose Quillon Ravenna Redcliff Rosenau Saltmarsh Silverbeck Solvane Stonebridge "
    "Tamarind Thornbury Trevian Umbralis Valmont Verdana Vistula Westerlund Whitcombe Yarrow "
    "Zephyra Zollberg"
)
_STEMS = tuple(_STEMS_TEXT.split())
_TRADES = {
    "en": "Logistics|Manufacturing|Health|Systems|Foods|Energy|Insurance|Retail|Labs|Partners",
    "es": "Logística|Alimentos|Ingeniería|Energía|Salud|Seguros|Consultores|Tecnología",
    "pt": "Logística|Alimentos|Engenharia|Energia|Saúde|Seguros|Consultoria|Tecnologia",
    "fr": "Logistique|Industries|Ingénierie|Énergie|Santé|Assurances|Conseil|Numérique",
    "de": "Logistik|Maschinenbau|Werkzeuge|Energie|Medizintechnik|Versicherungen|Beratung",
    "it": "Logistica|Meccanica|Alimentari|Energia|Consulenza",
    "nl": "Logistiek|Techniek|Zorg|Energie|Advies",
    "pl": "Logistyka|Technika|Energia|Doradztwo",
    "sv": "Logistik|Teknik|Energi|Bygg",
    "nb": "Logistikk|Teknikk|Energi|Bygg",
    "da": "Logistik|Teknik|Energi|Byg",
    "fi": "Logistiikka|Tekniikka|Energia|Rakennus",
    "ja": "Logistics|Seiki|Denki|Shoji|Systems",
}
_TRADES_BY_LANGUAGE = {language: tuple(text.split("|")) for language, text in _TRADES.items()}


def company_name(rng: random.Random, country: Country) -> str:
    """Most people write the legal form; some leave it out."""
    trade = rng.choice(_TRADES_BY_LANGUAGE[country.language])
    name = f"{rng.choice(_STEMS)} {trade}"
    return f"{name} {rng.choice(country.suffixes)}" if rng.random() < 0.75 else name  # noqa: PLR2004
