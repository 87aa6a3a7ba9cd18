//! Where metrics stand: every block of every dashboard, every shortcode, key result, launch and line of a scorecard, with
//! scope and grain.
//! What is measured and what is checked for use are both gathered from here.

use super::scorecard::{self, Reward};
use super::shortcode::shortcodes;
use super::{BlockSpec, Dashboard, Drawn, Id, Plan, ReviewBlock, Scope, SeriesSpec, TableBy, What};
use crate::diag::Place;
use crate::time::{Grain, Period, parse_period};

/// Stands in a scope for every member of a level.
pub const EVERY: &str = "*";

/// One place at which a metric is shown.
pub(super) struct Use {
    pub(super) metric: Id,
    /// For what; [`EVERY`] where all members of a level are meant.
    pub(super) scope: Scope,
    /// How finely; `None`: the reader chooses.
    pub(super) grain: Option<Grain>,
    /// One period, where a text names it.
    pub(super) period: Option<Period>,
    pub(super) place: Place,
}

/// Every metric on every block and in every text, in the order of the files.
pub(super) fn shown(plan: &Plan) -> Vec<Use> {
    let mut uses = Vec::new();
    for dashboard in plan.dashboards.values() {
        let page = page_scope(dashboard);
        for block in &dashboard.blocks {
            on_block(plan, block, &page, &mut uses);
        }
    }
    for article in plan.articles.values() {
        for (text, place) in article.body.values() {
            in_text(plan, text, &Scope::company(), place, &mut uses);
        }
    }
    for review in plan.reviews.values() {
        for section in review.text.values().flatten() {
            in_text(plan, &section.text, &review.scope, &section.place, &mut uses);
        }
    }
    aims(plan, &mut uses);
    scored(plan, &mut uses);
    for check in &plan.reconciles {
        let sides = check.metrics().cloned().map(|metric| Use {
            metric,
            scope: Scope::company(),
            grain: Some(check.grain),
            period: None,
            place: check.place.clone(),
        });
        uses.extend(sides);
    }
    uses
}

/// What objectives and launches are told by.
fn aims(plan: &Plan, uses: &mut Vec<Use>) {
    let mut add = |metric: &Id, scope: &Scope, period: Period, place: &Place| {
        let (metric, scope, place) = (metric.clone(), scope.clone(), place.clone());
        uses.push(Use { metric, scope, grain: None, period: Some(period), place });
    };
    for objective in plan.objectives.values() {
        for result in &objective.key_results {
            add(&result.metric, &result.scope, objective.period, &result.place);
        }
    }
    for launch in plan.launches.values() {
        let spans = launch.phases.iter().flat_map(|phase| [launch.span(phase), launch.until(phase)]);
        let periods: Vec<Period> = spans.chain(launch.weeks()).collect();
        for metric in launch.metrics() {
            periods.iter().for_each(|period| add(&metric, &launch.scope, *period, &launch.place));
        }
    }
}

/// Every metric that scorecards look at, for everybody they score: items, gates, deductions and commissions.
fn scored(plan: &Plan, uses: &mut Vec<Use>) {
    for (card, person) in scorecard::assigned(plan) {
        let mut add = |metric: &Id, scope: Option<&Scope>, place: &Place| {
            uses.extend(scorecard::scopes(plan, person, metric, scope).into_iter().map(|scope| Use {
                metric: metric.clone(),
                scope,
                grain: Some(card.period),
                period: None,
                place: place.clone(),
            }));
        };
        for rules in &card.versions {
            for item in &rules.items {
                item.metric.iter().for_each(|metric| add(metric, item.scope.as_ref(), &item.place));
            }
            rules.vetoes.iter().for_each(|veto| add(&veto.metric, veto.scope.as_ref(), &veto.place));
            rules.deductions.iter().for_each(|cut| add(&cut.metric, cut.scope.as_ref(), &cut.place));
            if let Some(Reward::Commission(share)) = &rules.reward {
                add(&share.of, share.scope.as_ref(), &share.place);
            }
        }
    }
}

/// The scope of a page; every member where there is one page for each.
pub(super) fn page_scope(dashboard: &Dashboard) -> Scope {
    match &dashboard.for_each {
        Some(level) => dashboard.scope.within(level, EVERY),
        None => dashboard.scope.clone(),
    }
}

