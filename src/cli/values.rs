//! `kpress values`: the figures themselves, for spreadsheets and BI tools.

use super::progress::Progress;
use super::stop::Stop;
use super::terminal::Terminal;
use super::{Trouble, workspace};
use crate::assess::Standing;
use crate::build::{self, Store, Survey};
use crate::diag::{did_you_mean, exit_code, sort};
use crate::plan::formula::{Arithmetic, Op};
use crate::plan::{Definition, Demand, Id, Metric, Plan, Scope, demand};
use crate::report::cause::{self, Came};
use crate::report::{self, Limited, Row};
use crate::snapshot::columns::{self as export, Cells};
use crate::snapshot::export::csv_cell;
use crate::time::{Date, Grain};
use crate::unit::{Decimal, Lang, Quantity};
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The figures of a review deck in the order of its page, by the name of its file: JSON, or a table with `--format csv`
    #[arg(long, value_name = "NAME", conflicts_with_all = ["metric", "grain", "from", "to", "with"])]
    pub(super) deck: Option<String>,
    /// Only this metric; may be given several times
    #[arg(long, value_name = "METRIC")]
    metric: Vec<String>,
    /// Only this scope: `company`, `store:jp1`, `store:jp1,category:kitchen`
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    pub(super) scope: Option<Scope>,
    /// Only this grain: day, week, month, quarter, year
    #[arg(long, value_name = "GRAIN", value_parser = grain)]
    grain: Option<Grain>,
    /// Only periods that begin on this day or later
    #[arg(long, value_name = "DATE", value_parser = super::build::day)]
    from: Option<Date>,
    /// Only periods that begin on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = super::build::day)]
    to: Option<Date>,
    /// Data counts up to this day
    #[arg(long, value_name = "DATE", value_parser = super::build::day)]
    pub(super) as_of: Option<Date>,
    /// More columns: `target` (with attainment, standing, pace and forecast), `comparisons` (the period before, and a year earlier), `limits`, `signals`, `causes` (against the period before)
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    with: Vec<With>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Form::Jsonl)]
    pub(super) format: Form,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Form {
    /// One JSON object a line
    Jsonl,
    /// One JSON array
    Json,
    /// A table for spreadsheets
    Csv,
    /// A table for BI tools
    Parquet,
}

/// What stands beside the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum With {
    /// The target of the period, attainment and standing
    Target,
    /// The values of the period before and of the same period a year earlier
    Comparisons,
    /// Process limits: segment, centre, limits, and how firm they are
    Limits,
    /// Rules of the limits that fired
    Signals,
    /// What the change against the period before came from, where it is more than routine variation
    Causes,
}

/// Reads a scope of the command line.
pub(crate) fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text)
        .ok_or_else(|| "a scope is `company`, `store:jp1` or `store:jp1,category:kitchen`".to_owned())
}

fn grain(text: &str) -> Result<Grain, String> {
    Grain::parse(text).ok_or_else(|| "a grain is day, week, month, quarter or year".to_owned())
}

/// One value with everything needed to read it alone.
struct Figure<'a> {
    row: Row<'a>,
    id: String,
    /// Whether its formula is a quotient: then it has both parts, also where the lower one is 1.
    is_quotient: bool,
    /// Only with `--with causes`.
    came: Option<Came>,
    /// The name of the period it is compared with there.
    against: Option<String>,
}

