//! The option of an interactive chart, as data. `charming` gives the types; only `serde_json::to_value` leaves them:
//! its own printer turns marked strings into live code (publishing.md §15).

use super::frame::{is_open, is_right, slot_label, slots, state, value};
use super::{Scene, series_class};
use crate::report::{Axis as Slots, ChartSeries, ChartSpec, SeriesRole};
use crate::unit::Unit;
use charming::Chart;
use charming::component::{Axis, Grid, Legend, LegendType};
use charming::datatype::{CompositeValue, DataPoint};
use charming::element::{AxisType, LineStyle, LineStyleType, Symbol, Tooltip, Trigger};
use charming::series::{Bar, Line};
use serde_json::{Map, Value, json};

/// How `charming` marks strings that its printer would turn into code.
pub const RAW_MARK: &str = "#*#*#*#";

/// The name of the formatter of kpress's own script for a unit.
fn formatter(unit: &Unit) -> String {
    match unit {
        Unit::Money(currency) => currency.code().to_ascii_lowercase(),
        other => other.to_string(),
    }
}

/// The option of any chart over slots, with what kpress's script needs to colour and format it:
/// `{"option": …, "series": [{"role", "fmt", "open": [slot, …]}, …]}`.
pub(super) fn option(spec: &ChartSpec, scene: &Scene<'_>) -> Value {
    let labels: Vec<String> = (0..slots(spec)).map(|slot| slot_label(spec, scene, slot)).collect();
    let mut chart = Chart::new()
        .tooltip(Tooltip::new().trigger(Trigger::Axis))
        .grid(Grid::new().left(8).right(8).top(40).bottom(8).contain_label(true))
        .legend(Legend::new().type_(LegendType::Scroll).top(0));
    let lying = spec.kind == "bullet"
        || (matches!(spec.kind, "bar" | "waterfall") && matches!(spec.axis, Slots::Members(_)));
    let values = || {
        Axis::new()
            .type_(AxisType::Value)
            .scale(matches!(spec.kind, "line" | "control" | "multiples" | "sparkline"))
    };
    let names = Axis::new().type_(AxisType::Category).data(labels);
    chart = if lying {
        chart.x_axis(values()).y_axis(names.inverse(true))
    } else {
        let with_left = chart.x_axis(names).y_axis(values());
        let two = spec.series.iter().any(|series| is_right(spec, series));
        if two { with_left.y_axis(values().scale(true)) } else { with_left }
    };
    for series in &spec.series {
        chart = add(chart, spec, series, (scene.say)(&series.name));
    }
    let mut option = serde_json::to_value(&chart).expect("an option holds strings and finite numbers");
    make_safe(&mut option);
    let about: Vec<Value> = spec.series.iter().map(|series| about(spec, series)).collect();
    json!({"option": option, "series": about})
}

fn add(chart: Chart, spec: &ChartSpec, series: &ChartSeries, name: String) -> Chart {
    // `null` is a gap for ECharts too; `connectNulls` stays false.
    let data: Vec<DataPoint> =
        (0..slots(spec)).map(|slot| DataPoint::Value(CompositeValue::from(value(series, slot)))).collect();
    let axis = if is_right(spec, series) { 1.0 } else { 0.0 };
    let as_bars = match spec.kind {
        "bar" | "bullet" => series.role != SeriesRole::Target,
        "combo" => series.bars,
        _ => false,
    };
    if as_bars {
        return chart.series(Bar::new().name(name).y_axis_index(axis).data(data));
    }
    let line = Line::new().name(name).y_axis_index(axis).connect_nulls(false).data(data);
    match series.role {
        SeriesRole::Prior => chart.series(line.show_symbol(false).line_style(LineStyle::new().width(1.25))),
        // Members have no order: a target is a mark on each, and no line runs between them.
        SeriesRole::Target if matches!(spec.axis, Slots::Members(_)) => chart.series(
            line.show_symbol(true).symbol(Symbol::Rect).line_style(LineStyle::new().width(0).opacity(0)),
        ),
        SeriesRole::Low | SeriesRole::High | SeriesRole::Even | SeriesRole::Stretch | SeriesRole::Red => {
            chart.series(line.show_symbol(false).line_style(LineStyle::new().width(1.0)))
        }
        SeriesRole::Center | SeriesRole::Limit => chart.series(
            line.show_symbol(false)
                .step(charming::element::Step::Middle)
                .line_style(LineStyle::new().width(1.0)),
        ),
        // Marks on the line of the figure: no line runs between them.
        SeriesRole::SignalGood | SeriesRole::SignalBad | SeriesRole::Signal => {
            let form = match series.role {
                SeriesRole::SignalBad => Symbol::Diamond,
                SeriesRole::SignalGood => Symbol::Circle,
                _ => Symbol::Rect,
            };
            let bare = line.show_symbol(true).symbol(form).symbol_size(11.0);
            chart.series(bare.line_style(LineStyle::new().width(0).opacity(0)))
        }
        SeriesRole::Target | SeriesRole::First | SeriesRole::Forecast => chart.series(
            line.show_symbol(false).line_style(LineStyle::new().width(1.5).type_(LineStyleType::Dashed)),
        ),
        SeriesRole::Actual(_) => chart.series(line.line_style(LineStyle::new().width(2.0))),
    }
}

