//! The same files one at a time, made when somebody asks for them: what the preview serves.
//! What a page is made of is kept beside it, so that an edition in which it is made of the same takes it over.

use super::{Assets, Layout, Press, Speaker, Theme, VERSION_SCRIPT, has_errors};
use super::{feed, link, redirect, search};
use crate::diag::Finding;
use crate::report::{Arg, Page, Report, Text};
use crate::unit::Lang;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A report and a theme, ready to make any file of the site in one folder.
pub struct Studio {
    report: Arc<Report>,
    theme: Arc<Theme>,
    assets: Assets,
    speakers: Vec<Speaker>,
    is_broken: bool,
    /// What was found in the theme itself.
    pub found: Vec<Finding>,
}

/// A finished file.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// What was found on the way.
    pub found: Vec<Finding>,
}

/// What an address means.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Html(Lang, &'a Page),
    Data(&'a Page),
    Figures(Lang, &'a Page),
}

impl Studio {
    /// Everything that pages share; templates and words are read here, once.
    pub fn of(report: Arc<Report>, theme: Arc<Theme>) -> Studio {
        let mut found = Vec::new();
        let speakers: Vec<Speaker> =
            report.languages.iter().map(|lang| Speaker::of(&report, &theme, *lang, &mut found)).collect();
        let (assets, is_broken) = (Assets::of(&theme), has_errors(&found));
        Studio { report, theme, assets, speakers, is_broken, found }
    }

    /// The same with another report; words and templates stay where languages, calendar and theme do.
    #[must_use]
    pub fn with(self: &Arc<Studio>, report: Arc<Report>, theme: Arc<Theme>) -> Studio {
        let same = report.languages == self.report.languages
            && report.calendar == self.report.calendar
            && theme.overrides == self.theme.overrides;
        if !same {
            return Studio::of(report, theme);
        }
        Studio {
            report,
            theme,
            assets: self.assets.clone(),
            speakers: self.speakers.clone(),
            is_broken: self.is_broken,
            found: self.found.clone(),
        }
    }

    /// What it is made from.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The file of a page in a language.
    pub fn file_of(lang: Lang, page: &str) -> String {
        link::file_of(lang, page)
    }

    /// The page whose file in a language stands at `path`.
    pub fn page_at(&self, path: &str) -> Option<(Lang, &Page)> {
        match self.wanted(path)? {
            Wanted::Html(lang, page) => Some((lang, page)),
            Wanted::Data(_) | Wanted::Figures(..) => None,
        }
    }

    /// Whether a file is the same whatever the pages say: styles, scripts, fonts.
    pub fn is_asset(&self, path: &str) -> bool {
        let shared = [&self.assets.style, &self.assets.script, &self.assets.charts, &self.assets.lost];
        shared.into_iter().any(|asset| asset.path == path)
    }

    /// The words of the interface in a language of the site.
    pub fn words(&self, lang: Lang, key: &str) -> Option<String> {
        self.speakers.iter().find(|speaker| speaker.lang == lang)?.strings.get(key, None)
    }

    /// What a rule is called in a language of the site, and the way out that is named for it.
    pub fn rule(&self, lang: Lang, rule: &str) -> Option<[String; 2]> {
        let speaker = self.speakers.iter().find(|speaker| speaker.lang == lang)?;
        let say = |key| speaker.strings.say(&Text::Key(key, vec![("rule", Arg::Text(rule.to_owned()))]));
        // One without a name of its own is called as it is written.
        Some([say("rule-title"), say("rule-fix")]).filter(|[title, _]| title != rule)
    }

    /// The file at a path below the site's root; `None` if the site has none there.
    pub fn file(&self, path: &str) -> Option<Made> {
        let shared = [
            &self.assets.style,
            &self.assets.script,
            &self.assets.icon,
            &self.assets.charts,
            &self.assets.lost,
        ];
        if let Some(asset) = shared.into_iter().find(|asset| asset.path == path) {
            return Some(Made::clean(&asset.bytes));
        }
        match path {
            VERSION_SCRIPT => return Some(Made::clean(b"window.kpressVersion = null;\n")),
            "robots.txt" => return Some(Made::clean(b"User-agent: *\nDisallow: /\n")),
            "index.html" => {
                let mut found = Vec::new();
                let html = redirect(&self.report, &self.theme, &mut found)?;
                return Some(Made { bytes: html.into_bytes().into(), found });
            }
            _ => {}
        }
        for speaker in &self.speakers {
            if path == format!("{}/search.js", speaker.lang.code()) {
                let index = search::index(&self.report, speaker.lang, &speaker.strings);
                return Some(Made::clean(index.as_bytes()));
            }
            if path == feed::file_of(speaker.lang) {
                let feed = feed::feed(&self.report, speaker.lang, &speaker.strings)?;
                return Some(Made::clean(feed.as_bytes()));
            }
        }
        self.make(self.wanted(path)?)
    }

    fn make(&self, wanted: Wanted<'_>) -> Option<Made> {
        let speaker = |lang| self.speakers.iter().find(|speaker| speaker.lang == lang);
        match wanted {
            Wanted::Html(lang, page) => {
                let mut found = Vec::new();
                let html = self.press().page(speaker(lang)?, page, &mut found).unwrap_or_default();
                Some(Made { bytes: html.into_bytes().into(), found })
            }
            Wanted::Data(page) => {
                Some(Made::clean(format!("{:#}\n", crate::report::wire::page(&self.report, page)).as_bytes()))
            }
            Wanted::Figures(lang, page) => {
                let told = (lang, self.report.calendar);
                let table = super::figures::figures(page, &speaker(lang)?.strings, told)?;
                Some(Made::clean(table.as_bytes()))
            }
        }
    }

    fn press(&self) -> Press<'_> {
        Press {
            report: &self.report,
            theme: &self.theme,
            layout: Layout::Folder,
            assets: &self.assets,
            speakers: &self.speakers,
            is_broken: self.is_broken,
        }
    }

    fn wanted(&self, path: &str) -> Option<Wanted<'_>> {
        let (code, below) = path.split_once('/')?;
        let lang = *self.report.languages.iter().find(|lang| lang.code() == code)?;
        let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
        let at = self.report.pages.binary_search_by(|page| page.path.as_str().cmp(folder)).ok()?;
        let page = &self.report.pages[at];
        match name {
            "index.html" => Some(Wanted::Html(lang, page)),
            "report.json" => Some(Wanted::Data(page)),
            name if name == super::figures::NAME || name == super::figures::ROWS => {
                Some(Wanted::Figures(lang, page))
            }
            _ => None,
        }
    }

    /// The paths of pages that are made of the same things as in an earlier edition: they have the same bytes.
    pub fn unchanged(&self, before: &Studio) -> BTreeSet<String> {
        if !self.shares_frame_with(before) {
            return BTreeSet::new();
        }
        let pairs = self.report.pages.iter().zip(&before.report.pages);
        pairs
            .filter(|(now, then)| Arc::ptr_eq(now, then) || now == then)
            .map(|(now, _)| now.path.clone())
            .collect()
    }

    /// The path of the page to which a file belongs.
    pub fn page_of(&self, path: &str) -> Option<&str> {
        match self.wanted(path)? {
            Wanted::Html(_, page) | Wanted::Data(page) | Wanted::Figures(_, page) => Some(&page.path),
        }
    }

    /// Whether what stands round every page is the same: titles, banner, ways in, templates, words, and which pages there are.
    fn shares_frame_with(&self, before: &Studio) -> bool {
        let (now, then) = (&*self.report, &*before.report);
        now.title == then.title
            && now.banner == then.banner
            && now.languages == then.languages
            && now.as_of == then.as_of
            && now.calendar == then.calendar
            && now.nav == then.nav
            && self.theme.overrides == before.theme.overrides
            && now.pages.len() == then.pages.len()
            && now.pages.iter().zip(&then.pages).all(|(a, b)| a.kind == b.kind && a.path == b.path)
    }

    /// The files of all pages in a language.
    pub fn pages(&self, lang: Lang) -> Vec<String> {
        self.report.pages.iter().map(|page| link::file_of(lang, &page.path)).collect()
    }
}

impl Made {
    fn clean(bytes: &[u8]) -> Made {
        Made { bytes: bytes.into(), found: Vec::new() }
    }
}
