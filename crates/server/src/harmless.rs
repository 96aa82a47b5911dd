//! Text of logs on its way to a terminal or a browser.

/// JSON with the same values that does a terminal no harm: JSON itself escapes only some control characters.
pub(crate) fn harmless_json(json: String) -> String {
    // Line feeds between members are no text.
    let is_harmful = |c: char| is_harmful(c) && c != '\n';
    if (json.is_ascii() && !json.contains('\x7f')) || !json.contains(is_harmful) {
        return json;
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_harmful(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text += &format!("\\u{unit:04x}"));
        } else {
            text.push(c);
        }
    }
    text
}

/// Whether a character could rewrite a terminal, or make text look like other text: control characters, separators of lines, marks and
/// overrides of direction, and what is invisible.
fn is_harmful(c: char) -> bool {
    let is_mark =
        matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() || is_mark || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// Text as it may stand in HTML, between tags and in quoted attributes. What is invisible or turns the direction of reading is replaced.
pub(crate) fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            c if is_harmful(c) => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_rewrites_a_terminal_or_becomes_markup() {
        let hostile = "a\u{1b}[2J\u{9b}31m\u{7f}\u{202e}b\u{200f}\u{e0041}\u{feff}é🦀";
        let json = harmless_json(serde_json::to_string(&[hostile]).expect("JSON"));
        assert!(!json.contains(is_harmful), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).expect("JSON"), [hostile]);
        assert_eq!(html("<a href=\"x\" on='y'>&\u{202e}"), "&lt;a href=&quot;x&quot; on=&#39;y&#39;&gt;&amp;\u{fffd}");
    }
}
