//! The dotted paths under which `extra` keeps members. Names are JSON texts of anyone's choosing, so dots in them are escaped.

use std::borrow::Cow;

/// The path of a whole record, kept when its members cannot be told apart by name: a key that comes twice, or that is no text.
pub(crate) const WHOLE: &str = "$";

/// Adds a name to the path of its parent, which is empty for members of the record itself.
pub(crate) fn join(parent: &str, name: &str) -> String {
    let mut path = String::with_capacity(parent.len() + name.len() + 1);
    if !parent.is_empty() {
        path.push_str(parent);
        path.push('.');
    }
    if name.is_empty() {
        path.push_str("\\e");
    } else if parent.is_empty() && name.starts_with(WHOLE) {
        path.push('\\');
    }
    for char in name.chars() {
        if matches!(char, '.' | '\\') {
            path.push('\\');
        }
        path.push(char);
    }
    path
}

/// The names in a path.
pub(crate) fn names(path: &str) -> Vec<Cow<'_, str>> {
    let mut names = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, char) in path.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '.' => {
                names.push(plain(path.get(start..at).unwrap_or_default()));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.push(plain(path.get(start..).unwrap_or_default()));
    names
}

fn plain(name: &str) -> Cow<'_, str> {
    if !name.contains('\\') {
        return Cow::Borrowed(name);
    }
    if name == "\\e" {
        return Cow::Borrowed("");
    }
    let mut text = String::with_capacity(name.len());
    let mut chars = name.chars();
    while let Some(char) = chars.next() {
        text.extend(if char == '\\' { chars.next() } else { Some(char) });
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_come_back(wanted in prop::collection::vec("[ab.\\\\$e]{0,4}", 1..4)) {
            let path = wanted.iter().fold(String::new(), |path, name| join(&path, name));
            prop_assert_eq!(names(&path), wanted);
            prop_assert_ne!(path.as_str(), WHOLE);
        }
    }
}
