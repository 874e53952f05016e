"""Where leads come from: each country's share, words, names, phone formats and company suffixes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """
    `spellings` are ways people write it; the first is plain English. `phones` are pairs of the
    same number as written at home and abroad: `#` is any digit, `%` one from 0 to 4, `@` the
    place's area code.
    """

    code: str
    weight: int
    language: str
    names: str
    spellings: tuple[str, ...]
    phones: tuple[tuple[str, str], ...]
    suffixes: tuple[str, ...]


def _country(
    line: str, *, spellings: str, phones: tuple[tuple[str, str], ...], suffixes: str
) -> Country:
    code, weight, language, names = line.split(maxsplit=3)
    return Country(
        code=code,
        weight=int(weight),
        language=language,
        names=names,
        spellings=tuple(spellings.split("|")),
        phones=phones,
        suffixes=tuple(suffixes.split("|")),
    )


_NORTH_AMERICA = (
    ("(@) 555-01##", "+1 @-555-01##"),
    ("@-555-01##", "+1 (@) 555-01##"),
    ("@.555.01##", "1 @ 555 01##"),
)

# Numbers set aside for fiction where a country has such a range (US, CA, GB, DE, FR, SE, AU); of
# the others, blocks of zeros, which no operator likes to hand out.
COUNTRIES: tuple[Country, ...] = (
    _country(
        "US 24 en english",
        spellings="United States|US|USA|U.S.A.|United States of America",
        phones=_NORTH_AMERICA,
        suffixes="Inc.|LLC|Corp.|Co.|Group",
    ),
    _country(
        "CA 3 en english", spellings="Canada|CA|CAN", phones=_NORTH_AMERICA, suffixes="Inc.|Ltd."
    ),
    _country(
        "GB 8 en english",
        spellings="United Kingdom|UK|GB|Great Britain|England",
        phones=(
            ("020 7946 0###", "+44 20 7946 0###"),
            ("0161 496 0###", "+44 161 496 0###"),
            ("0131 496 0###", "+44 (0)131 496 0###"),
            ("(0117) 496 0###", "0044 117 496 0###"),
        ),
        suffixes="Ltd|plc|LLP|Limited",
    ),
    _country(
        "IE 2 en english",
        spellings="Ireland|IE|Republic of Ireland",
        phones=(("085 000 ####", "+353 85 000 ####"),),
        suffixes="Ltd|DAC|Teo",
    ),
    _country(
        "DE 9 de german",
        spellings="Germany|DE|Deutschland|GERMANY",
        phones=(
            ("030 23125 ###", "+49 30 23125 ###"),
            ("(089) 99998-###", "+49 (0)89 99998-###"),
            ("040/66969###", "0049 40 66969###"),
            ("0221 4710 ###", "+492214710###"),
        ),
        suffixes="GmbH|AG|GmbH & Co. KG|UG (haftungsbeschränkt)",
    ),
    _country(
        "AT 2 de german",
        spellings="Austria|AT|Österreich",
        phones=(("0660 000####", "+43 660 000####"),),
        suffixes="GmbH|Ges.m.b.H.|KG",
    ),
    _country(
        "CH 2 de german",
        spellings="Switzerland|CH|Schweiz|Suisse",
        phones=(("044 000 ## ##", "+41 44 000 ## ##"),),
        suffixes="AG|GmbH|SA|Sàrl",
    ),
    _country(
        "FR 7 fr french",
        spellings="France|FR|FRANCE",
        phones=(
            ("01 99 00 ## ##", "+33 1 99 00 ## ##"),
            ("04.65.71.##.##", "+33 (0)4 65 71 ## ##"),
            ("0261 91 ## ##", "0033 2 61 91 ## ##"),
        ),
        suffixes="SARL|S.A.S.|SA|SASU",
    ),
    _country(
        "ES 8 es spanish",
        spellings="Spain|ES|España|Espana",
        phones=(("600 000 ###", "+34 600 000 ###"), ("612 00 0# ##", "0034 612000###")),
        suffixes="S.L.|S.A.|S.L.U.|S. Coop.",
    ),
    _country(
        "PT 3 pt portuguese",
        spellings="Portugal|PT",
        phones=(("910 000 ###", "+351 910 000 ###"), ("21 000 0###", "+351 21 000 0###")),
        suffixes="Lda.|S.A.|Unipessoal Lda.",
    ),
    _country(
        "SE 3 sv swedish",
        spellings="Sweden|SE|Sverige",
        phones=(
            ("08-465 004 %#", "+46 8 465 004 %#"),
            ("031-390 06 %#", "+46 (0)31 390 06 %#"),
            ("040-628 04 %#", "+46 40 628 04 %#"),
            ("0980-319 2%#", "0046 980 319 2%#"),
        ),
        suffixes="AB|HB",
    ),
    _country(
        "NO 2 nb norwegian",
        spellings="Norway|NO|Norge",
        phones=(("400 00 ###", "+47 400 00 ###"),),
        suffixes="AS|ASA",
    ),
    _country(
        "DK 2 da danish",
        spellings="Denmark|DK|Danmark",
        phones=(("20 20 0# ##", "+45 20 20 0# ##"),),
        suffixes="A/S|ApS",
    ),
    _country(
        "FI 2 fi finnish",
        spellings="Finland|FI|Suomi",
        phones=(("040 000 ####", "+358 40 000 ####"),),
        suffixes="Oy|Oyj|Ky",
    ),
    _country(
        "NL 2 nl dutch",
        spellings="Netherlands|NL|The Netherlands|Nederland",
        phones=(("06 1000 0###", "+31 6 1000 0###"),),
        suffixes="B.V.|N.V.",
    ),
    _country(
        "IT 2 it italian",
        spellings="Italy|IT|Italia",
        phones=(("320 000 0###", "+39 320 000 0###"),),
        suffixes="S.r.l.|S.p.A.",
    ),
    _country(
        "PL 1 pl polish",
        spellings="Poland|PL|Polska",
        phones=(("500 000 ###", "+48 500 000 ###"),),
        suffixes="Sp. z o.o.|S.A.",
    ),
    _country(
        "BR 5 pt portuguese",
        spellings="Brazil|BR|Brasil|BRASIL",
        phones=(("(11) 90000-####", "+55 11 90000-####"), ("21 98000####", "+552198000####")),
        suffixes="Ltda|S.A.|ME|EIRELI",
    ),
    _country(
        "MX 3 es spanish",
        spellings="Mexico|MX|México",
        phones=(("55 5000 ####", "+52 55 5000 ####"), ("(33) 1000-####", "+52 33 1000 ####")),
        suffixes="S.A. de C.V.|S. de R.L. de C.V.",
    ),
    _country(
        "AR 2 es spanish",
        spellings="Argentina|AR",
        phones=(("011 5000-####", "+54 11 5000-####"),),
        suffixes="S.A.|S.R.L.",
    ),
    _country(
        "CO 1 es spanish",
        spellings="Colombia|CO",
        phones=(("300 000 ####", "+57 300 000 ####"),),
        suffixes="S.A.S.|Ltda.",
    ),
    _country(
        "CL 1 es spanish",
        spellings="Chile|CL",
        phones=(("9 5000 ####", "+56 9 5000 ####"),),
        suffixes="SpA|Ltda.",
    ),
    _country(
        "JP 2 ja japanese",
        spellings="Japan|JP|日本",
        phones=(("03-5000-####", "+81 3-5000-####"), ("080-1000-####", "+81 80 1000 ####")),
        suffixes="K.K.|株式会社|G.K.|Co., Ltd.",
    ),
    _country(
        "IN 3 en indian",
        spellings="India|IN|Bharat",
        phones=(("090000 0####", "+91 90000 0####"), ("022 2000 ####", "+91 22 2000 ####")),
        suffixes="Pvt. Ltd.|Private Limited|LLP",
    ),
    _country(
        "AU 2 en english",
        spellings="Australia|AU|AUS",
        phones=(("(02) 5550 ####", "+61 2 5550 ####"), ("03 7010 ####", "+61 (0)3 7010 ####")),
        suffixes="Pty Ltd|Pty. Limited",
    ),
    _country(
        "SG 1 en chinese",
        spellings="Singapore|SG",
        phones=(("8100 ####", "+65 8100 ####"),),
        suffixes="Pte. Ltd.",
    ),
    _country(
        "PH 1 en filipino",
        spellings="Philippines|PH|The Philippines",
        phones=(("0917 000 ####", "+63 917 000 ####"),),
        suffixes="Inc.|Corporation",
    ),
    _country(
        "AE 1 en arabic",
        spellings="United Arab Emirates|AE|UAE",
        phones=(("050 000 ####", "+971 50 000 ####"),),
        suffixes="LLC|FZ-LLC|FZE",
    ),
    _country(
        "ZA 1 en south african",
        spellings="South Africa|ZA",
        phones=(("082 000 ####", "+27 82 000 ####"),),
        suffixes="(Pty) Ltd|CC",
    ),
)
BY_CODE = {country.code: country for country in COUNTRIES}
