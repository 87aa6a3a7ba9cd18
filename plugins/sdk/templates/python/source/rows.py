"""Reads the answers of the server; apart from the plugin, so that `python -m unittest` can run it."""

import json
import re

# Digits behind the point of a rate.
SCALE = 6


def decimal_of(text: str, scale: int) -> int | None:
    """`148.35` as 148350000: exactly, or not at all."""
    parts = re.fullmatch(r"(-?\d+)(?:\.(\d+))?", text, re.ASCII)
    if not parts:
        return None
    digits = (parts[2] or "").rstrip("0")
    if len(digits) > scale:
        return None
    return int(parts[1] + digits.ljust(scale, "0"))


def rows_of(text: str):
    """The rows of an answer, and whether there are more."""
    answer = json.loads(text)
    if not isinstance(answer.get("rates"), list):
        raise ValueError("the answer has no `rates`")
    rows = []
    for rate in answer["rates"]:
        day, currency, value = rate.get("day"), rate.get("currency"), decimal_of(str(rate.get("rate")), SCALE)
        if not isinstance(day, int) or not isinstance(currency, str) or value is None:
            raise ValueError("a rate lacks its day, currency or value")
        rows.append((day, currency, value))
    return rows, answer.get("more") is True
