//! The defenders' services: CloudTrail, Config, GuardDuty, Security Hub, Inspector, Access Analyzer, Macie, WAF.

use super::{Service, Spec, failure};

pub(super) const SERVICES: &[Service] = &[
    Service::regional("cloudtrail.amazonaws.com", "cloudtrail", "cloudtrail.<region>.amazonaws.com", &[
        Spec::read("DescribeTrails", r#"{"trailNameList":[],"includeShadowTrails":true}"#),
        Spec::read("GetTrailStatus", r#"{"name":"<trail>"}"#),
        Spec::read("GetEventSelectors", r#"{"trailName":"<trail>"}"#),
        Spec::read("ListTags", r#"{"resourceIdList":["<trail>"]}"#),
        Spec::read("LookupEvents", r#"{"lookupAttributes":[{"attributeKey":"EventName","attributeValue":"<looked_up>"}],"maxResults":50}"#)
            .fails(&[failure(20, "ThrottlingException", "Rate exceeded")]),
        Spec::write("StopLogging", r#"{"name":"<trail>"}"#, "null"),
        Spec::write("StartLogging", r#"{"name":"<trail>"}"#, "null"),
        Spec::write("DeleteTrail", r#"{"name":"<trail>"}"#, "null"),
        Spec::write("UpdateTrail", r#"{"name":"<trail>","includeGlobalServiceEvents":false,"isMultiRegionTrail":false,"enableLogFileValidation":false}"#, r#"{"name":"app-audit","s3BucketName":"<company>-sec-cloudtrail","includeGlobalServiceEvents":false,"isMultiRegionTrail":false,"trailARN":"<trail>","logFileValidationEnabled":false,"isOrganizationTrail":false}"#),
        Spec::write("PutEventSelectors", r#"{"trailName":"<trail>","eventSelectors":[{"readWriteType":"<recorded>","includeManagementEvents":<recorded_management>,"dataResources":[],"excludeManagementEventSources":[<excluded_sources>]}]}"#, r#"{"trailARN":"<trail>","eventSelectors":[{"readWriteType":"<recorded>","includeManagementEvents":<recorded_management>,"dataResources":[],"excludeManagementEventSources":[<excluded_sources>]}]}"#),
    ]),
    Service::regional("config.amazonaws.com", "config", "config.<region>.amazonaws.com", &[
        Spec::read("DescribeConfigurationRecorders", "null"),
        Spec::read("DescribeConfigurationRecorderStatus", "null"),
        Spec::read("DescribeComplianceByConfigRule", r#"{"complianceTypes":["NON_COMPLIANT"]}"#),
        Spec::read("DescribeConfigRules", "null"),
        Spec::read("GetResourceConfigHistory", r#"{"resourceType":"AWS::EC2::SecurityGroup","resourceId":"<sg>","limit":10}"#),
        Spec::write("PutEvaluations", r#"{"evaluations":[{"complianceResourceType":"AWS::S3::Bucket","complianceResourceId":"<bucket>","complianceType":"COMPLIANT","orderingTimestamp":"<created>"}],"resultToken":"HIDDEN_DUE_TO_SECURITY_REASONS","testMode":false}"#, r#"{"failedEvaluations":[]}"#),
        Spec::write("StopConfigurationRecorder", r#"{"configurationRecorderName":"default"}"#, "null"),
        Spec::write("DeleteDeliveryChannel", r#"{"deliveryChannelName":"default"}"#, "null"),
        Spec::write("DeleteConfigurationRecorder", r#"{"configurationRecorderName":"default"}"#, "null"),
    ]).version("1.09"),
    Service::regional("guardduty.amazonaws.com", "guardduty", "guardduty.<region>.amazonaws.com", &[
        Spec::read("ListDetectors", "null"),
        Spec::read("GetDetector", r#"{"detectorId":"<detector>"}"#),
        Spec::read("ListFindings", r#"{"detectorId":"<detector>","maxResults":50}"#),
        Spec::read("GetFindings", r#"{"detectorId":"<detector>","findingIds":["<hex32>"]}"#),
        Spec::read("ListMembers", r#"{"detectorId":"<detector>","onlyAssociated":"true"}"#),
        Spec::read("GetMasterAccount", r#"{"detectorId":"<detector>"}"#),
        Spec::write("ArchiveFindings", r#"{"detectorId":"<detector>","findingIds":["<hex32>"]}"#, "null"),
        Spec::write("CreateFilter", r#"{"detectorId":"<detector>","name":"<filter_name>","action":"ARCHIVE","findingCriteria":{"criterion":{"severity":{"greaterThanOrEqual":1}}}}"#, r#"{"name":"<filter_name>"}"#),
        Spec::write("CreateIPSet", r#"{"detectorId":"<detector>","name":"<filter_name>","format":"TXT","location":"https://s3.amazonaws.com/<bucket>/allow.txt","activate":true}"#, r#"{"ipSetId":"<hex32>"}"#),
        Spec::write("UpdateDetector", r#"{"detectorId":"<detector>","enable":false}"#, "null"),
        Spec::write("DisassociateFromMasterAccount", r#"{"detectorId":"<detector>"}"#, "null"),
        Spec::write("DeleteDetector", r#"{"detectorId":"<detector>"}"#, "null")
            .fails(&[failure(1, "BadRequestException", "The request is rejected because the input detectorId is not owned by the current account.")]),
    ]),
    Service::regional("securityhub.amazonaws.com", "securityhub", "securityhub.<region>.amazonaws.com", &[
        Spec::read("GetFindings", r#"{"Filters":{"RecordState":[{"Comparison":"EQUALS","Value":"ACTIVE"}]},"MaxResults":100}"#),
        Spec::read("DescribeHub", "null").fails(&[failure(30, "InvalidAccessException", "Account <account> is not subscribed to AWS Security Hub")]),
        Spec::read("GetEnabledStandards", "null"),
        Spec::write("BatchImportFindings", r#"{"Findings":[{"SchemaVersion":"2018-10-08","Id":"<uuid>","GeneratorId":"<app>","AwsAccountId":"<account>"}]}"#, r#"{"FailedCount":0,"SuccessCount":1,"FailedFindings":[]}"#),
        Spec::write("BatchUpdateFindings", r#"{"FindingIdentifiers":[{"Id":"arn:aws:securityhub:<region>:<account>:subscription/<uuid>","ProductArn":"arn:aws:securityhub:<region>::product/aws/securityhub"}],"Workflow":{"Status":"RESOLVED"}}"#, r#"{"ProcessedFindings":[],"UnprocessedFindings":[]}"#),
        Spec::write("BatchDisableStandards", r#"{"StandardsSubscriptionArns":["arn:aws:securityhub:<region>:<account>:subscription/aws-foundational-security-best-practices/v/1.0.0"]}"#, "null"),
        Spec::write("DisableSecurityHub", "null", "null"),
    ]),
    Service::regional("access-analyzer.amazonaws.com", "access-analyzer", "access-analyzer.<region>.amazonaws.com", &[
        Spec::read("ListAnalyzers", r#"{"type":"ORGANIZATION"}"#),
        Spec::read("ListFindingsV2", r#"{"analyzerArn":"arn:aws:access-analyzer:<region>:<account>:analyzer/organization","maxResults":100}"#),
        Spec::read("ValidatePolicy", r#"{"policyType":"IDENTITY_POLICY","policyDocument":"***"}"#),
        Spec::write("DeleteAnalyzer", r#"{"analyzerName":"organization"}"#, "null"),
    ]),
    Service::regional("inspector2.amazonaws.com", "inspector2", "inspector2.<region>.amazonaws.com", &[
        Spec::read("ListFindings", r#"{"maxResults":100}"#),
        Spec::read("BatchGetAccountStatus", r#"{"accountIds":["<account>"]}"#),
        Spec::read("ListCoverage", r#"{"maxResults":200}"#),
        Spec::write("Disable", r#"{"accountIds":["<account>"],"resourceTypes":["EC2","ECR","LAMBDA"]}"#, r#"{"accounts":[{"accountId":"<account>","status":"DISABLING"}],"failedAccounts":[]}"#),
    ]),
    Service::regional("macie2.amazonaws.com", "macie2", "macie2.<region>.amazonaws.com", &[
        Spec::read("GetMacieSession", "null").fails(&[failure(100, "AccessDeniedException", "Macie is not enabled")]),
        Spec::read("ListFindings", r#"{"maxResults":50}"#),
        Spec::write("DisableMacie", "null", "null"),
    ]),
    Service::regional("wafv2.amazonaws.com", "wafv2", "wafv2.<region>.amazonaws.com", &[
        Spec::read("ListWebACLs", r#"{"scope":"REGIONAL","limit":100}"#),
        Spec::read("GetWebACL", r#"{"name":"<app>","scope":"REGIONAL","id":"<uuid>"}"#),
        Spec::write("UpdateIPSet", r#"{"name":"<app>-blocked","scope":"REGIONAL","id":"<uuid>","addresses":["<public_ip>/32"],"lockToken":"<uuid_b>"}"#, r#"{"nextLockToken":"<uuid_c>"}"#),
    ]),
    Service::regional("detective.amazonaws.com", "detective", "api.detective.<region>.amazonaws.com", &[
        Spec::read("ListGraphs", "null"),
    ]),
];
