//! `kpress values --deck`: the figures of a review deck, block by block as on its page.

use super::Trouble;
use super::values::{Arguments, Form, number};
use crate::assess::deck::{BOX, BoxCell, Desk, Figures, Role};
use crate::assess::{Change, Targets};
use crate::build::Survey;
use crate::diag::did_you_mean;
use crate::measure::Point;
use crate::plan::{BlockSpec, Dashboard, Drawn, ReviewBlock, ReviewKind, RowSpec, Scope, Words};
use crate::snapshot::export::csv_cell;
use crate::unit::Lang;
use serde_json::Value;
use std::collections::BTreeMap;

/// The figures as JSON, or as a long table.
///
/// # Errors
/// There is no such deck, or no page of it for the scope.
pub(super) fn figures(arguments: &Arguments, name: &str, survey: &Survey) -> Result<String, Trouble> {
    written(arguments.scope.as_ref(), arguments.format, name, survey)
}

/// The figures as a long table.
///
/// # Errors
/// There is no such deck.
pub(super) fn table(name: &str, survey: &Survey) -> Result<String, Trouble> {
    let name = name.trim_matches('/');
    let own = name.strip_prefix("dashboards/").unwrap_or(name);
    written(None, Form::Csv, own, survey)
}

fn written(asked: Option<&Scope>, form: Form, name: &str, survey: &Survey) -> Result<String, Trouble> {
    let decks = &survey.plan.dashboards;
    let Some(deck) = decks.get(name) else {
        let trouble = Trouble::usage(format!("there is no deck `{name}`"));
        return Err(match did_you_mean(name, decks.keys().map(|id| &**id)) {
            Some(hint) => trouble.hint(hint),
            None => trouble,
        });
    };
    let Some(as_of) = survey.snapshot.as_of else {
        return Err(Trouble { code: 11, text: "there is no data yet".to_owned(), hint: None });
    };
    let targets = Targets::new(&survey.plan, &survey.judged);
    let desk = Desk::new(&survey.plan, &survey.facts, &targets, &deck.review, as_of);
    let scopes = scopes(asked, deck, survey)?;
    let lang = survey.plan.site.languages.first().copied().unwrap_or(Lang::En);
    let pages: Vec<Told<'_>> =
        scopes.iter().map(|scope| Told { survey, deck, desk: &desk, scope, lang }).collect();
    Ok(match form {
        Form::Csv => {
            let head = "scope,block,kind,series,cell,from,to,value,state,days_observed,days_expected\n";
            std::iter::once(head.to_owned()).chain(pages.iter().map(Told::csv)).collect()
        }
        Form::Jsonl => pages.iter().map(|page| page.json() + "\n").collect(),
        Form::Json if deck.for_each.is_none() || pages.len() == 1 => {
            pages.iter().map(|page| page.json() + "\n").collect()
        }
        Form::Json => format!("[{}]\n", pages.iter().map(Told::json).collect::<Vec<_>>().join(",\n")),
        Form::Parquet => {
            return Err(Trouble::usage("a deck is written as `json`, `jsonl` or `csv`"));
        }
    })
}

/// One scope, or one for every member of the level the deck is made for.
fn scopes(asked: Option<&Scope>, deck: &Dashboard, survey: &Survey) -> Result<Vec<Scope>, Trouble> {
    let Some(level) = &deck.for_each else {
        return match asked {
            Some(scope) if *scope != deck.scope => Err(Trouble::usage(format!(
                "`{}` is a deck for {}, not for {scope}; `for_each` in its file makes one for every member",
                deck.id, deck.scope
            ))),
            _ => Ok(vec![deck.scope.clone()]),
        };
    };
    let members: Vec<_> = match &**level {
        "store" if !survey.plan.stores.is_empty() => survey.plan.stores.keys().cloned().collect(),
        _ => survey.facts.members.get(level).cloned().unwrap_or_default(),
    };
    let all: Vec<Scope> = members.iter().map(|member| deck.scope.within(level, member)).collect();
    match asked {
        None => Ok(all),
        Some(scope) if all.contains(scope) => Ok(vec![scope.clone()]),
        Some(scope) => Err(Trouble::usage(format!("`{}` has no page for {scope}", deck.id))),
    }
}

