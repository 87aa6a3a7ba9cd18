//! The target tree and the covers of people: parts must add up to the whole, nobody answers for another's part, and no
//! part is left to nobody.

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{Id, Person, Plan, Scope, StatusKind, Target, TargetValue};
use crate::time::{Date, Period};
use crate::unit::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Rules raised here.
pub static RULES: &[&Rule] = &[&CHILDREN_DIFFER, &SCOPES_OVERLAP, &PARTS_OVERLAP, &PARTS_UNCOVERED];

/// 70 of 100 are given to the stores.
pub static CHILDREN_DIFFER: Rule = Rule {
    name: "children-differ-from-parent",
    level: Level::Error,
    family: Family::Config,
    about: "targets whose sum is not the target they are parts of, by one unit or more; now, as first promised, or after a revision",
    why: "somebody believes the whole is shared out, and a part of it belongs to nobody, or two people promise the same",
    example: "gmv-2026: 100, for jp1: 60, for jp2: 30        # 10 are missing",
};

/// Two people, one store.
pub static SCOPES_OVERLAP: Rule = Rule {
    name: "scopes-overlap",
    level: Level::Warning,
    family: Family::Config,
    about: "two people whose covers hold the same rows",
    why: "what both answer for nobody answers for, and their figures do not add up to the whole",
    example: "li.na: {covers: {store: [jp1]}}, sun.li: {covers: {store: [jp1]}}",
};

/// The same store in two teams.
pub static PARTS_OVERLAP: Rule = Rule {
    name: "parts-overlap",
    level: Level::Error,
    family: Family::Config,
    about: "two parts of a target, of one level, that hold the same stores",
    why: "what is sold there counts for both, and the parts reach the whole before the company does",
    example: "gmv-2026 by team: `a` covers jp1 and jp2, `b` covers jp2 and jp3",
};

/// Nobody has jp3.
pub static PARTS_UNCOVERED: Rule = Rule {
    name: "parts-uncovered",
    level: Level::Warning,
    family: Family::Config,
    about: "a target whose parts, together, leave out a store",
    why: "what is sold there counts for the whole and for no part, or nobody sells it",
    example: "split: {by: store, share: {jp1: 0.6, jp2: 0.4}}        # and jp3?",
};

/// Checks sums of children and covers of people.
pub(in crate::plan) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    let mut below: BTreeMap<&Id, Vec<&Target>> = BTreeMap::new();
    for target in &plan.targets {
        if let Some(parent) = &target.parent {
            below.entry(parent).or_default().push(target);
        }
    }
    for parent in &plan.targets {
        if let Some(children) = below.get(&parent.id) {
            children_of(plan, parent, children, found);
        }
    }
    covers(plan, found);
}

/// Children in the parent's metric: those of its period by level, and those of its scope by time.
fn children_of(plan: &Plan, parent: &Target, children: &[&Target], found: &mut Vec<Finding>) {
    let Some(metric) = plan.metrics.get(&parent.metric) else { return };
    if kind(plan, metric, Along::Members) != Kind::Sum {
        return;
    }
    let mut by_level: BTreeMap<Vec<&Id>, Vec<&Target>> = BTreeMap::new();
    let mut by_time: Vec<&Target> = Vec::new();
    let counts = |child: &&&Target| child.metric == parent.metric && child.status.kind != StatusKind::Dropped;
    for child in children.iter().filter(counts) {
        if child.period == parent.period && child.scope != parent.scope {
            let levels = child.scope.levels().filter(|level| parent.scope.member(level).is_none());
            by_level.entry(levels.collect()).or_default().push(child);
        } else if child.scope == parent.scope && within(child.period, parent.period) {
            by_time.push(child);
        }
    }
    for (levels, children) in by_level {
        let by = levels.iter().map(|level| &***level).collect::<Vec<_>>().join(" and ");
        found.extend(gap(parent, &by, &children));
        found.extend(disjoint(plan, parent, &by, &children));
    }
    if kind(plan, metric, Along::Time) == Kind::Sum && apart(&by_time) {
        let days: u32 = by_time.iter().map(|child| child.period.days()).sum();
        if days == parent.period.days() {
            found.extend(gap(parent, "time", &by_time));
        }
    }
}

fn within(part: Period, whole: Period) -> bool {
    part != whole && whole.start <= part.start && part.end <= whole.end
}

fn apart(targets: &[&Target]) -> bool {
    let mut periods: Vec<Period> = targets.iter().map(|target| target.period).collect();
    periods.sort();
    periods.windows(2).all(|two| two[0].end < two[1].start)
}

/// What a target states for the whole period, as known on a day.
fn stated(target: &Target, day: Date) -> Option<Decimal> {
    let revised = target.revisions.iter().rev().find(|revision| revision.date <= day);
    match revised.map_or(target.value, |revision| revision.value).stated()? {
        TargetValue::Of(value) => Some(value),
        TargetValue::Between(..) => None,
    }
}

