//! `report.json`: what a page says, for machines. Blocks stand in page order; texts of the interface are their keys.

mod deck;
mod goal;

use super::{
    Arg, Axis, Block, Card, CardTarget, Cell, ChartSpec, Page, Part, Report, Rung, ScoreHead, Signature,
    TableSpec, Text,
};
use crate::assess::Change;
use crate::measure::Point;
use crate::plan::{Scope, Words};
use crate::time::Calendar;
use crate::unit::{Decimal, Quantity, Unit};
use serde_json::{Map, Value, json};

/// A page as JSON. Keys are sorted; floats are the shortest that read back equal.
pub fn page(report: &Report, page: &Page) -> Value {
    let desk = Desk { calendar: report.calendar };
    json!({
        "format": "kpress-report/1",
        "path": page.path,
        "kind": page.kind,
        "title": desk.text(&page.title),
        "as_of": report.as_of.map(|day| day.to_string()),
        "blocks": page.blocks.iter().map(|block| desk.block(block)).collect::<Vec<_>>(),
    })
}

fn words_of(words: &Words) -> Value {
    if let Some(any) = &words.any {
        return Value::from(&**any);
    }
    words
        .by_lang
        .iter()
        .map(|(lang, text)| (lang.code().to_owned(), Value::from(&**text)))
        .collect::<Map<_, _>>()
        .into()
}

/// Members by level; the company has none.
fn scope(scope: &Scope) -> Value {
    scope
        .members()
        .map(|(level, member)| (level.to_string(), Value::from(&**member)))
        .collect::<Map<_, _>>()
        .into()
}

