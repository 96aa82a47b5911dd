//! Pipelines: infrastructure as code, builds, deployments.

use super::{Actor, Pace, Play, Reach, Rhythm, Routine};

pub(super) const ROUTINES: &[Routine] = &[
    // A plan: everything is read, nothing changed.
    Routine {
        actor: Actor::Terraform,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [150, 110, 130, 45, 90, 80, 20],
        pace: Pace::Machine,
        refused: 2,
        play: Play::Some(10, 26),
        script: "sts:GetCallerIdentity, ec2:DescribeVpcs 1-2, ec2:DescribeVpcAttribute 1-3, ec2:DescribeSubnets 1-3, ec2:DescribeRouteTables 1-3, \
            ec2:DescribeSecurityGroups 1-4, ec2:DescribeSecurityGroupRules 1-2, ec2:DescribeNatGateways 1-2, ec2:DescribeInternetGateways, \
            ec2:DescribeVpcEndpoints, ec2:DescribeNetworkAcls, ec2:DescribeFlowLogs, ec2:DescribeInstances 1-2, ec2:DescribeVolumes 1-2, ec2:DescribeImages, \
            ec2:DescribeInstanceAttribute 0-2, ec2:DescribeInstanceTypes, ec2:DescribeLaunchTemplates, ec2:DescribeLaunchTemplateVersions, \
            ec2:DescribeInstanceCreditSpecifications, iam:GetRole 2-6, iam:ListRolePolicies 1-4, iam:ListAttachedRolePolicies 1-4, iam:GetRolePolicy 1-3, \
            iam:GetPolicy 1-3, iam:GetPolicyVersion 1-3, iam:ListRoleTags, iam:GetInstanceProfile 1-2, iam:ListPolicyVersions, \
            s3:GetBucketAcl 1-2, s3:GetBucketPolicy 1-2, s3:GetBucketVersioning 1-2, s3:GetBucketLogging, s3:GetBucketEncryption, s3:GetBucketLifecycle, \
            s3:GetBucketCors, s3:GetBucketWebsite, s3:GetBucketReplication, s3:GetBucketObjectLockConfiguration, s3:GetBucketTagging, \
            s3:GetBucketRequestPayment, s3:GetAccelerateConfiguration, s3:GetBucketPublicAccessBlock, s3:GetBucketOwnershipControls, \
            lambda:GetFunction 1-3, lambda:ListVersionsByFunction 1-2, lambda:GetFunctionCodeSigningConfig 1-2, lambda:GetPolicy, lambda:ListEventSourceMappings, \
            kms:DescribeKey 1-3, kms:GetKeyPolicy 1-2, kms:GetKeyRotationStatus 1-2, kms:ListResourceTags, kms:ListAliases, rds:DescribeDBInstances 1-2, \
            rds:ListTagsForResource 1-2, rds:DescribeDBSubnetGroups, rds:DescribeDBParameterGroups, dynamodb:DescribeTable 1-3, \
            dynamodb:DescribeContinuousBackups 1-2, dynamodb:DescribeTimeToLive, dynamodb:ListTagsOfResource, sqs:GetQueueAttributes 1-2, \
            sns:GetTopicAttributes 1-2, events:DescribeRule 1-2, events:ListTargetsByRule, secretsmanager:DescribeSecret 1-3, secretsmanager:GetResourcePolicy 1-2, \
            ssm:GetParameter 1-2, logs:DescribeLogGroups 1-3, cloudwatch:DescribeAlarms, route53:ListResourceRecordSets 0-2, acm:DescribeCertificate, \
            elasticloadbalancing:DescribeLoadBalancers, elasticloadbalancing:DescribeListeners, elasticloadbalancing:DescribeTargetGroups, \
            elasticloadbalancing:DescribeRules, elasticloadbalancing:DescribeLoadBalancerAttributes, ecs:DescribeServices, ecs:DescribeTaskDefinition, \
            eks:DescribeCluster, eks:DescribeNodegroup, autoscaling:DescribeAutoScalingGroups, backup:ListBackupVaults",
    },
    // An apply: roles, groups, buckets, functions come, change and go.
    Routine {
        actor: Actor::Terraform,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [30, 14, 40, 14, 34, 36, 16],
        pace: Pace::Machine,
        refused: 0,
        play: Play::Some(5, 14),
        script: "iam:CreateRole, iam:TagRole, iam:AttachRolePolicy 1-2, iam:PutRolePolicy, iam:CreatePolicy, iam:CreatePolicyVersion, iam:DeletePolicyVersion, \
            iam:UpdateAssumeRolePolicy, iam:UpdateRole, iam:DetachRolePolicy, iam:DeleteRolePolicy, iam:DeleteRole, iam:DeletePolicy, iam:CreateInstanceProfile, \
            iam:AddRoleToInstanceProfile, iam:CreateServiceLinkedRole, ec2:CreateSecurityGroup, ec2:AuthorizeSecurityGroupIngress 1-2, \
            ec2:AuthorizeSecurityGroupEgress, ec2:RevokeSecurityGroupIngress, ec2:DeleteSecurityGroup, ec2:CreateTags 1-2, ec2:CreateSubnet, ec2:CreateRoute, \
            ec2:CreateVpcEndpoint, ec2:CreateLaunchTemplateVersion, ec2:RunInstances, ec2:TerminateInstances, ec2:AllocateAddress, ec2:CreateVolume, \
            s3:CreateBucket, s3:PutBucketEncryption, s3:PutBucketPublicAccessBlock, s3:PutBucketVersioning, s3:PutBucketPolicy, s3:PutBucketTagging, \
            s3:PutBucketLogging, s3:PutBucketLifecycle, s3:PutBucketNotification, s3:DeleteBucket, lambda:CreateFunction, lambda:UpdateFunctionCode, \
            lambda:UpdateFunctionConfiguration, lambda:AddPermission, lambda:CreateEventSourceMapping, lambda:TagResource, lambda:PublishLayerVersion, \
            sqs:CreateQueue, sns:CreateTopic, sns:Subscribe, events:PutRule, events:PutTargets, dynamodb:CreateTable, dynamodb:UpdateTable, \
            kms:CreateKey, kms:CreateAlias, kms:EnableKeyRotation, secretsmanager:CreateSecret, secretsmanager:TagResource, ssm:PutParameter, \
            logs:CreateLogGroup, logs:PutRetentionPolicy, cloudwatch:PutMetricAlarm, cloudwatch:DeleteAlarms, rds:CreateDBInstance, rds:ModifyDBInstance, \
            rds:AddTagsToResource, ec2:ModifyInstanceAttribute, ec2:ImportKeyPair, iam:CreateUser 0-1, iam:TagUser 0-1, kms:PutKeyPolicy 0-1, elasticloadbalancing:CreateTargetGroup, elasticloadbalancing:ModifyRule, autoscaling:UpdateAutoScalingGroup, \
            route53:ChangeResourceRecordSets, ecs:RegisterTaskDefinition, ecs:UpdateService, eks:UpdateNodegroupConfig, wafv2:UpdateIPSet",
    },
    // What was only tried is taken down again, with its last snapshot.
    Routine {
        actor: Actor::Terraform,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [0, 0, 0, 0, 6, 16, 10],
        pace: Pace::Machine,
        refused: 0,
        play: Play::Some(4, 9),
        script: "ec2:TerminateInstances 1-2, rds:CreateDBSnapshot 0-1, rds:DeleteDBInstance, dynamodb:DeleteTable, logs:DeleteLogGroup, s3:DeleteBucket, \
            ec2:DeleteSecurityGroup, lambda:DeleteFunction, ecs:DeleteService, cloudwatch:DeleteAlarms, events:DeleteRule 0-1, ssm:DeleteParameter, \
            secretsmanager:DeleteSecret 0-1, ec2:DeleteVolume 0-1, iam:RemoveRoleFromInstanceProfile, iam:DeleteInstanceProfile, iam:DeleteRole",
    },
    // A branch gets a stack of its own to look at, until it is merged.
    Routine {
        actor: Actor::GitHub,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [0, 0, 0, 0, 0, 16, 0],
        pace: Pace::Machine,
        refused: 2,
        play: Play::InOrder,
        script: "sts:AssumeRoleWithWebIdentity, cloudformation:DescribeStacks, cloudformation:CreateStack 0-1, cloudformation:DescribeStackEvents 1-4, \
            cloudformation:DescribeStacks 1-2, cloudformation:DeleteStack 0-1",
    },
    // Images are built and handed to the production account.
    Routine {
        actor: Actor::Terraform,
        rhythm: Rhythm::Night(1),
        reach: Reach::Working,
        share: [0, 0, 4, 0, 0, 0, 0],
        pace: Pace::Machine,
        refused: 0,
        play: Play::InOrder,
        script: "ec2:DescribeImages, ec2:RunInstances, ec2:DescribeInstances 2-4, ec2:StopInstances, ec2:CreateImage, ec2:DescribeImages 2-4, \
            ec2:ModifyImageAttribute, ec2:TerminateInstances",
    },
    // A push to the main branch: an image, a task definition, a service.
    Routine {
        actor: Actor::GitHub,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [0, 0, 130, 14, 40, 50, 0],
        pace: Pace::Machine,
        refused: 3,
        play: Play::InOrder,
        script: "sts:AssumeRoleWithWebIdentity, sts:GetCallerIdentity, ecr:GetAuthorizationToken, ecr:BatchCheckLayerAvailability 1-4, \
            ecr:InitiateLayerUpload 1-2, ecr:UploadLayerPart 1-2, ecr:CompleteLayerUpload 1-2, ecr:PutImage, ecs:DescribeTaskDefinition, \
            ecs:RegisterTaskDefinition, ecs:UpdateService, ecs:DescribeServices 2-5",
    },
    // A push that deploys a function through a stack.
    Routine {
        actor: Actor::GitHub,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [0, 8, 10, 8, 22, 26, 0],
        pace: Pace::Machine,
        refused: 3,
        play: Play::InOrder,
        script: "sts:AssumeRoleWithWebIdentity, sts:GetCallerIdentity 0-1, cloudformation:DescribeStacks 1-2, cloudformation:CreateChangeSet, \
            cloudformation:DescribeChangeSet 1-3, cloudformation:ExecuteChangeSet, cloudformation:DescribeStackEvents 2-5, cloudformation:DescribeStacks, \
            lambda:UpdateFunctionCode 0-1, lambda:PublishVersion 0-1, lambda:UpdateAlias 0-1, cloudfront:CreateInvalidation 0-1",
    },
    // The older pipeline.
    Routine {
        actor: Actor::Jenkins,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [0, 0, 60, 8, 26, 26, 0],
        pace: Pace::Machine,
        refused: 3,
        play: Play::Some(4, 12),
        script: "sts:GetCallerIdentity, ecr:GetAuthorizationToken, ecr:DescribeImages 1-2, ecs:DescribeServices 1-3, ecs:UpdateService, \
            ecs:RegisterTaskDefinition, autoscaling:DescribeAutoScalingGroups 1-2, autoscaling:StartInstanceRefresh, lambda:UpdateFunctionCode, \
            lambda:UpdateAlias, ssm:GetParameter 1-2, ssm:SendCommand, ssm:GetCommandInvocation 1-3, elasticloadbalancing:DescribeTargetHealth 1-3, \
            elasticloadbalancing:RegisterTargets, elasticloadbalancing:DeregisterTargets, s3:GetBucketLocation, apigateway:CreateDeployment",
    },
    // Developers' machines go to sleep in the evening and wake in the morning.
    Routine {
        actor: Actor::Responder,
        rhythm: Rhythm::Night(5),
        reach: Reach::Working,
        share: [0, 0, 0, 0, 4, 12, 8],
        pace: Pace::Machine,
        refused: 0,
        play: Play::InOrder,
        script: "ec2:DescribeInstancesByTag, ec2:StartInstances 2-6, ec2:DescribeInstanceStatus 1-2",
    },
    Routine {
        actor: Actor::Responder,
        rhythm: Rhythm::Night(20),
        reach: Reach::Working,
        share: [0, 0, 0, 0, 4, 12, 8],
        pace: Pace::Machine,
        refused: 0,
        play: Play::InOrder,
        script: "ec2:DescribeInstancesByTag, ec2:StopInstances 2-6, ec2:DescribeInstanceStatus 1-2",
    },
];
