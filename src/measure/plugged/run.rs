//! One evaluation of a plugin's metric: rows in batches with the number of their group, in one order on every machine,
//! and a figure per group back. A mergeable metric is split after a fixed number of rows, never by threads.

use super::pack::{Packed, Unfit, pack};
use super::port::{
    Account, BATCH_ROWS, Batch, Evaluation, Failure, Field, GROUPS_MAX, MetricInfo, MetricName, MetricPort,
    Outcome, PARTITION_ROWS, RunContext,
};
use crate::diag::{Family, Level, Rule};
use crate::inputs::Hash;
use crate::parallel;
use crate::plan::{Id, Scope};
use crate::snapshot::Column;
use crate::time::{Date, Period};
use crate::unit::Quantity;
use std::collections::{BTreeMap, BTreeSet};

/// An input that is not there, or that the plugin cannot take.
pub static PLUGIN_INPUT_MISSING: Rule = Rule {
    name: "plugin-input-missing",
    level: Level::Error,
    family: Family::Config,
    about: "an input of a plugin's metric that is not wired, or whose cells the plugin cannot take without rounding",
    why: "a plugin that is given something else, or rounded, computes a wrong figure",
    example: "tacos: {plugin: tacos, inputs: [ad_spend]}    # it asks for two: [ad_spend, sales]",
};

/// What a plugin gave back is not what it promised.
pub static PLUGIN_OUTPUT_INVALID: Rule = Rule {
    name: "plugin-output-invalid",
    level: Level::Error,
    family: Family::Data,
    about: "a result of a plugin that is not of the promised form: rows, codes, types, numbers that are not finite",
    why: "a figure in the wrong row is a wrong figure",
    example: "a metric over 12 groups that returns 11 values",
};

/// More groups than an evaluation takes.
pub static PLUGIN_OUTPUT_TOO_LARGE: Rule = Rule {
    name: "plugin-output-too-large",
    level: Level::Error,
    family: Family::Data,
    about: "a plugin that would produce more than anybody can look at",
    why: "a page, and the memory of the machine, have an end",
    example: "a metric by day and SKU over 1,000,000 pairs; give it a longer `grain`",
};

/// A figure that nobody computes.
pub static PLUGIN_NOT_RUN: Rule = Rule {
    name: "plugin-not-run",
    level: Level::Error,
    family: Family::Config,
    about: "a metric with `plugin:`, and a kpress that was built without plugins",
    why: "a figure that is not computed is a dash, and the reason belongs beside it",
    example: "tacos: {plugin: tacos, inputs: [ad_spend, sales]}        # or a formula: {value: ad_spend / sales}",
};

/// Groups of one evaluation: scopes by periods, each sorted, numbered from 0 without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    scopes: Vec<Scope>,
    /// With the days whose rows make up the period, apart from those of every other.
    periods: Vec<(Period, (Date, Date))>,
}

impl Groups {
    /// All pairs of the scopes and of the periods, which lie apart from each other.
    pub fn of(scopes: &BTreeSet<Scope>, periods: &BTreeSet<Period>) -> Groups {
        Groups::within(scopes, periods.iter().map(|period| (*period, (period.start, period.end))))
    }

    /// The same, where not all days of a period count.
    pub fn within(
        scopes: &BTreeSet<Scope>,
        periods: impl IntoIterator<Item = (Period, (Date, Date))>,
    ) -> Groups {
        let mut periods: Vec<(Period, (Date, Date))> = periods.into_iter().collect();
        periods.sort_by_key(|(_, (first, _))| *first);
        Groups { scopes: scopes.iter().cloned().collect(), periods }
    }

    /// How many groups.
    pub fn count(&self) -> usize {
        self.scopes.len() * self.periods.len()
    }

    /// The group of a row: its scope and the period that holds its day.
    pub fn at(&self, scope: &Scope, day: Date) -> Option<u32> {
        self.of_scope(self.scopes.binary_search(scope).ok()?, day)
    }

    /// The same, for the scope with this number.
    pub(super) fn of_scope(&self, scope: usize, day: Date) -> Option<u32> {
        let after = self.periods.partition_point(|(_, (first, _))| *first <= day);
        let period = after.checked_sub(1).filter(|at| self.periods[*at].1.1 >= day)?;
        u32::try_from(scope * self.periods.len() + period).ok()
    }

