//! Interface strings, from `i18n/<lang>.ftl`: words around the figures, in each language of the site.

use super::assets::Theme;
use crate::diag::{Family, Finding, Level, Place, Rule};
use crate::report::{Arg, Text};
use crate::time::{Calendar, day_label};
use crate::unit::{Decimal, Digits, Lang, Quantity, Style, Unit, number, quantity};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// A file of strings that cannot be read.
pub(super) static STRINGS_UNREADABLE: Rule = Rule {
    name: "strings-unreadable",
    level: Level::Error,
    family: Family::Config,
    about: "a file of interface strings that is not valid Fluent",
    why: "the strings after the mistake would be missing on every page",
    example: "`nav-home Home` in `themes/ours/i18n/en.ftl`; write `nav-home = Home`",
};

/// The strings of one language.
pub(super) struct Strings {
    lang: Lang,
    calendar: Calendar,
    bundle: FluentBundle<FluentResource>,
}

impl Strings {
    /// The strings of `lang`: the built-in ones, then those a site puts over them.
    pub(super) fn of(theme: &Theme, lang: Lang, calendar: Calendar, found: &mut Vec<Finding>) -> Strings {
        let id = lang.code().parse().expect("the codes of the three languages are language identifiers");
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks would end up in titles, attributes and copied text.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(n) => Decimal::try_from(n.value).ok().map(|n| number(n, 0, Lang::En, false)),
            _ => None,
        }));
        let name = format!("i18n/{}.ftl", lang.code());
        let built_in = Theme::built_in();
        let mut sources = vec![built_in.bytes(&name)];
        if theme.overrides.contains_key(&name) {
            sources.push(theme.bytes(&name));
        }
        for bytes in sources {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let resource = FluentResource::try_new(text.clone()).unwrap_or_else(|(resource, errors)| {
                found.extend(errors.iter().map(|error| unreadable(&theme.shown(&name), &text, error)));
                resource
            });
            bundle.add_resource_overriding(resource);
        }
        Strings { lang, calendar, bundle }
    }

    /// The string of a key, or `None` if there is none.
    pub(super) fn get(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        // A missing argument leaves its name in the text; the all-strings test finds it.
        Some(self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
    }

    /// The string of a key without arguments; the key itself where it is unknown.
    pub(super) fn key(&self, key: &str) -> String {
        self.get(key, None).unwrap_or_else(|| key.to_owned())
    }

    /// A text of the report in this language.
    pub(super) fn say(&self, text: &Text) -> String {
        match text {
            Text::Words(words) => words.in_lang(self.lang).to_owned(),
            Text::Key(key, args) => {
                let mut fluent = FluentArgs::new();
                for (name, arg) in args {
                    fluent.set(*name, self.arg(arg));
                }
                self.get(key, Some(&fluent)).unwrap_or_else(|| (*key).to_owned())
            }
        }
    }

    fn arg(&self, arg: &Arg) -> FluentValue<'static> {
        FluentValue::from(match arg {
            Arg::Words(words) => words.in_lang(self.lang).to_owned(),
            Arg::Text(text) => text.clone(),
            Arg::Count(count) => return FluentValue::from(*count),
            Arg::Said(text) => self.say(text),
            Arg::Date(date) => day_label(*date, self.lang),
            Arg::Period(period) => self.calendar.label(*period, self.lang),
            Arg::Number(value, decimals) => value
                .as_decimal()
                .map_or_else(|| "–".to_owned(), |value| number(value, *decimals, self.lang, false)),
            Arg::Figure(value, unit) => self.figure(*value, unit, Style::Compact),
            Arg::Exact(value, unit) => self.figure(*value, unit, Style::Full),
        })
    }

    fn figure(&self, value: Quantity, unit: &Unit, style: Style) -> String {
        let shown = quantity(value, unit, self.lang, style, Digits::Auto);
        shown.map_or_else(|| "–".to_owned(), |shown| shown.to_string())
    }
}

