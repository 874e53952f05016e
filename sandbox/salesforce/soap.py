"""services/Soap/u/VERSION: login() and nothing else, in XML."""

import re
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from sandbox.salesforce.doors import Closed
from sandbox.salesforce.furnishing import ORGANIZATION
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.xml_text import texts

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com">'
    "<soapenv:Body>{}</soapenv:Body></soapenv:Envelope>"
)
_NO_VERSION = 1e9
_VERSION = re.compile(r"(\d+\.\d)(/.*)?")


async def soap(org: SalesforceOrg, request: Request) -> Response:
    version = _VERSION.fullmatch(request.path_params["rest"])
    try:
        said = texts((await request.body()).decode(errors="replace"), "username", "password")
        user = said["username"], said["password"]
        number = float(version[1]) if version else _NO_VERSION
        org.doors.check_soap(number, user, org.usernames(), org.now())
    except (ExpatError, KeyError):
        return _fault(Closed("UNKNOWN_EXCEPTION", "the envelope cannot be read"))
    except Closed as closed:
        return _fault(closed)
    result = {
        "serverUrl": f"https://{request.url.netloc}/services/Soap/u/{number}/{ORGANIZATION}",
        "sessionId": org.issue_token(),
        "userId": org.running_user,
    }
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in result.items())
    body = f"<loginResponse><result>{inside}</result></loginResponse>"
    return Response(_ENVELOPE.format(body), media_type="text/xml")


def _fault(closed: Closed) -> Response:
    text = escape(closed.message)
    body = (
        f"<soapenv:Fault><faultcode>{closed.code}</faultcode>"
        f"<faultstring>{closed.code}: {text}</faultstring><detail><sf:LoginFault>"
        f"<sf:exceptionCode>{closed.code}</sf:exceptionCode>"
        f"<sf:exceptionMessage>{text}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
    )
    return Response(_ENVELOPE.format(body), 500, media_type="text/xml")
