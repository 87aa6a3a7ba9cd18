//! The alerts of a site as an Atom feed, one per language, so that a reader or a chat can follow them. Dates are those of the
//! data, addresses are relative: the same inputs give the same feed, wherever it lies.

use super::link::href;
use super::strings::Strings;
use crate::chart::escape;
use crate::report::{AlertLine, Report};
use crate::time::Date;
use crate::unit::Lang;

/// The page the feed stands beside.
pub(super) const PAGE: &str = "alerts";
/// More entries than this are history, not news.
const ENTRIES: usize = 100;

/// The file of a language's feed.
pub(super) fn file_of(lang: Lang) -> String {
    format!("{}/{PAGE}/feed.xml", lang.code())
}

/// The feed; `None` where no page of alerts is.
pub(super) fn feed(report: &Report, lang: Lang, strings: &Strings) -> Option<String> {
    let page = report.pages.iter().find(|page| page.path == PAGE)?;
    let title = format!("{} · {}", report.title.in_lang(lang), strings.say(&page.title));
    let newest = report.alerts.iter().map(changed).max().or(report.as_of)?;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    out += &format!("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n", lang.code());
    out += &format!("<id>{}</id>\n", tag(report, lang, "feed"));
    out += &format!("<title>{}</title>\n<updated>{}</updated>\n", escape(&title), instant(newest));
    out += &format!("<author><name>{}</name></author>\n", escape(report.title.in_lang(lang)));
    out += "<link rel=\"self\" href=\"feed.xml\"/>\n<link rel=\"alternate\" href=\"index.html\"/>\n";
    for line in report.alerts.iter().take(ENTRIES) {
        out += &entry(report, lang, strings, line);
    }
    out += "</feed>\n";
    Some(out)
}

fn entry(report: &Report, lang: Lang, strings: &Strings, line: &AlertLine) -> String {
    let severity = strings.say(&crate::report::severity_text(line.severity));
    let title = format!("{severity} · {} · {}", strings.say(&line.title), strings.say(&line.whose));
    let state = strings.say(&crate::report::state_text(line));
    let owner = line.owner.as_ref().map_or(String::new(), |(_, name)| format!(" · {}", name.in_lang(lang)));
    let why = line.why.as_ref().map_or(String::new(), |why| format!(" · {}", strings.say(&why.text)));
    let about = format!(
        "{}: {} · {state}{owner}{why}",
        report.calendar.label(line.opened, lang),
        strings.say(&line.about)
    );
    format!(
        "<entry>\n<id>{}</id>\n<title>{}</title>\n<published>{}</published>\n<updated>{}</updated>\n<category term=\"{}\"/>\n<category term=\"{}\"/>\n<link rel=\"alternate\" href=\"{}\"/>\n<summary>{}</summary>\n</entry>\n",
        tag(report, lang, &line.id),
        escape(&title),
        instant(line.opened.end),
        instant(changed(line)),
        line.severity.name(),
        line.state.name(),
        escape(&href(PAGE, lang, &line.link)),
        escape(&about)
    )
}

/// The day an entry last changed.
fn changed(line: &AlertLine) -> Date {
    let taken = line.taken.as_ref().map(|(_, day, _)| *day);
    [Some(line.opened.end), line.resolved.map(|over| over.end), taken]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(line.opened.end)
}

/// A day as Atom writes instants. The data know no hour.
fn instant(day: Date) -> String {
    format!("{day}T00:00:00Z")
}

/// A name that stays the same wherever the site lies (RFC 4151).
fn tag(report: &Report, lang: Lang, name: &str) -> String {
    let plain =
        |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/') { c } else { '_' };
    let site: String =
        report.title.in_lang(lang).chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let name: String = name.chars().map(plain).collect();
    escape(&format!("tag:kpress.invalid,2026:{site}/{name}")).into_owned()
}
