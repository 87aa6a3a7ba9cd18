//! The one checker: walks a tree along its description and names every unknown key, wrong type, missing key and
//! unfit value at its place. Names that refer to something else are noted for later, when everything is known.

use super::shape::{Field, Form, Kind, Known, Need, Shape};
use super::tree::{Content, Key, Node};
use super::{cut, problem};
use crate::diag::{Family, Finding, Level, Place, Rule, did_you_mean, nearest};
use crate::plan::amount;
use crate::time::Calendar;
use crate::unit::Lang;
use std::sync::Arc;

/// Rules the checker raises.
pub static RULES: &[&Rule] = &[&UNKNOWN_KEY, &WRONG_TYPE, &MISSING_KEY, &UNFIT_VALUE, &NOT_YET];

/// A key nobody reads.
pub static UNKNOWN_KEY: Rule = Rule {
    name: "unknown-key",
    level: Level::Error,
    family: Family::Config,
    about: "a key that the format does not know",
    why: "a misspelt key would leave out what it says, for example the filter of a metric",
    example: "{taget: 22%}        # did you mean `target`?",
};

/// A list where a value belongs.
pub static WRONG_TYPE: Rule = Rule {
    name: "wrong-type",
    level: Level::Error,
    family: Family::Config,
    about: "a list, map or single value where another of the three belongs",
    why: "nothing can be read from it",
    example: "unit: [JPY]        # write: unit: JPY",
};

/// A key that has to be there.
pub static MISSING_KEY: Rule = Rule {
    name: "missing-key",
    level: Level::Error,
    family: Family::Config,
    about: "an entry without a key it cannot do without",
    why: "there is no value that could stand for it",
    example: "targets: [{metric: gmv, value: 1}]        # add: period: 2026-Q4",
};

/// A value that is none of the kind.
pub static UNFIT_VALUE: Rule = Rule {
    name: "unfit-value",
    level: Level::Error,
    family: Family::Config,
    about: "a value that cannot be what its key asks for: `on` for a number, `1,00`, `０１`, `.nan`, a leading zero",
    why: "a value that can be read in two ways is read in neither: a wrong number is worse than none",
    example: "value: 1,00        # write 1.00 or 100",
};

/// Part of the format, but not of this version.
pub static NOT_YET: Rule = Rule {
    name: "not-yet",
    level: Level::Warning,
    family: Family::Config,
    about: "a key or file that belongs to the format but that this version does not act on yet",
    why: "what is ignored must say so",
    example: "limits: {preset: wheeler}        # ignored, with this warning",
};

/// A name that was used, to be looked up when all names are known.
#[derive(Clone, Debug)]
pub struct Use {
    /// What it should be.
    pub known: Known,
    /// The name.
    pub name: Arc<str>,
    /// Where it was used.
    pub place: Place,
    /// Which item used it.
    pub item: usize,
}

/// Checks nodes and collects what it finds.
pub struct Checker<'a> {
    /// For reading period names.
    pub calendar: Calendar,
    /// The text of the file, for mended lines.
    pub source: &'a str,
    /// The item being checked.
    pub item: usize,
    /// Findings so far.
    pub found: &'a mut Vec<Finding>,
    /// Names used so far.
    pub uses: &'a mut Vec<Use>,
}

