//! The answer of a target page in sentences: where it stands, what the plan asks by now, what is needed a day, where it
//! will end. Only what is known is said.

use crate::assess::{Course, Judged, NoPace, Pace};
use crate::plan::{Better, Metric, StatusKind, Target, TargetValue, Words};
use crate::report::context::{Context, about, ends};
use crate::report::goal::{Lead, LeadFigure};
use crate::report::{Arg, Block, Cell, Text};
use crate::time::Date;
use crate::unit::{Decimal, Quantity, Unit};

/// What a sentence is made of.
struct Told<'t> {
    metric: &'t Metric,
    target: &'t Target,
    judged: &'t Judged,
    value: TargetValue,
}

/// Why a target is not pursued, with the day: the first thing to know about it.
pub(super) fn banner(target: &Target) -> Option<Block> {
    let key = match target.status.kind {
        StatusKind::Active => return None,
        StatusKind::Paused => "status-said-paused",
        StatusKind::Disputed => "status-said-disputed",
        StatusKind::Achieved => "status-said-achieved",
        StatusKind::Dropped => "status-said-dropped",
    };
    let tone = if target.status.kind == StatusKind::Achieved { "info" } else { "warning" };
    let since = target.status.date.map(Arg::Date).unwrap_or_else(|| Arg::Text("–".to_owned()));
    let details = target.status.reason.iter().map(ToString::to_string).collect();
    Some(Block::Notice { tone, text: Text::Key(key, vec![("day", since)]), details })
}

/// The answer.
pub(super) fn lead(context: &Context<'_>, metric: &Metric, target: &Target) -> Option<Block> {
    let judged = context.judged(target)?;
    let Some(value) = judged.in_force.map(|now| now.value) else {
        let said = vec![Text::key("target-said-unmeasured")];
        return Some(Block::Lead(Lead { standing: Some(judged.standing), said, figures: Vec::new() }));
    };
    let told = Told { metric, target, judged, value };
    let (mut said, mut figures) = match &judged.pace {
        Some(pace) => running(&told, pace),
        None => closed(context, &told),
    };
    said.extend(against_first(&told));
    figures.retain(|figure| !matches!(figure.value, Cell::Empty));
    Some(Block::Lead(Lead { standing: Some(judged.standing), said, figures }))
}

impl Told<'_> {
    fn figure(&self, value: Quantity) -> Arg {
        Arg::Figure(value, self.metric.unit.clone())
    }

    fn number(&self, value: Quantity) -> Cell {
        Cell::Number(value, self.metric.unit.clone())
    }

    /// Whether neither way is good, so that the target is a plan to be kept.
    fn is_kept(&self) -> bool {
        self.metric.better == Better::Neutral
    }

    /// The single value wanted; `None` for a range.
    fn wanted(&self) -> Option<Quantity> {
        match ends(self.value) {
            (value, None) => Some(value),
            _ => None,
        }
    }
}

/// A number of days, or of anything, as an argument.
fn plain(value: f64, decimals: u32) -> Option<Arg> {
    let value = Decimal::try_from(value).ok()?;
    Some(Arg::Number(Quantity::Exact(value), decimals))
}

/// A chance in whole percent. Only what cannot be otherwise is 0 or 100.
fn percent(chance: f64) -> Arg {
    match chance * 100.0 {
        few if few > 0.0 && few < 1.0 => Arg::Text("<1".to_owned()),
        most if most > 99.0 && most < 100.0 => Arg::Text(">99".to_owned()),
        percent => plain(percent, 0).unwrap_or_else(|| Arg::Text("–".to_owned())),
    }
}

fn figure(label: &'static str, value: Cell, note: Option<Text>) -> LeadFigure {
    LeadFigure { label: Text::key(label), value, note }
}

/// A period that has begun and is not over.
fn running(told: &Told<'_>, pace: &Pace) -> (Vec<Text>, Vec<LeadFigure>) {
    let is_sum = matches!(told.judged.course.as_deref(), Some(Course::Sum(_)));
    let mut said = vec![reached(told, pace.actual, pace.as_of)];
    let mut figures = vec![figure("lead-to-date", told.number(pace.actual), of_target(told))];
    if is_sum {
        said.extend(asked(told, pace));
        said.extend(needed(told, pace));
        let note = pace.days_ahead.and_then(ahead);
        let index = pace.index.map_or(Cell::Empty, |index| Cell::Plain(index, 3));
        figures.push(figure("target-pace", index, note));
        let days = i64::from(pace.days.1.saturating_sub(pace.days.0));
        let mut args = vec![("days", Arg::Count(u64::try_from(days).unwrap_or(0)))];
        let note = match pace.required_uplift.filter(|_| !is_reached(told, pace)) {
            Some(uplift) => {
                args.push(("uplift", Arg::Number(uplift, 3)));
                Text::Key("lead-uplift", args)
            }
            None => Text::Key("lead-days-left", args),
        };
        let required = pace.required_per_day.filter(|need| !need.is_negative());
        figures.push(figure(
            "lead-needed",
            required.map_or(Cell::Empty, |need| told.number(need)),
            Some(note),
        ));
    } else if let Some(allowed) = pace.allowed_rest {
        let days = u64::from(pace.days.1.saturating_sub(pace.days.0));
        let args = vec![("allowed", told.figure(allowed)), ("days", Arg::Count(days))];
        said.push(Text::Key(
            if told.metric.better == Better::Lower { "target-said-allowed" } else { "target-said-rest" },
            args.clone(),
        ));
        figures.push(figure("lead-rest", told.number(allowed), Some(Text::Key("lead-days-left", args))));
    }
    if let Some((sentence, chief)) = forecast(told) {
        said.push(sentence);
        figures.push(chief);
    }
    (said, figures)
}

