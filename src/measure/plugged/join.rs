//! Metrics of plugins among all others: which rows or figures a plugin is given for the scopes and periods that are asked
//! for, and its figures in the place of those that a formula would have.

use super::port::{ColumnType, Failure, MetricInfo, MetricName, MetricPort, RunContext};
use super::run::{Figures, Groups, PLUGIN_INPUT_MISSING, PLUGIN_OUTPUT_INVALID, Run};
use crate::diag::{Finding, Level};
use crate::measure::State;
use crate::measure::engine::Gathered;
use crate::measure::over_time::Part;
use crate::plan::{Id, Metric, Plan, Plugged, PluginFailed, Scope};
use crate::snapshot::{Column, Numbers};
use crate::time::{Date, Period};
use crate::unit::Quantity;
use std::collections::{BTreeMap, BTreeSet};

/// Plugins at work for one measuring, and what went wrong with them.
pub(in crate::measure) struct Joined<'a> {
    plan: &'a Plan,
    port: &'a dyn MetricPort,
    as_of: Date,
    /// What was found, once for each metric.
    pub(in crate::measure) found: Vec<Finding>,
    /// Metrics whose plugin failed; they are not asked for again.
    pub(in crate::measure) failed: BTreeMap<Id, PluginFailed>,
    /// Results that were no finite numbers.
    not_finite: BTreeMap<Id, u64>,
}

/// Values of one metric, by scope, in the order of the periods.
pub(in crate::measure) type ByScope = BTreeMap<Scope, Vec<Part>>;

/// A period with the days whose rows make it up.
pub(in crate::measure) type Windowed = (Period, (Date, Date));

