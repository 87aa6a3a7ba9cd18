//! The rules of a scorecard: items with their functions, gates, bands, rewards, deductions; each version on top of the
//! one before.

use super::super::{Reader, date, flag, words};
use crate::diag::{Finding, Place};
use crate::plan::amount::{self, Amount, AmountUnit, UNIT_MISMATCH};
use crate::plan::condition;
use crate::plan::rules::promise::BOUNDS_CROSSED;
use crate::plan::rules::scorecards::{LADDER_UNORDERED, not_whole};
use crate::plan::scorecard::{
    Band, Beyond, Commission, Cut, Deduction, Given, Group, Incentive, Item, Missing, Reward, RuleSet,
    ScoreFn, Veto, Weight,
};
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::tree::Node;
use crate::plan::{Id, Scope};
use crate::unit::{Currency, Decimal, Unit};
use std::collections::BTreeMap;

/// No more than this is scored where nothing is said (numbers.md §5.6).
const CAP: Decimal = Decimal::from_parts(12, 0, 0, false, 1);

/// All rules of a card, the first ones first; `None` if something is wrong.
pub(super) fn versions(reader: &mut Reader, node: &Node, units: &BTreeMap<Id, Unit>) -> Option<Vec<RuleSet>> {
    let mut desk = Desk { reader, units, scale: scale(node).unwrap_or(Decimal::ONE) };
    let begun = RuleSet {
        from: None,
        retroactive: false,
        note: crate::plan::Words::default(),
        groups: Vec::new(),
        items: Vec::new(),
        missing: Missing::Exclude,
        vetoes: Vec::new(),
        bands: Vec::new(),
        reward: None,
        deductions: Vec::new(),
        place: node.place.clone(),
    };
    let mut all = vec![desk.rules(node, &begun)?];
    for later in node.get("versions").map(Node::items).unwrap_or_default() {
        let last = all.last().expect("there is a first version").clone();
        desk.scale = scale(later).unwrap_or(desk.scale);
        let rules = RuleSet {
            from: date(later.get("from")),
            retroactive: flag(later.get("retroactive")),
            note: words(later.get("note")),
            place: later.place.clone(),
            ..desk.rules(later, &last)?
        };
        if rules.from <= last.from {
            let told = "the versions of a scorecard are not in the order of their days";
            let finding = Finding::new(&LADDER_UNORDERED, later.place.clone(), told);
            desk.reader.found.push(finding.hint("write the earlier `from:` first, each day once"));
            return None;
        }
        all.push(rules);
    }
    if all[0].items.is_empty() {
        let told = Finding::new(&MISSING_KEY, node.place.clone(), "a scorecard needs `items` or `groups`");
        reader
            .found
            .push(told.hint("add `items: [{metric: acos, weight: 40%, score: linear, incentive: bonus}]`"));
        return None;
    }
    Some(all)
}

fn scale(node: &Node) -> Option<Decimal> {
    node.text_of("scale").and_then(|text| text.parse().ok())
}

/// What reading needs at hand.
struct Desk<'a> {
    reader: &'a mut Reader,
    units: &'a BTreeMap<Id, Unit>,
    /// Full points as they are written.
    scale: Decimal,
}

