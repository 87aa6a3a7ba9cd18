//! Looks through every byte that is written for an audience for what it may not see: names, addresses, texts and figures
//! (publishing.md §7). The filter has to be right; this finds out where it is not, and what authors wrote into texts.

use super::Narrow;
use crate::build::Survey;
use crate::diag::{Family, Finding, Level, Place, Rule, printable};
use crate::plan::handbook;
use crate::plan::{Id, Plan, Scope, Words};
use crate::render::DEFAULT_THEME;
use crate::snapshot::inflate;
use crate::unit::Quantity;
use std::collections::BTreeSet;

/// Something hidden is there.
pub(super) static AUDIENCE_LEAK: Rule = Rule {
    name: "audience-leak",
    level: Level::Error,
    family: Family::Leak,
    about: "finds an id, a name or a figure in the files of an audience that may not see it",
    why: "what is in a file can be read by everybody who has the file, shown or not",
    example: "content/notes.md: `Li Na sold most`        # add `audience: [company]` to its head, take the name out, or widen `sees`",
};

/// Unpacked bytes of one file beyond this are not looked at.
const UNPACKED: u64 = 64 << 20;
/// A file in a file in a file.
const DEPTH: u32 = 3;
/// Shorter runs of base64 are words and hashes.
const BASE64: usize = 24;
/// How many numbers a large site shows: as many chances for one to be a hidden one by accident.
const NUMBERS: u128 = 1_000_000;
/// With fewer significant digits no figure is looked for.
const DIGITS: u32 = 9;

/// What is looked for, and what it is.
struct Needle {
    /// In small letters.
    bytes: Vec<u8>,
    what: &'static str,
    /// As it is written.
    shown: String,
    /// Nothing of a word stands before and behind it.
    whole: bool,
}

/// What an audience may not see, ready to be looked for.
pub(in crate::build) struct Hidden {
    audience: Id,
    place: Place,
    needles: Vec<Needle>,
    /// Needles by their first two bytes.
    first: Vec<Vec<u32>>,
    figures: BTreeSet<String>,
}