impl Checker<'_> {
    /// Checks a map with known keys.
    pub fn object(&mut self, node: &Node, shape: &Shape) {
        let Content::Map(entries) = &node.content else {
            return self.wrong_type(node, shape.name, "a map");
        };
        if let Some(mended) = cut::in_map(entries, shape, self.source) {
            // What follows a cut formula are pieces of it.
            return self.found.push(mended);
        }
        for (key, value) in entries {
            match shape.fields.iter().find(|field| field.key == &*key.text) {
                Some(field) => self.field(key, value, field),
                None => self.unknown(key, shape),
            }
        }
        let misspelt = |field: &Field| {
            let unknown =
                entries.iter().filter(|(key, _)| !shape.fields.iter().any(|known| known.key == &*key.text));
            unknown.into_iter().any(|(key, _)| nearest(&key.text, [field.key]).is_some())
        };
        for field in shape.fields.iter().filter(|field| field.need == Need::Required) {
            if node.get(field.key).is_none() && !misspelt(field) {
                let told = format!("{} needs `{}`", shape.name, field.key);
                let hint = format!("add `{}:` with {}", field.key, describe(field.kind));
                self.found.push(Finding::new(&MISSING_KEY, node.place.clone(), told).hint(hint));
            }
        }
    }

    fn field(&mut self, key: &Key, value: &Node, field: &Field) {
        match field.need {
            Need::Later => {
                let told = format!("`{}` is not built yet; it is ignored", key.text);
                self.found.push(
                    Finding::new(&NOT_YET, key.place.clone(), told)
                        .hint("it may stay: a later version reads it"),
                );
            }
            // A site that is published to everybody although its file says to whom is worse than no site.
            Need::Guard if value.content != Content::Null => {
                let told =
                    format!("`{}` is not built yet, and without it everybody sees everything", key.text);
                self.found.push(
                    Finding::new(&UNFIT_VALUE, key.place.clone(), told)
                        .hint("take it out if that is meant; do not publish what it is to keep back"),
                );
            }
            // An empty value says nothing; a required one is reported as missing.
            _ if value.content == Content::Null => {}
            _ => self.value(value, field.kind, &key.text),
        }
    }

    fn unknown(&mut self, key: &Key, shape: &Shape) {
        let told = format!("`{}` is no key of {}", key.text, shape.name);
        let finding = Finding::new(&UNKNOWN_KEY, key.place.clone(), told);
        let hint = did_you_mean(&key.text, shape.fields.iter().map(|field| field.key));
        let hint = hint.unwrap_or_else(|| {
            let keys: Vec<String> = shape
                .fields
                .iter()
                .filter(|f| !matches!(f.need, Need::Later | Need::Guard))
                .map(|f| format!("`{}`", f.key))
                .collect();
            format!("known here: {}", keys.join(", "))
        });
        self.found.push(finding.hint(hint));
    }

    /// Checks a value; `what` is the key it stands under.
    pub fn value(&mut self, node: &Node, kind: Kind, what: &str) {
        match kind {
            Kind::Any => {}
            Kind::Of(form) => self.form(node, form, what),
            Kind::Amount => match node.text() {
                Some(text) => self.found.extend(amount::parse(text, &node.place).found),
                None => self.wrong_type(node, &format!("`{what}`"), "an amount"),
            },
            Kind::Enum(words) => self.word(node, words, what),
            Kind::Ref(known) => self.reference(node, known, what),
            Kind::Words => self.words(node, what),
            Kind::Scope => self.scope(node, what),
            Kind::List(inner) => match &node.content {
                Content::Seq(items) => items.iter().for_each(|item| self.value(item, *inner, what)),
                _ => self.wrong_type(node, &format!("`{what}`"), "a list such as `[a, b]`"),
            },
            Kind::Many(inner) => node.one_or_many().iter().for_each(|item| self.value(item, *inner, what)),
            Kind::Map(inner) => match &node.content {
                Content::Map(entries) => {
                    entries.iter().for_each(|(key, value)| self.value(value, *inner, &key.text))
                }
                _ => self.wrong_type(node, &format!("`{what}`"), "a map such as `{a: b}`"),
            },
            Kind::Object(shape) => self.object(node, shape),
            Kind::Items(_) => self.items(node, what),
            Kind::Entries(_) => {
                if !matches!(node.content, Content::Seq(_)) {
                    self.wrong_type(node, &format!("`{what}`"), "a list, one `- ` per entry");
                }
            }
            Kind::OneOf(kinds) => self.one_of(node, kinds, what),
        }
    }

    /// Tries each kind that has the right outer form; the findings of the last such one are kept.
    fn one_of(&mut self, node: &Node, kinds: &[Kind], what: &str) {
        let fitting: Vec<Kind> = kinds.iter().copied().filter(|kind| may_be(*kind, &node.content)).collect();
        let (found, uses) = (self.found.len(), self.uses.len());
        for (at, kind) in fitting.iter().enumerate() {
            self.value(node, *kind, what);
            if self.found.len() == found || at + 1 == fitting.len() {
                return;
            }
            self.found.truncate(found);
            self.uses.truncate(uses);
        }
        let forms: Vec<String> = kinds.iter().map(|kind| describe(*kind)).collect();
        self.wrong_type(node, &format!("`{what}`"), &forms.join(", or "));
    }

    fn form(&mut self, node: &Node, form: &Form, what: &str) {
        let Content::Scalar { text, quoted } = &node.content else {
            return self.wrong_type(node, &format!("`{what}`"), form.name);
        };
        if !(form.fits)(text, *quoted, &self.calendar) {
            let told = format!("`{}` is not {}", short(text), form.name);
            let hint = format!("`{what}` takes {}", form.accepted);
            self.found.push(Finding::new(&UNFIT_VALUE, node.place.clone(), told).hint(hint));
        }
    }

    fn word(&mut self, node: &Node, words: &[&'static str], what: &str) {
        let Some(text) = node.text() else {
            return self.wrong_type(node, &format!("`{what}`"), "a word");
        };
        if !words.contains(&&**text) {
            let told = format!("`{what}` cannot be `{}`", short(text));
            let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
            let all = || {
                format!(
                    "one of {}",
                    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
                )
            };
            self.found.push(finding.hint(did_you_mean(text, words.iter().copied()).unwrap_or_else(all)));
        }
    }

    fn reference(&mut self, node: &Node, known: Known, what: &str) {
        match node.text() {
            Some(text) => self.note(known, text, &node.place),
            None => self.wrong_type(node, &format!("`{what}`"), &format!("the name of a {}", known.word())),
        }
    }

    fn note(&mut self, known: Known, name: &Arc<str>, place: &Place) {
        self.uses.push(Use { known, name: name.clone(), place: place.clone(), item: self.item });
    }

    fn words(&mut self, node: &Node, what: &str) {
        match &node.content {
            Content::Scalar { .. } => {}
            Content::Map(entries) => {
                for (key, value) in entries {
                    if Lang::parse(&key.text).is_none() {
                        let told = format!("`{}` is no language of a site", key.text);
                        let hint = "write `zh:`, `ja:` or `en:`";
                        self.found.push(Finding::new(&UNKNOWN_KEY, key.place.clone(), told).hint(hint));
                    } else if value.text().is_none() {
                        self.wrong_type(value, &format!("`{what}`"), "a text");
                    }
                }
            }
            _ => self.wrong_type(
                node,
                &format!("`{what}`"),
                "a text, or a map such as `{zh: …, ja: …, en: …}`",
            ),
        }
    }

    fn scope(&mut self, node: &Node, what: &str) {
        let Content::Map(entries) = &node.content else {
            return self.wrong_type(node, &format!("`{what}`"), "a map such as `{store: jp1}`");
        };
        for (level, member) in entries {
            self.note(Known::Level, &level.text, &level.place);
            match (member.text(), &*level.text) {
                (None, _) => self.wrong_type(member, &format!("`{}`", level.text), "one member"),
                (Some(name), "store") => self.note(Known::Store, name, &member.place),
                (Some(name), "person") => self.note(Known::Person, name, &member.place),
                (Some(name), "team") => self.note(Known::Team, name, &member.place),
                _ => {}
            }
        }
    }

    /// Ids of a map of items: fit for addresses, and no two alike but for case.
    fn items(&mut self, node: &Node, what: &str) {
        let Content::Map(entries) = &node.content else {
            return self.wrong_type(node, &format!("`{what}`"), "a map with a name for each entry");
        };
        for (at, (key, _)) in entries.iter().enumerate() {
            if let Err(why) = super::super::rules::names::fits(&key.text) {
                self.found.push(super::super::rules::names::refuse(&key.text, key.place.clone(), &why));
            }
            let folded = key.text.to_lowercase();
            if let Some((first, _)) =
                entries[..at].iter().find(|(other, _)| other.text.to_lowercase() == folded)
            {
                self.found.push(problem::twice(key, first));
            }
        }
    }

    fn wrong_type(&mut self, node: &Node, subject: &str, expected: &str) {
        let told = format!("{subject} is {}", node.kind());
        self.found.push(
            Finding::new(&WRONG_TYPE, node.place.clone(), told).hint(format!("{expected} belongs here")),
        );
    }
}

