//! Role chains: from an identity over its sessions to theirs.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use watchfire_model::{EntityKind, EventTime, Finding, Severity};

use super::few::Few;
use super::parents::Parent;
use super::{Credential, Sessions};

/// Links followed from one identity. AWS chains sessions without a limit of its own, people stop at three or four.
const DEPTH_MAX: usize = 16;

/// Where a chain begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A long-term access key or a user.
    Identity,
    /// A console sign-in.
    Console,
    /// An identity provider: SAML or web identity.
    Federation,
    /// An AWS service opened the session.
    Service,
    /// The opening is not in these logs.
    Unknown,
}

/// Everything that goes back to one identity.
#[derive(Debug, Clone, Serialize)]
pub struct Chain<'a> {
    /// ARN or name of the identity.
    pub identity: &'a str,
    /// How it begins.
    pub origin: Origin,
    /// Links in the order of a tree: each stands after the one it was opened from, one deeper.
    pub links: Vec<ChainLink<'a>>,
    /// Records over all links.
    pub count: u64,
    /// Most urgent finding.
    pub worst: Option<Severity>,
    /// Findings over all links, as numbers in the list that was given.
    pub findings: Vec<usize>,
}

/// One credential or console session in a chain.
#[derive(Debug, Clone, Serialize)]
pub struct ChainLink<'a> {
    /// How deep: 0 is opened by the identity itself.
    pub depth: usize,
    /// The access key; empty for a sign-in whose records are not in these logs.
    pub access_key: &'a str,
    /// ARN of the identity or session that holds it.
    pub principal: &'a str,
    /// API or sign-in that opened it; empty for long-term keys and where unknown.
    pub opened_by: &'a str,
    /// When it was opened.
    pub opened: Option<EventTime>,
    /// First record; nothing when it was never used in these logs.
    pub first: Option<EventTime>,
    /// Last record.
    pub last: Option<EventTime>,
    /// Records.
    pub count: u64,
    /// Records of failed calls.
    pub errors: u64,
    /// Addresses, earliest first.
    pub addresses: Sighting<'a>,
    /// Regions, earliest first.
    pub regions: Sighting<'a>,
    /// User agents, earliest first.
    pub user_agents: Sighting<'a>,
    /// Findings about it, as numbers in the list that was given.
    pub findings: Vec<usize>,
    /// Whether the sign-in used a second factor, where known.
    pub mfa: Option<bool>,
    /// Further sessions like this one (same opener, same role, no finding, nothing opened from them), added up here.
    pub folded: u64,
}

/// A few distinct texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sighting<'a> {
    /// The earliest few, earliest first.
    pub texts: Vec<&'a str>,
    /// Whether there were more.
    pub more: bool,
}

impl<'a> From<&'a Few> for Sighting<'a> {
    fn from(few: &'a Few) -> Self {
        Sighting { texts: few.texts(), more: few.has_more() }
    }
}

pub(super) struct Resolver<'a> {
    pub(super) sessions: &'a Sessions,
    /// Keys by the session ARN or principal id they act as.
    pub(super) by_principal: HashMap<&'a str, Vec<&'a str>>,
    pub(super) children: BTreeMap<Parent<'a>, Vec<&'a str>>,
    pub(super) findings: HashMap<&'a str, Vec<usize>>,
}

impl Sessions {
    /// Resolves who opened what. Chains with findings come first (most urgent first), then the busiest.
    pub fn chains<'a>(&'a self, findings: &'a [Finding]) -> Vec<Chain<'a>> {
        let mut resolver = Resolver { sessions: self, by_principal: HashMap::new(), children: BTreeMap::new(), findings: HashMap::new() };
        resolver.index_principals();
        resolver.index_findings(findings);
        resolver.find_parents();
        let mut chains = resolver.chains(findings);
        chains.sort_by(|a, b| b.worst.cmp(&a.worst).then(b.count.cmp(&a.count)).then((a.identity, a.origin).cmp(&(b.identity, b.origin))));
        chains
    }
}

