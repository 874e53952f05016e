"""The first three characters of an id, which say what it is the id of. The same in every org."""

LEAD = "00Q"
CONTACT = "003"
USER = "005"
QUEUE = "00G"
