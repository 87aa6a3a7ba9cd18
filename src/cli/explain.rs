//! `kpress explain`: a metric with the actual numbers in its formula, down to files and rows; or what a rule means.

use super::causes::{Why, wished};
use super::progress::Progress;
use super::stop::Stop;
use super::terminal::Terminal;
use super::values::{digits, known, number, scope};
use super::{Trouble, workspace};
use crate::build::{self, Store, Survey};
use crate::diag::{Level, Rule, did_you_mean, printable};
use crate::measure::{Point, State};
use crate::plan::formula::{MetricUse, When};
use crate::plan::{Better, Definition, Demand, Id, Metric, Plan, Scope};
use crate::time::{Period, parse_period};
use crate::unit::{self, Digits, Lang, Style};
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// A metric of the workspace, or a rule that was printed with a finding
    #[arg(value_name = "METRIC|RULE")]
    name: String,
    /// For whom: `company`, `store:jp1`
    #[arg(long, value_name = "SCOPE", value_parser = scope, default_value = "company")]
    scope: Scope,
    /// When: `2026-11`, `2026-W46`, `2026-Q4`, `FY2026`, `2026-11-09`; otherwise the last month with data
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Why it moved: against `previous`, `previous_year`, `baseline`, `target`, or a period
    #[arg(long, value_name = "BASE")]
    against: Option<String>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// Explains.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    if let Some(rule) = build::rule(&arguments.name) {
        let text = match arguments.format {
            Form::Text => rule_text(rule),
            Form::Json => rule_json(rule),
        };
        return super::send(terminal, text.as_bytes());
    }
    let workspace = workspace::open(None, option).map_err(|trouble| {
        let names = build::rules().into_iter().map(|rule| rule.name);
        match did_you_mean(&arguments.name, names) {
            Some(hint) => {
                Trouble::usage(format!("there is no rule `{}`, and no workspace here", arguments.name))
                    .hint(hint)
            }
            None => trouble,
        }
    })?;
    let progress = Progress::new(terminal, stop);
    let wish = |plan: &Plan, demand: &mut Demand| wish(arguments, plan, demand);
    let survey = build::survey(
        &workspace.disk,
        &super::plugins::with(Store::open(&workspace.place, &workspace::maker()), terminal, stop, false)?,
        None,
        wish,
        &progress,
    );
    progress.clear();
    let survey = survey?;
    known(&survey.plan, &arguments.name)?;
    let period = period(arguments, &survey)?;
    if let Some(against) = &arguments.against {
        let why = Why::of(&survey, &arguments.name, &arguments.scope, period, against)?;
        let text = match arguments.format {
            Form::Text => why.text(),
            Form::Json => format!("{:#}\n", why.json()),
        };
        return super::send(terminal, text.as_bytes());
    }
    let text = match arguments.format {
        Form::Text => Told { survey: &survey, scope: &arguments.scope }.text(&arguments.name, period),
        Form::Json => {
            let value = Told { survey: &survey, scope: &arguments.scope }.json(
                &arguments.name,
                period,
                &mut BTreeSet::new(),
            );
            format!("{value:#}\n")
        }
    };
    super::send(terminal, text.as_bytes())
}

/// The metric and its parts are measured for the period, also where no page shows them.
fn wish(arguments: &Arguments, plan: &Plan, demand: &mut Demand) {
    let asked = arguments.period.as_deref().and_then(|text| parse_period(text, &plan.site.calendar));
    let base = arguments.against.as_deref().and_then(|text| parse_period(text, &plan.site.calendar));
    let mut names: Vec<&str> = vec![&arguments.name];
    let causes = if arguments.against.is_some() { wished(plan, &arguments.name) } else { Vec::new() };
    names.extend(causes.iter().map(|id| &**id));
    let mut done = BTreeSet::new();
    while let Some(name) = names.pop() {
        let Some((id, metric)) = plan.metrics.get_key_value(name) else { continue };
        if !done.insert(id) {
            continue;
        }
        let need = demand.of(id);
        need.levels.insert(arguments.scope.levels().cloned().collect());
        match asked.map(|period| (period, period.grain)) {
            Some((_, Some(grain))) => drop(need.grains.insert(grain)),
            Some((period, None)) => drop(need.periods.insert((arguments.scope.clone(), period))),
            None => need.grains.extend([crate::time::Grain::Month.max(metric.grain)]),
        }
        match base.map(|period| (period, period.grain)) {
            Some((_, Some(grain))) => drop(need.grains.insert(grain)),
            Some((period, None)) => drop(need.periods.insert((arguments.scope.clone(), period))),
            None => {}
        }
        parts(metric).into_iter().for_each(|part| names.push(&part.metric));
    }
}

/// The metrics of a formula over metrics, in its order, each once.
fn parts(metric: &Metric) -> Vec<&MetricUse> {
    let mut parts: Vec<&MetricUse> = Vec::new();
    if let Definition::Derived(formula) = &metric.definition {
        formula.leaves(&mut |part| {
            if !parts.contains(&part) {
                parts.push(part);
            }
        });
    }
    parts
}

