//! People at their desks.

use super::{Actor, Pace, Play, Reach, Rhythm, Routine};

pub(super) const ROUTINES: &[Routine] = &[
    // Somebody opens the console, looks at instances, load balancers and alarms.
    Routine {
        actor: Actor::Console,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [40, 20, 40, 45, 70, 90, 220],
        pace: Pace::Person,
        refused: 12,
        play: Play::Some(5, 14),
        script: "ec2:DescribeInstancesAll 1-2, ec2:DescribeInstanceStatus, ec2:DescribeSecurityGroups 1-3, ec2:DescribeVolumesAll, ec2:DescribeTags, \
            ec2:DescribeVpcs, ec2:DescribeSubnets, ec2:DescribeAvailabilityZones, ec2:DescribeAccountAttributes, ec2:DescribeInstanceAttribute 0-2, \
            cloudwatch:DescribeAlarms 1-3, cloudwatch:GetMetricData 1-4, cloudwatch:ListDashboards, logs:DescribeLogGroups 1-2, logs:DescribeLogStreams 1-2, \
            logs:FilterLogEvents 1-3, logs:StartQuery, logs:GetQueryResults 1-4, health:DescribeEventAggregates 1-3, notifications:ListNotificationHubs, \
            lambda:ListFunctions, lambda:GetFunction 0-2, ecs:ListClusters, ecs:DescribeClusters, ecs:ListServices, ecs:DescribeServices 1-2, \
            ecs:DescribeTasks 0-2, rds:DescribeDBInstancesAll, rds:DescribeDBClusters, rds:DescribeEvents, sqs:ListQueues, sns:ListTopics, \
            dynamodb:ListTables, dynamodb:DescribeTable 1-2, s3:ListBuckets, s3:GetBucketLocation 1-3, s3:GetBucketVersioning, \
            autoscaling:DescribeAutoScalingGroups, elasticloadbalancing:DescribeLoadBalancers, elasticloadbalancing:DescribeTargetHealth, \
            cloudformation:ListStacks, cloudformation:DescribeStacks, resource-explorer-2:ListIndexes, servicequotas:GetServiceQuota 0-1, bedrock:ListFoundationModels 0-1, ses:GetAccount 0-1, tag:GetResources, ce:GetCostAndUsage 0-1",
    },
    // The same people at the command line.
    Routine {
        actor: Actor::Shell,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [15, 10, 25, 15, 40, 70, 160],
        pace: Pace::Person,
        refused: 14,
        play: Play::Some(3, 8),
        script: "sts:GetCallerIdentity, ec2:DescribeInstancesByTag, ec2:DescribeInstances, ecs:ListTasks, ecs:DescribeTasks, ecs:DescribeTaskDefinition, \
            logs:DescribeLogStreams, logs:FilterLogEvents 1-3, s3:ListBuckets, eks:DescribeCluster, eks:ListClusters, ecr:DescribeRepositories, \
            ecr:DescribeImages, ssm:DescribeParameters, ssm:GetParameter, dynamodb:DescribeTable, rds:DescribeDBInstances, cloudformation:DescribeStacks, \
            cloudformation:DescribeStackEvents 1-3, lambda:GetFunctionConfiguration, sqs:GetQueueAttributes, ecr:GetAuthorizationToken, \
            states:ListStateMachines, athena:StartQueryExecution, athena:GetQueryExecution 1-3, athena:GetQueryResults, sns:ListSubscriptionsByTopic, \
            events:ListRules, events:DescribeRule",
    },
    // Small changes by hand where developers may.
    Routine {
        actor: Actor::Console,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [0, 0, 0, 0, 8, 22, 80],
        pace: Pace::Person,
        refused: 10,
        play: Play::Some(2, 5),
        script: "lambda:UpdateFunctionCode, lambda:UpdateFunctionConfiguration, ecs:UpdateService, sqs:SetQueueAttributes, ec2:StartInstances, \
            ec2:StopInstances, ec2:CreateTags, ssm:PutParameter, cloudwatch:PutMetricAlarm, states:StartExecution, logs:PutRetentionPolicy, \
            dynamodb:UpdateTable, sns:Subscribe, events:PutRule, ecs:StopTask, rds:RebootDBInstance, s3:PutBucketTagging, lambda:PublishVersion",
    },
    // Somebody signs on to an account and lands on the first page.
    Routine {
        actor: Actor::SigningOn,
        rhythm: Rhythm::Office,
        reach: Reach::Global,
        share: [14, 10, 10, 8, 10, 12, 50],
        pace: Pace::Person,
        refused: 0,
        play: Play::InOrder,
        script: "sts:AssumeRoleWithSAML, signin:ConsoleLoginFederated, health:DescribeEventAggregates 1-2, notifications:ListNotificationHubs, \
            ce:GetCostAndUsage 0-1, account:ListRegions 0-1, ec2:DescribeRegions",
    },
    // The portal itself.
    Routine {
        actor: Actor::Portal,
        rhythm: Rhythm::Office,
        reach: Reach::Global,
        share: [230, 0, 0, 0, 0, 0, 0],
        pace: Pace::Person,
        refused: 0,
        play: Play::InOrder,
        script: "sso:Authenticate 1-2, sso:ListAccounts 0-1, sso:ListAccountRoles 0-2, sso:Federate 1-2, sso:GetRoleCredentials 0-1",
    },
    // The last users with passwords, in accounts where single sign-on came late.
    Routine {
        actor: Actor::OldUser,
        rhythm: Rhythm::Office,
        reach: Reach::Global,
        share: [3, 0, 3, 0, 0, 4, 30],
        pace: Pace::Person,
        refused: 0,
        play: Play::InOrder,
        script: "signin:CheckMfa, signin:ConsoleLogin 1-2, ec2:DescribeInstancesAll, iam:ListMFADevices 0-1, s3:ListBuckets, ec2:DescribeRegions, \
            cloudwatch:DescribeAlarms, health:DescribeEventAggregates",
    },
    // Finance looks at the bill.
    Routine {
        actor: Actor::Finance,
        rhythm: Rhythm::Office,
        reach: Reach::Global,
        share: [40, 0, 0, 0, 0, 0, 0],
        pace: Pace::Person,
        refused: 15,
        play: Play::Some(3, 8),
        script: "ce:GetCostAndUsage 1-4, ce:GetCostForecast 1-2, ce:GetAnomalies, budgets:DescribeBudgets, organizations:ListAccounts, \
            organizations:DescribeOrganization",
    },
    // The platform team tends the organisation.
    Routine {
        actor: Actor::Console,
        rhythm: Rhythm::Office,
        reach: Reach::Global,
        share: [70, 0, 0, 0, 0, 0, 0],
        pace: Pace::Person,
        refused: 0,
        play: Play::Some(3, 8),
        script: "organizations:DescribeOrganization, organizations:ListAccounts 1-2, organizations:ListRoots, organizations:ListParents 1-3, \
            organizations:ListPolicies, organizations:DescribePolicy, organizations:ListPoliciesForTarget, organizations:ListTargetsForPolicy, organizations:DescribeAccount, \
            organizations:TagResource, sso:ListInstances, sso:ListPermissionSets, sso:DescribePermissionSet 1-3, support:DescribeCases, \
            iam:ListRoles, iam:GetRole 1-2, cloudtrail:DescribeTrails, cloudtrail:GetTrailStatus",
    },
    // Queries over the data lake.
    Routine {
        actor: Actor::Shell,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [0, 0, 0, 10, 6, 4, 0],
        pace: Pace::Person,
        refused: 6,
        play: Play::Some(4, 10),
        script: "athena:StartQueryExecution 1-3, athena:GetQueryExecution 2-6, athena:GetQueryResults 1-2, glue:GetTable 1-3, glue:GetTables, \
            glue:GetDatabases, glue:GetPartitions 1-4, athena:ListWorkGroups, sagemaker:ListEndpoints, sagemaker:DescribeTrainingJob",
    },
    // On call: somebody opens a shell on a machine the sanctioned way.
    Routine {
        actor: Actor::Shell,
        rhythm: Rhythm::Office,
        reach: Reach::Working,
        share: [0, 0, 2, 0, 2, 4, 8],
        pace: Pace::Person,
        refused: 0,
        play: Play::InOrder,
        script: "ec2:DescribeInstancesByTag, ssm:DescribeInstanceInformation, ssm:StartSession, ssm:TerminateSession",
    },
];
