//! Markdown to HTML. Raw HTML becomes text, links and images must pass the rule of addresses; each case is a finding
//! with its line. Shortcodes stand as private-use marks in the text and are replaced by what they became.

use super::link::is_allowed;
use crate::chart::escape;
use crate::diag::{Family, Finding, Level, Place, Rule};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::collections::BTreeMap;

/// Raw HTML in Markdown.
pub(super) static MARKDOWN_HTML: Rule = Rule {
    name: "markdown-html",
    level: Level::Warning,
    family: Family::Config,
    about: "raw HTML in an article or review; it is shown as text",
    why: "whoever may write an article could otherwise run code in the browser of every reader",
    example: "`<b>late</b>` in a review; write `**late**`",
};

/// A link that leads where none may lead.
pub(super) static MARKDOWN_LINK: Rule = Rule {
    name: "markdown-link",
    level: Level::Warning,
    family: Family::Config,
    about: "a link or image in Markdown that is neither http, https, mailto nor relative; its words stay, the link goes",
    why: "addresses such as `javascript:` run code when they are clicked",
    example: "`[x](javascript:alert(1))`; write the address of a page",
};

/// Before the number of a shortcode's part.
const MARK_OPEN: char = '\u{e000}';
/// After it.
const MARK_CLOSE: char = '\u{e001}';

/// What a shortcode became.
pub(super) enum Inserted {
    /// HTML that may stand within a line.
    Inline(String),
    /// HTML that stands between paragraphs.
    Block(String),
    /// Plain text.
    Literal(String),
}

/// A text on its way to HTML.
struct Reader<'a> {
    place: Option<&'a Place>,
    text: &'a str,
    parts: &'a [Inserted],
    /// Before the anchors of its headings.
    prefix: &'a str,
    found: &'a mut Vec<Finding>,
    /// The address of the page a link to a Markdown file means.
    lead: &'a dyn Fn(&str) -> Option<String>,
    /// Heading anchors given so far, with how often.
    anchors: BTreeMap<String, u32>,
    /// The headings this place stands under, as they were written.
    under: Vec<HeadingLevel>,
    /// For each open link or image: whether its tags were dropped.
    dropped: Vec<bool>,
    in_paragraph: bool,
    in_image: u32,
}

/// Renders a text. `place` is where its first line stands; `lead` gives the address of the page that a link to a Markdown
/// file means, `None` for all other links; `prefix` keeps the anchors of several texts on one page apart.
pub(super) fn to_html(
    text: &str,
    place: Option<&Place>,
    parts: &[Inserted],
    prefix: &str,
    lead: &dyn Fn(&str) -> Option<String>,
    found: &mut Vec<Finding>,
) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut reader = Reader {
        place,
        text,
        parts,
        prefix,
        found,
        lead,
        anchors: BTreeMap::new(),
        under: Vec::new(),
        dropped: Vec::new(),
        in_paragraph: false,
        in_image: 0,
    };
    let events: Vec<(Event<'_>, usize)> = Parser::new_ext(text, options)
        .into_offset_iter()
        .map(|(event, range)| (event, range.start))
        .collect();
    let mut out: Vec<Event<'_>> = Vec::with_capacity(events.len());
    for (place, (event, offset)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let words: String = events[place + 1..]
                    .iter()
                    .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Heading(_))))
                    .filter_map(|(event, _)| match event {
                        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                        _ => None,
                    })
                    .collect();
                out.push(reader.heading(*level, &words));
            }
            event => reader.event(event.clone(), *offset, &mut out),
        }
    }
    let mut html = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut html, out.into_iter());
    // A chart alone in its paragraph leaves two empty ones behind.
    html.replace("<p></p>\n", "").replace("<p></p>", "")
}

impl<'a> Reader<'a> {
    fn event(&mut self, event: Event<'a>, offset: usize, out: &mut Vec<Event<'a>>) {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let fine = self.check(&dest_url, offset);
                self.dropped.push(!fine);
                if fine {
                    let dest_url = (self.lead)(&dest_url).map_or(dest_url, CowStr::from);
                    out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
            }
            Event::Start(Tag::Image { ref dest_url, .. }) => {
                let fine = self.check(dest_url, offset);
                self.dropped.push(!fine);
                if fine {
                    self.in_image += 1;
                    out.push(event);
                }
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let image = matches!(event, Event::End(TagEnd::Image));
                if self.dropped.pop() != Some(true) {
                    self.in_image -= u32::from(image);
                    out.push(event);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let shown: String = html.trim_end().chars().take(40).collect();
                self.find(
                    &MARKDOWN_HTML,
                    offset,
                    format!("raw HTML is shown as text: `{shown}`"),
                    "write it in Markdown",
                );
                out.push(Event::Text(html));
            }
            Event::Start(Tag::HtmlBlock) => out.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
            Event::Text(text) if text.contains(MARK_OPEN) => self.with_parts(&text, out),
            Event::Start(Tag::Table(_)) => {
                // A wide table scrolls by itself; by keyboard too.
                out.extend([Event::Html("<div class=\"scroll\" tabindex=\"0\">".into()), event]);
            }
            Event::End(TagEnd::Table) => out.extend([event, Event::Html("</div>\n".into())]),
            Event::Code(text) => out.push(Event::Code(self.without_marks(&text).into())),
            Event::End(TagEnd::Heading(_)) => {
                out.push(Event::End(TagEnd::Heading(self.shown_level())));
            }
            Event::Start(Tag::Paragraph) => {
                self.in_paragraph = true;
                out.push(event);
            }
            Event::End(TagEnd::Paragraph) => {
                self.in_paragraph = false;
                out.push(event);
            }
            other => out.push(other),
        }
    }

