//! The sessions behind the actors: who exactly, with which credentials, from where.
//!
//! Credentials last for a block of hours and follow from the name, so that calls in different files and regions carry the
//! same key, as they would.

use super::Actor;
use super::program::{controller, function, instance_session, linked, node, server, takes, task, through};
use crate::agent::{self, Agent};
use crate::call::{Call, Kind};
use crate::fill::Scene;
use crate::place::Place;
use crate::random::{Random, mix_text};
use crate::session::{Channel, Role, Scope, Session};
use crate::world::{APPS, AccountKind, GLOBAL, Person, Team, World};

/// Who plays an episode.
pub(crate) struct Cast {
    /// Who makes the calls.
    pub(crate) player: Session,
    /// Who opens the player's session, when the episode begins with that.
    pub(crate) opener: Option<Session>,
    /// The application it is about.
    pub(crate) app: usize,
}

impl Cast {
    pub(super) fn of(player: Session, app: usize) -> Cast {
        Cast { player, opener: None, app }
    }

    /// Who makes a call: sessions are opened, and passwords typed, by the opener.
    pub(crate) fn caller(&self, call: &Call) -> &Session {
        match &self.opener {
            Some(opener) if call.name.starts_with("Assume") || (call.kind == Kind::SignIn && self.player.role_arn.is_empty()) => opener,
            _ => &self.player,
        }
    }

    /// What surrounds one call of the episode.
    pub(crate) fn scene<'a>(&'a self, world: &'a World, place: Place, now: i64, call: &Call) -> Scene<'a> {
        Scene { world, place, now, app: self.app, caller: self.caller(call), subject: &self.player }
    }
}

/// The beginning of the block of hours that a moment lies in; each name has its own phase.
pub(super) fn block(world: &World, name: &str, hours: i64, now: i64) -> i64 {
    let length = hours * 3600;
    let phase = (mix_text(world.seed, name) % (length as u64)) as i64;
    now - (now - phase).rem_euclid(length)
}

/// Finds the player of an actor at a place and moment.
pub(crate) fn cast(actor: Actor, world: &World, place: Place, now: i64, random: &mut Random) -> Cast {
    let app = random.below(APPS.len() as u64) as usize;
    match actor {
        Actor::Console => Cast::of(person_session(world, place, worker(world, place, now, random), true, now), app),
        Actor::Shell => Cast::of(person_session(world, place, worker(world, place, now, random), false, now), app),
        Actor::SigningOn => signing_on(world, place, now, app, random),
        Actor::Analyst => Cast::of(person_session(world, place, member(world, Team::Security, random), true, now), app),
        Actor::Finance => Cast::of(person_session(world, place, member(world, Team::Finance, random), true, now), app),
        Actor::Portal => {
            let person = random.pick(&world.people);
            let agent = Agent::fixed(person.browser);
            Cast::of(Session::of_directory_user(world, place.account, &person.email, person.address(now).to_owned(), agent), app)
        }
        Actor::Terraform => Cast::of(terraform(world, place.account, now), app),
        Actor::GitHub => github(world, place, now, app, random),
        Actor::Jenkins => Cast::of(jenkins(world, place.account, now), app),
        Actor::Auditor => Cast::of(auditor(world, place.account, now), app),
        Actor::Vendor => vendor(world, place, now, app),
        // It has secrets of its own and no business with those of the applications.
        Actor::Responder => Cast::of(function(world, place, "responder", now), 6),
        Actor::Task => Cast::of(task(world, place, app, now, random), app),
        Actor::Function => Cast::of(function(world, place, APPS[app], now), app),
        Actor::Server => server(world, place, now, None, random),
        Actor::Agents => {
            let fleet = random.chance(800);
            server(world, place, now, Some(fleet), random)
        }
        Actor::Node => Cast::of(node(world, place, now, random), app),
        Actor::Controller(which) => controller(world, place, which, now, app),
        Actor::Through(service) => Cast::of(through(world, place, app, service, now), app),
        Actor::Script => Cast::of(script(world, place, random), app),
        Actor::OldUser => old_user(world, place, now, app, random),
        Actor::Takes(service) => takes(world, place, app, service, now, random),
        Actor::Linked(service, role) => Cast::of(linked(world, place, service, role, now), app),
        Actor::Reports(service) => Cast::of(Session::of_service_event(world, place.account, service), app),
    }
}

