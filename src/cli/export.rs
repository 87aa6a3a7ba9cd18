//! `kpress export`: one page as one file to send: its styles and pictures inside, nothing loaded, no way back to the site.

use super::progress::Progress;
use super::stop::Stop;
use super::terminal::{Terminal, counted};
use super::{Trouble, workspace};
use crate::build::{self, Store};
use crate::diag::{Finding, Level, did_you_mean, exit_code, printable, sort};
use crate::inputs::{Inputs, ProjectPath};
use crate::plan::{Definition, Id, Plan};
use crate::render::{self, Sink, Theme};
use crate::report::{self, Report};
use crate::site::Failed;
use crate::time::Date;
use crate::unit::Lang;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The address of the page below its language, or the name of a deck: `dashboards/weekly`, `weekly`
    #[arg(value_name = "PAGE")]
    page: String,
    /// One HTML file with everything in it (the default)
    #[arg(long, conflicts_with = "csv")]
    one_file: bool,
    /// The figures of a deck as a table
    #[arg(long)]
    csv: bool,
    /// Language of the page; the site's first if absent
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// Data counts up to this day
    #[arg(long, value_name = "DATE", value_parser = super::build::day)]
    as_of: Option<Date>,
    /// The file; otherwise it is printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Takes files and keeps them.
#[derive(Default)]
struct Kept(BTreeMap<String, Vec<u8>>);

impl Sink for Kept {
    fn file(&mut self, path: &str, bytes: &[u8]) {
        self.0.insert(path.to_owned(), bytes.to_vec());
    }
}

/// Exports a page.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let progress = Progress::new(terminal, stop);
    let store = Store::open(&workspace.place, &workspace::maker());
    let survey = build::survey(&workspace.disk, &store, arguments.as_of, |_, _| {}, &progress);
    let mut survey = survey.inspect_err(|_| progress.clear())?;
    build::tell(&mut survey, &workspace.disk, &store, &progress).inspect_err(|_| progress.clear())?;
    let mut report = build::pages(&survey, &progress)?.value;
    let wanted = page(&report, &arguments.page)?;
    let about = About::of(&survey.plan, &report, &wanted);
    let bytes = if arguments.csv {
        progress.clear();
        super::deck::table(&arguments.page, &survey)?.into_bytes()
    } else {
        let mut found = Vec::new();
        let lang = language(&report.languages, arguments.lang.as_deref())?;
        report.pages.retain(|page| page.path == wanted);
        let theme = Theme::of(&workspace.disk).into_value(&mut found);
        let mut kept = Kept::default();
        render::render(&report, &theme, &mut kept);
        progress.clear();
        let address = if wanted.is_empty() { String::new() } else { format!("{wanted}/") };
        let address = format!("{}/{address}index.html", lang.code());
        let html = kept.0.get(&address).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let html = html.ok_or_else(|| Trouble::usage(format!("`{wanted}` is not on this site")))?;
        one_file(&html, &kept.0, &workspace.disk).into_bytes()
    };
    sort(&mut survey.found);
    let (told, rest): (Vec<Finding>, Vec<Finding>) =
        survey.found.into_iter().partition(|finding| about.concerns(finding));
    terminal.findings(&told, &workspace.disk);
    if !rest.is_empty() {
        terminal.say(&format!("{} about other pages; `kpress check` lists them\n", counted(&rest)));
    }
    match &arguments.out {
        None => {
            super::send(terminal, &bytes)?;
        }
        Some(file) => {
            put(file, &bytes)?;
            terminal.say(&format!("wrote {}\n", printable(&file.to_string_lossy())));
        }
    }
    Ok(exit_code(&told))
}

/// What a page is about: who sends one wants to know what is wrong with that one.
struct About {
    /// Metrics it shows with all they are made of, their sources and targets, as findings name them.
    names: BTreeSet<String>,
    /// The file it is written in.
    files: BTreeSet<String>,
}

