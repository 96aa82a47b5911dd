//! Where the tokens of a JSON text begin.
//!
//! A token is an opening or closing quote, a bracket, a comma, a colon, or the first byte of a bare word (a number, `true`, or
//! rubbish). A byte that may not stand in a string (a control character, a wrong escape) is made a token too: the walker then
//! meets it where it expected the closing quote, so the fault is found in the right record although tokens are found ahead.

use super::block::{BLOCK_BYTES, Masks, line_space, prefix_parity};

/// Text looked at ahead of the walker, at most.
const AHEAD_BYTES_MAX: usize = 4096;
/// Text looked at ahead after a restart: little, for behind damage there are many restarts in vain.
const AHEAD_BYTES_MIN: usize = 256;
/// Room for a token on every byte looked at ahead, and for one block of overshoot; a power of two.
const ROOM: usize = 8192;
const ODD_BITS: u64 = 0xaaaa_aaaa_aaaa_aaaa;

/// The token finder: a queue of token positions and the state of the text behind them.
#[derive(Debug)]
pub(crate) struct Tokens {
    places: Box<[u32; ROOM]>,
    next: usize,
    filled: usize,
    /// The text before this position has been looked at.
    seen: usize,
    /// How much text is looked at the next time.
    ahead_bytes: usize,
    /// All ones when the text before `seen` ends inside a string.
    in_string: u64,
    /// One when the first byte after `seen` is escaped.
    escaped: u64,
    /// One when the last byte before `seen` belongs to a bare word.
    in_word: u64,
}

impl Tokens {
    pub fn new() -> Self {
        Tokens { places: Box::new([0; ROOM]), next: 0, filled: 0, seen: 0, ahead_bytes: 0, in_string: 0, escaped: 0, in_word: 0 }
    }

    /// Starts anew at a position outside strings.
    pub fn restart(&mut self, at: usize) {
        (self.next, self.filled, self.seen, self.ahead_bytes) = (0, 0, at, AHEAD_BYTES_MIN);
        (self.in_string, self.escaped, self.in_word) = (0, 0, 0);
    }

    /// Position of the next token; the length of the text, again and again, once there is none.
    #[inline(always)]
    pub fn next(&mut self, text: &[u8]) -> usize {
        if self.next >= self.filled {
            self.look_ahead(text);
        }
        let place = self.places[self.next % ROOM];
        self.next += 1;
        place as usize
    }

    #[inline(never)]
    fn look_ahead(&mut self, text: &[u8]) {
        (self.next, self.filled) = (0, 0);
        while self.filled == 0 && self.seen < text.len() {
            let ahead = text.get(self.seen..).unwrap_or_default();
            let ahead = ahead.get(..self.ahead_bytes).unwrap_or(ahead);
            self.ahead_bytes = (self.ahead_bytes * 2).min(AHEAD_BYTES_MAX);
            let (blocks, rest) = ahead.as_chunks::<BLOCK_BYTES>();
            for block in blocks {
                self.block(block, text);
                self.seen += BLOCK_BYTES;
            }
            if !rest.is_empty() {
                let mut block = [b' '; BLOCK_BYTES];
                for (to, from) in block.iter_mut().zip(rest) {
                    *to = *from;
                }
                self.block(&block, text);
                self.seen += rest.len();
            }
        }
        if self.filled == 0 {
            self.places[0] = text.len() as u32;
            self.filled = 1;
        }
    }

    #[inline(always)]
    fn block(&mut self, block: &[u8; BLOCK_BYTES], text: &[u8]) {
        let masks = Masks::of(block);
        let mut bad = 0;
        let quotes = if masks.backslash | self.escaped == 0 {
            masks.quote
        } else {
            let (escapes, escaped) = self.escapes(masks.backslash);
            bad = wrong_escapes(text, self.seen, escapes);
            masks.quote & !escaped
        };
        // The opening quote counts as inside, the closing one as outside.
        let in_string = prefix_parity(quotes) ^ self.in_string;
        let mut space = masks.space;
        if masks.control != 0 {
            space |= line_space(block);
            bad |= masks.control & in_string;
        }
        bad &= in_string;
        let word = !(masks.operator | space | quotes | in_string);
        let word_begins = word & !(word << 1 | self.in_word);
        self.in_string = ((in_string as i64) >> 63) as u64;
        self.in_word = word >> 63;
        self.push((masks.operator & !in_string) | quotes | word_begins | bad);
    }

    /// The backslashes that begin an escape, and the bytes that are escaped.
    #[inline(always)]
    fn escapes(&mut self, backslash: u64) -> (u64, u64) {
        let candidates = backslash & !self.escaped;
        let odd_ends = ((candidates << 1) | ODD_BITS).wrapping_sub(candidates);
        let codes = odd_ends ^ ODD_BITS;
        let escaped = codes ^ (backslash | self.escaped);
        let escapes = codes & backslash;
        self.escaped = escapes >> 63;
        (escapes, escaped)
    }

    /// Writes the positions of the set bits, eight at a time: a branch per bit would be guessed wrong at every block's end.
    #[inline(always)]
    fn push(&mut self, mut bits: u64) {
        let count = bits.count_ones() as usize;
        let base = self.seen as u32;
        let Some(room) = self.places.get_mut(self.filled..self.filled + BLOCK_BYTES) else { return };
        let (eights, _) = room.as_chunks_mut::<8>();
        for (round, eight) in eights.iter_mut().enumerate() {
            for place in eight {
                *place = base.wrapping_add(bits.trailing_zeros());
                bits &= bits.wrapping_sub(1);
            }
            if count <= 8 * (round + 1) {
                break;
            }
        }
        self.filled += count;
    }
}

/// Which of the backslashes at `escapes` begin no escape that JSON knows.
fn wrong_escapes(text: &[u8], base: usize, mut escapes: u64) -> u64 {
    let mut wrong = 0;
    while escapes != 0 {
        let bit = escapes & escapes.wrapping_neg();
        let after = text.get(base + bit.trailing_zeros() as usize + 1..).unwrap_or_default();
        let right = match after {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => true,
            [b'u', digits @ ..] => digits.iter().take(4).all(u8::is_ascii_hexdigit),
            [] => true,
            _ => false,
        };
        if !right {
            wrong |= bit;
        }
        escapes ^= bit;
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<usize> {
        let mut tokens = Tokens::new();
        tokens.restart(0);
        std::iter::repeat_with(|| tokens.next(text.as_bytes())).take_while(|at| *at < text.len()).collect()
    }

    #[test]
    fn tokens_of_a_line() {
        assert_eq!(places(r#" {"a" : -1.5,"b":[true]}"#), [1, 2, 4, 6, 8, 12, 13, 15, 16, 17, 18, 22, 23]);
    }

    #[test]
    fn strings_hide_everything_but_faults() {
        assert_eq!(places(r#""a,{}\"[]\\""#), [0, 11]);
        assert_eq!(places("\"a\u{1}b\""), [0, 2, 4]);
        assert_eq!(places(r#""a\xb""#), [0, 2, 5]);
        assert_eq!(places(r#""\u12g4""#), [0, 1, 7]);
    }

    #[test]
    fn backslashes_over_a_block_border() {
        for pad in 50..70 {
            for slashes in 0..8 {
                let text = format!("\"{}{}\" ", "x".repeat(pad), "\\".repeat(slashes));
                let expect = if slashes % 2 == 0 { vec![0, text.len() - 2] } else { vec![0] };
                assert_eq!(places(&text), expect, "{text}");
            }
        }
    }
}
