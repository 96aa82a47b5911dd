//! The organisation: accounts, regions, people, networks and the names of things, all decided by the seed.
//!
//! Resources are not stored. The id of the tenth instance of an account in a region is a function of the seed, so every
//! file that names it agrees with every other.

mod account;
mod names;
mod person;
mod region;

pub(crate) use account::{Account, AccountKind, KINDS};
pub(crate) use names::{APPS, SECRETS, TABLES};
pub(crate) use person::{Person, Team};
pub(crate) use region::{GLOBAL, REGIONS, Region, index_of as region_index};

use crate::place::Place;
use crate::random::{Random, hex16, mix, mix_text, text};

/// The whole organisation.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    /// `o-…`
    pub(crate) organization: String,
    /// The short name in buckets and e-mail addresses.
    pub(crate) company: &'static str,
    /// The domain of e-mail addresses.
    pub(crate) domain: String,
    pub(crate) accounts: Vec<Account>,
    pub(crate) people: Vec<Person>,
    /// The account of the monitoring vendor, whose role every account trusts with an external id.
    pub(crate) vendor: String,
}

impl World {
    pub(crate) fn new(seed: u64, accounts: u32) -> World {
        let mut random = Random::new(mix(&[seed, 1]));
        let company = *random.pick(&names::COMPANIES);
        let organization = format!("o-{}", text(|out| random.base32(10, out)).to_lowercase());
        let domain = format!("{company}.example");
        let accounts = account::found(accounts, &mut random);
        let people = person::hire(&domain, &mut random);
        World { seed, organization, company, domain, accounts, people, vendor: account::id(&mut random) }
    }

    /// The first account of a kind; every kind has one.
    pub(crate) fn account(&self, kind: AccountKind) -> usize {
        self.accounts.iter().position(|account| account.kind == kind).expect("an organisation has an account of every kind")
    }

    /// A number for a named thing of an account in a region.
    pub(crate) fn number(&self, account: usize, region: usize, what: &str, index: u64) -> u64 {
        mix(&[mix_text(self.seed, what), account as u64, region as u64, index])
    }

    /// The id of an EC2-like resource, as `i-0` + 16 hexadecimal digits.
    pub(crate) fn resource(&self, account: usize, region: usize, prefix: &str, index: u64) -> String {
        let number = self.number(account, region, prefix, index);
        let mut out = format!("{prefix}0").into_bytes();
        hex16(number, &mut out);
        out.truncate(prefix.len() + 17);
        String::from_utf8(out).expect("hexadecimal digits are ASCII")
    }

    /// A unique id of IAM, such as `AROA…` or `ASIA…`: prefix, the account's stem, and letters that the name decides.
    pub(crate) fn unique(&self, prefix: &str, account: usize, name: &str, index: u64) -> String {
        let mut random = Random::new(mix(&[mix_text(self.seed, prefix), mix_text(self.seed, name), account as u64, index]));
        let stem = &self.accounts[account].stem;
        let letters = if prefix.ends_with("IA") { 8 } else { 9 };
        format!("{prefix}{stem}{}", text(|out| random.base32(letters, out)))
    }

    /// The key of an account's customer managed KMS key.
    pub(crate) fn kms_key(&self, account: usize, region: usize, index: u64) -> String {
        let mut random = Random::new(self.number(account, region, "kms", index));
        text(|out| random.uuid(out))
    }

    /// The address under which an account's private networks reach the internet.
    pub(crate) fn gateway(&self, account: usize, region: usize, index: u64) -> String {
        let number = self.number(account, region, "nat", index);
        let first = [3, 18, 34, 44, 52, 54][(number >> 48) as usize % 6];
        format!("{first}.{}.{}.{}", 64 + (number >> 8 & 127), number >> 16 & 255, 1 + (number >> 24 & 251))
    }

    /// The name of an application's secret, with the letters that Secrets Manager adds.
    pub(crate) fn secret(&self, place: Place, app: usize, kind: &str) -> String {
        const LETTERS: &[u8; 32] = b"AbCdEfGhJkLmNpQrStUvWxYz23456789";
        let number = self.number(place.account, place.region, kind, app as u64);
        let tail: String = (0..6).map(|at| char::from(LETTERS[(number >> (at * 5) & 31) as usize])).collect();
        format!("{}/{}/{kind}-{tail}", self.accounts[place.account].environment, APPS[app])
    }

    /// The name of a bucket of an account in a region; bucket names are unique in the world, so they carry the account.
    pub(crate) fn bucket(&self, account: usize, region: usize, index: u64) -> String {
        let app = APPS[index as usize % APPS.len()];
        let purpose = names::BUCKETS[(index as usize / APPS.len()) % names::BUCKETS.len()];
        let account = &self.accounts[account];
        format!("{}-{}-{app}-{purpose}-{}", self.company, account.environment, REGIONS[region].code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides_the_organisation() {
        let (one, same, other) = (World::new(5, 8), World::new(5, 8), World::new(6, 8));
        assert_eq!(one.organization, same.organization);
        assert_eq!(one.accounts[3].id, same.accounts[3].id);
        assert_ne!(one.accounts[3].id, other.accounts[3].id);
        assert_eq!(one.resource(3, 0, "i-", 4), same.resource(3, 0, "i-", 4));
        assert_eq!(one.resource(3, 0, "i-", 4).len(), 19);
        assert_eq!(one.unique("AROA", 3, "deploy", 0).len(), 21);
        assert_eq!(one.unique("ASIA", 3, "deploy", 0).len(), 20);
    }
}
