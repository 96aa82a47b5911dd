//! The sessions of programs: tasks, functions, servers, clusters, and the services of AWS.

use super::cast::{Cast, block, issued};
use crate::agent::{self, Agent};
use crate::place::Place;
use crate::random::Random;
use crate::session::{Channel, Role, Scope, Session};
use crate::world::{APPS, World};

/// The program an application is written in.
fn language(app: usize) -> Agent {
    match app % 3 {
        0 => agent::JAVA_SERVER,
        1 => agent::BOTO3_SERVER,
        _ => agent::GO_SERVER,
    }
}

/// Some networks reach AWS through an endpoint of their own, with a private address.
fn connect(world: &World, place: Place, session: &mut Session, index: u64) {
    if index.is_multiple_of(3) {
        session.channel = Channel::Endpoint(world.resource(place.account, place.region, "vpce-", index % 4));
        session.address = format!("10.20.{}.{}", index % 60, 4 + index * 37 % 246);
    }
}

/// The id of one of the tasks of a role.
fn task_name(world: &World, place: Place, role: &str, copy: u64) -> String {
    format!(
        "{:016x}{:016x}",
        world.number(place.account, place.region, role, copy),
        world.number(place.account, place.region, "task", copy)
    )
}

pub(super) fn task(world: &World, place: Place, app: usize, now: i64, random: &mut Random) -> Session {
    let copy = random.below(6);
    let name = format!("{}-task", APPS[app]);
    let session = task_name(world, place, &name, copy);
    let started = block(world, &session, 6, now);
    let mut task =
        issued(world, place.account, &name, &session, started, world.gateway(place.account, place.region, app as u64 % 3), language(app));
    connect(world, place, &mut task, app as u64 + copy);
    task
}

pub(super) fn function(world: &World, place: Place, app: &str, now: i64) -> Session {
    let function = format!("{app}-worker");
    let started = block(world, &function, 1, now);
    let name = format!("{app}-lambda");
    let arn =
        format!("arn:aws:lambda:{}:{}:function:{function}", crate::world::REGIONS[place.region].name, world.accounts[place.account].id);
    let key = world.unique("ASIA", place.account, &format!("{function}{}", place.region), started as u64);
    let role = Role { account: place.account, path: "/", name: &name, session: &function, started, key, scope: Scope::Function(&arn) };
    let agent = if app.len().is_multiple_of(2) { agent::BOTO3_LAMBDA } else { agent::NODE_LAMBDA };
    Session::of_role(world, &role, world.gateway(place.account, place.region, 5 + app.len() as u64 % 3), agent)
}

/// The session that an instance has of its profile's role.
pub(crate) fn instance_session(world: &World, place: Place, name: &str, instance: &str, now: i64, agent: Agent) -> Session {
    let started = block(world, instance, 6, now);
    let arn = format!("arn:aws:ec2:{}:{}:instance/{instance}", crate::world::REGIONS[place.region].name, world.accounts[place.account].id);
    let key = world.unique("ASIA", place.account, instance, started as u64);
    let role = Role { account: place.account, path: "/", name, session: instance, started, key, scope: Scope::Instance(&arn) };
    Session::of_role(world, &role, world.gateway(place.account, place.region, 0), agent)
}

pub(super) fn server(world: &World, place: Place, now: i64, agents: Option<bool>, random: &mut Random) -> Cast {
    let index = random.below(24);
    let app = index as usize % APPS.len();
    let instance = world.resource(place.account, place.region, "i-", index);
    let agent = match agents {
        None => language(app),
        Some(true) => agent::SSM_AGENT,
        Some(false) => agent::CLOUDWATCH_AGENT,
    };
    let mut session = instance_session(world, place, &format!("{}-instance", APPS[app]), &instance, now, agent);
    connect(world, place, &mut session, index);
    Cast::of(session, app)
}

pub(super) fn node(world: &World, place: Place, now: i64, random: &mut Random) -> Session {
    let instance = world.resource(place.account, place.region, "i-", 100 + random.below(16));
    instance_session(world, place, "eks-node", &instance, now, agent::KUBELET)
}

/// The controllers of a cluster: role, namespace, agent.
const CONTROLLERS: [(&str, &str, Agent); 4] = [
    ("cluster-autoscaler", "kube-system", agent::AUTOSCALER),
    ("aws-load-balancer-controller", "kube-system", agent::LOAD_BALANCER_CONTROLLER),
    ("external-dns", "kube-system", agent::EXTERNAL_DNS),
    ("ebs-csi-controller", "kube-system", agent::EBS_DRIVER),
];

