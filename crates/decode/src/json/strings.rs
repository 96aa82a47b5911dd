//! Where the strings of a JSON text end.
//!
//! Finding the end of a string is most of the work of reading JSON: three bytes of four stand in strings. It is done ahead of
//! the walker, 64 bytes at a time and without looking at single bytes. A byte that may not stand in a string (a control character,
//! a wrong escape) is taken for an end too: the walker then finds no quote there, so the fault is met in the right record.

use super::block::{BLOCK_BYTES, Block, Masks, backslashes, prefix_parity};

/// Text looked at ahead of the walker, at most.
const AHEAD_BYTES_MAX: usize = 4096;
/// Text looked at ahead after a restart: little, for behind damage there are many restarts in vain.
const AHEAD_BYTES_MIN: usize = 256;
/// Room for an end on every byte looked at ahead, and for one block of overshoot; a power of two.
const ROOM: usize = 8192;
const ODD_BITS: u64 = 0xaaaa_aaaa_aaaa_aaaa;

/// A queue of ends, and the state of the text behind them.
#[derive(Debug)]
pub(super) struct StringEnds {
    ends: Box<[u32; ROOM]>,
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
}

impl StringEnds {
    pub fn new() -> Self {
        StringEnds { ends: Box::new([0; ROOM]), next: 0, filled: 0, seen: 0, ahead_bytes: AHEAD_BYTES_MIN, in_string: 0, escaped: 0 }
    }

    /// Starts anew at a position outside strings.
    pub fn restart(&mut self, at: usize) {
        (self.next, self.filled, self.seen, self.ahead_bytes) = (0, 0, at, AHEAD_BYTES_MIN);
        (self.in_string, self.escaped) = (0, 0);
    }

    /// Position of the next closing quote; the length of the text, again and again, once there is none.
    #[inline(always)]
    pub fn next(&mut self, text: &[u8]) -> usize {
        if self.next >= self.filled {
            self.look_ahead(text);
        }
        let end = self.ends[self.next % ROOM];
        self.next += 1;
        end as usize
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
                block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                self.block(&block, text);
                self.seen += rest.len();
            }
        }
        if self.filled == 0 {
            self.ends[0] = text.len() as u32;
            self.filled = 1;
        }
    }

    #[inline(always)]
    fn block(&mut self, block: &Block, text: &[u8]) {
        let masks = Masks::of(block);
        let (quotes, bad) = if masks.rare | self.escaped == 0 { (masks.quote, 0) } else { self.rare(block, masks, text) };
        let in_string = prefix_parity(quotes) ^ self.in_string;
        self.in_string = ((in_string as i64) >> 63) as u64;
        self.push((quotes & !in_string) | (bad & in_string));
    }

    /// The quotes that are not escaped, and the bytes that no string may contain.
    #[inline(never)]
    fn rare(&mut self, block: &Block, masks: Masks, text: &[u8]) -> (u64, u64) {
        let backslash = backslashes(block);
        let control = masks.rare & !backslash;
        // Runs of backslashes, each escaping the next: as in simdjson, by the carry of a subtraction.
        let candidates = backslash & !self.escaped;
        let codes = ((candidates << 1) | ODD_BITS).wrapping_sub(candidates) ^ ODD_BITS;
        let escaped = codes ^ (backslash | self.escaped);
        let escapes = codes & backslash;
        self.escaped = escapes >> 63;
        (masks.quote & !escaped, control | wrong_escapes(text, self.seen, escapes))
    }

    /// Writes the positions of the set bits, eight at a time: a branch per bit would be guessed wrong at every block's end.
    #[inline(always)]
    fn push(&mut self, mut bits: u64) {
        let count = bits.count_ones() as usize;
        let base = self.seen as u32;
        let Some(room) = self.ends.get_mut(self.filled..self.filled + BLOCK_BYTES) else { return };
        let (eights, _) = room.as_chunks_mut::<8>();
        for (round, eight) in eights.iter_mut().enumerate() {
            for end in eight {
                *end = base.wrapping_add(bits.trailing_zeros());
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

    fn ends(text: &str) -> Vec<usize> {
        let mut ends = StringEnds::new();
        ends.restart(0);
        std::iter::repeat_with(|| ends.next(text.as_bytes())).take_while(|at| *at < text.len()).collect()
    }

    #[test]
    fn ends_of_a_line() {
        assert_eq!(ends(r#" {"a" : -1.5,"b":["true",""]}"#), [4, 15, 23, 26]);
        assert_eq!(ends(&r#""abc","#.repeat(100)), (0..100).map(|number| number * 6 + 4).collect::<Vec<_>>());
    }

    #[test]
    fn strings_hide_everything_but_faults() {
        assert_eq!(ends(r#""a,{}\"[]\\""#), [11]);
        assert_eq!(ends("\n\"a\u{1}b\""), [3, 5]);
        assert_eq!(ends(r#""a\xb""#), [2, 5]);
        assert_eq!(ends(r#""\u12g4""#), [1, 7]);
    }

    #[test]
    fn backslashes_over_a_block_border() {
        for pad in 50..70 {
            for slashes in 0..8 {
                let text = format!("\"{}{}\" ", "x".repeat(pad), "\\".repeat(slashes));
                let expect = if slashes % 2 == 0 { vec![text.len() - 2] } else { vec![] };
                assert_eq!(ends(&text), expect, "{text}");
            }
        }
    }
}
