//! Data taken hostage or destroyed.

use super::About;
use super::tools::{KALI_SHELL, PLAIN_SHELL, SCRIPT};
use crate::place::Place;
use crate::telling::Teller;
use crate::world::{APPS, AccountKind, region_index};

pub(super) const S3_RANSOM: About = About {
    name: "s3-ransom",
    title: "Objects are encrypted with the attacker's own key",
    description: "With a leaked key, objects are copied onto themselves under customer-provided keys, versions are switched off, the rest is set to expire, and a note is left.",
    tactics: &["initial-access", "discovery", "impact"],
    techniques: &["T1078.004", "T1619", "T1486", "T1490", "T1485"],
    tell: s3_ransom,
};

fn s3_ransom(t: &mut Teller<'_>) {
    let place = Place { account: t.world.account(AccountKind::Production), region: region_index("us-east-1") };
    let address = t.stranger();
    let key = t.leaked_user(place.account, "svc-reporting", &address, SCRIPT);
    let bucket = t.world.bucket(place.account, place.region, t.app as u64 + 12);
    t.pace = (2, 8);
    t.step("T1078.004", "The key of the reporting user is used from a new address");
    t.call(&key, place, "sts:GetCallerIdentity", &[]);
    t.step("T1619", "Buckets, their versions and their locks are examined");
    t.call(&key, place, "s3:ListBuckets", &[]);
    for action in ["s3:GetBucketVersioning", "s3:GetBucketEncryption", "s3:GetBucketReplication", "s3:ListObjects"] {
        t.call(&key, place, action, &[("bucket", &bucket), ("prefix", "")]);
    }
    t.step("T1490", "Versioning is suspended");
    t.call(&key, place, "s3:PutBucketVersioning", &[("bucket", &bucket), ("versioning", "Suspended")]);
    t.wait(60, 180);
    t.pace = (0, 2);
    t.step("T1486", "Objects are rewritten under a key that only the attacker has");
    let customer: &[(&str, &str)] = &[
        ("bucket", &bucket),
        ("customer_key", r#","x-amz-server-side-encryption-customer-algorithm":"AES256""#),
        ("customer_key_answer", r#""x-amz-server-side-encryption-customer-algorithm":"AES256","#),
        ("sse_applied", "SSE_C"),
    ];
    for _ in 0..28 {
        t.call(&key, place, "s3:CopyObject", customer);
    }
    t.step("T1485", "Copies in the export bucket are deleted, and what is left shall expire in a day");
    let exports = t.world.bucket(place.account, place.region, t.app as u64 + 24);
    for _ in 0..6 {
        t.call(&key, place, "s3:DeleteObject", &[("bucket", &exports)]);
    }
    let expire: &[(&str, &str)] = &[("bucket", &bucket), ("lifecycle_name", "cleanup"), ("lifecycle_prefix", ""), ("lifecycle_days", "1")];
    t.call(&key, place, "s3:PutBucketLifecycle", expire);
    t.step("T1486", "A note is left");
    t.call(&key, place, "s3:PutObject", &[("bucket", &bucket), ("object", "WARNING-READ-ME-TO-RECOVER.txt")]);
}

pub(super) const KMS_RANSOM: About = About {
    name: "kms-ransom",
    title: "Keys are swapped for a foreign one, then disabled and scheduled for deletion",
    description: "A stolen pipeline session points a bucket's encryption at a key of a foreign account and takes the organisation's own keys away.",
    tactics: &["initial-access", "discovery", "impact"],
    techniques: &["T1078.004", "T1526", "T1486", "T1485"],
    tell: kms_ransom,
};

fn kms_ransom(t: &mut Teller<'_>) {
    let place = Place { account: t.world.account(AccountKind::Production), region: region_index("eu-central-1") };
    let (address, outside) = (t.stranger(), t.foreign_account());
    let thief = crate::routine::terraform(t.world, place.account, t.clock).from(&address, PLAIN_SHELL);
    let foreign_key = format!("arn:aws:kms:eu-central-1:{outside}:key/{}", t.world.kms_key(0, 9, 991));
    t.pace = (3, 16);
    t.step("T1078.004", "The pipeline's session is used by hand, from outside");
    t.call(&thief, place, "sts:GetCallerIdentity", &[]);
    t.step("T1526", "Keys are listed and looked at");
    t.call(&thief, place, "kms:ListKeys", &[]);
    t.call(&thief, place, "kms:ListAliases", &[]);
    let keys: Vec<String> = (0..5).map(|index| t.world.kms_key(place.account, place.region, index)).collect();
    for key in &keys {
        t.call(&thief, place, "kms:DescribeKey", &[("kms", key)]);
    }
    t.step("T1486", format!("Buckets and data keys are moved to a key of the account {outside}"));
    for index in 0..3 {
        let bucket = t.world.bucket(place.account, place.region, index);
        t.call(&thief, place, "s3:PutBucketEncryption", &[("bucket", &bucket), ("encryption_key", &foreign_key)]);
    }
    for key in &keys {
        t.call(&thief, place, "kms:ReEncrypt", &[("kms", key), ("foreign_key", &foreign_key)]);
    }
    t.wait(120, 400);
    t.step("T1485", "The organisation's own keys are disabled and scheduled to be deleted as soon as AWS allows");
    for key in &keys {
        t.call(&thief, place, "kms:DisableKey", &[("kms", key)]);
        t.call(&thief, place, "kms:ScheduleKeyDeletion", &[("kms", key), ("pending_days", "7")]);
    }
}

pub(super) const MASS_DELETION: About = About {
    name: "mass-deletion",
    title: "Databases, disks and their backups are deleted",
    description: "With an administrator's role the intruder removes recovery points first and then databases, tables, stacks, buckets and machines.",
    tactics: &["initial-access", "discovery", "impact"],
    techniques: &["T1078.004", "T1580", "T1490", "T1485", "T1489"],
    tell: mass_deletion,
};

fn mass_deletion(t: &mut Teller<'_>) {
    let account = t.world.account(AccountKind::Staging);
    let place = Place { account, region: region_index("eu-west-1") };
    let address = t.stranger();
    let key = t.leaked_user(account, "svc-backup", &address, KALI_SHELL);
    t.pace = (2, 9);
    t.step("T1078.004", "The backup user's key takes up the restore role");
    t.call(&key, place, "sts:GetCallerIdentity", &[]);
    let admin = t.assume(&key, place, account, "backup-restore-admin", "restore");
    t.step("T1580", "What can be destroyed is listed");
    for action in [
        "backup:ListBackupVaults",
        "backup:ListRecoveryPointsByBackupVault",
        "rds:DescribeDBInstancesAll",
        "dynamodb:ListTables",
        "ec2:DescribeSnapshots",
    ] {
        t.call(&admin, place, action, &[]);
    }
    t.step("T1490", "Recovery points, snapshots, the vault and the plan go first");
    for index in 0..6 {
        let snapshot = t.world.resource(account, place.region, "snap-", index);
        t.call(&admin, place, "backup:DeleteRecoveryPoint", &[("snapshot", &snapshot)]);
        t.call(&admin, place, "ec2:DeleteSnapshot", &[("snapshot", &snapshot)]);
    }
    t.call(&admin, place, "backup:DeleteBackupPlan", &[]);
    t.call(&admin, place, "backup:DeleteBackupVault", &[]);
    t.step("T1485", "Databases lose their protection and their last snapshot, then everything is deleted");
    for app in APPS.iter().take(4) {
        let db = format!("{app}-primary");
        t.call(&admin, place, "rds:ModifyDBInstance", &[("db", &db), ("deletion_protection", "false"), ("retention", "0")]);
        t.call(
            &admin,
            place,
            "rds:DeleteDBInstance",
            &[("db", &db), ("skip_final", "true"), ("deletion_protection", "false"), ("db_status", "deleting")],
        );
        t.call(&admin, place, "rds:DeleteDBInstanceAutomatedBackup", &[("db", &db)]);
        let table = format!("{app}-items");
        t.call(&admin, place, "dynamodb:DeleteTable", &[("dynamo", &table)]);
    }
    for index in 0..4 {
        let volume = t.world.resource(account, place.region, "vol-", index);
        t.call(&admin, place, "ec2:DeleteVolume", &[("volume", &volume)]);
        let bucket = t.world.bucket(account, place.region, index);
        t.call(&admin, place, "s3:DeleteBucket", &[("bucket", &bucket)]);
    }
    t.step("T1489", "Machines and services are stopped");
    for index in 0..5 {
        let instance = t.world.resource(account, place.region, "i-", index);
        t.call(&admin, place, "ec2:TerminateInstances", &[("instance", &instance)]);
    }
    t.call(&admin, place, "ecs:DeleteService", &[]);
    t.call(&admin, place, "cloudformation:DeleteStack", &[]);
}