/// The first day on which the parts are not the whole: the beginning, or that of a revision.
fn gap(parent: &Target, by: &str, children: &[&Target]) -> Option<Finding> {
    let revisions = children.iter().chain([&parent]).flat_map(|target| &target.revisions);
    let days: BTreeSet<Date> = revisions.map(|revision| revision.date).chain([parent.period.start]).collect();
    let differs = |day: &Date| {
        let whole = stated(parent, *day)?;
        let parts: Option<Vec<Decimal>> = children.iter().map(|child| stated(child, *day)).collect();
        let sum = parts?.iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(*part))?;
        let most = whole.checked_add(whole.abs().checked_mul(parent.buffer)?)?;
        let fits = sum == whole || (sum > whole && sum <= most);
        (!fits).then_some((*day, whole, sum))
    };
    let (day, whole, sum) = days.iter().find_map(differs)?;
    let since = if day == parent.period.start { String::new() } else { format!(" from {day} on") };
    let (sum, rest) = (sum.normalize(), (whole - sum).normalize());
    let told =
        format!("the parts of `{}` by {by} add up to {sum}, not to {}{since}", parent.id, whole.normalize());
    let hint = match rest.is_sign_negative() {
        false => format!("give the {rest} that are missing to one of them, or lower `{}`", parent.id),
        true => format!("take {} from one of them, raise `{}`, or allow it with `buffer`", -rest, parent.id),
    };
    let finding = Finding::new(&CHILDREN_DIFFER, parent.place.clone(), told).hint(hint);
    Some(beside(finding, parent, children))
}

fn beside(finding: Finding, parent: &Target, children: &[&Target]) -> Finding {
    let written = children.iter().filter(|child| child.place != parent.place);
    written.fold(finding, |finding, child| finding.related(child.place.clone(), "a part of it"))
}

/// Parts that hold the same stores, and stores no part holds.
fn disjoint(plan: &Plan, parent: &Target, by: &str, children: &[&Target]) -> Option<Finding> {
    let sets: Vec<(&Target, BTreeSet<&Id>)> =
        children.iter().map(|child| Some((*child, stores(plan, &child.scope)?))).collect::<Option<_>>()?;
    // Categories of one store share it and no rows: only levels that are made of whole stores are compared.
    if !children.iter().all(|child| whole_stores(plan, parent, &child.scope)) {
        return None;
    }
    for (at, (one, stores)) in sets.iter().enumerate() {
        for (other, others) in &sets[at + 1..] {
            if let Some(shared) = stores.intersection(others).next() {
                let told = format!(
                    "`{}` and `{}`, parts of `{}` by {by}, both hold `{shared}`",
                    one.id, other.id, parent.id
                );
                let finding = Finding::new(&PARTS_OVERLAP, parent.place.clone(), told);
                return Some(finding.hint("give each store to one of them: change their covers or the tree"));
            }
        }
    }
    let held: BTreeSet<&Id> = sets.iter().flat_map(|(_, stores)| stores).copied().collect();
    let whole = stores(plan, &parent.scope)?;
    let left: Vec<String> = whole.difference(&held).map(|store| format!("`{store}`")).collect();
    if left.is_empty() {
        return None;
    }
    let told = format!("no part of `{}` by {by} holds {}", parent.id, left.join(", "));
    let finding = Finding::new(&PARTS_UNCOVERED, parent.place.clone(), told);
    Some(finding.hint("give it a part, be it 0"))
}

/// The stores a scope is about; `None` if that is not known from the workspace.
fn stores<'p>(plan: &'p Plan, scope: &Scope) -> Option<BTreeSet<&'p Id>> {
    let mut set: BTreeSet<&Id> = plan.stores.keys().collect();
    if set.is_empty() {
        return None;
    }
    if let Some(store) = scope.member("store") {
        set.retain(|known| *known == store);
    }
    let of_person = |person: &Person| -> BTreeSet<&'p Id> {
        match person.covers.get("store") {
            Some(covered) => plan.stores.keys().filter(|store| covered.contains(store)).collect(),
            None => plan.stores.keys().collect(),
        }
    };
    if let Some(person) = scope.member("person") {
        let covered = of_person(plan.people.get(person)?);
        set.retain(|store| covered.contains(store));
    }
    if let Some(team) = scope.member("team") {
        let members = plan.people.values().filter(|person| person.team.as_ref() == Some(team));
        let covered: BTreeSet<&Id> =
            members.filter(|person| !person.covers.is_empty()).flat_map(of_person).collect();
        set.retain(|store| covered.contains(store));
    }
    Some(set)
}

/// Whether a part differs from its parent by whole stores only: by store, or by people and teams that cover nothing
/// but stores (and sources, which say where a figure comes from, not whose it is).
fn whole_stores(plan: &Plan, parent: &Target, scope: &Scope) -> bool {
    let plain = |person: &Person| {
        person.covers.contains_key("store")
            && person.covers.keys().all(|level| matches!(&**level, "store" | "source"))
    };
    scope.members().filter(|(level, _)| parent.scope.member(level).is_none()).all(|(level, member)| {
        match &**level {
            "store" => true,
            "person" => plan.people.get(member).is_some_and(plain),
            "team" => {
                let mut members = plan
                    .people
                    .values()
                    .filter(|person| person.team.as_ref() == Some(member) && !person.covers.is_empty())
                    .peekable();
                members.peek().is_some() && members.all(plain)
            }
            _ => false,
        }
    })
}

fn covers(plan: &Plan, found: &mut Vec<Finding>) {
    let people: Vec<&Person> = plan.people.values().filter(|person| !person.covers.is_empty()).collect();
    for (at, one) in people.iter().enumerate() {
        for other in people[at + 1..].iter().filter(|other| overlap(one, other)) {
            let told = format!("`{}` and `{}` answer for the same rows", one.id, other.id);
            let (first, second) = if one.place <= other.place { (one, other) } else { (other, one) };
            let finding = Finding::new(&SCOPES_OVERLAP, second.place.clone(), told);
            let finding = finding.related(first.place.clone(), format!("`{}` covers them, too", first.id));
            found.push(finding.hint("give each member to one of the two"));
        }
    }
}

/// Covers have rows in common unless some level names members in both, and none of them twice.
fn overlap(one: &Person, other: &Person) -> bool {
    one.covers.iter().all(|(level, members)| match other.covers.get(level) {
        Some(others) => members.iter().any(|member| others.contains(member)),
        None => true,
    })
}