fn of_target(told: &Told<'_>) -> Option<Text> {
    let args = vec![("target", told.figure(told.wanted()?))];
    Some(Text::Key("lead-of", args))
}

fn reached(told: &Told<'_>, actual: Quantity, day: Date) -> Text {
    let mut args = vec![("actual", told.figure(actual)), ("day", Arg::Date(day))];
    match ends(told.value) {
        (low, Some(high)) => {
            args.extend([("low", told.figure(low)), ("high", told.figure(high))]);
            Text::Key("target-said-range", args)
        }
        (value, None) => {
            args.push(("target", told.figure(value)));
            let share = told
                .judged
                .attainment
                .filter(|_| told.judged.course.as_deref().is_some_and(|c| matches!(c, Course::Sum(_))));
            match share.filter(|_| told.metric.better != Better::Lower) {
                Some(share) => {
                    args.push(("share", Arg::Figure(share, Unit::Percent)));
                    Text::Key("target-said-reached", args)
                }
                None => Text::Key("target-said-to-date", args),
            }
        }
    }
}

/// What the plan asks by now.
fn asked(told: &Told<'_>, pace: &Pace) -> Option<Text> {
    let mut args = vec![("expected", told.figure(pace.expected)), ("index", Arg::Number(pace.index?, 3))];
    if told.metric.better == Better::Lower {
        return Some(Text::Key("target-said-plan-allows", args));
    }
    /// Less than this is on the day.
    const ON_THE_DAY: f64 = 0.05;
    // No day of the plan asks for so much: what is ahead cannot be told in days.
    let Some(days) = pace.days_ahead else {
        return Some(Text::Key("target-said-plan-pace", args));
    };
    if days.abs() < ON_THE_DAY {
        return Some(Text::Key("target-said-plan", args));
    }
    args.push(("days", plain(days.abs(), 1)?));
    Some(Text::Key(if days < 0.0 { "target-said-behind" } else { "target-said-ahead" }, args))
}

fn ahead(days: f64) -> Option<Text> {
    let args = vec![("days", plain(days.abs(), 1)?)];
    Some(Text::Key(if days < 0.0 { "lead-behind" } else { "lead-ahead" }, args))
}

fn is_reached(told: &Told<'_>, pace: &Pace) -> bool {
    let left = pace.left.map(|(left, _)| left);
    let rises = !matches!(told.metric.better, Better::Lower | Better::Neutral);
    rises && left.is_some_and(|left| left.is_zero() || left.is_negative())
}

/// What is left to do, and on how many days.
fn needed(told: &Told<'_>, pace: &Pace) -> Option<Text> {
    if is_reached(told, pace) {
        return Some(Text::key("target-said-done"));
    }
    let days = u64::from(pace.days.1.saturating_sub(pace.days.0));
    let mut args = vec![
        ("left", told.figure(pace.left?.0)),
        ("day", told.figure(pace.required_per_day?)),
        ("days", Arg::Count(days)),
    ];
    if told.metric.better == Better::Lower || told.is_kept() {
        let key = match (pace.left?.0.is_negative(), told.is_kept()) {
            (true, false) => "target-said-spent",
            (true, true) => "target-said-over",
            (false, true) => "target-said-left",
            (false, false) => "target-said-may",
        };
        if key == "target-said-over" {
            args[0].1 = told.figure(Quantity::ZERO.minus(pace.left?.0)?);
        }
        return Some(Text::Key(key, args));
    }
    match pace.required_uplift {
        Some(uplift) => {
            args.push(("uplift", Arg::Number(uplift, 3)));
            Some(Text::Key("target-said-needed", args))
        }
        None => Some(Text::Key("target-said-left", args)),
    }
}

