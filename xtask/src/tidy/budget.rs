//! What was over its length when the rule came. The list may only shrink: a number is the exact length of today, so growing
//! needs a visible edit here, and a gain that is not written down fails too.

use super::Complaint;

/// `path lines` for a file, `path::function lines` for a function, sorted.
const LIST: &str = include_str!("budget.txt");
const LIST_PATH: &str = "xtask/src/tidy/budget.txt";

/// Something that has a length.
pub(super) struct Measured {
    /// As the list spells it.
    pub key: String,
    pub path: String,
    pub line: Option<usize>,
    pub length: usize,
}

/// Judges lengths against a limit and the list. `of_functions` says which half of the list is meant.
pub(super) fn judge(measured: &[Measured], limit: usize, of_functions: bool) -> Vec<Complaint> {
    against(LIST, measured, limit, of_functions)
}

fn against(list: &str, measured: &[Measured], limit: usize, of_functions: bool) -> Vec<Complaint> {
    let rows = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
    let rows: Vec<(&str, usize)> =
        rows.filter(|(key, _)| key.contains("::") == of_functions).map(|(key, lines)| (key, lines.parse().unwrap_or_default())).collect();
    let allowed = |key: &str| rows.iter().find(|(row, _)| *row == key).map(|(_, lines)| *lines);
    let mut complaints = Vec::new();
    for one in measured.iter().filter(|one| one.length > limit) {
        match allowed(&one.key) {
            Some(lines) if lines == one.length => {}
            Some(lines) if lines > one.length => {
                complaints.push(Complaint::file(LIST_PATH, format!("{} shrank to {}: write that down", one.key, one.length)));
            }
            found => {
                let says = format!("{} has {} lines, {} are allowed", name(&one.key), one.length, found.unwrap_or(limit));
                complaints.push(Complaint { path: one.path.clone(), line: one.line, says });
            }
        }
    }
    let over = |key: &str| measured.iter().any(|one| one.key == key && one.length > limit);
    // In a test with a made-up repository nothing is measured, and the list says nothing about it.
    let stale = rows.iter().filter(|(key, _)| !measured.is_empty() && !over(key));
    complaints.extend(stale.map(|(key, _)| Complaint::file(LIST_PATH, format!("{key} is within its length now: take it off"))));
    complaints
}

/// The function, or the last part of the path.
fn name(key: &str) -> &str {
    key.rsplit(['/', ':']).next().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str, length: usize) -> Vec<String> {
        let measured = Measured { key: "a.rs".into(), path: "a.rs".into(), line: None, length };
        against(list, &[measured], 10, false).into_iter().map(|complaint| complaint.to_string()).collect()
    }

    #[test]
    fn the_list_may_only_shrink() {
        assert_eq!(check("", 11), ["a.rs: a.rs has 11 lines, 10 are allowed"]);
        assert_eq!(check("a.rs 11", 11), [""; 0]);
        assert_eq!(check("a.rs 11", 12), ["a.rs: a.rs has 12 lines, 11 are allowed"]);
        assert_eq!(check("a.rs 12\n", 11), ["xtask/src/tidy/budget.txt: a.rs shrank to 11: write that down"]);
        assert_eq!(check("# why\na.rs 12", 10), ["xtask/src/tidy/budget.txt: a.rs is within its length now: take it off"]);
        assert_eq!(check("a.rs::f 12", 10), [""; 0]);
    }
}