fn on_block(plan: &Plan, block: &BlockSpec, page: &Scope, uses: &mut Vec<Use>) {
    let mut add = |metric: &Id, scope: &Scope, grain: Grain, place: &Place| {
        uses.push(Use {
            metric: metric.clone(),
            scope: scope.clone(),
            grain: Some(grain),
            period: None,
            place: place.clone(),
        });
    };
    match block {
        BlockSpec::Card { metric, scope, grain, place, .. } => {
            add(metric, scope.as_ref().unwrap_or(page), *grain, place);
        }
        BlockSpec::Causes { metric, scope, place, .. } => {
            let causes = super::causes_of(plan, metric);
            let grain = causes.as_ref().map_or(Grain::Week, |causes| causes.grain);
            let parts = causes.iter().flat_map(super::Causes::metrics);
            for part in parts.chain([metric]) {
                add(part, scope.as_ref().unwrap_or(page), grain, place);
            }
        }
        BlockSpec::Chart { series, by, scope, grain, place, .. } => {
            let scope = scope.as_ref().unwrap_or(page);
            let scope = by.as_ref().map_or_else(|| scope.clone(), |level| scope.within(level, EVERY));
            for metric in series.iter().filter_map(|series| metric_of(plan, series)) {
                add(metric, &scope, *grain, place);
            }
        }
        BlockSpec::Table { by, columns, total, sort, scope, grain, place, .. } => {
            let whole = scope.as_ref().unwrap_or(page);
            let rows = match by {
                TableBy::Members(level) => whole.within(level, EVERY),
                TableBy::Periods(_) => whole.clone(),
            };
            for metric in columns.iter().chain(sort.as_ref().map(|sort| &sort.by)) {
                add(metric, &rows, *grain, place);
                if *total && rows != *whole {
                    add(metric, whole, *grain, place);
                }
            }
        }
        // Its windows end with the last whole week or month: `plan::demand::reviews` knows them.
        BlockSpec::Review(block) => {
            let scope = block.scope.as_ref().unwrap_or(page);
            for drawn in block.drawn() {
                if let Some(metric) = drawn_metric(plan, drawn) {
                    add(metric, scope, Grain::Day, &drawn.place);
                }
            }
        }
        BlockSpec::Widget(widget) => {
            let scope = widget.scope.as_ref().unwrap_or(page);
            let scope = widget.by.as_ref().map_or_else(|| scope.clone(), |level| scope.within(level, EVERY));
            widget.metrics().for_each(|metric| add(metric, &scope, widget.grain, &widget.place));
        }
        BlockSpec::Text { markdown, place } => {
            let texts = markdown.by_lang.values().chain(&markdown.any);
            texts.for_each(|text| in_text(plan, text, page, place, uses));
        }
    }
}

/// The metric a series shows, or that of the target it shows.
fn metric_of<'p>(plan: &'p Plan, series: &'p SeriesSpec) -> Option<&'p Id> {
    match series {
        SeriesSpec::Metric(metric) => Some(metric),
        SeriesSpec::Target(name) => metric_named(plan, name),
    }
}

/// The metric of a target by its id, or the metric of this name.
pub fn metric_named<'p>(plan: &'p Plan, name: &str) -> Option<&'p Id> {
    let target = plan.targets.iter().find(|target| *target.id == *name);
    target.map(|target| &target.metric).or_else(|| plan.metrics.get_key_value(name).map(|(id, _)| id))
}

/// Metrics that a block of a deck is about, each once, in the order of the block.
pub fn metrics_of_block<'p>(plan: &'p Plan, block: &'p ReviewBlock) -> Vec<&'p Id> {
    let mut all = Vec::new();
    for metric in block.drawn().into_iter().filter_map(|drawn| drawn_metric(plan, drawn)) {
        if !all.contains(&metric) {
            all.push(metric);
        }
    }
    all
}

/// The metric that a series of a review is about.
pub(super) fn drawn_metric<'p>(plan: &'p Plan, drawn: &'p Drawn) -> Option<&'p Id> {
    match &drawn.what {
        What::Metric(metric) => Some(metric),
        other => metric_named(plan, other.name()),
    }
}

fn in_text(plan: &Plan, text: &str, page: &Scope, place: &Place, uses: &mut Vec<Use>) {
    for shortcode in shortcodes(text) {
        let scope = match shortcode.args.get("scope") {
            Some(written) => Scope::parse(written),
            None => Some(page.clone()),
        };
        let grain = shortcode.args.get("grain").and_then(|name| Grain::parse(name));
        let period = shortcode.args.get("period").and_then(|name| parse_period(name, &plan.site.calendar));
        if let Some(scope) = scope {
            let metric = shortcode.metric.as_str().into();
            uses.push(Use { metric, scope, grain, period, place: place.clone() });
        }
    }
}
