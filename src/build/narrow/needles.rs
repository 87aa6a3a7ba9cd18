//! What is looked for in the files of an audience: names and addresses of what it may not see, and the digits of figures.

use super::search::{Pattern, Patterns, significant};
use super::small::Knowing;
use crate::measure::Facts;
use crate::plan::audience::Eyes;
use crate::plan::handbook;
use crate::plan::{Id, Plan, Scope, Words};
use crate::render::DEFAULT_THEME;
use crate::unit::{Decimal, Quantity};
use std::collections::{BTreeMap, BTreeSet};

/// How many numbers a large site shows: as many chances for one to be a hidden one by accident.
const NUMBERS: u128 = 1_000_000;
/// With fewer significant digits no figure is looked for.
pub(super) const DIGITS: u32 = 9;

/// Everything there is, and what an audience sees of it.
#[derive(Clone, Copy)]
pub(super) struct Cut<'a> {
    pub(super) whole: (&'a Plan, &'a Facts),
    pub(super) seen: (&'a Plan, &'a Facts),
    pub(super) eyes: &'a Eyes,
}

/// Something that is looked for.
pub(super) struct Needle {
    /// What it is.
    pub(super) what: &'static str,
    /// As it is written.
    pub(super) shown: String,
}

/// Texts of the program itself, in small letters: what stands there says nothing of anybody.
pub(super) fn common() -> Vec<u8> {
    let theme = DEFAULT_THEME.iter().map(|(_, bytes)| bytes.to_ascii_lowercase());
    let handbook = handbook::texts().map(|text| text.to_ascii_lowercase().into_bytes());
    theme.chain(handbook).collect::<Vec<_>>().join(&b'\n')
}

/// Names and addresses that an audience may not see.
pub(super) fn gather(cut: Cut<'_>, common: &[u8]) -> (Vec<Needle>, Patterns) {
    let mut all = Gathering { needles: Vec::new(), patterns: Vec::new(), seen: BTreeSet::new(), common };
    articles(&mut all, cut.whole.0, cut.seen.0);
    if !cut.eyes.see_all() {
        people(&mut all, cut.whole.0, cut.seen.0);
        members(&mut all, cut);
        metrics(&mut all, cut.whole.0, cut.seen.0);
        others(&mut all, cut.whole.0, cut.seen.0);
    }
    (all.needles, Patterns::of(all.patterns))
}

/// Names of what is hidden, and the forms in which ids stand in addresses and data.
struct Gathering<'a> {
    needles: Vec<Needle>,
    patterns: Vec<Pattern>,
    seen: BTreeSet<Vec<u8>>,
    common: &'a [u8],
}

impl Gathering<'_> {
    fn push(&mut self, text: &str, what: &'static str, shown: &str, is_whole: bool) {
        let bytes = text.to_ascii_lowercase().into_bytes();
        if self.seen.insert(bytes.clone()) {
            self.patterns.push(Pattern { bytes, is_whole });
            self.needles.push(Needle { what, shown: shown.to_owned() });
        }
    }

    /// Names, but for those that are words of the program, parts of a name that may be seen, or such a name with words of
    /// the program behind it: those say nothing.
    fn names<'n>(&mut self, names: impl Iterator<Item = (&'n str, &'static str)>, others: &[String]) {
        let is_short = |low: &str| low.chars().count() < if low.is_ascii() { 3 } else { 2 };
        let low = names.map(|(name, what)| (name.trim().to_ascii_lowercase(), name, what));
        let mut names: Vec<_> = low.filter(|(low, ..)| !is_short(low)).collect();
        let texts: Vec<&str> = names.iter().map(|(low, ..)| low.as_str()).collect();
        let seen_text = others.join("\n");
        let seen = found(&texts, seen_text.as_bytes());
        let mut place = 0..;
        names.retain(|_| !place.next().is_some_and(|place| seen.contains(&place)));
        let mut texts: Vec<&str> = names.iter().map(|(low, ..)| low.as_str()).collect();
        let mut of: Vec<usize> = (0..texts.len()).collect();
        let split: Vec<(usize, &str, &str)> =
            names.iter().enumerate().flat_map(|(place, (low, ..))| splits(low, place)).collect();
        let heads: Vec<&str> = split.iter().map(|(_, head, _)| *head).collect();
        for (place, _, rest) in found(&heads, seen_text.as_bytes()).into_iter().map(|head| split[head]) {
            texts.push(rest);
            of.push(place);
        }
        let common: BTreeSet<usize> = found(&texts, self.common).into_iter().map(|text| of[text]).collect();
        for (place, (low, name, what)) in names.iter().enumerate() {
            if !common.contains(&place) {
                self.push(low, what, name, true);
            }
        }
    }

    /// An id in addresses below `folders`.
    fn addresses(&mut self, id: &str, what: &'static str, folders: &[&str]) {
        let slug = crate::report::slug(id);
        for folder in folders {
            for end in ["/", "\"", "#", "<"] {
                self.push(&format!("{folder}{slug}{end}"), what, id, false);
            }
        }
    }

    /// A member of a level as scopes write it.
    fn member(&mut self, level: &str, id: &str, what: &'static str) {
        self.push(&format!("{level}:{id}"), what, id, true);
        self.push(&format!("\"{level}\":\"{id}\""), what, id, false);
        self.push(&format!("\"{level}\": \"{id}\""), what, id, false);
    }
}

