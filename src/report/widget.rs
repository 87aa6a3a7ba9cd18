//! Blocks that plugins make: the figures handed to them, and what they gave back as blocks like any other.
//! A widget is asked once for each language; its blocks must be of one shape, so that a page says the same in all.

use super::context::Context;
use super::{Arg, Axis, Block, Cell, ChartSeries, ChartSpec, Prose, Provenance, SeriesRole};
use super::{TableColumn, TableSpec, Text};
use crate::assess::Judged;
use crate::assess::spc::Watched;
use crate::diag::{Checked, Place};
use crate::measure::plugged::port::{Batch, ColumnType, Failure, Field, NoPlugins, RunContext};
use crate::measure::plugged::run::{PLUGIN_INPUT_MISSING, PLUGIN_NOT_RUN, PLUGIN_OUTPUT_INVALID};
use crate::measure::plugged::table::{Cells, Given, given};
use crate::measure::{Facts, State};
use crate::plan::failure::grouped;
use crate::plan::{BlockSpec, Id, Plan, Scope, WidgetBlock, Words};
use crate::time::{Date, Grain, Period};
use crate::unit::{Lang, Quantity, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows that a widget gets of one input (plugins.md §9).
pub const ROWS_MAX: usize = 20_000;

/// Runs widgets of plugins.
pub trait WidgetPort: Sync {
    /// What a widget says of itself, once its `config:` was held against its schema.
    ///
    /// # Errors
    /// Why it cannot be asked, and where that is written.
    fn describe(&self, block: &WidgetBlock) -> Result<WidgetInfo, (Failure, Place)>;

    /// What it makes of these tables, checked.
    ///
    /// # Errors
    /// Why the plugin failed.
    fn render(
        &self,
        plugin: &str,
        id: &str,
        context: &RunContext,
        data: &[Batch<'_>],
    ) -> Result<Vec<Made>, Failure>;
}

impl WidgetPort for NoPlugins {
    fn describe(&self, block: &WidgetBlock) -> Result<WidgetInfo, (Failure, Place)> {
        let message =
            format!("plugin `{}` does not run: this kpress was built without plugins", block.plugin);
        let hint = "use a kpress with the feature `plugins`";
        Err((Failure::new(&PLUGIN_NOT_RUN, message, hint), block.place.clone()))
    }

    fn render(
        &self,
        plugin: &str,
        _id: &str,
        _context: &RunContext,
        _data: &[Batch<'_>],
    ) -> Result<Vec<Made>, Failure> {
        Err(Failure::new(&PLUGIN_NOT_RUN, format!("plugin `{plugin}` does not run"), ""))
    }
}

/// What a widget says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WidgetInfo {
    /// Its own name.
    pub id: Arc<str>,
    /// The tables it is given: name, columns, the most rows it takes.
    pub inputs: Vec<(Arc<str>, Vec<Field>, u32)>,
}

/// A block as a plugin made it, checked: texts and numbers, nothing that could run or be fetched.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// A heading.
    Heading(String),
    /// Markdown, without shortcodes.
    Markdown(String),
    /// Heads with whether they stand right, rows of as many cells, a caption.
    Table(Vec<(String, bool)>, Vec<Vec<String>>, Option<String>),
    /// Words for those who do not see it, names of slots, series.
    Chart(String, Vec<String>, Vec<MadeSeries>),
    /// `info`, `warning` or `error`; title; Markdown.
    Callout(&'static str, String, String),
}

/// A series of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct MadeSeries {
    /// In the legend.
    pub name: String,
    /// Drawn as bars.
    pub bars: bool,
    /// One per slot; `None` is a gap.
    pub values: Vec<Option<Quantity>>,
}

impl Made {
    /// Everything that is read, in one order.
    fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Made::Heading(text) | Made::Markdown(text) => vec![text],
            Made::Table(heads, rows, caption) => {
                let heads = heads.iter_mut().map(|(head, _)| head);
                heads.chain(rows.iter_mut().flatten()).chain(caption).collect()
            }
            Made::Chart(alt, slots, series) => {
                let names = series.iter_mut().map(|series| &mut series.name);
                std::iter::once(alt).chain(slots).chain(names).collect()
            }
            Made::Callout(_, title, text) => vec![title, text],
        }
    }
}

/// What widgets made, by dashboard, scope of the page and place on it.
#[derive(Clone, Debug, Default)]
pub struct Drawn(BTreeMap<(Id, Scope, usize), Vec<Block>>);

impl Drawn {
    /// The blocks in the place of a widget.
    pub(super) fn of(&self, dashboard: &Id, scope: &Scope, at: usize) -> Vec<Block> {
        self.0.get(&(dashboard.clone(), scope.clone(), at)).cloned().unwrap_or_default()
    }
}