    /// A heading with an anchor from its words.
    fn heading(&mut self, level: HeadingLevel, words: &str) -> Event<'a> {
        let words = self.without_marks(words);
        let mut anchor = String::new();
        for c in words.to_lowercase().chars() {
            if c.is_alphanumeric() {
                anchor.push(c);
            } else if !anchor.is_empty() && !anchor.ends_with('-') {
                anchor.push('-');
            }
        }
        let anchor = format!("{}h-{}", self.prefix, anchor.trim_end_matches('-'));
        let times = self.anchors.entry(anchor.clone()).or_default();
        *times += 1;
        let id = if *times == 1 { anchor } else { format!("{anchor}-{times}") };
        // The page's title is the only heading of the first level.
        let level = level.max(HeadingLevel::H2);
        self.under.retain(|above| *above < level);
        self.under.push(level);
        let level = self.shown_level();
        Event::Start(Tag::Heading { level, id: Some(id.into()), classes: Vec::new(), attrs: Vec::new() })
    }

    /// One level below the heading it stands under: no level is skipped, whatever was written.
    fn shown_level(&self) -> HeadingLevel {
        HeadingLevel::try_from(self.under.len() + 1).unwrap_or(HeadingLevel::H6)
    }

    fn check(&mut self, address: &str, offset: usize) -> bool {
        let fine = is_allowed(address) && !address.contains(MARK_OPEN);
        if !fine {
            let message = format!("`{address}` is no address a link may lead to; its words stay");
            self.find(&MARKDOWN_LINK, offset, message, "use http, https, mailto, or the address of a page");
        }
        fine
    }

    fn find(&mut self, rule: &'static Rule, offset: usize, message: String, hint: &str) {
        let before = self.text.get(..offset).unwrap_or_default();
        let line = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX);
        let mut place = self.place.cloned().unwrap_or_default();
        let ahead = before.rsplit('\n').next().unwrap_or_default();
        // A text that begins in the middle of a line stands in YAML: only the place of its key is known. After a
        // figure, the columns are no longer those of the file.
        place.column = match (place.column, line) {
            (0 | 1, _) if !ahead.contains(MARK_OPEN) => {
                u32::try_from(ahead.chars().count()).unwrap_or(u32::MAX).saturating_add(1)
            }
            (column, 0) => column,
            _ => 0,
        };
        place.line = place.line.max(1).saturating_add(line);
        self.found.push(Finding::new(rule, place, message).hint(hint));
    }

    fn part(&self, number: &str) -> Option<&'a Inserted> {
        number.parse::<usize>().ok().and_then(|place| self.parts.get(place))
    }

    /// Text with marks becomes text with figures; a chart closes its paragraph and opens the next.
    fn with_parts(&self, text: &str, out: &mut Vec<Event<'a>>) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(MARK_OPEN) {
            push_text(before, out);
            let Some((number, after)) = after.split_once(MARK_CLOSE) else {
                rest = after;
                continue;
            };
            rest = after;
            match self.part(number) {
                Some(Inserted::Literal(text)) => push_text(text, out),
                Some(_) if self.in_image > 0 => {}
                Some(Inserted::Inline(html)) => out.push(Event::InlineHtml(html.clone().into())),
                Some(Inserted::Block(html)) if self.in_paragraph => {
                    out.push(Event::InlineHtml(format!("</p>\n{html}\n<p>").into()));
                }
                Some(Inserted::Block(html)) => out.push(Event::InlineHtml(html.clone().into())),
                None => {}
            }
        }
        push_text(rest, out);
    }

    /// Text where no HTML may stand: literals stay, figures go.
    fn without_marks(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(MARK_OPEN) {
            out += before;
            let Some((number, after)) = after.split_once(MARK_CLOSE) else {
                rest = after;
                continue;
            };
            if let Some(Inserted::Literal(text)) = self.part(number) {
                out += text;
            }
            rest = after;
        }
        out + rest
    }
}