/// A name in two parts, wherever a word of it ends; `place` is given back with each.
fn splits(name: &str, place: usize) -> impl Iterator<Item = (usize, &str, &str)> {
    let bytes = name.as_bytes();
    let ends = |at: &usize| {
        name.is_char_boundary(*at)
            && !(bytes[at - 1].is_ascii_alphanumeric() && bytes[*at].is_ascii_alphanumeric())
    };
    (1..bytes.len()).filter(ends).map(move |at| {
        let (head, rest) = name.split_at(at);
        (place, head.trim(), rest.trim_matches(|sign: char| !sign.is_alphanumeric()))
    })
}

/// Which of the texts stand in `text` as whole words.
fn found(texts: &[&str], text: &[u8]) -> BTreeSet<usize> {
    let pattern = |text: &&str| Pattern { bytes: text.as_bytes().to_vec(), is_whole: true };
    let mut found = BTreeSet::new();
    Patterns::of(texts.iter().map(pattern).collect()).search(text, &mut |number, _| {
        found.insert(number);
        false
    });
    found
}

fn texts(words: &Words) -> impl Iterator<Item = &str> {
    words.any.iter().chain(words.by_lang.values()).map(|text| &**text)
}

fn low<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    all.filter(|text| !text.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// Texts long enough to be no accident.
fn long<'a>(
    texts: impl Iterator<Item = &'a str>,
    what: &'static str,
) -> impl Iterator<Item = (&'a str, &'static str)> {
    let is_long = |text: &&str| text.chars().count() >= if text.is_ascii() { 8 } else { 4 };
    texts.filter(is_long).map(move |text| (text, what))
}

fn articles(all: &mut Gathering<'_>, whole: &Plan, cut: &Plan) {
    let titles = low(cut.articles.values().flat_map(|one| texts(&one.title)));
    let hidden: Vec<_> =
        whole.articles.values().filter(|one| !one.from_pack && !cut.articles.contains_key(&one.id)).collect();
    let named = hidden.iter().flat_map(|article| texts(&article.title));
    all.names(long(named, "the title of an article"), &titles);
    for article in hidden {
        for lang in ["zh/", "ja/", "en/"] {
            all.addresses(&article.id, "the address of an article", &[lang]);
        }
        for form in ["\"path\": \"", "\"path\":\""] {
            all.push(&format!("{form}{}\"", article.id), "the address of an article", &article.id, false);
        }
    }
}

fn people(all: &mut Gathering<'_>, whole: &Plan, cut: &Plan) {
    let seen = low(cut.people.values().flat_map(|one| texts(&one.name).chain([&*one.id])));
    let hidden = || whole.people.values().filter(|one| !cut.people.contains_key(&one.id));
    let named = hidden().flat_map(|one| texts(&one.name).chain([&*one.id])).map(|name| (name, "a person"));
    all.names(named, &seen);
    for person in hidden() {
        all.addresses(&person.id, "a person", &["people/"]);
        all.member("person", &person.id, "a person");
    }
    let hidden = || whole.teams.values().filter(|team| !cut.teams.contains_key(&team.id));
    let seen: Vec<String> =
        seen.into_iter().chain(low(cut.teams.values().flat_map(|team| texts(&team.name)))).collect();
    all.names(long(hidden().flat_map(|team| texts(&team.name)), "a team"), &seen);
    hidden().for_each(|team| all.member("team", &team.id, "a team"));
}

