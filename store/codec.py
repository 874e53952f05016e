"""
Dataclasses and named tuples to JSON text and back, exactly. Whatever is unexpected is refused.

A field whose value is its default is left out, and one that is missing takes it: a field added
later needs a default, and a default never changes. Messages name fields and types, never values.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from leads.errors import StoreError

T = TypeVar("T")
# What the coders give is a tree, made anew: it need not be searched for circles.
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)


class CodecError(StoreError):
    """A stored value, or one to be stored, does not have the shape its type says."""


def dumps(value: object) -> str:
    """Write a dataclass as JSON text, ASCII only. Raises CodecError."""
    return _JSON.encode(_coder(type(value)).encode(value))


def dumps_with(value: object, name: str) -> tuple[str, str]:
    """Write it as `dumps` does, and one field of it alone once more: "" where that is left out."""
    encoded = _coder(type(value)).encode(value)
    assert isinstance(encoded, dict)
    return _JSON.encode(encoded), _JSON.encode(encoded[name]) if name in encoded else ""


def loads(text: str, kind: type[T]) -> T:
    """Read what `dumps` wrote. Raises CodecError."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        problem = f"{kind.__name__}: the stored text is not JSON"
        raise CodecError(problem) from error
    value = _coder(kind).decode(raw)
    assert isinstance(value, kind)
    return value


@dataclass(frozen=True, slots=True)
class _Coder:
    """`plain`: values of this very type are written as they are, and need not be encoded."""

    encode: Callable[[object], object]
    decode: Callable[[object], object]
    plain: type | None = None


def _coder(kind: object) -> _Coder:
    """Answer the pair of functions for one type, built once."""
    if kind not in _CODERS:
        _CODERS[kind] = _build(kind)
    return _CODERS[kind]


def _build(kind: object) -> _Coder:
    if isinstance(kind, NewType):
        return _coder(kind.__supertype__)
    origin = get_origin(kind)
    if origin in _GENERIC:
        return _GENERIC[origin](get_args(kind))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _enum(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind, _defaults_of_dataclass(kind))
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_field_defaults"):
        return _record(kind, kind._field_defaults)
    raise CodecError(f"{kind}: no rule for storing this type; add one to store/codec.py")


def _expect(value: object, kind: type[T]) -> T:
    # Not isinstance: True is no number here, and a subclass would come back as its base.
    if type(value) is not kind:
        raise CodecError(f"{kind.__name__} expected, found {type(value).__name__}")
    return value


def _same(kind: type) -> _Coder:
    def check(value: object) -> object:
        return _expect(value, kind)

    return _Coder(check, check, plain=kind)


def _text(value: object) -> object:
    if type(value) is str:
        return value
    if isinstance(value, StrEnum):
        raise CodecError("str expected, found an enumeration")
    return str(value) if isinstance(value, str) else _expect(value, str)


def _float(value: object) -> object:
    number = float(value) if type(value) is int else _expect(value, float)
    if number - number != 0:
        raise CodecError("a finite number expected")
    return number


def _write_decimal(value: object) -> object:
    number = _expect(value, Decimal)
    if not number.is_finite():
        raise CodecError("a finite Decimal expected")
    return str(number)


def _read_decimal(raw: object) -> object:
    try:
        return Decimal(_expect(raw, str))
    except InvalidOperation:
        raise CodecError("a Decimal expected, found other text") from None


def _write_instant(value: object) -> object:
    if not isinstance(value, datetime):
        raise CodecError(f"datetime expected, found {type(value).__name__}")
    if value.tzinfo is None:
        raise CodecError("an aware datetime expected, found one without a time zone")
    return _utc_text(value.astimezone(UTC))


# Many are alike. Of UTC alone: elsewhere the two of an hour that comes twice are equal.
@lru_cache(maxsize=1_024)
def _utc_text(value: datetime) -> str:
    return value.isoformat()


def _read_instant(raw: object) -> object:
    try:
        value = datetime.fromisoformat(_expect(raw, str))
    except ValueError:
        raise CodecError("an instant expected, found other text") from None
    if value.tzinfo is None:
        raise CodecError("an aware datetime expected, found one without a time zone")
    return value


_CODERS: dict[object, _Coder] = {
    str: _Coder(_text, _text, plain=str),
    int: _same(int),
    bool: _same(bool),
    float: _Coder(_float, _float),
    Decimal: _Coder(_write_decimal, _read_decimal),
    datetime: _Coder(_write_instant, _read_instant),
}


def _optional(args: tuple[object, ...]) -> _Coder:
    inner, *more = [arg for arg in args if arg is not NoneType]
    if more or NoneType not in args:
        raise CodecError("a union is stored only where it is one type or None")
    coder = _coder(inner)
    return _Coder(
        lambda value: None if value is None else coder.encode(value),
        lambda raw: None if raw is None else coder.decode(raw),
        plain=coder.plain,
    )


