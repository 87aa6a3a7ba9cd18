//! Evaluations through a native port: it computes a ratio of sums per group from the very buffers a component would be
//! given, and writes down what it was handed.

use super::port::{
    Batch, ColumnType, Evaluation, Failure, Field, MetricInfo, MetricName, MetricPort, Outcome, RunContext,
};
use super::run::{Figures, Groups, PLUGIN_INPUT_MISSING, PLUGIN_OUTPUT_INVALID, Run};
use crate::inputs::Hash;
use crate::plan::{Id, Scope};
use crate::snapshot::Column;
use crate::time::{Calendar, Date, Grain, parse_date};
use crate::unit::{Decimal, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// Sums `top` and `bottom` per group and divides them.
struct RatioPort {
    mergeable: bool,
    /// So many values more than there are groups.
    surplus: usize,
    /// Fails at the update with this number, counted over all evaluations.
    fails_at: Option<usize>,
    /// Rows of each update, in the order of the calls.
    seen: Mutex<Vec<u32>>,
}

impl RatioPort {
    fn new(mergeable: bool) -> RatioPort {
        RatioPort { mergeable, surplus: 0, fails_at: None, seen: Mutex::default() }
    }

    fn seen(&self) -> Vec<u32> {
        self.seen.lock().expect("no test panics within").clone()
    }
}

impl MetricPort for RatioPort {
    fn describe(&self, _metric: &MetricName) -> Result<MetricInfo, Failure> {
        let field = |name: &str| Field { name: name.into(), ty: ColumnType::Decimal64(2), nullable: true };
        Ok(MetricInfo {
            id: "ratio".into(),
            title: "Ratio".into(),
            unit: "ratio".into(),
            params_schema: "".into(),
            inputs: vec![field("top"), field("bottom")],
            mergeable: self.mergeable,
        })
    }

    fn begin<'a>(
        &'a self,
        _metric: &MetricName,
        _context: &RunContext,
        groups: u32,
    ) -> Result<Box<dyn Evaluation + 'a>, Failure> {
        Ok(Box::new(Ratio { port: self, sums: vec![(0, 0); groups as usize] }))
    }
}

struct Ratio<'a> {
    port: &'a RatioPort,
    sums: Vec<(i64, i64)>,
}

fn cells(bytes: &[u8]) -> Vec<i64> {
    bytes.chunks_exact(8).map(|cell| i64::from_le_bytes(cell.try_into().expect("8 bytes"))).collect()
}

