//! Functions over JSON text, as `requestparameters` and its neighbours hold it.

mod build;
mod cast;
pub(super) mod encode;
mod extract;
mod measure;
pub(super) mod path;
mod query;
pub(super) mod scan;
pub(super) mod value;

use datafusion::common::Result;

use super::call::{Bad, Call, Texts};
use super::kind::{Gives, Kind};
use super::scalar::Scalar;
use path::JsonPath;

/// The functions of this family.
pub(super) const FUNCTIONS: &[&[Scalar]] =
    &[extract::FUNCTIONS, measure::FUNCTIONS, query::FUNCTIONS, cast::FUNCTIONS, encode::FUNCTIONS, build::FUNCTIONS];

/// How a path is read.
type Read = fn(&str) -> std::result::Result<JsonPath, Bad>;

/// The paths of an argument; a constant is read once, and so is a path that stays the same from row to row.
struct Paths<'a> {
    texts: Texts<'a>,
    read: Read,
    last: Option<(&'a str, std::result::Result<JsonPath, Bad>)>,
}

impl<'a> Paths<'a> {
    fn of(call: &Call<'a>, at: usize, read: Read) -> Result<Paths<'a>> {
        Ok(Paths { texts: call.texts(at)?, read, last: None })
    }

    #[inline]
    fn at(&mut self, row: usize) -> std::result::Result<Option<&JsonPath>, Bad> {
        let Some(text) = self.texts.at(row) else { return Ok(None) };
        if !self.last.as_ref().is_some_and(|(last, _)| std::ptr::eq(*last, text) || *last == text) {
            self.last = Some((text, (self.read)(text)));
        }
        match &self.last {
            Some((_, Ok(path))) => Ok(Some(path)),
            Some((_, Err(bad))) => Err(bad.clone()),
            None => Ok(None),
        }
    }
}

/// A function from a JSON text to something.
const fn of_json(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Text], gives: Gives::Text, ..Scalar::PLAIN }
}
