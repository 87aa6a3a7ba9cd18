//! What is to be measured: metric × scopes × grain, gathered from pages, scorecards and the addresses of targets, never
//! from their values. Changing a value leaves the demand equal, so that no table is read again.

use super::deck::windows;
use super::formula::check::{adds_wrongly, order};
use super::formula::{MetricUse, When};
use super::usage::{EVERY, drawn_metric, page_scope, shown};
use super::{
    Alert, AlertTest, Baseline, BlockSpec, Definition, Id, Level, Metric, Plan, Promise, Review, ReviewBlock,
    Scope, Target, Whose,
};
use crate::time::{Date, Grain, Period};
use std::collections::{BTreeMap, BTreeSet};

/// Everything the report and the targets need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// By metric.
    pub needs: BTreeMap<Id, Need>,
    /// What is asked of the figures as they were on an earlier day: decks whose last period ended before the as-of date.
    pub reviews: BTreeMap<Date, Demand>,
}

/// What is needed of one metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Combinations of levels: the empty one is the company; `{store}` every store; `{store, category}` each category
    /// of each store. All members with data are measured.
    pub levels: BTreeSet<BTreeSet<Level>>,
    /// Series over all periods of these grains up to as-of.
    pub grains: BTreeSet<Grain>,
    /// Single periods: custom ranges of targets, for these scopes.
    pub periods: BTreeSet<(Scope, Period)>,
}

impl Need {
    /// Whether a single period is asked for, for this scope or for every member of one of its levels.
    pub fn asks(&self, scope: &Scope, period: Period) -> bool {
        let every = || scope.levels().map(|level| scope.within(level, EVERY));
        self.periods.contains(&(scope.clone(), period))
            || every().any(|scope| self.periods.contains(&(scope, period)))
    }
}

impl Demand {
    /// The need of a metric, made if it is not there yet.
    pub fn of(&mut self, metric: &Id) -> &mut Need {
        self.needs.entry(metric.clone()).or_default()
    }

    /// Takes in what another demand asks for.
    fn absorb(&mut self, other: Demand) {
        for (metric, need) in other.needs {
            let own = self.of(&metric);
            own.levels.extend(need.levels);
            own.grains.extend(need.grains);
            own.periods.extend(need.periods);
        }
    }
}

/// The level every metric page and the comparison show beside the company.
const STORE: &str = "store";

/// What the pages and targets of a plan need. Metrics that show a dash (`plan.dashed`) are not measured, nor is a
/// metric for scopes it does not add up to; what metrics are made of is needed wherever they are.
pub fn demand(plan: &Plan) -> Demand {
    let mut demand = Demand::default();
    for metric in plan.metrics.values() {
        // Its own page, the pages of stores and the comparison: the reader chooses the grain.
        ask(plan, &mut demand, metric, &Scope::company(), None);
        ask(plan, &mut demand, metric, &Scope::of(STORE, EVERY), None);
    }
    for used in shown(plan) {
        let Some(metric) = plan.metrics.get(&used.metric) else { continue };
        match used.period {
            Some(period) => ask_period(plan, &mut demand, metric, &used.scope, period),
            None => ask(plan, &mut demand, metric, &used.scope, used.grain),
        }
    }
    for target in &plan.targets {
        promised(plan, &mut demand, target);
    }
    for metric in plan.metrics.values().filter(|metric| metric.causes.is_some()) {
        explained(plan, &mut demand, metric);
    }
    for alert in &plan.alerts {
        alerted(plan, &mut demand, alert);
    }
    for review in plan.reviews.values() {
        looked_back(plan, &mut demand, review);
    }
    for (metric, limits) in plan.metrics.values().filter_map(|metric| Some((metric, metric.limits.as_ref()?)))
    {
        ask(plan, &mut demand, metric, &Scope::company(), Some(limits.grain(metric.grain)));
    }
    for learn in plan.seasons.values().filter_map(|season| season.learn.as_ref()) {
        let Some(metric) = plan.metrics.get(&learn.metric) else { continue };
        ask(plan, &mut demand, metric, &learn.scope, Some(Grain::Day));
    }
    parts(plan, &mut demand);
    demand
}