/// The period asked for, or the last with a value.
fn period(arguments: &Arguments, survey: &Survey) -> Result<Option<Period>, Trouble> {
    let calendar = &survey.plan.site.calendar;
    match &arguments.period {
        Some(text) => parse_period(text, calendar).map(Some).ok_or_else(|| {
            Trouble::usage(format!("`{text}` is no period"))
                .hint("write `2026-11-09`, `2026-W46`, `2026-11`, `2026-Q4`, `FY2026` or `A..B`")
        }),
        None => {
            let grain = survey.plan.metrics.get(arguments.name.as_str()).map(|metric| metric.grain);
            let grain = crate::time::Grain::Month.max(grain.unwrap_or(crate::time::Grain::Month));
            let series = survey.facts.series(&arguments.name, &arguments.scope, grain);
            let valued =
                series.and_then(|series| series.points.iter().rev().find(|point| point.value.is_some()));
            Ok(valued.map(|point| point.period))
        }
    }
}

/// What is explained, and for whom.
struct Told<'a> {
    survey: &'a Survey,
    scope: &'a Scope,
}

impl Told<'_> {
    fn text(&self, name: &str, period: Option<Period>) -> String {
        let mut out = String::new();
        let metric = &self.survey.plan.metrics[name];
        self.head(metric, &mut out);
        match period {
            Some(period) => self.tell(metric, period, 0, &mut BTreeSet::new(), &mut out),
            None => out.push_str("\nThere is no value yet.\n"),
        }
        out
    }

    /// Name, unit, direction, owner, place.
    fn head(&self, metric: &Metric, out: &mut String) {
        let name = printable(metric.name.in_lang(Lang::En));
        let named = if name.is_empty() || name == *metric.id { String::new() } else { format!(" · {name}") };
        line(out, 0, &format!("{}{named}", metric.id));
        let description = printable(metric.description.in_lang(Lang::En));
        if !description.is_empty() {
            line(out, 1, &description);
        }
        let better = match metric.better {
            Better::Higher => ", higher is better",
            Better::Lower => ", lower is better",
            Better::Range => ", best within a range",
            Better::Neutral => "",
        };
        line(out, 1, &format!("unit {}{better}", metric.unit));
        if metric.basis.tax != unit::Tax::Unknown {
            line(out, 1, &format!("tax {}", metric.basis.tax));
        }
        let windows = self.survey.plan.windows(&metric.id);
        let unlike: BTreeSet<_> = windows.values().collect();
        match unlike.len() {
            0 => {}
            1 => unlike.iter().for_each(|window| line(out, 1, &format!("attribution {window}"))),
            _ => {
                let each: Vec<String> = windows.iter().map(|(id, window)| format!("{id} {window}")).collect();
                line(out, 1, &format!("attribution mixed: {}", each.join(", ")));
            }
        }
        if let Some(owner) = &metric.owner {
            let person = self.survey.plan.people.get(owner).map(|person| person.name.in_lang(Lang::En));
            line(out, 1, &format!("owner {}", printable(person.unwrap_or(owner))));
        }
        if !metric.place.file.is_empty() {
            line(out, 1, &format!("defined at {}", metric.place));
        }
    }

    /// One metric in one period, then its parts.
    fn tell(
        &self,
        metric: &Metric,
        period: Period,
        depth: usize,
        told: &mut BTreeSet<(Id, Period)>,
        out: &mut String,
    ) {
        let id = self.survey.plan.site.calendar.id(period);
        out.push('\n');
        let value = self.shown(metric, period);
        line(out, depth, &format!("{} · {id} · {}: {value}", metric.id, printable(&self.scope.to_string())));
        line(out, depth + 1, &format!("= {}", printable(&metric.formula)));
        if !told.insert((metric.id.clone(), period)) {
            line(out, depth + 1, "(see above)");
            return;
        }
        match &metric.definition {
            Definition::Derived(_) => {
                for part in parts(metric) {
                    self.tell_part(part, period, depth + 1, told, out);
                }
            }
            Definition::Source(measured) => {
                for table in &measured.tables {
                    self.files(&table.source, period, depth + 1, out);
                }
                for lookup in &measured.lookups {
                    self.files(&lookup.table.source, period, depth + 1, out);
                }
            }
        }
    }

    fn tell_part(
        &self,
        part: &MetricUse,
        period: Period,
        depth: usize,
        told: &mut BTreeSet<(Id, Period)>,
        out: &mut String,
    ) {
        let Some(metric) = self.survey.plan.metrics.get(&part.metric) else { return };
        let period = match part.when {
            When::Same => period,
            // Other periods are measured inside `measure`; here only their rule is told.
            When::Earlier(..) | When::Before(_) | When::Rolling(..) | When::YearEarlier => {
                let when = match part.when {
                    When::Earlier(count, grain) => format!("{count} {} earlier", grain.name()),
                    When::Before(count) => format!("{count} such periods earlier"),
                    When::Rolling(count, grain) => format!("over the last {count} {}s", grain.name()),
                    _ => "the same period a year earlier".to_owned(),
                };
                out.push('\n');
                line(out, depth, &format!("{} · {when}", metric.id));
                line(out, depth + 1, &format!("= {}", printable(&metric.formula)));
                return;
            }
        };
        self.tell(metric, period, depth, told, out);
    }

    fn point(&self, metric: &Metric, period: Period) -> Option<&Point> {
        self.survey.facts.at(&metric.id, self.scope, period)
    }

    /// `22.31% (complete, 7 of 7 days; 118240 / 529986)`
    fn shown(&self, metric: &Metric, period: Period) -> String {
        let Some(point) = self.point(metric, period) else { return "– (not measured)".to_owned() };
        let digits_shown = metric.decimals.map_or(Digits::Auto, Digits::Exactly);
        let shown = point
            .value
            .and_then(|value| unit::quantity(value, &metric.unit, Lang::En, Style::Full, digits_shown));
        let shown = shown.map_or_else(|| "–".to_owned(), |shown| shown.to_string());
        let exact = match point.value {
            Some(unit::Quantity::Ratio(ratio)) => {
                format!("; {} / {}", ratio.numerator().normalize(), ratio.denominator().normalize())
            }
            Some(value) => digits(value).map(|digits| format!("; {digits}")).unwrap_or_default(),
            None => String::new(),
        };
        format!("{shown} ({}{exact})", completeness(point))
    }

    /// The files of a source with rows in the period.
    fn files(&self, source: &Id, period: Period, depth: usize, out: &mut String) {
        line(out, depth, &format!("source {source}"));
        for file in self.files_of(source, period) {
            let days = file.days.map_or_else(String::new, |(first, last)| format!(", {first} to {last}"));
            let hash = file.sha256.short();
            line(
                out,
                depth + 1,
                &format!("{}: {} rows{days}, sha256 {hash}…", printable(&file.path), file.rows),
            );
        }
    }

    fn files_of(&self, source: &Id, period: Period) -> impl Iterator<Item = &crate::snapshot::FileRecord> {
        let within = move |file: &&crate::snapshot::FileRecord| {
            file.days.is_none_or(|(first, last)| first <= period.end && period.start <= last)
        };
        self.survey.snapshot.files.get(source).into_iter().flatten().filter(within)
    }

    fn json(&self, name: &str, period: Option<Period>, told: &mut BTreeSet<Id>) -> serde_json::Value {
        let metric = &self.survey.plan.metrics[name];
        let point = period.and_then(|period| self.point(metric, period));
        let mut object = serde_json::json!({
            "metric": &*metric.id,
            "scope": self.scope.members().map(|(level, member)| (level.to_string(), member.to_string())).collect::<std::collections::BTreeMap<_, _>>(),
            "period": period.map(|period| self.survey.plan.site.calendar.id(period)),
            "formula": &*metric.formula,
            "unit": metric.unit.to_string(),
            "value": number(point.and_then(|point| point.value)),
            "state": point.map(|point| point.state.name()),
            "days": point.map(|point| [point.days.observed, point.days.expected]),
            "defined_at": metric.place.to_string(),
            "owner": metric.owner.as_deref(),
        });
        if let Some(unit::Quantity::Ratio(ratio)) = point.and_then(|point| point.value) {
            object["numerator"] = ratio.numerator().normalize().to_string().into();
            object["denominator"] = ratio.denominator().normalize().to_string().into();
        }
        if !told.insert(metric.id.clone()) {
            return object;
        }
        match (&metric.definition, period) {
            (Definition::Derived(_), _) => {
                let same = parts(metric).into_iter().filter(|part| part.when == When::Same);
                let known = same.filter(|part| self.survey.plan.metrics.contains_key(&part.metric));
                object["parts"] = known.map(|part| self.json(&part.metric, period, told)).collect();
            }
            (Definition::Source(measured), Some(period)) => {
                let sources: BTreeSet<&Id> = measured.tables.iter().map(|table| &table.source).collect();
                let files = sources.into_iter().flat_map(|source| self.files_of(source, period));
                object["files"] = files.map(|file| serde_json::json!(file)).collect();
            }
            (Definition::Source(_), None) => {}
        }
        object
    }
}

/// `complete, 7 of 7 days`
fn completeness(point: &Point) -> String {
    match point.state {
        State::Complete | State::Provisional | State::Partial | State::Running => {
            format!("{}, {} of {} days", point.state.name(), point.days.observed, point.days.expected)
        }
        state => state.name().to_owned(),
    }
}

pub(super) fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(out, "{:indent$}{text}", "", indent = depth * 2);
}

fn level(rule: &Rule) -> &'static str {
    match rule.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn rule_text(rule: &Rule) -> String {
    let example: String = rule.example.lines().map(|line| format!("    {line}\n")).collect();
    let (name, about, why) = (rule.name, rule.about, rule.why);
    format!("{name} ({})\n\n  {about}\n\n  Why: {why}\n\n{example}", level(rule))
}

fn rule_json(rule: &Rule) -> String {
    let object = serde_json::json!({
        "rule": rule.name, "level": level(rule), "about": rule.about, "why": rule.why, "example": rule.example,
        "exit_code": rule.family.exit_code(),
    });
    format!("{object:#}\n")
}
