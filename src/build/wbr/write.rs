//! The files of the workspace that shows the same figures.

use super::Files;
use super::data::{Note, Tables, declared};
use super::deck::{Block, Kind, Row, Shown, Targets};
use super::metric::{Function, Metric, OfRows, Value, by_name};
use super::name::quoted;
use super::setup::{Setup, month_name, week_starts};
use super::units::ratios;
use crate::plan::formula::name as in_formula;
use crate::time::Grain;

/// Everything that was read.
pub(super) struct Parts {
    pub(super) setup: Setup,
    pub(super) tables: Tables,
    pub(super) metrics: Vec<Metric>,
    pub(super) deck: Vec<Block>,
    pub(super) targets: Targets,
    pub(super) notes: Vec<Note>,
}

/// All files.
pub(super) fn files(parts: &Parts) -> Files {
    let mut files = vec![
        ("kpress.yaml".to_owned(), head(parts)),
        ("metrics/wbr.yaml".to_owned(), metrics(parts)),
        ("dashboards/weekly.yaml".to_owned(), deck(parts)),
    ];
    let targets = targets(parts);
    if !targets.is_empty() {
        files.push(("targets/wbr.yaml".to_owned(), format!("targets:\n{targets}")));
    }
    if !parts.notes.is_empty() {
        files.push(("annotations/wbr.yaml".to_owned(), notes(&parts.notes)));
    }
    let mut files: Files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    files.extend(parts.tables.all.iter().filter_map(|source| source.file.clone()));
    files
}

fn head(parts: &Parts) -> String {
    let setup = &parts.setup;
    let number = setup.number.map_or_else(String::new, |number| {
        format!(", number: {{week_ending: {}, is: {number}}}", setup.last)
    });
    let mut text = format!(
        "site:\n  title: {}\n  languages: [en]\n  week: {{starts: {}{number}}}\n  fiscal_year: {{starts: {}}}\n  \
         as_of: {}        # `latest_complete` keeps it rolling\nsources:\n",
        quoted(&setup.title),
        week_starts(setup.last),
        month_name(setup.fiscal_starts),
        setup.last,
    );
    for source in &parts.tables.all {
        match (&source.file, &source.query) {
            (Some((path, _)), _) => {
                text.push_str(&format!("  {}: {}\n", source.id, declared(path, &source.date, source.form)));
            }
            (None, query) => {
                let path = format!("data/{}/export.csv", source.id);
                text.push_str(&format!("  {}: {}\n", source.id, declared(&path, &source.date, None)));
                for line in query.iter().flat_map(|query| query.lines()) {
                    text.push_str(&format!("  # {}\n", crate::diag::printable(line)));
                }
            }
        }
    }
    text
}

fn metrics(parts: &Parts) -> String {
    let ids = by_name(&parts.metrics);
    let leaf = |name: &str| ids.get(name).map(|id| in_formula(id)).unwrap_or_default();
    let ratios = ratios(&parts.metrics);
    let mut text = "metrics:\n".to_owned();
    for metric in parts.metrics.iter().filter(|metric| !metric.hidden) {
        let mut keys = Vec::new();
        if metric.name != metric.id {
            keys.push(format!("name: {}", quoted(&metric.name)));
        }
        match &metric.value {
            Value::Rows(rows) => {
                keys.extend(of_rows(rows));
                if rows.grain != Grain::Day {
                    keys.push(format!("grain: {}", rows.grain));
                }
            }
            Value::Function(function) => {
                keys.push(format!("value: {}", quoted(&function.print(&leaf))));
            }
        }
        if metric.share || metric.bps {
            keys.push("unit: percent".to_owned());
        } else if ratios.contains(&*metric.name) {
            keys.push("unit: ratio".to_owned());
        } else {
            keys.push("unit: count".to_owned());
        }
        keys.push(format!("compare_in: {}", if metric.bps { "bps" } else { "percent" }));
        text.push_str(&format!("  {}: {{{}}}\n", metric.id, keys.join(", ")));
    }
    text
}

fn of_rows(rows: &OfRows) -> Vec<String> {
    let (before, after) = rows.aggregate.around;
    let mut keys = vec![
        format!("source: {}", rows.source),
        format!("value: {}", quoted(&format!("{before}{}{after}", rows.column))),
    ];
    keys.extend(rows.filter.iter().map(|filter| format!("where: {}", quoted(filter))));
    keys
}

/// Targets are rows with dates of their own. One made of others is written out, as far as one formula over rows can say it.
fn targets(parts: &Parts) -> String {
    let ids = by_name(&parts.metrics);
    let mut text = String::new();
    for ((target, metric), id) in &parts.targets.ids {
        let own = parts.metrics.iter().find(|one| one.name == *target);
        let series = own.and_then(|own| match &own.value {
            Value::Rows(rows) => Some(of_rows(rows).join(", ")),
            Value::Function(function) => written_out(function, &parts.metrics),
        });
        if let (Some(series), Some(metric)) = (series, ids.get(metric)) {
            text.push_str(&format!("  - {{id: {id}, metric: {metric}, series: {{{series}}}}}\n"));
        }
    }
    text
}

