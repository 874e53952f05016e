"""Questions whose answers are not ours to keep: documents and the like, births, gender."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from leads.normalise.text import plain, word_set

_ANYWHERE: Final = frozenset(
    {
        *("dni", "cpf", "curp", "cuil", "cuit", "ssn", "nric", "pesel", "aadhaar", "aadhar"),
        *("passport", "pasaporte", "passaporte", "passeport", "reisepass", "passaporto"),
        *("personalausweis", "ausweisnummer", "personnummer", "henkilotunnus", "bvn"),
        *("dob", "birthdate", "geburtsdatum", "geboortedatum", "fodelsedatum", "fodselsdato"),
        *("geburtsjahr", "geburtsort", "syntymaaika"),
        *("паспорт", "паспорта", "снилс"),
    }
)
"""Words that name such a document, or a birth, in whatever sentence they stand."""

_PHRASES: Final = (
    *("national id", "national identity", "identity card", "identity number", "identity document"),
    *("government id", "government issued id", "id card number", "social security"),
    *("govt id", "govt issued id", "gov id", "gov issued id", "government issued identification"),
    *("national insurance number", "driving licence number", "driver license number"),
    *("drivers license number", "documento de identidad", "numero de documento"),
    *("cedula de identidad", "cedula de ciudadania", "numero de cedula", "documento de identidade"),
    *("carte didentite", "piece didentite", "carta didentita"),
    *("cartao de cidadao", "carte d identite", "piece d identite", "numero de securite sociale"),
    *("seguridad social", "codice fiscale", "carta d identita", "steuer id", "emirates id"),
    *("steueridentifikationsnummer", "sozialversicherungsnummer", "credit card number"),
    *("identification number", "id number", "numero de identificacion", "tax id number"),
    *("numero de tarjeta", "bank account number", "kreditkartennummer"),
    *("date of birth", "day of birth", "month of birth", "year of birth", "place of birth"),
    *("birth date", "birth day", "birth year", "birth month", "birth place", "were you born"),
    *(
        "fecha de nacimiento",
        "fecha nacimiento",
        "dia de nacimiento",
        "lugar de nacimiento",
        "ano de nacimiento",
    ),
    *("data de nascimento", "data nascimento", "ano de nascimento", "local de nascimento"),
    *("date de naissance", "lieu de naissance", "annee de naissance", "data di nascita"),
    *("luogo di nascita", "data urodzenia", "dogum tarihi", "datum narozeni", "data nasterii"),
    *("дата рождения", "место рождения", "год рождения", "дата народження", "номер карты"),
    *("id card", "cod numeric personal", "rodne cislo", "tc kimlik", "ngay sinh", "tanggal lahir"),
    *("ahv nummer", "aadhaar number", "pan number", "gender identity", "iban number", "iban code"),
)
_WITHIN: Final = (
    *("身份证", "身分证", "身分證", "身份證", "護照", "护照", "旅券", "パスポート"),
    *("マイナンバー", "個人番号", "生年月日", "出生日期", "出生年月", "銀行口座", "口座番号"),
    *("银行账号", "银行卡号", "信用卡号", "クレジットカード番号", "運転免許", "驾驶证"),
    *("주민등록번호", "생년월일", "여권번호", "계좌번호"),
)
"""The same of languages that put no space between words."""

_ALONE: Final = frozenset(
    {
        *("nie", "nif", "rut", "rfc", "rg", "bsn", "pan", "cedula", "iban"),
        *("birthday", "geburtstag", "cumpleanos", "aniversario", "anniversaire", "compleanno"),
        *("gender", "sex", "genero", "sexo", "sexe", "geschlecht", "sesso", "geslacht", "kon"),
        *("nino", "cnp", "cpr", "nik", "ktp", "пол", "生日", "誕生日", "性别", "性別", "성별"),
    }
)
"""Also words of other languages and trades: only where the question asks for nothing else."""

_ALONE_PHRASES: Final = (
    *("bank account", "bank account no", "bank account details", "bank details", "bankkonto"),
    *("cuenta bancaria", "conta bancaria", "compte bancaire", "conto bancario", "account iban"),
    *("card number", "card no", "card nr", "credit card", "debit card", "debit card number"),
    *("payment card number", "tarjeta de credito", "numero tarjeta", "numero cartao"),
    *("kartennummer", "kontonummer", "bankverbindung", "carte de credit", "numero de carte"),
    *("driving licence", "driving license", "driver licence", "driver license"),
    *("drivers licence", "drivers license", "carnet de conducir", "permiso de conducir"),
    *("carta de conducao", "permis de conduire", "fuhrerschein", "fuhrerscheinnummer", "patente"),
    *("день рождения",),
)
"""Likewise, phrases: "Do you need a bank account?" asks for something else."""

_FRAME: Final = word_set(
    "what is your my de del la tu su seu o a the por favor please when are do you identify cual es "
    "qual e quando cuando wann ist dein ihr quel quelle est votre ваш ваша enter provide here of "
    "full customer client contact personal person custom"
)
_COUNTING: Final = word_set(
    "number no num nr n numero card nummer code codigo code cod codul номер"
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SHORT: Final = 6
"""Shorter words are read across spaces only where each letter stands alone: D N I, not "do b"."""


def _joined(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(phrase).replace(" ", "") for phrase in phrases)


_ANY_WORD: Final = frozenset(map(plain, _ANYWHERE))
_ANY_PHRASE: Final = _joined(_PHRASES)
_ANY_JOINED: Final = _ANY_PHRASE | {word for word in _ANY_WORD if len(word) >= _SHORT}
_APART: Final = frozenset({"birthday", "birthplace"})
"""Two words of these ask for it; as one they may stand for a party or a town."""

_ANY_PART: Final = tuple(_joined(_WITHIN))
_ALONE_WORD: Final = frozenset(map(plain, _ALONE))
_ALONE_JOINED: Final = _joined(_ALONE_PHRASES)
_NUMBERED: Final = frozenset(
    told
    for word in (_ANY_WORD | _ALONE_WORD)
    for told in (f"{word}number", f"{word}numero", f"numero{word}", f"numerode{word}")
)
_LONGEST_PHRASE: Final = 5


@lru_cache(maxsize=4096)  # every lead of a form brings the same questions
def is_private_question(asked: str) -> bool:
    """
    Whether it asks for an identity document, a bank account, a card, a birth date or a gender.

    For questions whose type the vendor does not state: where it does, go by the type too. Names are
    read as they are and cut at capitals (dniNumero), by words and joined up (dateofbirth).
    """
    return any(
        _is_private(plain(each).split()) for each in dict.fromkeys((asked, _CAMEL.sub(" ", asked)))
    )


def _is_private(words: Sequence[str]) -> bool:
    whole = "".join(words)
    if _ANY_WORD & set(words) or any(part in whole for part in _ANY_PART):
        return True
    return any(map(_names_one, _runs(words))) or _asks_alone(words)


def _runs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(len(words)):
        for length in range(1, _LONGEST_PHRASE + 1):
            if start + length <= len(words):
                yield words[start : start + length]


def _names_one(run: Sequence[str]) -> bool:
    joined = "".join(run)
    if joined in _ANY_JOINED | _NUMBERED:
        return len(run) > 1 or joined not in _APART
    return joined in _ANY_WORD and all(len(word) == 1 for word in run)


def _asks_alone(words: Sequence[str]) -> bool:
    """Whether nothing but such a thing is asked for."""
    framed = [word for word in words if word not in _FRAME]
    told = {word for word in framed if word not in _COUNTING}
    return (
        "".join(framed) in _ALONE_JOINED
        or "".join(words) in _ALONE_JOINED | _ALONE_WORD
        or bool(told and told <= _ALONE_WORD)
    )
