//! Accounts: what each is for, and how much of the organisation's life happens in it.

use super::names::APPS;
use crate::random::{Random, text};

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    Management,
    Security,
    Shared,
    Production,
    Staging,
    Development,
    Sandbox,
}

/// How many kinds there are: the width of the tables that weigh by kind.
pub(crate) const KINDS: usize = 7;

/// One account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) kind: AccountKind,
    pub(crate) name: String,
    /// The word for it in the names of resources.
    pub(crate) environment: String,
    /// The eight letters that the unique ids of one account share.
    pub(crate) stem: String,
    /// Its share of the records, in thousandths of a whole that need not be 1000.
    pub(crate) share: u64,
}

/// The accounts every organisation begins with, most needed first.
const FIRST: [(AccountKind, &str, &str, u64); 8] = [
    (AccountKind::Management, "management", "mgmt", 25),
    (AccountKind::Security, "security", "sec", 55),
    (AccountKind::Production, "production", "prod", 500),
    (AccountKind::Staging, "staging", "stg", 110),
    (AccountKind::Development, "development", "dev", 100),
    (AccountKind::Sandbox, "sandbox", "sbx", 20),
    (AccountKind::Shared, "shared-services", "shared", 80),
    (AccountKind::Production, "data", "data", 130),
];

pub(super) fn found(count: u32, random: &mut Random) -> Vec<Account> {
    (0..count as usize)
        .map(|index| {
            let (kind, name, environment, share) = match FIRST.get(index) {
                Some((kind, name, environment, share)) => (*kind, (*name).to_owned(), (*environment).to_owned(), *share),
                None => team_account(index - FIRST.len()),
            };
            Account { id: id(random), kind, name, environment, stem: stem(random), share }
        })
        .collect()
}

/// A growing organisation gives each application its own accounts.
fn team_account(index: usize) -> (AccountKind, String, String, u64) {
    let app = APPS[index / 2 % APPS.len()];
    let round = index / (2 * APPS.len());
    if index.is_multiple_of(2) {
        (AccountKind::Production, format!("{app}-production-{round}"), format!("{app}-prod{round}"), 60)
    } else {
        (AccountKind::Development, format!("{app}-development-{round}"), format!("{app}-dev{round}"), 20)
    }
}

/// Twelve digits, as an account id.
pub(super) fn id(random: &mut Random) -> String {
    format!("{}", random.between(100_000_000_000, 999_999_999_999))
}

fn stem(random: &mut Random) -> String {
    text(|out| random.base32(8, out))
}

impl Account {
    pub(crate) fn is(&self, kind: AccountKind) -> bool {
        self.kind == kind
    }
}