fn written_out(function: &Function, metrics: &[Metric]) -> Option<String> {
    let of = |name: &str| metrics.iter().find(|metric| metric.name == name);
    fn all<'m>(function: &Function, of: &dyn Fn(&str) -> Option<&'m Metric>, rows: &mut Vec<&'m OfRows>) {
        for leaf in function.leaves() {
            match of(leaf).map(|metric| &metric.value) {
                Some(Value::Rows(one)) => rows.push(one),
                Some(Value::Function(inner)) => all(inner, of, rows),
                None => {}
            }
        }
    }
    fn print<'m>(function: &Function, of: &dyn Fn(&str) -> Option<&'m Metric>) -> String {
        function.print(&|name| match of(name).map(|metric| &metric.value) {
            Some(Value::Rows(rows)) => rows.inline(),
            Some(Value::Function(inner)) => format!("({})", print(inner, of)),
            None => String::new(),
        })
    }
    let mut rows = Vec::new();
    all(function, &of, &mut rows);
    let (first, rest) = rows.split_first()?;
    let alike = rest
        .iter()
        .all(|other| other.source == first.source && other.aggregate.over_time == first.aggregate.over_time);
    alike.then(|| format!("source: {}, value: {}", first.source, quoted(&print(function, &of))))
}

fn notes(notes: &[Note]) -> String {
    let line = |note: &Note| {
        format!(
            "  - {{date: {}, kind: event, metrics: [{}], text: {}}}\n",
            note.day,
            note.metric,
            quoted(&note.text)
        )
    };
    format!("annotations:\n{}", notes.iter().map(line).collect::<String>())
}

fn deck(parts: &Parts) -> String {
    let setup = &parts.setup;
    let mut text = format!("title: {}\ndeck: week\n", quoted(&setup.title));
    text.push_str(&format!("number_from: {}\n", setup.number_from.as_deref().unwrap_or("1")));
    text.extend(setup.months.map(|months| format!("months: {months}\n")));
    text.push_str("blocks:\n");
    for block in &parts.deck {
        text.push_str(&self::block(parts, block));
    }
    text
}

fn block(parts: &Parts, block: &Block) -> String {
    let title = block.title.as_ref().map(|title| format!("title: {}", quoted(title)));
    let months = block.months.map(|months| format!("months: {months}"));
    let format = block.format.map(|format| format!("format: {}", quoted(&format.to_string())));
    let listed = |name: &str, keys: Vec<Option<String>>, list: &str, items: Vec<String>| {
        let keys: Vec<String> =
            std::iter::once(format!("block: {name}")).chain(keys.into_iter().flatten()).collect();
        let items: String = items.iter().map(|item| format!("      - {item}\n")).collect();
        format!("  - {}\n    {list}:\n{items}", keys.join("\n    "))
    };
    match &block.kind {
        Kind::SixTwelve { series, axes } => {
            // A target the workspace cannot hold is drawn as a line.
            let items: Vec<String> = series.iter().map(|one| series_line(parts, one, series)).collect();
            if items.is_empty() {
                return String::new();
            }
            let axes = axes.as_ref().map(|axes| format!("axes: {}", quoted(axes)));
            listed("six-twelve", vec![title, months, format, axes], "series", items)
        }
        Kind::Weeks(rows) if !rows.is_empty() => listed(
            "six-weeks-table",
            vec![title, format],
            "rows",
            rows.iter().map(|row| self::row(parts, row)).collect(),
        ),
        Kind::Months(rows) if !rows.is_empty() => listed(
            "twelve-months-table",
            vec![title, months, format],
            "rows",
            rows.iter().map(|row| self::row(parts, row)).collect(),
        ),
        Kind::Weeks(_) | Kind::Months(_) => String::new(),
        Kind::Section => match title {
            Some(title) => format!("  - {{block: heading, {title}}}\n"),
            None => "  - {block: heading}\n".to_owned(),
        },
        Kind::Embed { source, height, width } => {
            let mut keys = vec!["block: embed".to_owned(), format!("source: {}", quoted(source))];
            keys.extend(title);
            keys.extend(height.iter().map(|height| format!("height: {height}")));
            keys.extend(width.iter().map(|width| format!("width: {width}")));
            format!("  - {{{}}}\n", keys.join(", "))
        }
    }
}

/// What a series or row shows: a target, the distance to one, or a metric with its growth.
fn what(parts: &Parts, shown: &Shown, first: Option<&str>) -> Vec<String> {
    let metric = parts.metrics.iter().find(|metric| metric.name == shown.metric);
    let Some(metric) = metric else { return vec!["metric: unknown".to_owned()] };
    let own = first.and_then(|first| parts.targets.ids.get(&(metric.name.clone(), first.to_owned())));
    let target = own.or_else(|| parts.targets.of(&metric.name));
    let distance = parts.targets.distance(metric).filter(|_| metric.hidden);
    match (shown.growth, distance, target) {
        (None, Some((kind, target)), _) => vec![format!("{kind}: {target}"), format!("id: {}", metric.id)],
        (None, None, Some(target)) if shown.target || first.is_none() => vec![format!("target: {target}")],
        (None, ..) => vec![format!("metric: {}", metric.id)],
        (Some(growth), ..) => vec![format!("metric: {}", metric.id), format!("growth: {growth}")],
    }
}

fn series_line(parts: &Parts, shown: &Shown, all: &[Shown]) -> String {
    let first = all.iter().find(|one| !one.target && one.growth.is_none()).map(|one| one.metric.as_str());
    let mut keys = what(parts, shown, Some(first.unwrap_or("")));
    keys.extend(shown.label.iter().map(|label| format!("label: {}", quoted(label))));
    keys.extend(shown.prior.iter().map(|prior| format!("prior: {prior}")));
    format!("{{{}}}", keys.join(", "))
}

fn row(parts: &Parts, row: &Row) -> String {
    let mut keys = vec![format!("header: {}", quoted(&row.header))];
    if let Some(shown) = &row.shown {
        keys.extend(what(parts, shown, None));
    }
    keys.extend(row.format.map(|format| format!("format: {}", quoted(&format.to_string()))));
    keys.extend(row.set.iter().cloned());
    format!("{{{}}}", keys.join(", "))
}