impl<'a> Resolver<'a> {
    fn index_principals(&mut self) {
        for (key, credential) in &self.sessions.keys {
            let session = credential.issue.as_ref().map_or("", |issue| &*issue.session);
            let mut names = vec![&*credential.principal, &*credential.principal_id, session];
            names.sort_unstable();
            names.dedup();
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                self.by_principal.entry(name).or_default().push(key);
            }
        }
        self.by_principal.values_mut().for_each(|keys| keys.sort_unstable());
    }

    /// A finding belongs to the access keys it names, else to the keys of the principal it names.
    fn index_findings(&mut self, findings: &'a [Finding]) {
        for (number, finding) in findings.iter().enumerate() {
            let of = |kind| finding.entities.iter().filter(move |entity| entity.kind == kind).map(|entity| &*entity.id);
            let mut keys: Vec<&str> = of(EntityKind::AccessKey).filter(|key| self.sessions.keys.contains_key(*key)).collect();
            if keys.is_empty() {
                keys = of(EntityKind::Principal).filter_map(|name| self.by_principal.get(name)).flatten().copied().collect();
            }
            for key in keys {
                let known = self.findings.entry(key).or_default();
                if known.last() != Some(&number) {
                    known.push(number);
                }
            }
        }
    }

    fn chains(&self, findings: &'a [Finding]) -> Vec<Chain<'a>> {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut chains: Vec<Chain<'a>> = Vec::new();
        for (parent, keys) in &self.children {
            let Parent::Root(identity, origin) = parent else { continue };
            // A user's keys and console sessions are one story; roots come sorted by identity.
            match chains.last_mut() {
                Some(chain) if chain.identity == *identity && *origin <= Origin::Console => {
                    self.add_links(chain, keys, 0, &mut seen);
                }
                _ => chains.push(self.chain(identity, *origin, keys, &mut seen)),
            }
        }
        // Keys that claim to have opened each other have no beginning; a log can say so, AWS cannot.
        for (parent, keys) in &self.children {
            let lost: Vec<&'a str> = keys.iter().filter(|key| !seen.contains(*key)).copied().collect();
            if let (Parent::Key(identity), false) = (parent, lost.is_empty()) {
                chains.push(self.chain(identity, Origin::Unknown, &lost, &mut seen));
            }
        }
        for chain in &mut chains {
            chain.findings.sort_unstable();
            chain.findings.dedup();
            chain.worst = chain.findings.iter().filter_map(|number| findings.get(*number)).map(|f| f.severity).max();
        }
        chains
    }

    fn chain(&self, identity: &'a str, origin: Origin, keys: &[&'a str], seen: &mut HashSet<&'a str>) -> Chain<'a> {
        let mut chain = Chain { identity, origin, links: Vec::new(), count: 0, worst: None, findings: Vec::new() };
        self.add_links(&mut chain, keys, 0, seen);
        chain
    }

    /// Recursion is bounded by [`DEPTH_MAX`]; what lies deeper hangs at that depth.
    fn add_links(&self, chain: &mut Chain<'a>, keys: &[&'a str], depth: usize, seen: &mut HashSet<&'a str>) {
        // Where the like sessions of one opener and role are added up: the place of the first of them.
        let mut folds: HashMap<(&str, &str), usize> = HashMap::new();
        for key in keys {
            let Some((key, credential)) = self.sessions.keys.get_key_value(*key) else { continue };
            if !seen.insert(key) {
                continue;
            }
            let link = self.link(key, credential, depth);
            chain.count += link.count;
            chain.findings.extend(&link.findings);
            let children = self.children.get(&Parent::Key(key));
            if children.is_none() && link.findings.is_empty() && depth + usize::from(key.starts_with("ASIA")) > 0 {
                let role = if credential.issuer.is_empty() { role_of(credential) } else { &credential.issuer };
                match folds.get(&(link.opened_by, role)).and_then(|place| chain.links.get_mut(*place)) {
                    Some(first) => {
                        fold(first, &link);
                        continue;
                    }
                    None => folds.insert((link.opened_by, role), chain.links.len()),
                };
            }
            chain.links.push(link);
            if let Some(children) = children {
                self.add_links(chain, children, (depth + 1).min(DEPTH_MAX), seen);
            }
        }
    }

    fn link(&self, key: &'a str, credential: &'a Credential, depth: usize) -> ChainLink<'a> {
        let issue = credential.issue.as_deref();
        let sign_in = if issue.is_none() && key.starts_with("ASIA") { self.sign_in(credential) } else { None };
        let principal = match (&*credential.principal, issue) {
            ("", Some(issue)) => &issue.session,
            (principal, _) => principal,
        };
        ChainLink {
            depth,
            access_key: key,
            principal,
            opened_by: issue.map(|issue| &*issue.how).or(sign_in.map(|sign_in| &*sign_in.how)).unwrap_or(""),
            opened: issue.map(|issue| issue.time).or(sign_in.map(|sign_in| sign_in.time)).or(credential.created),
            first: credential.first,
            last: credential.last,
            count: credential.count,
            errors: credential.errors,
            addresses: (&credential.addresses).into(),
            regions: (&credential.regions).into(),
            user_agents: (&credential.user_agents).into(),
            findings: self.findings.get(key).cloned().unwrap_or_default(),
            mfa: sign_in.and_then(|sign_in| sign_in.mfa),
            folded: 0,
        }
    }
}

fn role_of(credential: &Credential) -> &str {
    credential.issue.as_ref().map_or(&credential.principal, |issue| &issue.role)
}

fn fold<'a>(first: &mut ChainLink<'a>, like: &ChainLink<'a>) {
    first.folded += 1;
    first.count += like.count;
    first.errors += like.errors;
    first.first = first.first.into_iter().chain(like.first).min();
    first.last = first.last.max(like.last);
    for (mine, theirs) in
        [(&mut first.addresses, &like.addresses), (&mut first.regions, &like.regions), (&mut first.user_agents, &like.user_agents)]
    {
        mine.more |= theirs.more;
        for text in &theirs.texts {
            if mine.texts.contains(text) {
                continue;
            }
            if mine.texts.len() < 8 { mine.texts.push(text) } else { mine.more = true }
        }
    }
}
