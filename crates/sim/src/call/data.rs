//! Databases and stores: RDS, DynamoDB, backup, file systems.

use super::{Service, Spec, failure};

const INSTANCE: &str = r#"{"dBInstanceIdentifier":"<db>","dBInstanceClass":"db.r6g.large","engine":"postgres","dBInstanceStatus":"<db_status>","masterUsername":"<company>_admin","dBName":"<app>","endpoint":{"address":"<db>.c<letters_11>.<region>.rds.amazonaws.com","port":5432,"hostedZoneId":"Z2R2ITUGPM61AM"},"allocatedStorage":200,"instanceCreateTime":"<created>","preferredBackupWindow":"03:11-03:41","backupRetentionPeriod":<retention>,"dBSecurityGroups":[],"vpcSecurityGroups":[{"vpcSecurityGroupId":"<sg>","status":"active"}],"availabilityZone":"<az>","multiAZ":true,"engineVersion":"16.6","autoMinorVersionUpgrade":true,"licenseModel":"postgresql-license","publiclyAccessible":<public_db>,"storageType":"gp3","storageEncrypted":true,"kmsKeyId":"arn:aws:kms:<region>:<account>:key/<kms>","dbiResourceId":"db-<upper_26>","deletionProtection":<deletion_protection>,"dBInstanceArn":"arn:aws:rds:<region>:<account>:db:<db>","performanceInsightsEnabled":true}"#;
const SNAPSHOT: &str = r#"{"dBSnapshotIdentifier":"<db_snapshot>","dBInstanceIdentifier":"<db>","snapshotCreateTime":"<created>","engine":"postgres","allocatedStorage":200,"status":"<snapshot_status>","port":5432,"availabilityZone":"<az>","vpcId":"<vpc>","masterUsername":"<company>_admin","engineVersion":"16.6","licenseModel":"postgresql-license","snapshotType":"manual","percentProgress":0,"storageType":"gp3","encrypted":true,"kmsKeyId":"arn:aws:kms:<region>:<account>:key/<kms>","dBSnapshotArn":"arn:aws:rds:<region>:<account>:snapshot:<db_snapshot>","tagList":[]}"#;

