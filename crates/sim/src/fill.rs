//! What goes into the holes of templates when nothing else is said: the ordinary.
//!
//! A hole is looked up once, when the tables are compiled. An attack says what it puts into a hole; everything else is
//! filled from the scene: the account, the region, the application at work, and chance.

mod content;
mod resource;

pub(crate) use resource::USERS;

use crate::place::Place;
use crate::random::Random;
use crate::session::Session;
use crate::stamp;
use crate::world::{APPS, Account, REGIONS, World};

/// A hole: the place of its row in [`ROWS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hole(u16);

/// Writes what belongs into a hole.
type Fill = fn(&mut Pen<'_, '_>);

/// Rows of name and filling.
type Row = (&'static str, Fill);

/// The tables of holes.
const TABLES: [&[Row]; 3] = [ROWS, resource::ROWS, content::ROWS];

/// What surrounds a call.
pub(crate) struct Scene<'a> {
    pub(crate) world: &'a World,
    pub(crate) place: Place,
    pub(crate) now: i64,
    /// The application that the episode is about.
    pub(crate) app: usize,
    /// Who calls.
    pub(crate) caller: &'a Session,
    /// Whose session is opened by calls that open one; otherwise the caller.
    pub(crate) subject: &'a Session,
}

/// Holes that a story fills itself.
pub(crate) type Bindings = [(Hole, String)];

/// Writes a record: the text so far, chance, and the scene.
pub(crate) struct Pen<'o, 'a> {
    pub(crate) out: &'o mut Vec<u8>,
    pub(crate) random: &'o mut Random,
    pub(crate) scene: &'a Scene<'a>,
    pub(crate) bindings: &'a Bindings,
    /// One draw a record, for fillings that must agree with each other.
    pub(crate) dice: u64,
}

impl Hole {
    pub(crate) fn named(name: &str) -> Hole {
        let mut at = 0;
        for table in TABLES {
            if let Some(index) = table.iter().position(|(row, _)| *row == name) {
                return Hole((at + index) as u16);
            }
            at += table.len();
        }
        panic!("nothing says what goes into the hole <{name}>")
    }

    fn row(self) -> Fill {
        let mut at = usize::from(self.0);
        for table in TABLES {
            if let Some(row) = table.get(at) {
                return row.1;
            }
            at -= table.len();
        }
        unreachable!("holes are made from the tables")
    }
}

impl<'a> Pen<'_, 'a> {
    #[inline]
    pub(crate) fn fill(&mut self, hole: Hole) {
        if let Some(bound) = self.bound(hole) {
            self.out.extend_from_slice(bound.as_bytes());
        } else {
            hole.row()(self);
        }
    }

    pub(crate) fn bound(&self, hole: Hole) -> Option<&'a str> {
        let bindings: &'a Bindings = self.bindings;
        bindings.iter().find(|(bound, _)| *bound == hole).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// One of a list, by the record's own draw.
    fn choose(&mut self, from: &[&str]) {
        let chosen = from[self.random.below(from.len() as u64) as usize];
        self.text(chosen);
    }

    fn number(&mut self, low: u64, high: u64) {
        let number = self.random.between(low, high);
        self.decimal(number);
    }

    fn decimal(&mut self, number: u64) {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut left = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        self.out.extend_from_slice(&digits[at..]);
    }

    fn account(&self) -> &'a Account {
        &self.scene.world.accounts[self.scene.place.account]
    }

    fn app(&self) -> &'static str {
        APPS[self.scene.app]
    }

    /// An account of the organisation, not always this one.
    fn member(&mut self) -> &'a Account {
        self.random.pick(&self.scene.world.accounts)
    }
}

