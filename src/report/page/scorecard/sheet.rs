//! The page of one person and period: score, ladder, items, gates, money line by line, movement, rules and signatures.
//! On paper it is one sheet.

use super::super::page;
use super::scale::scale;
use super::{card_of, head, head_of, plain, points, verdict};
use crate::assess::Scored;
use crate::assess::score::{Basis, Earned, Moved, Pay, ScoredItem};
use crate::measure::State;
use crate::plan::scorecard::{Beyond, Cut, Deduction, Incentive, Item, Reward, RuleSet, Scorecard, Veto};
use crate::plan::{Metric, Scope, TargetValue, Words};
use crate::report::context::{Context, about, metric_path, person_path, scorecard_path, target_path};
use crate::report::score::{Signature, adding_up, round};
use crate::report::{Arg, Axis, Block, Cell, ChartSeries, ChartSpec, Page, SeriesRole, TableSpec, Text};
use crate::unit::{Decimal, Quantity, Unit};

/// Everything one page is made of.
struct Sheet<'a> {
    context: &'a Context<'a>,
    one: &'a Scored,
    card: &'a Scorecard,
    rules: &'a RuleSet,
}

/// The page; `None` if its card is not in the plan.
pub(super) fn page_of(context: &Context<'_>, one: &Scored) -> Option<Page> {
    let card = card_of(context, one)?;
    let sheet = Sheet { context, one, card, rules: card.versions.get(one.version)? };
    let name = context.person_name(&one.person);
    let person = person_path(&one.person);
    let above = [
        ("", Text::key("nav-home")),
        ("scorecards", Text::key("nav-scorecards")),
        (person.as_str(), Text::Words(name.clone())),
    ];
    let args = vec![("person", Arg::Words(name)), ("period", Arg::Period(one.period))];
    let title = Text::Key("score-title", args);
    let mut made = page(scorecard_path(context, one), "scorecard", title, &above);
    made.blocks.push(Block::Score(Box::new(head_of(context, one))));
    made.blocks.push(Block::Table(sheet.items()));
    let name = |item: &Item, scored: &ScoredItem| sheet.name(Some(item), &item.id, &scored.scope);
    made.blocks.extend(scale(context, sheet.rules, one, name).map(Block::Fold));
    made.blocks.extend(sheet.gates().map(Block::Table));
    made.blocks.extend(sheet.money().map(Block::Table));
    made.blocks.extend(sheet.waterfall().map(Block::Chart));
    made.blocks.extend(sheet.movement().map(Block::Table));
    made.blocks.push(Block::Facts(sheet.about()));
    made.blocks.push(Block::Signatures(sheet.signatures()));
    Some(made)
}