/// A page of a deck, being told.
struct Told<'a> {
    survey: &'a Survey,
    deck: &'a Dashboard,
    desk: &'a Desk<'a>,
    scope: &'a Scope,
    lang: Lang,
}

/// Members of an object in their order: it is part of the format, and a map would sort it.
fn object(members: Vec<(&str, String)>) -> String {
    let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn list<T>(items: &[T], each: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(each).collect::<Vec<_>>().join(","))
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn value(point: &Point) -> String {
    number(point.value).to_string()
}

fn state(point: &Point) -> String {
    text(point.state.name())
}

fn days(point: &Point) -> String {
    format!("[{},{}]", point.days.observed, point.days.expected)
}

fn cell(cell: &BoxCell) -> Value {
    match cell {
        BoxCell::Level(point) => number(point.value),
        BoxCell::Change { change: Change::By { amount, .. }, .. } => number(Some(*amount)),
        BoxCell::Change { .. } | BoxCell::Nothing => Value::Null,
    }
}

impl Told<'_> {
    fn blocks(&self) -> impl Iterator<Item = (u32, &ReviewBlock)> {
        let reviews = self.deck.blocks.iter().filter_map(|block| match block {
            BlockSpec::Review(block) => Some(&**block),
            _ => None,
        });
        let counted = |block: &&ReviewBlock| !matches!(block.kind, ReviewKind::Section);
        let mut next = self.deck.review.number_from;
        reviews.map(move |block| {
            let own = next;
            next += u32::from(counted(&block));
            (own, block)
        })
    }

    fn own<'b>(&'b self, block: &'b ReviewBlock) -> &'b Scope {
        block.scope.as_ref().unwrap_or(self.scope)
    }

    fn json(&self) -> String {
        let mut members = vec![
            ("deck", text(&self.deck.id)),
            ("as_of", text(&self.desk.last.to_string())),
            ("fiscal_year_starts", self.survey.plan.site.calendar.fiscal_starts.to_string()),
        ];
        if !self.scope.is_company() {
            let scope: BTreeMap<String, String> =
                self.scope.members().map(|(level, member)| (level.to_string(), member.to_string())).collect();
            members.push(("scope", serde_json::json!(scope).to_string()));
        }
        let blocks: Vec<String> = self.blocks().map(|(number, block)| self.block(number, block)).collect();
        members.push(("blocks", format!("[{}]", blocks.join(","))));
        object(members)
    }

    fn title(&self, block: &ReviewBlock) -> String {
        if !block.title.is_empty() {
            return text(block.title.in_lang(self.lang));
        }
        let named =
            block.drawn().into_iter().find_map(|drawn| self.desk.figures(block, drawn, self.own(block)));
        text(&named.map(|figures| self.name(&Words::default(), &figures)).unwrap_or_default())
    }

    /// The name in the legend, else that of the metric.
    fn name(&self, label: &Words, figures: &Figures) -> String {
        let metric = self.survey.plan.metrics.get(&figures.metric).map(|metric| &metric.name);
        let name = if label.is_empty() { metric } else { Some(label) };
        name.map(|name| name.in_lang(self.lang).to_owned()).unwrap_or_default()
    }

    fn block(&self, number: u32, block: &ReviewBlock) -> String {
        let number = ("number", number.to_string());
        match &block.kind {
            ReviewKind::SixTwelve { series, .. } => object(vec![
                ("kind", text("six-twelve")),
                number,
                ("title", self.title(block)),
                ("series", self.series(block, series)),
            ]),
            ReviewKind::Metrics(series) => object(vec![
                ("kind", text("metric-table")),
                number,
                ("title", self.title(block)),
                ("series", self.series(block, series)),
            ]),
            ReviewKind::Weeks(rows) => object(vec![
                ("kind", text("six-weeks-table")),
                number,
                ("title", self.title(block)),
                ("rows", list(rows, |row| self.row(block, row, true))),
            ]),
            ReviewKind::Months(rows) => object(vec![
                ("kind", text("twelve-months-table")),
                number,
                ("title", self.title(block)),
                ("rows", list(rows, |row| self.row(block, row, false))),
            ]),
            ReviewKind::Section => object(vec![("kind", text("heading")), ("title", self.title(block))]),
            ReviewKind::Embed { source, .. } => object(vec![
                ("kind", text("embed")),
                number,
                ("title", self.title(block)),
                ("source", text(source)),
            ]),
        }
    }

    fn series(&self, block: &ReviewBlock, series: &[Drawn]) -> String {
        let scope = self.own(block);
        let figures = self.desk.chart(block, series, scope);
        // What cannot be measured is left out of the figures; labels belong to what is left.
        let shown: Vec<&Drawn> =
            series.iter().filter(|drawn| self.desk.figures(block, drawn, scope).is_some()).collect();
        let pairs: Vec<(&Drawn, &Figures)> = shown.into_iter().zip(&figures).collect();
        list(&pairs, |(drawn, figures)| self.one(drawn, figures))
    }

    fn one(&self, drawn: &Drawn, one: &Figures) -> String {
        let calendar = &self.survey.plan.site.calendar;
        let labels =
            |points: &[Point]| list(points, |point| text(&calendar.short_label(point.period, Lang::En)));
        let ends = |points: &[Point]| list(points, |point| text(&point.period.end.to_string()));
        let all = |points: &[Point]| if points.is_empty() { "null".to_owned() } else { list(points, value) };
        let prior = drawn.prior.unwrap_or(true);
        let (weeks_prior, months_prior) = if prior {
            (all(&one.weeks_prior), all(&one.months_prior))
        } else {
            ("null".into(), "null".into())
        };
        let role = match one.role {
            Role::Target => "target",
            Role::Actual | Role::Growth(_) | Role::Variance => "actual",
        };
        let mut members = vec![
            ("metric", text(&one.name)),
            ("name", text(&self.name(&drawn.label, one))),
            ("role", text(role)),
            ("unit", text(&one.unit.to_string())),
            ("comparison", text(one.kind.name())),
            ("labels", object(vec![("weeks", labels(&one.weeks)), ("months", labels(&one.months))])),
            ("ends", object(vec![("weeks", ends(&one.weeks)), ("months", ends(&one.months))])),
            ("weeks", all(&one.weeks)),
            ("weeks_previous_year", weeks_prior),
            ("months", all(&one.months)),
            ("months_previous_year", months_prior),
            ("states", each(one, &state)),
            ("days", each(one, &days)),
        ];
        if one.role != Role::Target {
            let line = one.line.as_deref();
            members.push(("box", boxed(line, |one| cell(one).to_string())));
            members.push(("box_states", boxed(line, |one| text(one.state()))));
            members.push(("box_days", boxed(line, box_days)));
            members.push(("box_differences", differences(line)));
        }
        if let Some(reached) = &one.reached {
            members.push(("attainment", boxed(Some(reached), |one| cell(one).to_string())));
        }
        object(members)
    }

    fn row(&self, block: &ReviewBlock, row: &RowSpec, weeks: bool) -> String {
        let figures = row.drawn.as_ref().and_then(|drawn| self.desk.figures(block, drawn, self.own(block)));
        let header = match (&figures, row.header.is_empty()) {
            (Some(figures), true) => self.name(&Words::default(), figures),
            _ => row.header.in_lang(self.lang).to_owned(),
        };
        let mut members = vec![("header", text(&header))];
        let Some(one) = figures else {
            members.push(("metric", "null".to_owned()));
            return object(members);
        };
        members.push(("metric", text(&one.name)));
        members.push(("unit", text(&one.unit.to_string())));
        members.push(("comparison", text(one.kind.name())));
        let points = if weeks { &one.weeks } else { &one.months };
        members.push((if weeks { "weeks" } else { "months" }, list(points, value)));
        let mut states = vec![(if weeks { "weeks" } else { "months" }, list(points, state))];
        if let ([_, quarter, year], true) = (one.to_date.as_slice(), weeks) {
            members.push(("qtd", value(quarter)));
            members.push(("ytd", value(year)));
            states.extend([("qtd", state(quarter)), ("ytd", state(year))]);
        }
        let calendar = &self.survey.plan.site.calendar;
        members.push(("labels", list(points, |point| text(&calendar.short_label(point.period, Lang::En)))));
        members.push(("states", object(states)));
        object(members)
    }

    fn csv(&self) -> String {
        let mut lines = String::new();
        for (number, block) in self.blocks() {
            let kind = match &block.kind {
                ReviewKind::SixTwelve { .. } => "six-twelve",
                ReviewKind::Weeks(_) => "six-weeks-table",
                ReviewKind::Months(_) => "twelve-months-table",
                _ => "metric-table",
            };
            for drawn in block.drawn() {
                let Some(one) = self.desk.figures(block, drawn, self.own(block)) else { continue };
                let weeks =
                    one.weeks.iter().enumerate().map(|(at, point)| (format!("week_{}", at + 1), point));
                let months =
                    one.months.iter().enumerate().map(|(at, point)| (format!("month_{}", at + 1), point));
                let to_date = ["mtd", "qtd", "ytd"].iter().map(ToString::to_string).zip(&one.to_date);
                for (name, point) in weeks.chain(months).chain(to_date) {
                    let cells = [
                        csv_cell(&self.own(block).to_string()),
                        number.to_string(),
                        kind.to_owned(),
                        csv_cell(&one.name),
                        name,
                        point.period.start.to_string(),
                        point.period.end.to_string(),
                        point.value.and_then(super::values::digits).unwrap_or_default(),
                        point.state.name().to_owned(),
                        point.days.observed.to_string(),
                        point.days.expected.to_string(),
                    ];
                    lines.push_str(&(cells.join(",") + "\n"));
                }
            }
        }
        lines
    }
}

