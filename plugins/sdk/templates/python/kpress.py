"""Columns, errors and a guard for kpress plugins in Python. Copied into a plugin by `kpress plugin new`.

There is no clock, no random source, no file and no `print`: use the as-of date and the seed of the run, and `say`.
Import everything at the top of a module: an import while a plugin runs ends the run.
"""

import functools
import sys

from componentize_py_types import Err
from wit_world.imports import log as _log
from wit_world.imports.types import (
    Batch,
    Column,
    ColumnType_Boolean,
    ColumnType_Date32,
    ColumnType_Decimal64,
    ColumnType_DictUtf8,
    ColumnType_Float64,
    ColumnType_Int64,
    ColumnType_Utf8,
    Dictionary,
    Field,
    ParamProblem,
    PluginError_BadData,
    PluginError_Failed,
    PluginError_InvalidParams,
    PluginError_MissingInput,
    PluginError_RetryLater,
    PluginError_Unsupported,
    RunContext,
    Severity,
)


def say(message: str) -> None:
    """A line for the log of the run."""
    _log.log(Severity.INFO, message)


# What a plugin raises to say why there is no result. Any other exception becomes `failed`, with its text.
def invalid_param(name: str, message: str) -> Err:
    return Err(PluginError_InvalidParams([ParamProblem(name, message)]))


def missing_input(name: str) -> Err:
    return Err(PluginError_MissingInput(name))


def bad_data(message: str) -> Err:
    return Err(PluginError_BadData(message))


def unsupported(message: str) -> Err:
    return Err(PluginError_Unsupported(message))


def retry_later(seconds: int) -> Err:
    return Err(PluginError_RetryLater(seconds))


def failed(message: str) -> Err:
    return Err(PluginError_Failed(message))


def guard(work):
    """Wraps a function of an export: an exception that nobody catches would end the run without a word."""

    @functools.wraps(work)
    def guarded(*args):
        try:
            return work(*args)
        except Err:
            raise
        except RecursionError:
            raise failed("RecursionError: the plugin calls itself too deeply")
        except MemoryError:
            raise failed("MemoryError: the plugin used up its memory")
        except Exception as error:
            raise failed(f"{type(error).__name__}: {error}")

    return guarded


def param(ctx: RunContext, name: str) -> str | None:
    """The text of a parameter: a string as it is, anything else as JSON; None where it was not given."""
    for own in ctx.params:
        if own.name == name:
            return own.value
    return None


def integer_param(ctx: RunContext, name: str, otherwise: int) -> int:
    given = param(ctx, name)
    if given is None:
        return otherwise
    try:
        return int(given)
    except ValueError:
        raise invalid_param(name, f"`{given}` is not a whole number")


def _column(batch: Batch, name: str) -> Column:
    for own in batch.columns:
        if own.name == name:
            return own
    raise missing_input(name)


def _typed(batch: Batch, name: str, kind: type, code: str):
    column = _column(batch, name)
    if not isinstance(column.ty, kind):
        raise bad_data(f"column `{name}` is {type(column.ty).__name__}, not {kind.__name__}")
    values = memoryview(column.values).cast(code)
    validity = column.validity
    if not validity:
        return values
    return [value if validity[row >> 3] >> (row & 7) & 1 else None for row, value in enumerate(values)]


# Columns in: one value per row, None where there is a null.
def floats(batch: Batch, name: str):
    return _typed(batch, name, ColumnType_Float64, "d")


def ints(batch: Batch, name: str):
    return _typed(batch, name, ColumnType_Int64, "q")


def dates(batch: Batch, name: str):
    """Days since 1970-01-01."""
    return _typed(batch, name, ColumnType_Date32, "i")


def decimals(batch: Batch, name: str):
    """Exact decimals, as whole numbers in units of 10^-scale."""
    return _typed(batch, name, ColumnType_Decimal64, "q")


def texts(batch: Batch, name: str) -> list[str | None]:
    column = _column(batch, name)
    if isinstance(column.ty, ColumnType_DictUtf8):
        offsets, data = memoryview(column.dict.offsets).cast("I"), column.dict.bytes
        words = [data[offsets[at] : offsets[at + 1]].decode() for at in range(len(offsets) - 1)]
        cells = [words[code] for code in memoryview(column.values).cast("I")]
    elif isinstance(column.ty, ColumnType_Utf8):
        offsets = memoryview(column.offsets).cast("I")
        cells = [column.values[offsets[row] : offsets[row + 1]].decode() for row in range(batch.rows)]
    else:
        raise bad_data(f"column `{name}` is {type(column.ty).__name__}, not a text")
    validity = column.validity
    if not validity:
        return cells
    return [cell if validity[row >> 3] >> (row & 7) & 1 else None for row, cell in enumerate(cells)]


def groups(group_ids: bytes):
    """The group of each row."""
    return memoryview(group_ids).cast("I")


def _out(name: str, ty, code: str, values: list, empty) -> Column:
    cells = memoryview(bytearray(8 * len(values))).cast(code)
    validity = bytearray((len(values) + 7) >> 3)
    whole = True
    for row, value in enumerate(values):
        if value is None:
            whole = False
            cells[row] = empty
        else:
            cells[row] = value
            validity[row >> 3] |= 1 << (row & 7)
    return Column(name, ty, bytes(cells.cast("B")), b"", None, b"" if whole else bytes(validity))


# Columns out, from values with None where there is nothing to say.
def float_column(name: str, values: list) -> Column:
    return _out(name, ColumnType_Float64(), "d", values, 0.0)


def int_column(name: str, values: list) -> Column:
    return _out(name, ColumnType_Int64(), "q", values, 0)


def decimal_column(name: str, scale: int, values: list) -> Column:
    return _out(name, ColumnType_Decimal64(scale), "q", values, 0)


# Columns that a plugin asks for.
def float_field(name: str, nullable: bool = False) -> Field:
    return Field(name, ColumnType_Float64(), nullable, None)


def decimal_field(name: str, scale: int, nullable: bool = False) -> Field:
    return Field(name, ColumnType_Decimal64(scale), nullable, None)


def text_field(name: str, nullable: bool = False) -> Field:
    return Field(name, ColumnType_DictUtf8(), nullable, None)


def date_field(name: str, nullable: bool = False) -> Field:
    return Field(name, ColumnType_Date32(), nullable, None)


def date_column(name: str, values: list) -> Column:
    cells = memoryview(bytearray(4 * len(values))).cast("i")
    for row, value in enumerate(values):
        cells[row] = value
    return Column(name, ColumnType_Date32(), bytes(cells.cast("B")), b"", None, b"")


def text_column(name: str, values: list) -> Column:
    """Texts that repeat: each distinct one is written once."""
    known, offsets, data = {}, [0], bytearray()
    codes = memoryview(bytearray(4 * len(values))).cast("I")
    for row, value in enumerate(values):
        if value not in known:
            known[value] = len(known)
            data += value.encode()
            offsets.append(len(data))
        codes[row] = known[value]
    ends = memoryview(bytearray(4 * len(offsets))).cast("I")
    for at, offset in enumerate(offsets):
        ends[at] = offset
    words = Dictionary(bytes(ends.cast("B")), bytes(data))
    return Column(name, ColumnType_DictUtf8(), bytes(codes.cast("B")), b"", words, b"")