impl About {
    fn of(plan: &Plan, report: &Report, path: &str) -> About {
        let mut shown = BTreeSet::new();
        if let Some(page) = report.pages.iter().find(|page| page.path == path) {
            metrics_in(&report::wire::page(report, page), plan, &mut shown);
        }
        let mut names = BTreeSet::new();
        let mut open: Vec<Id> = shown.into_iter().collect();
        while let Some(metric) = open.pop().and_then(|id| plan.metrics.get(&id)) {
            if !names.insert(metric.id.to_string()) {
                continue;
            }
            match &metric.definition {
                Definition::Derived(formula) => formula.leaves(&mut |leaf| open.push(leaf.metric.clone())),
                Definition::Source(measured) => {
                    names.extend(measured.tables.iter().map(|table| table.source.to_string()));
                }
            }
        }
        let of_metric = |target: &&crate::plan::Target| names.contains(&*target.metric);
        let targets: Vec<String> =
            plan.targets.iter().filter(of_metric).map(|target| target.id.to_string()).collect();
        names.extend(targets);
        let board = path.strip_prefix("dashboards/").and_then(|id| {
            let own = |id: &str| plan.dashboards.get(id).map(|board| board.place.file.to_string());
            own(id).or_else(|| own(id.split('/').next()?))
        });
        About { names, files: board.into_iter().collect() }
    }

    /// Whether a finding is about something on the page. One of error level always is: something may be missing there.
    fn concerns(&self, finding: &Finding) -> bool {
        finding.level == Level::Error
            || self.files.contains(&*finding.place.file)
            || finding.message.split('`').skip(1).step_by(2).any(|name| {
                self.names.contains(name)
                    || name.split('.').next().is_some_and(|name| self.names.contains(name))
            })
    }
}

/// Every metric that a page names.
fn metrics_in(value: &serde_json::Value, plan: &Plan, all: &mut BTreeSet<Id>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| metrics_in(item, plan, all)),
        serde_json::Value::Object(members) => {
            let named = members.get("metric").and_then(serde_json::Value::as_str);
            all.extend(named.and_then(|name| plan.metrics.get_key_value(name)).map(|(id, _)| id.clone()));
            members.values().for_each(|item| metrics_in(item, plan, all));
        }
        _ => {}
    }
}

/// Writes a file of the user's choice, whole or not at all.
pub(super) fn put(file: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let shown = file.to_string_lossy();
    let failed = |error: std::io::Error| Failed::of("write", &shown, &error);
    let name = file.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Trouble::usage(format!("`{shown}` is no file that can be written")))?;
    let path = ProjectPath::parse(name).map_err(|why| Trouble {
        code: 12,
        text: format!("`{shown}`: {}", why.0),
        hint: None,
    })?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    crate::site::Folder::open(folder).map_err(failed)?.put(&path, bytes)?;
    Ok(())
}

/// The path of a page: as given, or that of the dashboard of this name.
fn page(report: &Report, given: &str) -> Result<String, Trouble> {
    let given = given.trim_matches('/');
    let deck = format!("dashboards/{given}");
    let known = |path: &str| report.pages.iter().any(|page| page.path == path);
    if known(given) {
        return Ok(given.to_owned());
    }
    if known(&deck) {
        return Ok(deck);
    }
    let trouble = Trouble::usage(format!("there is no page `{given}`"));
    Err(match did_you_mean(given, report.pages.iter().map(|page| page.path.as_str())) {
        Some(hint) => trouble.hint(hint),
        None => trouble,
    })
}

fn language(known: &[Lang], given: Option<&str>) -> Result<Lang, Trouble> {
    let first = known.first().copied().unwrap_or(Lang::En);
    let Some(code) = given else { return Ok(first) };
    known
        .iter()
        .copied()
        .find(|lang| lang.code() == code)
        .ok_or_else(|| Trouble::usage(format!("the site has no language `{code}`")))
}

