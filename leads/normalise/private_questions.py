"""Questions whose answers are not ours to keep: identity documents, and numbers like them."""

from functools import lru_cache
from typing import Final

from leads.normalise.text import plain, word_set

_ANYWHERE: Final = frozenset(
    {
        *("dni", "cpf", "curp", "cuil", "cuit", "ssn", "nric", "pesel", "aadhaar", "aadhar"),
        *("passport", "pasaporte", "passaporte", "passeport", "reisepass", "passaporto"),
        *("personalausweis", "ausweisnummer", "personnummer", "bvn"),
    }
)
"""Words that name such a document in whatever sentence they stand."""

_PHRASES: Final = (
    *("national id", "national identity", "identity card", "identity number", "identity document"),
    *("government id", "government issued id", "id card number", "social security"),
    *("national insurance number", "driving licence number", "driver license number"),
    *("drivers license number", "documento de identidad", "numero de documento"),
    *("cedula de identidad", "cedula de ciudadania", "numero de cedula", "documento de identidade"),
    *("carte didentite", "piece didentite", "carta didentita"),
    *("cartao de cidadao", "carte d identite", "piece d identite", "numero de securite sociale"),
    *("seguridad social", "codice fiscale", "carta d identita", "steuer id", "emirates id"),
    *("steueridentifikationsnummer", "sozialversicherungsnummer", "credit card number"),
    *("identification number", "id number", "numero de identificacion", "tax id number"),
    *("numero de tarjeta", "bank account number", "kreditkartennummer"),
)
_ALONE: Final = frozenset({"nie", "nif", "rut", "rfc", "rg", "bsn", "pan", "cedula", "iban"})
"""Also words of other languages and trades: only where the question asks for nothing else."""

_FILLING: Final = word_set(
    "what is your my number no nr n numero num de del la tu su seu o a the card por favor please"
)


@lru_cache(maxsize=4096)  # every lead of a form brings the same questions
def is_private_question(asked: str) -> bool:
    """
    Whether a question, a column or a key asks for an identity document, a bank account or a card.

    For questions whose type the vendor does not state: where it does, go by the type too.
    """
    words = plain(asked).split()
    text = f" {' '.join(words)} "
    if _ANYWHERE & set(words) or any(f" {phrase} " in text for phrase in _PHRASES):
        return True
    telling = [word for word in words if word not in _FILLING]
    return len(telling) == 1 and telling[0] in _ALONE