fn members(all: &mut Gathering<'_>, cut: Cut<'_>) {
    let ((whole, facts), (plan, told)) = (cut.whole, cut.seen);
    let there = told.members.values().flatten().map(|member| &**member);
    let stores = plan.stores.values().flat_map(|one| texts(&one.name).chain([&*one.id]));
    let seen = low(stores.chain(there));
    let hidden = || whole.stores.values().filter(|store| !plan.stores.contains_key(&store.id));
    let named = hidden().flat_map(|one| texts(&one.name).chain([&*one.id])).map(|name| (name, "a store"));
    all.names(named, &seen);
    for store in hidden() {
        all.addresses(&store.id, "a store", &["stores/"]);
        all.member("store", &store.id, "a store");
    }
    for (level, members) in facts.members.iter().filter(|(level, _)| !matches!(&***level, "person" | "team"))
    {
        let known: BTreeSet<&Id> = told.members.get(level).into_iter().flatten().collect();
        let hidden = || members.iter().filter(|one| !known.contains(*one));
        all.names(hidden().map(|member| (&**member, "a member")), &seen);
        hidden().for_each(|member| all.member(level, member, "a member"));
    }
}

fn metrics(all: &mut Gathering<'_>, whole: &Plan, cut: &Plan) {
    let seen = low(cut.metrics.values().flat_map(|one| texts(&one.name).chain([&*one.id])));
    let hidden = || whole.metrics.values().filter(|one| !cut.metrics.contains_key(&one.id));
    let named = hidden().flat_map(|one| texts(&one.name).chain([&*one.id])).map(|name| (name, "a metric"));
    all.names(named, &seen);
    for metric in hidden() {
        all.addresses(&metric.id, "a metric", &["metrics/", "causes/"]);
        for form in ["\"metric\":\"", "\"metric\": \""] {
            all.push(&format!("{form}{}\"", metric.id), "a metric", &metric.id, false);
        }
    }
}

/// Targets, dashboards, objectives, launches, alerts, events and actions.
fn others(all: &mut Gathering<'_>, whole: &Plan, cut: &Plan) {
    let there: BTreeSet<&Id> = cut.targets.iter().map(|target| &target.id).collect();
    for target in whole.targets.iter().filter(|target| !there.contains(&target.id)) {
        all.addresses(&target.id, "a target", &["targets/"]);
    }
    let titles = low(cut.dashboards.values().flat_map(|one| texts(&one.title)));
    let hidden = || whole.dashboards.values().filter(|page| !cut.dashboards.contains_key(&page.id));
    hidden().for_each(|page| all.addresses(&page.id, "a dashboard", &["dashboards/"]));
    let named = hidden().flat_map(|page| texts(&page.title)).filter(|title| !title.contains('{'));
    all.names(long(named, "the title of a dashboard"), &titles);
    let hidden = || whole.objectives.values().filter(|one| !cut.objectives.contains_key(&one.id));
    hidden().for_each(|one| all.addresses(&one.id, "an objective", &["objectives/"]));
    all.names(long(hidden().flat_map(|one| texts(&one.title)), "an objective"), &[]);
    let hidden = || whole.launches.values().filter(|one| !cut.launches.contains_key(&one.id));
    hidden().for_each(|one| all.addresses(&one.id, "a launch", &["launch/"]));
    all.names(long(hidden().flat_map(|one| texts(&one.title)), "a launch"), &[]);
    told(all, whole, cut);
}

fn told(all: &mut Gathering<'_>, whole: &Plan, cut: &Plan) {
    let alerts: BTreeSet<&Id> = cut.alerts.iter().map(|alert| &alert.id).collect();
    let kept = low(cut.alerts.iter().flat_map(|one| texts(&one.title)));
    let hidden = whole.alerts.iter().filter(|alert| !alerts.contains(&alert.id));
    all.names(long(hidden.flat_map(|alert| texts(&alert.title)), "an alert"), &kept);
    let notes = low(cut.annotations.iter().flat_map(|one| texts(&one.text)));
    let hidden =
        whole.annotations.iter().filter(|note| !cut.annotations.iter().any(|one| one.text == note.text));
    all.names(long(hidden.flat_map(|note| texts(&note.text)), "an event"), &notes);
    let actions = |plan: &Plan| {
        let entries = plan.reviews.values().flat_map(|review| &review.actions);
        low(entries.flat_map(|entry| texts(&entry.title)))
    };
    let (kept, hidden) = (actions(cut), actions(whole));
    all.names(long(hidden.iter().map(String::as_str), "an action"), &kept);
}

