//! Names that become addresses: ids of metrics, stores and people, file names of dashboards and articles.
//! They must be safe on every file system, and no two alike but for case.

use crate::diag::{Family, Finding, Level, Place, Rule};
use crate::inputs::ProjectPath;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&UNFIT_NAME, &PAGE_NAME_TAKEN];

/// A name that no address can hold.
pub static UNFIT_NAME: Rule = Rule {
    name: "unfit-name",
    level: Level::Error,
    family: Family::Config,
    about: "an id or file name that cannot be part of an address on every system",
    why: "pages are files: `CON`, `a/b` or `x.` cannot be written everywhere, and some names look like others",
    example: "stores: {\"a/b\": {name: A}}        # letters, digits, `_`, `-` and `.`",
};

/// Two pages at one address.
pub static PAGE_NAME_TAKEN: Rule = Rule {
    name: "page-name-taken",
    level: Level::Error,
    family: Family::Config,
    about: "two pages with one address, or a page at an address the site needs itself",
    why: "one would overwrite the other; on some systems `A` and `a` are one file",
    example: "dashboards/Weekly.yaml and dashboards/weekly.yaml        # rename one",
};

/// Longer names break file systems together with extensions and temporary suffixes.
const LONGEST: usize = 100;

/// Addresses below a language that the site uses itself (case 22), and those of versions.
const TAKEN: &[&str] = &[
    "a",
    "v",
    "zh",
    "ja",
    "en",
    "assets",
    "compare",
    "dashboards",
    "data",
    "figures.csv",
    "rows.csv",
    "index",
    "index.html",
    "manifest.json",
    "launch",
    "metrics",
    "objectives",
    "people",
    "provenance.json",
    "report.json",
    "scorecards",
    "search",
    "stores",
    "targets",
    "theme",
];

/// Whether a name can be part of an address; else why not.
pub fn fits(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("it is empty".to_owned());
    }
    if name.chars().count() > LONGEST {
        return Err(format!("it is longer than {LONGEST} characters"));
    }
    ProjectPath::parse(name).map_err(|refused| refused.0)?;
    match name.chars().find(|c| !(c.is_alphanumeric() || "_-.".contains(*c))) {
        Some(c) => Err(format!("`{}` is neither letter, digit, `_`, `-` nor `.`", c.escape_debug())),
        None if name.starts_with(['.', '-']) => Err("it begins with `.` or `-`".to_owned()),
        None => Ok(()),
    }
}

/// The finding for a name that does not fit.
pub fn refuse(name: &str, place: Place, why: &str) -> Finding {
    let shown: String = name.chars().take(40).collect();
    let told = format!("`{}` cannot be a name: {why}", crate::diag::printable(&shown));
    Finding::new(&UNFIT_NAME, place, told)
        .hint("use letters, digits, `_`, `-` and `.`; the text to show goes into `name:` or `title:`")
}

/// Checks the addresses of pages of one kind against each other and against the site's own.
pub fn pages<'a>(pages: impl Iterator<Item = (&'a str, &'a Place)>, found: &mut Vec<Finding>) {
    let mut seen: std::collections::BTreeMap<String, &Place> = std::collections::BTreeMap::new();
    for (id, place) in pages {
        let folded = id.to_lowercase();
        if let Err(why) = id.split('/').try_for_each(fits) {
            found.push(refuse(id, place.clone(), &why));
        } else if TAKEN.contains(&folded.split('/').next().unwrap_or("")) {
            let told = format!("the site itself has a page at `{id}`");
            found.push(Finding::new(&PAGE_NAME_TAKEN, place.clone(), told).hint("rename the file"));
        } else if let Some(first) = seen.get(&folded) {
            let told = format!("`{}` and `{}` would be one page, `{folded}`", first.file, place.file);
            let finding = Finding::new(&PAGE_NAME_TAKEN, place.clone(), told);
            found.push(finding.related((*first).clone(), "the first is here").hint("rename one of the two"));
        } else {
            seen.insert(folded, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn names_are_safe_in_every_address() {
        // Hostile case 21.
        let long = "x".repeat(300);
        for name in [
            "../x",
            "a/b",
            "CON",
            "com¹",
            "x.",
            "x ",
            "",
            &long,
            "🎉",
            "a\u{202e}b",
            "か\u{3099}",
            "-x",
            ".htaccess",
            "a b",
            "a%2e",
        ] {
            assert!(fits(name).is_err(), "{name}");
        }
        for name in ["gmv", "li.na", "gmv-2026", "が", "东京", "A"] {
            assert!(fits(name).is_ok(), "{name}");
        }
    }
}
