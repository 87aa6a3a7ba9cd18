"""How much hangs on a few: the sum of the largest values of a group, and how unequal the values are.

`largest` answers in exact decimals, `index` in floats: 1 where one value is all, towards 0 where all are alike.
"""

import bisect

import wit_world.exports
from wit_world.exports.metric import MetricInfo

import kpress

SCALE = 2
TOP = (
    '{"type":"object","properties":{"top":{"type":"integer","minimum":1,"maximum":1000}},'
    '"additionalProperties":false}'
)


class Largest:
    """The sum of the `top` largest values of each group."""

    info = MetricInfo("largest", "Sum of the largest values", "JPY", [kpress.decimal_field("value", SCALE, True)], TOP, False)

    def __init__(self, ctx, count):
        self.top = kpress.integer_param(ctx, "top", 3)
        if self.top < 1:
            raise kpress.invalid_param("top", "must be at least 1")
        # The largest values, the smallest of them first.
        self.kept = [[] for _ in range(count)]

    def take(self, group, value):
        kept = self.kept[group]
        bisect.insort_left(kept, value)
        if len(kept) > self.top:
            del kept[0]

    def finish(self):
        # Nothing was recorded: no value, which is not zero.
        sums = [sum(kept) if kept else None for kept in self.kept]
        if any(own is not None and not -(2**63) <= own < 2**63 for own in sums):
            raise kpress.bad_data("the sum is too large")
        return kpress.decimal_column("value", SCALE, sums)


class Index:
    """The sum of the squared shares of each group (Herfindahl and Hirschman)."""

    info = MetricInfo("index", "Concentration index", "ratio", [kpress.decimal_field("value", SCALE, True)], "{}", False)

    def __init__(self, ctx, count):
        self.sums = [0.0] * count
        self.squares = [0.0] * count

    def take(self, group, unscaled):
        value = unscaled / 100
        self.sums[group] += value
        self.squares[group] += value * value

    def finish(self):
        both = zip(self.sums, self.squares)
        return kpress.float_column("value", [None if own == 0 else squares / (own * own) for own, squares in both])


METRICS = {own.info.id: own for own in (Largest, Index)}

# One instance evaluates one metric; what it knows so far stays here, since each call makes a new `Metric`.
running = None


class Metric(wit_world.exports.Metric):
    def describe(self):
        return [own.info for own in METRICS.values()]

    @kpress.guard
    def begin(self, id, ctx, groups):
        global running
        if id not in METRICS:
            raise kpress.unsupported(f"there is no metric `{id}` here")
        running = METRICS[id](ctx, groups)

    @kpress.guard
    def update(self, data, group_ids):
        take = running.take
        for value, group in zip(kpress.decimals(data, "value"), kpress.groups(group_ids)):
            if value is not None:
                take(group, value)

    @kpress.guard
    def export_state(self):
        raise kpress.unsupported("this metric cannot be split")

    @kpress.guard
    def merge_state(self, state):
        raise kpress.unsupported("this metric cannot be split")

    @kpress.guard
    def finish(self):
        return running.finish()