impl<'a> Sheet<'a> {
    fn metric(&self, id: &str) -> Option<&'a Metric> {
        self.context.plan.metrics.get(id)
    }

    /// Name of a metric.
    fn words(&self, metric: &str) -> Words {
        let name = self.metric(metric).map(|metric| &metric.name).filter(|name| !name.is_empty());
        name.cloned().unwrap_or_else(|| Words::same(metric))
    }

    /// Name of an item, with the scope where it is not the person's own.
    fn name(&self, item: Option<&Item>, id: &str, scope: &Scope) -> Text {
        let written = item.map(|item| &item.title).filter(|title| !title.is_empty());
        let metric = item.and_then(|item| item.metric.as_deref()).unwrap_or(id);
        let name = match written {
            Some(title) => Text::Words(title.clone()),
            None => self.context.metric_name(metric),
        };
        if scope.is_company() || scope.member("person") == Some(&self.one.person) {
            return name;
        }
        match (name, self.context.scope_name(scope)) {
            (Text::Words(name), Text::Words(of)) => {
                Text::Key("score-item-scope", vec![("item", Arg::Words(name)), ("scope", Arg::Words(of))])
            }
            (name, _) => name,
        }
    }

    /// What an item leads to; its reason stands below the table.
    fn leads_to(item: &Item) -> Cell {
        match &item.incentive {
            Some(Incentive::Named(words)) => match words.any.as_deref() {
                Some("bonus") => Cell::Text(Text::key("score-bonus")),
                Some("commission") => Cell::Text(Text::key("score-commission")),
                _ => Cell::Text(Text::Words(words.clone())),
            },
            Some(Incentive::Nothing(_)) | None => Cell::Empty,
        }
    }

    /// Every item with its figure, target, points and weight; what is weighted adds up to the score as shown.
    fn items(&self) -> TableSpec {
        let shown = head_of(self.context, self.one).score;
        let parts: Vec<Decimal> =
            self.one.items.iter().map(|item| item.part.unwrap_or_default() * Decimal::ONE_HUNDRED).collect();
        let parts = adding_up(&parts, shown.unwrap_or_default());
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut inside = None;
        for ((item, scored), part) in self.rules.items.iter().zip(&self.one.items).zip(parts) {
            if item.group.is_some() && item.group != inside {
                rows.extend(self.heading(item, scored));
            }
            inside = item.group;
            rows.push(self.item(item, scored, part));
        }
        let mut total = vec![Cell::Empty; 9];
        total[0] = Cell::Text(Text::key("score-score"));
        total[7] = shown.map_or(Cell::Empty, points);
        rows.push(total);
        TableSpec {
            id: "items".to_owned(),
            title: Some(Text::key("score-items")),
            columns: vec![
                head("score-item", false),
                head("table-actual", true),
                head("card-target", true),
                head("target-red", true),
                head("table-standing", false),
                head("score-points", true),
                head("score-weight", true),
                head("score-part", true),
                head("score-leads-to", false),
            ],
            rows,
            total: true,
        }
    }

    /// The heading of a group with its share of the card.
    fn heading(&self, item: &Item, scored: &ScoredItem) -> Option<Vec<Cell>> {
        let group = self.rules.groups.get(item.group?)?;
        let mut row = vec![Cell::Empty; 9];
        row[0] = Cell::Text(Text::Words(group.title.clone()));
        row[6] = Cell::Product(shares(scored.path.get(..1)?));
        Some(row)
    }

    fn item(&self, item: &Item, scored: &ScoredItem, part: Decimal) -> Vec<Cell> {
        let metric = item.metric.as_ref().and_then(|metric| self.metric(metric));
        let name = self.name(Some(item), &item.id, &scored.scope);
        let (mut target, mut red) = (Cell::Empty, Cell::Empty);
        if let (Some(metric), Some(held)) = (metric, &scored.held) {
            target = amount(held.value, &metric.unit);
            red = held.red.map_or(Cell::Empty, |red| amount(red, &metric.unit));
        }
        vec![
            metric.map_or_else(
                || Cell::Text(name.clone()),
                |metric| Cell::Link(metric_path(&metric.id), name.clone()),
            ),
            metric.map_or(Cell::Empty, |metric| self.figure(metric, &scored.scope, scored.actual)),
            target,
            red,
            self.basis(scored),
            scored.score.map_or(Cell::Empty, |score| points(round(score * Decimal::ONE_HUNDRED))),
            if scored.weight.is_zero() { Cell::Empty } else { Cell::Product(shares(&scored.path)) },
            scored.part.map_or(Cell::Empty, |_| points(part)),
            Self::leads_to(item),
        ]
    }

    fn figure(&self, metric: &Metric, scope: &Scope, point: Option<crate::measure::Point>) -> Cell {
        point.map_or(Cell::Empty, |point| Cell::Figure {
            about: about(&metric.id, scope),
            point,
            unit: metric.unit.clone(),
            decimals: metric.decimals,
            change: None,
        })
    }

    /// Where an item stands, or why it has no points of its own.
    fn basis(&self, scored: &ScoredItem) -> Cell {
        let said = |key| Cell::Text(Text::key(key));
        match scored.basis {
            Basis::Measured => scored.standing.map_or(Cell::Empty, Cell::Standing),
            Basis::Given => scored.given.as_ref().map_or(Cell::Empty, |(word, _)| Cell::Text(plain(word))),
            Basis::Zero => said("score-basis-zero"),
            Basis::Carried(period) => {
                Cell::Text(Text::Key("score-basis-carried", vec![("period", Arg::Period(period))]))
            }
            Basis::NoValue => said("score-basis-no-value"),
            Basis::NoTarget => said("score-basis-no-target"),
            Basis::Paused => said("score-basis-paused"),
            Basis::TooEarly => said("score-basis-too-early"),
            Basis::Unscored => said("score-basis-unscored"),
        }
    }

    fn gates(&self) -> Option<TableSpec> {
        let row = |(veto, gate): (&Veto, &crate::assess::score::Gate)| {
            let metric = self.metric(&veto.metric)?;
            let when = vec![
                ("sign", Arg::Text(veto.when.op.to_string())),
                ("value", Arg::Figure(Quantity::Exact(veto.when.value), metric.unit.clone())),
            ];
            let state = match gate.closed {
                Some(true) => "score-gate-closed",
                Some(false) => "score-gate-open",
                None => "score-gate-unknown",
            };
            Some(vec![
                Cell::Link(metric_path(&metric.id), self.name(None, &metric.id, &gate.scope)),
                self.figure(metric, &gate.scope, gate.actual),
                Cell::Text(Text::Key("score-when", when)),
                Cell::Number(Quantity::Exact(veto.cap), Unit::Factor),
                Cell::Text(Text::key(state)),
            ])
        };
        let rows: Vec<Vec<Cell>> = self.rules.vetoes.iter().zip(&self.one.gates).filter_map(row).collect();
        (!rows.is_empty()).then(|| TableSpec {
            id: "gates".to_owned(),
            title: Some(Text::key("score-gates")),
            columns: vec![
                head("table-metric", false),
                head("table-actual", true),
                head("score-closes", false),
                head("score-cap", true),
                head("objective-state", false),
            ],
            rows,
            total: false,
        })
    }

    /// The money, line by line: each goes on from the one before, and the last is what is paid.
    fn money(&self) -> Option<TableSpec> {
        let pay = self.one.pay.as_ref()?;
        let unit = Unit::Money(pay.currency);
        let coins = |amount: Decimal| Cell::Number(Quantity::Exact(amount), unit.clone());
        let line = |what: Text, how: Cell, amount: Decimal| vec![Cell::Text(what), how, coins(amount)];
        let mut rows = self.earned(pay, &unit);
        let before = match &pay.earned {
            Earned::Bonus(amount) => *amount,
            Earned::Commission { sum, .. } => *sum,
        };
        if let Some(k) = pay.coefficient {
            let how = vec![(Quantity::Exact(before), unit.clone()), (Quantity::Exact(k), Unit::Factor)];
            rows.push(line(Text::key("score-times"), Cell::Product(how), pay.gross));
        }
        for (rule, cut) in self.rules.deductions.iter().zip(&pay.cuts) {
            let (what, how) = self.taken(rule, cut, pay);
            rows.push(line(what, how, -cut.amount));
        }
        rows.push(line(Text::key("score-pay"), Cell::Empty, pay.net));
        Some(TableSpec {
            id: "money".to_owned(),
            title: Some(Text::key("score-money")),
            columns: vec![head("score-step", false), head("score-how", true), head("score-amount", true)],
            rows,
            total: true,
        })
    }

    /// Where the money comes from: the bonus, or each stretch of the commission.
    fn earned(&self, pay: &Pay, unit: &Unit) -> Vec<Vec<Cell>> {
        let coins = |amount: Decimal| Cell::Number(Quantity::Exact(amount), unit.clone());
        match &pay.earned {
            Earned::Bonus(amount) => {
                vec![vec![Cell::Text(Text::key("score-base")), Cell::Empty, coins(*amount)]]
            }
            Earned::Commission { tiers, .. } => {
                let of = match &self.rules.reward {
                    Some(Reward::Commission(share)) => self.words(&share.of),
                    _ => Words::default(),
                };
                let row = |tier: &crate::assess::score::TierPart| {
                    let figure = |value: Decimal| Arg::Figure(Quantity::Exact(value), unit.clone());
                    let args = vec![
                        ("what", Arg::Words(of.clone())),
                        ("from", figure(tier.from)),
                        ("to", figure(tier.to)),
                    ];
                    let how = vec![
                        (Quantity::Exact(tier.to - tier.from), unit.clone()),
                        (Quantity::Exact(tier.rate), Unit::Percent),
                    ];
                    vec![Cell::Text(Text::Key("score-tier", args)), Cell::Product(how), coins(tier.amount)]
                };
                tiers.iter().map(row).collect()
            }
        }
    }

    /// What a deduction takes off, and how that is counted.
    fn taken(&self, rule: &Deduction, cut: &crate::assess::score::CutPart, pay: &Pay) -> (Text, Cell) {
        let unit = self.metric(&rule.metric).map_or(Unit::Count, |metric| metric.unit.clone());
        let limit = match rule.beyond {
            Beyond::Above(limit) | Beyond::Below(limit) => limit,
        };
        let key = match (rule.beyond, cut.steps) {
            (_, None) => "score-cut-unknown",
            (Beyond::Above(_), Some(_)) => "score-cut-above",
            (Beyond::Below(_), Some(_)) => "score-cut-below",
        };
        let value = cut.actual.and_then(|point| point.value).unwrap_or(Quantity::ZERO);
        let args = vec![
            ("what", Arg::Words(self.words(&rule.metric))),
            ("value", Arg::Figure(value, unit.clone())),
            ("limit", Arg::Figure(Quantity::Exact(limit), unit)),
        ];
        let how = match (cut.steps, rule.cut, cut.share) {
            (Some(steps), Cut::Share(each), Some(share)) => {
                let base = (Quantity::Exact(pay.gross), Unit::Money(pay.currency));
                // Where a limit holds, the share is what is left of the steps.
                if steps * each == share {
                    let steps = (Quantity::Exact(steps), Unit::Count);
                    Cell::Product(vec![base, steps, (Quantity::Exact(each), Unit::Percent)])
                } else {
                    Cell::Product(vec![base, (Quantity::Exact(share), Unit::Percent)])
                }
            }
            (Some(steps), Cut::Amount(each), _) if steps * each == cut.amount => Cell::Product(vec![
                (Quantity::Exact(steps), Unit::Count),
                (Quantity::Exact(each), Unit::Money(pay.currency)),
            ]),
            _ => Cell::Empty,
        };
        (Text::Key(key, args), how)
    }

    /// What moved since the period before, the biggest mover first; the lines add up to the difference as shown.
    fn movement(&self) -> Option<TableSpec> {
        let movement = self.one.movement.as_ref()?;
        let (since, total) = head_of(self.context, self.one).change?;
        let hundred = |value: Decimal| value * Decimal::ONE_HUNDRED;
        let all: Vec<Decimal> = movement.items.iter().map(|item| hundred(item.total())).collect();
        let shown = adding_up(&all, total);
        let gap = |value: Decimal| Cell::Gap(Quantity::Exact(value), Unit::Score);
        let row = |(moved, shown): (&Moved, Decimal)| {
            let at = self.rules.items.iter().position(|item| item.id == moved.id);
            let scope = at.and_then(|at| self.one.items.get(at)).map(|item| item.scope.clone());
            let name = self.name(at.map(|at| &self.rules.items[at]), &moved.id, &scope.unwrap_or_default());
            let points = |points: Option<Decimal>| points.map_or(Cell::Empty, |one| points_of(hundred(one)));
            let by_points = round(hundred(moved.by_points));
            // What is shown of both adds up to what is shown of the item.
            let by_weight = if moved.by_weight.is_zero() { Decimal::ZERO } else { shown - by_points };
            let by_points = shown - by_weight;
            vec![
                Cell::Text(name),
                points(moved.points.0),
                points(moved.points.1),
                if by_points.is_zero() { Cell::Empty } else { gap(by_points) },
                if by_weight.is_zero() { Cell::Empty } else { gap(by_weight) },
                gap(shown),
            ]
        };
        let mut rows: Vec<Vec<Cell>> = movement.items.iter().zip(shown).map(row).collect();
        let mut last = vec![Cell::Empty; 6];
        last[0] = Cell::Text(Text::key("score-score"));
        let now = head_of(self.context, self.one).score.unwrap_or_default();
        (last[1], last[2], last[5]) = (points(now - total), points(now), gap(total));
        rows.push(last);
        Some(TableSpec {
            id: "movement".to_owned(),
            title: Some(Text::Key("score-movement", vec![("period", Arg::Period(since))])),
            columns: vec![
                head("score-item", false),
                head("score-before", true),
                head("score-now", true),
                head("score-by-points", true),
                head("score-by-weight", true),
                head("score-on-score", true),
            ],
            rows,
            total: true,
        })
    }

    /// From the score before to that of now, item by item, in the order of the movers.
    fn waterfall(&self) -> Option<ChartSpec> {
        let movement = self.one.movement.as_ref()?;
        let (since, total) = head_of(self.context, self.one).change?;
        let now = head_of(self.context, self.one).score?;
        let all: Vec<Decimal> =
            movement.items.iter().map(|item| item.total() * Decimal::ONE_HUNDRED).collect();
        let steps: Vec<(usize, Decimal)> =
            adding_up(&all, total).into_iter().enumerate().filter(|(_, step)| !step.is_zero()).collect();
        if steps.is_empty() {
            return None;
        }
        let names = steps.iter().map(|(at, _)| {
            let moved = &movement.items[*at];
            let place = self.rules.items.iter().position(|item| item.id == moved.id);
            let scope = place.and_then(|place| self.one.items.get(place)).map(|item| item.scope.clone());
            self.name(place.map(|place| &self.rules.items[place]), &moved.id, &scope.unwrap_or_default())
        });
        let period = |period| Text::Key("period-named", vec![("period", Arg::Period(period))]);
        let axis = [period(since)].into_iter().chain(names).chain([period(self.one.period)]).collect();
        let exact = |value: Decimal| Some(Quantity::Exact(value));
        let series = |key, role, values: Vec<Option<Quantity>>| ChartSeries {
            name: Text::key(key),
            about: None,
            role,
            unit: Unit::Score,
            bars: true,
            states: vec![State::Complete; values.len()],
            values,
        };
        let gaps = || steps.iter().map(|_| None);
        let ends = [exact(now - total)].into_iter().chain(gaps()).chain([exact(now)]).collect();
        let mut all = vec![series("score-score", SeriesRole::Actual(0), ends)];
        for (key, role, falls) in
            [("score-rise", SeriesRole::SignalGood, false), ("score-fall", SeriesRole::SignalBad, true)]
        {
            let inner =
                steps.iter().map(|(_, step)| exact(*step).filter(|_| (*step < Decimal::ZERO) == falls));
            let values: Vec<Option<Quantity>> = [None].into_iter().chain(inner).chain([None]).collect();
            if values.iter().any(Option::is_some) {
                all.push(series(key, role, values));
            }
        }
        Some(ChartSpec {
            id: "movement-chart".to_owned(),
            kind: "waterfall",
            title: Text::Key("score-movement", vec![("period", Arg::Period(since))]),
            axis: Axis::Members(axis),
            series: all,
            marks: Vec::new(),
            bands: Vec::new(),
        })
    }

    /// Coverage, rules, reasons.
    fn about(&self) -> Vec<(Text, Vec<Cell>)> {
        let mut facts = vec![
            (Text::key("objective-state"), vec![verdict(self.one)]),
            (
                Text::key("score-coverage"),
                vec![Cell::Number(Quantity::Exact(self.one.coverage), Unit::Percent)],
            ),
        ];
        let open = self.open();
        if !open.is_empty() {
            facts.push((Text::key("score-open"), open));
        }
        for item in &self.rules.items {
            if let Some(Incentive::Nothing(why)) = &item.incentive {
                let name = self.name(Some(item), &item.id, &Scope::company());
                facts.push((
                    Text::key("score-nothing"),
                    vec![Cell::Text(name), Cell::Text(Text::Words(why.clone()))],
                ));
            }
        }
        let targets: Vec<Cell> = self
            .one
            .items
            .iter()
            .filter_map(|item| item.held.as_ref()?.target.as_ref())
            .map(|id| Cell::Link(target_path(id), plain(id)))
            .collect();
        if !targets.is_empty() {
            facts.push((Text::key("nav-targets"), targets));
        }
        if let Some(until) = self.one.items.iter().find_map(|item| item.held.as_ref()?.until) {
            facts.push((Text::key("score-until"), vec![Cell::Date(until)]));
        }
        let mut rules = vec![Cell::Text(super::super::titled(&self.card.title, &self.card.id))];
        match self.rules.from {
            Some(from) => {
                let key = if self.rules.retroactive && from > self.one.period.start {
                    "score-rules-retroactive"
                } else {
                    "score-rules-from"
                };
                rules.push(Cell::Text(Text::Key(key, vec![("day", Arg::Date(from))])));
            }
            None => rules.push(Cell::Text(Text::key("score-rules-first"))),
        }
        if !self.rules.note.is_empty() {
            rules.push(Cell::Text(Text::Words(self.rules.note.clone())));
        }
        rules.push(Cell::Code(self.rules.place.to_string()));
        facts.push((Text::key("score-rules"), rules));
        if !self.card.about.is_empty() {
            facts.push((Text::key("score-about"), vec![Cell::Text(Text::Words(self.card.about.clone()))]));
        }
        facts
    }

    /// What keeps a score from being final: figures that move or lack days, and those that are not there.
    fn open(&self) -> Vec<Cell> {
        let mut all: Vec<Cell> = Vec::new();
        let mut add = |metric: &str, point: Option<crate::measure::Point>, needed: bool| {
            let key = match point.filter(|point| point.value.is_some()).map(|point| point.state) {
                Some(State::Provisional) => "score-open-moving",
                Some(State::Partial) => "score-open-partial",
                Some(State::Running) => "score-open-running",
                Some(_) => return,
                None if needed => "score-open-missing",
                None => return,
            };
            let said = Text::Key(key, vec![("item", Arg::Words(self.words(metric)))]);
            if !all.iter().any(|cell| matches!(cell, Cell::Text(text) if *text == said)) {
                all.push(Cell::Text(said));
            }
        };
        for (item, scored) in self.rules.items.iter().zip(&self.one.items) {
            if let (Some(metric), Some(_)) = (&item.metric, scored.score) {
                add(metric, scored.actual, false);
            }
        }
        for (veto, gate) in self.rules.vetoes.iter().zip(&self.one.gates) {
            add(&veto.metric, gate.actual, true);
        }
        if let Some(pay) = &self.one.pay {
            for (rule, cut) in self.rules.deductions.iter().zip(&pay.cuts) {
                add(&rule.metric, cut.actual, true);
            }
            if let (Earned::Commission { of, .. }, Some(Reward::Commission(share))) =
                (&pay.earned, &self.rules.reward)
            {
                add(&share.of, Some(*of), true);
            }
        }
        all
    }

    /// The person, the lead of the team, and whoever else signed.
    fn signatures(&self) -> Vec<Signature> {
        let signed = |id: &str| self.one.signed.iter().find(|(by, _)| **by == *id).map(|(_, date)| *date);
        let name = |id: &str| self.context.person_name(id);
        let person = &self.one.person;
        let mut all = vec![Signature {
            role: Text::key("score-sign-person"),
            name: name(person),
            date: signed(person),
        }];
        let team = self.context.plan.people.get(person).and_then(|person| person.team.as_ref());
        let lead = team
            .and_then(|team| self.context.plan.teams.get(team)?.lead.clone())
            .filter(|lead| lead != person);
        let others =
            self.one.signed.iter().map(|(by, _)| by).filter(|by| *by != person && Some(*by) != lead.as_ref());
        match &lead {
            Some(lead) => all.push(Signature {
                role: Text::key("score-sign-lead"),
                name: name(lead),
                date: signed(lead),
            }),
            // Somebody has to sign besides the person.
            None if self.one.signed.iter().all(|(by, _)| by == person) => {
                all.push(Signature {
                    role: Text::key("score-sign-lead"),
                    name: Words::default(),
                    date: None,
                });
            }
            None => {}
        }
        all.extend(others.map(|by| Signature {
            role: Text::key("score-sign-other"),
            name: name(by),
            date: signed(by),
        }));
        all
    }
}

fn points_of(value: Decimal) -> Cell {
    points(round(value))
}

/// Shares from the top down; their product is the weight.
fn shares(path: &[Decimal]) -> Vec<(Quantity, Unit)> {
    path.iter().map(|share| (Quantity::Exact(*share), Unit::Percent)).collect()
}

/// How much was asked; both ends of a range.
fn amount(value: TargetValue, unit: &Unit) -> Cell {
    match value {
        TargetValue::Of(value) => Cell::Number(Quantity::Exact(value), unit.clone()),
        TargetValue::Between(low, high) => {
            Cell::Range(Quantity::Exact(low), Quantity::Exact(high), unit.clone())
        }
    }
}
