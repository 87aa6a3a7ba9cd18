//! A change of a value changes that value and not a byte besides, in whatever style the file is written.

use super::*;

fn way(text: &str) -> Path {
    text.split('/').map(str::to_owned).collect()
}

/// One way to write a value of a target, and what surrounds it.
struct Styled {
    text: String,
    at: Range<usize>,
    is_quoted: bool,
}

/// A file of targets of random style with the value to be changed somewhere in it; `seed` decides all.
fn styled(seed: u64) -> Styled {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut draw = |many: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % many).expect("a small number")
    };
    let newline = ["\n", "\r\n"][draw(2)];
    let comment = ["", "  # 目标 target: 1 {not: a map}", " #!", "\t# tab"][draw(4)];
    let before = ["# 上半年\n", "", "\u{feff}# mark\n", "x-base: &base {owner: mei, red: 1}\n"][draw(4)];
    let before = before.trim_start_matches('\u{feff}');
    let quote = ["", "'", "\""][draw(3)];
    let value = ["148_000_000", "22%", "1.5", "850万", "-3"][draw(5)];
    let anchor = ["", "", "&v1 "][draw(3)];
    let pad = [" ", "   "][draw(2)];
    let unit = format!("{anchor}{quote}{value}{quote}");
    let other =
        ["stretch: 156", "店铺: 东京", "\"key: x\": y", "note: 'it''s # no comment'", "red: [1, 2]"][draw(5)];
    let (head, tail) = match draw(5) {
        0 => (
            format!("{before}targets:\n  - id: a\n    {other}\n    value:{pad}"),
            format!("{comment}\n    owner: 王芳\n  - id: b\n    value: 9\n"),
        ),
        1 => (
            format!("{before}targets:\n- {{id: a, {other}, value:{pad}"),
            format!(", owner: 王芳}}{comment}\n- {{id: b, value: 9}}\n"),
        ),
        2 => (
            format!("{before}targets: [{{id: a, {other},\n   value:{pad}"),
            format!("\n   }}, {{id: b, value: 9}}]{comment}"),
        ),
        3 => (
            format!("{before}targets:\n  -   value:{pad}"),
            format!(
                "{comment}\n\n      # between\n      {other}\n      text: |\n        value: 7\n      id: a\n"
            ),
        ),
        _ => (
            format!("{before}\"targets\":\n  - ? id\n    : a\n    {other}\n    'value' :{pad}"),
            format!("{comment}\n"),
        ),
    };
    let (head, tail) = (head.replace('\n', newline), tail.replace('\n', newline));
    let start = head.len() + anchor.len();
    let at = start..start + unit.len() - anchor.len();
    Styled { text: head + &unit + &tail, at, is_quoted: !quote.is_empty() }
}

#[test]
fn only_the_addressed_value_changes_byte_for_byte() {
    let path = way("targets/0/value");
    for seed in 1..4000 {
        let file = styled(seed);
        for value in ["146_500_000", "7.25%", "-12", "900万"] {
            let out =
                set(&file.text, &path, value).unwrap_or_else(|why| panic!("{seed}: {why}\n{}", file.text));
            let head = &file.text[..file.at.start];
            let tail = &file.text[file.at.end..];
            assert!(out.starts_with(head) && out.ends_with(tail), "{seed}\n{}\n---\n{out}", file.text);
            let inside = &out[head.len()..out.len() - tail.len()];
            let bare = inside.trim_matches(['"', '\'']);
            assert_eq!((bare, bare != inside), (value, file.is_quoted), "{seed}");
            // And back again: the very same bytes.
            let was = file.text[file.at.clone()].trim_matches(['"', '\'']);
            assert_eq!(set(&out, &path, was).as_deref(), Ok(&*file.text), "{seed}");
        }
    }
}

#[test]
fn what_others_repeat_is_not_changed_behind_their_back() {
    let text = "targets:\n  - {id: a, value: &v 5}\n  - {id: b, value: *v}\n";
    assert_eq!(set(text, &way("targets/0/value"), "6"), Err(Unwritable::Shared));
    // Where it is repeated it may be written out.
    let own = "targets:\n  - {id: a, value: &v 5}\n  - {id: b, value: 6}\n";
    assert_eq!(set(text, &way("targets/1/value"), "6").as_deref(), Ok(own));
    let merged = "base: &b {value: 5}\ntargets:\n  - {id: a, <<: *b}\n";
    assert_eq!(set(merged, &way("targets/0/value"), "6"), Err(Unwritable::Missing));
    assert_eq!(set(merged, &way("base/value"), "6"), Err(Unwritable::Shared));
}

#[test]
fn what_is_no_single_value_is_not_written() {
    let text = "a: {b: 1}\nc: [1]\nd: |\n  long\ne:\nf: two\n  lines\n";
    for key in ["a", "c", "d", "e", "f"] {
        assert_eq!(set(text, &way(key), "6"), Err(Unwritable::NotOne), "{key}");
    }
    assert_eq!(set(text, &way("g"), "6"), Err(Unwritable::Missing));
    assert_eq!(set("a: [", &way("a"), "6"), Err(Unwritable::Broken));
    assert_eq!(set("a: 1\n", &way("a"), "x: y # z").as_deref(), Ok("a: \"x: y # z\"\n"));
    assert_eq!(set("a: 1\n", &way("a"), "null").as_deref(), Ok("a: \"null\"\n"));
}

#[test]
fn an_entry_is_added_where_it_belongs() {
    let added = |text: &str| add(text, &way("targets/0"), "stretch", "9");
    let block = "targets:\n  - id: a\n    value: 5  # now\n\n  - id: b\n";
    assert_eq!(
        added(block).as_deref(),
        Ok("targets:\n  - id: a\n    value: 5  # now\n    stretch: 9\n\n  - id: b\n")
    );
    assert_eq!(added("targets: [{id: a}]").as_deref(), Ok("targets: [{id: a, stretch: 9}]"));
    assert_eq!(added("targets: [{id: a, }]").as_deref(), Ok("targets: [{id: a, stretch: 9 }]"));
    assert_eq!(added("targets:\r\n- id: a").as_deref(), Ok("targets:\r\n- id: a\r\n  stretch: 9"));
    let nested = "targets:\n  - id: a\n    phase:\n      months: {a: 1}  # w\n\n  # next\n  - id: b\n";
    let longer =
        "targets:\n  - id: a\n    phase:\n      months: {a: 1}  # w\n    stretch: 9\n\n  # next\n  - id: b\n";
    assert_eq!(added(nested).as_deref(), Ok(longer));
    let revised = |text: &str| push(text, &way("r"), "{value: 9}");
    assert_eq!(
        revised("r:\n  - {value: 1}\nz: 1\n").as_deref(),
        Ok("r:\n  - {value: 1}\n  - {value: 9}\nz: 1\n")
    );
    assert_eq!(revised("r: [{value: 1}]\n").as_deref(), Ok("r: [{value: 1}, {value: 9}]\n"));
    assert_eq!(
        revised("r:\n- value: 1\n  by: x\n").as_deref(),
        Ok("r:\n- value: 1\n  by: x\n- {value: 9}\n")
    );
}
