"""Describe an object and its fields the way Salesforce does, from the schema."""

from typing import Any

from sandbox.salesforce.lead_schema import ADDRESS_PARTS
from sandbox.salesforce.schema import ID_TYPES, TEXT_TYPES, Column, Entity

_NAMES = frozenset({"LastName", "FirstName", "Salutation", "Name"})
_SOAP = {
    **dict.fromkeys(ID_TYPES, "tns:ID"),
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    **dict.fromkeys(("double", "currency", "percent"), "xsd:double"),
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
    "anyType": "xsd:anyType",
}
_BYTES_A_CHARACTER = 3
_LONG_TEXT = 255
_NEVER = (
    "aiPredictionField|autoNumber|calculated|cascadeDelete|caseSensitive|dependentPicklist|"
    "deprecatedAndHidden|displayLocationInDecimal|encrypted|formulaTreatNullNumberAsZero|"
    "highScaleNumber|htmlFormatted|restrictedDelete|writeRequiresMasterRead"
)
_NOTHING = (
    "calculatedFormula|controllerName|defaultValueFormula|filteredLookupInfo|inlineHelpText|mask|"
    "maskType|referenceTargetField|relationshipOrder"
)
_OF_NO_OBJECT = (
    *("associateEntityType", "associateParentEntity", "defaultImplementation", "extendedBy"),
    *("extendsInterfaces", "implementedBy", "implementsInterfaces", "listviewable"),
    *("lookupLayoutable", "networkScopeFieldName"),
)
_NO_OBJECT_IS = ("deepCloneable", "hasSubtypes", "isInterface", "isSubtype")
_MASTER = "012000000000000AAA"
_PAGES = "https://sandbox.my.salesforce.com"
_CONSTANT = {**dict.fromkeys(_NEVER.split("|"), False), **dict.fromkeys(_NOTHING.split("|"))}


def describe_brief(entity: Entity, base: str) -> dict[str, Any]:
    """What the list of objects says of one."""
    url = f"{base}/sobjects/{entity.name}"
    return {
        "activateable": False,
        "createable": entity.createable,
        "custom": False,
        "customSetting": False,
        "deletable": entity.deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": entity.name == "Lead",
        "keyPrefix": entity.prefix,
        "label": entity.label,
        "labelPlural": entity.plural,
        "layoutable": entity.createable,
        "mergeable": entity.name == "Lead",
        "name": entity.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": entity.createable,
        "triggerable": entity.createable,
        "undeletable": entity.deletable,
        "updateable": entity.updateable,
        "urls": {"sobject": url, "describe": f"{url}/describe", "rowTemplate": f"{url}/{{ID}}"},
    }


def describe(entity: Entity, base: str) -> dict[str, Any]:
    """Everything an object's describe says, by the keys of a recorded one."""
    brief, url = describe_brief(entity, base), f"{base}/sobjects/{entity.name}"
    more = ("compactLayouts", "approvalLayouts", "layouts")
    return {
        **dict.fromkeys(_OF_NO_OBJECT),
        **dict.fromkeys(_NO_OBJECT_IS, False),
        **brief,
        "actionOverrides": [],
        "childRelationships": [_child(each) for each in entity.children],
        "compactLayoutable": entity.createable,
        "fields": [describe_field(column) for column in entity.columns.values()],
        "mruEnabled": entity.createable,
        "namedLayoutInfos": [],
        "recordTypeInfos": [_master_type(url)],
        "searchLayoutable": entity.createable,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": _scopes(entity),
        "urls": {
            **brief["urls"],
            **{name: f"{url}/describe/{name}" for name in more},
            "listviews": f"{url}/listviews",
            "quickActions": f"{url}/quickActions",
            "uiDetailTemplate": f"{_PAGES}/{{ID}}",
            "uiEditTemplate": f"{_PAGES}/{{ID}}/e",
            "uiNewRecord": f"{_PAGES}/{entity.prefix}/e",
        },
    }


def _child(child: tuple[str, str, str | None]) -> dict[str, Any]:
    name, field, relationship = child
    return {
        "cascadeDelete": relationship is not None,
        "childSObject": name,
        "deprecatedAndHidden": False,
        "field": field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": relationship,
        "restrictedDelete": False,
    }


def _master_type(url: str) -> dict[str, Any]:
    """The one record type of an org that has none of its own."""
    return {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": True,
        "developerName": "Master",
        "master": True,
        "name": "Master",
        "recordTypeId": _MASTER,
        "urls": {"layout": f"{url}/describe/layouts/{_MASTER}"},
    }


def _scopes(entity: Entity) -> list[dict[str, str]]:
    """Whose records a list may be narrowed to."""
    plural = entity.plural.lower()
    told = {
        "everything": f"All {plural}",
        "mine": f"My {plural}",
        "queue_owned": f"Queue owned {plural}",
        "scopingRule": "Filter by scope",
        "team": f"My team's {plural}",
        "user_owned": f"User owned {plural}",
    }
    return [{"label": label, "name": name} for name, label in told.items()]


def describe_field(column: Column) -> dict[str, Any]:
    kind, is_text = column.type, column.type in TEXT_TYPES
    size = {
        "length": column.length,
        "byteLength": column.length * (_BYTES_A_CHARACTER if is_text else 1),
        # For whole numbers Salesforce says `digits` where it says `precision` for others.
        "digits": column.precision if kind == "int" else 0,
        "precision": 0 if kind == "int" else column.precision,
        "scale": column.scale,
    }
    is_long = is_text and column.length > _LONG_TEXT
    return {
        **_CONSTANT,
        **size,
        "name": column.name,
        "label": column.label,
        "type": kind,
        "soapType": _SOAP.get(kind, "xsd:string"),
        "aggregatable": kind not in {"boolean", "address"} and not is_long,
        "compoundFieldName": _compound(column),
        "createable": column.createable,
        "custom": column.is_custom,
        "defaultValue": column.default,
        "defaultedOnCreate": column.defaulted,
        "externalId": column.external_id,
        "extraTypeInfo": _extra_type(column),
        "filterable": column.filterable,
        "groupable": column.groupable,
        "idLookup": kind in {"id", "email"} or column.external_id,
        "nameField": column.name == "Name",
        "namePointing": len(column.refers_to) > 1,
        "nillable": column.nillable,
        "picklistValues": _choices(column),
        "polymorphicForeignKey": len(column.refers_to) > 1,
        "queryByDistance": kind == "address",
        "referenceTo": list(column.refers_to),
        "relationshipName": column.relationship,
        "restrictedPicklist": column.restricted,
        "sortable": column.sortable,
        "unique": column.unique,
        "updateable": column.updateable,
    }


def _compound(column: Column) -> str | None:
    if column.name in ADDRESS_PARTS:
        return "Address"
    return "Name" if column.name in _NAMES - {"Name"} else None


def _extra_type(column: Column) -> str | None:
    if column.name in _NAMES:
        return "personname"
    if column.name == "PhotoUrl":
        return "imageurl"
    return "plaintextarea" if column.type == "textarea" else None


def _choices(column: Column) -> list[dict[str, Any]]:
    return [
        {
            "active": True,
            "defaultValue": choice == column.default,
            "label": choice,
            "validFor": None,
            "value": choice,
        }
        for choice in column.choices
    ]
