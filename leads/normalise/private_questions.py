"""Questions whose answers are not ours to keep: documents and the like, births, gender."""

from functools import lru_cache
from typing import Final

from leads.normalise.text import plain, word_set

_ANYWHERE: Final = frozenset(
    {
        *("dni", "cpf", "curp", "cuil", "cuit", "ssn", "nric", "pesel", "aadhaar", "aadhar"),
        *("passport", "pasaporte", "passaporte", "passeport", "reisepass", "passaporto"),
        *("personalausweis", "ausweisnummer", "personnummer", "bvn"),
        *("dob", "birthdate", "geburtsdatum", "geboortedatum", "fodelsedatum", "fodselsdato"),
        *("geburtsjahr", "geburtsort", "syntymaaika"),
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
    *("fecha de nacimiento", "fecha nacimiento", "lugar de nacimiento", "ano de nacimiento"),
    *("data de nascimento", "data nascimento", "ano de nascimento", "local de nascimento"),
    *("date de naissance", "lieu de naissance", "annee de naissance", "data di nascita"),
    *("luogo di nascita", "data urodzenia", "dogum tarihi"),
)
_ALONE: Final = frozenset(
    {
        *("nie", "nif", "rut", "rfc", "rg", "bsn", "pan", "cedula", "iban"),
        *("birthday", "geburtstag", "cumpleanos", "aniversario", "anniversaire", "compleanno"),
        *("gender", "sex", "genero", "sexo", "sexe", "geschlecht", "sesso", "geslacht", "kon"),
    }
)
"""Also words of other languages and trades: only where the question asks for nothing else."""

_FILLING: Final = word_set(
    "what is your my number no nr n numero num de del la tu su seu o a the card por favor please "
    "when are do you identify cual es qual e quando cuando wann ist dein ihr quel quelle est votre"
)


@lru_cache(maxsize=4096)  # every lead of a form brings the same questions
def is_private_question(asked: str) -> bool:
    """
    Whether it asks for an identity document, a bank account, a card, a birth date or a gender.

    For questions whose type the vendor does not state: where it does, go by the type too.
    """
    words = plain(asked).split()
    text = f" {' '.join(words)} "
    if _ANYWHERE & set(words) or any(f" {phrase} " in text for phrase in _PHRASES):
        return True
    telling = [word for word in words if word not in _FILLING]
    return len(telling) == 1 and telling[0] in _ALONE
