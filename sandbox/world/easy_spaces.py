"""
Eleven sample leads of Salesforce's "Easy Spaces" sample app, as Lead fields.

The sample data is in the public domain (CC0 1.0). Its people are fictitious but its e-mail
domains are not, so each domain ends in .example here; all else is as published.
"""

from typing import Any

_COLUMNS = (
    *("FirstName", "LastName", "Email", "Company", "Title", "Industry", "NumberOfEmployees"),
    *("MobilePhone", "Street", "City", "State", "PostalCode"),
)
_TABLE = """
Serena|Patterfield|fpatterfield0@engadget.example|Hettinger and Sons|VP New Markets|Major Banks||+1 (619) 307-7599|446 Glendale Place|San Diego|CA|92165
Ermin|Skitral|eskitral1@mtv.example|Skitral Household||||+1 (724) 323-9766|66980 Marcy Street|New Castle|PA|16107
Lorrie|Geratt|lgeratt2@icq.example|Braun-Murray|Founder, CTO|Sustainable Engineering|4807|+1 (919) 863-9332|04666 Havey Plaza|New York|NY|11365
Tam|Leung|tleung@tripod.example|Leung Photography|Chief Operations Officer|||+1 (563) 716-2944|01 Sachs Pass|Austin|TX|78701
Gerta|Pickles|gpowles4@loglines.example|Bartell Group|GIS Technical Architect|Forestry||+1 (954) 182-5189|8036 Lunder Center|Minneapolis|MN|55401
Dahlia|Palley|dpalley5@woothemes.example|Palley Household||||+1 (603) 542-2863|080 Kipling Drive|Portland|OR|97212
Esmeralda|Westover|ewestover@gmrmail.example|Greenholt, Mosciski and Reilly|VP, Real Estate|Business Services||+1 (402) 127-6504|92 Talmadge Parkway|Tacoma|WA|98407
Kane|Livoir|klivoir7@technorati.example|Prosacco, Herzog and Konopelski|Lead Engineering Manager|Computer Software: Prepackaged Software||+1 (225) 180-7791|60 Meadow Ridge Road|Santa Cruz|CA|95060
Doll|Thay|dthay8@uol.example|Haley, Leffler and Bailey|VP Resource Planning|Electronic Components||+1 (713) 679-7415|70904 Monument Alley|Houston|TX|77234
Katerina|Noyes|knoyes9@gh.example|Gislason-Hane|CEO, Founder|Industrial Machinery/Components|4060|+1 (817) 196-5264|9390 Farmco Hill|Chicago|IL|60606
Ed|Xiang|emitchinsona@haleygroup.example|Haley Group|President|Major Banks||+1 (316) 794-2996|8149 Waywood Circle|Irvington|NY|10533
"""  # noqa: E501 - one lead a line is what makes the table readable


def easy_spaces_leads() -> list[dict[str, Any]]:
    """Answer the eleven, oldest first."""
    leads = []
    for line in _TABLE.strip().splitlines():
        lead: dict[str, Any] = {
            name: text for name, text in zip(_COLUMNS, line.split("|"), strict=True) if text
        }
        if "NumberOfEmployees" in lead:
            lead["NumberOfEmployees"] = int(lead["NumberOfEmployees"])
        leads.append({**lead, "Country": "US"})
    return leads