/// A page with its styles and pictures inside. Scripts, search, navigation and links into the site are taken out: they would
/// lead nowhere from a mail.
fn one_file(html: &str, files: &BTreeMap<String, Vec<u8>>, inputs: &dyn Inputs) -> String {
    let style = files
        .iter()
        .find(|(path, _)| path.ends_with(".css"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes));
    let mut out = String::with_capacity(html.len() + 65_536);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        out.push_str(text);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        rest = after;
        let skip_to = |close: &str| after.find(close).map_or("", |at| &after[at + close.len()..]);
        if tag.starts_with("<script") {
            rest = skip_to("</script>");
        } else if tag.starts_with("<nav") {
            rest = skip_to("</nav>");
        } else if tag.starts_with("<div class=\"tools\"") {
            rest = after.find("</header>").map_or(after, |at| &after[at..]);
        } else if tag == "<div class=\"frame\">" {
            // Without ways beside it the page has all the room.
            out.push_str("<div class=\"frame sole\">");
        } else if tag.starts_with("<p class=\"download\"") {
            rest = skip_to("</p>");
        } else if tag.starts_with("<button") {
            rest = skip_to("</button>");
        } else if tag.starts_with("<link rel=\"stylesheet\"") {
            out.push_str(&format!("<style>{}</style>", style.as_deref().unwrap_or_default()));
        } else if tag.starts_with("<link") || tag.starts_with("<meta http-equiv") {
            // What would be loaded, and the policy that forbids styles inside.
        } else if tag.starts_with("<a ") {
            out.push_str(&without_way(tag));
        } else if tag.starts_with("<img ") {
            out.push_str(&with_picture(tag, files, inputs));
        } else {
            out.push_str(tag);
        }
    }
    out.push_str(rest);
    out
}

/// The value of an attribute.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let rest = &tag[from..];
    Some(&rest[..rest.find('"')?])
}

/// A link within the page or to another site stays; one into the site becomes plain text.
fn without_way(tag: &str) -> String {
    match attribute(tag, "href") {
        Some(href) if href.starts_with('#') || href.contains("://") => tag.to_owned(),
        Some(href) => tag.replacen(&format!(" href=\"{href}\""), "", 1),
        None => tag.to_owned(),
    }
}

/// A picture of the site, written into the page.
fn with_picture(tag: &str, files: &BTreeMap<String, Vec<u8>>, inputs: &dyn Inputs) -> String {
    /// A mail with larger pictures is not delivered.
    const LARGEST: u64 = 8 << 20;
    let Some(src) = attribute(tag, "src").filter(|src| !src.contains("://") && !src.starts_with("data:"))
    else {
        return tag.to_owned();
    };
    let plain = src.trim_start_matches("../").trim_start_matches("./");
    let own = files.get(plain).cloned();
    let read = || inputs.read(&ProjectPath::parse(plain).ok()?, LARGEST).ok().map(|bytes| bytes.to_vec());
    let Some(bytes) = own.or_else(read) else { return tag.to_owned() };
    let kind = match plain.rsplit('.').next() {
        Some("svg") => "image/svg+xml",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        _ => "image/png",
    };
    tag.replacen(src, &format!("data:{kind};base64,{}", base64(&bytes)), 1)
}

/// Bytes in letters (RFC 4648 §4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word =
            three.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let six = (word >> (18 - 6 * place) & 63) as usize;
            out.push(if place <= three.len() { char::from(LETTERS[six]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Memory;

    #[test]
    fn bytes_are_written_in_letters() {
        // RFC 4648 §10.
        for (bytes, letters) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), letters);
        }
    }

    #[test]
    fn one_file_loads_nothing_and_leads_nowhere() {
        let html = "<head><link rel=\"stylesheet\" href=\"../a/k.css\"><script src=\"x.js\"></script></head>\
                    <div class=\"frame\"><nav><a href=\"../\">Home</a></nav><main><a href=\"../m/\">M</a> <a href=\"#b\">B</a> \
                    <a href=\"https://example.com/\">E</a><img src=\"../img/p.png\" alt=\"p\"></main></div>";
        let files = BTreeMap::from([("a/k.css".to_owned(), b"p{}".to_vec())]);
        let inputs = Memory::of([("img/p.png", b"foo".as_slice())]);
        let made = one_file(html, &files, &inputs);
        assert_eq!(
            made,
            "<head><style>p{}</style></head><div class=\"frame sole\"><main><a>M</a> <a href=\"#b\">B</a> \
             <a href=\"https://example.com/\">E</a><img src=\"data:image/png;base64,Zm9v\" alt=\"p\"></main></div>"
        );
    }
}