/// Has all widgets of all dashboards drawn. One that fails says why in its place.
pub fn draw(
    plan: &Plan,
    facts: &Facts,
    judged: &[Judged],
    provenance: &Provenance,
    port: &dyn WidgetPort,
) -> Checked<Drawn> {
    let (mut drawn, mut found) = (Drawn::default(), Vec::new());
    let is_widget = |block: &BlockSpec| matches!(block, BlockSpec::Widget(_));
    if !plan.dashboards.values().any(|page| page.blocks.iter().any(is_widget)) {
        return Checked { value: drawn, found };
    }
    let context = Context::new(plan, facts, judged, provenance, Watched::default());
    let mut told = BTreeSet::new();
    for dashboard in plan.dashboards.values() {
        let scopes: Vec<Scope> = match &dashboard.for_each {
            Some(level) => {
                context.members(level).iter().map(|member| dashboard.scope.within(level, member)).collect()
            }
            None => vec![dashboard.scope.clone()],
        };
        for (at, block) in dashboard.blocks.iter().enumerate() {
            let BlockSpec::Widget(widget) = block else { continue };
            for scope in &scopes {
                let key = (dashboard.id.clone(), scope.clone(), at);
                let asked =
                    Asked { context: &context, widget, page: scope, id: format!("widget-{}", at + 1) };
                let blocks = match asked.blocks(port) {
                    Ok(blocks) => blocks,
                    Err((failure, place)) => {
                        let blocks = trouble(&failure, &widget.plugin);
                        let finding = failure.finding(place);
                        if told.insert((finding.rule.name, finding.message.clone())) {
                            found.push(finding);
                        }
                        blocks
                    }
                };
                drawn.0.insert(key, blocks);
            }
        }
    }
    Checked { value: drawn, found }
}

/// What stands in the place of a widget that failed.
fn trouble(failure: &Failure, plugin: &Id) -> Vec<Block> {
    let arg = |text: &str| Arg::Text(text.to_owned());
    let text = Text::Key("trouble-plugin", vec![("rule", arg(failure.rule.name)), ("plugin", arg(plugin))]);
    vec![Block::Notice { tone: "error", text, details: vec![failure.message.clone()] }]
}

/// A widget on one page.
struct Asked<'a> {
    context: &'a Context<'a>,
    widget: &'a WidgetBlock,
    page: &'a Scope,
    /// Prefix of ids of its charts and tables.
    id: String,
}

/// Why there is no block, and where that is written.
type Trouble = (Failure, Place);

