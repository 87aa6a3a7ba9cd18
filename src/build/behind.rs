//! The rows behind figures that disagree. They are read again from the few files that hold them, and kept, so that the next
//! build with the same figures reads nothing.

use super::{Store, Watch, stop};
use crate::assess::reconcile::{self, Pair, Verdict};
use crate::diag::Checked;
use crate::inputs::{Hash, Inputs};
use crate::measure::trace::{self, Row, Wanted};
use crate::measure::{Facts, Point};
use crate::plan::{Id, Plan, Reconcile};
use crate::report::{Behind, Side};
use crate::site::Failed;
use crate::snapshot::{self, FileRecord};
use crate::time::{Date, parse_date};
use crate::unit::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Of one check so many periods are opened down to the rows: who looks for a difference begins with the newest.
const EXPLAINED: usize = 6;
/// Rows of one side of one period that are kept. A month of a large shop has more; they are counted.
const ROWS: usize = 2_000;
/// Where they lie in the cache.
const KEPT: &str = "rows-behind";

/// The same for amounts without a category: they are few, and every kind should be told.
const OF_KINDS: usize = 60;

/// The rows on both sides of what disagrees, and the kinds of amounts that nobody knows. Nothing is read where everything
/// agrees.
pub(super) fn behind(
    (plan, facts): (&Plan, &Facts),
    (files, as_of): (&BTreeMap<Id, Vec<FileRecord>>, Option<Date>),
    (inputs, store): (&dyn Inputs, &Store),
    watch: &dyn Watch,
) -> Result<Checked<Behind>, Failed> {
    let all = reconcile::reconcile(plan, facts);
    let differ: Vec<(&Reconcile, &Pair)> = all
        .iter()
        .flat_map(|one| {
            let differ = one.pairs.iter().filter(|pair| pair.verdict == Verdict::Differs);
            let most = if one.check.categories.is_empty() { EXPLAINED } else { OF_KINDS };
            differ.take(most).map(|pair| (one.check, pair))
        })
        .collect();
    let wanted: Vec<Wanted<'_>> = differ
        .iter()
        .flat_map(|(check, pair)| {
            let (scope, period, categories) = (&pair.scope, pair.period, check.categories.as_slice());
            check.metrics().map(move |metric| Wanted { metric, scope, period, categories })
        })
        .collect();
    if wanted.is_empty() {
        return Ok(Checked { value: Behind::default(), found: Vec::new() });
    }
    let sources = trace::sources(plan, &wanted);
    let key = key((plan, store), &wanted, sources.keys().filter_map(|id| files.get(id)));
    if let Some(pairs) = recall(store, &key).filter(|pairs| pairs.len() == differ.len()) {
        return Ok(told(plan, &differ, pairs));
    }
    let read = snapshot::trace::trace(plan, inputs, files, &sources, as_of);
    stop(watch)?;
    let mut rows = trace::rows(plan, &read, files, &wanted).into_iter();
    stop(watch)?;
    let sides = |(check, pair): &(&Reconcile, &Pair)| {
        let points = [pair.left, pair.right];
        let sides =
            check.metrics().zip(points).map(|(_, point)| side(rows.next().unwrap_or_default(), point));
        narrowed(sides.collect())
    };
    let pairs: Vec<Vec<Side>> = differ.iter().map(sides).collect();
    keep(store, &key, &pairs);
    Ok(told(plan, &differ, pairs))
}

fn told(plan: &Plan, differ: &[(&Reconcile, &Pair)], pairs: Vec<Vec<Side>>) -> Checked<Behind> {
    let mut found = Vec::new();
    for check in plan.reconciles.iter().filter(|check| !check.categories.is_empty()) {
        let own = differ.iter().zip(&pairs).filter(|((of, _), _)| of.id == check.id);
        let rows: Vec<&Row> = own.clone().flat_map(|(_, sides)| sides).flat_map(|side| &side.rows).collect();
        found.extend(reconcile::unmapped(plan, check, &rows));
        // What could not be read again is told all the same.
        if let (true, Some(((_, newest), _))) = (rows.is_empty(), own.clone().next()) {
            found.push(reconcile::finding(plan, check, newest, own.count()));
        }
    }
    Checked { value: differ.iter().map(named).zip(pairs).collect(), found }
}

fn named((check, pair): &(&Reconcile, &Pair)) -> (Id, crate::plan::Scope, crate::time::Period) {
    (check.id.clone(), pair.scope.clone(), pair.period)
}

/// What the rows of each day come to, where they add up to the figure or to its opposite: fees are written with a minus.
fn side(mut rows: Vec<Row>, point: Option<Point>) -> Side {
    let sum = |rows: &[Row]| rows.iter().try_fold(Decimal::ZERO, |sum, row| sum.checked_add(row.adds?));
    let figure = point.and_then(|point| point.value?.as_decimal());
    match sum(&rows).zip(figure) {
        Some((sum, figure)) if sum == figure => {}
        Some((sum, figure)) if sum == -figure => {
            rows.iter_mut().for_each(|row| row.adds = row.adds.map(|adds| -adds));
        }
        _ => return Side { all: rows.len(), rows, days: BTreeMap::new() },
    }
    let mut days: BTreeMap<Date, Decimal> = BTreeMap::new();
    for row in &rows {
        if let (Some(day), Some(adds)) = (row.day, row.adds) {
            *days.entry(day).or_default() += adds;
        }
    }
    Side { all: rows.len(), rows, days }
}

