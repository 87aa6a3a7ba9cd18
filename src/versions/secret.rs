//! Looks for secrets in what is about to be published: tokens and keys that belong in no page.
//! What was found is never printed, only where.

use super::halt::{Halt, Kind};

/// What a secret begins with, and how many more characters of its kind make it one.
const SIGNS: &[(&str, usize, &str)] = &[
    ("Atzr|", 20, "a refresh token of Amazon"),
    ("Atza|", 20, "an access token of Amazon"),
    ("amzn1.oa2-cs.v1.", 20, "a client secret of Amazon"),
    ("AKIA", 16, "an access key of AWS"),
    ("ASIA", 16, "an access key of AWS"),
    ("ghp_", 30, "a token of GitHub"),
    ("github_pat_", 30, "a token of GitHub"),
    ("glpat-", 20, "a token of GitLab"),
    ("xoxb-", 20, "a token of Slack"),
    ("xoxp-", 20, "a token of Slack"),
];
/// What ends the first line of a private key in PEM.
const KEY: &str = "PRIVATE KEY-----";

/// Looks through a file.
///
/// # Errors
/// [`Kind::Secret`] with the file and the place in it.
pub(super) fn scan(path: &str, bytes: &[u8]) -> Result<(), Halt> {
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(byte, b'A' | b'a' | b'g' | b'x' | b'P') {
            continue;
        }
        let rest = &bytes[at..];
        let what = match SIGNS.iter().find(|(sign, more, _)| begins(rest, sign, *more)) {
            Some((.., what)) => what,
            None if rest.starts_with(KEY.as_bytes()) && is_key(&bytes[..at]) => "a private key",
            None => continue,
        };
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let text = format!("`{}` holds {what} in line {line}", crate::diag::printable(path));
        return Err(Halt::new(Kind::Secret, text)
            .hint("take it out of the files it came from, and have it withdrawn where it was issued"));
    }
    Ok(())
}

fn begins(rest: &[u8], sign: &str, more: usize) -> bool {
    let of_kind = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_/+=|".contains(byte);
    rest.strip_prefix(sign.as_bytes())
        .is_some_and(|tail| tail.iter().take(more).filter(|byte| of_kind(byte)).count() == more)
}

/// `-----BEGIN …` stands before it on the same line.
fn is_key(before: &[u8]) -> bool {
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before);
    line.windows(11).any(|part| part == b"-----BEGIN ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_not_printed() {
        let long = "Z9".repeat(20);
        for text in [
            format!("token: Atzr|{long}"),
            format!("<p>AKIA{}</p>", "Q7".repeat(8)),
            format!("ghp_{long}"),
            format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{long}"),
            format!("a\nb\nxoxb-{long}"),
        ] {
            let halt = scan("zh/a.html", text.as_bytes()).expect_err(&text);
            assert_eq!(halt.kind.exit_code(), 41);
            assert!(halt.text.contains("zh/a.html") && !halt.text.contains("Z9"), "{}", halt.text);
        }
        for text in [
            "AKIA is a prefix",
            "Atzr|…",
            "-----BEGIN PUBLIC KEY-----",
            "PRIVATE KEY-----",
            "ASIA PACIFIC REGION TOTALS",
        ] {
            assert_eq!(scan("a", text.as_bytes()), Ok(()), "{text}");
        }
    }
}
