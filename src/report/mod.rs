//! What the pages say: values, states and words, without HTML and without a language chosen.
//! `report.json` beside each page is exactly this; rendering adds nothing to it.

mod alert;
mod block;
pub mod cause;
pub mod changes;
mod context;
pub mod deck;
mod doubt;
mod draw;
pub mod goal;
pub mod history;
mod limit;
mod mend;
pub mod page;
mod prose;
mod provenance;
pub mod record;
pub mod restated;
mod review;
mod role;
mod score;
mod sentence;
mod shortcode;
pub mod start;
#[cfg(test)]
mod tests;
mod values;
mod whole;
pub mod widget;
pub mod wire;

pub use alert::{AlertLine, severity_text, state_text};
pub use context::{Context, slug, target_path};
pub use limit::CardControl;
pub use prose::{Part, Prose};
pub use provenance::{Behind, Coverage, Provenance, Rows, Side};
pub use role::SeriesRole;
pub use score::{Rung, ScoreHead, Signature, shown as tenths};
pub use shortcode::SHORTCODE_UNKNOWN;
pub use values::{Ahead, Limited, Row, values};
pub use whole::Whole;

use crate::assess::{self, Change, Judged, Letter, Standing};
use crate::diag::{Checked, Family, Finding, Level, Place, Rule};
use crate::measure::{Facts, Point, State};
use crate::plan::{Better, Id, Plan, Scope, Words};
use crate::time::{Date, Grain, Period};
use crate::unit::{Lang, Quantity, Unit};
use std::sync::Arc;

/// A site, ready to be rendered.
#[derive(Clone, Debug)]
pub struct Report {
    /// Title of the site.
    pub title: Words,
    /// Languages; the first is the default.
    pub languages: Vec<Lang>,
    /// What stands at the foot of every page; empty: nothing.
    pub banner: Words,
    /// Up to which day data counts; `None` without data.
    pub as_of: Option<Date>,
    /// How periods are named.
    pub calendar: crate::time::Calendar,
    /// The ways in, in order.
    pub nav: Vec<NavItem>,
    /// Alerts that were raised, the newest first.
    pub alerts: Vec<AlertLine>,
    /// All pages, sorted by path. Shared: a page that stays from one report to the next is the same one.
    pub pages: Vec<Arc<Page>>,
}

/// Rules raised here.
pub static RULES: &[&Rule] = &[&SHORTCODE_UNKNOWN, &ADDRESS_TAKEN, &restated::FIGURE_RESTATED];

/// Two pages of one address.
pub static ADDRESS_TAKEN: Rule = Rule {
    name: "address-taken",
    level: Level::Error,
    family: Family::Config,
    about: "two pages would have the same address",
    why: "only one of them could be read",
    example: "content/data.md        # the data page is at `data` already\ncontent/our-data.md    # an address of its own",
};

/// Lays out every page of the site.
pub fn report(plan: &Plan, facts: &Facts, judged: &[Judged], provenance: &Provenance) -> Checked<Report> {
    let around = (&widget::Drawn::default(), &history::Past::default());
    report_until((plan, facts, judged), provenance, around, &|| false)
}

/// The same, with what widgets of plugins made, and how the definitions came to be. What is laid out when `stopped` says
/// so is not all there is, and to be thrown away.
pub fn report_until(
    (plan, facts, judged): (&Plan, &Facts, &[Judged]),
    provenance: &Provenance,
    (drawn, past): (&widget::Drawn, &history::Past),
    stopped: &(dyn Fn() -> bool + Sync),
) -> Checked<Report> {
    let mut found = Vec::new();
    let of = (plan, facts, judged);
    let whole = Whole::of(plan, facts, judged, provenance).into_value(&mut found);
    let mut context = context(of, provenance, (drawn, past), whole, &mut found);
    context.stopped = stopped;
    let value = laid_out(&context, &mut found);
    Checked { value, found }
}

/// The pages of a plan or a part of one, with what was worked out over the whole.
pub fn report_on(
    of: (&Plan, &Facts, &[Judged]),
    provenance: &Provenance,
    around: (&widget::Drawn, &history::Past),
    whole: Whole,
) -> Checked<Report> {
    let mut found = Vec::new();
    let context = context(of, provenance, around, whole, &mut found);
    let value = laid_out(&context, &mut found);
    Checked { value, found }
}

