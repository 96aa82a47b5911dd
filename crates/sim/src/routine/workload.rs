//! Applications: on Fargate, in Lambda, on servers, in clusters.

use super::{Actor, Pace, Play, Reach, Rhythm, Routine};

/// A row for a program: at machine pace, hardly ever refused.
const fn row(actor: Actor, rhythm: Rhythm, share: [u64; 7], play: Play, script: &'static str) -> Routine {
    Routine { actor, rhythm, reach: Reach::Working, share, pace: Pace::Machine, refused: 1, play, script }
}

pub(super) const ROUTINES: &[Routine] = &[
    // A task starts: its image, its secrets, its log stream.
    row(
        Actor::Task,
        Rhythm::Traffic,
        [0, 0, 14, 90, 60, 40, 0],
        Play::InOrder,
        "ecr:GetAuthorizationToken 0-1, ecr:BatchGetImage 0-1, ecr:GetDownloadUrlForLayer 0-3, secretsmanager:GetSecretValue 1-3, kms:Decrypt 1-2, \
            ssm:GetParameters 0-1, ssm:GetParametersByPath 0-1, logs:CreateLogStream",
    ),
    // A task at work.
    row(
        Actor::Task,
        Rhythm::Traffic,
        [0, 0, 10, 110, 60, 36, 0],
        Play::Some(2, 7),
        "kms:Decrypt 1-3, kms:GenerateDataKey 1-2, secretsmanager:GetSecretValue, ssm:GetParameter, dynamodb:DescribeTable, sqs:GetQueueUrl, \
            sqs:GetQueueAttributes 1-2, s3:GetBucketLocation, states:StartExecution, states:DescribeExecution, sts:GetCallerIdentity",
    ),
    // Objects of the buckets whose data events are recorded.
    row(
        Actor::Task,
        Rhythm::Traffic,
        [0, 0, 0, 36, 12, 6, 0],
        Play::Some(2, 6),
        "s3:GetObject 1-4, s3:PutObject 1-2, s3:HeadObject 0-2, s3:ListObjects 0-1, s3:DeleteObject 0-1, s3:CopyObject 0-1",
    ),
    // Functions.
    row(
        Actor::Function,
        Rhythm::Traffic,
        [20, 0, 24, 60, 40, 40, 10],
        Play::Some(2, 5),
        "kms:Decrypt 1-2, secretsmanager:GetSecretValue, ssm:GetParameter 1-2, ssm:GetParameters, dynamodb:DescribeTable, sqs:GetQueueAttributes, \
            logs:CreateLogStream, s3:GetObject 0-1, ses:SendEmail 0-1, sns:GetTopicAttributes",
    ),
    // Models answer the support desk's questions.
    row(
        Actor::Function,
        Rhythm::Traffic,
        [0, 0, 0, 12, 6, 8, 0],
        Play::Some(1, 4),
        "bedrock:InvokeModel 1-2, bedrock:Converse 0-1, bedrock:InvokeModelWithResponseStream 0-1",
    ),
    // What services do with an application's session.
    row(Actor::Through("secretsmanager.amazonaws.com"), Rhythm::Traffic, [0, 0, 8, 40, 24, 16, 0], Play::InOrder, "kms:Decrypt 1-3"),
    row(
        Actor::Through("AWS Internal"),
        Rhythm::Traffic,
        [4, 6, 10, 46, 26, 18, 4],
        Play::InOrder,
        "kms:Decrypt 1-3, kms:GenerateDataKey 0-1",
    ),
    row(
        Actor::Through("ec2.amazonaws.com"),
        Rhythm::Traffic,
        [0, 0, 4, 10, 8, 8, 0],
        Play::InOrder,
        "kms:GenerateDataKeyWithoutPlaintext 0-1, kms:CreateGrant 1-1, kms:Decrypt 0-1, kms:RetireGrant 0-1",
    ),
    // Servers.
    row(
        Actor::Server,
        Rhythm::Traffic,
        [0, 0, 20, 40, 30, 30, 20],
        Play::Some(2, 6),
        "secretsmanager:GetSecretValue, ssm:GetParameter 1-2, ssm:GetParametersByPath, kms:Decrypt 1-2, s3:GetObject 0-2, s3:PutObject 0-1, ec2:DescribeTags, \
            ec2:DescribeInstances, autoscaling:DescribeAutoScalingInstances, autoscaling:CompleteLifecycleAction 0-1, sqs:GetQueueUrl, ecr:GetAuthorizationToken",
    ),
    // Their agents.
    row(
        Actor::Agents,
        Rhythm::Flat,
        [0, 0, 34, 34, 34, 34, 24],
        Play::Some(1, 4),
        "ssm:UpdateInstanceInformation 1-2, ssm:ListInstanceAssociations, ssm:UpdateInstanceAssociationStatus 0-1, ssm:PutInventory 0-1, ssm:GetDocument 0-1, \
            ec2:DescribeTags, ec2:DescribeVolumesAll 0-1, logs:CreateLogStream 0-1",
    ),
    // Containers on servers keep in touch with their scheduler.
    row(
        Actor::Server,
        Rhythm::Flat,
        [0, 0, 8, 12, 12, 10, 0],
        Play::Some(1, 3),
        "ecs:DiscoverPollEndpoint, ecs:SubmitTaskStateChange, ecs:SubmitContainerStateChange",
    ),
    // Nodes of the clusters: network interfaces and images.
    row(
        Actor::Node,
        Rhythm::Traffic,
        [0, 0, 0, 38, 30, 20, 0],
        Play::Some(2, 6),
        "ec2:DescribeNetworkInterfaceOne 1-2, ec2:CreateNetworkInterface 0-1, ec2:AttachNetworkInterface 0-1, ec2:AssignPrivateIpAddresses, ec2:DeleteNetworkInterface 0-1, \
            ec2:DescribeInstances, ec2:DescribeInstanceTypes 0-1, ecr:GetAuthorizationToken, ecr:BatchGetImage 1-2, ecr:GetDownloadUrlForLayer 1-3, eks:DescribeCluster 0-1, \
            ec2:CreateTags 0-1, ec2:DescribeSubnets",
    ),
    row(
        Actor::Controller(0),
        Rhythm::Flat,
        [0, 0, 0, 22, 18, 12, 0],
        Play::InOrder,
        "sts:AssumeRoleWithWebIdentity 0-1, autoscaling:DescribeAutoScalingGroups 1-3, ec2:DescribeLaunchTemplateVersions 0-1, eks:DescribeNodegroup 0-1, \
            autoscaling:SetDesiredCapacity 0-1, autoscaling:TerminateInstanceInAutoScalingGroup 0-1, autoscaling:DescribeScalingActivities 0-1",
    ),
    row(
        Actor::Controller(1),
        Rhythm::Flat,
        [0, 0, 0, 16, 14, 10, 0],
        Play::InOrder,
        "sts:AssumeRoleWithWebIdentity 0-1, elasticloadbalancing:DescribeLoadBalancers, elasticloadbalancing:DescribeTargetGroups 1-2, elasticloadbalancing:DescribeTargetHealth 1-3, \
            elasticloadbalancing:RegisterTargets 0-1, elasticloadbalancing:DeregisterTargets 0-1, ec2:DescribeSecurityGroups 0-2, ec2:DescribeNetworkInterfaces 0-1",
    ),
    row(
        Actor::Controller(2),
        Rhythm::Flat,
        [0, 0, 0, 12, 8, 6, 0],
        Play::InOrder,
        "sts:AssumeRoleWithWebIdentity 0-1, route53:ListHostedZones, route53:ListResourceRecordSets 1-3, route53:ChangeResourceRecordSets 0-1, route53:GetChange 0-1, tag:GetResources 0-1",
    ),
    row(
        Actor::Controller(3),
        Rhythm::Traffic,
        [0, 0, 0, 14, 12, 8, 0],
        Play::InOrder,
        "sts:AssumeRoleWithWebIdentity 0-1, ec2:DescribeVolumes 1-2, ec2:CreateVolume 0-1, ec2:AttachVolume 0-1, ec2:DetachVolume 0-1, ec2:DescribeInstances 1-2, \
            ec2:DeleteVolume 0-1, ec2:DescribeAvailabilityZones 0-1",
    ),
    // Loads of the data account.
    row(
        Actor::Server,
        Rhythm::Night(2),
        [0, 0, 0, 22, 10, 6, 0],
        Play::Some(3, 8),
        "glue:StartJobRun, glue:GetJobRun 1-4, glue:GetTable 1-2, glue:GetPartitions 1-3, glue:UpdateTable, athena:StartQueryExecution, athena:GetQueryExecution 1-3, \
            s3:PutObject 1-3, s3:GetObject 1-3, sagemaker:CreateTrainingJob 0-1, sagemaker:DescribeTrainingJob",
    ),
    // Dashboards and pollers that were given keys long ago.
    row(
        Actor::Script,
        Rhythm::Flat,
        [10, 0, 60, 150, 90, 70, 20],
        Play::Some(3, 8),
        "cloudwatch:GetMetricData 1-4, cloudwatch:ListMetrics, cloudwatch:DescribeAlarms, ec2:DescribeInstanceStatus, ec2:DescribeInstancesAll, \
            rds:DescribeDBInstancesAll, sqs:GetQueueAttributes 1-2, sqs:GetQueueUrl, autoscaling:DescribeAutoScalingGroups, dynamodb:DescribeTable, ssm:GetParameter",
    ),
    // Scripts that know no roles: they keep a key and one machine.
    row(
        Actor::Script,
        Rhythm::Flat,
        [8, 0, 40, 60, 40, 30, 10],
        Play::Some(2, 5),
        "sts:GetCallerIdentity, s3:ListBuckets 0-1, s3:GetBucketLocation, s3:PutObject 1-3, s3:ListObjects 0-1, ses:GetSendQuota, sqs:GetQueueAttributes, rds:DescribeDBInstances",
    ),
];
