//! Queues, topics, events, workflows, names.

use super::{Service, Spec, failure};

pub(super) const SERVICES: &[Service] = &[
    Service::regional("sqs.amazonaws.com", "sqs", "sqs.<region>.amazonaws.com", &[
        Spec::read("GetQueueAttributes", r#"{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>","attributeNames":["ApproximateNumberOfMessages"]}"#)
            .resources(r#"[{"accountId":"<account>","type":"AWS::SQS::Queue","ARN":"arn:aws:sqs:<region>:<account>:<queue>"}]"#),
        Spec::read("GetQueueUrl", r#"{"queueName":"<queue>"}"#)
            .fails(&[failure(6, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")]),
        Spec::read("ListQueues", r#"{"maxResults":1000}"#),
        Spec::write("CreateQueue", r#"{"queueName":"<queue>","attributes":{"KmsMasterKeyId":"alias/<env>/<app>","MessageRetentionPeriod":"345600"},"tags":{"service":"<app>"}}"#, r#"{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>"}"#),
        Spec::write("SetQueueAttributes", r#"{"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>","attributes":{"VisibilityTimeout":"120"}}"#, "null"),
    ]).refusal("AccessDenied"),
    Service::regional("sns.amazonaws.com", "sns", "sns.<region>.amazonaws.com", &[
        Spec::read("ListTopics", "null"),
        Spec::read("GetTopicAttributes", r#"{"topicArn":"arn:aws:sns:<region>:<account>:<topic>"}"#),
        Spec::read("ListSubscriptionsByTopic", r#"{"topicArn":"arn:aws:sns:<region>:<account>:<topic>"}"#),
        Spec::write("Subscribe", r#"{"topicArn":"arn:aws:sns:<region>:<account>:<topic>","protocol":"sqs","endpoint":"arn:aws:sqs:<region>:<account>:<queue>"}"#, r#"{"subscriptionArn":"arn:aws:sns:<region>:<account>:<topic>:<uuid>"}"#),
        Spec::write("CreateTopic", r#"{"name":"<topic>","tags":[{"key":"service","value":"<app>"}]}"#, r#"{"topicArn":"arn:aws:sns:<region>:<account>:<topic>"}"#),
    ]).refusal("AuthorizationError"),
    Service::regional("events.amazonaws.com", "events", "events.<region>.amazonaws.com", &[
        Spec::read("ListRules", "null"),
        Spec::read("DescribeRule", r#"{"name":"<app>-schedule"}"#),
        Spec::read("ListTargetsByRule", r#"{"rule":"<app>-schedule"}"#),
        Spec::write("PutRule", r#"{"name":"<app>-schedule","scheduleExpression":"rate(15 minutes)","state":"ENABLED"}"#, r#"{"ruleArn":"arn:aws:events:<region>:<account>:rule/<app>-schedule"}"#),
        Spec::write("PutTargets", r#"{"rule":"<app>-schedule","targets":[{"id":"<app>","arn":"arn:aws:lambda:<region>:<account>:function:<function>"}]}"#, r#"{"failedEntryCount":0,"failedEntries":[]}"#),
        Spec::write("DisableRule", r#"{"name":"<event_rule>"}"#, "null"),
        Spec::write("DeleteRule", r#"{"name":"<event_rule>"}"#, "null"),
    ]),
    Service::regional("states.amazonaws.com", "states", "states.<region>.amazonaws.com", &[
        Spec::read("ListStateMachines", r#"{"maxResults":100}"#),
        Spec::read("DescribeExecution", r#"{"executionArn":"arn:aws:states:<region>:<account>:execution:<app>-flow:<uuid>"}"#),
        Spec::write("StartExecution", r#"{"stateMachineArn":"arn:aws:states:<region>:<account>:stateMachine:<app>-flow","name":"<uuid>","input":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#, r#"{"executionArn":"arn:aws:states:<region>:<account>:execution:<app>-flow:<uuid>","startDate":"<created>"}"#)
            .resources(r#"[{"accountId":"<account>","type":"AWS::StepFunctions::StateMachine","ARN":"arn:aws:states:<region>:<account>:stateMachine:<app>-flow"}]"#),
    ]),
    Service::regional("route53.amazonaws.com", "route53", "route53.amazonaws.com", &[
        Spec::read("ListHostedZones", "null").api_version("2013-04-01"),
        Spec::read("ListResourceRecordSets", r#"{"hostedZoneId":"<zone>","maxItems":"300"}"#).api_version("2013-04-01")
            .fails(&[failure(10, "ThrottlingException", "Rate exceeded")]),
        Spec::read("GetChange", r#"{"id":"C<upper_20>"}"#).api_version("2013-04-01"),
        Spec::write("ChangeResourceRecordSets", r#"{"hostedZoneId":"<zone>","changeBatch":{"changes":[{"action":"UPSERT","resourceRecordSet":{"name":"<app>.<env>.<domain>.","type":"A","aliasTarget":{"hostedZoneId":"Z35SXDOTRQ7X7K","dNSName":"internal-<app>.<region>.elb.amazonaws.com.","evaluateTargetHealth":true}}}]}}"#, r#"{"changeInfo":{"id":"/change/C<upper_20>","status":"PENDING","submittedAt":"<created>"}}"#).api_version("2013-04-01"),
    ]).global().refusal("AccessDenied"),
    Service::regional("cloudfront.amazonaws.com", "cloudfront", "cloudfront.amazonaws.com", &[
        Spec::read("ListDistributions", "null").api_version("2020_05_31"),
        Spec::write("CreateInvalidation", r#"{"distributionId":"E<upper_13>","invalidationBatch":{"callerReference":"<hex16>","paths":{"items":["/*"],"quantity":1}}}"#, r#"{"location":"https://cloudfront.amazonaws.com/2020-05-31/distribution/E<upper_13>/invalidation/I<upper_13>","invalidation":{"id":"I<upper_13>","status":"InProgress","createTime":"<created>"}}"#).api_version("2020_05_31"),
    ]).global().refusal("AccessDenied"),
    Service::regional("acm.amazonaws.com", "acm", "acm.<region>.amazonaws.com", &[
        Spec::read("ListCertificates", r#"{"maxItems":100}"#),
        Spec::read("DescribeCertificate", r#"{"certificateArn":"arn:aws:acm:<region>:<account>:certificate/<uuid>"}"#),
    ]),
    Service::regional("ses.amazonaws.com", "ses", "email.<region>.amazonaws.com", &[
        Spec::read("GetSendQuota", "null"),
        Spec::read("GetAccount", "null"),
        Spec::read("ListIdentities", r#"{"maxItems":100}"#),
        Spec::read("GetAccountSendingEnabled", "null"),
        Spec::read("GetIdentityVerificationAttributes", r#"{"identities":["<domain>"]}"#),
        Spec::write("VerifyEmailIdentity", r#"{"emailAddress":"<mail_from>"}"#, "null"),
        Spec::write("CreateEmailIdentity", r#"{"emailIdentity":"<mail_domain>"}"#, r#"{"identityType":"DOMAIN","verifiedForSendingStatus":false}"#),
        Spec::write("UpdateAccountSendingEnabled", r#"{"enabled":true}"#, "null"),
        Spec::write("PutAccountDetails", r#"{"mailType":"MARKETING","websiteURL":"HIDDEN_DUE_TO_SECURITY_REASONS","useCaseDescription":"HIDDEN_DUE_TO_SECURITY_REASONS","productionAccessEnabled":true}"#, "null"),
        Spec::write("CreateTemplate", r#"{"template":{"templateName":"<mail_template>","subjectPart":"HIDDEN_DUE_TO_SECURITY_REASONS"}}"#, "null"),
        Spec::write("SendEmail", r#"{"source":"<mail_from>","destination":{"toAddresses":["HIDDEN_DUE_TO_SECURITY_REASONS"]},"message":{"subject":"HIDDEN_DUE_TO_SECURITY_REASONS","body":"HIDDEN_DUE_TO_SECURITY_REASONS"}}"#, r#"{"messageId":"0100<hex16>-<uuid>-000000"}"#),
    ]).refusal("AccessDenied"),
];