/// All pages, and the ways to them.
fn laid_out(context: &Context<'_>, found: &mut Vec<Finding>) -> Report {
    let (plan, provenance) = (context.plan, context.provenance);
    let mut pages: Vec<Page> = Vec::new();
    let kinds = page::PAGE_KINDS.iter().filter(|kind| !plan.is_part() || page::is_for_parts(kind.name()));
    for kind in kinds.take_while(|_| !(context.stopped)()) {
        pages.extend(kind.pages(context, found));
    }
    // The order of kinds is kept among equal addresses.
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages.dedup_by(|later, first| {
        let taken = later.path == first.path;
        if taken {
            found.push(address_taken(plan, later));
        }
        taken
    });
    let nav = page::navigation(context, &pages);
    if plan.is_part() {
        mend::links(&mut pages);
    }
    Report {
        banner: plan.cut.as_ref().map(|cut| cut.audience.banner.clone()).unwrap_or_default(),
        title: plan.site.title.clone(),
        languages: plan.site.languages.clone(),
        as_of: provenance.as_of,
        calendar: plan.site.calendar,
        nav,
        alerts: context.alerts.clone(),
        pages: pages.into_iter().map(Arc::new).collect(),
    }
}

/// A report in which some pages were laid out anew; everything else is as in an earlier one, and may have changed as well.
/// `None` where one of them is no page any more.
pub fn some_pages(
    (plan, facts, judged): (&Plan, &Facts, &[Judged]),
    provenance: &Provenance,
    (drawn, past): (&widget::Drawn, &history::Past),
    before: &Report,
    paths: &[&str],
) -> Option<Checked<Report>> {
    let mut found = Vec::new();
    let whole = Whole::of(plan, facts, judged, provenance).into_value(&mut found);
    let context = context((plan, facts, judged), provenance, (drawn, past), whole, &mut found);
    let mut value = before.clone();
    for path in paths {
        let place = before.pages.binary_search_by(|page| page.path.as_str().cmp(path)).ok()?;
        let made = page::at(&context, path, &mut found)?;
        if *value.pages[place] != made {
            value.pages[place] = Arc::new(made);
        }
    }
    (value.as_of, value.alerts) = (provenance.as_of, context.alerts.clone());
    Some(Checked { value, found })
}

/// What all pages are laid out with.
fn context<'a>(
    of: (&'a Plan, &'a Facts, &'a [Judged]),
    provenance: &'a Provenance,
    (drawn, past): (&widget::Drawn, &'a history::Past),
    whole: Whole,
    found: &mut Vec<Finding>,
) -> Context<'a> {
    let mut context = Context::ready(of, provenance, whole.watched, (whole.scores, whole.seasons));
    context.past = Some(past);
    context.drawn = drawn.clone();
    context.alerts = alert::lines(&context, &whole.raised);
    if let Some(as_of) = provenance.as_of {
        let (actions, overdue) = assess::action::actions(context.plan, as_of);
        context.actions = actions;
        found.extend(overdue);
        found.extend(assess::deck::extra_weeks(context.plan, as_of));
    }
    context
}

fn address_taken(plan: &Plan, page: &Page) -> Finding {
    let article = plan.articles.get(page.path.as_str()).and_then(|article| article.body.values().next());
    let target = plan.targets.iter().rfind(|target| target_path(&target.id) == page.path);
    let place = article.map(|(_, place)| place.clone()).or_else(|| target.map(|target| target.place.clone()));
    let place = place.unwrap_or_else(|| Place::at(&"kpress.yaml".into(), 1, 1, 1));
    Finding::new(&ADDRESS_TAKEN, place, format!("there is a page at `{}` already", page.path))
        .hint("give one of the two another name")
}

/// A way in.
#[derive(Clone, Debug, PartialEq)]
pub struct NavItem {
    /// Path of the page, `""` for home.
    pub path: String,
    /// Words to show.
    pub title: Text,
    /// Pages below it.
    pub children: Vec<NavItem>,
}

/// Words of the user, or a string of the interface by its key in `i18n/*.ftl`, with arguments.
#[derive(Clone, Debug, PartialEq)]
pub enum Text {
    /// What people wrote.
    Words(Words),
    /// `nav-home` …
    Key(&'static str, Vec<(&'static str, Arg)>),
}

/// An argument of an interface string.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Words of the user.
    Words(Words),
    /// A plain text: an id, a file name.
    Text(String),
    /// A number of things; chooses the plural form.
    Count(u64),
    /// A day, shown by the rules of the language.
    Date(Date),
    /// A period, shown by the rules of the language.
    Period(Period),
    /// A figure.
    Figure(Quantity, Unit),
    /// A figure with all the digits it has in a table.
    Exact(Quantity, Unit),
    /// A plain number with so many decimals: a pace, a number of days.
    Number(Quantity, u32),
    /// Another text.
    Said(Box<Text>),
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Address below the language: `metrics/acos`; `""` is home.
    pub path: String,
    /// Name in the registry of page kinds; chooses the template.
    pub kind: &'static str,
    /// Title.
    pub title: Text,
    /// Where the reader is: pages above this one.
    pub crumbs: Vec<(String, Text)>,
    /// What it says, in order.
    pub blocks: Vec<Block>,
    /// Whether the page holds provenance (hashes, row counts) and may differ where no figure does.
    pub provenance: bool,
    /// A table for spreadsheets beside it.
    pub sheet: Option<Sheet>,
}

