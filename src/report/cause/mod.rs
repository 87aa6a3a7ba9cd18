//! Why a figure moved, as pages show it: the sentence, the waterfall, the table with who can act, and whose change it was.
//! Noise is called noise, and what cannot be told says why.

mod funnel;
mod table;

use super::context::{Context, about};
use super::sentence::{self, Measure, Told};
use super::{Arg, Axis, Block, ChartSeries, ChartSpec, Provenance, SeriesRole, Text};
use crate::assess::Judged;
use crate::assess::cause::{
    Base, Cause, Drilled, Explained, Known, PartOf, Unsplit, Verdict, explain, explain_against, steps,
};
use crate::measure::{Facts, State};
use crate::plan::{
    Against, Alert, AlertTest, Better, Causes, Id, Lever, Metric, Plan, Scope, Words, causes_of,
};
use crate::time::{Grain, Period};
use crate::unit::{Lang, Quantity, Unit};
pub(super) use funnel::{break_even, funnel};
use table::{drill_table, table, volume_table};

/// A figure explained, or called noise, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Against what: label and the two periods.
    pub against: Text,
    /// What became of it: `signal`, `off-target`, `noise`, `no-limits`.
    pub verdict: &'static str,
    /// The sentence, or why there is none.
    pub text: Text,
    /// Whose change it was, a sentence per level.
    pub more: Vec<Text>,
    /// Both figures.
    pub sides: (Quantity, Quantity),
    /// Their unit.
    pub unit: Unit,
    /// Decimals, if the metric fixes them.
    pub decimals: Option<u32>,
}

impl Context<'_> {
    /// What causes are told from.
    pub(super) fn known(&self) -> Known<'_> {
        Known { plan: self.plan, facts: self.facts, targets: self.targets(), watched: &self.watched }
    }
}

/// How far back the last signal is looked for.
const LOOK_BACK: u32 = 53;

/// The period of a metric that deserves to be explained: the newest that can be judged if it is a signal, else the last
/// signal of a year. The second value is the newest period, where it is not the first.
pub(super) fn period_of(
    context: &Context<'_>,
    metric: &Metric,
    causes: &Causes,
    scope: &Scope,
) -> Option<(Option<Period>, Period)> {
    let newest = context.known().newest(&metric.id, scope, causes.grain)?;
    let Some(watch) = context.watched.of(&metric.id, scope).filter(|watch| watch.grain == causes.grain)
    else {
        return Some((None, newest));
    };
    let oldest = context.recent(causes.grain, LOOK_BACK).first().map_or(newest.start, |period| period.start);
    let control = &watch.control;
    let last = control.at(newest)?;
    let fired = |at: &usize| control.flags[*at].fired().next().is_some();
    let signal = (0..=last).rev().take_while(|at| control.periods[*at].start >= oldest).find(fired);
    Some((signal.map(|at| control.periods[at]), newest))
}

/// Explains a figure against everything it is compared with; what deserves causes comes first.
pub(super) fn stories(
    context: &Context<'_>,
    metric: &Metric,
    causes: &Causes,
    scope: &Scope,
    period: Period,
) -> Vec<Explained> {
    let all = causes.against.iter();
    let mut told: Vec<Explained> =
        all.filter_map(|against| explain(context.known(), metric, causes, scope, period, *against)).collect();
    let told_apart = |one: &Explained| one.causes.is_ok() || one.volume.is_some() || !one.drilled.is_empty();
    told.sort_by_key(|one| !(one.verdict.deserves_causes() && told_apart(one)));
    told
}

/// The name of a part in a sentence: that of its lever, else that of its metric.
fn name(context: &Context<'_>, of: &PartOf, lever: &Lever) -> Words {
    let metric = |id: &Id| match context.metric_name(id) {
        Text::Words(words) => words,
        Text::Key(..) => Words::same(id),
    };
    match of {
        PartOf::Metric(_) if !lever.name.is_empty() => lever.name.clone(),
        PartOf::Metric(id) => metric(id),
        PartOf::Group(ids) => Words::joined(&ids.iter().map(metric).collect::<Vec<_>>(), " / "),
        PartOf::Rest => sentence::in_each(|lang| {
            let text = match lang {
                Lang::Zh => "数据口径差异",
                Lang::Ja => "データ間の差異",
                Lang::En => "difference between sources",
            };
            text.to_owned()
        }),
    }
}