/// Prints figures.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let progress = Progress::new(terminal, stop);
    let wish = |plan: &Plan, demand: &mut Demand| wish(arguments, plan, demand);
    let survey = build::survey(
        &workspace.disk,
        &super::plugins::with(Store::open(&workspace.place, &workspace::maker()), terminal, stop, false)?,
        arguments.as_of,
        wish,
        &progress,
    );
    progress.clear();
    let mut survey = survey?;
    sort(&mut survey.found);
    terminal.findings(&survey.found, &workspace.disk);
    if let Some(deck) = &arguments.deck {
        let bytes = super::deck::figures(arguments, deck, &survey)?;
        super::send(terminal, bytes.as_bytes())?;
        return Ok(exit_code(&survey.found));
    }
    for metric in &arguments.metric {
        known(&survey.plan, metric)?;
    }
    let figures = figures(arguments, &survey);
    let columns = columns(&arguments.with);
    let bytes = match arguments.format {
        Form::Jsonl => {
            let lines = figures.iter().map(|figure| format!("{}\n", json(figure, &arguments.with)));
            lines.collect::<String>().into_bytes()
        }
        Form::Json => array(&figures, &arguments.with).into_bytes(),
        Form::Csv => csv(&figures, &columns).into_bytes(),
        Form::Parquet => parquet(&figures, &columns).map_err(|why| Trouble {
            code: 31,
            text: format!("cannot write Parquet: {why}"),
            hint: None,
        })?,
    };
    super::send(terminal, &bytes)?;
    Ok(exit_code(&survey.found))
}

/// That a metric exists.
///
/// # Errors
/// Usage trouble with the nearest name.
pub(crate) fn known(plan: &Plan, metric: &str) -> Result<(), Trouble> {
    if plan.metrics.contains_key(metric) {
        return Ok(());
    }
    if let Some(why) = plan.broken.get(metric) {
        return Err(Trouble {
            code: 10,
            text: format!("`{metric}` could not be understood: {why}"),
            hint: None,
        });
    }
    let trouble = Trouble::usage(format!("there is no metric `{metric}`"));
    Err(match did_you_mean(metric, plan.metrics.keys().map(|id| &**id)) {
        Some(hint) => trouble.hint(hint),
        None => trouble,
    })
}

/// What is asked for is measured, also where no page shows it.
fn wish(arguments: &Arguments, plan: &Plan, demand: &mut Demand) {
    if arguments.deck.is_some() {
        return;
    }
    let all: Vec<&Id> = match arguments.metric.as_slice() {
        [] => plan.metrics.keys().collect(),
        some => some
            .iter()
            .filter_map(|name| plan.metrics.get_key_value(name.as_str()).map(|(id, _)| id))
            .collect(),
    };
    let scope = arguments.scope.clone().unwrap_or_else(Scope::company);
    let mut wanted: BTreeSet<Id> = all.into_iter().cloned().collect();
    if arguments.with.contains(&With::Causes) {
        let parts = wanted.iter().flat_map(|id| super::causes::wished(plan, id)).collect::<Vec<Id>>();
        wanted.extend(parts);
    }
    for metric in wanted.iter().filter_map(|id| plan.metrics.get(id)) {
        demand::also(plan, demand, metric, &scope, arguments.grain);
    }
}

fn figures<'a>(arguments: &Arguments, survey: &'a Survey) -> Vec<Figure<'a>> {
    let calendar = survey.plan.site.calendar;
    let wanted =
        |metric: &Id| arguments.metric.is_empty() || arguments.metric.iter().any(|name| **name == **metric);
    let series = |metric: &Id, scope: &Scope, grain: Grain| {
        wanted(metric)
            && arguments.scope.as_ref().is_none_or(|asked| asked == scope)
            && arguments.grain.is_none_or(|asked| asked == grain)
    };
    let asked = |row: &Row<'_>| {
        let begins = row.point.period.start;
        arguments.from.is_none_or(|from| from <= begins) && arguments.to.is_none_or(|to| begins <= to)
    };
    let rows = report::values(&survey.plan, &survey.facts, &survey.judged, &series).into_iter().filter(asked);
    let rows: Vec<Row<'_>> = rows.collect();
    let came = if arguments.with.contains(&With::Causes) {
        let named: Vec<_> = rows.iter().map(|row| (row.metric, row.scope, row.point.period)).collect();
        cause::came((&survey.plan, &survey.facts, &survey.judged), survey.snapshot.as_of, &named)
    } else {
        vec![None; rows.len()]
    };
    let quotients: BTreeSet<&Id> =
        survey.plan.metrics.values().filter(|metric| is_quotient(metric)).map(|metric| &metric.id).collect();
    let figure = |(row, came): (Row<'a>, Option<Came>)| Figure {
        id: calendar.id(row.point.period),
        is_quotient: quotients.contains(row.metric),
        against: came.as_ref().map(|came| calendar.id(came.against)),
        row,
        came,
    };
    rows.into_iter().zip(came).map(figure).collect()
}