/// A float as JSON; `null` for what is no number.
fn float(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

fn quantity(value: Quantity) -> Value {
    float(value.as_f64())
}

/// A target: a number, or both ends of a range.
fn ends((low, high): (Quantity, Option<Quantity>)) -> Value {
    high.map_or_else(|| quantity(low), |high| json!([quantity(low), quantity(high)]))
}

/// A number, or `null`.
fn maybe(value: Option<Quantity>) -> Value {
    value.map_or(Value::Null, quantity)
}

struct Desk {
    calendar: Calendar,
}

impl Desk {
    /// The words in each language; a string of the interface as its key with what it speaks of.
    fn text(&self, text: &Text) -> Value {
        match text {
            Text::Words(words) => words_of(words),
            Text::Key(key, args) if args.is_empty() => json!({ "key": key }),
            Text::Key(key, args) => {
                let args: Map<_, _> =
                    args.iter().map(|(name, arg)| ((*name).to_owned(), self.arg(arg))).collect();
                json!({ "key": key, "args": args })
            }
        }
    }

    fn arg(&self, arg: &Arg) -> Value {
        match arg {
            Arg::Words(words) => words_of(words),
            Arg::Text(text) => text.as_str().into(),
            Arg::Count(count) => (*count).into(),
            Arg::Said(text) => self.text(text),
            Arg::Date(day) => day.to_string().into(),
            Arg::Period(period) => self.calendar.id(*period).into(),
            Arg::Figure(value, unit) | Arg::Exact(value, unit) => {
                json!({ "value": quantity(*value), "unit": unit.to_string() })
            }
            Arg::Number(value, _) => quantity(*value),
        }
    }

    fn block(&self, block: &Block) -> Value {
        match block {
            Block::Heading(title) => json!({ "block": "heading", "title": self.text(title) }),
            Block::Cards(cards) => {
                json!({ "block": "cards", "cards": cards.iter().map(|card| self.card(card)).collect::<Vec<_>>() })
            }
            Block::Chart(chart) => self.chart(chart),
            Block::Table(table) | Block::Fold(table) => self.table(table),
            Block::Rows(rows) => {
                let mut table = self.table(&rows.table);
                table["more"] = rows.more.into();
                table
            }
            Block::Prose(prose) => {
                let parts = prose.parts.iter().filter_map(|part| match part {
                    Part::Figure(cell) => Some(self.cell(cell)),
                    Part::Chart(chart) => Some(self.chart(chart)),
                    Part::Literal(_) => None,
                });
                json!({ "block": "text", "parts": parts.collect::<Vec<_>>() })
            }
            Block::Facts(rows) => {
                let row = |(label, cells): &(Text, Vec<Cell>)| json!({ "label": self.text(label), "values": cells.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>() });
                json!({ "block": "facts", "rows": rows.iter().map(row).collect::<Vec<_>>() })
            }
            Block::Notice { tone, text: said, details } => {
                json!({ "block": "notice", "tone": tone, "text": self.text(said), "details": details })
            }
            Block::Callout { tone, title, body } => {
                json!({ "block": "callout", "tone": tone, "title": self.text(title), "text": self.block(&Block::Prose(body.clone())) })
            }
            Block::Score(head) => self.score(head),
            Block::Signatures(all) => {
                let line = |one: &Signature| json!({ "role": self.text(&one.role), "name": words_of(&one.name), "date": one.date.map(|day| day.to_string()) });
                json!({ "block": "signatures", "lines": all.iter().map(line).collect::<Vec<_>>() })
            }
            Block::Links(links) => {
                let link = |(path, title, about): &(String, Text, Option<Text>)| json!({ "path": path, "title": self.text(title), "about": about.as_ref().map(|about| self.text(about)) });
                json!({ "block": "links", "links": links.iter().map(link).collect::<Vec<_>>() })
            }
            Block::Story(story) => json!({
                "block": "causes",
                "against": self.text(&story.against),
                "verdict": story.verdict,
                "from": story.sides.0.as_f64(),
                "to": story.sides.1.as_f64(),
                "text": self.text(&story.text),
                "more": story.more.iter().map(|text| self.text(text)).collect::<Vec<_>>(),
            }),
            Block::Lead(lead) => self.lead(lead),
            Block::Tree(tree) => self.tree(tree),
            Block::Plan(plan) => self.plan(plan),
            Block::Smart(letters) => self.smart(letters),
            Block::Review(part) => self.review(part),
        }
    }

    /// One value with everything that belongs to it.
    fn point(&self, point: &Point, unit: &Unit) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("grain".into(), point.period.grain.map_or(Value::Null, |grain| grain.name().into()));
        object.insert("period".into(), self.calendar.id(point.period).into());
        object.insert("from".into(), point.period.start.to_string().into());
        object.insert("to".into(), point.period.end.to_string().into());
        object.insert("value".into(), point.value.map_or(Value::Null, quantity));
        if let Some(Quantity::Ratio(ratio)) = point.value {
            object.insert("numerator".into(), ratio.numerator().normalize().to_string().into());
            object.insert("denominator".into(), ratio.denominator().normalize().to_string().into());
        }
        object.insert("unit".into(), unit.to_string().into());
        object.insert("state".into(), point.state.name().into());
        object.insert("days".into(), json!([point.days.observed, point.days.expected]));
        object
    }

    fn card(&self, card: &Card) -> Value {
        let mut object = card.point.as_ref().map(|point| self.point(point, &card.unit)).unwrap_or_default();
        object.insert("metric".into(), (*card.metric).into());
        object.insert("scope".into(), scope(&card.of));
        object.insert("previous".into(), card.previous.map_or(Value::Null, quantity));
        object.insert("previous_year".into(), card.previous_year.map_or(Value::Null, quantity));
        object.insert(
            "changes".into(),
            card.changes
                .iter()
                .map(|(label, by)| json!({ "against": self.text(label), "change": change(by) }))
                .collect::<Vec<_>>()
                .into(),
        );
        self.target(card.target.as_ref(), &mut object);
        if let Some(settled) = &card.settled {
            let mut earlier = self.point(&settled.point, &card.unit);
            self.target(settled.target.as_ref(), &mut earlier);
            object.insert("settled".into(), earlier.into());
        }
        if let Some(running) = &card.running {
            let now = json!({
                "path": running.link,
                "period": self.calendar.id(running.period),
                "target": ends(running.value),
                "value": quantity(running.actual),
                "pace_index": maybe(running.index),
                "required_per_day": maybe(running.needed),
                "allowed_rest": maybe(running.allowed),
                "standing": running.standing.name(),
            });
            object.insert("running".into(), now);
        }
        if let Some(control) = &card.control {
            let now = json!({
                "period": self.calendar.id(control.period),
                "variation": control.variation.name(),
                "assurance": control.assurance.name(),
            });
            object.insert("control".into(), now);
        }
        if let Some(trouble) = &card.trouble {
            object.insert("trouble".into(), self.text(trouble));
        }
        object.insert(
            "trend".into(),
            card.trend.iter().map(|point| point.value.map_or(Value::Null, quantity)).collect(),
        );
        object.into()
    }

    /// What a figure is held against, beside it.
    fn target(&self, target: Option<&CardTarget>, object: &mut Map<String, Value>) {
        let Some(target) = target else { return };
        object.insert("target".into(), ends(target.value));
        object.insert("target_period".into(), self.calendar.id(target.period).into());
        object.insert("standing".into(), target.standing.name().into());
        object.insert("attainment".into(), target.attainment.map_or(Value::Null, quantity));
    }

    fn chart(&self, chart: &ChartSpec) -> Value {
        let slots: Vec<Value> = match &chart.axis {
            Axis::Time(_, periods) => periods.iter().map(|period| self.calendar.id(*period).into()).collect(),
            Axis::Members(names) => names.iter().map(|name| self.text(name)).collect(),
            Axis::Tree(branches) => branches
                .iter()
                .map(|branch| json!({ "name": self.text(&branch.name), "parent": branch.parent, "standing": branch.standing.name() }))
                .collect(),
        };
        let series = chart.series.iter().map(|series| {
            json!({
                "name": self.text(&series.name),
                "metric": series.about.as_ref().map(|about| &*about.0),
                "scope": series.about.as_ref().map(|about| scope(&about.1)),
                "role": series.role.name(),
                "unit": series.unit.to_string(),
                "values": series.values.iter().map(|value| value.map_or(Value::Null, quantity)).collect::<Vec<_>>(),
                "states": series.states.iter().map(|state| state.name()).collect::<Vec<_>>(),
            })
        });
        let marks = chart.marks.iter().map(|mark| json!({ "slots": [mark.slots.0, mark.slots.1], "kind": mark.kind, "text": words_of(&mark.text) }));
        json!({
            "block": chart.kind,
            "id": chart.id,
            "title": self.text(&chart.title),
            "slots": slots,
            "series": series.collect::<Vec<_>>(),
            "marks": marks.collect::<Vec<_>>(),
            "bands": chart.bands.iter().map(|band| quantity(*band)).collect::<Vec<_>>(),
        })
    }

    /// A score with what it is worth; 100 is full.
    fn score(&self, head: &ScoreHead) -> Value {
        let decimal = |value: Decimal| quantity(Quantity::Exact(value));
        let rung = |rung: &Rung| json!({ "min": decimal(rung.min), "k": decimal(rung.k), "name": words_of(&rung.name), "here": rung.at.is_some() });
        json!({
            "block": "score",
            "title": head.title.as_ref().map(|title| self.text(title)),
            "path": head.link,
            "period": self.calendar.id(head.period),
            "score": head.score.map_or(Value::Null, decimal),
            "state": head.verdict,
            "since": head.change.map(|(since, _)| self.calendar.id(since)),
            "change": head.change.map_or(Value::Null, |(_, by)| decimal(by)),
            "coverage": quantity(head.coverage),
            "coefficient": head.coefficient.map_or(Value::Null, |(k, _)| decimal(k)),
            "coefficient_of_band": head.coefficient.and_then(|(_, of_band)| of_band).map_or(Value::Null, decimal),
            "pay": head.pay.map(|(net, currency)| json!({ "value": decimal(net), "unit": currency.to_string() })),
            "bands": head.ladder.iter().map(rung).collect::<Vec<_>>(),
        })
    }

    fn table(&self, table: &TableSpec) -> Value {
        json!({
            "block": "table",
            "id": table.id,
            "title": table.title.as_ref().map(|title| self.text(title)),
            "columns": table.columns.iter().map(|column| self.text(&column.title)).collect::<Vec<_>>(),
            "rows": table.rows.iter().map(|row| row.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>()).collect::<Vec<_>>(),
            "total": table.total,
        })
    }

    fn cell(&self, cell: &Cell) -> Value {
        match cell {
            Cell::Empty => Value::Null,
            Cell::Text(said) => self.text(said),
            Cell::Link(path, said) => json!({ "path": path, "text": self.text(said) }),
            Cell::Links(all) => {
                all.iter().map(|(path, said)| json!({ "path": path, "text": self.text(said) })).collect()
            }
            Cell::Code(code) => code.as_str().into(),
            Cell::Named(said, code) => json!({ "text": self.text(said), "code": code }),
            Cell::Figure { about, point, unit, change: by, .. } => {
                let mut object = self.point(point, unit);
                object.insert("metric".into(), (*about.0).into());
                object.insert("scope".into(), scope(&about.1));
                if let Some((by, _)) = by {
                    object.insert("change".into(), change(by));
                }
                object.into()
            }
            Cell::Number(value, unit) | Cell::Brief(value, unit) => {
                json!({ "value": quantity(*value), "unit": unit.to_string() })
            }
            Cell::Gap(value, unit) => json!({ "gap": quantity(*value), "unit": unit.to_string() }),
            Cell::Range(low, high, unit) => {
                json!({ "value": [quantity(*low), quantity(*high)], "unit": unit.to_string() })
            }
            Cell::Plain(value, _) => quantity(*value),
            Cell::Revised { now, was, unit } => {
                json!({ "value": ends(*now), "original": ends(*was), "unit": unit.to_string() })
            }
            Cell::Product(factors) => {
                let factor = |(value, unit): &(Quantity, Unit)| json!({ "value": quantity(*value), "unit": unit.to_string() });
                json!({ "product": factors.iter().map(factor).collect::<Vec<_>>() })
            }
            Cell::Standing(standing) => standing.name().into(),
            Cell::Date(day) => day.to_string().into(),
            Cell::Days(strip) => {
                let sign = |day: &Option<bool>| match day {
                    Some(true) => '1',
                    Some(false) => '0',
                    None => '-',
                };
                json!({
                    "period": self.calendar.id(strip.month),
                    "days": strip.days.iter().map(sign).collect::<String>(),
                })
            }
            Cell::Period(period) => self.calendar.id(*period).into(),
        }
    }
}

/// A change; `null` where a side is missing, the absolute difference beside `n/m`.
fn change(change: &Change) -> Value {
    match change {
        Change::NotAvailable => Value::Null,
        Change::NotMeaningful { difference } => json!({ "kind": "n/m", "difference": quantity(*difference) }),
        Change::By { amount, kind, state } => {
            let kind = kind.name();
            json!({ "kind": kind, "amount": quantity(*amount), "state": state.name() })
        }
    }
}
