//! Report × theme → files. Pages are made one after the other and handed to a [`Sink`] at once; no page needs another.
//! Every template escapes for HTML, whatever its name; a template that runs away is stopped.

mod assets;
mod figure;
mod goal;
mod json;
mod link;
pub(crate) mod lint;
mod markdown;
mod score;
mod search;
mod strings;
mod view;

pub use assets::{DEFAULT_THEME, Theme};

use crate::chart::{RAW_MARK, escape};
use crate::diag::{self, Checked, Family, Finding, Level, Place, Rule};
use crate::report::{NavItem, Page, Report};
use crate::unit::Lang;
use assets::Assets;
use link::{file_of, href, to_root};
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, context};
use std::borrow::Cow;
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

/// Makes every file of a site.
pub fn render(report: &Report, theme: &Theme, sink: &mut dyn Sink) -> Checked<()> {
    let mut found = Vec::new();
    let assets = Assets::of(theme);
    for asset in [&assets.style, &assets.script, &assets.charts] {
        sink.file(&asset.path, &asset.bytes);
    }
    for lang in &report.languages {
        let strings = Arc::new(Strings::of(theme, *lang, report.calendar, &mut found));
        let env = environment(theme, &strings, &mut found);
        for page in &report.pages {
            // A template that runs away would do so on every page.
            if found.iter().any(|one| one.rule == &TEMPLATE_ERROR && one.message.contains("fuel")) {
                break;
            }
            let desk = Desk { report, lang: *lang, strings: &strings, env: &env, page: &page.path };
            if let Some(html) = page_html(&desk, page, theme, &assets, &mut found) {
                sink.file(&file_of(*lang, &page.path), html.as_bytes());
                let beside = link::data_of(*lang, &page.path);
                sink.file(&beside, format!("{:#}\n", crate::report::wire::page(report, page)).as_bytes());
            }
        }
        sink.file(&format!("{}/search.js", lang.code()), search::index(report, *lang, &strings).as_bytes());
    }
    if let Some(html) = redirect(report, theme, &mut found) {
        sink.file("index.html", html.as_bytes());
    }
    sink.file("robots.txt", b"User-agent: *\nDisallow: /\n");
    diag::sort(&mut found);
    Checked { value: (), found }
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
        let text = if value.is_safe() || value.is_none() {
            Cow::from(value.as_str().unwrap_or(""))
        } else {
            escape(&value.to_string()).into()
        };
        out.write_str(&text).map_err(Error::from)
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

/// One page; `None` with a finding if its template fails.
fn page_html(
    desk: &Desk<'_>,
    page: &Page,
    theme: &Theme,
    assets: &Assets,
    found: &mut Vec<Finding>,
) -> Option<String> {
    let own = format!("{}.html", page.kind);
    let has_own = theme.names("templates/").contains(&format!("templates/{own}").as_str());
    let template = if has_own { own.as_str() } else { "page.html" };
    let blocks = view::blocks(desk, &page.blocks, found);
    let root = to_root(&page.path);
    let title = desk.say(&page.title);
    let crumb = |(path, text): &(String, crate::report::Text)| context! { href => desk.href(path), title => desk.say(text) };
    let data = context! {
        csp => CSP,
        lang => desk.lang.code(),
        root => &root,
        home => desk.href(""),
        search => format!("{root}{}/search.js", desk.lang.code()),
        site_title => desk.report.title.in_lang(desk.lang),
        page => context! { title => title, kind => page.kind, path => &page.path, provenance => page.provenance },
        crumbs => page.crumbs.iter().map(crumb).collect::<Vec<_>>(),
        nav => nav(desk, &desk.report.nav, &page.path),
        languages => languages(desk, &page.path),
        as_of => desk.report.as_of.map(|day| context! { iso => day.to_string(), text => crate::time::day_label(day, desk.lang) }),
        assets => context! {
            style => format!("{root}{}", assets.style.path),
            script => format!("{root}{}", assets.script.path),
            charts => format!("{root}{}", assets.charts.path),
        },
        blocks => blocks,
    };
    let shown = |name: &str| theme.shown(&format!("templates/{name}"));
    match env_render(desk.env, template, data) {
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
            // A template that could not be read has its finding already.
            if error.kind() != ErrorKind::TemplateNotFound
                || !found.iter().any(|one| one.rule == &TEMPLATE_ERROR)
            {
                found.push(template_error(&error, &shown));
            }
            None
        }
    }
}

fn env_render(env: &Environment<'_>, template: &str, data: Value) -> Result<String, Error> {
    Ok(without_blank_lines(&env.get_template(template)?.render(data)?))
}

/// Drops the empty lines that control structures of templates leave behind; those of code blocks stay.
fn without_blank_lines(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut in_code = false;
    for line in html.lines() {
        in_code = (in_code || line.contains("<pre")) && !line.contains("</pre");
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
