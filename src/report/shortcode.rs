//! `{{ metric("gmv", scope="store:jp1") }}` in Markdown becomes a figure, `{{ chart("acos") }}` a chart, `{{ causes("gmv") }}` a
//! sentence.
//! What cannot be resolved is shown as it was written, with a finding.

use super::context::Context;
use super::draw::{self, Delta, OverTime};
use super::{Part, Prose};
use crate::diag::{Family, Finding, Level, Place, Rule, did_you_mean};
use crate::plan::{Id, Scope, SeriesSpec, Words, shortcode};
use crate::time::{Grain, parse_period};
use crate::unit::Lang;
use std::collections::BTreeMap;

/// A shortcode that names nothing.
pub static SHORTCODE_UNKNOWN: Rule = Rule {
    name: "shortcode-unknown",
    level: Level::Warning,
    family: Family::Config,
    about: "a shortcode in Markdown that is not known, or that names an unknown metric, scope or period",
    why: "readers would see the braces instead of the figure",
    example: "{{ metric(\"gvm\") }}      # did you mean `gmv`?\n{{ chart(\"acos\", grain=\"week\", last=26) }}",
};

/// Weeks a chart in running text shows.
const WEEKS: u32 = 26;

/// Markdown in every language, with its shortcodes resolved.
pub(super) fn prose(
    context: &Context<'_>,
    words: &Words,
    place: &Place,
    scope: &Scope,
    found: &mut Vec<Finding>,
) -> Prose {
    let mut texts: BTreeMap<Lang, (&str, &Place)> = BTreeMap::new();
    for lang in &context.plan.site.languages {
        let text = words.by_lang.get(lang).or(words.any.as_ref());
        if let Some(text) = text {
            texts.insert(*lang, (text, place));
        }
    }
    of_texts(context, &texts, scope, found)
}

/// The same for texts with a place each (articles).
pub(super) fn of_texts(
    context: &Context<'_>,
    texts: &BTreeMap<Lang, (&str, &Place)>,
    scope: &Scope,
    found: &mut Vec<Finding>,
) -> Prose {
    let mut prose = Prose::default();
    for (lang, (text, place)) in texts {
        let resolved = resolve(context, text, place, scope, &mut prose.parts, found);
        prose.markdown.insert(*lang, resolved);
        prose.places.insert(*lang, (*place).clone());
    }
    prose.fallback = context
        .plan
        .site
        .languages
        .iter()
        .chain([&Lang::En, &Lang::Ja, &Lang::Zh])
        .find_map(|lang| prose.markdown.get(lang).cloned());
    prose
}