pub(super) const SERVICES: &[Service] = &[
    Service::regional("rds.amazonaws.com", "rds", "rds.<region>.amazonaws.com", &[
        Spec::read("DescribeDBInstances", r#"{"dBInstanceIdentifier":"<db>"}"#)
            .fails(&[failure(8, "DBInstanceNotFoundFault", "DBInstance <db> not found.")]),
        Spec::read("DescribeDBInstancesAll", r#"{"maxRecords":100}"#).recorded_as("DescribeDBInstances"),
        Spec::read("DescribeDBClusters", r#"{"includeShared":true}"#),
        Spec::read("DescribeDBSnapshots", r#"{"includeShared":false,"includePublic":false,"snapshotType":"manual"}"#),
        Spec::read("DescribeDBSnapshotAttributes", r#"{"dBSnapshotIdentifier":"<db_snapshot>"}"#),
        Spec::read("DescribeDBClusterSnapshots", r#"{"includePublic":false,"includeShared":false}"#),
        Spec::read("DescribeDBSubnetGroups", "null"),
        Spec::read("DescribeDBParameterGroups", "null"),
        Spec::read("DescribeDBEngineVersions", r#"{"engine":"postgres","defaultOnly":true}"#),
        Spec::read("DescribeDBLogFiles", r#"{"dBInstanceIdentifier":"<db>"}"#),
        Spec::read("DescribePendingMaintenanceActions", "null"),
        Spec::read("DescribeEvents", r#"{"duration":1440}"#),
        Spec::read("ListTagsForResource", r#"{"resourceName":"arn:aws:rds:<region>:<account>:db:<db>"}"#),
        Spec::write("CreateDBInstance", r#"{"dBInstanceIdentifier":"<db>","dBName":"<app>","allocatedStorage":200,"dBInstanceClass":"db.r6g.large","engine":"postgres","engineVersion":"16.6","masterUsername":"<company>_admin","masterUserPassword":"HIDDEN_DUE_TO_SECURITY_REASONS","vpcSecurityGroupIds":["<sg>"],"dBSubnetGroupName":"<env>-private","multiAZ":true,"storageEncrypted":true,"backupRetentionPeriod":<retention>,"publiclyAccessible":<public_db>,"deletionProtection":<deletion_protection>,"tags":[{"key":"service","value":"<app>"}]}"#, INSTANCE),
        Spec::write("ModifyDBInstance", r#"{"dBInstanceIdentifier":"<db>","backupRetentionPeriod":<retention>,"deletionProtection":<deletion_protection>,"applyImmediately":true}"#, INSTANCE)
            .fails(&[failure(12, "InvalidDBInstanceStateFault", "Database instance is not in available state.")]),
        Spec::write("ModifyDBInstancePassword", r#"{"dBInstanceIdentifier":"<db>","masterUserPassword":"HIDDEN_DUE_TO_SECURITY_REASONS","applyImmediately":true}"#, INSTANCE).recorded_as("ModifyDBInstance"),
        Spec::write("RebootDBInstance", r#"{"dBInstanceIdentifier":"<db>","forceFailover":false}"#, INSTANCE),
        Spec::write("DeleteDBInstance", r#"{"dBInstanceIdentifier":"<db>","skipFinalSnapshot":<skip_final>,"deleteAutomatedBackups":<skip_final>}"#, INSTANCE)
            .fails(&[failure(30, "InvalidParameterCombination", "Cannot delete protected DB Instance, please disable deletion protection and try again.")]),
        Spec::write("CreateDBSnapshot", r#"{"dBInstanceIdentifier":"<db>","dBSnapshotIdentifier":"<db_snapshot>"}"#, SNAPSHOT),
        Spec::write("CopyDBSnapshot", r#"{"sourceDBSnapshotIdentifier":"arn:aws:rds:<region>:<account>:snapshot:<db_snapshot>","targetDBSnapshotIdentifier":"<db_snapshot>-copy","kmsKeyId":"<encryption_key>","copyTags":true}"#, SNAPSHOT),
        Spec::write("ModifyDBSnapshotAttribute", r#"{"dBSnapshotIdentifier":"<db_snapshot>","attributeName":"restore","valuesToAdd":["<share_with>"]}"#, r#"{"dBSnapshotIdentifier":"<db_snapshot>","dBSnapshotAttributes":[{"attributeName":"restore","attributeValues":["<share_with>"]}]}"#),
        Spec::write("DeleteDBSnapshot", r#"{"dBSnapshotIdentifier":"<db_snapshot>"}"#, SNAPSHOT),
        Spec::write("DeleteDBInstanceAutomatedBackup", r#"{"dbiResourceId":"db-<upper_26>"}"#, r#"{"dBInstanceIdentifier":"<db>","dbiResourceId":"db-<upper_26>","status":"deleting","region":"<region>"}"#),
        Spec::write("AddTagsToResource", r#"{"resourceName":"arn:aws:rds:<region>:<account>:db:<db>","tags":[{"key":"service","value":"<app>"}]}"#, "null"),
    ]).refusal("AccessDenied"),
    Service::regional("dynamodb.amazonaws.com", "dynamodb", "dynamodb.<region>.amazonaws.com", &[
        Spec::read("DescribeTable", r#"{"tableName":"<dynamo>"}"#)
            .resources(r#"[{"accountId":"<account>","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:<region>:<account>:table/<dynamo>"}]"#)
            .fails(&[failure(5, "ResourceNotFoundException", "Requested resource not found: Table: <dynamo> not found")]),
        Spec::read("DescribeTimeToLive", r#"{"tableName":"<dynamo>"}"#),
        Spec::read("DescribeContinuousBackups", r#"{"tableName":"<dynamo>"}"#),
        Spec::read("ListTables", r#"{"limit":100}"#),
        Spec::read("ListTagsOfResource", r#"{"resourceArn":"arn:aws:dynamodb:<region>:<account>:table/<dynamo>"}"#),
        Spec::write("UpdateTable", r#"{"tableName":"<dynamo>","billingMode":"PAY_PER_REQUEST"}"#, r#"{"tableDescription":{"tableName":"<dynamo>","tableStatus":"UPDATING","tableArn":"arn:aws:dynamodb:<region>:<account>:table/<dynamo>","tableId":"<uuid>","itemCount":<object_bytes>,"deletionProtectionEnabled":true}}"#).api_version("2012-08-10"),
        Spec::write("CreateTable", r#"{"tableName":"<dynamo>","attributeDefinitions":[{"attributeName":"pk","attributeType":"S"}],"keySchema":[{"attributeName":"pk","keyType":"HASH"}],"billingMode":"PAY_PER_REQUEST","tags":[{"key":"service","value":"<app>"}]}"#, r#"{"tableDescription":{"tableName":"<dynamo>","tableStatus":"CREATING","tableArn":"arn:aws:dynamodb:<region>:<account>:table/<dynamo>","tableId":"<uuid>","itemCount":0}}"#).api_version("2012-08-10"),
        Spec::write("DeleteTable", r#"{"tableName":"<dynamo>"}"#, r#"{"tableDescription":{"tableName":"<dynamo>","tableStatus":"DELETING","tableArn":"arn:aws:dynamodb:<region>:<account>:table/<dynamo>","tableId":"<uuid>","itemCount":0}}"#).api_version("2012-08-10"),
        Spec::write("CreateBackup", r#"{"tableName":"<dynamo>","backupName":"<dynamo>-<date>"}"#, r#"{"backupDetails":{"backupArn":"arn:aws:dynamodb:<region>:<account>:table/<dynamo>/backup/0<hex16>","backupName":"<dynamo>-<date>","backupStatus":"CREATING","backupType":"USER","backupSizeBytes":<object_bytes>}}"#).api_version("2012-08-10"),
    ]),
    Service::regional("backup.amazonaws.com", "backup", "backup.<region>.amazonaws.com", &[
        Spec::read("ListBackupPlans", "null"),
        Spec::read("ListBackupVaults", "null"),
        Spec::read("ListRecoveryPointsByBackupVault", r#"{"backupVaultName":"<vault>"}"#),
        Spec::write("StartBackupJob", r#"{"backupVaultName":"<vault>","resourceArn":"arn:aws:ec2:<region>:<account>:volume/<volume>","iamRoleArn":"arn:aws:iam::<account>:role/service-role/AWSBackupDefaultServiceRole"}"#, r#"{"backupJobId":"<uuid>","creationDate":"<created>","isParent":false}"#),
        Spec::write("BackupJobCompleted", "null", "null").details(r#"{"backupJobId":"<uuid>","backupVaultArn":"arn:aws:backup:<region>:<account>:backup-vault:<vault>","recoveryPointArn":"arn:aws:ec2:<region>::snapshot/<snapshot>","resourceArn":"arn:aws:ec2:<region>:<account>:volume/<volume>","state":"COMPLETED","completionDate":"<created>"}"#).kind(super::Kind::Service),
        Spec::write("DeleteRecoveryPoint", r#"{"backupVaultName":"<vault>","recoveryPointArn":"arn:aws:ec2:<region>::snapshot/<snapshot>"}"#, "null"),
        Spec::write("DeleteBackupPlan", r#"{"backupPlanId":"<uuid>"}"#, r#"{"backupPlanId":"<uuid>","backupPlanArn":"arn:aws:backup:<region>:<account>:backup-plan:<uuid>","deletionDate":"<created>"}"#),
        Spec::write("DeleteBackupVault", r#"{"backupVaultName":"<vault>"}"#, "null"),
    ]),
    Service::regional("elasticfilesystem.amazonaws.com", "elasticfilesystem", "elasticfilesystem.<region>.amazonaws.com", &[
        Spec::read("DescribeFileSystems", r#"{"maxItems":100}"#),
        Spec::read("DescribeMountTargets", r#"{"fileSystemId":"fs-0<hex16>"}"#),
    ]),
    Service::regional("elasticache.amazonaws.com", "elasticache", "elasticache.<region>.amazonaws.com", &[
        Spec::read("DescribeCacheClusters", r#"{"maxRecords":100,"showCacheNodeInfo":true}"#),
        Spec::read("DescribeReplicationGroups", r#"{"maxRecords":100}"#),
    ]),
    Service::regional("redshift.amazonaws.com", "redshift", "redshift.<region>.amazonaws.com", &[
        Spec::read("DescribeClusters", r#"{"maxRecords":100}"#),
    ]),
];
