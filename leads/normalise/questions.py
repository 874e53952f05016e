"""The names that forms give their questions, and the canonical fields they ask for."""

from collections.abc import Mapping
from typing import Final

from leads.normalise.text import plain

_NAMES: Final[Mapping[str, str]] = {
    "email": "email, e mail, email address, mail, correo, correo electrónico, courriel, "
    "adresse e mail, e mail adresse, endereço de email",
    "work_email": "work email, business email, company email, correo de trabajo, "
    "correo corporativo, email professionnel, email corporativo",
    "phone": "phone, phone number, telephone, tel, user provided phone number, phone otp, "
    "teléfono, número de teléfono, telefono, telefone, número de telefone, téléphone, "
    "numéro de téléphone, telefonnummer, telefon, cuál es tu número teléfono, "
    "cuál es tu número de teléfono, qual é o seu telefone, quel est votre numéro de téléphone",
    "mobile_phone": "mobile, mobile phone, mobile number, cell phone, celular, móvil, handynummer",
    "work_phone": "work phone, work phone number, business phone, teléfono de trabajo",
    "whatsapp": "whatsapp, whatsapp number, número de whatsapp",
    "full_name": "full name, name, your name, nombre completo, nombre y apellidos, nom complet, "
    "nome completo, vollständiger name",
    "first_name": "first name, given name, nombre, prénom, vorname, nome, primeiro nome",
    "last_name": "last name, surname, family name, apellido, apellidos, nom, nom de famille, "
    "nachname, sobrenome, cognome",
    "company": "company, company name, organisation, organization, empresa, nombre de la empresa, "
    "nome da empresa, entreprise, nom de l entreprise, firma, unternehmen, azienda",
    "website": "website, website or instagram, company website, url, sitio web, site web, "
    "webseite, sito web",
    "job_title": "job title, title, position, cargo, puesto, poste, berufsbezeichnung, role",
    "country": "country, país, pays, land, paese, country region",
    "region": "region, state, province, estado, provincia, département, bundesland",
    "city": "city, town, ciudad, ville, stadt, cidade, città",
    "postal_code": "postal code, zip, zip code, post code, postcode, código postal, code postal, "
    "postleitzahl, plz, cep",
    "street": "street, street address, address, dirección, adresse, address line two",
    "employees": "employees, company size, number of employees, tamaño de la empresa, "
    "número de empleados, taille de l entreprise, unternehmensgröße, funcionários",
    "industry": "industry, sector, job industry, branche, secteur, setor",
    "product": "product, which product, which product interests you, producto, produto, produit, "
    "produkt",
    "click_id": "fbclid, gclid, gcl id, click id",
}
_CANONICAL: Final[Mapping[str, str]] = {
    plain(name): field for field, names in _NAMES.items() for name in names.split(", ")
}
_EMPLOYEES: Final = frozenset(
    {
        *("employees", "empleados", "funcionarios", "colaboradores", "effectif", "salaries"),
        *("mitarbeiter", "beschaftigte", "dipendenti", "medewerkers"),
    }
)
"""Words that a form's own question about company size has in it, in whatever sentence."""


def standard_field(raw: str) -> str | None:
    """
    Answer the canonical field that a question's key or label asks for; None for a custom question.

    For exports and keys that carry no type: where the vendor states the type, go by the type.
    """
    asked = plain(raw)
    if _EMPLOYEES & set(asked.split()):
        return "employees"
    return _CANONICAL.get(asked)
