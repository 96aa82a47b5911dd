//! Text without case, as EventBridge means it: each character of the pattern in lower or in upper case.

/// Where a text without case stands in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stands {
    /// It is the whole value.
    Whole,
    /// The value begins so.
    First,
    /// The value ends so.
    Last,
}

/// A text of which each character is accepted in its lower and in its upper case, by Unicode's full mapping: `ß` also as `SS`. Other
/// characters of the same fold are not (the Kelvin sign for `k`, final sigma for sigma).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct AnyCase {
    stands: Stands,
    /// The text as written.
    text: Box<str>,
    /// Both forms of each character; none when all are ASCII.
    forms: Box<[[Box<str>; 2]]>,
}

impl AnyCase {
    /// Compiles a text.
    pub(crate) fn new(text: &str, stands: Stands) -> AnyCase {
        let forms = |c: char| [c.to_lowercase().collect::<String>().into(), c.to_uppercase().collect::<String>().into()];
        let forms = if text.is_ascii() { Box::default() } else { text.chars().map(forms).collect() };
        AnyCase { stands, text: text.into(), forms }
    }

    /// The text as written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands.
    pub(crate) fn stands(&self) -> Stands {
        self.stands
    }

    /// Whether a value fits.
    pub(crate) fn fits(&self, value: &str) -> bool {
        if self.forms.is_empty() {
            let (value, text) = (value.as_bytes(), self.text.as_bytes());
            let part = match self.stands {
                Stands::Whole => Some(value),
                Stands::First => value.get(..text.len()),
                Stands::Last => value.len().checked_sub(text.len()).and_then(|at| value.get(at..)),
            };
            return part.is_some_and(|part| part.eq_ignore_ascii_case(text));
        }
        match self.stands {
            Stands::Whole | Stands::First => self.ends_from(0, value).any(|end| end == value.len() || self.stands == Stands::First),
            Stands::Last => value.char_indices().any(|(start, _)| self.ends_from(start, value).any(|end| end == value.len())),
        }
    }

    /// Where the text may end in a value when it begins at `start`: two forms of one character may differ in length.
    fn ends_from(&self, start: usize, value: &str) -> impl Iterator<Item = usize> {
        let mut ends = vec![start];
        for [lower, upper] in &self.forms {
            let forms = [Some(lower), Some(upper).filter(|upper| *upper != lower)];
            let mut next: Vec<usize> = Vec::with_capacity(ends.len());
            for &end in &ends {
                let rest = value.get(end..).unwrap_or_default();
                next.extend(forms.into_iter().flatten().filter(|form| rest.starts_with(&***form)).map(|form| end + form.len()));
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(text: &str, value: &str) -> bool {
        AnyCase::new(text, Stands::Whole).fits(value)
    }

    #[test]
    fn each_character_in_both_cases() {
        assert!(
            fits("aBc", "AbC")
                && fits("straße", "STRASSE")
                && fits("straße", "STRAßE")
                && fits("σ", "Σ")
                && fits("", "")
                && fits("😀", "😀")
        );
        assert!(
            !fits("straße", "strasse") && !fits("σ", "ς") && !fits("k", "\u{212a}") && !fits("é", "e") && !fits("", "a") && !fits("é", "")
        );
    }

    #[test]
    fn at_either_end() {
        let (first, last) = (AnyCase::new("ßx", Stands::First), AnyCase::new("xß", Stands::Last));
        assert!(first.fits("SSXy") && first.fits("ßX") && !first.fits("ssx") && !first.fits("ySSX"));
        assert!(last.fits("yxSS") && last.fits("xß") && !last.fits("xSSy") && !last.fits("ß"));
        assert!(AnyCase::new("Ab", Stands::Last).fits("xxAB") && AnyCase::new("Ab", Stands::First).fits("aBé"));
    }
}