/// A table for spreadsheets beside a page: it says what files say, in no language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Names of its columns.
    pub heads: Vec<String>,
    /// Its cells, row by row.
    pub rows: Vec<Vec<String>>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading between blocks.
    Heading(Text),
    /// Cards side by side.
    Cards(Vec<Card>),
    /// A chart with its table behind it.
    Chart(ChartSpec),
    /// A table.
    Table(TableSpec),
    /// A table behind its title, to be opened.
    Fold(TableSpec),
    /// Rows of data files behind their title.
    Rows(Box<Rows>),
    /// Markdown with shortcodes already resolved to inline parts.
    Prose(Prose),
    /// Label and value pairs: definition, basis, owner.
    Facts(Vec<(Text, Vec<Cell>)>),
    /// A short message with a tone: `info`, `warning`, `error`.
    Notice {
        /// `info`, `warning` or `error`.
        tone: &'static str,
        /// What it says.
        text: Text,
        /// Details, one a line (findings of a broken card).
        details: Vec<String>,
    },
    /// A text with a title and a tone, set apart.
    Callout {
        /// `info`, `warning` or `error`.
        tone: &'static str,
        /// In bold above it.
        title: Text,
        /// What it says.
        body: Prose,
    },
    /// The score of a person with what it is worth.
    Score(Box<ScoreHead>),
    /// Lines to sign on.
    Signatures(Vec<Signature>),
    /// Links to pages, each with a line below it.
    Links(Vec<(String, Text, Option<Text>)>),
    /// Why a figure moved, or that it did not.
    Story(Box<cause::Story>),
    /// The answer at the top.
    Lead(goal::Lead),
    /// Targets with their parts.
    Tree(goal::Tree),
    /// A plan from the year down to the day.
    Plan(Box<goal::Plan>),
    /// The five letters of SMART.
    Smart(Vec<Letter>),
    /// A block of a review deck.
    Review(Box<deck::ReviewPart>),
}

/// One figure with its comparisons.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Metric id: address and anchor.
    pub metric: Id,
    /// Name of the metric.
    pub title: Text,
    /// For whom, in words; `None` where the page says it.
    pub scope: Option<Text>,
    /// For whom.
    pub of: Scope,
    /// Unit.
    pub unit: Unit,
    /// Decimals, if the metric fixes them.
    pub decimals: Option<u32>,
    /// The figure.
    pub point: Option<Point>,
    /// Label and change, in the order asked for.
    pub changes: Vec<(Text, Change)>,
    /// The value of the period before.
    pub previous: Option<Quantity>,
    /// The value of the same period a year earlier.
    pub previous_year: Option<Quantity>,
    /// Target of the same period.
    pub target: Option<CardTarget>,
    /// The last period that can be judged, where the one shown cannot be yet.
    pub settled: Option<Settled>,
    /// The target that runs now.
    pub running: Option<Running>,
    /// What limits say of it.
    pub control: Option<CardControl>,
    /// Last values, oldest first, for the sparkline.
    pub trend: Vec<Point>,
    /// Which way is good.
    pub better: Better,
    /// Who answers.
    pub owner: Option<Words>,
    /// Page to open.
    pub link: Option<String>,
    /// Why there is no figure.
    pub trouble: Option<Text>,
}

/// A period before the one on the card, complete and no longer moving, with its target.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// Its value.
    pub point: Point,
    /// Target of that period.
    pub target: Option<CardTarget>,
}

/// A target whose period is not over, on a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Running {
    /// Its page.
    pub link: String,
    /// Its period.
    pub period: Period,
    /// How much; both ends for a range.
    pub value: (Quantity, Option<Quantity>),
    /// What was reached by now.
    pub actual: Quantity,
    /// Actual over what the plan asks by now.
    pub index: Option<Quantity>,
    /// What is needed a day.
    pub needed: Option<Quantity>,
    /// Of a rate: what it may still be over the days left.
    pub allowed: Option<Quantity>,
    /// Where it stands.
    pub standing: Standing,
}

/// The target on a card.
#[derive(Clone, Debug, PartialEq)]
pub struct CardTarget {
    /// How much; both ends for a range.
    pub value: (Quantity, Option<Quantity>),
    /// Where it stands.
    pub standing: Standing,
    /// Actual over target.
    pub attainment: Option<Quantity>,
    /// Period of the target.
    pub period: Period,
}

