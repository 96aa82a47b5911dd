//! `derived.foreign_account`

use super::Facts;
use crate::tree::{Node, inner_json};

/// A request that names thousands of accounts is told by its first ones.
const ACCOUNTS_MAX: usize = 64;

/// Account ids named alone (`"111122223333"`) or in an ARN's account place, wherever they stand in the request.
pub(super) fn list(facts: &Facts<'_>) -> Vec<String> {
    let mut found = Vec::new();
    collect(&facts.request, &facts.account, &mut found);
    found
}

fn collect(node: &Node<'_>, own: &str, found: &mut Vec<String>) {
    match node {
        Node::Array(items) => items.iter().for_each(|item| collect(item, own, found)),
        Node::Object(members) => members.iter().for_each(|(_, item)| collect(item, own, found)),
        Node::Text(text) => match inner_json(text).as_deref().and_then(Node::parse) {
            Some(inner @ (Node::Array(_) | Node::Object(_))) => collect(&inner, own, found),
            _ => text.split([',', ' ']).filter_map(account_of).filter(|account| *account != own).for_each(|account| {
                if found.len() < ACCOUNTS_MAX && !found.iter().any(|known| known == account) {
                    found.push(account.to_owned());
                }
            }),
        },
        _ => {}
    }
}

/// The account that a text names: itself, or the fifth part of an ARN, or the owner in `id="…"` grants is not one (canonical ids).
fn account_of(text: &str) -> Option<&str> {
    let is_account = |text: &&str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with("arn:") { text.split(':').nth(4).filter(is_account) } else { Some(text).filter(is_account) }
}
