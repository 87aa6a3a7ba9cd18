//! Report × theme → files. No page needs another: several are made at once, and handed to a [`Sink`] in the order of the
//! report as soon as they are finished. Every template escapes for HTML, whatever its name; a template that runs away is stopped.

mod assets;
mod deck;
pub mod diff;
mod feed;
mod figure;
mod figures;
mod goal;
mod json;
mod link;
pub(crate) mod lint;
mod markdown;
mod reader;
mod score;
mod search;
mod strings;
#[cfg(feature = "preview")]
pub mod studio;
mod view;

pub use assets::{DEFAULT_THEME, Theme};
pub use reader::{ReaderPage, reader};

use crate::chart::{RAW_MARK, escape};
use crate::diag::{self, Checked, Family, Finding, Level, Place, Rule};
use crate::parallel;
use crate::report::{NavItem, Page, Report};
use crate::unit::Lang;
use assets::Assets;
use link::{file_of, href, to_root};
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, context};
use std::ops::ControlFlow;
use std::sync::Arc;
use strings::Strings;
use view::Desk;

/// Where finished files go: a folder in the making, or memory.
pub trait Sink {
    /// Takes a file. `path` is relative to the site's root, with `/`.
    fn file(&mut self, path: &str, bytes: &[u8]);
}

impl Sink for std::collections::BTreeMap<String, Vec<u8>> {
    fn file(&mut self, path: &str, bytes: &[u8]) {
        self.insert(path.to_owned(), bytes.to_vec());
    }
}

/// A template that cannot be read or does not come to its end.
pub static TEMPLATE_ERROR: Rule = Rule {
    name: "template-error",
    level: Level::Error,
    family: Family::Config,
    about: "a template with a mistake, or one that runs without end",
    why: "the page it belongs to cannot be made",
    example: "`{{ page.titel }}` in `themes/ours/templates/page.html`; write `page.title`",
};

/// Data that a chart library would take for code.
pub static RAW_CODE_MARKER: Rule = Rule {
    name: "raw-code-marker",
    level: Level::Warning,
    family: Family::Data,
    about: "a name or cell with the marker `#*#*#*#`, by which a chart library knows raw code; it is shown as text",
    why: "nobody writes it by accident: look where the data comes from",
    example: "a store named `#*#*#*#alert(1)#*#*#*#`; correct the name in the source",
};

/// All rules of this module.
pub static RULES: &[&Rule] = &[
    &TEMPLATE_ERROR,
    &RAW_CODE_MARKER,
    &assets::SEVERAL_THEMES,
    &assets::THEME_UNREADABLE,
    &strings::STRINGS_UNREADABLE,
    &lint::PAGE_UNSAFE,
    &markdown::MARKDOWN_HTML,
    &markdown::MARKDOWN_LINK,
];

/// Steps a template may take for one page: a table of ten thousand cells needs about a tenth of them.
const FUEL: u64 = 20_000_000;

/// The content policy, as far as a `meta` element can carry it (publishing.md §14).
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                   connect-src 'self'; base-uri 'none'; form-action 'none'";

/// A cell in running text.
const PART_CELL: &str = "part/cell.html";
/// A chart between paragraphs.
const PART_CHART: &str = "part/chart.html";
/// The templates of parts: Markdown meets the macros of the theme here.
const PARTS: [(&str, &str); 2] = [
    (PART_CELL, "{% from \"macros.html\" import cell %}{{ cell(part) }}"),
    (PART_CHART, "{% from \"macros.html\" import chart %}{{ chart(part) }}"),
];

/// Says texts of a report in one language, for what is no page.
pub struct Voice {
    lang: Lang,
    strings: Strings,
}

impl Voice {
    /// The words of a theme in a language.
    pub fn of(theme: &Theme, lang: Lang, calendar: crate::time::Calendar) -> Voice {
        Voice { lang, strings: Strings::of(theme, lang, calendar, &mut Vec::new()) }
    }

    /// Its language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// A text in words.
    pub fn say(&self, text: &crate::report::Text) -> String {
        self.strings.say(text)
    }
}

/// Where the files that all pages share lie, seen from the root of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Beside them: a site in one folder.
    Folder,
    /// Two folders up: versions side by side share them.
    Versions,
}

impl Layout {
    fn shared(self) -> &'static str {
        match self {
            Layout::Folder => "",
            Layout::Versions => "../../",
        }
    }
}

