//! The blocks of target pages as templates see them: the answer at the top, the tree, the plan day by day, SMART.

#[cfg(test)]
mod tests;

use super::figure::{figure, gap, plain, signed, standing};
use super::view::{Desk, bar_width};
use crate::assess::{Letter, Verdict};
use crate::plan::StatusKind;
use crate::report::goal::{Gap, Lead, LeadFigure, Node, Plan, Stretch, Tree};
use crate::report::{Card, Cell, Running, Text};
use crate::time::{Grain, Period};
use crate::unit::{Lang, Quantity, Style, Unit, number};
use minijinja::{Value, context};

/// Decimals of a pace: 0.963 says more than 0.96 where a day is a third of a percent.
const PACE: u32 = 3;

/// A plain number for a template, `–` where it has no digits.
pub(super) fn bare(value: Quantity, decimals: u32, lang: Lang) -> String {
    value.as_decimal().map_or_else(|| "–".to_owned(), |value| number(value, decimals, lang, false))
}

impl Desk<'_> {
    pub(super) fn lead(&self, lead: &Lead) -> Value {
        let figure = |one: &LeadFigure| {
            context! {
                label => self.say(&one.label),
                value => self.brief(&one.value),
                note => one.note.as_ref().map(|note| self.say(note)),
            }
        };
        context! {
            kind => "lead",
            standing => lead.standing.map(|one| standing(one, self.strings)),
            said => lead.said.iter().map(|text| self.say(text)).collect::<Vec<_>>(),
            figures => lead.figures.iter().map(figure).collect::<Vec<_>>(),
        }
    }

    /// A cell with its figure cut to what is read at a glance.
    fn brief(&self, cell: &Cell) -> Value {
        match cell {
            Cell::Number(value, unit) => {
                context! { kind => "figure", figure => plain(*value, unit, None, Style::Compact, self.lang), change => () }
            }
            Cell::Figure { point, unit, decimals, .. } => context! {
                kind => "figure",
                figure => figure(point, unit, *decimals, Style::Compact, self.lang, self.strings),
                change => (),
            },
            Cell::Gap(value, unit) if *unit != Unit::Percent => {
                context! { kind => "text", text => signed(*value, unit, Style::Compact, self.lang) }
            }
            other => self.cell(other),
        }
    }

    /// The running target of a card.
    pub(super) fn running(&self, card: &Card, running: &Running) -> Value {
        let amount = |value: Quantity| plain(value, &card.unit, card.decimals, Style::Compact, self.lang);
        context! {
            href => self.href(&running.link),
            period => self.report.calendar.label(running.period, self.lang),
            actual => amount(running.actual),
            value => amount(running.value.0),
            upper => running.value.1.map(amount),
            index => running.index.map(|index| bare(index, PACE, self.lang)),
            needed => running.needed.map(amount),
            allowed => running.allowed.map(amount),
            standing => standing(running.standing, self.strings),
        }
    }

    pub(super) fn tree(&self, tree: &Tree) -> Value {
        let mut owners: Vec<(String, String)> = Vec::new();
        let mut standings: Vec<(&'static str, Value)> = Vec::new();
        let mut count = 0_usize;
        gather(tree.roots.iter().chain(&tree.past), &mut |node: &Node| {
            count += 1;
            if let Some((id, name)) = &node.owner {
                owners.push((name.in_lang(self.lang).to_owned(), id.to_string()));
            }
            standings.push((node.standing.name(), standing(node.standing, self.strings)));
        });
        owners.sort();
        owners.dedup();
        standings.sort_by(|a, b| a.0.cmp(b.0));
        standings.dedup_by(|a, b| a.0 == b.0);
        let owners: Vec<Value> =
            owners.into_iter().map(|(name, id)| context! { id => id, name => name }).collect();
        // Everything open while it fits on a screen or two.
        const FEW: usize = 24;
        let open_to = if count <= FEW { 9 } else { 1 };
        let nodes = |nodes: &[Node]| nodes.iter().map(|node| self.node(node, 0, open_to)).collect::<Vec<_>>();
        context! {
            kind => "tree",
            id => tree.id.clone(),
            roots => nodes(&tree.roots),
            past => nodes(&tree.past),
            owners => owners,
            standings => standings.into_iter().map(|(_, value)| value).collect::<Vec<_>>(),
        }
    }

    fn node(&self, node: &Node, depth: u32, open_to: u32) -> Value {
        let amount = |value: Quantity| plain(value, &node.unit, node.decimals, Style::Compact, self.lang);
        let pair = |(low, high): (Quantity, Option<Quantity>)| context! { low => amount(low), high => high.map(amount) };
        let name: Vec<String> = node.name.iter().map(|text| self.say(text)).collect();
        let status = match node.status {
            StatusKind::Active => None,
            StatusKind::Paused => Some(self.say(&Text::key("status-paused"))),
            StatusKind::Disputed => Some(self.say(&Text::key("status-disputed"))),
            StatusKind::Achieved => Some(self.say(&Text::key("status-achieved"))),
            StatusKind::Dropped => Some(self.say(&Text::key("status-dropped"))),
        };
        context! {
            href => self.href(&node.path),
            name => name.join(" · "),
            owner => node.owner.as_ref().map(|(id, name)| context! { id => &**id, name => name.in_lang(self.lang) }),
            value => node.value.map(pair),
            original => node.original.map(pair),
            actual => node.actual.as_ref().map(|point| figure(point, &node.unit, node.decimals, Style::Compact, self.lang, self.strings)),
            attainment => node.attainment.map(|part| plain(part, &Unit::Percent, Some(0), Style::Compact, self.lang)),
            bar => node.attainment.map(bar_width),
            index => node.index.map(|index| bare(index, PACE, self.lang)),
            forecast => node.forecast.map(amount),
            standing => standing(node.standing, self.strings),
            status => status,
            hatched => !node.status.is_judged(),
            reason => node.reason.as_ref().map(|why| why.in_lang(self.lang)),
            gap => node.gap.as_ref().map(|gap| self.gap(gap, &node.unit)),
            open => depth < open_to,
            children => node.children.iter().map(|child| self.node(child, depth + 1, open_to)).collect::<Vec<_>>(),
        }
    }

    fn gap(&self, one: &Gap, unit: &Unit) -> Value {
        let shown = |value: Quantity| plain(value, unit, None, Style::Compact, self.lang);
        let size =
            |value: Quantity| if value.is_negative() { Quantity::ZERO.minus(value) } else { Some(value) };
        context! {
            sum => one.sum.map(shown),
            left => one.left.filter(|left| !left.is_zero()).and_then(size).map(shown),
            over => one.left.is_some_and(Quantity::is_negative),
            uncovered => one.uncovered.iter().map(|name| name.in_lang(self.lang)).collect::<Vec<_>>().join(", "),
            overlapping => one.overlapping.iter().map(|(a, b)| format!("{a} · {b}")).collect::<Vec<_>>(),
        }
    }

    pub(super) fn plan(&self, plan: &Plan) -> Value {
        let by_month = plan.rows.iter().any(|row| row.parts.iter().any(|part| !part.parts.is_empty()));
        let only = plan.rows.len() == 1;
        context! {
            kind => "plan",
            id => plan.id.clone(),
            revised => plan.revised,
            by_month => by_month,
            total => self.stretch(plan, &plan.total, only),
            rows => plan.rows.iter().map(|row| self.stretch(plan, row, only)).collect::<Vec<_>>(),
        }
    }

    fn stretch(&self, plan: &Plan, stretch: &Stretch, open: bool) -> Value {
        let amount = |value: Quantity| plain(value, &plan.unit, plan.decimals, Style::Full, self.lang);
        let away = |value: Quantity| gap(value, &plan.unit, self.lang);
        let day = stretch.period.days() == 1;
        context! {
            name => self.span(stretch.period, day),
            weekday => day.then(|| self.weekday(stretch.period)),
            iso => stretch.period.start.to_string(),
            plan => stretch.plan.map(amount),
            original => stretch.original.map(amount),
            actual => stretch.actual.map(amount),
            difference => stretch.difference.map(away),
            so_far => stretch.so_far.map(away),
            needed => stretch.needed.map(amount),
            weight => stretch.weight.map(|weight| number(weight, weight.normalize().scale().clamp(1, 3), self.lang, false)),
            events => stretch.events.iter().map(|event| event.in_lang(self.lang)).collect::<Vec<_>>().join(" · "),
            now => stretch.now,
            open => open || stretch.now,
            day => day,
            parts => stretch.parts.iter().map(|part| self.stretch(plan, part, false)).collect::<Vec<_>>(),
        }
    }

    /// A day without its year, or part of a month from day to day: the row above names the rest.
    fn span(&self, period: Period, day: bool) -> String {
        let calendar = self.report.calendar;
        let short = |day| calendar.short_label(calendar.period(Grain::Day, day), self.lang);
        if day {
            return short(period.start);
        }
        match period.grain {
            Some(_) => calendar.label(period, self.lang),
            None => format!("{} – {}", short(period.start), short(period.end)),
        }
    }

    fn weekday(&self, period: Period) -> String {
        let keys = ["day-mon", "day-tue", "day-wed", "day-thu", "day-fri", "day-sat", "day-sun"];
        let place = usize::try_from(period.start.weekday().to_monday_zero_offset()).unwrap_or(0);
        self.strings.key(keys.get(place).copied().unwrap_or("day-mon"))
    }

    pub(super) fn smart(&self, letters: &[Letter]) -> Value {
        let letter = |one: &Letter| {
            let (class, sign, word) = match one.verdict {
                Verdict::Pass => ("yes", "✓", "smart-yes"),
                Verdict::Doubt => ("doubt", "!", "smart-doubt"),
                Verdict::Fail => ("no", "✗", "smart-no"),
            };
            context! {
                letter => one.letter.to_string(),
                mark => class,
                sign => sign,
                word => self.strings.key(word),
                said => self.strings.key(one.key),
                own => one.own.as_deref(),
            }
        };
        context! { kind => "smart", letters => letters.iter().map(letter).collect::<Vec<_>>() }
    }
}

fn gather<'n>(nodes: impl Iterator<Item = &'n Node>, see: &mut impl FnMut(&'n Node)) {
    let mut open: Vec<&Node> = nodes.collect();
    while let Some(node) = open.pop() {
        see(node);
        open.extend(&node.children);
    }
}