/// What a few metrics need to be shown for the company at one grain, with what they are made of.
pub fn of_company(plan: &Plan, metrics: impl IntoIterator<Item = (Id, Grain)>) -> Demand {
    let mut demand = Demand::default();
    for (id, grain) in metrics {
        if let Some(metric) = plan.metrics.get(&id) {
            ask(plan, &mut demand, metric, &Scope::company(), Some(grain));
        }
    }
    parts(plan, &mut demand);
    demand
}

/// What an alert looks at: its metrics, at its grain and scope; where days are compared with days before, days.
fn alerted(plan: &Plan, demand: &mut Demand, alert: &Alert) {
    let scope = match &alert.whose {
        Whose::Scope(scope) => scope.clone(),
        Whose::Each(level) => Scope::of(level, EVERY),
    };
    let other = match &alert.test {
        AlertTest::Reconcile { other, .. } => Some(other),
        _ => None,
    };
    let all = alert.metric.iter().chain(other).chain(alert.min_volume.iter().map(|(metric, _)| metric));
    for metric in all.filter_map(|metric| plan.metrics.get(metric)) {
        ask(plan, demand, metric, &scope, Some(alert.grain));
    }
}

/// What a review comments on, at its own length and scope; and what its actions shall move, at the grain of the limits. The
/// note of a day looks at every product.
fn looked_back(plan: &Plan, demand: &mut Demand, review: &super::review::Review) {
    let grain = review.period.grain;
    for metric in review.commented().into_iter().filter_map(|id| plan.metrics.get(id)) {
        ask_period(plan, demand, metric, &review.scope, review.period);
        ask(plan, demand, metric, &review.scope, grain);
    }
    for entry in &review.actions {
        let Some(metric) = entry.metric.as_ref().and_then(|id| plan.metrics.get(id)) else { continue };
        let scope = entry.scope.as_ref().unwrap_or(&review.scope);
        let limits = metric.limits.as_ref().map_or(Grain::Week, |limits| limits.grain(metric.grain));
        ask(plan, demand, metric, scope, Some(limits.max(metric.grain)));
    }
    if review.is_daily() {
        for metric in super::review::PER_PRODUCT.iter().filter_map(|id| plan.metrics.get(*id)) {
            for level in super::review::PRODUCTS {
                if super::cause::told_apart_by(plan, metric, level) {
                    let scope = review.scope.within(level, EVERY);
                    ask(plan, demand, metric, &scope, Some(Grain::Day));
                }
            }
        }
    }
}

/// What judging a target takes: its period, its days, the year before, the past it says it starts from, and what links it
/// to those worked out from it. Addresses only: how much is promised has no say.
fn promised(plan: &Plan, demand: &mut Demand, target: &Target) {
    let Some(metric) = plan.metrics.get(&target.metric) else { return };
    ask_period(plan, demand, metric, &target.scope, target.period);
    ask(plan, demand, metric, &target.scope, Some(Grain::Day));
    let year_before = plan.site.calendar.previous_year(target.period);
    let grown = |promise: Promise| match promise {
        Promise::Growth(growth) => Some(growth.baseline),
        Promise::Value(_) | Promise::Part | Promise::Series => None,
    };
    let promises = target.revisions.iter().map(|revision| revision.value).chain([target.value]);
    let started = match target.baseline {
        Some(Baseline::Period(period)) => Some(period),
        Some(Baseline::Value(_)) | None => None,
    };
    for past in promises.filter_map(grown).chain(started).chain([year_before]) {
        ask_period(plan, demand, metric, &target.scope, past);
    }
    for made in target.derive.iter().filter_map(|step| plan.metrics.get(&step.metric)) {
        ask_period(plan, demand, made, &target.scope, target.period);
    }
    for link in target.derive.iter().filter_map(|step| plan.metrics.get(&step.per)) {
        ask_period(plan, demand, link, &target.scope, target.period);
        ask_period(plan, demand, link, &target.scope, year_before);
        ask(plan, demand, link, &target.scope, Some(target.period.grain.unwrap_or(Grain::Month)));
    }
}

