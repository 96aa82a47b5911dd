//! Complaints about members of a request, in the words of AWS's own model checks.

use crate::error::AwsError;

/// Collects what is wrong with a request; all of it is said at once, as AWS does.
#[derive(Debug, Default)]
pub(super) struct Validation(Vec<String>);

impl Validation {
    fn add(&mut self, value: &str, at: &str, constraint: impl std::fmt::Display) {
        self.0.push(format!("Value '{value}' at '{at}' failed to satisfy constraint: Member must {constraint}"));
    }

    /// A text of so many letters.
    pub fn length(&mut self, value: &str, at: &str, least: usize, most: usize) -> &mut Self {
        let letters = value.chars().count();
        if letters < least {
            self.add(value, at, format_args!("have length greater than or equal to {least}"));
        } else if letters > most {
            self.add(value, at, format_args!("have length less than or equal to {most}"));
        }
        self
    }

    /// A list of so many items.
    pub fn count(&mut self, count: usize, at: &str, least: usize, most: usize) -> &mut Self {
        let shown = format!("[{count} items]");
        if count < least {
            self.add(&shown, at, format_args!("have length greater than or equal to {least}"));
        } else if count > most {
            self.add(&shown, at, format_args!("have length less than or equal to {most}"));
        }
        self
    }

    /// A number in a range.
    pub fn range(&mut self, value: Option<i64>, at: &str, least: i64, most: i64) -> &mut Self {
        match value {
            Some(value) if value < least => self.add(&value.to_string(), at, format_args!("have value greater than or equal to {least}")),
            Some(value) if value > most => self.add(&value.to_string(), at, format_args!("have value less than or equal to {most}")),
            _ => {}
        }
        self
    }

    /// A name: its length, and letters, digits, `.`, `-` and `_`.
    pub fn name(&mut self, value: &str, at: &str, most: usize) -> &mut Self {
        self.length(value, at, 1, most);
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        if value.is_empty() || !value.chars().all(plain) {
            self.add(value, at, r"satisfy regular expression pattern: [\.\-_A-Za-z0-9]+");
        }
        self
    }

    /// One word of several.
    pub fn one_of(&mut self, value: Option<&str>, at: &str, words: &[&str]) -> &mut Self {
        if let Some(value) = value.filter(|value| !words.contains(value)) {
            self.add(value, at, format_args!("satisfy enum value set: [{}]", words.join(", ")));
        }
        self
    }

    /// A text that may be missing, of so many letters at most.
    pub fn optional(&mut self, value: Option<&str>, at: &str, most: usize) -> &mut Self {
        value.map(|value| self.length(value, at, 0, most).0.len());
        self
    }

    /// A member that has to be there.
    pub fn needed(&mut self, is_there: bool, at: &str) -> &mut Self {
        if !is_there {
            self.0.push(format!("Value null at '{at}' failed to satisfy constraint: Member must not be null"));
        }
        self
    }

    /// The error, where there was anything to say.
    pub fn done(&mut self) -> Result<(), AwsError> {
        let count = self.0.len();
        let errors = if count == 1 { "error" } else { "errors" };
        if count == 0 { Ok(()) } else { Err(AwsError::validation(format!("{count} validation {errors} detected: {}", self.0.join("; ")))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_said_at_once() {
        let long = "This should fail with two errors 123467890123412341234123412341234";
        let says = Validation::default().name(long, "name", 64).one_of(Some("INVALID"), "authorizationType", &["BASIC", "API_KEY"]).done();
        let name = format!("Value '{long}' at 'name' failed to satisfy constraint: Member must");
        assert_eq!(
            says.unwrap_err().message,
            format!(
                "3 validation errors detected: {name} have length less than or equal to 64; {name} satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value 'INVALID' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: [BASIC, API_KEY]"
            )
        );
        assert!(Validation::default().name("a.b-C_9", "name", 64).range(Some(3), "x", 1, 5).done().is_ok());
    }
}