fn told(context: &Context<'_>, cause: &Cause) -> Told {
    Told {
        name: name(context, &cause.of, &cause.lever),
        effect: cause.effect,
        parts: cause.parts.iter().map(|part| told(context, part)).collect(),
    }
}

/// Name of a metric as words.
fn metric_words(context: &Context<'_>, id: &str) -> Words {
    match context.metric_name(id) {
        Text::Words(words) => words,
        Text::Key(..) => Words::same(id),
    }
}

/// The direct parts of a change, by the identity; without one by price, volume and mix.
fn parts(context: &Context<'_>, one: &Explained) -> Option<Vec<Told>> {
    match (&one.causes, &one.volume) {
        (Ok((causes, _)), _) => Some(causes.iter().map(|cause| told(context, cause)).collect()),
        (Err(Unsplit::NoIdentity), Some(volume)) => {
            let whole = &volume.whole;
            let effects = [whole.volume, whole.mix, whole.price, whole.new, whole.lost, volume.left_over];
            let told = VOLUME_WORDS.iter().zip(effects).filter(|(_, effect)| {
                // What floats leave over is no item's.
                effect.abs() > 1e-9 * (one.sides.0.abs() + one.sides.1.abs())
            });
            Some(
                told.map(|(words, effect)| Told {
                    name: sentence::in_each(|lang| words[lang_place(lang)].to_owned()),
                    effect,
                    parts: Vec::new(),
                })
                .collect(),
            )
        }
        // Members are told without an identity as well.
        (Err(Unsplit::NoIdentity), None) if !one.drilled.is_empty() => Some(Vec::new()),
        _ => None,
    }
}

/// Volume, mix, price, new, lost, and what belongs to no item: in Chinese, Japanese and English.
const VOLUME_WORDS: [[&str; 3]; 6] = [
    ["销量", "数量", "volume"],
    ["结构", "構成", "mix"],
    ["价格", "価格", "price"],
    ["新增商品", "新規商品", "new items"],
    ["退出商品", "終了商品", "items gone"],
    ["未归入商品", "商品に属さない分", "of no item"],
];

fn lang_place(lang: Lang) -> usize {
    match lang {
        Lang::Zh => 0,
        Lang::Ja => 1,
        Lang::En => 2,
    }
}

/// The sentence of an explanation in every language; `None` where nothing is told apart.
pub(super) fn words(context: &Context<'_>, metric: &Metric, one: &Explained) -> Option<Words> {
    let parts = parts(context, one)?;
    Some(sentence::change(&metric_words(context, &metric.id), &metric.unit, one.sides, &parts))
}

/// Why nothing is told.
fn reason(context: &Context<'_>, metric: &Metric, why: &Unsplit, base: &Base) -> Text {
    match why {
        Unsplit::Missing(id, now) => {
            let key = match (now, base) {
                (true, _) => "causes-missing-now",
                (false, Base::Target) => "causes-missing-target",
                (false, _) => "causes-missing-was",
            };
            Text::Key(key, vec![("name", Arg::Words(metric_words(context, id)))])
        }
        Unsplit::Undefined(true) => Text::key("causes-undefined-now"),
        Unsplit::Undefined(false) => Text::key("causes-undefined-was"),
        Unsplit::NotClosed(was, now) => {
            let gap = if was.abs() > now.abs() { *was } else { *now };
            let gap = Arg::Figure(Quantity::Approximate(gap), metric.unit.clone());
            Text::Key("causes-open", vec![("gap", gap)])
        }
        Unsplit::TooMany => Text::key("causes-no-split"),
        Unsplit::NoIdentity => Text::key("causes-no-identity"),
    }
}

