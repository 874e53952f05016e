"""Names of regions that ISO 3166-2 does not list: English, old and everyday ones."""

from collections.abc import Mapping
from typing import Final

ALIASES: Final[Mapping[str, Mapping[str, str]]] = {
    "AT": {"9": "vienna", "7": "tyrol", "3": "lower austria", "4": "upper austria",
           "2": "carinthia", "6": "styria"},
    "BE": {"VLG": "flanders, vlaanderen", "WAL": "wallonia, wallonie",
           "BRU": "brussels, bruxelles, brussel", "VAN": "antwerp",
           "VOV": "east flanders", "VWV": "west flanders"},
    "CA": {"QC": "pq, québec", "NL": "newfoundland, nfld", "PE": "pei", "BC": "b c"},
    "CH": {"GE": "geneva, genf", "ZH": "zurich", "BE": "bern", "LU": "lucerne", "SG": "st gallen, "
           "st gall", "VD": "waadt", "VS": "wallis", "TI": "tessin", "FR": "freiburg",
           "NE": "neuenburg", "GR": "grisons"},
    "CN": {"BJ": "beijing, 北京", "SH": "shanghai, 上海", "GD": "guangdong, canton, 广东",
           "NM": "inner mongolia", "XZ": "tibet", "HK": "hong kong"},
    "CZ": {"10": "prague, praha"},
    "DE": {"BY": "bavaria", "NW": "north rhine-westphalia, nrw", "NI": "lower saxony",
           "SN": "saxony", "ST": "saxony-anhalt", "TH": "thuringia", "HE": "hesse",
           "RP": "rhineland-palatinate", "BW": "baden-wuerttemberg", "MV": "mecklenburg-western "
           "pomerania"},
    "ES": {"CT": "catalonia, cataluña, catalunya", "AN": "andalusia", "PV": "basque country, "
           "euskadi", "IB": "balearic islands, baleares, mallorca", "CN": "canary islands, islas "
           "canarias", "VC": "valencian community, comunitat valenciana", "CL": "castile and león",
           "CM": "castile-la mancha", "NC": "navarre", "SE": "seville", "C": "la coruña, coruña",
           "SS": "guipúzcoa", "BI": "vizcaya, biscay", "V": "valència", "A": "alacant",
           "CS": "castelló", "VI": "araba"},
    "FR": {"BRE": "brittany", "NOR": "normandy", "20R": "corsica", "PAC": "paca, provence",
           "BFC": "burgundy", "IDF": "ile de france, paris region", "NAQ": "aquitaine"},
    "GB": {"LND": "london, greater london", "MAN": "greater manchester", "NYK": "yorkshire",
           "BST": "bristol", "EDH": "edinburgh", "GLG": "glasgow", "BFS": "belfast"},
    "IE": {"D": "co dublin, dublin city", "CO": "co cork", "G": "co galway"},
    "IN": {"OD": "orissa, or", "UK": "uttaranchal, ut", "DL": "new delhi, nct of delhi, delhi ncr",
           "TS": "tg", "CG": "ct", "PY": "pondicherry"},
    "IT": {"25": "lombardy", "52": "tuscany", "21": "piedmont", "82": "sicily", "88": "sardinia",
           "75": "apulia", "RM": "rome", "MI": "milan", "NA": "naples", "TO": "turin",
           "FI": "florence", "VE": "venice", "GE": "genoa", "23": "aosta valley"},
    "JP": {"13": "東京, 東京都", "27": "大阪, 大阪府", "26": "京都, 京都府", "01": "北海道",
           "14": "神奈川, 神奈川県", "23": "愛知, 愛知県", "40": "福岡, 福岡県"},
    "KR": {"11": "seoul, 서울", "26": "busan, pusan, 부산", "41": "gyeonggi"},
    "MX": {"CMX": "cdmx, mexico city, distrito federal, df, d f", "MEX": "estado de méxico, edomex",
           "NLE": "nl", "JAL": "jal", "VER": "veracruz", "MIC": "michoacán", "COA": "coahuila"},
    "NL": {"NH": "north holland", "ZH": "south holland", "NB": "north brabant, brabant",
           "FR": "friesland"},
    "PL": {"14": "mazovia, masovia, mazowieckie", "12": "lesser poland, małopolskie", "02": "lower "
           "silesia, dolnośląskie", "24": "silesia, śląskie", "30": "wielkopolskie",
           "22": "pomorskie"},
    "PT": {"11": "lisbon"},
    "RU": {"MOW": "moscow, москва", "SPE": "saint petersburg, st petersburg"},
    "SE": {"AB": "stockholm", "M": "skåne, scania", "O": "västra götaland"},
    "TR": {"34": "istanbul", "06": "ankara", "35": "izmir"},
    "US": {"DC": "washington dc, d c", "CA": "calif, cali", "TX": "tex", "FL": "fla",
           "MA": "mass", "PA": "penn, penna"},
    "VN": {"SG": "ho chi minh city, ho chi minh, hcmc, saigon", "HN": "hanoi, hà nội"},
    "AE": {"AZ": "abu dhabi", "DU": "dubai", "SH": "sharjah"},
}  # fmt: skip
"""By country and the part of the code after the hyphen; compared by `text.plain`."""
