//! Writes SVG elements. Text is escaped here and nowhere else; colours are classes, never `style=`.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Escapes text for HTML and SVG, in elements and in quoted attributes.
pub fn escape(text: &str) -> Cow<'_, str> {
    // 0xc2 begins the control characters beyond ASCII, among others.
    let is_plain = |byte: u8| !matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | ..b' ' | 0x7f | 0xc2);
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not allowed in HTML at all, not even as a reference.
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in the making.
pub(super) struct Svg {
    out: String,
}

/// A coordinate with at most one decimal: a tenth of a pixel is finer than any screen.
pub(super) fn at(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    let (sign, size) = (if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs());
    match size % 10 {
        0 => format!("{sign}{}", size / 10),
        tenth => format!("{sign}{}.{tenth}", size / 10),
    }
}

impl Svg {
    /// Opens a drawing. `title` and `about` are what a screen reader says instead of it.
    pub(super) fn new(class: &str, id: &str, size: (f64, f64), title: &str, about: &str) -> Svg {
        let (id, title, about) = (escape(id), escape(title), escape(about));
        let (width, height) = (at(size.0), at(size.1));
        let mut out = format!(
            "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-t\""
        );
        if about.is_empty() {
            let _ = write!(out, "><title id=\"{id}-t\">{title}</title>");
        } else {
            let _ = write!(
                out,
                " aria-describedby=\"{id}-d\"><title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{about}</desc>"
            );
        }
        Svg { out }
    }

    /// Opens a drawing that only repeats what stands beside it in words.
    pub(super) fn hidden(class: &str, size: (f64, f64)) -> Svg {
        let (width, height) = (at(size.0), at(size.1));
        Svg {
            out: format!(
                "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-hidden=\"true\" focusable=\"false\">"
            ),
        }
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.out,
            "<line class=\"{class}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            at(from.0),
            at(from.1),
            at(to.0),
            at(to.1)
        );
    }

    /// A path from its commands; nothing for an empty one.
    pub(super) fn path(&mut self, class: &str, commands: &str) {
        if !commands.is_empty() {
            let _ = write!(self.out, "<path class=\"{class}\" d=\"{commands}\"/>");
        }
    }

    pub(super) fn circle(&mut self, class: &str, center: (f64, f64), radius: f64) {
        let _ = write!(
            self.out,
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            at(center.0),
            at(center.1),
            at(radius)
        );
    }

    /// A rectangle; a negative size is drawn the other way.
    pub(super) fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64)) {
        let (x, y) = (corner.0.min(corner.0 + size.0), corner.1.min(corner.1 + size.1));
        let _ = write!(
            self.out,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            at(x),
            at(y),
            at(size.0.abs()),
            at(size.1.abs())
        );
    }

    pub(super) fn text(&mut self, class: &str, place: (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y) = (at(place.0), at(place.1));
        let _ =
            write!(self.out, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{}</text>", escape(text));
    }

    /// An area without ink that tells its values when pointed at.
    pub(super) fn hint(&mut self, corner: (f64, f64), size: (f64, f64), text: &str) {
        let _ = write!(
            self.out,
            "<rect class=\"hit\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}</title></rect>",
            at(corner.0),
            at(corner.1),
            at(size.0),
            at(size.1),
            escape(text)
        );
    }

    pub(super) fn finish(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }
}

/// About how wide a text is at a size, in pixels: full-width characters count one em, others a little over half.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'l' | 'j' | '.' | ',' | '\'' | '|' | ' ' | 't' | 'f' | 'r' | '(' | ')' => 0.34,
        'm' | 'w' | 'M' | 'W' | '%' => 0.86,
        'A'..='Z' => 0.67,
        c if c < '\u{1100}' => 0.56,
        _ => 1.0,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// A text cut to a width, with an ellipsis where something is lost.
pub(super) fn fitted(text: &str, size: f64, width: f64) -> String {
    // Room made for just this text is enough, whatever adding and taking away did to its last digit.
    if text_width(text, size) <= width + 1e-6 {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if text_width(&cut, size) + text_width(&c.to_string(), size) + size > width {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}