/// What telling causes apart takes: the members of each level that is looked into, for the company and inside each store,
/// of the metric and of all parts that have a value there.
fn explained(plan: &Plan, demand: &mut Demand, metric: &Metric) {
    let Some(causes) = &metric.causes else { return };
    let grain = Some(causes.grain);
    let parts: Vec<&Metric> =
        causes.metrics().into_iter().chain([&metric.id]).filter_map(|id| plan.metrics.get(id)).collect();
    let items = causes.volume.iter().map(|volume| &volume.by);
    for level in causes.drill.iter().map(|drill| &drill.by).chain(items).filter(|level| &***level != STORE) {
        for part in parts.iter().filter(|part| super::cause::told_apart_by(plan, part, level)) {
            ask(plan, demand, part, &Scope::of(level, EVERY), grain);
            ask(plan, demand, part, &Scope::of(level, EVERY).within(STORE, EVERY), grain);
        }
    }
}

/// Adds the windows of review decks, once it is known up to which day data counts. A deck whose last period ended earlier
/// is measured as of that day, so that nothing after it has a say (periods.md §2.3).
pub fn reviews(plan: &Plan, demand: &mut Demand, as_of: Date) {
    let calendar = &plan.site.calendar;
    let now =
        plan.dashboards.values().map(|page| (page, page_scope(page), page.review.last(calendar, as_of)));
    let held = super::review::with_deck(plan, as_of).into_iter();
    let held = held.map(|(review, page, scope)| (page, scope, page.review.last(calendar, review.period.end)));
    for (dashboard, page, last) in now.chain(held) {
        let mut earlier = Demand::default();
        let into = if last == as_of { &mut *demand } else { &mut earlier };
        for block in &dashboard.blocks {
            if let BlockSpec::Review(block) = block {
                reviewed(plan, into, (&dashboard.review, block), &page, last);
            }
        }
        parts(plan, into);
        if last < as_of {
            demand.reviews.entry(last).or_default().absorb(earlier);
        }
    }
}

/// What one block of a deck looks at.
fn reviewed(plan: &Plan, demand: &mut Demand, review: (&Review, &ReviewBlock), page: &Scope, last: Date) {
    let scope = review.1.scope.as_ref().unwrap_or(page);
    for drawn in review.1.drawn() {
        let Some(metric) = drawn_metric(plan, drawn).and_then(|id| plan.metrics.get(id)) else { continue };
        if !measurable(plan, metric, scope) {
            continue;
        }
        let need = demand.of(&metric.id);
        need.levels.insert(scope.levels().cloned().collect());
        let windows = windows(plan, review, metric, scope, last).windows();
        need.periods.extend(windows.into_iter().map(|period| (scope.clone(), period)));
    }
}

/// The windows over which decks look at series of targets, which lie ahead of the as-of date by nature.
pub fn reviews_ahead(plan: &Plan, demand: &mut Demand, as_of: Date) {
    for dashboard in plan.dashboards.values() {
        let last = dashboard.review.last(&plan.site.calendar, as_of);
        for block in &dashboard.blocks {
            let BlockSpec::Review(block) = block else { continue };
            for drawn in block.drawn() {
                let metric = drawn_metric(plan, drawn);
                let of_it = plan.targets.iter().filter(|target| Some(&target.metric) == metric);
                for target in of_it {
                    let (Some(series), Some(metric)) = (&target.series, plan.metrics.get(&target.metric))
                    else {
                        continue;
                    };
                    let review = (&dashboard.review, &**block);
                    let windows = windows(plan, review, metric, &target.scope, last).windows();
                    let need = demand.of(series);
                    need.periods.extend(windows.into_iter().map(|period| (target.scope.clone(), period)));
                }
            }
        }
    }
}

/// Adds what is asked for besides pages and targets, on the same terms: what would show a dash is not measured. Without a
/// grain, all grains the metric has a value for.
pub fn also(plan: &Plan, demand: &mut Demand, metric: &Metric, scope: &Scope, grain: Option<Grain>) {
    ask(plan, demand, metric, scope, grain);
    parts(plan, demand);
}

