//! What the shell's line editor knows: words to complete, and when a statement is whole.

use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use watchfire_lake::query::Database;

const KEYWORDS: &str = "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT AND OR NOT IN LIKE BETWEEN IS NULL AS WITH JOIN LEFT CROSS UNNEST \
    UNION ALL DISTINCT CASE WHEN THEN ELSE END CAST TRY EXISTS DESC ASC INTERVAL TIMESTAMP DATE EXPLAIN ANALYZE DESCRIBE SHOW TABLES";

/// Keywords, tables, columns and functions, sorted.
#[derive(Debug)]
pub struct Words(Vec<String>);

impl Words {
    pub fn of(database: &Database) -> Words {
        let mut words: Vec<String> = KEYWORDS.split_whitespace().map(str::to_owned).collect();
        words.extend(database.names().tables.iter().map(|table| table.name.clone()));
        words.extend(database.names().column_names().into_iter().map(str::to_owned));
        words.extend(database.functions().iter().filter(|name| !name.starts_with("try_")).cloned());
        words.extend([".schema", ".functions", ".help", ".quit"].map(str::to_owned));
        words.sort_unstable();
        words.dedup();
        Words(words)
    }

    /// Where the word before a place begins, and the words that begin so.
    fn begun(&self, line: &str, place: usize) -> (usize, Vec<String>) {
        let before = line.get(..place).unwrap_or_default();
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut from = before.trim_end_matches(is_word).len();
        if from == 1 && before.starts_with('.') {
            from = 0;
        }
        let begun = before.get(from..).unwrap_or_default().to_ascii_lowercase();
        if begun.is_empty() {
            return (from, Vec::new());
        }
        (from, self.0.iter().filter(|word| word.to_ascii_lowercase().starts_with(&begun)).cloned().collect())
    }
}

/// Whether a statement has its semicolon: none in a text, a quoted name or a comment counts.
fn is_whole(text: &str) -> bool {
    let mut letters = text.trim_end().chars().peekable();
    let mut ended = false;
    while let Some(letter) = letters.next() {
        match letter {
            quote @ ('\'' | '"' | '`') => {
                ended = false;
                if !letters.any(|c| c == quote) {
                    return false;
                }
            }
            '-' if letters.peek() == Some(&'-') => {
                letters.find(|c| *c == '\n');
            }
            ';' => ended = true,
            letter if letter.is_whitespace() => {}
            _ => ended = false,
        }
    }
    ended
}

impl Completer for Words {
    type Candidate = String;

    fn complete(&self, line: &str, place: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.begun(line, place))
    }
}

impl Validator for Words {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input().trim();
        let whole = text.is_empty() || text.starts_with('.') || is_whole(text);
        Ok(if whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Hinter for Words {
    type Hint = String;
}

impl Highlighter for Words {}

impl Helper for Words {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_ends_with_a_semicolon_of_its_own() {
        for whole in ["SELECT 1;", "SELECT ';';", "SELECT 1; -- done\n", "SELECT 'it''s';"] {
            assert!(is_whole(whole), "{whole}");
        }
        for part in ["SELECT 1", "SELECT ';", "SELECT 1 -- ;", "SELECT \";\"", ""] {
            assert!(!is_whole(part), "{part}");
        }
    }

    #[test]
    fn words_are_completed_whatever_their_case() {
        let words = Words(vec![".help".into(), "SELECT".into(), "eventname".into(), "eventsource".into()]);
        assert_eq!(words.begun("sel", 3), (0, vec!["SELECT".to_owned()]));
        assert_eq!(words.begun("SELECT EVENTn", 13), (7, vec!["eventname".to_owned()]));
        assert_eq!(words.begun(".he", 3), (0, vec![".help".to_owned()]));
        assert_eq!(words.begun("SELECT ", 7).1, Vec::<String>::new());
    }
}