/// Against what, in words.
fn label(context: &Context<'_>, one: &Explained) -> Text {
    let period = || ("period", Arg::Period(one.period));
    match (&one.base, one.against) {
        (Base::Period(base), Against::PreviousYear) => {
            Text::Key("causes-against-year", vec![period(), ("base", Arg::Period(*base))])
        }
        (Base::Period(base), Against::Event) => {
            let event = context.plan.same_event_last_year(one.period, &one.scope);
            let name = event.map_or(Words::default(), |(_, event)| event.name.clone());
            let base = ("base", Arg::Period(*base));
            Text::Key("causes-against-event", vec![period(), base, ("event", Arg::Words(name))])
        }
        (Base::Period(base), _) => {
            Text::Key("causes-against-period", vec![period(), ("base", Arg::Period(*base))])
        }
        (Base::Mean(periods), _) => {
            let count = Arg::Count(periods.len() as u64);
            let key = match one.period.grain {
                Some(Grain::Day) => "causes-against-mean-day",
                Some(Grain::Month) => "causes-against-mean-month",
                Some(Grain::Quarter) => "causes-against-mean-quarter",
                _ => "causes-against-mean-week",
            };
            Text::Key(key, vec![period(), ("count", count)])
        }
        (Base::Target, _) => Text::Key("causes-against-target", vec![period()]),
    }
}

/// A member of a level in words.
fn member(context: &Context<'_>, level: &str, member: &str) -> Words {
    context.member_name(level, member)
}

/// A level in a sentence.
fn level_words(level: &str) -> Words {
    sentence::in_each(|lang| {
        let text = match (level, lang) {
            ("store", Lang::Zh) => "店铺",
            ("store", Lang::Ja) => "ストア",
            ("category", Lang::Zh) => "品类",
            ("category", Lang::Ja) => "カテゴリー",
            ("campaign", Lang::Zh) => "广告活动",
            ("campaign", Lang::Ja) => "キャンペーン",
            ("sku", _) => "SKU",
            ("asin", _) => "ASIN",
            (other, _) => other,
        };
        text.to_owned()
    })
}

/// A level at the head of a column.
fn level_head(level: &str) -> Text {
    match level {
        "store" => Text::key("level-store"),
        "category" => Text::key("level-category"),
        other => Text::Words(level_words(other)),
    }
}

/// More names than this are no sentence any more.
const NAMED: usize = 4;

/// Whose change it was.
fn drill_words(context: &Context<'_>, metric: &Metric, drilled: &Drilled) -> Words {
    let rows: Vec<Told> = drilled
        .rows
        .iter()
        .take(NAMED)
        .map(|row| Told {
            name: member(context, &drilled.by, &row.member),
            effect: row.effect,
            parts: Vec::new(),
        })
        .collect();
    let named: f64 = rows.iter().map(|row| row.effect).sum();
    let more = drilled.rows.len() > NAMED || drilled.rest.is_some();
    let rest = more.then_some(drilled.change() - named);
    let stands_for = (drilled.of != metric.id).then(|| metric_words(context, &drilled.of));
    sentence::members(
        (&level_words(&drilled.by), stands_for.as_ref()),
        &metric.unit,
        drilled.sides,
        &rows,
        rest,
    )
}

/// An explanation as it is told.
pub(super) fn story(context: &Context<'_>, metric: &Metric, one: &Explained) -> Story {
    let deserves = one.verdict.deserves_causes();
    let text = match one.verdict {
        Verdict::Noise if one.base == Base::Target => Text::key("causes-on-target"),
        Verdict::Noise => Text::key("causes-noise"),
        Verdict::NoLimits => Text::key("causes-no-limits"),
        Verdict::Signal | Verdict::OffTarget => match (words(context, metric, one), &one.causes) {
            (Some(words), _) => Text::Words(words),
            (None, Err(why)) => reason(context, metric, why, &one.base),
            (None, Ok(_)) => Text::key("causes-no-identity"),
        },
    };
    let more = one.drilled.iter().filter(|_| deserves);
    Story {
        against: label(context, one),
        verdict: one.verdict.name(),
        text,
        more: more.map(|drilled| Text::Words(drill_words(context, metric, drilled))).collect(),
        sides: (Quantity::Approximate(one.sides.0), Quantity::Approximate(one.sides.1)),
        unit: metric.unit.clone(),
        decimals: metric.decimals,
    }
}

