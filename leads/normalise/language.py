"""Languages as ISO 639-1, from codes, locales, and names in English and in the language itself."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

import pycountry

from leads.normalise.reading import UNREADABLE, Reading
from leads.normalise.text import fold, plain

_LOCALE: Final = re.compile(r"([a-z]{2,3})(?:[-_.@ ].*)?")
_NAMES: Final[Mapping[str, str]] = {
    "ar": "العربية", "bg": "български", "ca": "català", "cs": "čeština, cesky", "da": "dansk",
    "de": "deutsch, alemán, allemand, tedesco", "el": "ελληνικά, greek",
    "en": "inglés, anglais, englisch, inglese, inglês",
    "es": "español, castellano, espagnol, spanisch, castilian",
    "et": "eesti",
    "fi": "suomi", "fr": "français, francés, französisch", "he": "עברית",
    "hi": "हिन्दी, हिंदी",
    "hr": "hrvatski", "hu": "magyar", "id": "bahasa indonesia", "it": "italiano, italienisch",
    "ja": "日本語", "ko": "한국어",
    "lt": "lietuvių", "lv": "latviešu", "ms": "bahasa melayu, malay",
    "nb": "bokmål", "nl": "nederlands, flemish, vlaams", "no": "norsk", "pl": "polski",
    "pt": "português, portugués, portugiesisch, brazilian portuguese", "ro": "română",
    "ru": "русский", "sk": "slovenčina", "sl": "slovenščina", "sv": "svenska",
    "th": "ไทย",
    "tr": "türkçe",
    "uk": "українська", "vi": "tiếng việt", "zh": "中文, 汉语, mandarin",
}  # fmt: skip


@lru_cache(2048)
def read_language(text: str) -> Reading[str]:
    """Answer the two-letter code of "en", "EN-us", "eng", "English" or "español"."""
    table = _codes_by_name()
    code = table.get(plain(text))
    if code is None:
        locale = _LOCALE.fullmatch(fold(text))
        code = table.get(locale[1]) if locale else None
    return Reading(code) if code else UNREADABLE


@cache
def _codes_by_name() -> dict[str, str]:
    table: dict[str, str] = {}
    for language in pycountry.languages:
        code = getattr(language, "alpha_2", None)
        if code:
            bibliographic = getattr(language, "bibliographic", language.alpha_3)
            table |= {plain(language.name): code, language.alpha_3: code, bibliographic: code}
    for code, names in _NAMES.items():
        table |= {plain(name): code for name in names.split(", ")}
    return table | {code: code for code in set(table.values())}