fn unreadable(shown: &str, text: &str, error: &impl std::fmt::Display) -> Finding {
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    let place = Place { line: u32::from(lines > 0), ..Place::file(shown) };
    Finding::new(&STRINGS_UNREADABLE, place, error.to_string())
        .hint("every line is `key = text` or a comment with `#`")
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "reads the sources to see which strings they use")]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Key → names of its arguments, of one language.
    fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let theme = Theme::built_in();
        let text =
            String::from_utf8(theme.bytes(&format!("i18n/{}.ftl", lang.code())).to_vec()).expect("UTF-8");
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '\t'])) {
                name.clone_into(&mut key);
                assert!(
                    all.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{key} stands twice in {}",
                    lang.code()
                );
            }
            for rest in line.split('$').skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                all.entry(key.clone()).or_default().insert(rest[..end].to_owned());
            }
        }
        all
    }

    /// All string literals after `marker` in the sources and templates.
    fn used(folder: &str, markers: &[&str], all: &mut BTreeSet<String>) {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(root).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                used(&path.to_string_lossy(), markers, all);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for marker in markers {
                for rest in text.split(marker).skip(1) {
                    all.insert(rest.split('"').next().unwrap_or_default().to_owned());
                }
            }
        }
    }

    #[test]
    fn all_languages_have_the_same_strings() {
        let english = keys(Lang::En);
        assert!(english.len() > 40);
        for lang in [Lang::Ja, Lang::Zh] {
            let other = keys(lang);
            let missing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
            let extra: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
            assert!(
                missing.is_empty() && extra.is_empty(),
                "{}: missing {missing:?}, extra {extra:?}",
                lang.code()
            );
            for (key, args) in &english {
                assert_eq!(args, &other[key], "arguments of {key} in {}", lang.code());
            }
        }
    }

    #[test]
    fn every_string_that_is_used_exists() {
        let mut wanted = BTreeSet::new();
        used("themes/default/templates", &["t(\""], &mut wanted);
        used("src", &["Text::key(\"", "Text::Key(\"", "Text::Key(\n            \"", ".key(\""], &mut wanted);
        let known = keys(Lang::En);
        let unknown: Vec<_> = wanted.iter().filter(|key| !known.contains_key(*key)).collect();
        assert!(unknown.is_empty(), "no string for {unknown:?}");
    }

    #[test]
    fn every_string_that_exists_is_used() {
        fn texts(folder: &std::path::Path, all: &mut String) {
            for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    texts(&path, all);
                } else {
                    *all += &std::fs::read_to_string(&path).unwrap_or_default();
                }
            }
        }
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut all = String::new();
        texts(&root.join("src"), &mut all);
        texts(&root.join("themes/default/templates"), &mut all);
        let idle: Vec<String> =
            keys(Lang::En).into_keys().filter(|key| !all.contains(&format!("\"{key}\""))).collect();
        assert!(idle.is_empty(), "nobody says {idle:?}");
    }

    #[test]
    fn every_file_of_strings_is_read_whole() {
        for lang in Lang::ALL {
            let mut found = Vec::new();
            let strings = Strings::of(&Theme::built_in(), *lang, Calendar::default(), &mut found);
            assert!(found.is_empty(), "{found:?}");
            for key in keys(*lang).keys() {
                // Sentences stand without a gap between them in Chinese and Japanese.
                let may_be_empty = key.ends_with("-gap");
                assert!(
                    strings.get(key, None).is_some_and(|text| may_be_empty || !text.is_empty()),
                    "{key} in {}",
                    lang.code()
                );
            }
        }
    }

    #[test]
    fn arguments_are_shown_by_the_rules_of_the_language() {
        let mut theme = Theme::built_in();
        theme.put("i18n/en.ftl", "x", b"test-files =\n    { $n ->\n        [one] one file\n       *[other] { $n } files\n    } of { $day }\n");
        let strings = Strings::of(&theme, Lang::En, Calendar::default(), &mut Vec::new());
        let say = |n| {
            let day = Arg::Date("2026-11-09".parse().expect("a date"));
            strings.say(&Text::Key("test-files", vec![("n", Arg::Count(n)), ("day", day)]))
        };
        assert_eq!(say(1), "one file of 9 Nov 2026");
        assert_eq!(say(1234), "1,234 files of 9 Nov 2026");
    }

    #[test]
    fn a_broken_file_of_strings_is_a_finding() {
        let mut theme = Theme::built_in();
        theme.put("i18n/en.ftl", "themes/ours/i18n/en.ftl", b"nav-home Home\n");
        let mut found = Vec::new();
        Strings::of(&theme, Lang::En, Calendar::default(), &mut found);
        assert_eq!(
            found.first().map(|one| (one.rule.name, one.place.file.to_string())),
            Some(("strings-unreadable", "themes/ours/i18n/en.ftl".to_owned()))
        );
    }
}
