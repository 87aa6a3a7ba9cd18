//! The options of a chart, read into a short list of what they may say: data, two axes, series of lines and bars. The rest
//! is refused, and the chart is drawn like any other, so nothing of the plugin's reaches the browser but texts and numbers.

use super::line;
use crate::plan::failure::grouped;
use crate::plugin::failure::said;
use crate::plugin::limits::{OPTION_BYTES_MAX, OPTION_DEPTH_MAX};
use crate::report::widget::MadeSeries;
use crate::unit::{Decimal, Quantity};
use serde_json::{Map, Value};

/// Series that can be told apart.
const SERIES_MAX: usize = 12;
/// Slots along the axis.
const SLOTS_MAX: usize = 400;
/// Turns into a script in the engine of charts.
const MARK: &str = "#*#*#*#";

/// Names of the slots, and the series.
///
/// # Errors
/// What is not taken, as the end of a sentence.
pub(super) fn read(text: &str) -> Result<(Vec<String>, Vec<MadeSeries>), String> {
    if text.len() > OPTION_BYTES_MAX {
        return Err(format!("options of {} bytes; at most 1 MiB is read", grouped(text.len() as u64)));
    }
    if text.contains(MARK) {
        return Err(format!("options with `{MARK}`, which would become a script"));
    }
    if depth(text) > OPTION_DEPTH_MAX {
        return Err(format!("options nested deeper than {OPTION_DEPTH_MAX}"));
    }
    let option: Value = serde_json::from_str(text)
        .map_err(|error| format!("options that are no JSON: {}", said(&error.to_string())))?;
    let option =
        object(&option, "the options", &["dataset", "xAxis", "yAxis", "series", "legend", "tooltip"])?;
    axis(option, "xAxis", "category")?;
    axis(option, "yAxis", "value")?;
    if let Some(legend) = option.get("legend") {
        object(legend, "`legend`", &[])?;
    }
    if let Some(tooltip) = option.get("tooltip") {
        let tooltip = object(tooltip, "`tooltip`", &["trigger", "renderMode"])?;
        word(tooltip, "tooltip", "trigger", &["axis", "item"])?;
        word(tooltip, "tooltip", "renderMode", &["richText"])?;
    }
    let dataset = option.get("dataset").ok_or("options without `dataset`, which the table is made of")?;
    let dataset = object(dataset, "`dataset`", &["source"])?;
    let source =
        dataset.get("source").and_then(Value::as_array).ok_or("`dataset.source` is no list of rows")?;
    let kinds = series(option)?;
    table(source, &kinds)
}

/// Names and kinds of the series: `true` for bars.
fn series(option: &Map<String, Value>) -> Result<Vec<(Option<String>, bool)>, String> {
    let all = option.get("series").and_then(Value::as_array).ok_or("options without a list of `series`")?;
    if all.is_empty() || all.len() > SERIES_MAX {
        return Err(format!("{} series; from 1 to {SERIES_MAX} are drawn", grouped(all.len() as u64)));
    }
    let one = |series: &Value| {
        let series = object(series, "a series", &["type", "name"])?;
        let name = match series.get("name") {
            None => None,
            Some(Value::String(name)) => Some(line(name)?),
            Some(_) => return Err("`series.name` is no text".to_owned()),
        };
        match word(series, "series", "type", &["line", "bar"])? {
            Some(kind) => Ok((name, kind == "bar")),
            None => Err("a series without `type`".to_owned()),
        }
    };
    all.iter().map(one).collect()
}

/// The first row names the columns, the first column the slots.
fn table(
    source: &[Value],
    kinds: &[(Option<String>, bool)],
) -> Result<(Vec<String>, Vec<MadeSeries>), String> {
    let row = |row: &Value| {
        row.as_array().cloned().ok_or_else(|| "a row of `dataset.source` is no list".to_owned())
    };
    let [heads, rows @ ..] = source else { return Err("`dataset.source` has no rows".to_owned()) };
    let heads = row(heads)?;
    if heads.len() != kinds.len() + 1 {
        return Err(format!("{} columns of `dataset.source` for {} series", heads.len(), kinds.len()));
    }
    if rows.is_empty() || rows.len() > SLOTS_MAX {
        return Err(format!(
            "{} rows of `dataset.source`; from 1 to {SLOTS_MAX} are drawn",
            grouped(rows.len() as u64)
        ));
    }
    let mut slots = Vec::new();
    let mut columns: Vec<Vec<Option<Quantity>>> = vec![Vec::new(); kinds.len()];
    for (at, cells) in rows.iter().enumerate() {
        let cells = row(cells)?;
        if cells.len() != heads.len() {
            return Err(format!(
                "row {} of `dataset.source` has {} cells for {} columns",
                at + 1,
                cells.len(),
                heads.len()
            ));
        }
        slots.push(
            name(&cells[0]).ok_or_else(|| format!("row {} of `dataset.source` has no name", at + 1))??,
        );
        for (column, cell) in columns.iter_mut().zip(&cells[1..]) {
            let value = match cell {
                Value::Null => None,
                Value::Number(number) => {
                    let text = number.to_string();
                    let exact = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text));
                    let value =
                        exact.map_err(|_| format!("{text} in row {} is too long a number", at + 1))?;
                    Some(Quantity::Exact(value))
                }
                _ => return Err(format!("row {} of `dataset.source` holds what is no number", at + 1)),
            };
            column.push(value);
        }
    }
    let mut series = Vec::new();
    for (((own, bars), head), values) in kinds.iter().zip(&heads[1..]).zip(columns) {
        let name = match own {
            Some(own) => own.clone(),
            None => name(head).ok_or("a column of `dataset.source` has no name")??,
        };
        series.push(MadeSeries { name, bars: *bars, values });
    }
    Ok((slots, series))
}

