//! Names of AWS resources, and where this bus is at home.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The account and region that a bus speaks for: what stands in its ARNs and in events that name none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The partition, `aws` but for China and the government.
    pub partition: String,
    /// The region.
    pub region: String,
    /// The account, twelve digits.
    pub account: String,
}

impl Home {
    /// A home in the partition `aws`.
    pub fn new(account: &str, region: &str) -> Home {
        Home { partition: "aws".to_owned(), region: region.to_owned(), account: account.to_owned() }
    }

    /// The ARN of a resource of the `events` service that lives here, such as `event-bus/default`.
    pub fn arn(&self, resource: impl fmt::Display) -> String {
        self.arn_of("events", resource)
    }

    /// The ARN of a resource of any service that lives here.
    pub fn arn_of(&self, service: &str, resource: impl fmt::Display) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition, self.region, self.account)
    }

    /// The ARN of a bus.
    pub fn bus_arn(&self, bus: &str) -> String {
        self.arn(format_args!("event-bus/{bus}"))
    }

    /// The ARN of a rule; the default bus does not stand in it.
    pub fn rule_arn(&self, bus: &str, rule: &str) -> String {
        match bus {
            DEFAULT_BUS => self.arn(format_args!("rule/{rule}")),
            _ => self.arn(format_args!("rule/{bus}/{rule}")),
        }
    }

    /// The name of a bus that is given by name or by ARN. The ARN of a bus that lives elsewhere stays whole, and so is the name of no
    /// bus that is here. Without a name it is the default bus.
    pub fn bus_name<'n>(&self, given: Option<&'n str>) -> &'n str {
        let Some(given) = given else { return DEFAULT_BUS };
        match Arn::parse(given) {
            Some(arn) if arn.is_at(self) => arn.resource.strip_prefix("event-bus/").unwrap_or(given),
            _ => given,
        }
    }
}

/// The bus that is always there.
pub const DEFAULT_BUS: &str = "default";

/// The parts of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// `sqs`, `events`, …
    pub service: &'a str,
    /// May be empty.
    pub region: &'a str,
    /// May be empty.
    pub account: &'a str,
    /// Everything after the account.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; `None` when a text is none.
    pub fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.splitn(6, ':');
        let ("arn", partition, service) = (parts.next()?, parts.next()?, parts.next()?) else { return None };
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = !partition.is_empty() && !service.is_empty() && !resource.is_empty();
        whole.then_some(Arn { partition, service, region, account, resource })
    }

    /// Whether it names something of the `events` service of this account and region.
    pub fn is_at(&self, home: &Home) -> bool {
        self.service == "events" && self.region == home.region && self.account == home.account
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_arns_of_buses() {
        let home = Home::new("111122223333", "eu-central-1");
        assert_eq!(home.rule_arn("default", "r"), "arn:aws:events:eu-central-1:111122223333:rule/r");
        assert_eq!(home.rule_arn("b", "r"), "arn:aws:events:eu-central-1:111122223333:rule/b/r");
        assert_eq!(home.bus_name(None), "default");
        assert_eq!(home.bus_name(Some("b")), "b");
        assert_eq!(home.bus_name(Some(&home.bus_arn("b"))), "b");
        let elsewhere = Home::new("444455556666", "eu-central-1").bus_arn("b");
        assert_eq!(home.bus_name(Some(&elsewhere)), elsewhere);
    }

    #[test]
    fn not_every_text_is_an_arn() {
        assert_eq!(Arn::parse("arn:aws:sqs:eu-central-1:111122223333:q").map(|arn| arn.resource), Some("q"));
        assert_eq!(Arn::parse("arn:aws:logs:r:a:log-group:/x:*").map(|arn| arn.resource), Some("log-group:/x:*"));
        for text in ["", "arn", "arn:aws:sqs:r:a", "arn:aws:sqs:r:a:", "arn::sqs:r:a:q", "nra:aws:sqs:r:a:q"] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }
}