fn about(spec: &ChartSpec, series: &ChartSeries) -> Value {
    let open: Vec<usize> = (0..slots(spec)).filter(|slot| is_open(state(series, *slot))).collect();
    json!({"role": series_class(series.role), "fmt": formatter(&series.unit), "open": open})
}

/// What no option may hold, whoever wrote it: code, HTML, addresses (publishing.md §15).
const DROPPED: [&str; 9] = [
    "formatter",
    "valueFormatter",
    "optionToContent",
    "extraCssText",
    "link",
    "sublink",
    "onclick",
    "dataView",
    "graphic",
];

/// Drops what an option may not hold, and makes every tooltip plain text.
fn make_safe(option: &mut Value) {
    match option {
        Value::Object(members) => {
            members.retain(|key, value| {
                let outside = value.as_str().is_some_and(|text| text.starts_with("image://"));
                !(DROPPED.contains(&key.as_str()) || key == "symbol" && outside)
            });
            if let Some(Value::Object(tooltip)) = members.get_mut("tooltip") {
                rich_text(tooltip);
            }
            members.values_mut().for_each(make_safe);
        }
        Value::Array(items) => items.iter_mut().for_each(make_safe),
        _ => {}
    }
}

fn rich_text(tooltip: &mut Map<String, Value>) {
    tooltip.insert("renderMode".to_owned(), Value::from("richText"));
}

#[cfg(test)]
mod tests {
    use super::super::tests::{scene, spec};
    use super::*;
    use crate::chart::CHART_KINDS;

    fn strings<'a>(value: &'a Value, all: &mut Vec<&'a str>) {
        match value {
            Value::String(text) => all.push(text),
            Value::Array(items) => items.iter().for_each(|item| strings(item, all)),
            Value::Object(members) => members.values().for_each(|item| strings(item, all)),
            _ => {}
        }
    }

    #[test]
    fn every_kind_gives_data_without_code() {
        for kind in CHART_KINDS {
            let text = kind.option(&spec(kind.name(), "ACoS"), &scene()).to_string();
            let parsed: Value = serde_json::from_str(&text).expect("valid JSON");
            let mut all = Vec::new();
            strings(&parsed, &mut all);
            assert!(!all.iter().any(|text| text.contains(RAW_MARK)), "{}", kind.name());
            for word in ["formatter", "function", "extraCssText", "onclick"] {
                assert!(!text.contains(word), "{} holds {word}", kind.name());
            }
            assert_eq!(parsed.pointer("/option/tooltip/renderMode"), Some(&Value::from("richText")));
            assert_eq!(parsed.pointer("/series/0/fmt"), Some(&Value::from("percent")));
        }
    }

    #[test]
    fn a_marked_string_stays_a_string() {
        // Hostile case 29.
        for name in ["#*#*#*#alert(1)#*#*#*#", "#*#*#*#", "__proto__", "constructor"] {
            let option = super::super::line::Line;
            let text = super::super::ChartKind::option(&option, &spec("line", name), &scene()).to_string();
            let parsed: Value = serde_json::from_str(&text).expect("valid JSON");
            assert_eq!(parsed.pointer("/option/series/0/name"), Some(&Value::from(name)));
        }
    }

    #[test]
    fn what_may_not_be_in_an_option_is_dropped() {
        // Hostile case 32.
        let mut option = json!({
            "title": {"text": "a", "link": "javascript:1", "sublink": "x"},
            "tooltip": {"formatter": "<b>", "extraCssText": "x", "renderMode": "html"},
            "toolbox": {"feature": {"dataView": {"optionToContent": "x"}}},
            "graphic": [{"onclick": "x"}],
            "series": [{"symbol": "image://http://evil/", "name": "kept", "tooltip": {"formatter": "x"}}],
        });
        make_safe(&mut option);
        assert_eq!(
            option,
            json!({
                "title": {"text": "a"},
                "tooltip": {"renderMode": "richText"},
                "toolbox": {"feature": {}},
                "series": [{"name": "kept", "tooltip": {"renderMode": "richText"}}],
            })
        );
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let option = option(&spec("line", "ACoS"), &scene());
        assert_eq!(option.pointer("/option/series/0/data/2"), Some(&Value::Null));
        assert_eq!(option.pointer("/series/0/open"), Some(&json!([5])));
    }
}
