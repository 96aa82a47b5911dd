//! Sessions and role chains, as indented trees.

use maud::{Markup, html as markup};
use watchfire_model::Finding;

use crate::sessions::{Chain, ChainLink, Origin, Sighting};
use crate::text::{counted, number};
use crate::{Triage, moment, name};

use super::parts;

/// Trees drawn.
const CHAINS_MAX: usize = 30;

/// Links drawn of one tree.
const LINKS_MAX: usize = 60;

/// Texts shown of a link's addresses, regions, agents.
const SIGHTINGS_MAX: usize = 4;

pub(super) fn section(triage: &Triage<'_>, chains: &[Chain<'_>]) -> Markup {
    if triage.sessions.is_empty() {
        return Markup::default();
    }
    // An identity with one credential, no session and no finding stands among the busiest already.
    let (shown, plain): (Vec<_>, Vec<_>) =
        chains.iter().partition(|chain| chain.worst.is_some() || (chain.links.len() > 1 && chain.origin != Origin::Service));
    markup! {
        section #sessions aria-labelledby="sessions-h" {
            h2 #sessions-h { "Sessions and role chains" }
            p.hint { "From an identity over the sessions it opened to the sessions those opened. Like sessions of one role are added up." }
            @for chain in shown.iter().take(CHAINS_MAX) { (tree(triage.findings, chain)) }
            @if shown.is_empty() { p.note { "No session opened another, and none has a finding." } }
            @if shown.len() > CHAINS_MAX {
                p.note { (number((shown.len() - CHAINS_MAX) as u64)) " further trees are not drawn." }
            }
            @if !plain.is_empty() {
                p.note {
                    (counted(plain.len() as u64, "identity", "identities")) " with nothing but plain use are left out ("
                    (counted(plain.iter().map(|chain| chain.count).sum(), "record", "records")) ")."
                }
            }
            @if triage.sessions.dropped() > 0 {
                p.note { (number(triage.sessions.dropped())) " access keys were given up: AWS services' own sessions first, then the least busy." }
            }
        }
    }
}

fn tree(findings: &[Finding], chain: &Chain<'_>) -> Markup {
    markup! {
        div.chain {
            h3 {
                (name::identity(chain.identity))
                span.origin { (origin(chain.origin)) }
                @if let Some(worst) = chain.worst { (parts::severity(worst)) }
            }
            @if name::identity(chain.identity) != chain.identity { p.arn { (parts::line(chain.identity, 300)) } }
            (branch(findings, chain.links.get(..LINKS_MAX).unwrap_or(&chain.links)))
            @if chain.links.len() > LINKS_MAX {
                p.note { (number((chain.links.len() - LINKS_MAX) as u64)) " further sessions are not drawn." }
            }
        }
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Identity => "identity",
        Origin::Console => "console sign-in",
        Origin::Federation => "identity provider",
        Origin::Service => "AWS service",
        Origin::Unknown => "opened before these logs",
    }
}

/// The links of one depth, each with the deeper ones that follow it. Recursion is as deep as a chain, which is bounded.
fn branch(findings: &[Finding], links: &[ChainLink<'_>]) -> Markup {
    let top = links.first().map_or(0, |link| link.depth);
    let children = |rest: &[ChainLink<'_>]| rest.iter().take_while(|link| link.depth > top).count();
    let mut rest = links;
    let mut leaves = Vec::new();
    while let [link, after @ ..] = rest {
        let (below, next) = after.split_at(children(after));
        leaves.push((link, below));
        rest = next;
    }
    markup! {
        ul.links {
            @for (link, below) in leaves {
                li {
                    (leaf(findings, link))
                    @if !below.is_empty() { (branch(findings, below)) }
                }
            }
        }
    }
}

fn leaf(findings: &[Finding], link: &ChainLink<'_>) -> Markup {
    markup! {
        div.leaf.hot[!link.findings.is_empty()] {
            p.who {
                @if link.opened_by.is_empty() {
                    span.how { @if link.access_key.starts_with("ASIA") { "session" } @else { "access key" } }
                } @else {
                    span.how { (parts::line(link.opened_by, 60)) }
                }
                b { (name::identity(link.principal)) }
                (parts::id(link.access_key))
                @if let Some(mfa) = link.mfa { span.tag { (if mfa { "with MFA" } else { "without MFA" }) } }
                @if link.folded > 0 { span.tag { "+ " (counted(link.folded, "like session", "like sessions")) } }
            }
            p.use {
                @match (link.first, link.last) {
                    (Some(first), Some(last)) => {
                        (counted(link.count, "record", "records"))
                        @if link.errors > 0 { ", " (number(link.errors)) " failed" }
                        " · " (parts::when(first)) @if last != first { " – " (parts::when(last)) }
                    }
                    _ => {
                        "never used in these logs"
                        @if let Some(opened) = link.opened { " · opened " (parts::when(opened)) }
                    }
                }
                @if let (Some(opened), Some(first)) = (link.opened, link.first) {
                    @let idle = first.millis().saturating_sub(opened.millis());
                    @if idle > 60_000 { " · first used " (moment::span(idle)) " after opening" }
                }
            }
            p.seen {
                (sightings("from", &link.addresses))
                (sightings("in", &link.regions))
                (sightings("with", &link.user_agents))
            }
            @if !link.findings.is_empty() {
                ul.of-link {
                    @for number_of in link.findings.iter().take(12) {
                        @if let Some(finding) = findings.get(*number_of) {
                            li.(parts::severity_class(finding.severity)) {
                                (parts::mark(finding.severity)) a href={ "#f" (number_of) } { (parts::line(&finding.title, 120)) }
                                span.unheard { " (" (finding.severity.as_str()) ")" }
                            }
                        }
                    }
                    @if link.findings.len() > 12 { li { "and " (number(link.findings.len() as u64 - 12)) " more" } }
                }
            }
        }
    }
}

fn sightings(word: &str, seen: &Sighting<'_>) -> Markup {
    let rest = seen.texts.len().saturating_sub(SIGHTINGS_MAX);
    markup! {
        @if !seen.texts.is_empty() {
            span.sighting {
                span.word { (word) } " "
                @for (place, text) in seen.texts.iter().take(SIGHTINGS_MAX).enumerate() {
                    @if place > 0 { ", " }
                    (parts::line(text, 90))
                }
                @if rest > 0 || seen.more { " and " @if seen.more { "more" } @else { (number(rest as u64)) " more" } }
            }
        }
    }
}