fn resolve(
    context: &Context<'_>,
    text: &str,
    place: &Place,
    scope: &Scope,
    parts: &mut Vec<Part>,
    found: &mut Vec<Finding>,
) -> String {
    let (mut out, mut rest, mut line) = (String::new(), text, place.line);
    let spans = shortcode::code(text);
    while let Some((before, after)) = rest.split_once("{{") {
        let done = text.len() - rest.len();
        if let Some(span) = spans.iter().find(|span| span.contains(&(done + before.len()))) {
            let (shown, behind) = rest.split_at(span.end - done);
            out += shown;
            line += lines(shown);
            rest = behind;
            continue;
        }
        let Some((code, behind)) = after.split_once("}}") else { break };
        out += before;
        line += lines(before);
        let at = Place::at(
            &place.file,
            line,
            column(&text[..text.len() - rest.len() + before.len()]),
            width(code) + 4,
        );
        let part = match part(context, code, scope, parts.len()) {
            Ok(part) => part,
            Err((message, hint)) => {
                let finding = Finding::new(&SHORTCODE_UNKNOWN, at, message);
                found.push(match hint {
                    Some(hint) => finding.hint(hint),
                    None => finding.hint("known are `metric(\"id\", scope=…, period=…)`, `chart(\"id\", scope=…, grain=…, last=…)` and `causes(\"id\", scope=…, period=…)`"),
                });
                Part::Literal(format!("{{{{{code}}}}}"))
            }
        };
        out += &format!("\u{e000}{}\u{e001}", parts.len());
        parts.push(part);
        line += lines(code);
        rest = behind;
    }
    out + rest
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

fn width(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// The column after `before`.
fn column(before: &str) -> u32 {
    width(before.rsplit('\n').next().unwrap_or("")) + 1
}

type Wrong = (String, Option<String>);

/// That every member a scope names is there.
fn known_members(context: &Context<'_>, scope: &Scope) -> Result<(), Wrong> {
    for (level, member) in scope.members() {
        let members = context.members(level);
        if !members.contains(member) {
            let hint = did_you_mean(member, members.iter().map(|id| &**id));
            return Err((format!("there is no {level} `{member}`"), hint));
        }
    }
    Ok(())
}

fn part(context: &Context<'_>, code: &str, page: &Scope, number: usize) -> Result<Part, Wrong> {
    let call = shortcode::parse(code).ok_or_else(|| (format!("`{{{{{code}}}}}` is no shortcode"), None))?;
    let known = || context.plan.metrics.keys().map(|id| &**id);
    let metric = context.plan.metrics.get(call.metric.as_str()).ok_or_else(|| {
        (format!("there is no metric `{}`", call.metric), did_you_mean(&call.metric, known()))
    })?;
    let scope = match call.args.get("scope") {
        Some(text) => Scope::parse(text)
            .ok_or_else(|| (format!("`{text}` is no scope"), Some("write `store:jp1`".to_owned())))?,
        None => page.clone(),
    };
    known_members(context, &scope)?;
    let grain = match call.args.get("grain") {
        Some(name) => Grain::parse(name).ok_or_else(|| {
            (format!("`{name}` is no grain"), Some("day, week, month, quarter or year".to_owned()))
        })?,
        None if call.name == "chart" => Grain::Week,
        None => context.card_grain(),
    };
    match call.name.as_str() {
        "metric" => {
            let period = match call.args.get("period") {
                Some(text) => Some(
                    parse_period(text, &context.plan.site.calendar)
                        .ok_or_else(|| (format!("`{text}` is no period"), None))?,
                ),
                None => context.last_complete(grain.max(metric.grain)),
            };
            let cell = period.map_or(super::Cell::Empty, |period| {
                draw::figure(context, metric, &scope, period, Delta::Left)
            });
            Ok(Part::Figure(cell))
        }
        "chart" => {
            let last = match call.args.get("last") {
                None => WEEKS,
                Some(text) => text.parse().ok().filter(|last| *last > 0).ok_or_else(|| {
                    (format!("`{text}` is no number of periods"), Some("write `last=26`".to_owned()))
                })?,
            };
            let id: Id = metric.id.clone();
            let wanted = OverTime {
                id: format!("chart-text-{}", number + 1),
                kind: "line",
                title: context.metric_name(&id),
                series: &[SeriesSpec::Metric(id.clone()), SeriesSpec::Target(id)],
                scope: &scope,
                grain,
                last,
            };
            let chart = draw::over_time(context, &wanted)
                .ok_or_else(|| (format!("there is nothing to draw of `{}`", call.metric), None))?;
            Ok(Part::Chart(Box::new(chart)))
        }
        "causes" => {
            let period = match call.args.get("period") {
                Some(text) => Some(
                    parse_period(text, &context.plan.site.calendar)
                        .ok_or_else(|| (format!("`{text}` is no period"), None))?,
                ),
                None => None,
            };
            let text = super::cause::in_text(context, metric, &scope, period);
            Ok(Part::Figure(super::Cell::Text(text)))
        }
        other => Err((
            format!("there is no shortcode `{other}`"),
            did_you_mean(other, ["metric", "chart", "causes"]),
        )),
    }
}