/// Of two sides with days, the rows of days on which they differ; of a figure that should be zero, the rows that make it
/// another. Then as many as are kept.
fn narrowed(mut sides: Vec<Side>) -> Vec<Side> {
    match &mut sides[..] {
        [only] if !only.days.is_empty() => {
            only.rows.retain(|row| row.adds != Some(Decimal::ZERO));
            only.days.retain(|_, sum| !sum.is_zero());
        }
        [left, right] if !left.days.is_empty() && !right.days.is_empty() => {
            let days: BTreeSet<Date> = left.days.keys().chain(right.days.keys()).copied().collect();
            let differs = |day: &Date| {
                left.days.get(day).copied().unwrap_or_default()
                    != right.days.get(day).copied().unwrap_or_default()
            };
            let open: BTreeSet<Date> = days.into_iter().filter(differs).collect();
            for side in [left, right] {
                side.rows.retain(|row| row.day.is_some_and(|day| open.contains(&day)));
                side.days.retain(|day, _| open.contains(day));
            }
        }
        _ => {}
    }
    for side in &mut sides {
        side.all = side.rows.len();
        side.rows.truncate(ROWS);
    }
    sides
}

/// The digest of everything the rows depend on.
fn key<'a>(
    (plan, store): (&Plan, &Store),
    wanted: &[Wanted<'_>],
    files: impl Iterator<Item = &'a Vec<FileRecord>>,
) -> Hash {
    let hashes: Vec<String> = files.flatten().map(|file| format!("{} {}", file.path, file.sha256)).collect();
    let said = format!("{:?}\n{:?}\n{:?}\n{:?}", wanted, plan.sources, plan.metrics, plan.stores);
    let site = format!("{:?}", plan.site);
    Hash::of_parts([store.maker().as_bytes(), said.as_bytes(), site.as_bytes(), hashes.join("\n").as_bytes()])
}

#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    pairs: Vec<Vec<KeptSide>>,
}

#[derive(Serialize, Deserialize)]
struct KeptSide {
    all: usize,
    days: Vec<(String, String)>,
    rows: Vec<KeptRow>,
}

#[derive(Serialize, Deserialize)]
struct KeptRow {
    source: String,
    file: String,
    line: u32,
    day: Option<String>,
    keys: Vec<(String, String)>,
    cells: Vec<(String, String)>,
    category: Vec<String>,
    adds: Option<String>,
}

impl KeptSide {
    fn of(side: &Side) -> KeptSide {
        let days = side.days.iter().map(|(day, sum)| (day.to_string(), sum.to_string()));
        KeptSide { all: side.all, days: days.collect(), rows: side.rows.iter().map(KeptRow::of).collect() }
    }

    fn recall(self) -> Option<Side> {
        let day = |(day, sum): (String, String)| Some((parse_date(&day)?, sum.parse().ok()?));
        let rows = self.rows.into_iter().map(KeptRow::recall).collect::<Option<_>>()?;
        Some(Side { rows, all: self.all, days: self.days.into_iter().map(day).collect::<Option<_>>()? })
    }
}

impl KeptRow {
    fn of(row: &Row) -> KeptRow {
        let named =
            |cells: &[(Id, String)]| cells.iter().map(|(id, cell)| (id.to_string(), cell.clone())).collect();
        KeptRow {
            source: row.source.to_string(),
            file: row.file.to_string(),
            line: row.line,
            day: row.day.map(|day| day.to_string()),
            keys: named(&row.keys),
            cells: named(&row.cells),
            category: row.category.clone(),
            adds: row.adds.map(|adds| adds.to_string()),
        }
    }

    fn recall(self) -> Option<Row> {
        let named =
            |cells: Vec<(String, String)>| cells.into_iter().map(|(id, cell)| (id.into(), cell)).collect();
        Some(Row {
            source: self.source.into(),
            file: self.file.into(),
            line: self.line,
            day: self.day.map(|day| parse_date(&day).ok_or(())).transpose().ok()?,
            keys: named(self.keys),
            cells: named(self.cells),
            category: self.category,
            adds: self.adds.map(|adds| adds.parse().map_err(|_| ())).transpose().ok()?,
        })
    }
}

fn keep(store: &Store, key: &Hash, pairs: &[Vec<Side>]) {
    let pairs = pairs.iter().map(|sides| sides.iter().map(KeptSide::of).collect()).collect();
    if let Ok(bytes) = serde_json::to_vec(&Kept { key: key.to_string(), pairs }) {
        store.put(KEPT, &bytes);
    }
}

fn recall(store: &Store, key: &Hash) -> Option<Vec<Vec<Side>>> {
    let kept: Kept = serde_json::from_slice(&store.get(KEPT)?).ok()?;
    if kept.key != key.to_string() {
        return None;
    }
    let pair = |sides: Vec<KeptSide>| sides.into_iter().map(KeptSide::recall).collect();
    kept.pairs.into_iter().map(pair).collect()
}
