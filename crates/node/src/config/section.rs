//! Sections of the text as values, each read on its own so that one mistake does not hide the next.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::fault::{Gatherer, nearest, nearest_of};

/// A table of the text, whose keys are taken out one by one.
pub(super) struct Sections<'t>(pub DeTable<'t>);

/// Where secrets and the like may come from: the environment, passed in for tests.
pub(super) type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

impl<'t> Sections<'t> {
    /// Takes a section; the default where there is none.
    pub fn take<S: DeserializeOwned + Default>(&mut self, name: &str, gatherer: &mut Gatherer<'_>, environment: Environment<'_>) -> S {
        let Some(value) = self.0.remove(name) else { return S::default() };
        read(value, &format!("[{name}]"), gatherer, environment).unwrap_or_default()
    }

    /// Takes a list of tables, each with where it stands; those with mistakes are left out.
    pub fn take_list<S: DeserializeOwned>(
        &mut self,
        name: &str,
        gatherer: &mut Gatherer<'_>,
        environment: Environment<'_>,
    ) -> Vec<(std::ops::Range<usize>, S)> {
        let Some(value) = self.0.remove(name) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(items) = value.into_inner() else {
            gatherer.add(Some(span), name, "this is a list of tables", format!("begin each with [[{name}]]"));
            return Vec::new();
        };
        let mut list = Vec::new();
        for (at, item) in items.into_iter().enumerate() {
            let called = item.get_ref().get("name").and_then(|name| name.get_ref().as_str());
            let about = called.map_or_else(|| format!("{name} {}", at + 1), |called| format!("{name} {called:?}"));
            let span = item.span();
            list.extend(read(item, &about, gatherer, environment).map(|value| (span, value)));
        }
        list
    }

    /// Takes a table of tables by their names; those with mistakes are left out.
    pub fn take_named<S: DeserializeOwned>(
        &mut self,
        name: &str,
        gatherer: &mut Gatherer<'_>,
        environment: Environment<'_>,
    ) -> Vec<(String, S)> {
        let Some(value) = self.0.remove(name) else { return Vec::new() };
        let span = value.span();
        let DeValue::Table(tables) = value.into_inner() else {
            gatherer.add(Some(span), name, "this is a table of tables", format!("write each as [{name}.NAME]"));
            return Vec::new();
        };
        let read = |(key, value): (Spanned<Cow<'t, str>>, Spanned<DeValue<'t>>)| {
            let key = key.into_inner().into_owned();
            let value = read(value, &format!("{name} {key:?}"), gatherer, environment)?;
            Some((key, value))
        };
        tables.into_iter().filter_map(read).collect()
    }

    /// Complains about what nobody took.
    pub fn done(self, known: &[&str], gatherer: &mut Gatherer<'_>) {
        for (key, _) in self.0 {
            let hint = nearest(key.get_ref(), known.iter().copied());
            gatherer.add(Some(key.span()), key.get_ref(), "there is no such section", hint);
        }
    }
}

fn read<S: DeserializeOwned>(
    mut value: Spanned<DeValue<'_>>,
    about: &str,
    gatherer: &mut Gatherer<'_>,
    environment: Environment<'_>,
) -> Option<S> {
    let mut missing = Vec::new();
    expand(&mut value, environment, &mut missing);
    for (span, name) in missing.drain(..) {
        let hint = format!("set it before the start, or write the text itself; a $ that is meant is written $$ ({name})");
        gatherer.add(Some(span), about, format!("the environment has no variable {name}"), hint);
    }
    let span = value.span();
    match S::deserialize(ValueDeserializer::from(value)) {
        Ok(read) => Some(read),
        Err(error) => {
            let message = error.message().to_owned();
            gatherer.add(error.span().or(Some(span)), about, &message, nearest_of(&message));
            None
        }
    }
}

/// Puts `${NAME}` of the environment into texts, so that secrets need not stand in the file.
fn expand(value: &mut Spanned<DeValue<'_>>, environment: Environment<'_>, missing: &mut Vec<(std::ops::Range<usize>, String)>) {
    let span = value.span();
    match value.get_mut() {
        DeValue::String(text) if text.contains('$') => {
            let mut out = String::with_capacity(text.len());
            let mut rest: &str = text;
            while let Some(at) = rest.find('$') {
                out.push_str(&rest[..at]);
                let after = &rest[at + 1..];
                let named = after.strip_prefix('{').and_then(|after| after.split_once('}'));
                match named {
                    Some((name, after)) => {
                        match environment(name) {
                            Some(value) => out.push_str(&value),
                            None => missing.push((span.clone(), name.to_owned())),
                        }
                        rest = after;
                    }
                    None => {
                        out.push('$');
                        rest = after.strip_prefix('$').unwrap_or(after);
                    }
                }
            }
            out.push_str(rest);
            *text = Cow::Owned(out);
        }
        DeValue::Array(items) => items.iter_mut().for_each(|item| expand(item, environment, missing)),
        DeValue::Table(table) => table.iter_mut().for_each(|(_, item)| expand(item, environment, missing)),
        _ => {}
    }
}