impl Desk<'_> {
    fn wrong<T>(&mut self, node: &Node, told: impl Into<String>, hint: impl Into<String>) -> Option<T> {
        self.reader.found.push(Finding::new(&UNFIT_VALUE, node.place.clone(), told).hint(hint));
        None
    }

    /// The rules of a version; what it does not name is that of the one before.
    fn rules(&mut self, node: &Node, before: &RuleSet) -> Option<RuleSet> {
        let mut rules = before.clone();
        if node.get("items").is_some() || node.get("groups").is_some() {
            (rules.groups, rules.items) = self.all_items(node)?;
        }
        if let Some(missing) = node.get("missing") {
            rules.missing = match (missing.text().map(|text| &**text), missing.text_of("carry")) {
                (Some("zero"), _) => Missing::Zero,
                (None, Some(periods)) => Missing::Carry(periods.parse().ok()?),
                _ => Missing::Exclude,
            };
        }
        if let Some(vetoes) = node.get("veto") {
            let read = vetoes.one_or_many().iter().map(|node| self.veto(node));
            rules.vetoes = read.collect::<Option<Vec<Veto>>>()?;
        }
        if let Some(bands) = node.get("bands") {
            rules.bands = self.bands(bands)?;
        }
        rules.reward = match (node.get("bonus"), node.get("commission")) {
            (None, None) => rules.reward,
            (Some(bonus), None) => Some(self.bonus(bonus)?),
            (None, Some(commission)) => Some(Reward::Commission(self.commission(commission)?)),
            (Some(_), Some(node)) => {
                let told = "`bonus` and `commission` are two rewards for one score";
                return self.wrong(
                    node,
                    told,
                    "keep one of the two; write the other as a scorecard of its own",
                );
            }
        };
        if let Some(deductions) = node.get("deductions") {
            let reward = rules.reward.clone();
            let read = deductions.items().iter().map(|node| self.deduction(node, reward.as_ref()));
            rules.deductions = read.collect::<Option<Vec<Deduction>>>()?;
        }
        Some(rules)
    }

    fn all_items(&mut self, node: &Node) -> Option<(Vec<Group>, Vec<Item>)> {
        let (mut groups, mut items): (Vec<Group>, Vec<Item>) = (Vec::new(), Vec::new());
        for group in node.get("groups").map(Node::items).unwrap_or_default() {
            let list = group.get("items")?;
            for item in list.items() {
                items.push(Item { group: Some(groups.len()), ..self.item(item)? });
            }
            self.whole(
                list,
                items.iter().filter(|item| item.group == Some(groups.len())).map(|item| &item.weight),
            );
            groups.push(Group { title: words(group.get("title")), weight: self.weight(group)? });
        }
        for item in node.get("items").map(Node::items).unwrap_or_default() {
            items.push(self.item(item)?);
        }
        let own = items.iter().filter(|item| item.group.is_none()).map(|item| &item.weight);
        if let Some(list) = node.get("items").or_else(|| node.get("groups")) {
            self.whole(list, groups.iter().map(|group| &group.weight).chain(own));
        }
        for (at, item) in items.iter().enumerate() {
            if items[..at].iter().any(|other| other.id == item.id) {
                let told = format!("two items of the card are called `{}`", item.id);
                let finding =
                    Finding::new(&crate::plan::rules::known::DUPLICATE_ID, item.place.clone(), told);
                self.reader.found.push(finding.hint("give one of the two a name of its own: `id: acos-jp2`"));
                return None;
            }
        }
        Some((groups, items))
    }

    /// Tells weights that do not add up to 100 %, on each day on which one of them changes.
    fn whole<'w>(&mut self, list: &Node, weights: impl Iterator<Item = &'w Weight>) {
        let weights: Vec<&Weight> = weights.collect();
        let mut days: Vec<_> =
            weights.iter().flat_map(|weight| weight.0.iter().map(|(from, _)| *from)).collect();
        days.sort();
        days.dedup();
        for day in days {
            let on = |weight: &&Weight| match day {
                Some(day) => weight.on(day),
                None => {
                    weight.0.first().filter(|(from, _)| from.is_none()).map_or(Decimal::ZERO, |(_, w)| *w)
                }
            };
            let sum: Decimal = weights.iter().map(on).sum();
            if sum != Decimal::ONE && sum != Decimal::ONE_HUNDRED {
                self.reader.found.push(not_whole(&list.place, sum, day));
                return;
            }
        }
    }

    /// A weight; what is not scored has none.
    fn weight(&mut self, node: &Node) -> Option<Weight> {
        let Some(written) = node.get("weight") else {
            if node.text_of("score").is_some_and(|score| &**score == "unscored") {
                return Some(Weight::default());
            }
            let told = Finding::new(&MISSING_KEY, node.place.clone(), "what is scored needs `weight`");
            self.reader.found.push(told.hint("add `weight: 40%`; what is only shown has `score: unscored`"));
            return None;
        };
        if written.text().is_some() {
            return Some(Weight(vec![(None, self.share(written)?)]));
        }
        let mut all = Vec::new();
        for dated in written.items() {
            all.push((date(dated.get("from")), self.share(dated.get("value")?)?));
        }
        if all.is_empty() || all.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
            let finding = Finding::new(
                &LADDER_UNORDERED,
                written.place.clone(),
                "the weights of an item are not in the order of their days",
            );
            self.reader.found.push(finding.hint("write the earlier `from:` first, each day once"));
            return None;
        }
        Some(Weight(all))
    }

    /// A share or factor, not below zero.
    fn share(&mut self, node: &Node) -> Option<Decimal> {
        let amount = self.amount(node)?;
        if amount.value.is_sign_negative() && !amount.value.is_zero() {
            return self.wrong(
                node,
                format!("`{}` is below zero", amount.value),
                "write a share such as `40%`",
            );
        }
        if matches!(amount.unit, Some(AmountUnit::Money(_) | AmountUnit::Points)) {
            return self.wrong(node, "a share has no unit but percent", "write `40%` or `0.4`");
        }
        Some(amount.value)
    }

    fn amount(&mut self, node: &Node) -> Option<Amount> {
        amount::parse(node.text()?, &node.place).value
    }

    /// Points as a share of full ones: `0.8`, `80%`, or `8` on a scale of 10.
    fn points(&mut self, node: &Node) -> Option<Decimal> {
        let amount = self.amount(node)?;
        match amount.unit {
            None => amount.value.checked_div(self.scale),
            Some(AmountUnit::Percent) => Some(amount.value),
            Some(_) => {
                self.wrong(node, "points are plain numbers", "write `0.8`, `80%`, or `8` with `scale: 10`")
            }
        }
    }

    fn item(&mut self, node: &Node) -> Option<Item> {
        let metric = node.text_of("metric").cloned();
        let Some(id) = node.text_of("id").cloned().or_else(|| metric.clone()) else {
            let told =
                Finding::new(&MISSING_KEY, node.place.clone(), "an item needs `metric`, or `id` and `title`");
            self.reader.found.push(told.hint("add `metric: acos`, or `id: teamwork` with `given:`"));
            return None;
        };
        Some(Item {
            title: words(node.get("title")),
            scope: self.scope(node),
            weight: self.weight(node)?,
            score: self.score(node.get("score")?, metric.as_ref())?,
            incentive: node.get("incentive").map(|node| match node.get("none") {
                Some(why) => Incentive::Nothing(words(Some(why))),
                None => Incentive::Named(words(Some(node))),
            }),
            group: None,
            given: self.given(node)?,
            place: node.get("metric").or_else(|| node.get("id")).unwrap_or(node).place.clone(),
            id,
            metric,
        })
    }

    fn scope(&self, node: &Node) -> Option<Scope> {
        let written = node.get("scope")?;
        if written.text().is_some() { Some(Scope::company()) } else { super::super::scope(Some(written)) }
    }

    fn given(&mut self, node: &Node) -> Option<Vec<Given>> {
        let words =
            node.get("score").and_then(|score| score.get("state")).map(Node::entries).unwrap_or_default();
        let mut all = Vec::new();
        for given in node.get("given").map(Node::items).unwrap_or_default() {
            let state = given.get("state")?;
            let word = state.text()?;
            if !words.iter().any(|(known, _)| known.text == *word) {
                let known: Vec<String> = words.iter().map(|(known, _)| format!("`{}`", known.text)).collect();
                let hint = format!("words of this item: {}", known.join(", "));
                return self.wrong(state, format!("`{word}` has no points"), hint);
            }
            all.push(Given {
                person: given.text_of("person")?.clone(),
                period: self.reader.period(given.get("period")?)?,
                state: word.clone(),
                by: given.text_of("by").cloned(),
            });
        }
        Some(all)
    }

    fn score(&mut self, node: &Node, metric: Option<&Id>) -> Option<ScoreFn> {
        let (name, args) = match (node.text(), node.entries()) {
            (Some(word), _) => (&**word, None),
            (None, [(key, args)]) => (&*key.text, Some(args)),
            _ => return self.wrong(node, "a score has one function", "write `score: {linear: {base: 35%}}`"),
        };
        if metric.is_none() && !matches!(name, "state" | "unscored") {
            return self.wrong(
                node,
                format!("`{name}` needs a metric"),
                "add `metric:`, or judge by `state:`",
            );
        }
        let get = |key: &str| args.and_then(|args| args.get(key));
        Some(match name {
            "target_red" => ScoreFn::TargetRed {
                target: self.value(get("target"), metric)?,
                red: self.value(get("red"), metric)?,
            },
            "linear" => ScoreFn::Linear {
                base: self.value(get("base"), metric)?,
                target: self.value(get("target"), metric)?,
                cap: get("cap").map_or(Some(CAP), |cap| self.points_or_factor(cap))?,
                floor: get("floor").map_or(Some(Decimal::ZERO), |floor| self.points_or_factor(floor))?,
            },
            "binary" => ScoreFn::Binary { target: self.value(get("target"), metric)? },
            "steps" => ScoreFn::Steps(self.steps(args?, metric)?),
            "range" => ScoreFn::Range {
                between: self.two(get("between"), metric)?,
                red: self.two(get("red"), metric)?,
            },
            "state" => self.state(node, args)?,
            _ => ScoreFn::Unscored,
        })
    }

    /// A cap or floor: `1.2` or `120%`.
    fn points_or_factor(&mut self, node: &Node) -> Option<Decimal> {
        self.amount(node).map(|amount| amount.value)
    }

    fn state(&mut self, node: &Node, words: Option<&Node>) -> Option<ScoreFn> {
        let Some(words) = words else {
            return self.wrong(
                node,
                "`state` needs words with points",
                "write `state: {on: 1, near: 0.6, off: 0}`",
            );
        };
        let mut points = BTreeMap::new();
        for (word, value) in words.entries() {
            points.insert(word.text.clone(), self.points(value)?);
        }
        Some(ScoreFn::State(points))
    }

    fn steps(&mut self, node: &Node, metric: Option<&Id>) -> Option<Vec<(Decimal, Decimal)>> {
        let mut steps = Vec::new();
        for step in node.items() {
            let from = self.value(step.get("from"), metric)??;
            steps.push((from, self.points(step.get("score")?)?));
        }
        self.rising(node, "steps", steps.iter().map(|(from, _)| *from))?;
        Some(steps)
    }

    /// An amount in the unit of a metric. The outer `None`: something is wrong with it; the inner: none is written.
    #[expect(clippy::option_option, reason = "absent and wrong are two things here")]
    fn value(&mut self, node: Option<&Node>, metric: Option<&Id>) -> Option<Option<Decimal>> {
        let Some(node) = node else { return Some(None) };
        let text = node.text()?;
        match metric.and_then(|metric| Some((metric, self.units.get(metric)?))) {
            Some((metric, unit)) => {
                let read = amount::parse_for(text, &node.place, metric, unit, "the amount");
                read.into_value(&mut self.reader.found).map(Some)
            }
            // An unknown metric is a finding of its own.
            None => amount::parse(text, &node.place).value.map(|amount| Some(amount.value)),
        }
    }

    /// Two ends, the lower one first.
    #[expect(clippy::option_option, reason = "absent and wrong are two things here")]
    fn two(&mut self, node: Option<&Node>, metric: Option<&Id>) -> Option<Option<(Decimal, Decimal)>> {
        let Some(node) = node else { return Some(None) };
        let [low, high] = node.items() else {
            return self.wrong(node, "a range has two ends", "write `[30, 60]`");
        };
        let (low, high) = (self.value(Some(low), metric)??, self.value(Some(high), metric)??);
        if low > high {
            let told = format!("the range begins at {low} and ends at {high}");
            let finding = Finding::new(&BOUNDS_CROSSED, node.place.clone(), told);
            self.reader.found.push(finding.hint("write the smaller end first"));
            return None;
        }
        Some(Some((low, high)))
    }

    fn veto(&mut self, node: &Node) -> Option<Veto> {
        let metric = node.text_of("metric")?;
        let when = node.get("when")?;
        let read = condition::parse_for(when.text()?, &when.place, metric, self.units.get(metric)?);
        let when = read.into_value(&mut self.reader.found)?;
        let (scope, cap) = (self.scope(node), self.share(node.get("cap_coefficient")?)?);
        let place = node.get("metric").unwrap_or(node).place.clone();
        Some(Veto { metric: metric.clone(), scope, when, cap, place })
    }

    fn bands(&mut self, node: &Node) -> Option<Vec<Band>> {
        let mut bands = Vec::new();
        for band in node.items() {
            let (min, k) = (self.amount(band.get("min")?)?, self.share(band.get("k")?)?);
            if min.unit.is_some() {
                return self.wrong(
                    band.get("min")?,
                    "the bounds of bands are plain numbers",
                    "write `min: 90`; 100 is full",
                );
            }
            bands.push(Band { min: min.value, k, name: words(band.get("name")) });
        }
        // Both ways are usual: from the best down, and from the lowest up.
        if bands.first().zip(bands.last()).is_some_and(|(first, last)| first.min > last.min) {
            bands.reverse();
        }
        self.rising(node, "bands", bands.iter().map(|band| band.min))?;
        if bands.first().is_none_or(|band| band.min > Decimal::ZERO) {
            return self.ladder(node, "the bands leave out the lowest scores", "add `{min: 0, k: 0}`");
        }
        if bands.windows(2).any(|pair| pair[1].k < pair[0].k) {
            return self.ladder(node, "a higher score has a lower coefficient", "let `k` rise with `min`");
        }
        Some(bands)
    }

    /// Bounds that rise one after the other.
    fn rising(&mut self, node: &Node, what: &str, bounds: impl Iterator<Item = Decimal>) -> Option<()> {
        let bounds: Vec<Decimal> = bounds.collect();
        if bounds.is_empty() || bounds.windows(2).any(|pair| pair[0] >= pair[1]) {
            let told = format!("the {what} do not rise one after the other");
            return self.ladder(node, &told, "sort them by their bounds, each bound once");
        }
        Some(())
    }

    fn ladder<T>(&mut self, node: &Node, told: &str, hint: &str) -> Option<T> {
        self.reader.found.push(Finding::new(&LADDER_UNORDERED, node.place.clone(), told).hint(hint));
        None
    }

    fn bonus(&mut self, node: &Node) -> Option<Reward> {
        match self.amount(node)? {
            Amount { value, unit: Some(AmountUnit::Money(currency)) } if value > Decimal::ZERO => {
                Some(Reward::Bonus { amount: value, currency })
            }
            _ => self.wrong(node, "a bonus is an amount of money", "write it with its currency: `3000 CNY`"),
        }
    }

    fn commission(&mut self, node: &Node) -> Option<Commission> {
        let of = node.text_of("of")?;
        let unit = self.units.get(of);
        if let Some(unit) = unit.filter(|unit| !matches!(unit, Unit::Money(_))) {
            let told = format!("`{of}` is measured in {unit}; no share of it can be paid");
            let place = node.get("of")?.place.clone();
            let finding = Finding::new(&UNIT_MISMATCH, place, told);
            self.reader.found.push(finding.hint("name a metric in a currency, such as a net profit"));
            return None;
        }
        let list = node.get("tiers")?;
        let mut tiers = Vec::new();
        for tier in list.items() {
            tiers.push((self.value(tier.get("from"), Some(of))??, self.share(tier.get("rate")?)?));
        }
        self.rising(list, "tiers", tiers.iter().map(|(from, _)| *from))?;
        if tiers.first().is_none_or(|(from, _)| !from.is_zero()) {
            return self.ladder(list, "the tiers do not begin at 0", "add `{from: 0, rate: 0%}`");
        }
        let place = node.get("of")?.place.clone();
        Some(Commission {
            of: of.clone(),
            scope: self.scope(node),
            tiers,
            coefficient: flag(node.get("coefficient")),
            place,
        })
    }

    fn deduction(&mut self, node: &Node, reward: Option<&Reward>) -> Option<Deduction> {
        let metric = node.text_of("metric")?;
        let beyond = match (node.get("above"), node.get("below")) {
            (Some(above), None) => Beyond::Above(self.value(Some(above), Some(metric))??),
            (None, Some(below)) => Beyond::Below(self.value(Some(below), Some(metric))??),
            _ => return self.wrong(node, "a deduction has one limit", "write `above: 22%` or `below: 4.0`"),
        };
        let per = self.step(node.get("per")?, metric)?;
        let cut = self.cut(node.get("cut")?, reward)?;
        let at_most = match node.get("at_most") {
            Some(most) => Some(self.share(most)?),
            None => None,
        };
        let place: Place = node.get("metric").unwrap_or(node).place.clone();
        Some(Deduction { metric: metric.clone(), scope: self.scope(node), beyond, per, cut, at_most, place })
    }

    /// The size of a step: points of a percentage, else an amount of the metric.
    fn step(&mut self, node: &Node, metric: &Id) -> Option<Decimal> {
        let amount = self.amount(node)?;
        let percent = self.units.get(metric).is_none_or(|unit| *unit == Unit::Percent);
        let size = match amount.unit {
            Some(AmountUnit::Points) if percent => amount.value,
            _ if percent && self.units.contains_key(metric) => {
                return self.wrong(node, "a step of a percentage is in points", "write `per: 1 pp`");
            }
            _ => self.value(Some(node), Some(metric))??,
        };
        if size <= Decimal::ZERO {
            return self.wrong(node, "a step has a size above zero", "write `per: 1 pp`");
        }
        Some(size)
    }

    fn cut(&mut self, node: &Node, reward: Option<&Reward>) -> Option<Cut> {
        let paid: Option<Currency> = reward.and_then(|reward| match reward {
            Reward::Bonus { currency, .. } => Some(*currency),
            Reward::Commission(commission) => match self.units.get(&commission.of) {
                Some(Unit::Money(currency)) => Some(*currency),
                _ => None,
            },
        });
        let amount = self.amount(node)?;
        match amount.unit {
            None | Some(AmountUnit::Percent) => self.share(node).map(Cut::Share),
            Some(AmountUnit::Money(currency)) if paid == Some(currency) => {
                Some(Cut::Amount(amount.value.abs()))
            }
            Some(_) => self.wrong(
                node,
                "a cut is a share of the reward or an amount in its currency",
                "write `cut: 5%`",
            ),
        }
    }
}