/// Where it will end, how sure that is, and how likely it is enough.
fn forecast(told: &Told<'_>) -> Option<(Text, LeadFigure)> {
    let forecast = told.judged.forecast?;
    let quantity = |value: f64| value.is_finite().then_some(Quantity::Approximate(value));
    let value = quantity(forecast.value)?;
    let mut args = vec![("value", told.figure(value))];
    // Both ends lie as far from the forecast; as ends of three digits they would read the same.
    let spread = forecast.interval.and_then(|(low, high)| quantity((high - low) / 2.0));
    let (Some(spread), Some(chance)) = (spread, forecast.probability) else {
        let chief = figure("target-forecast", told.number(value), None);
        return Some((Text::Key("target-said-forecast", args), chief));
    };
    args.extend([("spread", told.figure(spread)), ("chance", percent(chance))]);
    let (note, sentence) = match told.is_kept() {
        true => ("lead-chance-kept", "target-said-forecast-kept"),
        false => ("lead-chance", "target-said-forecast-between"),
    };
    let slack = Quantity::Exact((Decimal::ONE - told.target.forecast.near) * Decimal::ONE_HUNDRED);
    args.extend(told.is_kept().then_some(("slack", Arg::Number(slack, 0))));
    let chief = figure("target-forecast", told.number(value), Some(Text::Key(note, args[1..].to_vec())));
    Some((Text::Key(sentence, args), chief))
}

/// A period that is over, has not begun, or of which nothing can be said yet.
fn closed(context: &Context<'_>, told: &Told<'_>) -> (Vec<Text>, Vec<LeadFigure>) {
    let goal = match ends(told.value) {
        (low, Some(high)) => Cell::Range(low, high, told.metric.unit.clone()),
        (value, None) => told.number(value),
    };
    let begun = context.as_of().is_some_and(|as_of| told.target.period.start <= as_of);
    if !begun {
        let args = vec![("day", Arg::Date(told.target.period.start))];
        let said = vec![Text::Key("target-said-begins", args)];
        return (said, vec![figure("card-target", goal, None)]);
    }
    let Some((point, value)) = told.judged.actual.and_then(|point| Some((point, point.value?))) else {
        return (vec![Text::key("target-said-nothing")], vec![figure("card-target", goal, None)]);
    };
    let over = context.as_of().filter(|as_of| *as_of < told.target.period.end);
    let sentence = match over {
        Some(day) => reached(told, value, day),
        None => ended(told, value),
    };
    let mut said = vec![sentence];
    if !point.state.is_judged() {
        said.push(why_early(told));
    }
    let actual = Cell::Figure {
        about: about(&told.metric.id, &told.target.scope),
        point,
        unit: told.metric.unit.clone(),
        decimals: told.metric.decimals,
        change: None,
    };
    let gap = told.wanted().and_then(|wanted| value.minus(wanted));
    let share = told.judged.attainment.map_or(Cell::Empty, |share| Cell::Number(share, Unit::Percent));
    let figures = vec![
        figure("table-actual", actual, None),
        figure("card-target", goal, None),
        figure(
            "plan-difference",
            gap.map_or(Cell::Empty, |gap| Cell::Gap(gap, told.metric.unit.clone())),
            None,
        ),
        figure("card-attainment", share, None),
    ];
    (said, figures)
}

/// What became of a period that is over.
fn ended(told: &Told<'_>, value: Quantity) -> Text {
    let mut args = vec![("actual", told.figure(value)), ("period", Arg::Period(told.target.period))];
    match (ends(told.value), told.judged.attainment) {
        ((low, Some(high)), _) => {
            args.extend([("low", told.figure(low)), ("high", told.figure(high))]);
            Text::Key("target-said-ended-range", args)
        }
        ((wanted, None), Some(share)) if told.metric.better != Better::Lower => {
            args.extend([("target", told.figure(wanted)), ("share", Arg::Figure(share, Unit::Percent))]);
            Text::Key("target-said-ended", args)
        }
        ((wanted, None), _) => {
            args.push(("target", told.figure(wanted)));
            Text::Key("target-said-ended-plain", args)
        }
    }
}

/// Why a figure cannot be judged yet.
fn why_early(told: &Told<'_>) -> Text {
    match told.judged.no_pace {
        Some(NoPace::Gap(day)) => Text::Key("target-said-gap", vec![("day", Arg::Date(day))]),
        Some(NoPace::Unsettled) => Text::key("target-said-unsettled"),
        _ => Text::key("target-said-early"),
    }
}

/// A revised target is held against its first value as well.
fn against_first(told: &Told<'_>) -> Option<Text> {
    let share = told.judged.attainment_original?;
    let first = match ends(told.judged.in_force?.original) {
        (value, None) => value,
        _ => return None,
    };
    let args = vec![("first", told.figure(first)), ("share", Arg::Figure(share, Unit::Percent))];
    Some(Text::Key("target-said-first", args))
}

/// Words that are the same in every language.
pub(super) fn same_words(text: &str) -> Text {
    Text::Words(Words::same(text))
}