impl Asked<'_> {
    fn blocks(&self, port: &dyn WidgetPort) -> Result<Vec<Block>, Trouble> {
        let plan = self.context.plan;
        // What a broken metric is was found, and is said above the block.
        let (Some(as_of), true) =
            (self.context.as_of(), self.widget.metrics().all(|id| plan.metrics.contains_key(id)))
        else {
            return Ok(Vec::new());
        };
        let info = port.describe(self.widget)?;
        let here = |failure| (failure, self.widget.place.clone());
        self.wired(&info).map_err(here)?;
        let mut by_lang = Vec::new();
        for lang in &plan.site.languages {
            by_lang.push((*lang, self.made(port, &info, as_of, *lang).map_err(here)?));
        }
        let (shape, words) = self.merged(by_lang).map_err(here)?;
        Ok(self.shown(shape, words))
    }

    /// Names below `inputs:` that the widget does not know.
    fn wired(&self, info: &WidgetInfo) -> Result<(), Failure> {
        let known = |name: &&Id| info.inputs.iter().any(|(own, ..)| own == *name);
        match self.widget.inputs.keys().find(|name| !known(name)) {
            None => Ok(()),
            Some(stray) => {
                let names: Vec<String> = info.inputs.iter().map(|(name, ..)| format!("`{name}`")).collect();
                let message = format!("plugin `{}` has no input `{stray}`", self.widget.named());
                Err(Failure::new(&PLUGIN_INPUT_MISSING, message, format!("it has {}", names.join(", "))))
            }
        }
    }

    fn made(
        &self,
        port: &dyn WidgetPort,
        info: &WidgetInfo,
        as_of: Date,
        lang: Lang,
    ) -> Result<Vec<Made>, Failure> {
        let site = &self.context.plan.site;
        let params = &self.widget.params;
        let context = RunContext {
            as_of,
            timezone: site.zone_name.clone(),
            locale: lang.code().into(),
            currency: site.currency.to_string().into(),
            params: params.iter().map(|param| (param.name.clone(), param.value.clone())).collect(),
        };
        let mut tables: Vec<(u32, Vec<Given>)> = Vec::new();
        for (name, fields, max_rows) in &info.inputs {
            tables.push(self.table(name, fields, *max_rows, lang)?);
        }
        let batches: Vec<Batch<'_>> = tables
            .iter()
            .zip(&info.inputs)
            .map(|((rows, columns), (_, fields, _))| {
                let named = columns.iter().zip(fields).map(|(column, field)| column.buffers(&field.name));
                Batch { rows: *rows, columns: named.collect() }
            })
            .collect();
        port.render(&self.widget.plugin, &info.id, &context, &batches)
    }

    /// One row for each scope and period: days and names where the fields ask for them, figures in the order of the metrics.
    fn table(
        &self,
        name: &Arc<str>,
        fields: &[Field],
        max_rows: u32,
        lang: Lang,
    ) -> Result<(u32, Vec<Given>), Failure> {
        let plugin = self.widget.named();
        let none = Vec::new();
        let metrics = self.widget.inputs.get(name).unwrap_or(&none);
        let asked = fields.iter().filter(|field| is_number(field.ty)).count();
        if asked != metrics.len() {
            let message = format!(
                "the input `{name}` of plugin `{plugin}` has {asked} columns of numbers, and {} metrics are named for it",
                metrics.len()
            );
            let hint = "name as many metrics, in the order of its columns";
            return Err(Failure::new(&PLUGIN_INPUT_MISSING, message, hint));
        }
        let rows = self.rows(metrics);
        if rows.len() > ROWS_MAX.min(max_rows as usize) {
            let message = format!(
                "the input `{name}` of plugin `{plugin}` has {} rows, and it takes {}",
                grouped(rows.len() as u64),
                grouped(ROWS_MAX.min(max_rows as usize) as u64)
            );
            return Err(Failure::new(&PLUGIN_INPUT_MISSING, message, "give it a smaller `last:`"));
        }
        let mut numbers = metrics.iter();
        let mut columns = Vec::new();
        for field in fields {
            let calendar = self.context.plan.site.calendar;
            let cells = match field.ty {
                ColumnType::Date32 => Cells::Days(rows.iter().map(|(_, period)| period.start).collect()),
                ColumnType::Utf8 | ColumnType::DictUtf8 if &*field.name == "period" => {
                    Cells::Words(rows.iter().map(|(_, period)| calendar.id(*period).into()).collect())
                }
                ColumnType::Utf8 | ColumnType::DictUtf8 => {
                    Cells::Words(rows.iter().map(|(scope, _)| self.named(scope, lang)).collect())
                }
                _ => {
                    let metric = numbers.next().expect("as many metrics as numbers, or it was refused above");
                    let value = |(scope, period): &(Scope, Period)| {
                        self.context.point(metric, scope, *period).and_then(|point| point.value)
                    };
                    Cells::Figures(rows.iter().map(value).collect())
                }
            };
            let column = given(cells, field).map_err(|why| {
                let message = format!("the input `{}` of plugin `{plugin}` {why}", field.name);
                Failure::new(&PLUGIN_INPUT_MISSING, message, "have the plugin take another type")
            })?;
            columns.push(column);
        }
        Ok((u32::try_from(rows.len()).expect("counted above"), columns))
    }

    /// Scopes by periods, as groups are ordered. Only periods that are over: a plugin is not told how complete a value is.
    fn rows(&self, metrics: &[Id]) -> Vec<(Scope, Period)> {
        let (context, widget) = (self.context, self.widget);
        let own = metrics.iter().filter_map(|id| context.plan.metrics.get(id)).map(|metric| metric.grain);
        let grain: Grain = own.fold(widget.grain, Grain::max);
        let calendar = context.plan.site.calendar;
        let newest =
            std::iter::successors(context.last_complete(grain), |period| Some(calendar.previous(*period)));
        let mut periods: Vec<Period> = newest.take(widget.last as usize).collect();
        periods.reverse();
        let scope = widget.scope.as_ref().unwrap_or(self.page);
        let scopes: Vec<Scope> = match &widget.by {
            Some(level) => context.members(level).iter().map(|member| scope.within(level, member)).collect(),
            None => vec![scope.clone()],
        };
        scopes.iter().flat_map(|scope| periods.iter().map(|period| (scope.clone(), *period))).collect()
    }

    /// A scope in words: its members, or the site.
    fn named(&self, scope: &Scope, lang: Lang) -> Arc<str> {
        let names: Vec<String> = scope
            .members()
            .map(|(level, member)| self.context.member_name(level, member).in_lang(lang).to_owned())
            .collect();
        match names.as_slice() {
            [] => self.context.plan.site.title.in_lang(lang).into(),
            names => names.join(" · ").into(),
        }
    }

    /// Blocks of one shape with their texts in every language.
    fn merged(&self, by_lang: Vec<(Lang, Vec<Made>)>) -> Result<(Vec<Made>, Vec<Words>), Failure> {
        let mut shape: Option<(Lang, Vec<Made>)> = None;
        let mut words: Vec<Words> = Vec::new();
        for (lang, mut made) in by_lang {
            let texts: Vec<String> = made.iter_mut().flat_map(Made::texts).map(std::mem::take).collect();
            match &shape {
                Some((first, shape)) if *shape != made => {
                    let message = format!(
                        "plugin `{}` makes other blocks in `{}` than in `{}`",
                        self.widget.plugin,
                        lang.code(),
                        first.code()
                    );
                    let hint = "only its texts may depend on `locale`";
                    return Err(Failure::new(&PLUGIN_OUTPUT_INVALID, message, hint));
                }
                Some(_) => {}
                None => {
                    words = vec![Words::default(); texts.len()];
                    shape = Some((lang, made));
                }
            }
            for (words, text) in words.iter_mut().zip(texts) {
                words.by_lang.insert(lang, text.into());
            }
        }
        Ok((shape.map(|(_, shape)| shape).unwrap_or_default(), words))
    }

    fn shown(&self, shape: Vec<Made>, words: Vec<Words>) -> Vec<Block> {
        let mut words = words.into_iter();
        let mut next = || words.next().expect("a text for each place of the shape");
        let mut blocks = Vec::new();
        for (at, made) in shape.into_iter().enumerate() {
            let id = format!("{}-{}", self.id, at + 1);
            match made {
                Made::Heading(_) => blocks.push(Block::Heading(Text::Words(next()))),
                Made::Markdown(_) => blocks.push(Block::Prose(prose(&next(), &id))),
                Made::Table(heads, rows, caption) => {
                    let columns: Vec<TableColumn> = heads
                        .iter()
                        .map(|(_, numeric)| TableColumn {
                            title: Text::Words(next()),
                            numeric: *numeric,
                            link: None,
                        })
                        .collect();
                    let rows = rows
                        .iter()
                        .map(|row| row.iter().map(|_| Cell::Text(Text::Words(next()))).collect())
                        .collect();
                    let title = caption.map(|_| Text::Words(next()));
                    blocks.push(Block::Table(TableSpec { id, title, columns, rows, total: false }));
                }
                Made::Chart(_, slots, series) => {
                    let title = Text::Words(next());
                    let axis = Axis::Members(slots.iter().map(|_| Text::Words(next())).collect());
                    blocks.push(Block::Chart(chart(id, title, axis, series, &mut next)));
                }
                Made::Callout(tone, ..) => {
                    let title = Text::Words(next());
                    blocks.push(Block::Callout { tone, title, body: prose(&next(), &id) });
                }
            }
        }
        blocks
    }
}