impl<'a> Joined<'a> {
    pub(in crate::measure) fn new(plan: &'a Plan, port: &'a dyn MetricPort, as_of: Date) -> Joined<'a> {
        let (found, failed, not_finite) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Joined { plan, port, as_of, found, failed, not_finite }
    }

    /// Findings of all metrics, and which failed.
    pub(in crate::measure) fn finish(mut self) -> (Vec<Finding>, BTreeMap<Id, PluginFailed>) {
        for (id, count) in &self.not_finite {
            let Some((metric, plugged)) = self.plugged(id) else { continue };
            let message = format!(
                "plugin `{}` gave {count} figures of `{}` that are no finite numbers; they are missing",
                plugged.plugin, metric.id
            );
            let mut finding = Finding::new(&PLUGIN_OUTPUT_INVALID, plugged.at.clone(), message)
                .hint("a division by zero is nothing to say: the plugin returns null for it");
            finding.level = Level::Warning;
            self.found.push(finding);
        }
        (self.found, self.failed)
    }

    fn plugged(&self, id: &Id) -> Option<(&'a Metric, &'a Plugged)> {
        let metric = self.plan.metrics.get(id)?;
        Some((metric, metric.plugged.as_deref()?))
    }

    /// Figures over rows, in place of those in `values`, which count the rows. A window that another overlaps is computed
    /// by itself.
    pub(in crate::measure) fn over_rows(
        &mut self,
        metric: &'a Metric,
        gathered: Option<&Gathered<'_>>,
        windows: &[Windowed],
        values: &mut ByScope,
    ) {
        let Some(plugged) = metric.plugged.as_deref() else { return };
        let scopes: BTreeSet<Scope> = values.keys().cloned().collect();
        let wanted: Vec<Windowed> = windows
            .iter()
            .enumerate()
            .filter(|(at, _)| values.values().any(|parts| parts[*at].value.is_some()))
            .map(|(_, window)| *window)
            .collect();
        let figures = match gathered {
            Some(gathered) if !wanted.is_empty() => self.of_rows(metric, plugged, gathered, &scopes, &wanted),
            _ => Ok(Figures::new()),
        };
        let figures = figures.unwrap_or_else(|failure| self.fail(metric, plugged, &failure));
        for (scope, parts) in values.iter_mut() {
            for ((period, _), part) in windows.iter().zip(parts) {
                *part = computed(*part, figures.get(scope).and_then(|figures| figures.get(period)).copied());
            }
        }
    }

    fn of_rows(
        &mut self,
        metric: &Metric,
        plugged: &Plugged,
        gathered: &Gathered<'_>,
        scopes: &BTreeSet<Scope>,
        windows: &[Windowed],
    ) -> Result<Figures, Failure> {
        let info = self.asked(metric, plugged)?;
        let mut columns: BTreeMap<Id, &Column> = BTreeMap::new();
        for (name, column) in &plugged.columns {
            let known =
                gathered.frame.columns.get(column).ok_or_else(|| no_column(metric, plugged, name, column))?;
            columns.insert(name.clone(), known);
        }
        // Scopes that are asked for and have no rows are groups as well: the plugin says what nothing is worth.
        let mut figures = Figures::new();
        for apart in apart(windows) {
            let groups = Groups::within(scopes, apart);
            let numbers: Vec<Option<usize>> =
                gathered.scopes.iter().map(|scope| scopes.iter().position(|other| other == scope)).collect();
            let (mut rows, mut group_ids) = (Vec::new(), Vec::new());
            for (row, scope) in &gathered.rows {
                let (Some(scope), Some(day)) = (numbers[*scope as usize], gathered.days[*row as usize])
                else {
                    continue;
                };
                if let Some(group) = groups.of_scope(scope, day) {
                    rows.push(*row);
                    group_ids.push(group);
                }
            }
            let more = self.run(metric, plugged, &info, &columns, (&rows, &group_ids), &groups)?;
            join(&mut figures, more);
        }
        Ok(figures)
    }

    /// Figures over metrics. Each of them has a value for every slot of every scope; slots make up the periods.
    pub(in crate::measure) fn over_metrics(
        &mut self,
        metric: &'a Metric,
        inputs: &[Input<'_>],
        windows: &[Windowed],
        values: &mut ByScope,
    ) {
        let Some(plugged) = metric.plugged.as_deref() else { return };
        let scopes: BTreeSet<Scope> = values.keys().cloned().collect();
        let wanted: Vec<Windowed> =
            windows.iter().copied().filter(|(period, _)| period.start <= self.as_of).collect();
        let figures = match wanted.is_empty() || scopes.is_empty() {
            true => Ok(Figures::new()),
            false => self.of_metrics(metric, plugged, inputs, &scopes, &wanted),
        };
        let figures = figures.unwrap_or_else(|failure| self.fail(metric, plugged, &failure));
        for (scope, parts) in values.iter_mut() {
            for ((period, _), part) in windows.iter().zip(parts) {
                *part = computed(*part, figures.get(scope).and_then(|figures| figures.get(period)).copied());
            }
        }
    }

    fn of_metrics(
        &mut self,
        metric: &Metric,
        plugged: &Plugged,
        inputs: &[Input<'_>],
        scopes: &BTreeSet<Scope>,
        windows: &[Windowed],
    ) -> Result<Figures, Failure> {
        let info = self.asked(metric, plugged)?;
        if info.inputs.len() != inputs.len() {
            let names: Vec<String> = info.inputs.iter().map(|field| format!("`{}`", field.name)).collect();
            let message = format!(
                "plugin `{}` takes {} inputs, and `{}` gives it {}",
                plugged.plugin,
                info.inputs.len(),
                metric.id,
                inputs.len()
            );
            return Err(Failure::new(
                &PLUGIN_INPUT_MISSING,
                message,
                format!("it asks for {}", names.join(", ")),
            ));
        }
        let slots: BTreeSet<Period> =
            inputs.iter().flat_map(|input| input.values.values().flat_map(BTreeMap::keys)).copied().collect();
        let slots: Vec<Period> = slots.into_iter().collect();
        let mut columns = Vec::new();
        for (field, input) in info.inputs.iter().zip(inputs) {
            let cells = scopes.iter().flat_map(|scope| slots.iter().map(move |slot| (scope, slot))).map(
                |(scope, slot)| {
                    input.values.get(scope).and_then(|values| values.get(slot)).copied().flatten()
                },
            );
            columns.push(column(cells.collect(), field.ty));
        }
        let columns: BTreeMap<Id, &Column> =
            info.inputs.iter().map(|field| field.name.clone()).zip(&columns).collect();
        let mut figures = Figures::new();
        for apart in apart(windows) {
            let groups = Groups::within(scopes, apart);
            let (mut rows, mut group_ids) = (Vec::new(), Vec::new());
            for (number, _) in scopes.iter().enumerate() {
                for (place, slot) in slots.iter().enumerate() {
                    if let Some(group) = groups.of_scope(number, slot.end) {
                        rows.push(
                            u32::try_from(number * slots.len() + place).expect("fewer figures than 2³²"),
                        );
                        group_ids.push(group);
                    }
                }
            }
            let more = self.run(metric, plugged, &info, &columns, (&rows, &group_ids), &groups)?;
            join(&mut figures, more);
        }
        Ok(figures)
    }

    /// What the plugin says of the metric; an earlier failure is enough.
    fn asked(&self, metric: &Metric, plugged: &Plugged) -> Result<MetricInfo, Failure> {
        debug_assert!(!self.failed.contains_key(&metric.id), "a failed metric is not asked for again");
        self.port.describe(&name(plugged))
    }

    fn run(
        &mut self,
        metric: &Metric,
        plugged: &Plugged,
        info: &MetricInfo,
        columns: &BTreeMap<Id, &Column>,
        (rows, group_ids): (&[u32], &[u32]),
        groups: &Groups,
    ) -> Result<Figures, Failure> {
        let site = &self.plan.site;
        let context = RunContext {
            as_of: self.as_of,
            timezone: site.zone_name.clone(),
            locale: site.languages.first().map_or("en", |lang| lang.code()).into(),
            currency: site.currency.to_string().into(),
            params: plugged.params.iter().map(|param| (param.name.clone(), param.value.clone())).collect(),
        };
        let name = name(plugged);
        let run = Run {
            metric: &metric.id,
            name: &name,
            info,
            context: &context,
            columns,
            rows,
            group_ids,
            groups,
        };
        let evaluated = run.evaluate(self.port)?;
        if evaluated.not_finite > 0 {
            *self.not_finite.entry(metric.id.clone()).or_default() += evaluated.not_finite;
        }
        Ok(evaluated.figures)
    }

    fn fail(&mut self, metric: &Metric, plugged: &Plugged, failure: &Failure) -> Figures {
        let finding = failure.finding(plugged.at.clone());
        let failed = PluginFailed {
            plugin: plugged.plugin.clone(),
            rule: finding.rule.name.into(),
            message: finding.message.as_str().into(),
        };
        self.found.push(finding);
        self.failed.insert(metric.id.clone(), failed);
        Figures::new()
    }
}

/// The figures of one metric that a plugin is given, by scope and slot.
pub(in crate::measure) struct Input<'a> {
    /// Of a slot without an entry nothing is known; nor of one without a value.
    pub(in crate::measure) values: &'a BTreeMap<Scope, BTreeMap<Period, Option<Quantity>>>,
}