    /// Figures by scope and period out of those by group.
    fn join(&self, figures: Vec<Option<Quantity>>) -> Figures {
        let pairs =
            self.scopes.iter().flat_map(|scope| self.periods.iter().map(move |(period, _)| (scope, *period)));
        let known = pairs.zip(figures).filter_map(|(pair, figure)| Some((pair, figure?)));
        let mut by_scope = Figures::new();
        for ((scope, period), figure) in known {
            by_scope.entry(scope.clone()).or_default().insert(period, figure);
        }
        by_scope
    }
}

/// What there is to say; a group without a figure is absent.
pub type Figures = BTreeMap<Scope, BTreeMap<Period, Quantity>>;

/// Figures, and what is to be said of them.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The figures.
    pub figures: Figures,
    /// How many are missing because they were no finite numbers.
    pub not_finite: u64,
    /// What the plugin used; `None` if the result was known before.
    pub account: Option<Account>,
}

/// The work of one evaluation, where the port wants it done.
fn within<R: Send>(
    port: &dyn MetricPort,
    work: impl Fn() -> Result<R, Failure> + Sync,
) -> Result<R, Failure> {
    let mut result = None;
    port.within(&mut || result = Some(work()))?;
    result.expect("a port does the work it is given, or says why not")
}

/// One evaluation: a metric of a plugin over rows that are numbered by group.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The metric in the workspace, for messages.
    pub metric: &'a Id,
    /// Which metric of which plugin.
    pub name: &'a MetricName,
    /// What that metric says of itself.
    pub info: &'a MetricInfo,
    /// What it may know of the world.
    pub context: &'a RunContext,
    /// Columns by the plugin's name for them.
    pub columns: &'a BTreeMap<Id, &'a Column>,
    /// Rows that count, in the order of snapshot, file and row.
    pub rows: &'a [u32],
    /// The group of each of these rows.
    pub group_ids: &'a [u32],
    /// The groups.
    pub groups: &'a Groups,
}

