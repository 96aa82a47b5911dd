//! AWS itself at work: recorders, schedulers, scanners, and the roles that services take up.

use super::{Actor, Pace, Play, Reach, Rhythm, Routine};

const CONFIG: &str = "AWSServiceRoleForConfig";
const SCALING: &str = "AWSServiceRoleForAutoScaling";

/// A row for a service: at machine pace, never refused.
const fn row(actor: Actor, rhythm: Rhythm, reach: Reach, share: [u64; 7], play: Play, script: &'static str) -> Routine {
    Routine { actor, rhythm, reach, share, pace: Pace::Machine, refused: 0, play, script }
}

pub(super) const ROUTINES: &[Routine] = &[
    // AWS Config describes what changed.
    row(
        Actor::Linked("config.amazonaws.com", CONFIG),
        Rhythm::Flat,
        Reach::Any,
        [110, 80, 90, 110, 100, 90, 110],
        Play::Some(3, 10),
        "ec2:DescribeInstances 1-2, ec2:DescribeSecurityGroups 1-3, ec2:DescribeVolumes 1-2, ec2:DescribeNetworkInterfaceOne 1-2, ec2:DescribeVpcs, \
            ec2:DescribeSubnets, ec2:DescribeRouteTables, ec2:DescribeNetworkAcls, ec2:DescribeVpcEndpoints, ec2:DescribeFlowLogs, iam:GetRole 1-2, \
            iam:ListRolePolicies, iam:ListAttachedRolePolicies, iam:GetPolicyVersion, iam:ListPolicyVersions, s3:GetBucketAcl, s3:GetBucketPolicy, \
            s3:GetBucketVersioning, s3:GetBucketLogging, s3:GetBucketEncryption, s3:GetBucketNotification, s3:GetBucketReplication, s3:GetBucketLifecycle, \
            s3:GetBucketTagging, lambda:GetPolicy, lambda:ListFunctions, lambda:ListTags, kms:DescribeKey, kms:GetKeyRotationStatus, rds:DescribeDBInstances, \
            dynamodb:DescribeTable, sqs:GetQueueAttributes, sns:GetTopicAttributes, cloudtrail:DescribeTrails, cloudtrail:GetTrailStatus, \
            elasticloadbalancing:DescribeLoadBalancerAttributes, ecs:DescribeClusters, eks:DescribeCluster",
    ),
    // Config's rules report.
    row(
        Actor::Linked("config.amazonaws.com", CONFIG),
        Rhythm::Flat,
        Reach::Any,
        [20, 10, 10, 4, 8, 8, 20],
        Play::InOrder,
        "config:PutEvaluations 1-3",
    ),
    // Groups scale with the visitors.
    row(
        Actor::Linked("autoscaling.amazonaws.com", SCALING),
        Rhythm::Traffic,
        Reach::Working,
        [0, 0, 10, 26, 20, 12, 0],
        Play::InOrder,
        "ec2:DescribeLaunchTemplates, ec2:DescribeSecurityGroups, ec2:DescribeInstanceTypeOfferings 0-1, ec2:RunInstances, ec2:DescribeInstanceStatus 1-2, \
            ec2:CreateTags, elasticloadbalancing:RegisterTargets, elasticloadbalancing:DescribeTargetHealth 1-3",
    ),
    row(
        Actor::Linked("autoscaling.amazonaws.com", SCALING),
        Rhythm::Traffic,
        Reach::Working,
        [0, 0, 6, 14, 12, 8, 0],
        Play::InOrder,
        "elasticloadbalancing:DescribeTargetHealth, elasticloadbalancing:DeregisterTargets, ec2:TerminateInstances, ec2:DescribeInstances 0-2",
    ),
    row(
        Actor::Linked("autoscaling.amazonaws.com", SCALING),
        Rhythm::Flat,
        Reach::Working,
        [0, 0, 16, 50, 34, 26, 0],
        Play::Some(2, 6),
        "ec2:DescribeInstanceStatus 1-2, elasticloadbalancing:DescribeTargetHealth 1-3, cloudwatch:DescribeAlarms",
    ),
    // Fargate takes and gives back network interfaces.
    row(
        Actor::Linked("ecs.amazonaws.com", "AWSServiceRoleForECS"),
        Rhythm::Traffic,
        Reach::Working,
        [0, 4, 12, 30, 30, 24, 0],
        Play::InOrder,
        "ec2:DescribeSecurityGroups 0-1, ec2:DescribeSubnets 0-1, ec2:CreateNetworkInterface, elasticloadbalancing:RegisterTargets, \
            elasticloadbalancing:DescribeTargetHealth 1-2, ec2:DescribeNetworkInterfaceOne 0-2, elasticloadbalancing:DeregisterTargets 0-1, ec2:DeleteNetworkInterface 0-1",
    ),
    // The nightly backup.
    row(
        Actor::Linked("backup.amazonaws.com", "AWSServiceRoleForBackup"),
        Rhythm::Night(3),
        Reach::Working,
        [4, 10, 12, 18, 14, 8, 0],
        Play::InOrder,
        "ec2:DescribeVolumes 1-2, ec2:DescribeTags, ec2:CreateSnapshot 2-6, ec2:DescribeSnapshots 1-3, dynamodb:CreateBackup 0-2, ec2:DeleteSnapshot 0-3, tag:GetResources",
    ),
    row(
        Actor::Reports("backup.amazonaws.com"),
        Rhythm::Night(4),
        Reach::Working,
        [1, 2, 2, 3, 3, 2, 0],
        Play::InOrder,
        "backup:BackupJobCompleted 1-4",
    ),
    // Databases tend themselves.
    row(
        Actor::Linked("rds.amazonaws.com", "AWSServiceRoleForRDS"),
        Rhythm::Flat,
        Reach::Working,
        [0, 4, 6, 10, 8, 6, 0],
        Play::Some(2, 5),
        "ec2:DescribeSecurityGroups, ec2:DescribeSubnets, ec2:DescribeVpcAttribute, ec2:DescribeAvailabilityZones, ec2:DescribeNetworkInterfaces, logs:CreateLogStream",
    ),
    // Scanners of AWS.
    row(
        Actor::Linked("guardduty.amazonaws.com", "AWSServiceRoleForAmazonGuardDuty"),
        Rhythm::Flat,
        Reach::Any,
        [20, 14, 16, 26, 20, 16, 20],
        Play::Some(2, 5),
        "ec2:DescribeInstancesAll, ec2:DescribeImages, ec2:DescribeVpcEndpoints, ec2:DescribeSubnets, ec2:DescribeVpcs, eks:ListClusters, eks:DescribeCluster, ecs:ListClusters",
    ),
    row(
        Actor::Linked("inspector2.amazonaws.com", "AWSServiceRoleForAmazonInspector2"),
        Rhythm::Flat,
        Reach::Working,
        [4, 10, 16, 26, 18, 16, 4],
        Play::Some(2, 5),
        "ec2:DescribeInstancesAll, lambda:ListFunctions, lambda:GetFunction 1-2, ecr:DescribeRepositories, ecr:BatchGetImage 1-2, ecr:GetDownloadUrlForLayer 1-2, ssm:DescribeInstanceInformation",
    ),
    row(
        Actor::Linked("access-analyzer.amazonaws.com", "AWSServiceRoleForAccessAnalyzer"),
        Rhythm::Flat,
        Reach::Any,
        [24, 10, 8, 6, 8, 8, 20],
        Play::Some(2, 5),
        "s3:GetBucketPolicy, s3:GetBucketAcl, s3:GetBucketPolicyStatus, kms:GetKeyPolicy, lambda:GetPolicy, sqs:GetQueueAttributes, secretsmanager:GetResourcePolicy, iam:GetRole 1-2",
    ),
    row(
        Actor::Linked("trustedadvisor.amazonaws.com", "AWSServiceRoleForTrustedAdvisor"),
        Rhythm::Night(6),
        Reach::Any,
        [16, 8, 6, 5, 6, 6, 16],
        Play::Some(3, 7),
        "ec2:DescribeAddresses, ec2:DescribeInstancesAll, ec2:DescribeVolumesAll, ec2:DescribeSecurityGroupsAll, iam:GetAccountSummary, iam:ListAccessKeys, \
            rds:DescribeDBInstancesAll, elasticloadbalancing:DescribeLoadBalancers, autoscaling:DescribeAutoScalingGroups, cloudtrail:DescribeTrails, lambda:ListFunctions",
    ),
    row(
        Actor::Linked("resource-explorer-2.amazonaws.com", "AWSServiceRoleForResourceExplorer"),
        Rhythm::Night(22),
        Reach::Any,
        [10, 4, 4, 3, 4, 4, 10],
        Play::Some(3, 7),
        "ec2:DescribeVolumesAll, ec2:DescribeSnapshots, sqs:ListQueues, sns:ListTopics, lambda:ListFunctions, dynamodb:ListTables, s3:ListBuckets, ecr:DescribeRepositories, logs:DescribeLogGroups",
    ),
    // Services take up the roles they were given.
    row(
        Actor::Takes("ecs-tasks.amazonaws.com"),
        Rhythm::Traffic,
        Reach::Working,
        [0, 4, 8, 14, 12, 10, 0],
        Play::InOrder,
        "sts:AssumeRole",
    ),
    row(Actor::Takes("lambda.amazonaws.com"), Rhythm::Traffic, Reach::Working, [4, 10, 7, 10, 10, 10, 5], Play::InOrder, "sts:AssumeRole"),
    row(Actor::Takes("ec2.amazonaws.com"), Rhythm::Flat, Reach::Working, [0, 0, 5, 7, 7, 7, 4], Play::InOrder, "sts:AssumeRole"),
    row(Actor::Takes("config.amazonaws.com"), Rhythm::Flat, Reach::Any, [4, 3, 2, 2, 2, 2, 4], Play::InOrder, "sts:AssumeRole"),
    row(Actor::Takes("states.amazonaws.com"), Rhythm::Traffic, Reach::Working, [0, 2, 2, 5, 4, 3, 0], Play::InOrder, "sts:AssumeRole"),
    // What services report of themselves.
    row(
        Actor::Reports("secretsmanager.amazonaws.com"),
        Rhythm::Night(2),
        Reach::Working,
        [0, 1, 1, 2, 2, 1, 0],
        Play::InOrder,
        "secretsmanager:RotationStarted, secretsmanager:RotationSucceeded",
    ),
    row(
        Actor::Reports("ecr.amazonaws.com"),
        Rhythm::Night(2),
        Reach::Working,
        [0, 0, 3, 0, 0, 0, 0],
        Play::InOrder,
        "ecr:PolicyExecutionEvent 1-3",
    ),
    row(
        Actor::Reports("trustedadvisor.amazonaws.com"),
        Rhythm::Night(6),
        Reach::Global,
        [3, 1, 1, 1, 1, 1, 2],
        Play::InOrder,
        "trustedadvisor:RefreshCheck 1-3",
    ),
];
