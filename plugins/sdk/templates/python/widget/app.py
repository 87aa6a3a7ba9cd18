"""The largest rows as a table, with a sentence about what hangs on them."""

import wit_world.exports
from wit_world.exports.widget import (
    Align,
    Block_Callout,
    Block_Table,
    Callout,
    Input,
    TableBlock,
    TableColumn,
    Tone,
    WidgetInfo,
)

import kpress

SCHEMA = (
    '{"type":"object","properties":{"top":{"type":"integer","minimum":1,"maximum":100}},'
    '"additionalProperties":false}'
)


def written(unscaled: int) -> str:
    """-5 as `-0.05`."""
    size = abs(unscaled)
    return f"{'-' if unscaled < 0 else ''}{size // 100}.{size % 100:02}"


class Widget(wit_world.exports.Widget):
    def describe(self):
        fields = [kpress.text_field("name"), kpress.decimal_field("value", 2, True)]
        return [WidgetInfo("largest", "The largest", [Input("rows", fields, 20_000)], SCHEMA, 120)]

    @kpress.guard
    def render(self, id, ctx, data):
        if id != "largest":
            raise kpress.unsupported(f"there is no widget `{id}` here")
        top = kpress.integer_param(ctx, "top", 3)
        if not data:
            raise kpress.missing_input("rows")
        rows = data[0]
        both = zip(kpress.texts(rows, "name"), kpress.decimals(rows, "value"))
        pairs = [(name, value) for name, value in both if name is not None and value is not None]
        pairs.sort(key=lambda pair: (-pair[1], pair[0]))
        everything, shown = sum(value for _, value in pairs), pairs[:top]
        columns = [TableColumn("Name", Align.LEFT, None), TableColumn("Value", Align.RIGHT, None)]
        blocks = [Block_Table(TableBlock(columns, [[name, written(value)] for name, value in shown], None))]
        if everything > 0:
            share = sum(value for _, value in shown) * 100 // everything
            text = f"The first {len(shown)} make up {share} % of all."
            blocks.append(Block_Callout(Callout(Tone.NEUTRAL, "Concentration", text)))
        return blocks