/// What series of targets need: their days, and what these add up to, for the scopes of their targets.
pub fn of_series(plan: &Plan) -> Demand {
    let mut demand = Demand::default();
    for target in &plan.targets {
        if let Some(series) = target.series.as_ref().and_then(|id| plan.series.get(id)) {
            let need = demand.of(&series.id);
            need.levels.insert(target.scope.levels().cloned().collect());
            need.grains.extend(Grain::ALL.iter().filter(|grain| **grain >= series.grain));
        }
    }
    demand
}

/// Whether a value for these levels would be a right one.
fn measurable(plan: &Plan, metric: &Metric, scope: &Scope) -> bool {
    !plan.dashed.contains(&metric.id) && adds_wrongly(plan, metric, scope).is_none()
}

/// Adds the levels of a scope and a grain, or all grains the metric has a value for.
fn ask(plan: &Plan, demand: &mut Demand, metric: &Metric, scope: &Scope, grain: Option<Grain>) {
    if !measurable(plan, metric, scope) {
        return;
    }
    let need = demand.of(&metric.id);
    need.levels.insert(scope.levels().cloned().collect());
    let asked = |known: &&Grain| **known >= metric.grain && grain.is_none_or(|grain| grain == **known);
    need.grains.extend(Grain::ALL.iter().filter(asked));
}

/// Adds one period: as part of the series of its grain, or on its own if it is no grain's.
fn ask_period(plan: &Plan, demand: &mut Demand, metric: &Metric, scope: &Scope, period: Period) {
    match period.grain {
        Some(grain) => ask(plan, demand, metric, scope, Some(grain)),
        None if measurable(plan, metric, scope) => {
            demand.of(&metric.id).periods.insert((scope.clone(), period));
        }
        None => {}
    }
}

/// Hands the needs of each metric on to those it is made of, users before operands.
fn parts(plan: &Plan, demand: &mut Demand) {
    for id in order(&plan.metrics).iter().rev() {
        let (Some(metric), Some(need)) = (plan.metrics.get(id), demand.needs.get(id).cloned()) else {
            continue;
        };
        let Definition::Derived(formula) = &metric.definition else { continue };
        formula.leaves(&mut |used: &MetricUse| {
            if let Some(part) = plan.metrics.get(&used.metric).filter(|part| !plan.dashed.contains(&part.id))
            {
                hand_on(demand.of(&part.id), &need, used.when, part.grain);
            }
        });
    }
}

