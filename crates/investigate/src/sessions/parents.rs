//! From which identity or key each credential came.

use std::collections::BTreeMap;

use watchfire_model::EventTime;

use super::chains::{Origin, Resolver};
use super::{Credential, SignIn};

/// The console makes its credentials within moments of the sign-in; clocks of two services may differ a little.
const SIGN_IN_AFTER_MS: i64 = 10_000;

/// A console session ends after twelve hours.
const SIGN_IN_BEFORE_MS: i64 = 12 * 3_600_000;

/// From which identity or key a credential came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Parent<'a> {
    Key(&'a str),
    Root(&'a str, Origin),
}

impl<'a> Resolver<'a> {
    pub(super) fn find_parents(&mut self) {
        let mut children: BTreeMap<Parent<'a>, Vec<&'a str>> = BTreeMap::new();
        for (key, credential) in &self.sessions.keys {
            children.entry(self.parent(key, credential)).or_default().push(key);
        }
        for keys in children.values_mut() {
            keys.sort_unstable_by_key(|key| (self.start(key), *key));
        }
        self.children = children;
    }

    fn parent(&self, key: &'a str, credential: &'a Credential) -> Parent<'a> {
        let Some(issue) = credential.issue.as_deref() else {
            return self.parent_of_unissued(key, credential);
        };
        if issue.by_service {
            return Parent::Root(&issue.caller, Origin::Service);
        }
        if let Some(caller_key) = issue.caller_key.as_deref()
            && caller_key != key
            && let Some((caller_key, _)) = self.sessions.keys.get_key_value(caller_key)
        {
            return Parent::Key(caller_key);
        }
        if let Some(caller_key) = self.key_of(&issue.caller, issue.time, key) {
            return Parent::Key(caller_key);
        }
        let federated = issue.how.ends_with("SAML") || issue.how.ends_with("WebIdentity");
        Parent::Root(&issue.caller, if federated { Origin::Federation } else { Origin::Identity })
    }

    fn parent_of_unissued(&self, key: &'a str, credential: &'a Credential) -> Parent<'a> {
        if !key.starts_with("ASIA") {
            return Parent::Root(&credential.principal, Origin::Identity);
        }
        match self.sign_in(credential) {
            Some(SignIn { from: Some(from), time, .. }) => match self.key_of(from, *time, key) {
                Some(parent) => Parent::Key(parent),
                None => Parent::Root(from, Origin::Console),
            },
            Some(_) => Parent::Root(&credential.principal, Origin::Console),
            None if credential.from_console => Parent::Root(&credential.principal, Origin::Console),
            None => {
                let name = if credential.issuer.is_empty() { &credential.principal } else { &credential.issuer };
                Parent::Root(name, Origin::Unknown)
            }
        }
    }

    /// The session key that an identity most likely used at a time: the one made last before it.
    fn key_of(&self, identity: &str, time: EventTime, not: &str) -> Option<&'a str> {
        let keys = self.by_principal.get(identity)?;
        keys.iter()
            .filter(|key| **key != not && key.starts_with("ASIA"))
            .filter_map(|key| Some((self.start(key).filter(|start| *start <= time)?, *key)))
            .max()
            .map(|(_, key)| key)
    }

    /// The sign-in that a console session's credentials came from.
    pub(super) fn sign_in(&self, credential: &Credential) -> Option<&'a SignIn> {
        let created = credential.created.or(credential.first)?.millis();
        self.sessions
            .sign_ins
            .get(&*credential.principal)?
            .iter()
            .filter(|sign_in| {
                let before = created.saturating_sub(sign_in.time.millis());
                (-SIGN_IN_AFTER_MS..=SIGN_IN_BEFORE_MS).contains(&before)
            })
            .max()
    }

    fn start(&self, key: &str) -> Option<EventTime> {
        let credential = self.sessions.keys.get(key)?;
        let issued = credential.issue.as_ref().map(|issue| issue.time);
        issued.into_iter().chain(credential.created).chain(credential.first).min()
    }
}
