//! One file per kind of page; each makes its pages from plan, facts and standings.
//! The ways in are made from the pages there are, so that none leads nowhere.

mod alerts;
mod aligned;
mod article;
mod aside;
mod awaited;
mod broken;
mod calendar;
mod causes;
pub(super) mod compare;
mod dashboard;
mod data;
mod diagnosis;
mod drill;
mod governance;
mod group;
mod home;
mod launch;
mod metric;
mod objective;
mod person;
mod reconciliation;
mod review;
mod scorecard;
mod source;
mod store;
mod target;

use super::context::{Context, dashboard_path};
use super::{NavItem, Page, Text};
use crate::diag::Finding;
use crate::plan::handbook::ENTRY;
use crate::plan::{Dashboard, Words};
pub(in crate::report) use reconciliation::PATH as RECONCILIATION;
use std::collections::BTreeSet;
pub(in crate::report) use target::title as target_title;

/// A kind of page.
pub trait PageKind: Sync {
    /// Its name: `kind` in `report.json`, and the name of its template if it has one of its own.
    fn name(&self) -> &'static str;

    /// What its addresses begin with; none where people choose them.
    fn tops(&self) -> &'static [&'static str];

    /// Its pages.
    fn pages(&self, context: &Context<'_>, found: &mut Vec<Finding>) -> Vec<Page>;

    /// Its page at an address, the same as among all of them. A kind of many pages lays out this one alone.
    fn page(&self, context: &Context<'_>, path: &str, found: &mut Vec<Finding>) -> Option<Page> {
        self.pages(context, found).into_iter().find(|page| page.path == path)
    }
}

/// The page at an address, without laying out the others: of two pages of one address that of the first kind.
pub(super) fn at(context: &Context<'_>, path: &str, found: &mut Vec<Finding>) -> Option<Page> {
    let top = path.split('/').next().unwrap_or("");
    let may = |kind: &&&dyn PageKind| kind.tops().is_empty() || kind.tops().contains(&top);
    PAGE_KINDS.iter().filter(may).find_map(|kind| kind.page(context, path, found))
}

/// All kinds, in the order of the manual.
pub static PAGE_KINDS: &[&dyn PageKind] = &[
    &home::Home,
    &dashboard::Dashboards,
    &metric::Metrics,
    &causes::WhyPages,
    &alerts::Alerts,
    &review::Reviews,
    &review::Daily,
    &review::Actions,
    &review::Decisions,
    &broken::Broken,
    &store::Stores,
    &compare::Comparison,
    &group::Group,
    &target::Targets,
    &objective::Objectives,
    &launch::Launches,
    &calendar::Calendars,
    &person::People,
    &scorecard::Scorecards,
    &governance::Governance,
    &diagnosis::DiagnosisPage,
    &data::Data,
    // Before the pages of sources: none of them takes its address.
    &reconciliation::Reconciliation,
    &aside::SetAsides,
    &source::Sources,
    // Last: of two pages of one address the first stays, and these addresses are chosen freely.
    &article::Articles,
];

/// Whether pages of a kind are made for readers who see a part of the figures. Others say where figures come from, or stand
/// on all of them.
pub(super) fn is_for_parts(kind: &str) -> bool {
    !matches!(
        kind,
        "broken"
            | "compare"
            | "data"
            | "diagnosis"
            | "group"
            | "reconciliation"
            | "set-aside"
            | "source"
            | "daily"
    )
}

/// A page with its place: home is above everything.
pub(super) fn page(path: impl Into<String>, kind: &'static str, title: Text, above: &[(&str, Text)]) -> Page {
    let crumbs = above.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect();
    Page { path: path.into(), kind, title, crumbs, blocks: Vec::new(), provenance: false, sheet: None }
}

/// Dashboards, targets, metrics, stores, people, articles, data: what there is.
pub(super) fn navigation(context: &Context<'_>, pages: &[Page]) -> Vec<NavItem> {
    let there: BTreeSet<&str> = pages.iter().map(|page| &*page.path).collect();
    let item = |path: &str, title: Text| NavItem { path: path.to_owned(), title, children: Vec::new() };
    let mut nav = vec![item("", Text::key("nav-home"))];
    nav.extend(dashboards(context, pages));
    for (path, key) in [
        ("targets", "nav-targets"),
        ("objectives", "nav-objectives"),
        ("launch", "nav-launch"),
        ("calendar", "nav-calendar"),
        ("metrics", "nav-metrics"),
        ("causes", "nav-causes"),
        ("alerts", "nav-alerts"),
        ("reviews", "nav-reviews"),
        ("actions", "nav-actions"),
        ("decisions", "nav-decisions"),
        ("daily", "nav-daily"),
        ("stores", "nav-stores"),
        ("compare", "nav-compare"),
        ("group", "nav-group"),
        ("people", "nav-people"),
        ("scorecards", "nav-scorecards"),
    ] {
        nav.push(item(path, Text::key(key)));
    }
    let article = |page: &Page| context.plan.articles.get(&*page.path);
    // Of a handbook with a hundred articles the page that lists them is enough.
    let listed = |page: &Page| !article(page).is_some_and(|article| article.from_pack) || page.path == ENTRY;
    let mut written: Vec<&Page> =
        pages.iter().filter(|page| page.kind == "article" && listed(page)).collect();
    let order = |page: &&Page| article(page).and_then(|article| article.order);
    written.sort_by_key(|page| (order(page).unwrap_or(u32::MAX), page.path != ENTRY));
    let articles: Vec<NavItem> = written.iter().map(|page| item(&page.path, page.title.clone())).collect();
    if let Some(first) = articles.first() {
        nav.push(NavItem { path: first.path.clone(), title: Text::key("nav-articles"), children: articles });
    }
    nav.push(item("diagnosis", Text::key("nav-diagnosis")));
    nav.push(item("governance", Text::key("nav-governance")));
    nav.push(item("data", Text::key("nav-data")));
    nav.retain(|item| there.contains(item.path.as_str()));
    nav
}

/// Dashboards under one heading; each `for_each` opens at its first member.
fn dashboards(context: &Context<'_>, pages: &[Page]) -> Option<NavItem> {
    let children: Vec<NavItem> = in_order(context)
        .into_iter()
        .filter_map(|dashboard| {
            let path = dashboard_path(&dashboard.id, None);
            let inside = format!("{path}/");
            let first = pages.iter().find(|page| page.path == path || page.path.starts_with(&inside))?;
            let title = if dashboard.for_each.is_some() {
                first.title.clone()
            } else {
                titled(&dashboard.title, &dashboard.id)
            };
            Some(NavItem { path: first.path.clone(), title, children: Vec::new() })
        })
        .collect();
    let path = children.first()?.path.clone();
    Some(NavItem { path, title: Text::key("nav-dashboards"), children })
}

/// Dashboards as the navigation has them: those that say a place by it, the others by name.
pub(super) fn in_order<'a>(context: &Context<'a>) -> Vec<&'a Dashboard> {
    let mut all: Vec<&Dashboard> = context.plan.dashboards.values().collect();
    all.sort_by_key(|dashboard| dashboard.order.unwrap_or(u32::MAX));
    all
}

/// A title people wrote, or the id.
pub(super) fn titled(words: &Words, id: &str) -> Text {
    Text::Words(if words.is_empty() { Words::same(id) } else { words.clone() })
}