impl Evaluation for Ratio<'_> {
    fn update(&mut self, batch: &Batch<'_>, group_ids: &[u8]) -> Result<(), Failure> {
        let mut seen = self.port.seen.lock().expect("no test panics within");
        if self.port.fails_at == Some(seen.len()) {
            let message = "plugin `ratio` used up its fuel".to_owned();
            return Err(Failure::new(&PLUGIN_OUTPUT_INVALID, message, ""));
        }
        seen.push(batch.rows);
        let names: Vec<&str> = batch.columns.iter().map(|column| column.name).collect();
        assert_eq!((names, group_ids.len()), (vec!["top", "bottom"], batch.rows as usize * 4));
        let (top, bottom) = (cells(batch.columns[0].values), cells(batch.columns[1].values));
        for (row, group) in group_ids.chunks_exact(4).enumerate() {
            let group = u32::from_le_bytes(group.try_into().expect("4 bytes")) as usize;
            // A missing cell holds zeros and adds nothing to a sum.
            self.sums[group].0 += top[row];
            self.sums[group].1 += bottom[row];
        }
        Ok(())
    }

    fn export_state(&mut self) -> Result<Vec<u8>, Failure> {
        Ok(self.sums.iter().flat_map(|(a, b)| [a.to_le_bytes(), b.to_le_bytes()]).flatten().collect())
    }

    fn merge_state(&mut self, state: &[u8]) -> Result<(), Failure> {
        for (sums, state) in self.sums.iter_mut().zip(cells(state).chunks_exact(2)) {
            *sums = (sums.0 + state[0], sums.1 + state[1]);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Outcome, Failure> {
        let ratio = |(top, bottom): &(i64, i64)| {
            Quantity::Exact(Decimal::from(*top)).over(Quantity::Exact(Decimal::from(*bottom)))
        };
        let figures = self.sums.iter().map(ratio);
        let values = figures.chain(std::iter::repeat_n(None, self.port.surplus)).collect();
        Ok(Outcome { values, ..Outcome::default() })
    }
}

fn day(text: &str) -> Date {
    parse_date(text).expect("a day")
}

/// Two stores over two weeks: the rows, their groups, and what they are called.
struct Rows {
    top: Column,
    bottom: Column,
    rows: Vec<u32>,
    group_ids: Vec<u32>,
    groups: Groups,
}

fn rows() -> Rows {
    let written = [
        ("jp1", "2026-01-05", Some(100), Some(400)),
        ("jp2", "2026-01-05", Some(50), None),
        ("jp1", "2026-01-11", Some(200), Some(800)),
        ("jp1", "2026-01-12", None, Some(500)),
        ("jp1", "2026-01-18", Some(300), Some(1_000)),
        // After the last week, and in a scope that nobody asked for.
        ("jp1", "2026-01-19", Some(999), Some(1)),
        ("jp9", "2026-01-05", Some(999), Some(1)),
        ("jp1", "2026-01-06", Some(1), Some(0)),
    ];
    let scopes = BTreeSet::from([Scope::of("store", "jp2"), Scope::of("store", "jp1")]);
    let weeks = Calendar::default().periods(Grain::Week, day("2026-01-05"), day("2026-01-18"));
    let groups = Groups::of(&scopes, &weeks.into_iter().collect());
    let column = |cells: Vec<Option<i128>>| Column::Number { scale: 2, rows: cells.into() };
    let numbered = (0_u32..).zip(&written).filter_map(|(row, (store, date, _, _))| {
        Some((row, groups.at(&Scope::of("store", store), day(date))?))
    });
    let (rows, group_ids) = numbered.unzip();
    Rows {
        top: column(written.iter().map(|row| row.2).collect()),
        bottom: column(written.iter().map(|row| row.3).collect()),
        rows,
        group_ids,
        groups,
    }
}

/// The figures, and how many rows each update was handed.
fn run(port: &RatioPort, partition: usize, batch: usize) -> Result<Figures, Failure> {
    let Rows { top, bottom, rows, group_ids, groups } = rows();
    let (metric, name): (Id, _) = ("share".into(), MetricName::parse("ratio"));
    let info = port.describe(&name)?;
    let context = RunContext {
        as_of: day("2026-01-18"),
        timezone: "Asia/Tokyo".into(),
        locale: "ja".into(),
        currency: "JPY".into(),
        params: Vec::new(),
    };
    let columns: BTreeMap<Id, &Column> = BTreeMap::from([("top".into(), &top), ("bottom".into(), &bottom)]);
    let run = Run {
        metric: &metric,
        name: &name,
        info: &info,
        context: &context,
        columns: &columns,
        rows: &rows,
        group_ids: &group_ids,
        groups: &groups,
    };
    Ok(run.evaluate_split(port, partition, batch)?.figures)
}

fn shown(figures: &Figures) -> Vec<String> {
    let calendar = Calendar::default();
    let of_scope = |(scope, by_period): (&Scope, &BTreeMap<_, Quantity>)| {
        let one = |(period, figure): (&_, &Quantity)| {
            let value = figure.as_decimal().expect("a small number");
            format!("{scope} {} {}", calendar.id(*period), value.normalize())
        };
        by_period.iter().map(one).collect::<Vec<_>>()
    };
    figures.iter().flat_map(of_scope).collect()
}

#[test]
fn figures_come_back_under_their_scope_and_period() {
    let port = RatioPort::new(false);
    let figures = run(&port, 100, 100).expect("figures");
    // jp1: (100 + 200 + 1) / (400 + 800 + 0); jp2 divides by nothing and has no figure.
    assert_eq!(
        shown(&figures),
        ["store:jp1 2026-W02 0.2508333333333333333333333333", "store:jp1 2026-W03 0.2"]
    );
    assert_eq!(port.seen(), [6]);
}

#[test]
fn splitting_changes_no_figure_and_only_what_may_be_merged_is_split() {
    let whole = run(&RatioPort::new(false), 100, 100).expect("figures");
    for (partition, batch) in [(1, 1), (2, 100), (4, 3), (5, 2)] {
        let split = run(&RatioPort::new(true), partition, batch).expect("figures");
        assert_eq!(shown(&split), shown(&whole), "{partition} {batch}");
    }
    let port = RatioPort::new(false);
    run(&port, 2, 4).expect("figures");
    assert_eq!(port.seen(), [4, 2]);
}

#[test]
fn a_result_of_the_wrong_length_is_no_result() {
    let port = RatioPort { surplus: 1, ..RatioPort::new(false) };
    let failure = run(&port, 100, 100).expect_err("five values for four groups");
    assert_eq!(failure.rule.name, PLUGIN_OUTPUT_INVALID.name);
    assert_eq!(failure.message, "plugin `ratio` returned 5 values for 4 groups of `share`");
}

#[test]
fn a_failure_in_any_part_is_the_failure_of_the_whole() {
    for (partition, mergeable) in [(100, false), (2, true)] {
        let port = RatioPort { fails_at: Some(1), ..RatioPort::new(mergeable) };
        let failure = run(&port, partition, 2).expect_err("the second update fails");
        assert_eq!(failure.message, "plugin `ratio` used up its fuel");
    }
}

#[test]
fn an_input_that_is_not_given_or_does_not_fit_is_named() {
    let Rows { top, rows, group_ids, groups, .. } = rows();
    let (metric, name): (Id, _) = ("share".into(), MetricName::parse("ratio/top"));
    let port = RatioPort::new(false);
    let info = port.describe(&name).expect("it can be asked");
    let context = RunContext {
        as_of: day("2026-01-18"),
        timezone: "UTC".into(),
        locale: "en".into(),
        currency: "JPY".into(),
        params: Vec::new(),
    };
    let fine = Column::Number {
        scale: 3,
        rows: vec![Some(1_000), Some(1_005), Some(0), None, None, None, None, None].into(),
    };
    for (bottom, expected) in [
        (None, "plugin `ratio` asks for `bottom`, which `share` does not give it"),
        (
            Some(&fine),
            "`share`: the input `bottom` of plugin `ratio` has a cell that has more decimals than the plugin takes, in row 2",
        ),
    ] {
        let mut columns: BTreeMap<Id, &Column> = BTreeMap::from([("top".into(), &top)]);
        columns.extend(bottom.map(|column| ("bottom".into(), column)));
        let run = Run {
            metric: &metric,
            name: &name,
            info: &info,
            context: &context,
            columns: &columns,
            rows: &rows,
            group_ids: &group_ids,
            groups: &groups,
        };
        let failure = run.evaluate(&port).expect_err("it cannot be computed");
        assert_eq!((failure.rule.name, failure.message.as_str()), (PLUGIN_INPUT_MISSING.name, expected));
    }
}

/// A port that keeps what it computed.
struct Remembering {
    inner: RatioPort,
    component: &'static str,
    kept: Mutex<BTreeMap<Hash, Outcome>>,
}

impl MetricPort for Remembering {
    fn describe(&self, metric: &MetricName) -> Result<MetricInfo, Failure> {
        self.inner.describe(metric)
    }

    fn begin<'a>(
        &'a self,
        metric: &MetricName,
        context: &RunContext,
        groups: u32,
    ) -> Result<Box<dyn Evaluation + 'a>, Failure> {
        self.inner.begin(metric, context, groups)
    }

    fn identity(&self, _: &MetricName) -> Option<Hash> {
        Some(Hash::of(self.component.as_bytes()))
    }

    fn recall(&self, digest: &Hash) -> Option<Outcome> {
        self.kept.lock().expect("no test panics within").get(digest).cloned()
    }

    fn keep(&self, digest: &Hash, outcome: &Outcome) {
        self.kept.lock().expect("no test panics within").insert(*digest, outcome.clone());
    }
}