/// What a chart shows. The painter and the interactive option are made from this alone.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartSpec {
    /// Stable id on the page, from names: anchor and file name.
    pub id: String,
    /// Name in `CHART_KINDS`.
    pub kind: &'static str,
    /// Heading.
    pub title: Text,
    /// What stands along the axis.
    pub axis: Axis,
    /// The series, drawn in this order.
    pub series: Vec<ChartSeries>,
    /// What happened: at a slot, or from one to another.
    pub marks: Vec<Mark>,
    /// For a bullet: ends of the bands, from poor to good.
    pub bands: Vec<Quantity>,
}

/// The slots of a chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// Periods of one grain, in order.
    Time(Grain, Vec<Period>),
    /// Members: stores, categories.
    Members(Vec<Text>),
    /// Parts of parts: targets and what they are divided into.
    Tree(Vec<Branch>),
}

/// A slot of a chart of parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its name.
    pub name: Text,
    /// The slot of the whole, which stands before its parts; `None` for a whole.
    pub parent: Option<usize>,
    /// Where it stands.
    pub standing: Standing,
}

/// One series of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartSeries {
    /// Name in the legend.
    pub name: Text,
    /// What is drawn.
    pub about: Option<About>,
    /// Its part in the chart.
    pub role: SeriesRole,
    /// Unit; series of another unit than the first use the right axis.
    pub unit: Unit,
    /// Drawn as bars (in a combo) instead of a line.
    pub bars: bool,
    /// One value per slot; `None` is a gap, never bridged.
    pub values: Vec<Option<Quantity>>,
    /// One state per slot.
    pub states: Vec<State>,
}

/// Which figure it is: its metric, and for whom.
pub type About = Arc<(Id, Scope)>;

/// Something that happened, on a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// First and last slot.
    pub slots: (usize, usize),
    /// `event`, `change`, `incident`, `rebase`, `note`.
    pub kind: String,
    /// What.
    pub text: Words,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSpec {
    /// Stable id on the page.
    pub id: String,
    /// Heading; `None`: the page says it.
    pub title: Option<Text>,
    /// Column heads; the first is that of the row names.
    pub columns: Vec<TableColumn>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// The last row is the whole.
    pub total: bool,
}

/// Head of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Words.
    pub title: Text,
    /// Numbers stand right.
    pub numeric: bool,
    /// Page to open.
    pub link: Option<String>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(Text),
    /// Words that lead to a page.
    Link(String, Text),
    /// Several such, one after the other: people who share a task.
    Links(Vec<(String, Text)>),
    /// Code: a formula, a hash, a path.
    Code(String),
    /// Words, and below them the code that they stand for.
    Named(Text, String),
    /// A figure, with the change against the period before.
    Figure {
        /// What it is.
        about: About,
        /// The value.
        point: Point,
        /// Its unit.
        unit: Unit,
        /// Decimals, if the metric fixes them.
        decimals: Option<u32>,
        /// Change beside it, and which way is good.
        change: Option<(Change, Better)>,
    },
    /// A plain figure without a period (a target, a number of rows).
    Number(Quantity, Unit),
    /// How far a figure is from another in its unit, with its sign; between percentages in points.
    Gap(Quantity, Unit),
    /// From one figure to another (a target between two ends).
    Range(Quantity, Quantity, Unit),
    /// A plain figure cut to what is read at a glance: `¥6.10M`.
    Brief(Quantity, Unit),
    /// A plain number with so many decimals: a pace, a factor.
    Plain(Quantity, u32),
    /// A target that was revised: what counts now, and what was first promised.
    Revised {
        /// Now; both ends of a range.
        now: (Quantity, Option<Quantity>),
        /// First.
        was: (Quantity, Option<Quantity>),
        /// Unit of both.
        unit: Unit,
    },
    /// Figures that are multiplied: shares from the top down, an amount times a rate.
    Product(Vec<(Quantity, Unit)>),
    /// A standing: shape, colour and word.
    Standing(Standing),
    /// A day.
    Date(Date),
    /// The days of a month that have rows.
    Days(DayStrip),
    /// A period.
    Period(Period),
}

/// Days one after the other, from the first of a month: `Some(true)` has rows, `Some(false)` lacks them, `None` needs none.
#[derive(Clone, Debug, PartialEq)]
pub struct DayStrip {
    /// The month.
    pub month: Period,
    /// One entry per day.
    pub days: Vec<Option<bool>>,
}

/// What figures come to when they are multiplied.
pub fn product(factors: &[(Quantity, Unit)]) -> Option<Quantity> {
    factors.iter().try_fold(Quantity::from(1), |product, (value, _)| product.times(*value))
}
