//! "Did you mean": the nearest spelling.

/// The candidate nearest in spelling, when one is near enough to be meant.
pub(crate) fn nearest<'c>(text: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let lower = text.to_lowercase();
    let scored = candidates.map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate));
    scored.min_by_key(|(distance, _)| *distance).filter(|(distance, _)| *distance <= text.len() / 3).map(|(_, near)| near)
}

/// Levenshtein's distance, by characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
