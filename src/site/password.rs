//! Passphrases: made by the machine, judged when people bring their own, and hashed as web servers read them.
//! None is kept here; what holds one wipes it when it is done.

use super::Failed;
use zeroize::Zeroizing;

/// Weaker ones are refused: a good machine tries 2^40 a day.
pub const BITS: f64 = 64.0;
/// bcrypt reads no further.
pub const BCRYPT_BYTES: usize = 72;
/// What a server spends on every request: 71 ms; two more would be 260 ms.
const COST: u32 = 10;
/// So many words of [`WORD_BITS`] bits each: 78 bits.
const WORDS: usize = 6;
const WORD_BITS: u32 = 13;

/// Words are made of these, so that they can be read aloud in any language: a consonant and a vowel, twice, and an `n` or none.
const CONSONANTS: &[u8; 16] = b"bdfghjkmnprstvwz";
const VOWELS: &[u8; 4] = b"aeio";

/// Random bytes of the system.
///
/// # Errors
/// If the system has none.
pub fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, Failed> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes)
        .map_err(|error| Failed::Io(format!("the system gives no random bytes: {error}")))?;
    Ok(bytes)
}

/// A passphrase of six words: `bako-timon-…`.
///
/// # Errors
/// If the system gives no random bytes.
pub fn passphrase() -> Result<Zeroizing<String>, Failed> {
    let bytes = random::<{ WORDS * 2 }>()?;
    // Room for all of it, so that no part of it is left behind where a text grew.
    let mut text = Zeroizing::new(String::with_capacity(WORDS * 6));
    for pair in bytes.chunks_exact(2) {
        if !text.is_empty() {
            text.push('-');
        }
        // The mask takes 13 of 16 bits, each as often as any other.
        word(&mut text, ((u16::from(pair[0]) << 8) | u16::from(pair[1])) & ((1 << WORD_BITS) - 1));
    }
    Ok(text)
}

fn word(text: &mut String, number: u16) {
    for syllable in [number & 63, (number >> 6) & 63] {
        text.push(char::from(CONSONANTS[usize::from(syllable >> 2)]));
        text.push(char::from(VOWELS[usize::from(syllable & 3)]));
    }
    if number >> 12 == 1 {
        text.push('n');
    }
}

/// At most how many bits a passphrase that a person chose can have: what people choose has fewer. What follows from the
/// letter before (`abcdef`, `aaaa`, `654`, keys side by side) or stood there before (`Passw0rd!Passw0rd!`) counts little.
pub fn bits(text: &str) -> f64 {
    let has = |kind: fn(char) -> bool| text.chars().any(kind);
    let pools = [
        (has(|c| c.is_ascii_lowercase()), 26.0),
        (has(|c| c.is_ascii_uppercase()), 26.0),
        (has(|c| c.is_ascii_digit()), 10.0),
        (has(|c| c.is_ascii() && !c.is_ascii_alphanumeric()), 33.0),
        (has(|c| !c.is_ascii()), 100.0),
    ];
    let pool: f64 = pools.iter().filter(|(there, _)| *there).map(|(_, size)| size).sum();
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let fresh = (0..letters.len()).filter(|at| !follows(&letters, *at)).count();
    let different = letters.iter().collect::<std::collections::BTreeSet<_>>().len();
    #[expect(clippy::cast_precision_loss, reason = "a passphrase has far fewer than 2^52 letters")]
    let (fresh, rest) = (fresh.min(different * 2) as f64, (letters.len() - fresh) as f64);
    if pool > 0.0 { fresh * pool.log2() + rest * GUESSED } else { 0.0 }
}

/// What a letter is worth that follows from others: it could also not.
const GUESSED: f64 = 0.5;
/// Keys side by side, both ways.
const ROWS: &[&str] = &["1234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"];
/// A piece that stood there before is no news from this length on.
const PIECE: usize = 4;

