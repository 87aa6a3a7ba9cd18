//! `kpress explain METRIC --against …`: why a figure moved, for people and as JSON.

use super::Trouble;
use super::explain::line;
use crate::assess::cause::{
    Base, ByVolume, Cause, Columns, Drilled, Explained, PartOf, Presence, Row, Unsplit, Verdict,
    VolumeEffects,
};
use crate::build::Survey;
use crate::diag::printable;
use crate::plan::{Against, Id, Metric, Scope, Words};
use crate::report::Provenance;
use crate::report::cause::{Compared, explanation};
use crate::time::{Period, parse_period};
use crate::unit::{Decimal, Lang, Unit, number};
use serde_json::{Value, json};

/// A figure with what it is compared with.
pub(super) struct Why<'a> {
    survey: &'a Survey,
    metric: &'a Metric,
    one: Explained,
    words: Option<Words>,
}

impl<'a> Why<'a> {
    /// Explains a figure.
    pub(super) fn of(
        survey: &'a Survey,
        name: &str,
        scope: &Scope,
        period: Option<Period>,
        against: &str,
    ) -> Result<Why<'a>, Trouble> {
        let metric = &survey.plan.metrics[name];
        let period = period.ok_or_else(|| Trouble::usage(format!("`{name}` has no value yet")))?;
        let compared = compared(against, survey)?;
        let provenance = Provenance { as_of: survey.snapshot.as_of, ..Provenance::default() };
        let plan = (&survey.plan, &survey.facts, survey.judged.as_slice());
        match explanation(plan, &provenance, &metric.id, scope, period, compared) {
            Some((one, words)) => Ok(Why { survey, metric, one, words }),
            None => Err(Trouble::usage(format!(
                "`{name}` cannot be compared: one of the two figures is not complete, or there is nothing to compare with"
            ))
            .hint("try another `--period` or `--against`; `kpress values` shows which are complete")),
        }
    }

    fn id(&self, period: Period) -> String {
        self.survey.plan.site.calendar.id(period)
    }

    fn base(&self) -> String {
        match &self.one.base {
            Base::Period(period) => self.id(*period),
            Base::Mean(periods) => format!("mean of {} periods", periods.len()),
            Base::Target => "target".to_owned(),
        }
    }

    /// `{"from":…,"to":…,"effects":[…],"residual":0,"sentence":{…}}`
    pub(super) fn json(&self) -> Value {
        let (causes, method) = match &self.one.causes {
            Ok((causes, method)) => (causes.as_slice(), Some(method.name())),
            Err(_) => (&[][..], None),
        };
        let told = |cause: &&Cause| cause.of != PartOf::Rest;
        let effects: Vec<Value> = causes.iter().filter(told).map(effect).collect();
        let rest = causes.iter().find(|cause| cause.of == PartOf::Rest).map_or(0.0, |rest| rest.effect);
        let sentence = self.words.as_ref().map(|words| {
            Lang::ALL
                .iter()
                .map(|lang| (lang.code(), words.in_lang(*lang)))
                .collect::<std::collections::BTreeMap<_, _>>()
        });
        json!({
            "metric": &*self.metric.id,
            "scope": self.one.scope.members().map(|(level, member)| (level.to_string(), member.to_string())).collect::<std::collections::BTreeMap<_, _>>(),
            "period": self.id(self.one.period),
            "against": self.base(),
            "verdict": self.one.verdict.name(),
            "from": self.one.sides.0,
            "to": self.one.sides.1,
            "unit": self.metric.unit.to_string(),
            "method": method,
            "effects": if self.one.causes.is_ok() { Value::from(effects) } else { Value::Null },
            "residual": if self.one.causes.is_ok() { exact(rest) } else { Value::Null },
            "unsplit": self.one.causes.as_ref().err().map(why),
            "sentence": sentence,
            "volume": self.one.volume.as_ref().map(volume),
            "drilled": self.one.drilled.iter().map(drilled).collect::<Vec<_>>(),
        })
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let scope = printable(&self.one.scope.to_string());
        line(
            &mut out,
            0,
            &format!("{} · {} against {} · {scope}", self.metric.id, self.id(self.one.period), self.base()),
        );
        let (was, now) = self.one.sides;
        let unit = &self.metric.unit;
        line(&mut out, 1, &format!("{} → {}", figure(was, unit, false), figure(now, unit, false)));
        line(
            &mut out,
            1,
            match self.one.verdict {
                Verdict::Signal => "a signal",
                Verdict::OffTarget => "off target",
                Verdict::Noise => "routine variation: pages name no cause, here they are all the same",
                Verdict::NoLimits => "not enough data to tell a signal from routine variation",
            },
        );
        if let Some(words) = &self.words {
            out.push('\n');
            line(&mut out, 1, &printable(words.in_lang(Lang::En)));
        }
        out.push('\n');
        match &self.one.causes {
            Ok((causes, method)) => {
                causes.iter().for_each(|cause| self.tell(cause, 1, &mut out));
                line(&mut out, 1, &format!("{:<24} {:>18}", "together", figure(now - was, unit, true)));
                line(&mut out, 1, &format!("split by {}", method.name()));
            }
            Err(unsplit) => line(&mut out, 1, &format!("not told apart: {}", why(unsplit))),
        }
        for drilled in &self.one.drilled {
            out.push('\n');
            line(&mut out, 1, &format!("by {} ({})", drilled.by, drilled.of));
            for row in &drilled.rows {
                let member = printable(&row.member);
                line(&mut out, 2, &format!("{member:<24} {:>16}", figure(row.effect, unit, true)));
            }
            if let Some(rest) = &drilled.rest {
                let name = format!("{} others", rest.members);
                line(&mut out, 2, &format!("{name:<24} {:>16}", figure(rest.effect, unit, true)));
            }
        }
        out
    }

    fn tell(&self, cause: &Cause, depth: usize, out: &mut String) {
        let sides = cause.sides.map_or_else(String::new, |(was, now)| {
            let unit = match &cause.of {
                PartOf::Metric(id) => self.survey.plan.metrics.get(id).map(|metric| &metric.unit),
                _ => None,
            };
            let shown =
                |value: f64| unit.map_or_else(|| value.to_string(), |unit| figure(value, unit, false));
            format!("   {} → {}", shown(was), shown(now))
        });
        let effect = figure(cause.effect, &self.metric.unit, true);
        line(out, depth, &format!("{:<24} {effect:>18}{sides}", cause.of.id()));
        cause.parts.iter().for_each(|part| self.tell(part, depth + 1, out));
    }
}