fn name(plugged: &Plugged) -> MetricName {
    MetricName { plugin: plugged.plugin.clone(), id: plugged.metric.clone() }
}

/// A figure in the place of what stood for it: as complete as that was.
fn computed(part: Part, figure: Option<Quantity>) -> Part {
    let open = part.state < State::Missing;
    match figure {
        Some(value) if open => Part { value: Some(value), ..part },
        // The plugin made something of an input that is missing.
        Some(value) if matches!(part.state, State::Missing | State::NoData | State::Undefined) => {
            Part { value: Some(value), state: State::Partial, ..part }
        }
        None if open => Part { value: None, state: State::Undefined, ..part },
        _ => Part { value: None, ..part },
    }
}

/// Windows in as few sets as can be, so that no two of a set share a day.
fn apart(windows: &[Windowed]) -> Vec<Vec<Windowed>> {
    let mut sorted = windows.to_vec();
    sorted.sort_by_key(|(_, (first, last))| (*first, *last));
    let mut sets: Vec<Vec<Windowed>> = Vec::new();
    for window in sorted {
        let free = sets.iter_mut().find(|set| set.last().is_none_or(|(_, (_, last))| *last < window.1.0));
        match free {
            Some(set) => set.push(window),
            None => sets.push(vec![window]),
        }
    }
    sets
}

