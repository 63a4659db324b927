"""Events to and from plain values, driven by the type hints of their dataclasses.

Converters are built once per type; what a field may hold is checked in both directions.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from reprlib import Repr
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from schemas.constraints import Constraint
from schemas.errors import InvalidEvent, InvalidField
from schemas.forms import Form

Record = TypeVar("Record")
Convert = Callable[[Any], Any]

_NAMED = 50
"""How many unknown fields are named: a message is to fit into a header of a dead letter."""

_UNIONS = (Union, UnionType)

_SHOWN = Repr()
_SHOWN.maxstring = _SHOWN.maxother = 60


def read(record_type: type[Record], plain: object, form: Form) -> Record:
    """Make an event of plain values.

    Raises InvalidEvent: `unknown-field` naming them all, or `invalid-field` naming field and value.
    """
    hint: Any = record_type
    record: Record = _reader(hint, form)(plain)
    return record


def write(record: object, form: Form) -> dict[str, Any]:
    """Return an event as plain values; raises InvalidEvent where a reader would refuse them."""
    hint: Any = type(record)
    plain: dict[str, Any] = _writer(hint, form)(record)
    return plain


@cache
def _reader(hint: Any, form: Form) -> Convert:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _checked(arguments[1:], after=_reader(arguments[0], form))
    if origin in _UNIONS:
        return _nullable(_reader(_inner(arguments), form))
    if origin is tuple:
        return _items(_reader(arguments[0], form), tuple)
    if dataclasses.is_dataclass(hint):
        return _record_reader(hint, form)
    if issubclass(hint, StrEnum):
        return _symbol_reader(hint)
    return _LEAVES.get(hint) or _told(form.read_time if hint is datetime else form.read_date)


@cache
def _writer(hint: Any, form: Form) -> Convert:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        check = _checked(arguments[1:], after=lambda value: value)
        inner = _writer(arguments[0], form)
        return lambda value: inner(check(value))
    if origin in _UNIONS:
        return _nullable(_writer(_inner(arguments), form))
    if origin is tuple:
        return _items(_writer(arguments[0], form), list)
    if dataclasses.is_dataclass(hint):
        return _record_writer(hint, form)
    if hint is datetime:
        return _told(form.write_time)
    return form.write_date if hint is date else _LEAVES.get(hint, str)


def _inner(arguments: tuple[Any, ...]) -> Any:
    # The only unions are `X | None`.
    return next(argument for argument in arguments if argument is not NoneType)


def _record_reader(record_type: Any, form: Form) -> Convert:
    hints = get_type_hints(record_type, include_extras=True)
    fields = {field.name: field for field in dataclasses.fields(record_type)}
    readers = {name: _reader(hints[name], form) for name in fields}
    required = [name for name, field in fields.items() if field.default is dataclasses.MISSING]

    def convert(plain: Any) -> Any:
        if not isinstance(plain, Mapping):
            raise InvalidField("", f"is {_SHOWN.repr(plain)}, not an object")
        _refuse_unknown(plain, fields)
        values = {name: _within(name, readers[name], value) for name, value in plain.items()}
        for name in required:
            if name not in values:
                raise InvalidField(name, "is missing")
        return record_type(**values)

    return convert


def _refuse_unknown(plain: Mapping[str, object], fields: Mapping[str, object]) -> None:
    unknown = plain.keys() - fields.keys()
    if unknown:
        names = ", ".join(_SHOWN.repr(name) for name in sorted(unknown)[:_NAMED])
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        raise InvalidEvent("unknown-field", f"unknown: {names}{more}; known: {', '.join(fields)}")


def _record_writer(record_type: Any, form: Form) -> Convert:
    hints = get_type_hints(record_type, include_extras=True)
    writers = [
        (field.name, _writer(hints[field.name], form)) for field in dataclasses.fields(record_type)
    ]
    return lambda record: {
        name: _within(name, convert, getattr(record, name)) for name, convert in writers
    }


def _within(name: str, convert: Convert, value: object) -> Any:
    try:
        return convert(value)
    except InvalidField as error:
        raise error.within(name) from error


def _items(convert: Convert, collection: type) -> Convert:
    def convert_items(values: Any) -> Any:
        if not isinstance(values, Sequence) or isinstance(values, str):
            raise _wrong(values, "is not a list")
        return collection(
            _within(f"[{number}]", convert, value) for number, value in enumerate(values)
        )

    return convert_items


def _nullable(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _checked(constraints: Sequence[Constraint], after: Convert) -> Convert:
    def check(value: Any) -> Any:
        converted = after(value)
        for constraint in constraints:
            problem = constraint.problem(converted)
            if problem is not None:
                raise _wrong(value, problem)
        return converted

    return check


def _told(convert: Convert) -> Convert:
    def tell(value: Any) -> Any:
        try:
            return convert(value)
        except ValueError as error:
            raise _wrong(value, str(error)) from error

    return tell


def _symbol_reader(symbols: type[StrEnum]) -> Convert:
    names = symbols.__members__

    def convert(value: Any) -> StrEnum:
        if not isinstance(value, str) or value not in names:
            raise _wrong(value, f"is not one of {', '.join(names)}")
        return names[value]

    return convert


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(value, "is not text")
    try:
        # JSON can spell half of a surrogate pair, which no UTF-8 can hold.
        value.encode()
    except UnicodeEncodeError as error:
        raise _wrong(value, "is not Unicode text") from error
    return value


def _whole_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(value, "is not a whole number")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _wrong(value, "is not a number")
    try:
        return float(value)
    except OverflowError as error:
        raise _wrong(value, "is too large a number") from error


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, "is not true or false")
    return value


def _wrong(value: object, problem: str) -> InvalidField:
    return InvalidField("", f"{_SHOWN.repr(value)} {problem}")


_LEAVES: dict[Any, Convert] = {
    str: _text,
    int: _whole_number,
    float: _number,
    bool: _truth,
}