/// Something of every drawn point.
fn each(one: &Figures, say: &dyn Fn(&Point) -> String) -> String {
    let all = |points: &[Point]| if points.is_empty() { "null".to_owned() } else { list(points, say) };
    object(vec![
        ("weeks", all(&one.weeks)),
        ("weeks_previous_year", all(&one.weeks_prior)),
        ("months", all(&one.months)),
        ("months_previous_year", all(&one.months_prior)),
    ])
}

/// The nine figures by name; all empty where a series has none.
fn boxed(line: Option<&[BoxCell]>, say: impl Fn(&BoxCell) -> String) -> String {
    let cells = BOX.iter().enumerate().map(|(at, name)| {
        let cell = line.and_then(|line| line.get(at)).unwrap_or(&BoxCell::Nothing);
        (*name, say(cell))
    });
    object(cells.collect())
}

fn box_days(cell: &BoxCell) -> String {
    match cell {
        BoxCell::Level(point) => days(point),
        BoxCell::Change { now, base, .. } => format!("[{},{}]", days(now), days(base)),
        BoxCell::Nothing => "null".to_owned(),
    }
}

/// The absolute changes where a percentage says nothing.
fn differences(line: Option<&[BoxCell]>) -> String {
    let found = line.unwrap_or_default().iter().zip(BOX).filter_map(|(cell, name)| match cell {
        BoxCell::Change { change: Change::NotMeaningful { difference }, .. } => {
            Some((name, number(Some(*difference)).to_string()))
        }
        _ => None,
    });
    object(found.collect())
}
