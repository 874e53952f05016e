"""Cities with their region and postal codes, by country."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`#` in `postal` is any digit, `?` any letter. `area` is a North American area code."""

    city: str
    region: str
    region_code: str
    postal: str
    area: str = ""


_TABLE = """
US San Francisco     | California        | CA  | 941##    | 415
US Los Angeles       | California        | CA  | 900##    | 213
US Seattle           | Washington        | WA  | 981##    | 206
US Portland          | Oregon            | OR  | 972##    | 503
US Denver            | Colorado          | CO  | 802##    | 303
US Phoenix           | Arizona           | AZ  | 850##    | 602
US Salt Lake City    | Utah              | UT  | 841##    | 801
US Austin            | Texas             | TX  | 787##    | 512
US Dallas            | Texas             | TX  | 752##    | 214
US Chicago           | Illinois          | IL  | 606##    | 312
US Minneapolis       | Minnesota         | MN  | 554##    | 612
US Atlanta           | Georgia           | GA  | 303##    | 404
US Miami             | Florida           | FL  | 331##    | 305
US Boston            | Massachusetts     | MA  | 021##    | 617
US New York          | New York          | NY  | 100##    | 212
US Philadelphia      | Pennsylvania      | PA  | 191##    | 215
US Charlotte         | North Carolina    | NC  | 282##    | 704
US Columbus          | Ohio              | OH  | 432##    | 614
CA Toronto           | Ontario           | ON  | M5V #?#  | 416
CA Vancouver         | British Columbia  | BC  | V6B #?#  | 604
CA Montréal          | Québec            | QC  | H2Y #?#  | 514
GB London            | England           | ENG | EC#A #?? |
GB Manchester        | England           | ENG | M# #??   |
GB Edinburgh         | Scotland          | SCT | EH# #??  |
GB Cardiff           | Wales             | WLS | CF## #?? |
IE Dublin            | Leinster          | D   | D0# ?#?# |
IE Cork              | Munster           | CO  | T12 ?#?# |
DE Berlin            | Berlin            | BE  | 101##    |
DE München           | Bayern            | BY  | 803##    |
DE Hamburg           | Hamburg           | HH  | 200##    |
DE Köln              | Nordrhein-Westfalen | NW | 506##   |
DE Stuttgart         | Baden-Württemberg | BW  | 701##    |
AT Wien              | Wien              | 9   | 10#0     |
AT Graz              | Steiermark        | 6   | 80#0     |
CH Zürich            | Zürich            | ZH  | 800#     |
CH Genève            | Genève            | GE  | 120#     |
FR Paris             | Île-de-France     | IDF | 750##    |
FR Lyon              | Auvergne-Rhône-Alpes | ARA | 6900# |
FR Nantes            | Pays de la Loire  | PDL | 440##    |
FR Toulouse          | Occitanie         | OCC | 310##    |
ES Madrid            | Madrid            | MD  | 280##    |
ES Barcelona         | Cataluña          | CT  | 080##    |
ES Sevilla           | Andalucía         | AN  | 410##    |
ES Bilbao            | País Vasco        | PV  | 480##    |
ES A Coruña          | Galicia           | GA  | 150##    |
PT Lisboa            | Lisboa            | 11  | 1###-0## |
PT Porto             | Porto             | 13  | 4###-1## |
SE Stockholm         | Stockholms län    | AB  | 11# ##   |
SE Göteborg          | Västra Götaland   | O   | 41# ##   |
NO Oslo              | Oslo              | 03  | 01##     |
NO Bergen            | Vestland          | 46  | 50##     |
DK København         | Hovedstaden       | 84  | 21#0     |
DK Aarhus            | Midtjylland       | 82  | 8000     |
FI Helsinki          | Uusimaa           | 18  | 001#0    |
FI Tampere           | Pirkanmaa         | 11  | 331#0    |
NL Amsterdam         | Noord-Holland     | NH  | 101# ??  |
NL Utrecht           | Utrecht           | UT  | 351# ??  |
IT Milano            | Lombardia         | 25  | 201##    |
IT Roma              | Lazio             | 62  | 001##    |
PL Warszawa          | Mazowieckie       | 14  | 00-1##   |
PL Kraków            | Małopolskie       | 12  | 31-0##   |
BR São Paulo         | São Paulo         | SP  | 013##-0## |
BR Rio de Janeiro    | Rio de Janeiro    | RJ  | 200##-0## |
BR Curitiba          | Paraná            | PR  | 800##-0## |
MX Ciudad de México  | Ciudad de México  | CMX | 06###    |
MX Guadalajara       | Jalisco           | JAL | 441##    |
AR Buenos Aires      | Ciudad Autónoma de Buenos Aires | C | C10##??? |
AR Córdoba           | Córdoba           | X   | X50##??? |
CO Bogotá            | Bogotá D.C.       | DC  | 110###   |
CO Medellín          | Antioquia         | ANT | 0500##   |
CL Santiago          | Región Metropolitana | RM | 832####  |
JP Tokyo             | 東京都            | 13  | 100-00## |
JP Osaka             | Osaka             | 27  | 530-00## |
IN Mumbai            | Maharashtra       | MH  | 4000##   |
IN Bengaluru         | Karnataka         | KA  | 5600##   |
IN New Delhi         | Delhi             | DL  | 1100##   |
AU Sydney            | New South Wales   | NSW | 20##     |
AU Melbourne         | Victoria          | VIC | 30##     |
SG Singapore         |                   |     | 0####8   |
PH Makati            | Metro Manila      | 00  | 12##     |
PH Cebu City         | Cebu              | CEB | 6000     |
AE Dubai             | Dubai             | DU  |          |
AE Abu Dhabi         | Abu Dhabi         | AZ  |          |
ZA Cape Town         | Western Cape      | WC  | 80##     |
ZA Johannesburg      | Gauteng           | GP  | 20##     |
"""


def _read(table: str) -> dict[str, tuple[Place, ...]]:
    places: dict[str, tuple[Place, ...]] = {}
    for line in table.strip().splitlines():
        country, rest = line[:2], line[2:]
        city, region, code, postal, area = (part.strip() for part in rest.split("|"))
        place = Place(city=city, region=region, region_code=code, postal=postal, area=area)
        places[country] = (*places.get(country, ()), place)
    return places


PLACES = _read(_TABLE)
