//! Who makes up how much: the largest values as a table and as bars, with a sentence about how much hangs on them.

use kpress_plugin::widget::{Align, Block, Callout, ChartBlock, Info, Tone, Widget, table};
use kpress_plugin::{Batch, Context, Error, decimal_field, text_field};

struct Ranking;

/// Texts in one language.
struct Words {
    name: &'static str,
    value: &'static str,
    share: &'static str,
    title: &'static str,
}

const EN: Words = Words { name: "Name", value: "Value", share: "Share", title: "Concentration" };
const ZH: Words = Words { name: "名称", value: "数值", share: "占比", title: "集中度" };
const JA: Words = Words { name: "名称", value: "値", share: "構成比", title: "集中度" };

/// A share of the whole above which the whole hangs on few.
const MUCH: i128 = 80;

impl Widget for Ranking {
    fn info() -> Info {
        Info::new("ranking", "The largest, and how much hangs on them")
            .input("rows", vec![text_field("name"), decimal_field("value", 2).nullable()], 20_000)
            .params(r#"{"type":"object","properties":{"top":{"type":"integer","minimum":1,"maximum":50}},"additionalProperties":false}"#)
            .min_height_px(240)
    }

    fn render(context: &Context, data: &[Batch<'_>]) -> Result<Vec<Block>, Error> {
        let top = context.param_or("top", 3)?;
        let rows = data.first().ok_or_else(|| Error::missing_input("rows"))?;
        let values = rows.decimals("value")?;
        let mut pairs: Vec<(usize, &str, i64)> = Vec::new();
        for (at, (name, value)) in rows.texts("name")?.iter().zip(values.iter()).enumerate() {
            if let (Some(name), Some(value)) = (name, value) {
                pairs.push((at, name, value));
            }
        }
        // Equal values stay in the order of the rows, so that every language has one order.
        pairs.sort_by(|(a, _, x), (b, _, y)| y.cmp(x).then(a.cmp(b)));
        let all: i128 = pairs.iter().map(|&(_, _, value)| i128::from(value)).sum();
        let shown = &pairs[..pairs.len().min(top)];
        if shown.is_empty() {
            return Ok(Vec::new());
        }
        let words = match context.locale() {
            "zh" => &ZH,
            "ja" => &JA,
            _ => &EN,
        };
        let cells = shown
            .iter()
            .map(|&(_, name, value)| vec![name.to_owned(), written(value), percent(i128::from(value), all)])
            .collect();
        let heads = [(words.name, Align::Left), (words.value, Align::Right), (words.share, Align::Right)];
        let mut blocks = vec![chart(words, shown), table(&heads, cells)];
        if all > 0 {
            let part: i128 = shown.iter().map(|&(_, _, value)| i128::from(value)).sum();
            let (count, share) = (shown.len(), percent(part, all));
            let markdown = match context.locale() {
                "zh" => format!("前 {count} 名占全部的 **{share}**。"),
                "ja" => format!("上位 {count} 件で全体の **{share}** を占めます。"),
                _ => format!("The first {count} make up **{share}** of all."),
            };
            let tone = if part * 100 > all * MUCH && pairs.len() > count { Tone::Watch } else { Tone::Neutral };
            blocks.push(Block::Callout(Callout { tone, title: words.title.to_owned(), markdown }));
        }
        Ok(blocks)
    }
}

fn chart(words: &Words, shown: &[(usize, &str, i64)]) -> Block {
    let rows: Vec<String> =
        shown.iter().map(|&(_, name, value)| format!("[{},{}]", quoted(name), written(value))).collect();
    let option_json = format!(
        r#"{{"dataset":{{"source":[[{},{}],{}]}},"series":[{{"type":"bar"}}]}}"#,
        quoted(words.name),
        quoted(words.value),
        rows.join(",")
    );
    Block::Chart(ChartBlock { option_json, alt_text: words.title.to_owned(), height_px: 240 })
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `-5` as `-0.05`.
fn written(unscaled: i64) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let size = unscaled.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// To a tenth of a percent, halves away from zero; a dash where there is no whole.
fn percent(part: i128, all: i128) -> String {
    if all <= 0 {
        return "–".to_owned();
    }
    let sign = if part < 0 { "-" } else { "" };
    let tenths = (part.abs() * 2_000 + all) / (all * 2);
    format!("{sign}{}.{} %", tenths / 10, tenths % 10)
}

kpress_plugin::export_widgets!(Ranking);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_shares_are_written_exactly() {
        assert_eq!((written(123_456), written(-5)), ("1234.56".to_owned(), "-0.05".to_owned()));
        assert_eq!((percent(1, 3), percent(2, 3), percent(1, 0)), ("33.3 %".into(), "66.7 %".into(), "–".into()));
        assert_eq!(quoted("a\"b\n"), "\"a\\\"b\\u000a\"");
    }
}