/// A value as digits, without trailing zeros; a quotient to 28 digits.
pub(crate) fn digits(value: Quantity) -> Option<String> {
    match value {
        // A float has its own shortest form; through a decimal it would show digits it never had.
        Quantity::Approximate(float) => float.is_finite().then(|| float.to_string()),
        exact => exact.as_decimal().map(plain),
    }
}

fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

fn is_quotient(metric: &Metric) -> bool {
    match &metric.definition {
        Definition::Derived(formula) => matches!(formula, Arithmetic::Binary(Op::Divide, ..)),
        Definition::Source(measured) => matches!(measured.value, Arithmetic::Binary(Op::Divide, ..)),
    }
}

/// Both parts of a quotient. One over 1 is kept as the number alone; it was a quotient all the same.
fn parts(figure: &Figure<'_>) -> Option<(String, String)> {
    match figure.row.point.value? {
        Quantity::Ratio(ratio) => Some((plain(ratio.numerator()), plain(ratio.denominator()))),
        Quantity::Exact(value) if figure.is_quotient => Some((plain(value), "1".to_owned())),
        Quantity::Exact(_) | Quantity::Approximate(_) => None,
    }
}

/// A value as a JSON number that keeps every digit; `null` where there is none.
pub(crate) fn number(value: Option<Quantity>) -> serde_json::Value {
    let text = value.and_then(digits);
    text.and_then(|text| serde_json::Number::from_str(&text).ok())
        .map_or(serde_json::Value::Null, serde_json::Value::Number)
}