impl Hidden {
    /// What is hidden from an audience.
    pub(in crate::build) fn from(survey: &Survey, narrow: &Narrow) -> Hidden {
        let gathered = gather(survey, narrow);
        let mut first = vec![Vec::new(); 1 << 16];
        for (at, needle) in gathered.iter().enumerate() {
            if let [a, b, ..] = needle.bytes.as_slice() {
                first[usize::from(*a) << 8 | usize::from(*b)].push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        Hidden {
            audience: narrow.eyes.audience.id.clone(),
            place: narrow.eyes.audience.place.clone(),
            needles: gathered,
            first,
            figures: figures(survey, narrow),
        }
    }

    /// The first hidden thing in a file or its name.
    pub(in crate::build) fn find(&self, path: &str, bytes: &[u8]) -> Option<Finding> {
        let (what, shown) = self.within(path.as_bytes(), 0).or_else(|| self.within(bytes, 0))?;
        let told = format!(
            "`{}` of `{}` holds {what} `{}`, which it may not see",
            printable(path),
            self.audience,
            printable(&shown)
        );
        let hint = "take it out of the text it comes from, show that text to others only, or widen `sees`";
        Some(Finding::new(&AUDIENCE_LEAK, self.place.clone(), told).hint(hint))
    }

    fn within(&self, bytes: &[u8], depth: u32) -> Option<(&'static str, String)> {
        if depth > DEPTH {
            return None;
        }
        let found = self.plain(bytes).or_else(|| {
            let decoded = decoded(bytes)?;
            self.plain(&decoded)
        });
        found.or_else(|| packed(bytes).iter().find_map(|inner| self.within(inner, depth + 1)))
    }

    fn plain(&self, bytes: &[u8]) -> Option<(&'static str, String)> {
        let low = bytes.to_ascii_lowercase();
        for at in 0..low.len().saturating_sub(1) {
            let candidates = &self.first[usize::from(low[at]) << 8 | usize::from(low[at + 1])];
            for needle in candidates.iter().map(|place| &self.needles[*place as usize]) {
                let end = at + needle.bytes.len();
                let is_there = low[at..].starts_with(&needle.bytes);
                if is_there && (!needle.whole || stands_alone(&low, at, end)) {
                    return Some((needle.what, needle.shown.clone()));
                }
            }
        }
        let number = numbers(&low).find(|number| self.figures.contains(number))?;
        Some(("the digits of a figure", number))
    }
}

/// Whether nothing of a word stands beside it. Signs of Chinese and Japanese are words by themselves.
fn stands_alone(text: &[u8], at: usize, end: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let (first, last) = (text.get(at), text.get(end - 1));
    let goes_on = is_word(first) && is_word(before) || is_word(last) && is_word(text.get(end));
    !goes_on
}

/// Significant digits of every number of a text: `1,234.50` is `12345`.
fn numbers(text: &[u8]) -> impl Iterator<Item = String> + '_ {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b',' | b'_');
    text.split(move |byte| !is_part(byte)).filter_map(|word| {
        let of_digits = word.len() >= DIGITS as usize
            && word.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
        of_digits.then(|| significant(&String::from_utf8_lossy(word)))
    })
}

fn significant(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

/// What the bytes say once entities, escapes and percent signs are read; `None` where there are none.
fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.iter().any(|byte| matches!(byte, b'&' | b'\\' | b'%')) {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (length, text) = match rest[0] {
            b'&' => entity(rest),
            b'\\' => escape(rest),
            b'%' => rest
                .get(1..3)
                .and_then(hex)
                .and_then(|value| u8::try_from(value).ok())
                .map(|byte| (3, vec![byte])),
            _ => None,
        }
        .unwrap_or_else(|| (1, vec![rest[0]]));
        out.extend(text);
        at += length;
    }
    Some(out)
}

fn hex(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn letter(code: u32) -> Option<Vec<u8>> {
    Some(char::from_u32(code)?.to_string().into_bytes())
}

fn entity(rest: &[u8]) -> Option<(usize, Vec<u8>)> {
    const MOST: usize = 12;
    let end = rest.iter().take(MOST).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[1..end]).ok()?;
    let text = match name {
        "amp" => b"&".to_vec(),
        "lt" => b"<".to_vec(),
        "gt" => b">".to_vec(),
        "quot" => b"\"".to_vec(),
        "apos" => b"'".to_vec(),
        _ => {
            let code = name.strip_prefix('#')?;
            let hexadecimal = code.strip_prefix(['x', 'X']).map(|digits| hex(digits.as_bytes()));
            letter(hexadecimal.unwrap_or_else(|| code.parse().ok())?)?
        }
    };
    Some((end + 1, text))
}

fn escape(rest: &[u8]) -> Option<(usize, Vec<u8>)> {
    match rest.get(1)? {
        b'u' => Some((6, letter(hex(rest.get(2..6)?)?)?)),
        b'"' => Some((2, b"\"".to_vec())),
        b'/' => Some((2, b"/".to_vec())),
        b'\\' => Some((2, b"\\".to_vec())),
        _ => None,
    }
}

/// Files within a file: gzip, texts of a PNG, base64.
fn packed(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return vec![inflate::gzip(bytes, UNPACKED)];
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return png(bytes);
    }
    let of_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let runs = bytes.split(|byte| !of_base64(byte)).filter(|run| run.len() >= BASE64);
    runs.map(base64).collect()
}

/// The compressed texts of a PNG; those that are not compressed are read as they stand.
fn png(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut texts, mut at) = (Vec::new(), 8);
    while let Some(head) = bytes.get(at..at + 8) {
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(body) = bytes.get(at + 8..at.saturating_add(8).saturating_add(size)) else { break };
        if matches!(&head[4..8], b"zTXt" | b"iTXt") {
            // The stream begins behind names of unknown length: wherever a zlib head stands.
            let begins = |place: &usize| body[*place] == 0x78;
            texts.extend((0..body.len()).filter(begins).map(|place| inflate::zlib(&body[place..], UNPACKED)));
        }
        at = at.saturating_add(12).saturating_add(size);
    }
    texts
}

fn base64(run: &[u8]) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::with_capacity(run.len() / 4 * 3), 0_u32, 0_u32);
    for byte in run {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        held = (held << 6 | u32::from(value)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).unwrap_or(0));
        }
    }
    out
}

/// Names of what is hidden, and the forms in which ids stand in addresses and data.
struct Gathering {
    needles: Vec<Needle>,
    seen: BTreeSet<Vec<u8>>,
    /// Texts of the program itself, in small letters: what stands there says nothing of anybody.
    common: String,
}

impl Gathering {
    fn push(&mut self, text: &str, what: &'static str, shown: &str, whole: bool) {
        let bytes = text.to_ascii_lowercase().into_bytes();
        if bytes.len() >= 2 && self.seen.insert(bytes.clone()) {
            self.needles.push(Needle { bytes, what, shown: shown.to_owned(), whole });
        }
    }