/// The script that says which version the pages belong to. A site in one folder belongs to none.
const VERSION_SCRIPT: &str = "version.js";

/// Makes every file of a site in one folder.
pub fn render(report: &Report, theme: &Theme, sink: &mut dyn Sink) -> Checked<()> {
    let made = render_as(report, theme, Layout::Folder, sink);
    sink.file(VERSION_SCRIPT, b"window.kpressVersion = null;\n");
    made
}

/// Makes every file of a site but [`VERSION_SCRIPT`], with the shared files where `layout` says.
pub fn render_as(report: &Report, theme: &Theme, layout: Layout, sink: &mut dyn Sink) -> Checked<()> {
    let mut found = Vec::new();
    let assets = Assets::of(theme);
    for asset in [&assets.style, &assets.script, &assets.icon, &assets.charts, &assets.lost] {
        sink.file(&asset.path, &asset.bytes);
    }
    let speakers: Vec<Speaker> =
        report.languages.iter().map(|lang| Speaker::of(report, theme, *lang, &mut found)).collect();
    let press =
        Press { report, theme, layout, assets: &assets, speakers: &speakers, is_broken: has_errors(&found) };
    parallel::in_order(
        &report.pages,
        |page| press.sheet(page),
        |sheet| {
            for (lang, html) in &sheet.html {
                sink.file(&file_of(*lang, sheet.path), html.as_bytes());
                sink.file(&link::data_of(*lang, sheet.path), sheet.data.as_bytes());
            }
            for (lang, table) in &sheet.figures {
                let name = sheet.beside.unwrap_or(figures::NAME);
                sink.file(&link::beside(*lang, sheet.path, name), table.as_bytes());
            }
            let endless = runs_away(&sheet.found);
            found.extend(sheet.found);
            if endless { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    for speaker in &speakers {
        let index = search::index(report, speaker.lang, &speaker.strings);
        sink.file(&format!("{}/search.js", speaker.lang.code()), index.as_bytes());
        if let Some(feed) = feed::feed(report, speaker.lang, &speaker.strings) {
            sink.file(&feed::file_of(speaker.lang), feed.as_bytes());
        }
    }
    if let Some(html) = redirect(report, theme, &mut found) {
        sink.file("index.html", html.as_bytes());
    }
    sink.file("robots.txt", b"User-agent: *\nDisallow: /\n");
    diag::sort(&mut found);
    Checked { value: (), found }
}

/// Whether a template could not be read.
fn has_errors(found: &[Finding]) -> bool {
    found.iter().any(|one| one.rule == &TEMPLATE_ERROR)
}

/// Whether a template ran without end: it would do so on every page.
fn runs_away(found: &[Finding]) -> bool {
    found.iter().any(|one| one.rule == &TEMPLATE_ERROR && one.message.contains("fuel"))
}

/// What it takes to make pages in one language.
#[derive(Clone)]
struct Speaker {
    lang: Lang,
    strings: Arc<Strings>,
    env: Environment<'static>,
}

impl Speaker {
    fn of(report: &Report, theme: &Theme, lang: Lang, found: &mut Vec<Finding>) -> Speaker {
        let strings = Arc::new(Strings::of(theme, lang, report.calendar, found));
        let env = environment(theme, &strings, found);
        Speaker { lang, strings, env }
    }
}

/// What all pages are made with.
struct Press<'a> {
    report: &'a Report,
    theme: &'a Theme,
    layout: Layout,
    assets: &'a Assets,
    speakers: &'a [Speaker],
    /// Whether a template could not be read, which has its finding already.
    is_broken: bool,
}

/// A page in all languages.
struct Sheet<'a> {
    path: &'a str,
    html: Vec<(Lang, String)>,
    /// The same for machines; it is in no language.
    data: String,
    /// The figures of a deck, or rows of files, for spreadsheets, by language.
    figures: Vec<(Lang, String)>,
    /// The name of that file.
    beside: Option<&'static str>,
    found: Vec<Finding>,
}

impl Press<'_> {
    fn sheet<'p>(&self, page: &'p Page) -> Sheet<'p> {
        let (mut html, mut found) = (Vec::new(), Vec::new());
        for speaker in self.speakers {
            if runs_away(&found) {
                break;
            }
            html.extend(self.page(speaker, page, &mut found).map(|made| (speaker.lang, made)));
        }
        let data = format!("{:#}\n", crate::report::wire::page(self.report, page));
        let table = |speaker: &Speaker| {
            let told = (speaker.lang, self.report.calendar);
            Some((speaker.lang, figures::figures(page, &speaker.strings, told)?))
        };
        let figures = self.speakers.iter().filter_map(table).collect();
        Sheet {
            path: &page.path,
            html,
            data,
            figures,
            beside: figures::beside(page).map(|(name, _)| name),
            found,
        }
    }

    /// The page in one language; `None` with a finding if its template fails.
    fn page(&self, speaker: &Speaker, page: &Page, found: &mut Vec<Finding>) -> Option<String> {
        let desk = Desk {
            report: self.report,
            lang: speaker.lang,
            strings: &speaker.strings,
            env: &speaker.env,
            page: &page.path,
        };
        let own = format!("{}.html", page.kind);
        let has_own = self.theme.names("templates/").contains(&format!("templates/{own}").as_str());
        let template = if has_own { own.as_str() } else { "page.html" };
        let shown = |name: &str| self.theme.shown(&format!("templates/{name}"));
        match env_render(&speaker.env, template, self.context(&desk, page, found)) {
            Ok(html) => {
                if html.contains(RAW_MARK) {
                    let message = format!("a name or cell holds `{RAW_MARK}`; it is shown as text");
                    let hint = "look where the data comes from, and correct the name there";
                    found.push(Finding::new(&RAW_CODE_MARKER, Place::default(), message).hint(hint));
                }
                lint::check(&html, &file_of(desk.lang, &page.path), &shown(template), found);
                Some(html)
            }
            Err(error) => {
                if error.kind() != ErrorKind::TemplateNotFound || !self.is_broken {
                    found.push(template_error(&error, &shown));
                }
                None
            }
        }
    }

    /// Everything a template is told about its page.
    fn context(&self, desk: &Desk<'_>, page: &Page, found: &mut Vec<Finding>) -> Value {
        let blocks = view::blocks(desk, &page.blocks, found);
        let root = to_root(&page.path);
        let (assets, shared) = (self.assets, format!("{root}{}", self.layout.shared()));
        let title = desk.say(&page.title);
        let crumb = |(path, text): &(String, crate::report::Text)| context! { href => desk.href(path), title => desk.say(text) };
        context! {
            csp => CSP,
            lang => desk.lang.code(),
            root => &root,
            file => file_of(desk.lang, &page.path),
            home => desk.href(""),
            version => format!("{root}{VERSION_SCRIPT}"),
            search => format!("{root}{}/search.js", desk.lang.code()),
            feed => desk.report.pages.iter().any(|page| page.path == feed::PAGE).then(|| format!("{root}{}", feed::file_of(desk.lang))),
            banner => desk.report.banner.in_lang(desk.lang),
            site_title => desk.report.title.in_lang(desk.lang),
            page => context! { title => title, kind => page.kind, path => &page.path, provenance => page.provenance },
            crumbs => page.crumbs.iter().map(crumb).collect::<Vec<_>>(),
            nav => nav(desk, &desk.report.nav, &page.path),
            languages => languages(desk, &page.path),
            as_of => desk.report.as_of.map(|day| context! { iso => day.to_string(), text => crate::time::day_label(day, desk.lang) }),
            assets => context! {
                style => format!("{shared}{}", assets.style.path),
                script => format!("{shared}{}", assets.script.path),
                icon => format!("{shared}{}", assets.icon.path),
                charts => format!("{shared}{}", assets.charts.path),
            },
            beside => figures::beside(page).map(|(name, label)| context! { name, label }),
            blocks => blocks,
        }
    }
}

