//! Comma-separated values, as RFC 4180 has them.

/// A line: null is nothing, an empty text is `""`.
pub fn line<T: AsRef<str>>(cells: &[Option<T>]) -> String {
    let quoted = |cell: &Option<T>| match cell.as_ref().map(AsRef::as_ref) {
        None => String::new(),
        Some(text) if text.is_empty() || text.contains(['"', ',', '\n', '\r']) => format!("\"{}\"", text.replace('"', "\"\"")),
        Some(text) => text.to_owned(),
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}

/// Text that no spreadsheet takes for a formula, as OWASP recommends: an apostrophe before what could begin one.
pub fn no_formula(text: &str) -> String {
    let apostrophe = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("{apostrophe}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_can_be_read_back() {
        assert_eq!(line(&[Some("a"), None, Some(""), Some("b,\"c\"\n")]), "a,,\"\",\"b,\"\"c\"\"\n\"\n");
    }

    #[test]
    fn formulas_are_text() {
        assert_eq!((no_formula("=1+1"), no_formula("@a"), no_formula("a=1")), ("'=1+1".into(), "'@a".into(), "a=1".into()));
    }
}
