"""The options of this portal's enumerations, as a new portal has them."""

from collections.abc import Mapping

Options = Mapping[str, tuple[str, ...]]

_LANGUAGES = (
    "af ar ar-eg bg bn ca cs da de de-at de-ch el en en-au en-ca en-gb en-ie en-in en-us es es-ar "
    "es-co es-es es-mx et fa fi fil fr fr-be fr-ca fr-ch fr-fr he he-il hi hr hu id it it-ch it-it "
    "ja ja-jp ko ko-kr lt lv ms nb nl nl-be nl-nl no no-no pl pt pt-br pt-pt ro ru sk sl sq sr sv "
    "sv-se th tl tr uk vi zh zh-cn zh-hk zh-tw"
)
_INDUSTRIES = (
    "ACCOUNTING AIRLINES_AVIATION APPAREL_FASHION ARCHITECTURE_PLANNING AUTOMOTIVE BANKING "
    "BIOTECHNOLOGY BUILDING_MATERIALS CHEMICALS CIVIL_ENGINEERING COMPUTER_HARDWARE "
    "COMPUTER_NETWORK_SECURITY COMPUTER_SOFTWARE CONSTRUCTION CONSUMER_ELECTRONICS CONSUMER_GOODS "
    "DESIGN E_LEARNING EDUCATION_MANAGEMENT ENTERTAINMENT FINANCIAL_SERVICES FOOD_BEVERAGES "
    "FOOD_PRODUCTION GOVERNMENT_ADMINISTRATION HEALTH_WELLNESS_AND_FITNESS HIGHER_EDUCATION "
    "HOSPITAL_HEALTH_CARE HOSPITALITY HUMAN_RESOURCES INFORMATION_TECHNOLOGY_AND_SERVICES "
    "INSURANCE INTERNET INVESTMENT_MANAGEMENT LAW_PRACTICE LEGAL_SERVICES "
    "LOGISTICS_AND_SUPPLY_CHAIN MACHINERY MANAGEMENT_CONSULTING MARKETING_AND_ADVERTISING "
    "MECHANICAL_OR_INDUSTRIAL_ENGINEERING MEDICAL_DEVICES OIL_ENERGY PHARMACEUTICALS REAL_ESTATE "
    "RENEWABLES_ENVIRONMENT RESTAURANTS RETAIL TELECOMMUNICATIONS TRANSPORTATION_TRUCKING_RAILROAD "
    "UTILITIES WHOLESALE WIRELESS"
)
_LIFECYCLE = (
    *("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead"),
    *("opportunity", "customer", "evangelist", "other"),
)

OF_CONTACTS: Options = {
    "hs_language": tuple(_LANGUAGES.split()),
    "numemployees": ("1-5", "5-25", "25-50", "50-100", "100-500", "500-1000", "1000+"),
    "hs_lead_status": (
        *("NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED"),
        *("ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING"),
    ),
    "lifecyclestage": _LIFECYCLE,
    "hs_analytics_source": (
        *("ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS"),
        *("OTHER_CAMPAIGNS", "DIRECT_TRAFFIC", "OFFLINE", "PAID_SOCIAL", "AI_REFERRALS"),
    ),
}

OF_OTHERS: Mapping[str, Options] = {
    "leads": {
        "hs_lead_type": ("NEW_BUSINESS", "RE_ATTEMPTING", "RE_ENGAGING", "UPSELL"),
        "hs_lead_label": ("HOT", "WARM", "COLD"),
        "hs_pipeline": ("lead-pipeline-id",),
        "hs_pipeline_stage": (
            *("new-stage-id", "attempting-stage-id", "connected-stage-id"),
            *("qualified-stage-id", "unqualified-stage-id"),
        ),
    },
    "tasks": {
        "hs_task_status": ("NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"),
        "hs_task_priority": ("NONE", "LOW", "MEDIUM", "HIGH"),
        "hs_task_type": ("EMAIL", "CALL", "TODO", "MEETING", "LINKED_IN"),
    },
    "calls": {
        "hs_call_status": (
            *("BUSY", "CALLING_CRM_USER", "CANCELED", "COMPLETED", "CONNECTING", "FAILED"),
            *("IN_PROGRESS", "MISSED", "NO_ANSWER", "QUEUED", "RINGING"),
        ),
        "hs_call_direction": ("INBOUND", "OUTBOUND"),
    },
    "emails": {
        "hs_email_status": ("BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"),
        "hs_email_direction": ("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL", "DRAFT_EMAIL"),
    },
    "meetings": {
        "hs_meeting_outcome": ("SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"),
    },
    "companies": {"industry": tuple(_INDUSTRIES.split()), "lifecyclestage": _LIFECYCLE},
    "deals": {
        "dealstage": (
            *("appointmentscheduled", "qualifiedtobuy", "presentationscheduled"),
            *("decisionmakerboughtin", "contractsent", "closedwon", "closedlost"),
        ),
        "pipeline": ("default",),
        "deal_currency_code": ("EUR", "GBP", "USD"),
    },
}
