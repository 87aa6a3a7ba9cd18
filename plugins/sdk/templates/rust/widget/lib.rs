//! The largest rows as a table, with a sentence about what hangs on them.

use kpress_plugin::widget::{Align, Block, Callout, Info, Tone, Widget, table};
use kpress_plugin::{Batch, Context, Error, decimal_field, text_field};

struct Largest;

impl Widget for Largest {
    fn info() -> Info {
        Info::new("largest", "The largest")
            .input("rows", vec![text_field("name"), decimal_field("value", 2).nullable()], 20_000)
            .params(r#"{"type":"object","properties":{"top":{"type":"integer","minimum":1,"maximum":100}},"additionalProperties":false}"#)
            .min_height_px(120)
    }

    fn render(context: &Context, data: &[Batch<'_>]) -> Result<Vec<Block>, Error> {
        let top = context.param_or("top", 3)?;
        let rows = data.first().ok_or_else(|| Error::missing_input("rows"))?;
        let values = rows.decimals("value")?;
        let mut pairs: Vec<(&str, i64)> = rows
            .texts("name")?
            .iter()
            .zip(values.iter())
            .filter_map(|(name, value)| Some((name?, value?)))
            .collect();
        pairs.sort_by(|(a, x), (b, y)| y.cmp(x).then(a.cmp(b)));
        let all: i128 = pairs.iter().map(|&(_, value)| i128::from(value)).sum();
        let shown = &pairs[..pairs.len().min(top)];
        let part: i128 = shown.iter().map(|&(_, value)| i128::from(value)).sum();
        let cells = shown.iter().map(|&(name, value)| vec![name.to_owned(), written(value)]).collect();
        let mut blocks = vec![table(&[("Name", Align::Left), ("Value", Align::Right)], cells)];
        if all > 0 {
            let markdown = format!("The first {} make up {} % of all.", shown.len(), part * 100 / all);
            blocks.push(Block::Callout(Callout { tone: Tone::Neutral, title: "Concentration".to_owned(), markdown }));
        }
        Ok(blocks)
    }
}

/// `-5` as `-0.05`.
fn written(unscaled: i64) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let size = unscaled.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

kpress_plugin::export_widgets!(Largest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_their_point() {
        assert_eq!(written(123_456), "1234.56");
        assert_eq!(written(-5), "-0.05");
    }
}