/// Digits of hidden figures that are too many to be met by accident: with so many hidden figures and so many numbers on the
/// pages, less than once in a thousand sites.
pub(super) fn figures(cut: Cut<'_>) -> BTreeSet<String> {
    let ((whole, all), (_, seen)) = (cut.whole, cut.seen);
    if cut.eyes.see_all() {
        return BTreeSet::new();
    }
    let is_hidden = |id: &Id, scope: &Scope| {
        let knowing = Knowing { plan: whole, eyes: cut.eyes, scope };
        // A person's figure may be that of a store that is seen.
        whole.metrics.contains_key(id) && scope.member("person").is_none() && !knowing.is_known(id, 0)
    };
    let mut hidden: BTreeMap<String, u32> = BTreeMap::new();
    for ((id, scope, _), series) in &all.series {
        if is_hidden(id, scope) {
            hidden.extend(series.points.iter().filter_map(|point| digits(point.value)));
        }
    }
    for ((id, scope, _), point) in &all.periods {
        if is_hidden(id, scope) {
            hidden.extend(digits(point.value));
        }
    }
    let points = seen.series.values().flat_map(|series| &series.points).chain(seen.periods.values());
    for (told, _) in points.filter_map(|point| digits(point.value)) {
        hidden.remove(&told);
    }
    let least =
        (DIGITS..=28).find(|digits| hidden.len() as u128 * NUMBERS * 1000 <= 9 * 10_u128.pow(digits - 1));
    hidden.retain(|_, says| least.is_some_and(|least| *says >= least));
    hidden.into_keys().collect()
}

/// The significant digits of a figure, and how many of them say something.
fn digits(value: Option<Quantity>) -> Option<(String, u32)> {
    let (text, says) = match value? {
        Quantity::Approximate(float) => (float.is_finite().then(|| format!("{float}"))?, None),
        exact => {
            let value = exact.as_decimal()?.normalize();
            (value.to_string(), fraction(value))
        }
    };
    let digits = significant(&text);
    let all = u32::try_from(digits.len()).unwrap_or(u32::MAX);
    Some((digits, says.map_or(all, |says| says.min(all))))
}

/// How many digits the shortest fraction has that gives a value: 28 digits of 70/333 say no more than these five.
fn fraction(value: Decimal) -> Option<u32> {
    /// A part of the continued fraction that is this great is what rounding left.
    const ROUNDING: i128 = 1_000_000_000;
    let (mut a, mut b) = (value.mantissa().abs(), 10_i128.checked_pow(value.scale())?);
    let (mut before, mut now) = ((0_i128, 1_i128), (1_i128, 0_i128));
    while b != 0 {
        let whole = a / b;
        if whole > ROUNDING && now.1 != 0 {
            break;
        }
        let next = (
            whole.checked_mul(now.0)?.checked_add(before.0)?,
            whole.checked_mul(now.1)?.checked_add(before.1)?,
        );
        (before, now) = (now, next);
        (a, b) = (b, a % b);
    }
    let length = |number: i128| number.checked_ilog10().map_or(1, |log| log + 1);
    // A whole number has nothing below the line.
    Some(length(now.0) + if now.1 == 1 { 0 } else { length(now.1) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Ratio;

    #[test]
    fn a_fraction_of_small_numbers_says_little() {
        let says = |num: i64, den: i64| {
            digits(Ratio::of(num.into(), den.into()).map(Quantity::Ratio)).map(|(_, says)| says)
        };
        assert_eq!(says(137, 3), Some(4));
        assert_eq!(says(70, 333), Some(5));
        assert_eq!(says(7_654_321, 1_234_567), Some(14));
        let whole = |text: &str| digits(text.parse().ok().map(Quantity::Exact));
        assert_eq!(whole("987654321098765"), Some(("987654321098765".to_owned(), 15)));
        assert_eq!(whole("1200.50"), Some(("12005".to_owned(), 5)));
    }
}