/// Somebody who may work in an account, at work if possible.
fn worker<'w>(world: &'w World, place: Place, now: i64, random: &mut Random) -> &'w Person {
    let kind = world.accounts[place.account].kind;
    let teams: &[Team] = match kind {
        AccountKind::Management | AccountKind::Shared => &[Team::Platform],
        AccountKind::Security => &[Team::Security],
        AccountKind::Production => &[Team::Platform, Team::Backend, Team::Data],
        _ => &[Team::Platform, Team::Backend, Team::Backend, Team::Data],
    };
    let team = *random.pick(teams);
    let mut person = member(world, team, random);
    for _ in 0..6 {
        if person.works_at(now) {
            break;
        }
        person = member(world, team, random);
    }
    person
}

fn member<'w>(world: &'w World, team: Team, random: &mut Random) -> &'w Person {
    let size = world.people.iter().filter(|person| person.team == team).count() as u64;
    let index = random.below(size) as usize;
    world.people.iter().filter(|person| person.team == team).nth(index).expect("every team has members")
}

/// The first of a team: whose session a story steals.
pub(crate) fn person_of(world: &World, team: Team) -> &Person {
    world.people.iter().find(|person| person.team == team).expect("every team has members")
}

/// What a team may do in an account.
fn permission_set(team: Team, kind: AccountKind) -> &'static str {
    match (team, kind) {
        (Team::Platform, _) => "AdministratorAccess",
        (Team::Security, _) => "SecurityAudit",
        (Team::Finance, _) => "Billing",
        (Team::Data, AccountKind::Production) => "DataEngineer",
        (_, AccountKind::Production | AccountKind::Management) => "ReadOnlyAccess",
        _ => "PowerUserAccess",
    }
}

/// The session of a person with single sign-on.
pub(crate) fn person_session(world: &World, place: Place, person: &Person, console: bool, now: i64) -> Session {
    let started = person.session_start(now);
    let kind = world.accounts[place.account].kind;
    let name = reserved_role(world, place.account, permission_set(person.team, kind));
    let door = if console { "console" } else { "shell" };
    let key = world.unique("ASIA", place.account, &format!("{}{door}{name}", person.email), started as u64);
    let role = Role {
        account: place.account,
        path: "/aws-reserved/sso.amazonaws.com/",
        name: &name,
        session: &person.email,
        started,
        key,
        scope: Scope::Issued,
    };
    let agent = if console { Agent::fixed(person.browser) } else { Agent::shell(person.shell) };
    let mut session = Session::of_role(world, &role, person.address(now).to_owned(), agent);
    if console {
        session.channel = Channel::Console;
    }
    session
}

/// The role that single sign-on makes for a permission set.
pub(crate) fn reserved_role(world: &World, account: usize, set: &str) -> String {
    format!("AWSReservedSSO_{set}_{:016x}", world.number(account, GLOBAL, set, 0))
}