/// The templates of a theme, with the strings of a language.
fn environment(theme: &Theme, strings: &Arc<Strings>, found: &mut Vec<Finding>) -> Environment<'static> {
    let mut env = Environment::new();
    // By its ending, minijinja would leave some templates unescaped (publishing.md §15).
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(|out, _, value| {
        if value.is_undefined() {
            return Err(ErrorKind::UndefinedError.into());
        }
        // Ours instead of minijinja's: as safe in text and quoted attributes, without turning each `/` into six letters.
        let written = match value.as_str() {
            Some(text) if value.is_safe() => out.write_str(text),
            Some(text) => out.write_str(&escape(text)),
            None if value.is_none() => Ok(()),
            None => out.write_str(&escape(&value.to_string())),
        };
        written.map_err(Error::from)
    });
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    // The two ways round escaping are closed to templates: finished HTML comes from `view` alone.
    env.remove_filter("safe");
    for name in theme.names("templates/") {
        let source = String::from_utf8_lossy(theme.bytes(name)).into_owned();
        let short = name.trim_start_matches("templates/").to_owned();
        if let Err(error) = env.add_template_owned(short, source) {
            found.push(template_error(&error, &|name| theme.shown(&format!("templates/{name}"))));
        }
    }
    for (name, source) in PARTS {
        env.add_template(name, source).expect("the templates of parts are correct");
    }
    let words = Arc::clone(strings);
    env.add_function("t", move |key: &str, args: Kwargs| -> Result<String, Error> {
        let mut fluent = fluent_bundle::FluentArgs::new();
        for name in args.args() {
            fluent.set(name.to_owned(), args.get::<Value>(name)?.to_string());
        }
        let unknown = || Error::new(ErrorKind::InvalidOperation, format!("there is no string `{key}`"));
        words.get(key, Some(&fluent)).ok_or_else(unknown)
    });
    env
}