#[test]
fn what_was_computed_of_the_same_bytes_is_remembered() {
    let mut port = Remembering { inner: RatioPort::new(false), component: "one", kept: Mutex::default() };
    let evaluate = |port: &Remembering| {
        let Rows { top, bottom, rows, group_ids, groups } = rows();
        let (metric, name): (Id, _) = ("share".into(), MetricName::parse("ratio"));
        let info = port.describe(&name).expect("it can be asked");
        let context = RunContext {
            as_of: day("2026-01-18"),
            timezone: "Asia/Tokyo".into(),
            locale: "ja".into(),
            currency: "JPY".into(),
            params: Vec::new(),
        };
        let columns: BTreeMap<Id, &Column> =
            BTreeMap::from([("top".into(), &top), ("bottom".into(), &bottom)]);
        let run = Run {
            metric: &metric,
            name: &name,
            info: &info,
            context: &context,
            columns: &columns,
            rows: &rows,
            group_ids: &group_ids,
            groups: &groups,
        };
        shown(&run.evaluate_split(port, 100, 100).expect("figures").figures)
    };
    let first = evaluate(&port);
    assert_eq!((evaluate(&port), port.inner.seen().len()), (first.clone(), 1));
    // Another component is asked anew.
    port.component = "other";
    assert_eq!((evaluate(&port), port.inner.seen().len()), (first, 2));
}