fn json(figure: &Figure<'_>, with: &[With]) -> String {
    let row = &figure.row;
    let (numerator, denominator) = parts(figure).unzip();
    let scope: serde_json::Map<String, serde_json::Value> =
        row.scope.members().map(|(level, member)| (level.to_string(), member.to_string().into())).collect();
    // Written member by member: the order is part of the format, and a map would sort it.
    let mut members = vec![
        ("metric", serde_json::json!(&**row.metric)),
        ("scope", scope.into()),
        ("grain", row.grain.name().into()),
        ("period", figure.id.clone().into()),
        ("from", row.point.period.start.to_string().into()),
        ("to", row.point.period.end.to_string().into()),
        ("value", number(row.point.value)),
        ("numerator", numerator.into()),
        ("denominator", denominator.into()),
        ("unit", row.unit.to_string().into()),
        ("state", row.point.state.name().into()),
        ("days", serde_json::json!([row.point.days.observed, row.point.days.expected])),
    ];
    if with.contains(&With::Target) {
        let ends = |(low, high): (Quantity, Option<Quantity>)| match high {
            Some(_) => serde_json::Value::Array(vec![number(Some(low)), number(high)]),
            None => number(Some(low)),
        };
        members.push(("target", row.target.map_or(serde_json::Value::Null, ends)));
        members.push(("attainment", number(row.attainment)));
        members.push(("standing", row.standing.map(Standing::name).into()));
        members.extend(PACE.iter().map(|(name, read)| (*name, number(read(row)))));
    }
    if with.contains(&With::Comparisons) {
        members.push(("previous", number(row.previous)));
        members.push(("previous_year", number(row.previous_year)));
    }
    if with.contains(&With::Limits) {
        members.push(("limits", row.control.as_ref().map_or(serde_json::Value::Null, limits)));
    }
    if with.contains(&With::Signals) {
        members.push(("signals", serde_json::json!(signals(row))));
    }
    if with.contains(&With::Causes) {
        members.push(("causes", came(figure)));
    }
    let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn limits(one: &Limited) -> serde_json::Value {
    serde_json::json!({
        "segment": one.segment,
        "center": one.lines.center,
        "lower": one.lines.lower,
        "upper": one.lines.upper,
        "mr_mean": one.ranges.map(|ranges| ranges.0),
        "mr_upper": one.ranges.map(|ranges| ranges.1),
        "state": one.state.name(),
    })
}

/// `{"against":"2025-W36","verdict":"signal","effects":[{"factor":…,"effect":…}],"sentence":{…}}`
fn came(figure: &Figure<'_>) -> serde_json::Value {
    let Some(came) = &figure.came else { return serde_json::Value::Null };
    let words = came.words.as_ref().map(|words| {
        let all = Lang::ALL.iter().map(|lang| (lang.code(), words.in_lang(*lang)));
        all.collect::<std::collections::BTreeMap<_, _>>()
    });
    let effect = |(factor, effect): &(String, f64)| serde_json::json!({"factor": factor, "effect": effect});
    serde_json::json!({
        "against": figure.against,
        "verdict": came.verdict.name(),
        "effects": came.effects.iter().map(effect).collect::<Vec<_>>(),
        "sentence": words,
    })
}

/// The effects in one cell: `sessions=-366021.5; unit_session_pct=12.25`.
fn effects(figure: &Figure<'_>) -> Option<String> {
    let came = figure.came.as_ref().filter(|came| !came.effects.is_empty())?;
    let each = came.effects.iter().map(|(factor, effect)| format!("{factor}={effect}"));
    Some(each.collect::<Vec<_>>().join("; "))
}

fn signals<'r>(row: &'r Row<'_>) -> &'r [&'static str] {
    row.control.as_ref().map_or(&[], |one| &one.signals)
}

/// Figures of a target that runs over the period of the row.
type PaceColumn = (&'static str, fn(&Row<'_>) -> Option<Quantity>);
const PACE: &[PaceColumn] = &[
    ("expected", |row| Some(row.course?.expected)),
    ("pace_index", |row| row.course?.index),
    ("required_per_day", |row| row.course?.required_per_day),
    ("forecast", |row| row.course?.forecast),
    ("forecast_low", |row| Some(row.course?.interval?.0)),
    ("forecast_high", |row| Some(row.course?.interval?.1)),
    ("probability", |row| row.course?.probability),
];