fn join(figures: &mut Figures, more: Figures) {
    for (scope, values) in more {
        figures.entry(scope).or_default().extend(values);
    }
}

/// Figures as a column: exact where all are, and where the plugin takes decimals.
pub(super) fn column(cells: Vec<Option<Quantity>>, ty: ColumnType) -> Column {
    let float = || Column::Float(cells.iter().map(|cell| cell.map(Quantity::as_f64)).collect());
    let exact: Option<Vec<Option<crate::unit::Decimal>>> = cells
        .iter()
        .map(|cell| match cell {
            None => Some(None),
            Some(Quantity::Exact(value)) => Some(Some(value.normalize())),
            Some(_) => None,
        })
        .collect();
    let Some(exact) = exact else { return float() };
    let scale = exact.iter().flatten().map(|value| value.scale()).max().unwrap_or(0);
    let units: Option<Numbers> = exact
        .iter()
        .map(|cell| match cell {
            None => Some(None),
            Some(value) => {
                let power = 10_i128.checked_pow(scale - value.scale())?;
                value.mantissa().checked_mul(power).map(Some)
            }
        })
        .collect();
    match units {
        Some(rows) => Column::Number { scale, rows },
        // More digits than any decimal of a plugin; a float takes the nearest.
        None if ty == ColumnType::Float64 => float(),
        None => Column::Number { scale: 0, rows: Numbers::missing(cells.len()) },
    }
}

fn no_column(metric: &Metric, plugged: &Plugged, name: &Id, column: &Id) -> Failure {
    let message = format!(
        "`{}` gives plugin `{}` the column `{column}` as `{name}`, and the data has no such column",
        metric.id, plugged.plugin
    );
    let hint = "`kpress data inspect` shows which columns a file has and what they hold";
    Failure::new(&PLUGIN_INPUT_MISSING, message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_date;

    fn window(from: &str, to: &str) -> Windowed {
        let day = |text| parse_date(text).expect("a day");
        let (from, to) = (day(from), day(to));
        (Period::range(from, to), (from, to))
    }

    #[test]
    fn windows_of_one_set_share_no_day() {
        let windows = [
            window("2026-01-01", "2026-01-31"),
            window("2026-01-05", "2026-01-11"),
            window("2026-01-12", "2026-01-18"),
            window("2026-02-01", "2026-02-28"),
        ];
        let sets: Vec<usize> = apart(&windows).iter().map(Vec::len).collect();
        assert_eq!(sets, [2, 2]);
    }

    #[test]
    fn figures_stay_exact_in_a_column() {
        let exact = |text: &str| Some(Quantity::Exact(text.parse().expect("a number")));
        let cells = vec![exact("1.50"), None, exact("-2"), exact("0.125")];
        let expected = vec![Some(1_500), None, Some(-2_000), Some(125)];
        assert_eq!(column(cells, ColumnType::Float64), Column::Number { scale: 3, rows: expected.into() });
        let third = Quantity::Exact(1.into()).over(Quantity::Exact(3.into()));
        assert_eq!(column(vec![third], ColumnType::Float64), Column::Float(vec![Some(1.0 / 3.0)]));
    }
}
