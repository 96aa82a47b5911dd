//! The name that was probably meant.

/// Longest name that is compared: what is longer is no slip of the pen.
const NAME_CHARS_MAX: usize = 64;

/// The candidate nearest to a name, when one is near enough to have been meant: at most a third of its letters differ. Case does
/// not count; of equally near candidates the first wins.
pub fn suggest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    if wanted.is_empty() || wanted.len() > NAME_CHARS_MAX {
        return None;
    }
    let bound = (wanted.len() / 3).max(1);
    let mut nearest: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        if letters.len().abs_diff(wanted.len()) > bound {
            continue;
        }
        let distance = distance(&wanted, &letters);
        if distance <= bound && nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, candidate));
        }
    }
    nearest.map(|(_, candidate)| candidate)
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = vec![0; right.len() + 1];
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, &l) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &r) in right.iter().enumerate() {
            let mut least = (above[j] + usize::from(l != r)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && l == right[j - 1] && left[i - 1] == r {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_whatever_its_case() {
        let names = ["eventname", "eventtime", "eventid", "awsregion"];
        assert_eq!(suggest("EventNam", names), Some("eventname"));
        assert_eq!(suggest("evnettime", names), Some("eventtime"));
        assert_eq!(suggest("aws_region", names), Some("awsregion"));
        assert_eq!(suggest("sourceipaddress", names), None);
        assert_eq!(suggest("", names), None);
        assert_eq!(suggest(&"x".repeat(10_000), names), None);
    }
}
