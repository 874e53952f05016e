"""The names a lead's fields have wherever a person writes them: CSV columns, JSON keys."""

_NAMES = """
id source created_at email work_email phone mobile_phone work_phone whatsapp full_name first_name
last_name company website job_title country region city postal_code industry employees
employees_min employees_max product deal_type deal_value currency score language lead_source
channel campaign form click_id current_owner status consent is_test
"""
COLUMNS = frozenset(_NAMES.split())
"""Every canonical name, and what some fields are made of; others are `custom.NAME`."""

CUSTOM = "custom."