pub(super) fn controller(world: &World, place: Place, which: usize, now: i64, app: usize) -> Cast {
    let (name, namespace, agent) = &CONTROLLERS[which];
    let region = crate::world::REGIONS[place.region].name;
    let number = |half| world.number(place.account, place.region, "eks", half);
    let cluster = format!("{:016X}{:016X}", number(0), number(1));
    let provider = format!("arn:aws:iam::{}:oidc-provider/oidc.eks.{region}.amazonaws.com/id/{cluster}", world.accounts[place.account].id);
    let subject = format!("system:serviceaccount:{namespace}:{name}");
    let started = block(world, &format!("{name}{}{}", place.account, place.region), 1, now);
    let session =
        format!("{}", started * 1_000_000_000 + (world.number(place.account, place.region, name, started as u64) % 1_000_000_000) as i64);
    let key = world.unique("ASIA", place.account, name, started as u64);
    let role = Role { account: place.account, path: "/", name, session: &session, started, key, scope: Scope::Web(&provider) };
    let address = world.gateway(place.account, place.region, 2);
    let mut player = Session::of_role(world, &role, address.clone(), agent.clone());
    player.web = Some((provider.clone(), subject.clone()));
    Cast { player, opener: Some(Session::of_web_identity(place.account, provider, &subject, address, agent.clone())), app }
}

/// An application's session in the hands of a service that serves it.
pub(super) fn through(world: &World, place: Place, app: usize, service: &'static str, now: i64) -> Session {
    let name = format!("{}-task", APPS[app]);
    let session = task_name(world, place, &name, 1);
    let started = block(world, &session, 6, now);
    let key = world.unique("ASIA", place.account, &format!("{name}/{session}"), started as u64);
    let role = Role { account: place.account, path: "/", name: &name, session: &session, started, key, scope: Scope::Linked(service) };
    Session::of_linked_role(world, &role, service)
}

/// A service takes up the role of an application.
pub(super) fn takes(world: &World, place: Place, app: usize, service: &'static str, now: i64, random: &mut Random) -> Cast {
    let server = random.below(24);
    let app = if service == "ec2.amazonaws.com" { server as usize % APPS.len() } else { app };
    let app_role = |suffix: &str| format!("{}-{suffix}", APPS[app]);
    let (path, name, session) = match service {
        "lambda.amazonaws.com" => ("/", app_role("lambda"), app_role("worker")),
        "ec2.amazonaws.com" => ("/", app_role("instance"), world.resource(place.account, place.region, "i-", server)),
        "ecs-tasks.amazonaws.com" => ("/", app_role("task"), format!("{:016x}{:016x}", random.next(), random.next())),
        "config.amazonaws.com" => {
            let name = "AWSServiceRoleForConfig".to_owned();
            ("/aws-service-role/config.amazonaws.com/", name, "ConfigResourceCompositionSession".to_owned())
        }
        _ => ("/", app_role("flow"), "execution".to_owned()),
    };
    let key = world.unique("ASIA", place.account, &name, now as u64 ^ random.next());
    let role = Role { account: place.account, path, name: &name, session: &session, started: now, key, scope: Scope::Issued };
    let player = Session::of_role(world, &role, service.to_owned(), Agent::fixed(service));
    Cast { player, opener: Some(Session::of_service(place.account, service)), app }
}

pub(super) fn linked(world: &World, place: Place, service: &'static str, name: &str, now: i64) -> Session {
    let path = format!("/aws-service-role/{service}/");
    let session = match service {
        "config.amazonaws.com" => "AWSConfig-Describe",
        "autoscaling.amazonaws.com" => "AutoScaling",
        "backup.amazonaws.com" => "AWSBackup-AWSServiceRoleForBackup",
        "ecs.amazonaws.com" => "ecs-service-scheduler",
        "guardduty.amazonaws.com" => "GuardDutyScan",
        _ => "session",
    };
    let started = block(world, &format!("{name}{}{}", place.account, place.region), 1, now);
    let key = world.unique("ASIA", place.account, &format!("{name}{}", place.region), started as u64);
    let role = Role { account: place.account, path: &path, name, session, started, key, scope: Scope::Linked(service) };
    Session::of_linked_role(world, &role, service)
}
