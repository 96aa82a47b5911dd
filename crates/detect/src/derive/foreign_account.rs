//! `derived.foreign_account`

use super::Facts;
use crate::tree::{Node, inner_json};

/// A request that names thousands of accounts is told by its first ones.
const ACCOUNTS_MAX: usize = 64;

/// Account ids named alone (`"111122223333"`) or in an ARN's account place, wherever they stand in the request; without the
/// recipient and without the organisation's own accounts.
pub(super) fn list(facts: &Facts<'_>) -> Vec<String> {
    let mut found = Vec::new();
    collect(facts.request(), facts, &mut found);
    found
}

fn collect(node: &Node<'_>, facts: &Facts<'_>, found: &mut Vec<String>) {
    match node {
        Node::Array(items) => items.iter().for_each(|item| collect(item, facts, found)),
        Node::Object(members) => members.iter().for_each(|(_, item)| collect(item, facts, found)),
        Node::Text(text) => match inner_json(text).as_deref().and_then(Node::parse) {
            Some(inner @ (Node::Array(_) | Node::Object(_))) => collect(&inner, facts, found),
            _ => text.split([',', ' ']).filter_map(account_of).filter(|account| !is_own(account, facts)).for_each(|account| {
                if found.len() < ACCOUNTS_MAX && !found.iter().any(|known| known == account) {
                    found.push(account.to_owned());
                }
            }),
        },
        _ => {}
    }
}

/// A list file that forgot the quotes has lost the leading zeros of its account ids.
fn is_own(account: &str, facts: &Facts<'_>) -> bool {
    let bare = |id: &str| id.trim().trim_start_matches('0').to_owned();
    account == facts.account() || facts.own_accounts().iter().any(|own| bare(own) == bare(account))
}

/// The account that a text names: itself, or the fifth part of an ARN. Canonical ids of S3 grants are none.
fn account_of(text: &str) -> Option<&str> {
    let is_account = |text: &&str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with("arn:") { text.split(':').nth(4).filter(is_account) } else { Some(text).filter(is_account) }
}
