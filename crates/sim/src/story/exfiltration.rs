//! Data carried out.

use super::About;
use super::tools::{GO_TOOL, KALI_SHELL, PLAIN_SHELL, S3_BROWSER};
use crate::place::Place;
use crate::routine::{instance_session, person_of, person_session};
use crate::telling::Teller;
use crate::world::{APPS, AccountKind, Team, region_index};

pub(super) const SSRF_EXFILTRATION: About = About {
    name: "ssrf-exfiltration",
    title: "Credentials of an instance used elsewhere to empty a bucket",
    description: "A hole in a web application gives away the credentials of its instance's role; from outside, buckets are listed and objects fetched.",
    tactics: &["credential-access", "discovery", "collection", "exfiltration"],
    techniques: &["T1552.005", "T1078.004", "T1619", "T1530"],
    tell: ssrf_exfiltration,
};

fn ssrf_exfiltration(t: &mut Teller<'_>) {
    let place = Place { account: t.world.account(AccountKind::Production), region: region_index("us-east-1") };
    let instance = t.world.resource(place.account, place.region, "i-", t.app as u64);
    let role = format!("{}-instance", APPS[t.app]);
    let address = t.stranger();
    let stolen = instance_session(t.world, place, &role, &instance, t.clock, GO_TOOL).from(&address, GO_TOOL);
    t.pace = (1, 5);
    t.step("T1552.005", format!("The credentials of {instance} are used from outside AWS"));
    t.call(&stolen, place, "sts:GetCallerIdentity", &[]);
    t.step("T1078.004", "What the role may do is found out by trying");
    for action in ["iam:ListRoles", "ec2:DescribeInstancesAll", "secretsmanager:ListSecrets", "iam:ListAttachedRolePolicies"] {
        t.refused(&stolen, place, action, &[("role", &role)]);
    }
    t.step("T1619", "Buckets and their contents are listed");
    t.call(&stolen, place, "s3:ListBuckets", &[]);
    let bucket = t.world.bucket(place.account, place.region, t.app as u64 + 24);
    for action in ["s3:GetBucketLocation", "s3:GetBucketPolicyStatus", "s3:GetBucketAcl"] {
        t.call(&stolen, place, action, &[("bucket", &bucket)]);
    }
    for prefix in ["", "exports/", "exports/daily/"] {
        t.call(&stolen, place, "s3:ListObjects", &[("bucket", &bucket), ("prefix", prefix)]);
    }
    t.wait(120, 300);
    t.pace = (0, 2);
    t.step("T1530", "Thirty objects are fetched in a minute");
    for _ in 0..30 {
        t.call(&stolen, place, "s3:GetObject", &[("bucket", &bucket)]);
    }
}

pub(super) const RDS_SNAPSHOT_SHARE: About = About {
    name: "rds-snapshot-share",
    title: "A database snapshot is shared with a foreign account",
    description: "Somebody with an engineer's stolen command-line session snapshots a production database, re-encrypts it and shares it outside the organisation.",
    tactics: &["initial-access", "discovery", "collection", "exfiltration"],
    techniques: &["T1078.004", "T1526", "T1074.002", "T1537"],
    tell: rds_snapshot_share,
};