fn compared(against: &str, survey: &Survey) -> Result<Compared, Trouble> {
    if let Some(known) = Against::parse(against) {
        return Ok(Compared::With(known));
    }
    parse_period(against, &survey.plan.site.calendar).map(Compared::Period).ok_or_else(|| {
        Trouble::usage(format!("`{against}` is nothing to compare with"))
            .hint("write `previous`, `previous_year`, `baseline`, `target`, or a period such as `2026-W45`")
    })
}

/// Two decimals more than the unit shows, so that parts can be followed.
fn figure(value: f64, unit: &Unit, signed: bool) -> String {
    let decimals = match unit {
        Unit::Percent => 4,
        _ => 2,
    };
    let (value, after) = match unit {
        Unit::Percent => (value * 100.0, if signed { " pp" } else { " %" }),
        _ => (value, ""),
    };
    let Some(exact) = Decimal::from_f64_retain(value) else { return "–".to_owned() };
    format!("{}{after}", number(exact, decimals, Lang::En, signed))
}

fn effect(cause: &Cause) -> Value {
    json!({
        "factor": cause.of.id(),
        "from": cause.sides.map(|sides| sides.0),
        "to": cause.sides.map(|sides| sides.1),
        "effect": exact(cause.effect),
        "owner": cause.lever.owner.as_deref(),
        "sop": cause.lever.sop.as_deref(),
        "children": cause.parts.iter().map(effect).collect::<Vec<_>>(),
    })
}