/// How finely tables show effects: to the yen, to a hundredth of a point.
fn fine(unit: &Unit) -> f64 {
    match unit {
        Unit::Money(currency) => 10_f64.powi(-i32::try_from(currency.decimals()).unwrap_or(0)),
        Unit::Count => 1.0,
        Unit::Percent => 0.0001,
        Unit::Factor | Unit::Stars => 0.01,
        Unit::Days | Unit::Weeks | Unit::Rank | Unit::Score => 0.1,
    }
}

/// Effects to the last digit shown, which add up to the total.
fn rounded(total: f64, parts: &[f64], unit: &Unit) -> (Quantity, Vec<Quantity>) {
    let step = fine(unit);
    let measure = Measure::of(step, unit, Lang::En).with_step(step);
    let (whole, shown) = steps(total, parts, step);
    (measure.exact(whole), shown.into_iter().map(|one| measure.exact(one)).collect())
}

/// How the way from one figure to the other is drawn.
const KIND: &str = "waterfall";

/// The waterfall: from one figure to the other by the effects.
pub(super) fn waterfall(
    context: &Context<'_>,
    id: &str,
    metric: &Metric,
    one: &Explained,
) -> Option<ChartSpec> {
    let parts = parts(context, one).filter(|all| one.verdict.deserves_causes() && !all.is_empty())?;
    let effects: Vec<f64> = parts.iter().map(|part| part.effect).collect();
    let (_, shown) = rounded(one.change(), &effects, &metric.unit);
    let end = |value: f64| rounded(value, &[], &metric.unit).0;
    let from = end(one.sides.0);
    let to = shown.iter().try_fold(from, |sum, part| sum.plus(*part))?;
    let names = parts.into_iter().map(|part| Text::Words(part.name));
    let first = match &one.base {
        Base::Period(period) => Text::Key("period-named", vec![("period", Arg::Period(*period))]),
        Base::Mean(_) => Text::key("causes-mean"),
        Base::Target => Text::key("series-target"),
    };
    let last = Text::Key("period-named", vec![("period", Arg::Period(one.period))]);
    let axis: Vec<Text> = std::iter::once(first).chain(names).chain([last]).collect();
    // Which way is good decides the colour of a step: a falling cost per click is good for ACoS.
    let tone = |step: &Quantity| match (metric.better, step.is_negative()) {
        (Better::Higher, false) | (Better::Lower, true) => SeriesRole::SignalGood,
        (Better::Higher, true) | (Better::Lower, false) => SeriesRole::SignalBad,
        (Better::Range | Better::Neutral, _) => SeriesRole::Signal,
    };
    let inner = |role: SeriesRole| shown.iter().map(move |step| (tone(step) == role).then_some(*step));
    let ends = || [Some(from)].into_iter().chain(shown.iter().map(|_| None)).chain([Some(to)]);
    let steps = |role| [None].into_iter().chain(inner(role)).chain([None]).collect();
    let series = |name: Text, role, values: Vec<Option<Quantity>>| ChartSeries {
        name,
        about: Some(about(&metric.id, &one.scope)),
        role,
        unit: metric.unit.clone(),
        bars: true,
        states: vec![State::Complete; values.len()],
        values,
    };
    let mut all = vec![series(context.metric_name(&metric.id), SeriesRole::Actual(0), ends().collect())];
    for (key, role) in [
        ("causes-step-good", SeriesRole::SignalGood),
        ("causes-step-bad", SeriesRole::SignalBad),
        ("causes-step", SeriesRole::Signal),
    ] {
        let values: Vec<Option<Quantity>> = steps(role);
        if values.iter().any(Option::is_some) {
            all.push(series(Text::key(key), role, values));
        }
    }
    Some(ChartSpec {
        id: id.to_owned(),
        kind: KIND,
        title: Text::Key("causes-chart", vec![("name", Arg::Words(metric_words(context, &metric.id)))]),
        axis: Axis::Members(axis),
        series: all,
        marks: Vec::new(),
        bands: Vec::new(),
    })
}

