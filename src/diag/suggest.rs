//! "Did you mean": the nearest known name.

/// The known name nearest to `given`, if it is near enough to be a slip of the keyboard.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = given.to_lowercase();
    // A third of the letters may differ: `taget` finds `target`, `x` finds nothing.
    let most = (given.chars().count() / 3).max(1);
    known
        .into_iter()
        .filter(|name| name.chars().count() > 1 || given.chars().count() == 1)
        .map(|name| (strsim::damerau_levenshtein(&folded, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

/// A hint that names the nearest known name, or else all of them if they are few.
pub fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    /// More names than this make a hint nobody reads.
    const FEW: usize = 12;
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    match nearest(given, known.iter().copied()) {
        Some(name) => Some(format!("did you mean `{name}`?")),
        None if known.is_empty() || known.len() > FEW => None,
        None => {
            let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            Some(format!("known here: {}", all.join(", ")))
        }
    }
}