fn push_text(text: &str, out: &mut Vec<Event<'_>>) {
    if !text.is_empty() {
        out.push(Event::Text(CowStr::from(text.to_owned())));
    }
}

/// Plain words in paragraphs, for a language that has no text of its own.
pub(super) fn plain(text: &str) -> String {
    text.split("\n\n").map(|paragraph| format!("<p>{}</p>\n", escape(paragraph.trim()))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::lint::problems;
    use super::*;

    fn html(text: &str) -> (String, Vec<(String, u32)>) {
        let mut found = Vec::new();
        let place = Place { line: 10, ..Place::file("content/a.md") };
        let html = to_html(text, Some(&place), &[], "", &|_| None, &mut found);
        (html, found.iter().map(|one| (one.rule.name.to_owned(), one.place.line)).collect())
    }

    #[test]
    fn hostile_markdown_is_inert_and_found_with_its_line() {
        // Hostile case 31.
        for text in [
            "<script>alert(1)</script>",
            "a <script>alert(1)</script> b",
            "<iframe src=x></iframe>",
            "<svg onload=alert(1)>",
            "<style>a{}</style>",
            "<base href=//evil>",
            "<meta http-equiv=refresh content=\"0;url=x\">",
            "<img src=x onerror=alert(1)>",
            "<div\nonclick=\"x\">\n\nb",
            "[x](javascript:alert(1))",
            "[x](JaVa&#9;Script:alert(1))",
            "[x](JaVaScRiPt&colon;alert(1))",
            "<javascript:alert(1)>",
            "[x](data:text/html,<script>alert(1)</script>)",
            "![x](javascript:alert(1))",
            "[x][r]\n\n[r]: javascript:alert(1)",
            "[![x](javascript:1)](https://a.example)",
        ] {
            let (shown, found) = html(&format!("# one\n\n{text}\n"));
            assert_eq!(problems(&shown), Vec::<String>::new(), "{text}: {shown}");
            let lower = shown.to_lowercase();
            for tag in ["<script", "<iframe", "<svg", "<style", "<base", "<meta", "<img", "<div"] {
                assert!(!lower.contains(tag), "{text}: {shown}");
            }
            assert!(found.iter().any(|(_, line)| *line == 12), "{text}: {found:?}");
        }
    }

    #[test]
    fn good_markdown_stays() {
        let (shown, found) = html(
            "## A b\n\n[p](../metrics/acos/index.html) **x** `c<d`\n\n|a|b|\n|-|-|\n|1|2|\n\nn[^1]\n\n[^1]: note\n\n## A b\n",
        );
        assert_eq!(found, []);
        for part in [
            "<h2 id=\"h-a-b\">",
            "<h2 id=\"h-a-b-2\">",
            "href=\"../metrics/acos/index.html\"",
            "c&lt;d",
            "<td>2</td>",
            "footnote",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }

    #[test]
    fn headings_skip_no_level_whatever_was_written() {
        let (shown, _) = html("#### a\n\n###### b\n\n###### c\n\n# d\n\n## e\n\n### f\n");
        let levels: Vec<&str> = shown.split("<h").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
        assert_eq!(levels, ["2", "3", "3", "2", "2", "3"], "{shown}");
        assert_eq!(shown.matches("</h3>").count(), 3);
    }

    #[test]
    fn a_link_to_an_article_leads_to_its_page() {
        let lead = |link: &str| (link == "b.en.md").then(|| "../../en/b/index.html".to_owned());
        let shown = to_html("[b](b.en.md \"t\") [c](c.en.md)", None, &[], "", &lead, &mut Vec::new());
        assert!(shown.contains("<a href=\"../../en/b/index.html\" title=\"t\">b</a>"), "{shown}");
        assert!(shown.contains("<a href=\"c.en.md\">c</a>"), "{shown}");
    }

    #[test]
    fn shortcodes_become_what_they_stand_for() {
        let parts = [
            Inserted::Inline("<b>5</b>".to_owned()),
            Inserted::Block("<figure></figure>".to_owned()),
            Inserted::Literal("{{ <x> }}".to_owned()),
        ];
        let text = "sales \u{e000}0\u{e001} and \u{e000}2\u{e001}\n\n\u{e000}1\u{e001}\n\n`\u{e000}2\u{e001}` \u{e000}9\u{e001}";
        let shown = to_html(text, None, &parts, "", &|_| None, &mut Vec::new());
        assert!(shown.contains("sales <b>5</b> and {{ &lt;x&gt; }}"), "{shown}");
        assert!(shown.contains("\n<figure></figure>\n") && !shown.contains("<p></p>"), "{shown}");
        assert!(shown.contains("<code>{{ &lt;x&gt; }}</code>"), "{shown}");
    }
}
