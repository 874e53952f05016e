"""`batch`: up to 50 calls in one request, each answered by a status, headers and a body as text."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import QueryParams

from sandbox.meta.errors import GraphError, bad_token
from sandbox.meta.graph import Call, answer
from sandbox.meta.pages import MetaBusiness
from sandbox.meta.versions import answering, split_path

_MOST = 50
_METHODS = frozenset({"GET", "POST", "DELETE"})
_REFERENCE = re.compile(r"\{result=([\w-]+):(\$[^{}]*)\}")
_STEP = re.compile(r"\.(\w+|\*)|\[(\d+|\*)\]")
Told = dict[str, Any] | None
HeadersOf = Callable[[str, tuple[str, ...]], Mapping[str, str]]


def run_batch(business: MetaBusiness, call: Call, text: Any, headers_of: HeadersOf) -> list[Told]:
    """
    Answer each part in order. Raises GraphError for a batch that is none.

    One that is named is not told where it went well, and null is told of one that stands on a part
    that did not.
    """
    with_headers = str(call.sent.get("include_headers", call.query.get("include_headers", "true")))
    results: list[Told] = []
    good: dict[str, Any] = {}
    for part in _parts(text):
        told = _run(business, call, part, good, headers_of)
        if told and with_headers.lower() == "false":
            del told["headers"]
        name = part.get("name")
        if name and told and told["code"] == 200:  # noqa: PLR2004
            good[str(name)] = json.loads(told["body"])
            told = None if part.get("omit_response_on_success", True) else told
        results.append(told)
    return results


def _parts(text: Any) -> list[Mapping[str, Any]]:
    try:
        parts = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        parts = None
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise _no_batch("batch parameter must be a JSON array")
    if not parts:
        raise _no_batch("Empty batch")
    if len(parts) > _MOST:
        raise _no_batch(f"Too many requests in batch message. Maximum batch size is {_MOST}")
    return parts


def _no_batch(message: str) -> GraphError:
    return GraphError(0, message, kind="GraphBatchException")


def _run(
    business: MetaBusiness,
    outer: Call,
    part: Mapping[str, Any],
    good: Mapping[str, Any],
    headers_of: HeadersOf,
) -> Told:
    url, body = str(part.get("relative_url") or ""), str(part.get("body") or "")
    named = {name for name, _ in _REFERENCE.findall(url + body)} | {part.get("depends_on")}
    if not named - {None} <= good.keys():
        return None
    version, parts = outer.path.split("/")[1], outer.parts[:0]
    try:
        call = _call(outer, str(part.get("method")), _filled(url, good), _filled(body, good))
        version, parts = call.path.split("/")[1], call.parts
        code, told = 200, answer(business, call)
    except GraphError as error:
        business.ground.log("refused", "leads", code=error.code, path=url)
        code, told = error.status, error.body()
    headers = [{"name": k, "value": v} for k, v in headers_of(version, parts).items()]
    return {"code": code, "headers": headers, "body": json.dumps(told)}


def _call(outer: Call, method: str, url: str, body: str) -> Call:
    if method.upper() not in _METHODS:
        raise _no_batch(f"Unsupported method: {method}")
    address = urlsplit(f"/{url.lstrip('/')}")
    asked, parts = split_path(address.path)
    version = answering(asked) if asked else outer.path.split("/")[1]
    query, sent = QueryParams(address.query), dict(parse_qsl(body))
    if {**sent, **query}.get("access_token", outer.token) != outer.token:
        raise bad_token()
    return replace(
        outer,
        method=method.upper(),
        path=f"/{'/'.join((version, *parts))}",
        asked_version=asked or outer.asked_version,
        parts=parts,
        query=query,
        sent=sent,
    )


def _filled(text: str, good: Mapping[str, Any]) -> str:
    """Put in what other parts answered; several values stand with commas between them."""

    def value(found: re.Match[str]) -> str:
        here = [good[found[1]]]
        path = found[2][1:]
        if "".join(step[0] for step in _STEP.finditer(path)) != path:
            raise _no_batch(f"Invalid JSONPath expression: {found[2]}")
        for step in _STEP.finditer(path):
            here = [below for each in here for below in _below(each, step[1] or step[2])]
        return ",".join(str(each) for each in here)

    return _REFERENCE.sub(value, text)


def _below(value: Any, step: str) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values()) if step == "*" else [value[step]] if step in value else []
    if isinstance(value, list):
        return value if step == "*" else value[int(step) :][:1] if step.isdecimal() else []
    return []
