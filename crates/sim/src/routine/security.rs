//! Those who look after security: the auditor, the analysts, the automation, the monitoring vendor.

use super::{Actor, Pace, Play, Reach, Rhythm, Routine};

/// Everybody is audited alike.
const EVERYWHERE: u64 = 34;

pub(super) const ROUTINES: &[Routine] = &[
    // The nightly posture scan lists everything in every region and is refused here and there.
    Routine {
        actor: Actor::Auditor,
        rhythm: Rhythm::Night(5),
        reach: Reach::Any,
        share: [60, EVERYWHERE, EVERYWHERE, EVERYWHERE, EVERYWHERE, EVERYWHERE, 60],
        pace: Pace::Machine,
        refused: 16,
        play: Play::Some(12, 40),
        script: "sts:GetCallerIdentity, ec2:DescribeInstancesAll, ec2:DescribeSecurityGroupsAll, ec2:DescribeVolumesAll, ec2:DescribeSnapshots, \
            ec2:DescribeSnapshotAttribute 1-3, ec2:DescribeImages, ec2:DescribeImageAttribute, ec2:DescribeVpcs, ec2:DescribeFlowLogs, ec2:DescribeNetworkAcls, \
            ec2:DescribeVpcEndpoints, ec2:DescribeAddresses, ec2:DescribeRouteTables, ec2:DescribeSubnets, ec2:DescribeVpcPeeringConnections, \
            ec2:DescribeTransitGateways, ec2:GetEbsEncryptionByDefault, ec2:DescribeLaunchTemplates, iam:ListUsers, iam:ListRoles, iam:ListPolicies, \
            iam:ListAccessKeys 1-3, iam:GetAccessKeyLastUsed 1-3, iam:ListMFADevices 1-3, iam:ListAttachedUserPolicies 1-2, iam:ListUserPolicies, \
            iam:GetAccountPasswordPolicy, iam:GetAccountSummary, iam:GenerateCredentialReport, iam:GetCredentialReport, iam:ListAttachedRolePolicies 1-3, \
            iam:ListRolePolicies 1-2, iam:GetPolicyVersion 1-2, iam:ListEntitiesForPolicy, iam:ListVirtualMFADevices, iam:ListSAMLProviders, \
            iam:ListOpenIDConnectProviders, iam:GetAccountAuthorizationDetails 0-1, iam:ListGroups, iam:ListGroupsForUser 1-2, iam:GetUser, iam:ListServerCertificates, iam:GetLoginProfile, s3:ListBuckets, s3:GetBucketPolicyStatus 1-3, s3:GetBucketAcl 1-3, \
            s3:GetBucketPublicAccessBlock 1-3, s3:GetBucketEncryption 1-2, s3:GetBucketVersioning 1-2, s3:GetBucketLogging, s3:GetAccountPublicAccessBlock, \
            kms:ListKeys, kms:DescribeKey 1-3, kms:GetKeyRotationStatus 1-3, kms:GetKeyPolicy, kms:ListGrants, rds:DescribeDBInstancesAll, rds:DescribeDBSnapshots, \
            rds:DescribeDBSnapshotAttributes, rds:DescribeDBClusters, lambda:ListFunctions, lambda:GetPolicy 1-3, lambda:GetFunctionConfiguration 1-2, \
            cloudtrail:DescribeTrails, cloudtrail:GetTrailStatus, cloudtrail:GetEventSelectors, config:DescribeConfigurationRecorders, \
            config:DescribeConfigurationRecorderStatus, guardduty:ListDetectors, guardduty:GetDetector, securityhub:DescribeHub, securityhub:GetEnabledStandards, \
            access-analyzer:ListAnalyzers, inspector2:BatchGetAccountStatus, macie2:GetMacieSession, secretsmanager:ListSecrets, ssm:DescribeInstanceInformation, \
            ssm:ListDocuments, sns:ListTopics, sns:GetTopicAttributes, sqs:ListQueues, sqs:GetQueueAttributes, ecr:DescribeRepositories, ecs:ListClusters, \
            eks:ListClusters, dynamodb:ListTables, elasticloadbalancing:DescribeLoadBalancers, elasticfilesystem:DescribeFileSystems, acm:ListCertificates, \
            apigateway:GetRestApis, cloudformation:ListStacks, backup:ListBackupPlans, backup:ListBackupVaults, wafv2:ListWebACLs, redshift:DescribeClusters, \
            elasticache:DescribeReplicationGroups, sagemaker:ListNotebookInstances, glue:GetDatabases, logs:DescribeLogGroups, cloudwatch:DescribeAlarms, \
            route53:ListHostedZones, cloudfront:ListDistributions, organizations:DescribeOrganization, account:GetAlternateContact, detective:ListGraphs, \
            rolesanywhere:ListTrustAnchors, rolesanywhere:ListProfiles, bedrock:GetModelInvocationLoggingConfiguration, ses:ListIdentities, \
            backup:ListRecoveryPointsByBackupVault, ec2:GetSerialConsoleAccessStatus, organizations:ListDelegatedAdministrators, ram:GetResourceShares, autoscaling:DescribeLaunchConfigurations",
    },
    // Analysts read findings and follow them.
    Routine {
        actor: Actor::Analyst,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [6, 200, 2, 3, 3, 3, 4],
        pace: Pace::Person,
        refused: 4,
        play: Play::Some(4, 11),
        script: "guardduty:ListDetectors, guardduty:ListFindings 1-2, guardduty:GetFindings 1-4, guardduty:ListMembers, securityhub:GetFindings 1-3, \
            securityhub:GetEnabledStandards, securityhub:BatchUpdateFindings 0-1, access-analyzer:ListAnalyzers, access-analyzer:ListFindingsV2 1-2, \
            cloudtrail:LookupEvents 1-4, cloudtrail:DescribeTrails, inspector2:ListFindings, inspector2:ListCoverage, detective:ListGraphs, \
            config:GetResourceConfigHistory, config:DescribeComplianceByConfigRule, macie2:ListFindings, iam:GetRole 1-2, iam:ListAccessKeys, \
            ec2:DescribeInstances, ec2:DescribeNetworkInterfaceOne, guardduty:ArchiveFindings 0-1",
    },
    // The security account's own functions.
    Routine {
        actor: Actor::Responder,
        rhythm: Rhythm::Flat,
        reach: Reach::Working,
        share: [0, 260, 0, 0, 0, 0, 0],
        pace: Pace::Machine,
        refused: 0,
        play: Play::Some(2, 7),
        script: "guardduty:ListFindings, guardduty:GetFindings 1-2, securityhub:GetFindings 1-2, securityhub:BatchImportFindings, securityhub:BatchUpdateFindings, \
            ssm:GetParameter, secretsmanager:GetSecretValue, kms:Decrypt, organizations:ListAccounts, sns:GetTopicAttributes, dynamodb:DescribeTable, \
            access-analyzer:ListFindingsV2, config:DescribeComplianceByConfigRule",
    },
    // The monitoring vendor reads metrics and tags with its own role and external id.
    Routine {
        actor: Actor::Vendor,
        rhythm: Rhythm::Flat,
        reach: Reach::Working,
        share: [20, 20, 34, 38, 40, 30, 30],
        pace: Pace::Machine,
        refused: 6,
        play: Play::InOrder,
        script: "sts:AssumeRoleWithExternalId 0-1, ec2:DescribeInstancesAll, ec2:DescribeInstanceStatus 0-1, cloudwatch:ListMetrics 1-2, cloudwatch:GetMetricData 1-4, \
            tag:GetResources 1-2, rds:DescribeDBInstancesAll 0-1, elasticloadbalancing:DescribeLoadBalancers 0-1, lambda:ListFunctions 0-1, \
            autoscaling:DescribeAutoScalingGroups 0-1, sqs:ListQueues 0-1, ecs:DescribeClusters 0-1, dynamodb:ListTables 0-1, elasticache:DescribeCacheClusters 0-1",
    },
    // Old keys are turned by the platform team, as the calendar asks.
    Routine {
        actor: Actor::Terraform,
        rhythm: Rhythm::Office,
        reach: Reach::Global,
        share: [2, 0, 2, 1, 1, 2, 2],
        pace: Pace::Machine,
        refused: 0,
        play: Play::InOrder,
        script: "iam:ListAccessKeys, iam:CreateAccessKey, secretsmanager:PutSecretValue, iam:UpdateAccessKey, iam:DeleteAccessKey",
    },
];
