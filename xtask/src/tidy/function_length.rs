//! A function fits on one screen: at most 70 lines of code.

use super::budget::{self, Measured};
use super::{Complaint, Rule};
use crate::repository::Repository;

pub(super) static RULE: Rule =
    Rule { name: "function length", why: "a function has at most 70 lines of code; lift the ifs up, push the loops down", check };

const LINES_MAX: usize = 70;

fn check(repository: &Repository) -> Vec<Complaint> {
    let functions = repository.rust_files().flat_map(|file| file.rust().functions.iter().map(move |function| (file, function)));
    let measured = functions.map(|(file, function)| Measured {
        key: format!("{}::{}", file.path, function.name),
        path: file.path.clone(),
        line: Some(function.line + 1),
        length: function.length,
    });
    budget::judge(&measured.collect::<Vec<_>>(), LINES_MAX, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_function_is_named() {
        let text = format!("\nfn long() {{\n{}}}\nfn short() {{}}\n", "    step();\n".repeat(69));
        let complaints = check(&Repository::of(&[("crates/a/src/lib.rs", &text)]));
        let about: Vec<_> = complaints.iter().filter(|complaint| complaint.path.starts_with("crates/a/")).collect();
        assert_eq!(about.len(), 1);
        assert_eq!((about[0].line, about[0].says.as_str()), (Some(2), "long has 71 lines, 70 are allowed"));
    }
}
