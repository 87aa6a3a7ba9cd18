//! Whether two patterns of paths have a path in common. The work is the product of their lengths, whatever they hold.

/// Whether some path fits both: `*` stands for any run within a segment, `**` for any segments.
pub(super) fn paths(one: &str, other: &str) -> bool {
    let split = |pattern: &str| -> Vec<String> {
        pattern.strip_prefix('/').unwrap_or(pattern).split('/').map(str::to_owned).collect()
    };
    meet(
        &split(one),
        &split(other),
        |segment| segment == "**",
        |one, other| meet(one.as_bytes(), other.as_bytes(), |byte| *byte == b'*', |one, other| one == other),
    )
}

/// Whether two patterns have a text in common: `row[at]` says whether the rest of `one` from here and that of `other` from
/// `at` do, filled from the ends.
fn meet<P>(one: &[P], other: &[P], is_wild: impl Fn(&P) -> bool, same: impl Fn(&P, &P) -> bool) -> bool {
    let width = other.len() + 1;
    let mut below = vec![false; width];
    for at in (0..=one.len()).rev() {
        let mut row = vec![false; width];
        for to in (0..=other.len()).rev() {
            let (left, right) = (one.get(at), other.get(to));
            row[to] = match (left, right) {
                (None, None) => true,
                (Some(left), _) if is_wild(left) => below[to] || (right.is_some() && row[to + 1]),
                (_, Some(right)) if is_wild(right) => row[to + 1] || (left.is_some() && below[to]),
                (Some(left), Some(right)) => same(left, right) && below[to + 1],
                _ => false,
            };
        }
        below = row;
    }
    below[0]
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn patterns_with_a_path_in_common() {
        for (one, other) in [
            ("/a/**", "/a/b/c"),
            ("/a/*/c", "/a/b*/c"),
            ("/**", "/x"),
            ("/**/z", "/a/**"),
            ("/a*b", "/*ab"),
            ("/a/**", "/a/**"),
            ("/**", "/**/**"),
        ] {
            assert!(paths(one, other) && paths(other, one), "{one} {other}");
        }
        for (one, other) in
            [("/a/**", "/b/**"), ("/a/*", "/a/b/c"), ("/a", "/a/b"), ("/a*", "/b*"), ("/**/z", "/a/y")]
        {
            assert!(!paths(one, other) && !paths(other, one), "{one} {other}");
        }
        assert!(!paths(&"*a".repeat(300), &("*a".repeat(300) + "b")));
    }
}