    /// A name, unless it is a word of the program or part of a name that may be seen.
    fn name(&mut self, name: &str, what: &'static str, others: &[String]) {
        let low = name.trim().to_ascii_lowercase();
        let is_short = low.chars().count() < if low.is_ascii() { 3 } else { 2 };
        let within = |text: &str| {
            let text = text.as_bytes();
            text.windows(low.len().max(1))
                .enumerate()
                .any(|(at, part)| part == low.as_bytes() && stands_alone(text, at, at + low.len()))
        };
        if !is_short && !within(&self.common) && !others.iter().any(|other| within(other)) {
            self.push(&low, what, name, true);
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

fn texts(words: &Words) -> impl Iterator<Item = &str> {
    words.any.iter().chain(words.by_lang.values()).map(|text| &**text)
}

fn gather(survey: &Survey, narrow: &Narrow) -> Vec<Needle> {
    let theme = DEFAULT_THEME.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).to_ascii_lowercase());
    let handbook = handbook::texts().map(str::to_ascii_lowercase);
    let common = theme.chain(handbook).collect::<Vec<_>>().join("\n");
    let mut all = Gathering { needles: Vec::new(), seen: BTreeSet::new(), common };
    let (whole, cut) = (&survey.plan, &narrow.plan);
    articles(&mut all, whole, cut);
    if !narrow.eyes.see_all() {
        people(&mut all, whole, cut);
        members(&mut all, survey, narrow);
        metrics(&mut all, whole, cut);
        others(&mut all, whole, cut);
    }
    all.needles
}

fn articles(all: &mut Gathering, whole: &Plan, cut: &Plan) {
    let titles: Vec<String> =
        cut.articles.values().flat_map(|one| texts(&one.title)).map(str::to_ascii_lowercase).collect();
    let hidden = whole.articles.values().filter(|one| !one.from_pack && !cut.articles.contains_key(&one.id));
    for article in hidden {
        texts(&article.title).for_each(|title| long(all, title, "the title of an article", &titles));
        for lang in ["zh/", "ja/", "en/"] {
            all.addresses(&article.id, "the address of an article", &[lang]);
        }
        for form in ["\"path\": \"", "\"path\":\""] {
            all.push(&format!("{form}{}\"", article.id), "the address of an article", &article.id, false);
        }
    }
}

/// A text long enough to be no accident.
fn long(all: &mut Gathering, text: &str, what: &'static str, others: &[String]) {
    let enough = if text.is_ascii() { 8 } else { 4 };
    if text.chars().count() >= enough {
        all.name(text, what, others);
    }
}

fn people(all: &mut Gathering, whole: &Plan, cut: &Plan) {
    let names = cut.people.values().flat_map(|one| texts(&one.name).chain([&*one.id]));
    let seen: Vec<String> = names.map(str::to_ascii_lowercase).collect();
    for person in whole.people.values().filter(|one| !cut.people.contains_key(&one.id)) {
        texts(&person.name).chain([&*person.id]).for_each(|name| all.name(name, "a person", &seen));
        all.addresses(&person.id, "a person", &["people/"]);
        all.member("person", &person.id, "a person");
    }
    for team in whole.teams.values().filter(|team| !cut.teams.contains_key(&team.id)) {
        texts(&team.name).for_each(|name| long(all, name, "a team", &seen));
        all.member("team", &team.id, "a team");
    }
}

fn members(all: &mut Gathering, survey: &Survey, narrow: &Narrow) {
    let (whole, cut) = (&survey.plan, &narrow.plan);
    let there = narrow.facts.members.values().flatten().map(|member| member.to_ascii_lowercase());
    let stores = cut.stores.values().flat_map(|one| texts(&one.name).chain([&*one.id]));
    let seen: Vec<String> = stores.map(str::to_ascii_lowercase).chain(there).collect();
    for store in whole.stores.values().filter(|store| !cut.stores.contains_key(&store.id)) {
        texts(&store.name).chain([&*store.id]).for_each(|name| all.name(name, "a store", &seen));
        all.addresses(&store.id, "a store", &["stores/"]);
        all.member("store", &store.id, "a store");
    }
    for (level, members) in &survey.facts.members {
        let known = narrow.facts.members.get(level);
        let hidden = members.iter().filter(|one| known.is_none_or(|known| !known.contains(*one)));
        for member in hidden.filter(|_| !matches!(&**level, "person" | "team")) {
            all.name(member, "a member", &seen);
            all.member(level, member, "a member");
        }
    }
}

fn metrics(all: &mut Gathering, whole: &Plan, cut: &Plan) {
    let names = cut.metrics.values().flat_map(|one| texts(&one.name).chain([&*one.id]));
    let seen: Vec<String> = names.map(str::to_ascii_lowercase).collect();
    for metric in whole.metrics.values().filter(|one| !cut.metrics.contains_key(&one.id)) {
        texts(&metric.name).chain([&*metric.id]).for_each(|name| all.name(name, "a metric", &seen));
        all.addresses(&metric.id, "a metric", &["metrics/", "causes/"]);
        for form in ["\"metric\":\"", "\"metric\": \""] {
            all.push(&format!("{form}{}\"", metric.id), "a metric", &metric.id, false);
        }
    }
}

/// Targets, dashboards, objectives, launches, alerts, events and actions.
fn others(all: &mut Gathering, whole: &Plan, cut: &Plan) {
    let there: BTreeSet<&Id> = cut.targets.iter().map(|target| &target.id).collect();
    for target in whole.targets.iter().filter(|target| !there.contains(&target.id)) {
        all.addresses(&target.id, "a target", &["targets/"]);
    }
    let titles: Vec<String> =
        cut.dashboards.values().flat_map(|one| texts(&one.title)).map(str::to_ascii_lowercase).collect();
    for page in whole.dashboards.values().filter(|page| !cut.dashboards.contains_key(&page.id)) {
        all.addresses(&page.id, "a dashboard", &["dashboards/"]);
        texts(&page.title)
            .filter(|title| !title.contains('{'))
            .for_each(|title| long(all, title, "the title of a dashboard", &titles));
    }
    for one in whole.objectives.values().filter(|one| !cut.objectives.contains_key(&one.id)) {
        all.addresses(&one.id, "an objective", &["objectives/"]);
        texts(&one.title).for_each(|title| long(all, title, "an objective", &[]));
    }
    for one in whole.launches.values().filter(|one| !cut.launches.contains_key(&one.id)) {
        all.addresses(&one.id, "a launch", &["launch/"]);
        texts(&one.title).for_each(|title| long(all, title, "a launch", &[]));
    }
    let alerts: BTreeSet<&Id> = cut.alerts.iter().map(|alert| &alert.id).collect();
    let kept: Vec<String> =
        cut.alerts.iter().flat_map(|one| texts(&one.title)).map(str::to_ascii_lowercase).collect();
    for alert in whole.alerts.iter().filter(|alert| !alerts.contains(&alert.id)) {
        texts(&alert.title).for_each(|title| long(all, title, "an alert", &kept));
    }
    let notes: Vec<String> =
        cut.annotations.iter().flat_map(|one| texts(&one.text)).map(str::to_ascii_lowercase).collect();
    for note in
        whole.annotations.iter().filter(|note| !cut.annotations.iter().any(|one| one.text == note.text))
    {
        texts(&note.text).for_each(|text| long(all, text, "an event", &notes));
    }
    let actions: Vec<String> = cut
        .reviews
        .values()
        .flat_map(|one| &one.actions)
        .flat_map(|one| texts(&one.title))
        .map(str::to_ascii_lowercase)
        .collect();
    for entry in whole.reviews.values().flat_map(|review| &review.actions) {
        texts(&entry.title).for_each(|title| long(all, title, "an action", &actions));
    }
}

/// Digits of hidden figures that are too many to be met by accident: with so many hidden figures and so many numbers on the
/// pages, less than once in a thousand sites.
fn figures(survey: &Survey, narrow: &Narrow) -> BTreeSet<String> {
    let mut hidden = BTreeSet::new();
    if narrow.eyes.see_all() {
        return hidden;
    }
    let digits = |value: Option<Quantity>| match value? {
        Quantity::Approximate(float) => float.is_finite().then(|| significant(&format!("{float}"))),
        exact => exact.as_decimal().map(|value| significant(&value.normalize().to_string())),
    };
    let follows = |id: &Id, scope: &Scope| {
        let knowing = super::small::Knowing { plan: &survey.plan, eyes: &narrow.eyes, scope };
        knowing.is_known(id, 0)
    };
    for ((id, scope, _), series) in
        survey.facts.series.iter().filter(|((id, scope, _), _)| !follows(id, scope))
    {
        // A person's figure may be that of a store that is seen.
        if survey.plan.metrics.contains_key(id) && scope.member("person").is_none() {
            hidden.extend(series.points.iter().filter_map(|point| digits(point.value)));
        }
    }
    for ((id, scope, _), point) in
        survey.facts.periods.iter().filter(|((id, scope, _), _)| !follows(id, scope))
    {
        if survey.plan.metrics.contains_key(id) && scope.member("person").is_none() {
            hidden.extend(digits(point.value));
        }
    }
    for series in narrow.facts.series.values() {
        for seen in series.points.iter().filter_map(|point| digits(point.value)) {
            hidden.remove(&seen);
        }
    }
    for seen in narrow.facts.periods.values().filter_map(|point| digits(point.value)) {
        hidden.remove(&seen);
    }
    let least =
        (DIGITS..=28).find(|digits| hidden.len() as u128 * NUMBERS * 1000 <= 9 * 10_u128.pow(digits - 1));
    hidden.retain(|number| least.is_some_and(|least| number.len() >= least as usize));
    hidden
}
