//! From machine to machine.

use super::About;
use super::tools::PLAIN_SHELL;
use crate::place::Place;
use crate::routine::{instance_session, person_of, person_session};
use crate::telling::Teller;
use crate::world::{APPS, AccountKind, Team, region_index};

pub(super) const SSM_LATERAL_MOVEMENT: About = About {
    name: "ssm-lateral-movement",
    title: "Shells on many servers through Systems Manager and the serial console",
    description: "An operator's stolen session runs a script on a dozen servers, opens shells, and then uses the credentials found on one of them.",
    tactics: &["initial-access", "discovery", "execution", "lateral-movement", "credential-access"],
    techniques: &["T1078.004", "T1580", "T1651", "T1021.007", "T1021.004", "T1552.005"],
    tell: ssm_lateral_movement,
};

fn ssm_lateral_movement(t: &mut Teller<'_>) {
    let place = Place { account: t.world.account(AccountKind::Production), region: region_index("us-east-1") };
    let address = t.stranger();
    let person = person_of(t.world, Team::Platform);
    let thief = person_session(t.world, place, person, false, t.clock).from(&address, PLAIN_SHELL);
    let instances: Vec<String> = (0..12).map(|index| t.world.resource(place.account, place.region, "i-", index)).collect();
    t.pace = (3, 12);
    t.step("T1078.004", format!("The session of {} goes on from an unknown address", person.email));
    t.call(&thief, place, "sts:GetCallerIdentity", &[]);
    t.step("T1580", "Managed servers are listed");
    t.call(&thief, place, "ssm:DescribeInstanceInformation", &[]);
    t.call(&thief, place, "ec2:DescribeInstancesAll", &[]);
    t.step("T1651", "A shell script is run on a dozen of them");
    for instance in &instances {
        t.call(&thief, place, "ssm:SendCommand", &[("instance", instance), ("document", "AWS-RunShellScript")]);
    }
    for instance in instances.iter().take(4) {
        t.call(&thief, place, "ssm:GetCommandInvocation", &[("instance", instance)]);
    }
    t.wait(300, 700);
    t.step("T1021.007", "Shells are opened on three");
    for instance in instances.iter().take(3) {
        t.call(&thief, place, "ssm:StartSession", &[("instance", instance)]);
    }
    t.step("T1021.004", "Where the agent does not answer, the serial console is switched on and keys are pushed");
    t.call(&thief, place, "ec2:EnableSerialConsoleAccess", &[]);
    for instance in instances.iter().skip(3).take(3) {
        t.call(&thief, place, "ec2-instance-connect:SendSerialConsoleSSHPublicKey", &[("instance", instance)]);
        t.call(&thief, place, "ec2:GetPasswordData", &[("instance", instance)]);
    }
    t.wait(600, 1500);
    t.step("T1552.005", "The credentials of one server are carried off and used outside");
    let role = format!("{}-instance", APPS[1]);
    let stolen = instance_session(t.world, place, &role, &instances[1], t.clock, PLAIN_SHELL).from(&address, PLAIN_SHELL);
    t.call(&stolen, place, "sts:GetCallerIdentity", &[]);
    t.call(&stolen, place, "s3:ListBuckets", &[]);
    t.call(&stolen, place, "ssm:GetParametersByPath", &[("parameter_path", "/prod")]);
    t.refused(&stolen, place, "secretsmanager:ListSecrets", &[]);
}