impl Run<'_> {
    /// The figures, or why there are none.
    ///
    /// # Errors
    /// Of the plugin, of its wiring, or of what it returned.
    pub fn evaluate(&self, port: &dyn MetricPort) -> Result<Evaluated, Failure> {
        self.evaluate_split(port, PARTITION_ROWS, BATCH_ROWS)
    }

    /// As [`Run::evaluate`], split after other numbers of rows.
    pub(super) fn evaluate_split(
        &self,
        port: &dyn MetricPort,
        partition: usize,
        batch: usize,
    ) -> Result<Evaluated, Failure> {
        if self.groups.count() > GROUPS_MAX {
            return Err(self.too_many());
        }
        let inputs = self.inputs()?;
        let digest = match port.identity(self.name) {
            Some(identity) => Some(self.digest(&identity, &inputs, batch)?),
            None => None,
        };
        let known = digest.as_ref().and_then(|digest| port.recall(digest));
        let outcome = match known {
            Some(outcome) => outcome,
            None => {
                let outcome = self.computed(port, &inputs, partition, batch)?;
                if let Some(digest) = &digest {
                    port.keep(digest, &outcome);
                }
                outcome
            }
        };
        Ok(Evaluated {
            figures: self.groups.join(outcome.values),
            not_finite: outcome.not_finite,
            account: outcome.account,
        })
    }

    fn computed(
        &self,
        port: &dyn MetricPort,
        inputs: &[(&Field, &Column)],
        partition: usize,
        batch: usize,
    ) -> Result<Outcome, Failure> {
        let parts: Vec<(&[u32], &[u32])> =
            self.rows.chunks(partition).zip(self.group_ids.chunks(partition)).collect();
        let outcome = if self.info.mergeable && parts.len() > 1 {
            let states = parallel::each(&parts, |part| {
                within(port, || {
                    let mut evaluation = self.begin(port)?;
                    self.feed(&mut *evaluation, inputs, *part, batch)?;
                    evaluation.export_state()
                })
            });
            let states = states.into_iter().collect::<Result<Vec<_>, Failure>>()?;
            within(port, || {
                let mut whole = self.begin(port)?;
                states.iter().try_for_each(|state| whole.merge_state(state))?;
                whole.finish()
            })?
        } else {
            within(port, || {
                let mut evaluation = self.begin(port)?;
                self.feed(&mut *evaluation, inputs, (self.rows, self.group_ids), batch)?;
                evaluation.finish()
            })?
        };
        if outcome.values.len() != self.groups.count() {
            let (given, asked) = (outcome.values.len(), self.groups.count());
            let message = format!(
                "plugin `{}` returned {given} values for {asked} groups of `{}`",
                self.name.plugin, self.metric
            );
            return Err(Failure::new(&PLUGIN_OUTPUT_INVALID, message, ""));
        }
        Ok(outcome)
    }

    /// The hash of everything that decides the result.
    fn digest(&self, identity: &Hash, inputs: &[(&Field, &Column)], batch: usize) -> Result<Hash, Failure> {
        let about = format!("{identity} {:?} {}", self.context, self.groups.count());
        let mut parts = vec![Hash::of(about.as_bytes())];
        for (rows, groups) in self.rows.chunks(batch).zip(self.group_ids.chunks(batch)) {
            let packed = self.packed(inputs, rows)?;
            let ids: Vec<u8> = groups.iter().flat_map(|group| group.to_le_bytes()).collect();
            let of_batch = packed.iter().flat_map(Packed::bytes).chain([ids.as_slice()]);
            parts.push(Hash::of_parts(of_batch));
        }
        Ok(Hash::of_parts(parts.iter().map(|hash| hash.bytes().as_slice())))
    }

    fn begin<'p>(&self, port: &'p dyn MetricPort) -> Result<Box<dyn Evaluation + 'p>, Failure> {
        let groups = u32::try_from(self.groups.count()).map_err(|_| self.too_many())?;
        port.begin(self.name, self.context, groups)
    }

    /// The columns in the order in which the plugin asks for them.
    fn inputs(&self) -> Result<Vec<(&Field, &Column)>, Failure> {
        let mut inputs = Vec::new();
        for field in &self.info.inputs {
            match self.columns.get(&field.name) {
                Some(column) => inputs.push((field, *column)),
                None => return Err(self.missing(field)),
            }
        }
        Ok(inputs)
    }

    fn feed(
        &self,
        evaluation: &mut dyn Evaluation,
        inputs: &[(&Field, &Column)],
        (rows, group_ids): (&[u32], &[u32]),
        batch: usize,
    ) -> Result<(), Failure> {
        for (rows, groups) in rows.chunks(batch).zip(group_ids.chunks(batch)) {
            let packed = self.packed(inputs, rows)?;
            let columns =
                inputs.iter().zip(&packed).map(|((field, _), packed)| packed.buffers(&field.name, field.ty));
            let count = u32::try_from(rows.len()).expect("a batch is small");
            let ids: Vec<u8> = groups.iter().flat_map(|group| group.to_le_bytes()).collect();
            evaluation.update(&Batch { rows: count, columns: columns.collect() }, &ids)?;
        }
        Ok(())
    }

    fn packed(&self, inputs: &[(&Field, &Column)], rows: &[u32]) -> Result<Vec<Packed>, Failure> {
        let one = |(field, column): &(&Field, &Column)| {
            pack(column, field.ty, field.nullable, rows).map_err(|unfit| self.unfit(field, &unfit))
        };
        inputs.iter().map(one).collect()
    }

    fn missing(&self, field: &Field) -> Failure {
        let message = format!(
            "plugin `{}` asks for `{}`, which `{}` does not give it",
            self.name.plugin, field.name, self.metric
        );
        let given: Vec<String> = self.columns.keys().map(|name| format!("`{name}`")).collect();
        let hint = format!("name it below `inputs:`; given are {}", given.join(", "));
        Failure::new(&PLUGIN_INPUT_MISSING, message, hint)
    }

    fn unfit(&self, field: &Field, unfit: &Unfit) -> Failure {
        let what = match unfit {
            Unfit::Kind(kind) => format!("holds {kind}"),
            // Rows are numbered from 0 here and from 1 for people.
            Unfit::Cell(row, why) => format!("has a cell that {why}, in row {}", row + 1),
            Unfit::Missing(row) => format!("has no value in row {}", row + 1),
        };
        let message =
            format!("`{}`: the input `{}` of plugin `{}` {what}", self.metric, field.name, self.name.plugin);
        let hint =
            "give it another column, leave such rows out with `where:`, or have the plugin take another type";
        Failure::new(&PLUGIN_INPUT_MISSING, message, hint)
    }

    fn too_many(&self) -> Failure {
        let message = format!(
            "`{}` has {} groups (scopes by periods), and plugin `{}` may be given {GROUPS_MAX}",
            self.metric,
            self.groups.count(),
            self.name.plugin
        );
        let hint = "give it a longer `grain`, or show it for fewer scopes";
        Failure::new(&PLUGIN_OUTPUT_TOO_LARGE, message, hint)
    }
}
