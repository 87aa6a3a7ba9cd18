//! JSON that may stand in HTML and in classic scripts: nothing in it can end the element or the line.

/// Writes a value with `<`, `>`, `&` and the two line separators as escapes (publishing.md §15).
pub(super) fn for_html(value: &serde_json::Value) -> String {
    let plain = value.to_string();
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '<' | '>' | '&' => out += &format!("\\u00{:02x}", u32::from(c)),
            '\u{2028}' => out += "\\u2028",
            '\u{2029}' => out += "\\u2029",
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_element_and_everything_comes_back() {
        let hostile = serde_json::json!({"a": "</script><!--<script>&\u{2028}\u{2029}", "__proto__": 1});
        let written = for_html(&hostile);
        assert!(!written.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).expect("valid JSON"), hostile);
    }
}
