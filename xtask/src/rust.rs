//! Rust text, read just closely enough for house rules: what is code, what serves tests, where functions and tables stand.

/// One file of Rust.
#[derive(Debug, Default)]
pub struct Rust {
    pub lines: Vec<Line>,
    pub functions: Vec<Function>,
}

/// One line of it.
#[derive(Debug, Default)]
pub struct Line {
    /// The line with comments and the insides of literals blanked.
    pub code: String,
    /// It belongs to tests.
    pub test: bool,
    /// It belongs to a long constant, or to a macro call that stands as an item.
    pub table: bool,
}

/// One function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// Index of its first line.
    pub line: usize,
    /// Lines of code from `fn` to the closing brace; blank lines and comments do not count.
    pub length: usize,
}

impl Rust {
    pub fn read(text: &str) -> Self {
        let code = blanked(text);
        let bytes = code.as_bytes();
        let mut lines: Vec<Line> = code.split('\n').map(|line| Line { code: line.trim_end().to_owned(), ..Line::default() }).collect();
        let at = LineIndex::new(bytes);
        for (start, end) in test_items(bytes) {
            lines[at.line(start)..=at.line(end)].iter_mut().for_each(|line| line.test = true);
        }
        for (start, end) in tables(bytes) {
            lines[at.line(start)..=at.line(end)].iter_mut().for_each(|line| line.table = true);
        }
        let functions = bodies(bytes)
            .map(|(name, start, end)| {
                let (line, last) = (at.line(start), at.line(end));
                let length = lines[line..=last].iter().filter(|line| line.is_code()).count();
                Function { name, line, length }
            })
            .collect();
        Rust { lines, functions }
    }

    /// Lines of code that reach the product, numbered from 1.
    pub fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines.iter().enumerate().filter(|(_, line)| !line.test).map(|(index, line)| (index + 1, line.code.as_str()))
    }

    /// How many lines hold logic: code that is neither test nor table.
    pub fn logic_length(&self) -> usize {
        self.lines.iter().filter(|line| line.is_code() && !line.test && !line.table).count()
    }
}

impl Line {
    fn is_code(&self) -> bool {
        !self.code.trim().is_empty()
    }
}

struct LineIndex(Vec<usize>);

impl LineIndex {
    fn new(bytes: &[u8]) -> Self {
        LineIndex(bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(index, _)| index).collect())
    }

    fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset)
    }
}

/// The text with comments, and what stands between quotes, turned into spaces. Line ends stay, so lines keep their numbers.
fn blanked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let rest = &bytes[index..];
        // How many bytes to keep, and up to where to blank.
        let (keep, until) = match byte {
            b'/' if rest.starts_with(b"//") => (0, rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())),
            b'/' if rest.starts_with(b"/*") => (0, block_comment(rest)),
            b'r' if !after_word(bytes, index) || bytes[index - 1] == b'b' => raw_string(rest).unwrap_or((1, 1)),
            b'"' => (1, string(rest)),
            b'\'' => character(rest).unwrap_or((1, 1)),
            _ => (1, 1),
        };
        out.extend_from_slice(&rest[..keep]);
        out.extend(rest[keep..until].iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
        index += until;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn after_word(bytes: &[u8], index: usize) -> bool {
    index.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|byte| is_word(*byte))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut index) = (0, 0);
    while index < rest.len() {
        match &rest[index..] {
            [b'/', b'*', ..] => (depth, index) = (depth + 1, index + 2),
            [b'*', b'/', ..] => (depth, index) = (depth - 1, index + 2),
            _ => index += 1,
        }
        if depth == 0 {
            break;
        }
    }
    index.min(rest.len())
}

/// `"` to `"`: keeps the opening quote, blanks the rest.
fn string(rest: &[u8]) -> usize {
    let mut index = 1;
    while let Some(byte) = rest.get(index) {
        match byte {
            b'\\' => index += 2,
            b'"' => return index + 1,
            _ => index += 1,
        }
    }
    rest.len()
}

/// `r"…"`, `r#"…"#`; nothing when this is an ordinary word or a raw identifier.
fn raw_string(rest: &[u8]) -> Option<(usize, usize)> {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    let open = hashes + 2;
    if rest.get(open - 1) != Some(&b'"') {
        return None;
    }
    let close = [&b"\""[..], &vec![b'#'; hashes]].concat();
    let end = rest[open..].windows(close.len()).position(|window| window == close).map_or(rest.len(), |at| open + at + close.len());
    Some((open, end))
}