fn env_render(env: &Environment<'_>, template: &str, data: Value) -> Result<String, Error> {
    Ok(without_blank_lines(&env.get_template(template)?.render(data)?))
}

/// Drops the empty lines that control structures of templates leave behind; those of code blocks stay.
fn without_blank_lines(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let (has_code, mut in_code) = (html.contains("<pre"), false);
    for line in html.lines() {
        in_code = has_code && (in_code || line.contains("<pre")) && !line.contains("</pre");
        if in_code || !line.trim().is_empty() {
            out += line;
            out.push('\n');
        }
    }
    out
}

/// The ways in, with the one that leads here marked.
fn nav(desk: &Desk<'_>, items: &[NavItem], page: &str) -> Vec<Value> {
    let one = |item: &NavItem| {
        let below = !item.path.is_empty()
            && page.strip_prefix(item.path.as_str()).is_some_and(|r| r.starts_with('/'));
        let children = nav(desk, &item.children, page);
        context! {
            href => desk.href(&item.path),
            title => desk.say(&item.title),
            current => item.path == page,
            within => below || item.children.iter().any(|child| child.path == page),
            children => children,
        }
    };
    items.iter().map(one).collect()
}

/// The same page in the other languages.
fn languages(desk: &Desk<'_>, page: &str) -> Vec<Value> {
    let one = |lang: &Lang| {
        context! {
            code => lang.code(),
            name => lang.own_name(),
            href => href(page, *lang, page),
            current => *lang == desk.lang,
        }
    };
    desk.report.languages.iter().map(one).collect()
}

/// The page at the root: leads to the first language.
fn redirect(report: &Report, theme: &Theme, found: &mut Vec<Finding>) -> Option<String> {
    let lang = *report.languages.first()?;
    let strings = Arc::new(Strings::of(theme, lang, report.calendar, &mut Vec::new()));
    let env = environment(theme, &strings, &mut Vec::new());
    let data = context! {
        lang => lang.code(),
        title => report.title.in_lang(lang),
        href => format!("{}/index.html", lang.code()),
        csp => CSP,
    };
    let shown = |name: &str| theme.shown(&format!("templates/{name}"));
    match env_render(&env, "redirect.html", data) {
        Ok(html) => Some(html),
        Err(error) => {
            found.push(template_error(&error, &shown));
            None
        }
    }
}

/// A finding at the line of a template where it went wrong.
fn template_error(error: &Error, shown: &dyn Fn(&str) -> String) -> Finding {
    let line = error.line().and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
    let place = error.name().map_or_else(Place::default, |name| Place { line, ..Place::file(&shown(name)) });
    let mut message = error.to_string();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(one) = cause {
        message = format!("{message}: {one}");
        cause = one.source();
    }
    let hint = match error.kind() {
        ErrorKind::OutOfFuel => "look for a loop that does not end, or one inside another",
        ErrorKind::UndefinedError => {
            "names are those of the built-in templates; compare with `themes/default/templates`"
        }
        _ => "compare with the built-in template of the same name",
    };
    Finding::new(&TEMPLATE_ERROR, place, message).hint(hint)
}

#[cfg(test)]
mod tests;