fn rds_snapshot_share(t: &mut Teller<'_>) {
    let place = Place { account: t.world.account(AccountKind::Production), region: region_index("eu-west-1") };
    let (address, outside) = (t.stranger(), t.foreign_account());
    let person = person_of(t.world, Team::Platform);
    let thief = person_session(t.world, place, person, false, t.clock).from(&address, PLAIN_SHELL);
    let db = format!("{}-primary", APPS[t.app]);
    t.pace = (6, 30);
    t.step("T1078.004", format!("The session of {} goes on from an unknown address", person.email));
    t.call(&thief, place, "sts:GetCallerIdentity", &[]);
    t.step("T1526", "Databases and snapshots are looked through");
    for action in ["rds:DescribeDBInstancesAll", "rds:DescribeDBClusters", "rds:DescribeDBSnapshots", "kms:ListAliases"] {
        t.call(&thief, place, action, &[]);
    }
    t.step("T1074.002", "A snapshot is taken and copied under a key that can be shared");
    t.call(&thief, place, "rds:CreateDBSnapshot", &[("db", &db), ("db_snapshot", "maintenance-0317")]);
    for _ in 0..3 {
        t.wait(120, 240);
        t.call(&thief, place, "rds:DescribeDBSnapshots", &[]);
    }
    let key =
        format!("arn:aws:kms:eu-west-1:{}:key/{}", t.world.accounts[place.account].id, t.world.kms_key(place.account, place.region, 0));
    t.call(&thief, place, "rds:CopyDBSnapshot", &[("db", &db), ("db_snapshot", "maintenance-0317"), ("encryption_key", &key)]);
    let policy = format!(
        r#"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"arn:aws:iam::{outside}:root\"}},\"Action\":[\"kms:Decrypt\",\"kms:CreateGrant\",\"kms:DescribeKey\"],\"Resource\":\"*\"}}]}}"#
    );
    t.call(&thief, place, "kms:PutKeyPolicy", &[("key_policy", &policy)]);
    t.wait(200, 500);
    t.step("T1537", format!("The copy is shared with the account {outside}"));
    let says: &[(&str, &str)] = &[("db_snapshot", "maintenance-0317-copy"), ("share_with", &outside)];
    t.call(&thief, place, "rds:ModifyDBSnapshotAttribute", says);
    t.call(&thief, place, "rds:DescribeDBSnapshotAttributes", &[("db_snapshot", "maintenance-0317-copy")]);
    t.wait(1800, 3600);
    t.call(&thief, place, "rds:DeleteDBSnapshot", &[("db", &db), ("db_snapshot", "maintenance-0317-copy"), ("snapshot_status", "deleted")]);
}

pub(super) const EBS_EXFILTRATION: About = About {
    name: "ebs-exfiltration",
    title: "Disks and images are shared with a foreign account",
    description: "With a leaked key, volumes are snapshot and an image is made, and both are shared outside the organisation.",
    tactics: &["initial-access", "discovery", "collection", "exfiltration"],
    techniques: &["T1078.004", "T1580", "T1074.002", "T1537"],
    tell: ebs_exfiltration,
};

fn ebs_exfiltration(t: &mut Teller<'_>) {
    let place = Place { account: t.world.account(AccountKind::Production), region: region_index("us-west-2") };
    let (address, outside) = (t.stranger(), t.foreign_account());
    let thief = t.leaked_user(place.account, "svc-backup", &address, KALI_SHELL);
    t.pace = (3, 15);
    t.step("T1078.004", "The key of the backup user is used from a new address");
    t.call(&thief, place, "sts:GetCallerIdentity", &[]);
    t.step("T1580", "Machines, disks and snapshots are listed");
    for action in ["ec2:DescribeInstancesAll", "ec2:DescribeVolumesAll", "ec2:DescribeSnapshots", "ec2:GetEbsEncryptionByDefault"] {
        t.call(&thief, place, action, &[]);
    }
    let snapshots: Vec<String> = (900..904).map(|index| t.world.resource(place.account, place.region, "snap-", index)).collect();
    t.step("T1074.002", "Four volumes are snapshot and an image of a server is made");
    for (index, snapshot) in snapshots.iter().enumerate() {
        let volume = t.world.resource(place.account, place.region, "vol-", index as u64);
        t.call(&thief, place, "ec2:CreateSnapshot", &[("volume", &volume), ("snapshot_new", snapshot), ("snapshot_words", "tmp")]);
    }
    let image = t.world.resource(place.account, place.region, "ami-", 900);
    let instance = t.world.resource(place.account, place.region, "i-", 3);
    t.call(&thief, place, "ec2:CreateImage", &[("instance", &instance), ("ami_new", &image)]);
    t.wait(500, 1200);
    t.step("T1537", format!("All are shared with the account {outside}"));
    for snapshot in &snapshots {
        t.call(&thief, place, "ec2:ModifySnapshotAttribute", &[("snapshot", snapshot), ("share_with", &outside)]);
    }
    t.call(&thief, place, "ec2:ModifyImageAttribute", &[("ami", &image), ("share_with", &outside)]);
    let browser = thief.from(&address, S3_BROWSER);
    t.call(&browser, place, "s3:ListBuckets", &[]);
    t.wait(1200, 2400);
    let service = crate::session::Session::of_service_event(t.world, place.account, "ec2.amazonaws.com");
    for snapshot in &snapshots {
        t.call(&service, place, "ec2:SharedSnapshotVolumeCreated", &[("snapshot", snapshot)]);
    }
}