/// Whether a kind can have this outer form.
fn may_be(kind: Kind, content: &Content) -> bool {
    match (kind, content) {
        (Kind::Any, _) => true,
        (Kind::OneOf(kinds), _) => kinds.iter().any(|kind| may_be(*kind, content)),
        (Kind::Many(inner), _) => matches!(content, Content::Seq(_)) || may_be(*inner, content),
        (_, Content::Null) => false,
        (Kind::Of(_) | Kind::Amount | Kind::Enum(_) | Kind::Ref(_) | Kind::Words, Content::Scalar { .. }) => {
            true
        }
        (Kind::Words | Kind::Scope | Kind::Map(_) | Kind::Object(_) | Kind::Items(_), Content::Map(_)) => {
            true
        }
        (Kind::List(_) | Kind::Entries(_), Content::Seq(_)) => true,
        _ => false,
    }
}

/// What a kind takes, for a hint.
pub fn describe(kind: Kind) -> String {
    match kind {
        Kind::Of(form) => form.accepted.to_owned(),
        Kind::Enum(words) => {
            format!("one of {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
        }
        Kind::Ref(known) => format!("the name of a {}", known.word()),
        Kind::Amount => "an amount such as `120_000_000` or `22%`".to_owned(),
        Kind::Words => "a text, or `{zh: …, ja: …, en: …}`".to_owned(),
        Kind::Scope => "a scope such as `{store: jp1}`".to_owned(),
        Kind::List(inner) => format!("a list of: {}", describe(*inner)),
        Kind::Many(inner) => describe(*inner),
        Kind::Map(_) => "a map".to_owned(),
        Kind::Object(shape) => shape.name.to_owned(),
        Kind::Items(shape) => format!("a map, each entry {}", shape.name),
        Kind::Entries(_) => "a list of entries".to_owned(),
        Kind::OneOf(kinds) => kinds.iter().map(|kind| describe(*kind)).collect::<Vec<_>>().join(", or "),
        Kind::Any => "anything".to_owned(),
    }
}

/// A long text shortened for a message.
pub(super) fn short(text: &str) -> String {
    /// Longer than a name or an amount, shorter than a line of a terminal.
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN {
        text.to_owned()
    } else {
        text.chars().take(SHOWN).chain(['…']).collect()
    }
}