fn name(value: &Value) -> Option<Result<String, String>> {
    match value {
        Value::String(text) => Some(line(text)),
        Value::Number(number) => Some(Ok(number.to_string())),
        _ => None,
    }
}

fn axis(option: &Map<String, Value>, key: &str, kind: &str) -> Result<(), String> {
    let Some(axis) = option.get(key) else { return Ok(()) };
    let axis = object(axis, &format!("`{key}`"), &["type"])?;
    word(axis, key, "type", &[kind]).map(|_| ())
}

/// One of these words, if the key is there.
fn word(of: &Map<String, Value>, at: &str, key: &str, known: &[&str]) -> Result<Option<String>, String> {
    match of.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if known.contains(&text.as_str()) => Ok(Some(text.clone())),
        Some(other) => {
            Err(format!("`{at}.{key}` is `{}`; it may be `{}`", said(&other.to_string()), known.join("`, `")))
        }
    }
}

/// A map with no other keys than these.
fn object<'v>(value: &'v Value, what: &str, known: &[&str]) -> Result<&'v Map<String, Value>, String> {
    let map = value.as_object().ok_or_else(|| format!("{what} is no map"))?;
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(map),
        Some(stray) => Err(format!("{what} may not say `{}`", said(stray))),
    }
}

/// How deep brackets lie within each other, before anything is parsed.
fn depth(text: &str) -> usize {
    let (mut now, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(option: &str) -> String {
        read(option).expect_err("it is refused")
    }

    const SOURCE: &str = r#""dataset":{"source":[["week","sales"],["W1",1.5],["W2",null]]}"#;

    #[test]
    fn data_and_series_are_read_exactly() {
        let option = format!(r#"{{{SOURCE},"xAxis":{{"type":"category"}},"series":[{{"type":"bar"}}]}}"#);
        let (slots, series) = read(&option).expect("it is read");
        assert_eq!(slots, ["W1", "W2"]);
        let values = vec![Some(Quantity::Exact(Decimal::new(15, 1))), None];
        assert_eq!(series, [MadeSeries { name: "sales".to_owned(), bars: true, values }]);
    }

    #[test]
    fn what_could_run_or_be_fetched_is_refused() {
        let with = |more: &str| refused(&format!(r#"{{{SOURCE},"series":[{{"type":"bar"}}],{more}}}"#));
        assert_eq!(with(r#""toolbox":{}"#), "the options may not say `toolbox`");
        assert_eq!(with(r#""graphic":[{"type":"image"}]"#), "the options may not say `graphic`");
        assert_eq!(with(r#""tooltip":{"formatter":"<b>"}"#), "`tooltip` may not say `formatter`");
        assert_eq!(with(r#""tooltip":{"extraCssText":"x"}"#), "`tooltip` may not say `extraCssText`");
        assert_eq!(
            with(r#""tooltip":{"renderMode":"html"}"#),
            "`tooltip.renderMode` is `\"html\"`; it may be `richText`"
        );
        assert_eq!(with(r#""dataZoom":[{"start":null}]"#), "the options may not say `dataZoom`");
        let series = |of: &str| refused(&format!(r#"{{{SOURCE},"series":[{of}]}}"#));
        assert_eq!(
            series(r#"{"type":"line","symbol":"image://https://evil.example/x"}"#),
            "a series may not say `symbol`"
        );
        assert_eq!(series(r#"{"type":"map"}"#), "`series.type` is `\"map\"`; it may be `line`, `bar`");
        assert_eq!(refused(r##"{"a":"#*#*#*#"}"##), "options with `#*#*#*#`, which would become a script");
        assert_eq!(refused(&"[".repeat(100_000)), "options nested deeper than 32");
        assert_eq!(refused("{"), "options that are no JSON: EOF while parsing an object at line 1 column 1");
        assert_eq!(refused(&" ".repeat(1 << 21)), "options of 2,097,152 bytes; at most 1 MiB is read");
    }

    #[test]
    fn more_than_can_be_looked_at_is_refused() {
        let many = vec![r#"{"type":"bar"}"#; 10_000].join(",");
        assert_eq!(
            refused(&format!(r#"{{{SOURCE},"series":[{many}]}}"#)),
            "10,000 series; from 1 to 12 are drawn"
        );
        let rows = vec![r#"["a",1]"#; 20_000].join(",");
        let option = format!(r#"{{"dataset":{{"source":[["n","v"],{rows}]}},"series":[{{"type":"bar"}}]}}"#);
        assert_eq!(refused(&option), "20,000 rows of `dataset.source`; from 1 to 400 are drawn");
        let text = r#"{"dataset":{"source":[["n","v"],["a","x"]]},"series":[{"type":"bar"}]}"#;
        assert_eq!(refused(text), "row 1 of `dataset.source` holds what is no number");
    }
}