/// Whether a letter follows from what stands before it.
fn follows(letters: &[char], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| letters[before]) else { return false };
    let (own, last) = (u32::from(letters[at]), u32::from(before));
    let beside = |row: &&str| {
        let place = |c: char| row.chars().position(|other| other == c);
        place(letters[at]).zip(place(before)).is_some_and(|(a, b)| a.abs_diff(b) == 1)
    };
    let runs = own.abs_diff(last) <= 1 || ROWS.iter().any(beside);
    // Anywhere within a piece that stood there before: the pieces that hold this letter begin up to three letters earlier.
    let again = (at.saturating_sub(PIECE - 1)..=at).any(|from| {
        let piece = letters.get(from..from + PIECE);
        piece.is_some_and(|piece| letters[..from].windows(PIECE).any(|other| other == piece))
    });
    runs || again
}

/// Why a passphrase is refused.
///
/// # Errors
/// What is wrong with it, without the passphrase.
pub fn judge(text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if text.chars().any(char::is_control) {
        return Err("a passphrase holds no control characters".to_owned());
    }
    if text.len() > BCRYPT_BYTES {
        return Err(format!(
            "a passphrase of {} bytes is too long: servers read {BCRYPT_BYTES} and take the rest for anything",
            text.len()
        ));
    }
    if bits(text) < BITS {
        return Err(format!(
            "a passphrase of {length} characters like these can be guessed: fewer than {BITS} bits"
        ));
    }
    Ok(())
}

/// A passphrase as `.htpasswd` files hold it: bcrypt, `$2y$10$…`.
///
/// # Errors
/// If it is refused, or the system gives no random bytes.
pub fn hashed(text: &str) -> Result<String, Failed> {
    let salt = random::<16>()?;
    let refused =
        |error: bcrypt::BcryptError| Failed::Io(format!("the passphrase cannot be hashed: {error}"));
    let parts = bcrypt::non_truncating_hash_with_salt(text, COST, *salt).map_err(refused)?;
    Ok(parts.format_for_version(bcrypt::Version::TwoY))
}

/// Whether a hash is that of a passphrase.
pub fn matches(text: &str, hash: &str) -> bool {
    bcrypt::verify(text, hash).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_passphrases_are_strong_different_and_short_enough() {
        let many: std::collections::BTreeSet<String> =
            (0..200).map(|_| passphrase().expect("random bytes").to_string()).collect();
        assert_eq!(many.len(), 200);
        for text in &many {
            assert_eq!(text.split('-').count(), WORDS, "{text}");
            assert!(text.split('-').all(|word| matches!(word.len(), 4 | 5)), "{text}");
            assert!(judge(&format!("12-{text}")).is_ok(), "{text}");
        }
        // Every number is another word: 6 × 13 bits are really there.
        let words: std::collections::BTreeSet<String> = (0..1 << WORD_BITS)
            .map(|number| {
                let mut text = String::new();
                word(&mut text, number);
                text
            })
            .collect();
        assert_eq!(words.len(), 1 << WORD_BITS);
    }

    #[test]
    fn case_72_weak_and_too_long_ones_are_refused() {
        for weak in [
            "",
            "pa$$W0rd",
            "aaaaaaaaaaaaaaaaaaaa",
            "1234567890",
            "correct",
            "x\ny and more of it here",
            "Passw0rd!Passw0rd!",
            "abcdefghijklmnopqrstuvwxyz",
            "1qaz2wsx1qaz2wsx1qaz2wsx",
            "qwertyuiopasdfghjklzxcvbnm",
            "password123456789012345",
        ] {
            assert!(judge(weak).is_err(), "{weak}");
        }
        assert!(
            judge(&format!("{}{}", "abcdefghijklmnopqrstuvwxyz0123456789".repeat(2), "!")).is_err(),
            "73 bytes"
        );
        assert!(judge("a horse that counts to 9").is_ok());
        assert!(hashed(&"x".repeat(73)).is_err());
    }

    #[test]
    fn hashes_are_those_that_apache_reads() {
        let hash = hashed("bako-timon-rade").expect("hashed");
        assert!(hash.starts_with("$2y$10$") && hash.len() == 60, "{hash}");
        assert!(matches("bako-timon-rade", &hash) && !matches("bako-timon-radi", &hash));
        assert_ne!(hash, hashed("bako-timon-rade").expect("hashed"));
    }
}