/// Everything about one comparison: sentence, waterfall, table, members.
pub(super) fn whole(context: &Context<'_>, id: &str, metric: &Metric, one: &Explained) -> Vec<Block> {
    let mut blocks = vec![Block::Story(Box::new(story(context, metric, one)))];
    if !one.verdict.deserves_causes() {
        return blocks;
    }
    blocks.extend(waterfall(context, &format!("{id}-waterfall"), metric, one).map(Block::Chart));
    blocks.extend(table(context, &format!("{id}-parts"), metric, one).map(Block::Table));
    for drilled in &one.drilled {
        let name = format!("{id}-by-{}", drilled.by);
        blocks.push(Block::Table(drill_table(context, &name, metric, one, drilled)));
    }
    if let Some(volume) = &one.volume {
        blocks.push(Block::Table(volume_table(&format!("{id}-volume"), metric, one, volume)));
    }
    blocks
}

/// The sentence in running text: of the period asked for, else of the newest signal.
pub(super) fn in_text(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Option<Period>) -> Text {
    let told = causes_of(context.plan, &metric.id).and_then(|causes| {
        let causes = match period.and_then(|period| period.grain) {
            Some(grain) => Causes { grain, ..causes },
            None => causes,
        };
        let period = match period {
            Some(period) => period,
            None => {
                let (signal, newest) = period_of(context, metric, &causes, scope)?;
                signal.unwrap_or(newest)
            }
        };
        let first = stories(context, metric, &causes, scope, period).into_iter().next()?;
        Some(story(context, metric, &first).text)
    });
    told.unwrap_or(Text::key("causes-no-data"))
}

/// A block of a dashboard: the newest signal, or that there is none.
pub(super) fn block(
    context: &Context<'_>,
    metric: &Id,
    scope: &Scope,
    (compare, members): (&[Against], bool),
    id: &str,
) -> Vec<Block> {
    let (Some(metric), Some(causes)) = (context.plan.metrics.get(metric), causes_of(context.plan, metric))
    else {
        return Vec::new();
    };
    let causes = if compare.is_empty() { causes } else { Causes { against: compare.to_vec(), ..causes } };
    let title = Text::Key("causes-block", vec![("name", Arg::Words(metric_words(context, &metric.id)))]);
    let mut blocks = vec![Block::Heading(title)];
    let Some((signal, newest)) = period_of(context, metric, &causes, scope) else {
        let text = Text::key("causes-no-data");
        blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
        return blocks;
    };
    let all = stories(context, metric, &causes, scope, signal.unwrap_or(newest));
    let Some(first) = all.first() else { return blocks };
    let whole = whole(context, id, metric, first).into_iter();
    // The members' tables come last; sentence, waterfall and parts are the first three.
    let keep = if members { usize::MAX } else { 3 };
    blocks.extend(whole.take(keep));
    blocks
}

/// What a page says in short about why a figure moved: the sentence and the waterfall, with the way to all of it.
pub(super) fn brief(context: &Context<'_>, metric: &Metric, scope: &Scope, id: &str) -> Vec<Block> {
    let Some(causes) = causes_of(context.plan, &metric.id) else { return Vec::new() };
    let Some((signal, newest)) = period_of(context, metric, &causes, scope) else { return Vec::new() };
    let mut blocks = Vec::new();
    if signal != Some(newest) {
        let now = stories(context, metric, &causes, scope, newest);
        blocks.extend(now.first().map(|one| Block::Story(Box::new(story(context, metric, one)))));
    }
    if let Some(signal) = signal {
        let all = stories(context, metric, &causes, scope, signal);
        if let Some(first) = all.first() {
            blocks.push(Block::Story(Box::new(story(context, metric, first))));
            blocks.extend(waterfall(context, id, metric, first).map(Block::Chart));
        }
    }
    blocks
}

