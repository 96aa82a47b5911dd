//! The attacks, each a story told in order: who, from where, with whose credentials, and what came of it.
//!
//! One file below `story/` holds the stories of one aim. A story makes calls through the same tables as everybody; what it
//! puts into the holes, and who calls from where, is what gives it away.

mod access;
mod blinding;
mod destruction;
mod escalation;
mod exfiltration;
mod hijacking;
mod movement;
mod persistence;
mod tools;

use crate::Error;
use crate::telling::Teller;
use std::fmt;
use std::str::FromStr;

/// What there is to know of a story.
struct About {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    tactics: &'static [&'static str],
    techniques: &'static [&'static str],
    tell: fn(&mut Teller<'_>),
}

macro_rules! stories {
    ($($variant:ident: $about:expr,)+) => {
        /// An attack that can be told in the logs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each says what it is by title() and description()")]
        pub enum Story { $($variant,)+ }

        impl Story {
            /// Every story, in the order in which a plan tells them by default.
            pub const ALL: &'static [Story] = &[$(Story::$variant,)+];

            fn about(self) -> &'static About {
                match self { $(Story::$variant => &$about,)+ }
            }
        }
    };
}

stories! {
    CryptoMining: hijacking::CRYPTO_MINING,
    ConsolePhishing: access::CONSOLE_PHISHING,
    SsoSessionTheft: access::SSO_SESSION_THEFT,
    SsrfExfiltration: exfiltration::SSRF_EXFILTRATION,
    BlindDefenders: blinding::BLIND_DEFENDERS,
    S3Ransom: destruction::S3_RANSOM,
    KmsRansom: destruction::KMS_RANSOM,
    RdsSnapshotShare: exfiltration::RDS_SNAPSHOT_SHARE,
    EbsExfiltration: exfiltration::EBS_EXFILTRATION,
    LambdaBackdoor: persistence::LAMBDA_BACKDOOR,
    PolicyVersionEscalation: escalation::POLICY_VERSION,
    PassRoleEscalation: escalation::PASS_ROLE,
    TrustBackdoor: persistence::TRUST_BACKDOOR,
    SecretsHarvest: access::SECRETS_HARVEST,
    SsmLateralMovement: movement::SSM_LATERAL_MOVEMENT,
    SesPhishing: hijacking::SES_PHISHING,
    LlmJacking: hijacking::LLM_JACKING,
    LeaveOrganization: blinding::LEAVE_ORGANIZATION,
    RolesAnywhere: persistence::ROLES_ANYWHERE,
    FederationPersistence: persistence::FEDERATION,
    NoisyEnumeration: access::NOISY_ENUMERATION,
    MassDeletion: destruction::MASS_DELETION,
}

impl Story {
    /// The name on the command line and in `truth.jsonl`.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// A headline.
    pub fn title(self) -> &'static str {
        self.about().title
    }

    /// One sentence on what happens.
    pub fn description(self) -> &'static str {
        self.about().description
    }

    /// The ATT&CK tactics it goes through, in order.
    pub fn tactics(self) -> &'static [&'static str] {
        self.about().tactics
    }

    /// The ATT&CK techniques that a detector is expected to see.
    pub fn techniques(self) -> &'static [&'static str] {
        self.about().techniques
    }

    pub(crate) fn tell(self, teller: &mut Teller<'_>) {
        (self.about().tell)(teller);
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Story {
    type Err = Error;

    fn from_str(name: &str) -> Result<Story, Error> {
        Story::ALL.iter().copied().find(|story| story.name() == name).ok_or_else(|| Error::UnknownStory(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Plan;
    use crate::telling::script;
    use crate::world::World;

    #[test]
    fn names_are_read_back() {
        for story in Story::ALL {
            assert_eq!(story.name().parse::<Story>().unwrap(), *story);
        }
        assert!("tea-party".parse::<Story>().unwrap_err().to_string().contains("tea-party"));
        assert!(Story::ALL.len() >= 16);
    }

    #[test]
    fn every_story_is_told_in_order_and_at_length() {
        let plan = Plan::default();
        let world = World::new(plan.seed, plan.accounts);
        let end = plan.first_second() + 14 * 86_400;
        for story in Story::ALL {
            let mut teller = Teller::new(&world, *story, plan.first_second());
            story.tell(&mut teller);
            let count = teller.placed.len();
            assert!((6..=60).contains(&count), "{story} leaves {count} records");
            assert!(teller.placed.is_sorted_by_key(|placed| placed.time), "{story} goes back in time");
            assert!(teller.clock - plan.first_second() < 7 * 3600, "{story} takes {} s", teller.clock - plan.first_second());
            for technique in story.techniques() {
                assert!(teller.told.iter().any(|told| told.technique == *technique), "{story} never does {technique}");
            }
            for told in &teller.told {
                assert!(
                    teller.placed.iter().any(|placed| placed.label.is_some_and(|label| label.step == told.step)),
                    "{story}: {}",
                    told.words
                );
            }
        }
        let script = script(&world, &plan);
        assert!(script.placed.iter().all(|placed| placed.time < end));
    }
}