/// Place, time, caller, and plain chance.
const ROWS: &[Row] = &[
    ("account", |p| p.text(&p.account().id)),
    ("region", |p| p.text(REGIONS[p.scene.place.region].name)),
    ("code", |p| p.text(REGIONS[p.scene.place.region].code)),
    ("az", |p| {
        p.text(REGIONS[p.scene.place.region].name);
        p.choose(&["a", "b", "c"]);
    }),
    ("env", |p| p.text(&p.account().environment)),
    ("app", |p| p.text(p.app())),
    ("company", |p| p.text(p.scene.world.company)),
    ("domain", |p| p.text(&p.scene.world.domain)),
    ("member", |p| {
        let id = &p.member().id;
        p.text(id)
    }),
    ("caller", |p| p.text(&p.scene.caller.arn)),
    ("caller_principal", |p| p.text(&p.scene.caller.principal)),
    ("caller_session", |p| p.text(&p.scene.caller.session)),
    ("new_key", |p| p.text(&p.scene.subject.key)),
    ("role_arn", |p| p.text(&p.scene.subject.role_arn)),
    ("role_id", |p| p.text(&p.scene.subject.role_id)),
    ("role_session", |p| p.text(&p.scene.subject.session)),
    ("role_account", |p| p.text(&p.scene.world.accounts[p.scene.subject.account].id)),
    ("session_arn", |p| p.text(&p.scene.subject.arn)),
    ("web_provider", |p| p.text(p.scene.subject.web.as_ref().map_or("", |web| &web.0))),
    ("web_subject", |p| p.text(p.scene.subject.web.as_ref().map_or("", |web| &web.1))),
    ("token", |p| {
        p.text("IQoJb3JpZ2luX2VjE");
        // Real tokens are three times as long; what is cut off would say nothing and double the archive.
        let letters = 240 + p.random.below(40) as usize;
        p.random.base64(letters, p.out);
    }),
    ("expires", |p| stamp::spoken(p.scene.now + 3600, p.out)),
    ("created", |p| stamp::spoken(p.scene.now, p.out)),
    ("now_iso", |p| stamp::iso(p.scene.now, p.out)),
    ("now_s", |p| p.decimal(p.scene.now as u64)),
    ("now_ms", |p| {
        let ms = p.scene.now as u64 * 1000 + p.dice % 1000;
        p.decimal(ms)
    }),
    ("date", |p| {
        let at = p.out.len();
        stamp::iso(p.scene.now, p.out);
        p.out.truncate(at + 10);
    }),
    ("uuid", |p| p.random.uuid(p.out)),
    ("uuid_b", |p| p.random.uuid(p.out)),
    ("uuid_c", |p| p.random.uuid(p.out)),
    ("hex8", |p| p.random.hex(8, p.out)),
    ("hex16", |p| p.random.hex(16, p.out)),
    ("hex32", |p| p.random.hex(32, p.out)),
    ("b64_22", |p| p.random.base64(22, p.out)),
    ("b64_27", |p| p.random.base64(27, p.out)),
    ("b64_32", |p| p.random.base64(32, p.out)),
    ("b64_43", |p| p.random.base64(43, p.out)),
    ("b64_60", |p| p.random.base64(60, p.out)),
    ("b64_64", |p| p.random.base64(64, p.out)),
    ("b64_75", |p| p.random.base64(75, p.out)),
    ("upper_13", |p| p.random.upper(13, p.out)),
    ("upper_20", |p| p.random.upper(20, p.out)),
    ("upper_26", |p| p.random.upper(26, p.out)),
    ("letter", |p| p.choose(&["f", "g", "h", "i", "j", "k"])),
    ("letters", |p| p.lower(6)),
    ("letters_6", |p| p.lower(6)),
    ("letters_10", |p| p.lower(10)),
    ("letters_11", |p| p.lower(11)),
    ("letters_16", |p| p.lower(16)),
    ("letters_32", |p| p.lower(32)),
    ("mac", |p| {
        for group in 0..5 {
            if group > 0 {
                p.out.push(b':');
            }
            p.random.hex(2, p.out);
        }
    }),
    ("octet", |p| p.number(16, 31)),
    ("octet_b", |p| p.number(0, 250)),
    ("small", |p| p.number(100, 900)),
    ("object_bytes", |p| p.number(2_000, 900_000)),
    ("version", |p| p.number(2, 180)),
];

impl Pen<'_, '_> {
    fn lower(&mut self, letters: usize) {
        let at = self.out.len();
        self.random.base32(letters, self.out);
        self.out[at..].make_ascii_lowercase();
    }
}