fn array(figures: &[Figure<'_>], with: &[With]) -> String {
    let items: Vec<String> = figures.iter().map(|figure| json(figure, with)).collect();
    if items.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", items.join(",\n")) }
}

/// A column of the tables: its name, and its cell of a figure.
struct Column {
    name: &'static str,
    cell: Read,
}

/// How the cell of a column is read.
enum Read {
    Text(fn(&Figure<'_>) -> Option<String>),
    Day(fn(&Figure<'_>) -> Date),
    Number(fn(&Row<'_>) -> Option<Quantity>),
    Whole(fn(&Figure<'_>) -> u32),
}

fn columns(with: &[With]) -> Vec<Column> {
    let column = |name, cell| Column { name, cell };
    let mut all = vec![
        column("metric", Read::Text(|figure| Some(figure.row.metric.to_string()))),
        column("scope", Read::Text(|figure| Some(figure.row.scope.to_string()))),
        column("grain", Read::Text(|figure| Some(figure.row.grain.name().to_owned()))),
        column("period", Read::Text(|figure| Some(figure.id.clone()))),
        column("from", Read::Day(|figure| figure.row.point.period.start)),
        column("to", Read::Day(|figure| figure.row.point.period.end)),
        column("value", Read::Number(|row| row.point.value)),
        column("numerator", Read::Text(|figure| parts(figure).map(|parts| parts.0))),
        column("denominator", Read::Text(|figure| parts(figure).map(|parts| parts.1))),
        column("unit", Read::Text(|figure| Some(figure.row.unit.to_string()))),
        column("state", Read::Text(|figure| Some(figure.row.point.state.name().to_owned()))),
        column("days_observed", Read::Whole(|figure| figure.row.point.days.observed)),
        column("days_expected", Read::Whole(|figure| figure.row.point.days.expected)),
    ];
    if with.contains(&With::Target) {
        all.extend([
            column("target", Read::Number(|row| row.target.map(|ends| ends.0))),
            // The upper end of a range; JSON has both ends in one list.
            column("target_to", Read::Number(|row| row.target?.1)),
            column("attainment", Read::Number(|row| row.attainment)),
            column("standing", Read::Text(|figure| figure.row.standing.map(|one| one.name().to_owned()))),
        ]);
        all.extend(PACE.iter().map(|(name, read)| column(*name, Read::Number(*read))));
    }
    if with.contains(&With::Comparisons) {
        all.extend([
            column("previous", Read::Number(|row| row.previous)),
            column("previous_year", Read::Number(|row| row.previous_year)),
        ]);
    }
    if with.contains(&With::Limits) {
        all.extend([
            column(
                "limit_center",
                Read::Number(|row| Some(Quantity::Approximate(row.control.as_ref()?.lines.center))),
            ),
            column(
                "limit_lower",
                Read::Number(|row| row.control.as_ref()?.lines.lower.map(Quantity::Approximate)),
            ),
            column(
                "limit_upper",
                Read::Number(|row| row.control.as_ref()?.lines.upper.map(Quantity::Approximate)),
            ),
            column(
                "limit_state",
                Read::Text(|figure| Some(figure.row.control.as_ref()?.state.name().to_owned())),
            ),
        ]);
    }
    if with.contains(&With::Signals) {
        all.push(column("signals", Read::Text(|figure| Some(signals(&figure.row).join(" ")))));
    }
    if with.contains(&With::Causes) {
        let sentence = |figure: &Figure<'_>| {
            let words = figure.came.as_ref()?.words.as_ref()?;
            Some(words.in_lang(Lang::En).to_owned())
        };
        all.extend([
            column("cause_against", Read::Text(|figure| figure.against.clone())),
            column(
                "cause_verdict",
                Read::Text(|figure| Some(figure.came.as_ref()?.verdict.name().to_owned())),
            ),
            column("cause_effects", Read::Text(effects)),
            column("cause_sentence", Read::Text(sentence)),
        ]);
    }
    all
}

fn csv(figures: &[Figure<'_>], columns: &[Column]) -> String {
    let cell = |figure: &Figure<'_>, column: &Column| match column.cell {
        Read::Text(read) => read(figure).map(|text| csv_cell(&text)).unwrap_or_default(),
        Read::Day(read) => read(figure).to_string(),
        Read::Number(read) => read(&figure.row).and_then(digits).unwrap_or_default(),
        Read::Whole(read) => read(figure).to_string(),
    };
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let head = line(columns.iter().map(|column| column.name.to_owned()).collect());
    let rows = figures.iter().map(|figure| line(columns.iter().map(|column| cell(figure, column)).collect()));
    std::iter::once(head).chain(rows).collect()
}

fn parquet(figures: &[Figure<'_>], columns: &[Column]) -> Result<Vec<u8>, String> {
    let cells = |column: &Column| match column.cell {
        Read::Text(read) => Cells::Text(figures.iter().map(read).collect()),
        Read::Day(read) => Cells::Day(figures.iter().map(read).collect()),
        Read::Number(read) => {
            Cells::Float(figures.iter().map(|figure| read(&figure.row).map(Quantity::as_f64)).collect())
        }
        Read::Whole(read) => Cells::Whole(figures.iter().map(read).collect()),
    };
    export::parquet(columns.iter().map(|column| (column.name, cells(column))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let exact = Quantity::Exact(Decimal::from_str("123456789012345678901234567.10").expect("a decimal"));
        assert_eq!(number(Some(exact)).to_string(), "123456789012345678901234567.1");
        assert_eq!(number(None), serde_json::Value::Null);
    }
}