def _tuple(args: tuple[object, ...]) -> _Coder:
    if args[1:] != (...,):
        raise CodecError("a tuple is stored only where it is tuple[X, ...]")
    coder = _coder(args[0])
    return _Coder(
        lambda value: _encode_each(_expect(value, tuple), coder),
        lambda raw: tuple(coder.decode(part) for part in _expect(raw, list)),
    )


def _encode_each(parts: Sequence[object], coder: _Coder) -> list[object]:
    encode, plain = coder.encode, coder.plain
    return [part if type(part) is plain else encode(part) for part in parts]


def _sequence(args: tuple[object, ...]) -> _Coder:
    coder = _coder(args[0])

    def encode(value: object) -> object:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise CodecError(f"a sequence expected, found {type(value).__name__}")
        return _encode_each(value, coder)

    return _Coder(encode, lambda raw: tuple(coder.decode(part) for part in _expect(raw, list)))


def _frozenset(args: tuple[object, ...]) -> _Coder:
    coder = _coder(args[0])

    def encode(value: object) -> object:
        parts = [coder.encode(part) for part in _expect(value, frozenset)]
        return sorted(parts, key=lambda part: (part is not None, str(part)))

    return _Coder(encode, lambda raw: frozenset(coder.decode(part) for part in _expect(raw, list)))


def _mapping(args: tuple[object, ...]) -> _Coder:
    key, each = _coder(args[0]), _coder(args[1])

    def encode(value: object) -> object:
        if not isinstance(value, Mapping):
            raise CodecError(f"a mapping expected, found {type(value).__name__}")
        return {_expect(key.encode(k), str): each.encode(v) for k, v in value.items()}

    def decode(raw: object) -> object:
        return {key.decode(k): each.decode(v) for k, v in _expect(raw, dict).items()}

    return _Coder(encode, decode)


_GENERIC: Mapping[object, Callable[[tuple[object, ...]], _Coder]] = {
    Union: _optional,
    UnionType: _optional,
    tuple: _tuple,
    Sequence: _sequence,
    frozenset: _frozenset,
    Mapping: _mapping,
}


def _enum(kind: type[StrEnum]) -> _Coder:
    words: Mapping[object, StrEnum] = {member.value: member for member in kind}

    def decode(raw: object) -> object:
        if raw not in words:
            raise CodecError(f"{kind.__name__} has no such word")
        return words[raw]

    return _Coder(lambda value: _expect(value, kind).value, decode)


@dataclass(frozen=True, slots=True)
class _Field:
    coder: _Coder
    default: object
    is_required: bool


def _record(kind: type, defaults: Mapping[str, object]) -> _Coder:
    coders = {name: _coder(hint) for name, hint in get_type_hints(kind).items()}
    shape = _Shape(
        kind,
        {
            name: _Field(coder, defaults.get(name, MISSING), is_required=name not in defaults)
            for name, coder in coders.items()
        },
    )
    return _Coder(shape.encode, shape.decode)


def _defaults_of_dataclass(kind: type) -> Mapping[str, object]:
    made = {f.name: f.default_factory() for f in fields(kind) if f.default_factory is not MISSING}
    return made | {f.name: f.default for f in fields(kind) if f.default is not MISSING}


@dataclass(frozen=True, slots=True)
class _Shape:
    """A dataclass or a named tuple, and its fields by name."""

    kind: type
    fields: Mapping[str, _Field]
    _written: Sequence[tuple[str, Callable[[object], object], object, type | None]] = field(
        init=False
    )

    def __post_init__(self) -> None:
        # Laid out for the loop that every stored value goes through.
        each = (
            (name, own.coder.encode, own.default, own.coder.plain)
            for name, own in self.fields.items()
        )
        object.__setattr__(self, "_written", tuple(each))

    def encode(self, value: object) -> object:
        if type(value) is not self.kind:
            raise CodecError(f"{self.kind.__name__} expected, found {type(value).__name__}")
        stored: dict[str, object] = {}
        name = ""
        try:
            for name, encode, default, plain in self._written:
                own = getattr(value, name)
                if own is not default:
                    stored[name] = own if type(own) is plain else encode(own)
        except CodecError as error:
            raise self._within(name, error) from None
        return stored

    def decode(self, raw: object) -> object:
        stored = _expect(raw, dict)
        self._check_names(stored)
        values: dict[str, object] = {}
        name = ""
        try:
            for name, each in stored.items():
                values[name] = self.fields[name].coder.decode(each)
        except CodecError as error:
            raise self._within(name, error) from None
        return self.kind(**values)

    def _check_names(self, stored: Mapping[str, object]) -> None:
        if strange := stored.keys() - self.fields.keys():
            raise CodecError(f"{self.kind.__name__} has no field {', '.join(sorted(strange))}")
        for name, own in self.fields.items():
            if own.is_required and name not in stored:
                raise CodecError(f"{self.kind.__name__}.{name} is missing")

    def _within(self, name: str, error: CodecError) -> CodecError:
        return CodecError(f"{self.kind.__name__}.{name}: {error}")