/// Every digit; nothing has no sign.
fn exact(value: f64) -> Value {
    Value::from(value + 0.0)
}

/// Members of a level; of each what the columns of the page say: its rate and its weight, or the effect of each part.
fn drilled(drilled: &Drilled) -> Value {
    let row = |row: &Row| {
        let mut told = json!({
            "member": &*row.member, "from": row.sides.0, "to": row.sides.1, "effect": exact(row.effect),
            "presence": match row.presence {
                Presence::Both => "both",
                Presence::New => "new",
                Presence::Lost => "lost",
            },
        });
        let cells = row.cells.iter().copied().map(exact);
        match &drilled.columns {
            Columns::Change => {}
            Columns::RateAndMix => {
                ["rate", "mix"].iter().zip(cells).for_each(|(name, cell)| told[name] = cell)
            }
            Columns::Parts(parts) => {
                told["parts"] = parts.iter().map(|id| id.to_string()).zip(cells).collect()
            }
        }
        told
    };
    json!({
        "by": &*drilled.by, "metric": &*drilled.of, "surprise": drilled.surprise, "from": drilled.sides.0, "to": drilled.sides.1,
        "members": drilled.rows.iter().map(row).collect::<Vec<_>>(),
        "rest": drilled.rest.as_ref().map(|rest| json!({"members": rest.members, "effect": exact(rest.effect)})),
    })
}

/// Price, volume and mix of all items together, and of each: the mix of an item as it is, and in its centred form.
fn volume(volume: &ByVolume) -> Value {
    let parts = |one: &VolumeEffects| {
        json!({
            "volume": exact(one.volume), "mix": exact(one.mix), "mix_raw": exact(one.mix_raw), "price": exact(one.price),
            "new": exact(one.new), "lost": exact(one.lost),
        })
    };
    let mut told = parts(&volume.whole);
    told["by"] = Value::from(&*volume.by);
    told["left_over"] = exact(volume.left_over);
    let item = |(member, (was, now), effects): &(Id, (f64, f64), VolumeEffects)| {
        let mut item = parts(effects);
        item["member"] = Value::from(&**member);
        (item["from"], item["to"]) = (exact(*was), exact(*now));
        item
    };
    told["items"] = volume.rows.iter().map(item).collect();
    let rest = |(members, effects): &(usize, VolumeEffects)| {
        let mut rest = parts(effects);
        rest["members"] = Value::from(*members);
        rest
    };
    told["rest"] = volume.rest.as_ref().map_or(Value::Null, rest);
    told
}

fn why(unsplit: &Unsplit) -> String {
    let side = |now: &bool| if *now { "in the period" } else { "in what it is compared with" };
    match unsplit {
        Unsplit::Missing(id, now) => format!("`{id}` is not known {}", side(now)),
        Unsplit::Undefined(now) => format!("something is divided by zero {}", side(now)),
        Unsplit::NotClosed(was, now) => {
            format!("the parts differ from the metric by {was} before and {now} now")
        }
        Unsplit::TooMany => "there are too many parts with zeros or negative values among them".to_owned(),
        Unsplit::NoIdentity => "nothing says what it is made of".to_owned(),
    }
}

/// Metrics that a metric is explained by, through their own causes as well.
pub(super) fn wished(survey: &crate::plan::Plan, metric: &str) -> Vec<Id> {
    let (mut open, mut seen): (Vec<Id>, Vec<Id>) = (vec![metric.into()], Vec::new());
    while let Some(id) = open.pop() {
        if !seen.contains(&id) {
            if let Some(causes) = crate::plan::causes_of(survey, &id) {
                open.extend(causes.metrics().into_iter().cloned());
            }
            seen.push(id);
        }
    }
    seen
}