/// A person signs in to an account and looks around.
fn signing_on(world: &World, place: Place, now: i64, app: usize, random: &mut Random) -> Cast {
    let person = worker(world, place, now, random);
    let mut player = person_session(world, place, person, true, now);
    let fresh = world.unique("ASIA", place.account, &person.email, now as u64 ^ random.next());
    let started = |at: i64| crate::random::text(|out| crate::stamp::iso(at, out));
    player.identity = player.identity.replace(&player.key, &fresh).replace(&started(player.started), &started(now));
    player.key = fresh;
    player.started = now;
    let mut opener = player.clone();
    opener.channel = Channel::Internet;
    let provider = format!("{:016x}", world.number(place.account, 0, "idp", 0));
    opener.identity =
        format!(r#"{{"type":"SAMLUser","principalId":"{provider}:{0}","userName":"{0}","identityProvider":"{provider}"}}"#, person.email);
    Cast { player, opener: Some(opener), app }
}

/// Where Jenkins runs: an instance of the shared account, or of the management account while there is none.
pub(crate) fn jenkins_home(world: &World) -> usize {
    world.accounts.iter().position(|account| account.is(AccountKind::Shared)).unwrap_or(0)
}

/// The deploying instance itself, as it opens sessions elsewhere.
pub(crate) fn deployer(world: &World, now: i64) -> Session {
    let home = jenkins_home(world);
    let instance = world.resource(home, GLOBAL, "i-", 7);
    instance_session(world, Place { account: home, region: GLOBAL }, "jenkins-agent", &instance, now, agent::JENKINS)
}

pub(super) fn issued(world: &World, account: usize, name: &str, session: &str, started: i64, address: String, agent: Agent) -> Session {
    let key = world.unique("ASIA", account, &format!("{name}/{session}"), started as u64);
    let role = Role { account, path: "/", name, session, started, key, scope: Scope::Issued };
    Session::of_role(world, &role, address, agent)
}

/// Jenkins in a member account.
pub(crate) fn jenkins(world: &World, account: usize, now: i64) -> Session {
    let started = block(world, &format!("jenkins{account}"), 12, now);
    let address = world.gateway(jenkins_home(world), GLOBAL, 0);
    issued(world, account, "jenkins-deploy", &format!("jenkins-{}", started / 60 % 10_000), started, address, agent::JENKINS)
}

/// Terraform as it runs for the platform team.
pub(crate) fn terraform(world: &World, account: usize, now: i64) -> Session {
    let started = block(world, &format!("terraform{account}"), 12, now);
    let address = world.gateway(jenkins_home(world), GLOBAL, 1);
    let session = format!("aws-go-sdk-{started}{:09}", world.number(account, 0, "terraform", started as u64) % 1_000_000_000);
    issued(world, account, "terraform-apply", &session, started, address, agent::TERRAFORM)
}

/// The read-only auditor of the security account, a new session every night.
pub(crate) fn auditor(world: &World, account: usize, now: i64) -> Session {
    let started = now - (now - 4 * 3600 - 40 * 60 - account as i64 * 13).rem_euclid(86_400);
    let address = world.gateway(world.account(AccountKind::Security), GLOBAL, 0);
    issued(world, account, "SecurityAuditReadOnly", "posture-scan", started, address, agent::AUDITOR)
}

fn github(world: &World, place: Place, now: i64, app: usize, random: &mut Random) -> Cast {
    let address = format!("20.{}.{}.{}", random.between(36, 60), random.between(0, 250), random.between(1, 250));
    let account = &world.accounts[place.account].id;
    let provider = format!("arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com");
    let subject = format!("repo:{}/{}:ref:refs/heads/main", world.company, APPS[app]);
    let key = world.unique("ASIA", place.account, APPS[app], now as u64 ^ random.next());
    let role = Role {
        account: place.account,
        path: "/",
        name: "github-actions-deploy",
        session: "GitHubActions",
        started: now,
        key,
        scope: Scope::Web(&provider),
    };
    let mut player = Session::of_role(world, &role, address.clone(), agent::GITHUB_SHELL);
    player.web = Some((provider.clone(), subject.clone()));
    Cast { player, opener: Some(Session::of_web_identity(place.account, provider, &subject, address, agent::GITHUB)), app }
}

fn vendor(world: &World, place: Place, now: i64, app: usize) -> Cast {
    let started = block(world, &format!("vendor{}", place.account), 1, now);
    let address = world.gateway(0, GLOBAL, 4_242);
    let player = issued(world, place.account, "DatadogIntegrationRole", "DatadogAWSIntegration", started, address.clone(), agent::VENDOR);
    let principal = format!("AROA{:.16}X:vendor", world.vendor.repeat(2).replace(['0', '1', '8', '9'], "Q"));
    Cast { player, opener: Some(Session::of_account(place.account, &principal, &world.vendor, address, agent::VENDOR)), app }
}

/// A user with a key that has worked from the same machine for years.
fn script(world: &World, place: Place, random: &mut Random) -> Session {
    let index = random.below(4) as usize;
    let name = crate::fill::USERS[index];
    let key = world.unique("AKIA", place.account, name, 0);
    let address = format!("192.0.2.{}", 10 + index * 20 + place.account % 16);
    Session::of_user(world, place.account, name, key, address, agent::BACKUP_SCRIPT)
}

fn old_user(world: &World, place: Place, now: i64, app: usize, random: &mut Random) -> Cast {
    let person = member(world, Team::Platform, random);
    let name = person.email.split('@').next().unwrap_or("operator").to_owned();
    let address = person.address(now).to_owned();
    let player = Session::of_console_user(world, place.account, &name, now, true, address, Agent::fixed(person.browser));
    let opener = player.signing_in();
    Cast { player, opener: Some(opener), app }
}
