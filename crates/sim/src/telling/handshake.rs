//! Sessions opened from one account in another: CloudTrail tells both accounts, and the two records share an id.

use super::{Ending, Placed};
use crate::call;
use crate::place::Place;
use crate::random::{Random, mix, text};
use crate::routine::{auditor, deployer, jenkins, jenkins_home, terraform};
use crate::session::{Role, Scope, Session};
use crate::world::{AccountKind, GLOBAL, World};
use std::sync::Arc;

/// How often the credentials of the pipelines may change: every block of theirs is met once.
const STRIDE: i64 = 12 * 3600;

/// The openings between accounts from `first` to `end`, two records each, thinned to `most` records.
pub(crate) fn handshakes(world: &World, first: i64, end: i64, most: usize) -> Vec<Placed> {
    let mut openings = Vec::new();
    let mut moment = first;
    while moment < end {
        for account in 0..world.accounts.len() {
            let home = jenkins_home(world);
            if account != home {
                openings.push((deployer(world, moment), jenkins(world, account, moment), home));
                openings.push((deployer(world, moment), terraform(world, account, moment), home));
            }
            let security = world.account(AccountKind::Security);
            if account != security && moment.rem_euclid(2 * STRIDE) == first.rem_euclid(2 * STRIDE) {
                openings.push((scanner(world, security, moment), auditor(world, account, moment + STRIDE), security));
            }
        }
        moment += STRIDE;
    }
    openings.retain(|(_, subject, _)| (first..end).contains(&subject.started));
    let keep = (most / 2).max(1);
    let step = openings.len().div_ceil(keep).max(1);
    let mut random = Random::new(mix(&[world.seed, 4]));
    openings.into_iter().step_by(step).flat_map(|(caller, subject, home)| pair(world, caller, subject, home, &mut random)).collect()
}

/// The auditor at home, in the security account.
fn scanner(world: &World, security: usize, now: i64) -> Session {
    let started = now - now.rem_euclid(6 * 3600);
    let key = world.unique("ASIA", security, "posture-scanner", started as u64);
    let role = Role { account: security, path: "/", name: "posture-scanner-task", session: "scanner", started, key, scope: Scope::Issued };
    Session::of_role(world, &role, world.gateway(security, GLOBAL, 0), crate::agent::AUDITOR)
}

/// The record at home and the record in the account that is entered.
fn pair(world: &World, caller: Session, subject: Session, home: usize, random: &mut Random) -> [Placed; 2] {
    let shared_id = text(|out| random.uuid(out));
    let visitor =
        Session::of_account(subject.account, &caller.principal, &world.accounts[home].id, caller.address.clone(), caller.agent.clone());
    let (target, time) = (subject.account, subject.started);
    let subject = Arc::new(subject);
    [(home, caller), (target, visitor)].map(|(account, caller)| Placed {
        place: Place { account, region: GLOBAL },
        time,
        call: call::named("sts:AssumeRole"),
        caller: Arc::new(caller),
        subject: Arc::clone(&subject),
        app: 0,
        ending: Ending::Done,
        bindings: Vec::new(),
        event_id: text(|out| random.uuid(out)),
        shared_id: Some(shared_id.clone()),
        label: None,
    })
}
