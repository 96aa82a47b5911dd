//! Running systems: Systems Manager's fleet, CloudWatch, logs, CloudFormation, the small looks of the console.

use super::{Kind, Service, Spec, failure};

const COMMAND: &str = r#"{"command":{"commandId":"<uuid>","documentName":"<document>","documentVersion":"$DEFAULT","comment":"","expiresAfter":"<expires>","parameters":"HIDDEN_DUE_TO_SECURITY_REASONS","instanceIds":["<instance>"],"targets":[],"requestedDateTime":"<created>","status":"Pending","statusDetails":"Pending","outputS3Region":"<region>","maxConcurrency":"50","maxErrors":"0","targetCount":1,"completedCount":0,"errorCount":0,"deliveryTimedOutCount":0,"serviceRole":"","interactive":false}}"#;
const THROTTLED: &[super::Failure] = &[failure(5, "ThrottlingException", "Rate exceeded")];

pub(super) const SERVICES: &[Service] = &[
    Service::regional("ssm.amazonaws.com", "ssm", "ssm.<region>.amazonaws.com", &[
        Spec::write("UpdateInstanceInformation", r#"{"instanceId":"<instance>","agentVersion":"3.3.1611.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","agentName":"amazon-ssm-agent"}"#, "null"),
        Spec::write("UpdateInstanceAssociationStatus", r#"{"associationId":"<uuid>","instanceId":"<instance>","executionResult":{"executionDate":"<created>","status":"Success","executionSummary":"1 out of 1 plugin processed, 1 success, 0 failed, 0 timedout, 0 skipped. ","errorCode":""}}"#, "null")
            .resources(r#"[{"accountId":"<account>","ARN":"arn:aws:ssm:<region>:<account>:association/<uuid>"},{"accountId":"<account>","ARN":"arn:aws:ec2:<region>:<account>:instance/<instance>"}]"#),
        Spec::write("PutInventory", r#"{"instanceId":"<instance>","items":[{"typeName":"AWS:InstanceInformation","schemaVersion":"1.0","captureTime":"<now_iso>","contentHash":"<b64_22>=="},{"typeName":"AWS:Application","schemaVersion":"1.1","captureTime":"<now_iso>","contentHash":"<b64_22>=="}]}"#, "null"),
        Spec::read("ListInstanceAssociations", r#"{"instanceId":"<instance>","maxResults":20}"#).resources(r#"[{"accountId":"<account>","ARN":"arn:aws:ec2:<region>:<account>:instance/<instance>"}]"#),
        Spec::read("DescribeInstanceInformation", r#"{"maxResults":50}"#),
        Spec::read("GetDocument", r#"{"name":"<document>","documentVersion":"1"}"#),
        Spec::read("ListDocuments", r#"{"maxResults":50}"#),
        Spec::read("GetCommandInvocation", r#"{"commandId":"<uuid>","instanceId":"<instance>"}"#)
            .fails(&[failure(30, "InvocationDoesNotExist", "")]),
        Spec::read("ListCommandInvocations", r#"{"commandId":"<uuid>","details":false}"#),
        Spec::write("SendCommand", r#"{"instanceIds":["<instance>"],"documentName":"<document>","parameters":"HIDDEN_DUE_TO_SECURITY_REASONS","interactive":false}"#, COMMAND)
            .fails(&[failure(10, "InvalidInstanceId", "Instances [[<instance>]] not in a valid state for account <account>")]),
        Spec::write("StartSession", r#"{"target":"<instance>","documentName":"SSM-SessionManagerRunShell"}"#, r#"{"sessionId":"<caller_session>-0<hex16>","tokenValue":"Value hidden due to security reasons.","streamUrl":"wss://ssmmessages.<region>.amazonaws.com/v1/data-channel/<caller_session>-0<hex16>?role=publish_subscribe"}"#)
            .resources(r#"[{"accountId":"<account>","ARN":"arn:aws:ec2:<region>:<account>:instance/<instance>"}]"#)
            .fails(&[failure(20, "TargetNotConnected", "<instance> is not connected.")]),
        Spec::write("TerminateSession", r#"{"sessionId":"<caller_session>-0<hex16>"}"#, r#"{"sessionId":"<caller_session>-0<hex16>"}"#),
    ]),
    Service::regional("monitoring.amazonaws.com", "cloudwatch", "monitoring.<region>.amazonaws.com", &[
        Spec::read("DescribeAlarms", r#"{"maxRecords":100}"#),
        Spec::read("GetMetricData", r#"{"startTime":"<created>","endTime":"<created>","maxDatapoints":500}"#),
        Spec::read("ListMetrics", r#"{"namespace":"AWS/ECS","recentlyActive":"PT3H"}"#),
        Spec::read("ListDashboards", "null"),
        Spec::write("PutMetricAlarm", r#"{"alarmName":"<app>-<alarm>","comparisonOperator":"GreaterThanThreshold","evaluationPeriods":3,"metricName":"<alarm>","namespace":"AWS/ApplicationELB","period":60,"statistic":"Sum","threshold":<small>,"alarmActions":["arn:aws:sns:<region>:<account>:<topic>"]}"#, "null").api_version("2010-08-01"),
        Spec::write("DeleteAlarms", r#"{"alarmNames":["<app>-<alarm>"]}"#, "null").api_version("2010-08-01"),
    ]).refusal("AccessDenied"),
    Service::regional("logs.amazonaws.com", "logs", "logs.<region>.amazonaws.com", &[
        Spec::write("CreateLogStream", r#"{"logGroupName":"<log_group>","logStreamName":"<app>/app/<hex32>"}"#, "null").api_version("20140328")
            .fails(&[failure(20, "ResourceAlreadyExistsException", "The specified log stream already exists")]),
        Spec::write("CreateLogGroup", r#"{"logGroupName":"<log_group>"}"#, "null").api_version("20140328")
            .fails(&[failure(150, "ResourceAlreadyExistsException", "The specified log group already exists")]),
        Spec::write("PutRetentionPolicy", r#"{"logGroupName":"<log_group>","retentionInDays":<retention>}"#, "null").api_version("20140328"),
        Spec::write("DeleteLogGroup", r#"{"logGroupName":"<log_group>"}"#, "null").api_version("20140328"),
        Spec::read("DescribeLogGroups", r#"{"logGroupNamePrefix":"<log_group>","limit":50}"#).api_version("20140328"),
        Spec::read("DescribeLogStreams", r#"{"logGroupName":"<log_group>","orderBy":"LastEventTime","descending":true,"limit":50}"#).api_version("20140328")
            .fails(&[failure(10, "ResourceNotFoundException", "The specified log group does not exist.")]),
        Spec::read("FilterLogEvents", r#"{"logGroupName":"<log_group>","startTime":<now_ms>,"limit":1000}"#).api_version("20140328").fails(THROTTLED),
        Spec::read("StartQuery", r#"{"logGroupNames":["<log_group>"],"startTime":<now_s>,"endTime":<now_s>,"queryString":"HIDDEN_DUE_TO_SECURITY_REASONS","limit":1000}"#).answers(r#"{"queryId":"<uuid>"}"#).api_version("20140328"),
        Spec::read("GetQueryResults", r#"{"queryId":"<uuid>"}"#).api_version("20140328"),
    ]),
    Service::regional("cloudformation.amazonaws.com", "cloudformation", "cloudformation.<region>.amazonaws.com", &[
        Spec::read("DescribeStacks", r#"{"stackName":"<stack>"}"#)
            .fails(&[failure(40, "ValidationException", "Stack with id <stack> does not exist")]),
        Spec::read("DescribeStackEvents", r#"{"stackName":"<stack>"}"#).fails(&[failure(6, "Throttling", "Rate exceeded")]),
        Spec::read("DescribeChangeSet", r#"{"stackName":"<stack>","changeSetName":"deploy-<hex8>"}"#),
        Spec::read("GetTemplate", r#"{"stackName":"<stack>","templateStage":"Original"}"#),
        Spec::read("ListStacks", r#"{"stackStatusFilter":["CREATE_COMPLETE","UPDATE_COMPLETE"]}"#),
        Spec::write("CreateChangeSet", r#"{"stackName":"<stack>","changeSetName":"deploy-<hex8>","changeSetType":"UPDATE","templateURL":"https://<company>-shared-templates.s3.amazonaws.com/<hex32>.template","capabilities":["CAPABILITY_NAMED_IAM"],"parameters":[],"tags":[{"key":"service","value":"<app>"}]}"#, r#"{"id":"arn:aws:cloudformation:<region>:<account>:changeSet/deploy-<hex8>/<uuid>","stackId":"arn:aws:cloudformation:<region>:<account>:stack/<stack>/<uuid_b>"}"#),
        Spec::write("ExecuteChangeSet", r#"{"stackName":"<stack>","changeSetName":"deploy-<hex8>","clientRequestToken":"<uuid>"}"#, "null"),
        Spec::write("CreateStack", r#"{"stackName":"<stack>","templateBody":"HIDDEN_DUE_TO_SECURITY_REASONS","roleARN":"<passed_role>","capabilities":["CAPABILITY_NAMED_IAM"],"parameters":[],"tags":[]}"#, r#"{"stackId":"arn:aws:cloudformation:<region>:<account>:stack/<stack>/<uuid>"}"#),
        Spec::write("DeleteStack", r#"{"stackName":"<stack>"}"#, "null"),
    ]).refusal("AccessDenied"),
    Service::regional("health.amazonaws.com", "health", "health.us-east-1.amazonaws.com", &[
        Spec::read("DescribeEventAggregates", r#"{"filter":{"eventStatusCodes":["open","upcoming"],"startTimes":[{"from":"<created>"}]},"aggregateField":"eventTypeCategory"}"#),
    ]).global(),
    Service::regional("notifications.amazonaws.com", "notifications", "notifications.us-east-1.api.aws", &[
        Spec::read("ListNotificationHubs", "null"),
    ]).global(),
    Service::regional("tagging.amazonaws.com", "tag", "tagging.<region>.amazonaws.com", &[
        Spec::read("GetResources", r#"{"resourcesPerPage":100,"tagFilters":[{"key":"service","values":["<app>"]}]}"#),
    ]),
    Service::regional("resource-explorer-2.amazonaws.com", "resource-explorer-2", "resource-explorer-2.<region>.amazonaws.com", &[
        Spec::read("ListIndexes", r#"{"Type":"AGGREGATOR"}"#),
        Spec::read("Search", r#"{"QueryString":"***"}"#),
    ]),
    Service::regional("servicequotas.amazonaws.com", "servicequotas", "servicequotas.<region>.amazonaws.com", &[
        Spec::read("GetServiceQuota", r#"{"serviceCode":"ec2","quotaCode":"L-<quota>"}"#),
        Spec::read("ListServiceQuotas", r#"{"serviceCode":"ec2"}"#),
        Spec::write("RequestServiceQuotaIncrease", r#"{"serviceCode":"ec2","quotaCode":"L-<quota>","desiredValue":<small>}"#, r#"{"requestedQuota":{"id":"<hex32>","serviceCode":"ec2","quotaCode":"L-<quota>","status":"PENDING","requester":"{\"accountId\":\"<account>\",\"callerArn\":\"<caller>\"}"}}"#),
    ]),
    Service::regional("trustedadvisor.amazonaws.com", "trustedadvisor", "trustedadvisor.us-east-1.amazonaws.com", &[
        Spec::write("RefreshCheck", "null", "null").details(r#"{"checkId":"<letters>","status":"ok"}"#).kind(Kind::Service),
    ]).global(),
];