/// `'x'` and `'\n'`; nothing for a lifetime.
fn character(rest: &[u8]) -> Option<(usize, usize)> {
    if rest.get(1) == Some(&b'\\') {
        let end = rest.iter().skip(3).position(|byte| *byte == b'\'')? + 4;
        return Some((1, end));
    }
    let width = match rest.get(1)? {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    (rest.get(1 + width) == Some(&b'\'')).then_some((1, width + 2))
}

/// Where the item that starts here ends: at the brace that closes its first one, or at a `;` before any.
fn item_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0i32;
    for (index, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => {
                depth -= 1;
                if depth == 0 && *byte == b'}' {
                    return index;
                }
            }
            b';' if depth == 0 => return index,
            _ => {}
        }
    }
    bytes.len().saturating_sub(1)
}

fn occurrences<'b>(bytes: &'b [u8], needle: &'b str) -> impl Iterator<Item = usize> + 'b {
    let needle = needle.as_bytes();
    bytes.windows(needle.len()).enumerate().filter(move |(_, window)| *window == needle).map(|(index, _)| index)
}

/// Items that only tests have.
fn test_items(bytes: &[u8]) -> Vec<(usize, usize)> {
    ["#[cfg(test)]", "#[test]", "#[tokio::test"]
        .iter()
        .flat_map(|mark| occurrences(bytes, mark))
        .map(|start| (start, item_end(bytes, start)))
        .collect()
}

/// Constants, and macro calls in the place of an item.
fn tables(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found: Vec<_> = ["const ", "static "]
        .iter()
        .flat_map(|keyword| occurrences(bytes, keyword).filter(|start| is_constant(bytes, *start, keyword.len())))
        .map(|start| (start, statement_end(bytes, start)))
        .collect();
    let mut depth = 0i32;
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'!' if depth == 0 && after_word(bytes, index) => found.push((index, item_end(bytes, index))),
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            _ => {}
        }
    }
    found
}

/// Whether the keyword here opens a constant: no `const fn`, no `*const T`, no `<const N: usize>`.
fn is_constant(bytes: &[u8], start: usize, keyword: usize) -> bool {
    let before = bytes[..start].trim_ascii_end().last();
    let capital = bytes.get(start + keyword).is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    capital && !after_word(bytes, start) && !matches!(before, Some(b'<' | b',' | b'*' | b'&' | b'\''))
}

/// The `;` of the statement that starts here.
fn statement_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0i32;
    for (index, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            b';' if depth == 0 => return index,
            _ => {}
        }
    }
    start
}

/// Functions with a body: name, place of `fn`, place of the closing brace.
fn bodies(bytes: &[u8]) -> impl Iterator<Item = (String, usize, usize)> + '_ {
    occurrences(bytes, "fn ").filter(|start| !after_word(bytes, *start)).filter_map(|start| {
        let name: Vec<u8> = bytes[start + 3..].iter().copied().take_while(|byte| is_word(*byte)).collect();
        let end = item_end(bytes, start);
        let named = !name.is_empty() && bytes.get(end) == Some(&b'}');
        named.then(|| (String::from_utf8_lossy(&name).into_owned(), start, end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked() {
        let text = r####"let a = "fn {"; /* { /* } */ */ let b = '"'; // {
let c = r#"x"{"#; let d: &'static str = b"\\"; let e = '\''; let r#fn = br"{";"####;
        let code = blanked(text);
        assert!(!code.contains('{') && !code.contains('}'), "{code}");
        for kept in ["let a =", "let b =", "let c =", "let d: &'static str =", "let e =", "let r#fn ="] {
            assert!(code.contains(kept), "{kept} is lost in {code}");
        }
        assert_eq!(code.lines().count(), 2);
    }

    #[test]
    fn functions_are_measured_without_blank_lines_and_comments() {
        let rust = Rust::read("trait T {\n    fn none(x: [u8; 2]);\n    fn one() -> u8 {\n\n        // why\n        1\n    }\n}\n");
        assert_eq!(rust.functions, [Function { name: "one".into(), line: 2, length: 3 }]);
    }

    #[test]
    fn tests_are_marked_to_the_closing_brace() {
        let rust = Rust::read("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n");
        let product: Vec<_> = rust.product_lines().map(|(number, _)| number).collect();
        assert_eq!(product, [1, 6, 7]);
    }

    #[test]
    fn tables_are_no_logic() {
        let rust = Rust::read(
            "static A: &[u8] = &[\n    1,\n    2,\n];\nrecord! {\n    x\n}\nconst fn f<const N: usize>(p: *const T) {\n    g();\n}\n",
        );
        assert_eq!(rust.logic_length(), 3);
    }
}
