"""The time zones of regions (ISO 3166-2) in countries that have several; some have two."""

from collections.abc import Mapping

_REGIONS_OF = {
    "America/New_York": (
        "US-CT US-DC US-DE US-FL US-GA US-IN US-KY US-MA US-MD US-ME US-MI US-NC US-NH US-NJ US-NY "
        "US-OH US-PA US-RI US-SC US-TN US-VA US-VT US-WV"
    ),
    "America/Chicago": (
        "US-AL US-AR US-FL US-IA US-IL US-IN US-KS US-KY US-LA US-MI US-MN US-MO US-MS US-ND US-NE "
        "US-OK US-SD US-TN US-TX US-WI"
    ),
    "America/Denver": (
        "US-AZ US-CO US-ID US-KS US-MT US-ND US-NE US-NM US-NV US-OR US-SD US-TX US-UT US-WY"
    ),
    "America/Phoenix": "US-AZ",
    "America/Los_Angeles": "US-CA US-ID US-NV US-OR US-WA",
    "America/Anchorage": "US-AK",
    "America/Adak": "US-AK",
    "Pacific/Honolulu": "US-HI",
    "America/Puerto_Rico": "US-PR US-VI",
    "Pacific/Guam": "US-GU US-MP",
    "Pacific/Pago_Pago": "US-AS",
    "America/St_Johns": "CA-NL",
    "America/Halifax": "CA-NB CA-NL CA-NS CA-PE",
    "America/Blanc-Sablon": "CA-QC",
    "America/Toronto": "CA-NU CA-ON CA-QC",
    "America/Winnipeg": "CA-MB CA-NU CA-ON",
    "America/Atikokan": "CA-NU CA-ON",
    "America/Regina": "CA-SK",
    "America/Edmonton": "CA-AB CA-BC CA-NT CA-NU CA-SK",
    "America/Dawson_Creek": "CA-BC",
    "America/Vancouver": "CA-BC",
    "America/Whitehorse": "CA-YT",
    "America/Mexico_City": (
        "MX-AGU MX-CAM MX-CHP MX-CMX MX-COA MX-COL MX-DUR MX-GRO MX-GUA MX-HID MX-JAL MX-MEX "
        "MX-MIC MX-MOR MX-NAY MX-NLE MX-OAX MX-PUE MX-QUE MX-SLP MX-TAB MX-TAM MX-TLA MX-VER "
        "MX-YUC MX-ZAC"
    ),
    "America/Matamoros": "MX-COA MX-NLE MX-TAM",
    "America/Cancun": "MX-ROO",
    "America/Chihuahua": "MX-CHH",
    "America/Ojinaga": "MX-CHH",
    "America/Ciudad_Juarez": "MX-CHH",
    "America/Mazatlan": "MX-BCS MX-NAY MX-SIN",
    "America/Hermosillo": "MX-SON",
    "America/Tijuana": "MX-BCN",
    "America/Noronha": "BR-PE",
    "America/Sao_Paulo": (
        "BR-AL BR-AP BR-BA BR-CE BR-DF BR-ES BR-GO BR-MA BR-MG BR-PA BR-PB BR-PE BR-PI BR-PR BR-RJ "
        "BR-RN BR-RS BR-SC BR-SE BR-SP BR-TO"
    ),
    "America/Manaus": "BR-AM BR-MS BR-MT BR-RO BR-RR",
    "America/Rio_Branco": "BR-AC BR-AM",
    "America/Santiago": (
        "CL-AI CL-AN CL-AP CL-AR CL-AT CL-BI CL-CO CL-LI CL-LL CL-LR CL-ML CL-NB CL-RM CL-TA CL-VS"
    ),
    "America/Coyhaique": "CL-AI",
    "America/Punta_Arenas": "CL-MA",
    "Pacific/Easter": "CL-VS",
    "Pacific/Galapagos": "EC-W",
    "Australia/Sydney": "AU-ACT AU-NSW",
    "Australia/Broken_Hill": "AU-NSW",
    "Australia/Lord_Howe": "AU-NSW",
    "Australia/Melbourne": "AU-VIC",
    "Australia/Brisbane": "AU-QLD",
    "Australia/Hobart": "AU-TAS",
    "Australia/Adelaide": "AU-SA",
    "Australia/Darwin": "AU-NT",
    "Australia/Perth": "AU-WA",
    "Australia/Eucla": "AU-WA",
    "Pacific/Auckland": (
        "NZ-AUK NZ-BOP NZ-CAN NZ-GIS NZ-HKB NZ-MBH NZ-MWT NZ-NSN NZ-NTL NZ-OTA NZ-STL NZ-TAS "
        "NZ-TKI NZ-WGN NZ-WKO NZ-WTC"
    ),
    "Pacific/Chatham": "NZ-CIT",
    "Asia/Jakarta": (
        "ID-AC ID-BB ID-BE ID-BT ID-JA ID-JB ID-JI ID-JK ID-JT ID-JW ID-KB ID-KR ID-KT ID-LA ID-RI "
        "ID-SB ID-SM ID-SS ID-SU ID-YO"
    ),
    "Asia/Makassar": (
        "ID-BA ID-GO ID-KI ID-KS ID-KU ID-NB ID-NT ID-NU ID-SA ID-SG ID-SL ID-SN ID-SR ID-ST"
    ),
    "Asia/Jayapura": "ID-MA ID-ML ID-MU ID-PA ID-PB ID-PP",
    "Europe/Madrid": (
        "ES-A ES-AB ES-AL ES-AN ES-AR ES-AS ES-AV ES-B ES-BA ES-BI ES-BU ES-C ES-CA ES-CB ES-CC "
        "ES-CE ES-CL ES-CM ES-CO ES-CR ES-CS ES-CT ES-CU ES-EX ES-GA ES-GI ES-GR ES-GU ES-H ES-HU "
        "ES-IB ES-J ES-L ES-LE ES-LO ES-LU ES-M ES-MA ES-MC ES-MD ES-ML ES-MU ES-NA ES-NC ES-O "
        "ES-OR ES-P ES-PM ES-PO ES-PV ES-RI ES-S ES-SA ES-SE ES-SG ES-SO ES-SS ES-T ES-TE ES-TO "
        "ES-V ES-VA ES-VC ES-VI ES-Z ES-ZA"
    ),
    "Atlantic/Canary": "ES-CN ES-GC ES-TF",
    "Europe/Lisbon": (
        "PT-01 PT-02 PT-03 PT-04 PT-05 PT-06 PT-07 PT-08 PT-09 PT-10 PT-11 PT-12 PT-13 PT-14 PT-15 "
        "PT-16 PT-17 PT-18"
    ),
    "Atlantic/Madeira": "PT-30",
    "Atlantic/Azores": "PT-20",
}


def _by_region() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for zone, regions in _REGIONS_OF.items():
        for region in regions.split():
            found[region] = (*found.get(region, ()), zone)
    return found


REGION_ZONES: Mapping[str, tuple[str, ...]] = _by_region()