fn chart(
    id: String,
    title: Text,
    axis: Axis,
    series: Vec<MadeSeries>,
    next: &mut impl FnMut() -> Words,
) -> ChartSpec {
    let bars = series.iter().filter(|series| series.bars).count();
    let kind = match bars {
        0 => "line",
        all if all == series.len() => "bar",
        _ => "combo",
    };
    let series = series.into_iter().zip(0_u8..).map(|(series, number)| ChartSeries {
        name: Text::Words(next()),
        about: None,
        role: SeriesRole::Actual(number),
        unit: Unit::Count,
        bars: series.bars,
        states: series
            .values
            .iter()
            .map(|value| if value.is_some() { State::Complete } else { State::NoData })
            .collect(),
        values: series.values,
    });
    ChartSpec { id, kind, title, axis, series: series.collect(), marks: Vec::new(), bands: Vec::new() }
}

/// Markdown of a plugin: no shortcode of it is resolved, and marks of resolved ones are taken out.
fn prose(words: &Words, id: &str) -> Prose {
    let plain = |text: &Arc<str>| text.replace(['\u{e000}', '\u{e001}'], "");
    let markdown: BTreeMap<Lang, String> =
        words.by_lang.iter().map(|(lang, text)| (*lang, plain(text))).collect();
    Prose { markdown, anchors: format!("{id}-"), ..Prose::default() }
}

fn is_number(ty: ColumnType) -> bool {
    !matches!(ty, ColumnType::Date32 | ColumnType::Utf8 | ColumnType::DictUtf8)
}