/// What an alert about a metric came from: by the metric's own causes, else by those of the metric that it is a part of.
/// `None` where that figure is routine variation, or nothing is told apart. A signal stays one: it was raised under the
/// limits of its time, and what came later moves the limits, not what happened; and a whole may have stayed within its
/// limits because another part went the other way.
pub(super) fn of_alert(context: &Context<'_>, alert: &Alert, scope: &Scope, period: Period) -> Option<Story> {
    let metric = alert.metric.as_ref()?;
    let own = context.plan.metrics.get(metric).filter(|metric| metric.causes.is_some());
    let is_part = |whole: &&Metric| {
        let causes = whole.causes.as_ref().filter(|causes| Some(causes.grain) == period.grain);
        let mut all = std::collections::BTreeSet::new();
        causes.iter().filter_map(|causes| causes.identity.as_ref()).for_each(|one| one.metrics(&mut all));
        all.contains(metric)
    };
    let is_signal = matches!(alert.test, AlertTest::Signal(_));
    let worth = |one: &Explained| {
        let deserves = one.verdict.deserves_causes() || is_signal && one.base != Base::Target;
        deserves && parts(context, one).is_some()
    };
    let told = |metric: &Metric| {
        let causes = metric.causes.as_ref()?;
        // The base that tells whose change it was comes first: some members are younger than the mean of two years.
        let all = stories(context, metric, causes, scope, period).into_iter().filter(worth);
        let one =
            all.min_by_key(|one| (causes.drill.len() - one.drilled.len(), !one.verdict.deserves_causes()))?;
        let verdict = if one.verdict.deserves_causes() { one.verdict } else { Verdict::Signal };
        Some(story(context, metric, &Explained { verdict, ..one }))
    };
    own.into_iter().chain(context.plan.metrics.values().filter(is_part)).find_map(told)
}

/// Explains one figure for somebody who asks for it, with its sentence; also where it is routine variation, which the
/// verdict says. `None` where one of the two figures is not known or nothing says what it is made of.
pub fn explanation(
    (plan, facts, judged): (&Plan, &Facts, &[Judged]),
    provenance: &Provenance,
    metric: &Id,
    scope: &Scope,
    period: Period,
    against: Compared,
) -> Option<(Explained, Option<Words>)> {
    let watched = crate::assess::spc::watch(plan, facts, provenance.as_of).value;
    let context = Context::new(plan, facts, judged, provenance, watched);
    let (metric, causes) = (plan.metrics.get(metric)?, causes_of(plan, metric)?);
    let known = context.known();
    let base = match against {
        Compared::With(against) => (against, known.base(metric, scope, period, against)?),
        Compared::Period(base) => (Against::Previous, Base::Period(base)),
    };
    let one = explain_against(known, metric, &causes, scope, period, base)?;
    let words = words(&context, metric, &one);
    Some((one, words))
}

/// What somebody wants a figure compared with.
#[derive(Clone, Copy, Debug)]
pub enum Compared {
    /// One of the kinds that pages compare with.
    With(Against),
    /// A period.
    Period(Period),
}

/// What a figure came from, against the period before, with nothing formatted.
#[derive(Clone, Debug, PartialEq)]
pub struct Came {
    /// The period before.
    pub against: Period,
    /// Whether it is worth it.
    pub verdict: Verdict,
    /// What each part did, by its metrics; empty where it is not worth it, or nothing is told apart.
    pub effects: Vec<(String, f64)>,
    /// The same in words.
    pub words: Option<Words>,
}

/// What each of these figures came from; `None` where nobody wrote down why a metric moves, at another grain than that, and
/// where one of the two periods is not complete.
pub fn came(
    (plan, facts, judged): (&Plan, &Facts, &[Judged]),
    as_of: Option<crate::time::Date>,
    figures: &[(&Id, &Scope, Period)],
) -> Vec<Option<Came>> {
    let watched = crate::assess::spc::watch(plan, facts, as_of).value;
    let provenance = Provenance { as_of, ..Provenance::default() };
    let context = Context::new(plan, facts, judged, &provenance, watched);
    let one = |(id, scope, period): &(&Id, &Scope, Period)| {
        let metric = plan.metrics.get(*id)?;
        let causes = metric.causes.as_ref().filter(|causes| Some(causes.grain) == period.grain)?;
        // Members are a matter of `kpress explain`; here each figure has a line.
        let causes = Causes { drill: Vec::new(), volume: None, ..(**causes).clone() };
        let one = explain(context.known(), metric, &causes, scope, *period, Against::Previous)?;
        let told = one.causes.as_ref().ok().filter(|_| one.verdict.deserves_causes());
        let effects = told.into_iter().flat_map(|(causes, _)| causes);
        Some(Came {
            against: plan.site.calendar.previous(*period),
            verdict: one.verdict,
            effects: effects.map(|cause| (cause.of.id(), cause.effect)).collect(),
            words: told.and_then(|_| words(&context, metric, &one)),
        })
    };
    figures.iter().map(one).collect()
}