fn hand_on(part: &mut Need, need: &Need, when: When, finest: Grain) {
    part.levels.extend(need.levels.iter().cloned());
    part.periods.extend(need.periods.iter().cloned());
    part.grains.extend(need.grains.iter().filter(|grain| **grain >= finest));
    if let When::Earlier(_, grain) | When::Rolling(_, grain) = when
        && grain >= finest
    {
        part.grains.insert(grain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Memory;
    use crate::plan::load;
    use crate::unit::Decimal;

    const HEAD: &str = "site: {title: Shop, languages: [en], timezone: Asia/Tokyo, currency: JPY}
sources:
  sales: {files: data/*.csv, date: date, dimension: [category, asin], basis: {tax: inclusive}}
  open: {files: open/*.csv, date: date}
";
    const METRICS: &str = "metrics:
  gmv: {source: sales, value: sum(sales), unit: JPY}
  units: {source: sales, value: sum(units), unit: count}
  visits: {source: sales, value: sum(visits), unit: count, not_additive_over: [asin]}
  stock: {source: sales, value: last(stock), unit: count, grain: month}
  cost: {source: open, value: sum(cost), unit: JPY}
  asp: {value: gmv / units, unit: JPY}
  growth: {value: \"asp / prev(asp, '1 month') - 1\", unit: percent}
  acos: {value: cost / gmv, unit: percent}
";

    fn plan(more: &[(&str, &str)]) -> Plan {
        let usual =
            [("kpress.yaml", HEAD), ("metrics/a.yaml", METRICS), ("stores.yaml", "stores: {jp1: {}}\n")];
        let files = usual.iter().chain(more).map(|(name, text)| (*name, text.as_bytes()));
        let read = load(&Memory::of(files));
        let errors: Vec<_> = read.found.iter().filter(|f| f.level == crate::diag::Level::Error).collect();
        assert!(errors.is_empty(), "{errors:?}");
        read.value
    }

    fn need(demand: &Demand, metric: &str) -> String {
        let Some(need) = demand.needs.get(metric) else { return "-".to_owned() };
        let levels: Vec<String> = need
            .levels
            .iter()
            .map(|levels| format!("{{{}}}", levels.iter().map(|l| &**l).collect::<Vec<_>>().join(",")))
            .collect();
        let grains: Vec<&str> = need.grains.iter().map(|grain| grain.name()).collect();
        let periods: String = need
            .periods
            .iter()
            .map(|(scope, period)| format!(" {scope} {}..{}", period.start, period.end))
            .collect();
        format!("{} {}{periods}", levels.join(""), grains.join(" "))
    }

    fn check(more: &[(&str, &str)], metric: &str, expected: &str) {
        assert_eq!(need(&demand(&plan(more)), metric), expected, "{metric} {more:?}");
    }

    #[test]
    fn every_metric_has_its_page_and_that_of_each_store() {
        check(&[], "gmv", "{}{store} day week month quarter year");
        check(&[], "stock", "{}{store} month quarter year");
        // Added up over ASINs it would count visits twice.
        check(&[], "visits", "-");
        // The basis of `cost` is not declared.
        check(&[], "acos", "-");
        check(&[], "cost", "{}{store} day week month quarter year");
    }

    #[test]
    fn blocks_targets_and_texts_add_levels_and_periods() {
        let board = "title: T\nfor_each: store\nblocks:\n  - {block: table, by: category, columns: [asp], grain: week}\n";
        let board = [("dashboards/d.yaml", board)];
        check(&board, "asp", "{}{category,store}{store} day week month quarter year");
        check(&board, "units", "{}{category,store}{store} day week month quarter year");
        check(&board, "gmv", "{}{category,store}{store} day week month quarter year");
        let asins = [(
            "dashboards/d.yaml",
            "title: T\nblocks:\n  - {block: table, by: asin, columns: [visits], grain: week}\n",
        )];
        check(&asins, "visits", "{asin} week");
        let target = [(
            "targets/a.yaml",
            "targets: [{metric: asp, scope: {category: a}, period: 2026-04-02..2026-05-09, value: 5}]",
        )];
        let both = "category:a 2025-04-02..2025-05-09 category:a 2026-04-02..2026-05-09";
        check(&target, "asp", &format!("{{}}{{category}}{{store}} day week month quarter year {both}"));
        check(&target, "gmv", &format!("{{}}{{category}}{{store}} day week month quarter year {both}"));
        let target =
            [("targets/a.yaml", "targets: [{metric: gmv, scope: {category: a}, period: 2026-04, value: 5}]")];
        check(&target, "gmv", "{}{category}{store} day week month quarter year");
        let text = "---\ntitle: T\n---\n{{ metric(\"gmv\", scope=\"category:a\", period=\"2026-04-02..2026-05-09\") }} {{ chart(\"units\", scope=asin:b) }}\n";
        let text = [("content/note.md", text)];
        check(&text, "gmv", "{}{store} day week month quarter year category:a 2026-04-02..2026-05-09");
        check(&text, "units", "{}{asin}{store} day week month quarter year");
    }

    #[test]
    fn values_of_targets_leave_it_equal() {
        let mut plan = plan(&[(
            "targets/a.yaml",
            "targets: [{id: t, metric: gmv, period: 2026, value: 5, stretch: 6, red: 4}]",
        )]);
        let before = demand(&plan);
        for target in &mut plan.targets {
            let seven = crate::plan::TargetValue::Of(Decimal::from(7));
            target.value = Promise::Value(seven);
            target.stretch = None;
            target.red = None;
            target.owner = Some("li".into());
        }
        assert_eq!(demand(&plan), before);
        plan.targets[0].scope = Scope::of("category", "a");
        assert_ne!(demand(&plan), before);
    }
}
