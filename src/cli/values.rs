//! `kpress values`: the figures themselves, for spreadsheets and BI tools.

use super::progress::Progress;
use super::stop::Stop;
use super::terminal::Terminal;
use super::{Trouble, workspace};
use crate::build::{self, Store, Survey};
use crate::diag::{did_you_mean, exit_code, sort};
use crate::measure::{Point, State};
use crate::plan::{Demand, Id, Plan, Scope, demand};
use crate::snapshot::columns::{self, Cells};
use crate::snapshot::export::csv_cell;
use crate::time::{Date, Grain};
use crate::unit::{Decimal, Quantity, Unit};
use clap::{Args, ValueEnum};
use std::path::Path;
use std::str::FromStr;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only this metric; may be given several times
    #[arg(long, value_name = "METRIC")]
    metric: Vec<String>,
    /// Only this scope: `company`, `store:jp1`, `store:jp1,category:kitchen`
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    scope: Option<Scope>,
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
    as_of: Option<Date>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Form::Jsonl)]
    format: Form,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// One JSON object a line
    Jsonl,
    /// One JSON array
    Json,
    /// A table for spreadsheets
    Csv,
    /// A table for BI tools
    Parquet,
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
    metric: &'a Id,
    scope: &'a Scope,
    grain: Grain,
    id: String,
    point: &'a Point,
    unit: &'a Unit,
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
    let survey =
        build::survey(&workspace.disk, &Store::open(&workspace.place), arguments.as_of, wish, &progress);
    progress.clear();
    let mut survey = survey?;
    sort(&mut survey.found);
    terminal.findings(&survey.found, &workspace.disk);
    for metric in &arguments.metric {
        known(&survey.plan, metric)?;
    }
    let figures = figures(arguments, &survey);
    let bytes = match arguments.format {
        Form::Jsonl => {
            figures.iter().map(|figure| format!("{}\n", json(figure))).collect::<String>().into_bytes()
        }
        Form::Json => array(&figures).into_bytes(),
        Form::Csv => csv(&figures).into_bytes(),
        Form::Parquet => parquet(&figures).map_err(|why| Trouble {
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
    let all: Vec<&Id> = match arguments.metric.as_slice() {
        [] => plan.metrics.keys().collect(),
        some => some
            .iter()
            .filter_map(|name| plan.metrics.get_key_value(name.as_str()).map(|(id, _)| id))
            .collect(),
    };
    let scope = arguments.scope.clone().unwrap_or_else(Scope::company);
    for metric in all.into_iter().filter_map(|id| plan.metrics.get(id)) {
        demand::also(plan, demand, metric, &scope, arguments.grain);
    }
}

fn figures<'a>(arguments: &Arguments, survey: &'a Survey) -> Vec<Figure<'a>> {
    let calendar = survey.plan.site.calendar;
    let wanted =
        |metric: &Id| arguments.metric.is_empty() || arguments.metric.iter().any(|name| **name == **metric);
    let chosen = survey.facts.series.iter().filter(|((metric, scope, grain), _)| {
        wanted(metric)
            && arguments.scope.as_ref().is_none_or(|asked| asked == scope)
            && arguments.grain.is_none_or(|asked| asked == *grain)
    });
    let mut figures = Vec::new();
    for ((metric, scope, grain), series) in chosen {
        let Some(definition) = survey.plan.metrics.get(metric) else { continue };
        for point in &series.points {
            let begins = point.period.start;
            if arguments.from.is_none_or(|from| from <= begins) && arguments.to.is_none_or(|to| begins <= to)
            {
                let id = calendar.id(point.period);
                figures.push(Figure { metric, scope, grain: *grain, id, point, unit: &definition.unit });
            }
        }
    }
    figures
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

fn parts(value: Option<Quantity>) -> Option<(String, String)> {
    match value? {
        Quantity::Ratio(ratio) => Some((plain(ratio.numerator()), plain(ratio.denominator()))),
        Quantity::Exact(_) | Quantity::Approximate(_) => None,
    }
}

/// A value as a JSON number that keeps every digit; `null` where there is none.
pub(crate) fn number(value: Option<Quantity>) -> serde_json::Value {
    let text = value.and_then(digits);
    text.and_then(|text| serde_json::Number::from_str(&text).ok())
        .map_or(serde_json::Value::Null, serde_json::Value::Number)
}

fn json(figure: &Figure<'_>) -> String {
    let (numerator, denominator) = parts(figure.point.value).unzip();
    let scope: serde_json::Map<String, serde_json::Value> = figure
        .scope
        .members()
        .map(|(level, member)| (level.to_string(), member.to_string().into()))
        .collect();
    // Written member by member: the order is part of the format, and a map would sort it.
    let members = [
        ("metric", serde_json::json!(&**figure.metric)),
        ("scope", scope.into()),
        ("grain", figure.grain.name().into()),
        ("period", figure.id.clone().into()),
        ("from", figure.point.period.start.to_string().into()),
        ("to", figure.point.period.end.to_string().into()),
        ("value", number(figure.point.value)),
        ("numerator", numerator.into()),
        ("denominator", denominator.into()),
        ("unit", figure.unit.to_string().into()),
        ("state", state(figure.point.state).into()),
        ("days", serde_json::json!([figure.point.days.observed, figure.point.days.expected])),
    ];
    let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn state(state: State) -> &'static str {
    state.name()
}

fn array(figures: &[Figure<'_>]) -> String {
    let items: Vec<String> = figures.iter().map(json).collect();
    if items.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", items.join(",\n")) }
}

const COLUMNS: &str =
    "metric,scope,grain,period,from,to,value,numerator,denominator,unit,state,days_observed,days_expected";

fn csv(figures: &[Figure<'_>]) -> String {
    let line = |figure: &Figure<'_>| {
        let (numerator, denominator) = parts(figure.point.value).unzip();
        let cells = [
            csv_cell(figure.metric),
            csv_cell(&figure.scope.to_string()),
            figure.grain.name().to_owned(),
            figure.id.clone(),
            figure.point.period.start.to_string(),
            figure.point.period.end.to_string(),
            figure.point.value.and_then(digits).unwrap_or_default(),
            numerator.unwrap_or_default(),
            denominator.unwrap_or_default(),
            figure.unit.to_string(),
            state(figure.point.state).to_owned(),
            figure.point.days.observed.to_string(),
            figure.point.days.expected.to_string(),
        ];
        format!("{}\n", cells.join(","))
    };
    std::iter::once(format!("{COLUMNS}\n")).chain(figures.iter().map(line)).collect()
}

fn parquet(figures: &[Figure<'_>]) -> Result<Vec<u8>, String> {
    let text = |cell: &dyn Fn(&Figure<'_>) -> Option<String>| Cells::Text(figures.iter().map(cell).collect());
    let part = |figure: &Figure<'_>, first: bool| {
        parts(figure.point.value).map(|(numerator, denominator)| if first { numerator } else { denominator })
    };
    columns::parquet(vec![
        ("metric", text(&|figure| Some(figure.metric.to_string()))),
        ("scope", text(&|figure| Some(figure.scope.to_string()))),
        ("grain", text(&|figure| Some(figure.grain.name().to_owned()))),
        ("period", text(&|figure| Some(figure.id.clone()))),
        ("from", Cells::Day(figures.iter().map(|figure| figure.point.period.start).collect())),
        ("to", Cells::Day(figures.iter().map(|figure| figure.point.period.end).collect())),
        (
            "value",
            Cells::Float(figures.iter().map(|figure| figure.point.value.map(Quantity::as_f64)).collect()),
        ),
        ("numerator", text(&|figure| part(figure, true))),
        ("denominator", text(&|figure| part(figure, false))),
        ("unit", text(&|figure| Some(figure.unit.to_string()))),
        ("state", text(&|figure| Some(state(figure.point.state).to_owned()))),
        ("days_observed", Cells::Whole(figures.iter().map(|figure| figure.point.days.observed).collect())),
        ("days_expected", Cells::Whole(figures.iter().map(|figure| figure.point.days.expected).collect())),
    ])
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
