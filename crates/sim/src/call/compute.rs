//! Lambda, auto scaling, load balancers, API Gateway.

use super::{Service, Spec, failure};

const FUNCTION: &str = r#"{"functionName":"<function>","functionArn":"arn:aws:lambda:<region>:<account>:function:<function>","runtime":"python3.12","role":"arn:aws:iam::<account>:role/<app>-lambda","handler":"app.handler","codeSize":<object_bytes>,"description":"","timeout":30,"memorySize":512,"lastModified":"<now_iso>","codeSha256":"<b64_43>=","version":"<version>","environment":{},"tracingConfig":{"mode":"Active"},"revisionId":"<uuid>","state":"Active","lastUpdateStatus":"InProgress","lastUpdateStatusReason":"The function is being created.","lastUpdateStatusReasonCode":"Creating","packageType":"Zip","architectures":["arm64"],"ephemeralStorage":{"size":512},"snapStart":{"applyOn":"None","optimizationStatus":"Off"},"loggingConfig":{"logFormat":"JSON","logGroup":"/aws/lambda/<function>"}}"#;
const BUSY: &[super::Failure] = &[failure(
    12,
    "ResourceConflictException",
    "The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:<region>:<account>:function:<function>",
)];

pub(super) const SERVICES: &[Service] = &[
    Service::regional("lambda.amazonaws.com", "lambda", "lambda.<region>.amazonaws.com", &[
        Spec::read("GetFunction20150331v2", r#"{"functionName":"<function>"}"#)
            .fails(&[failure(10, "ResourceNotFoundException", "Function not found: arn:aws:lambda:<region>:<account>:function:<function>")]),
        Spec::read("GetFunctionConfiguration20150331v2", r#"{"functionName":"<function>"}"#),
        Spec::read("GetPolicy20150331v2", r#"{"functionName":"<function>"}"#)
            .fails(&[failure(200, "ResourceNotFoundException", "The resource you requested does not exist.")]),
        Spec::read("ListFunctions20150331", r#"{"maxItems":50}"#),
        Spec::read("ListVersionsByFunction20150331", r#"{"functionName":"<function>","maxItems":50}"#),
        Spec::read("GetFunctionCodeSigningConfig", r#"{"functionName":"<function>"}"#),
        Spec::read("ListEventSourceMappings20150331", r#"{"functionName":"<function>"}"#),
        Spec::read("ListTags20170331", r#"{"resource":"arn:aws:lambda:<region>:<account>:function:<function>"}"#),
        Spec::write("CreateFunction20150331", r#"{"functionName":"<function>","runtime":"python3.12","role":"<passed_role>","handler":"app.handler","code":{"s3Bucket":"<company>-<env>-artifacts-<code>","s3Key":"<app>/<hex32>.zip"},"description":"","timeout":30,"memorySize":512,"publish":false,"packageType":"Zip","environment":{},"tags":{"service":"<app>"}}"#, FUNCTION)
            .fails(&[failure(40, "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.")]),
        Spec::write("UpdateFunctionCode20150331v2", r#"{"fullyQualifiedArn":{"arnPrefix":{"partition":"aws","region":"<region>","account":"<account>"},"relativeId":{"functionName":"<function>"},"functionQualifier":{}},"functionName":"<function>","s3Bucket":"<company>-<env>-artifacts-<code>","s3Key":"<app>/<hex32>.zip","publish":false,"dryRun":false}"#, FUNCTION).fails(BUSY),
        Spec::write("UpdateFunctionConfiguration20150331v2", r#"{"functionName":"<function>","role":"arn:aws:iam::<account>:role/<app>-lambda","timeout":30,"memorySize":512,"environment":{},"layers":[<layer>]}"#, FUNCTION).fails(BUSY),
        Spec::write("PublishVersion20150331", r#"{"functionName":"<function>"}"#, FUNCTION),
        Spec::write("PublishLayerVersion20181031", r#"{"layerName":"<layer_name>","compatibleRuntimes":["python3.12"],"content":{"s3Bucket":"<company>-<env>-artifacts-<code>","s3Key":"layers/<hex32>.zip"}}"#, r#"{"layerArn":"arn:aws:lambda:<region>:<account>:layer:<layer_name>","layerVersionArn":"arn:aws:lambda:<region>:<account>:layer:<layer_name>:<version>","description":"","createdDate":"<now_iso>","version":<version>}"#),
        Spec::write("AddPermission20150331v2", r#"{"functionName":"<function>","statementId":"<statement_id>","action":"<invoke_action>","principal":"<invoker>"}"#, r#"{"statement":"{\"Sid\":\"<statement_id>\",\"Effect\":\"Allow\",\"Principal\":\"<invoker>\",\"Action\":\"<invoke_action>\",\"Resource\":\"arn:aws:lambda:<region>:<account>:function:<function>\"}"}"#)
            .fails(&[failure(20, "ResourceConflictException", "The statement id (<statement_id>) provided already exists. Please provide a new statement id, or remove the existing statement.")]),
        Spec::write("RemovePermission20150331v2", r#"{"functionName":"<function>","statementId":"<statement_id>"}"#, "null"),
        Spec::write("CreateFunctionUrlConfig", r#"{"functionName":"<function>","authType":"<url_auth>"}"#, r#"{"functionUrl":"https://<letters_32>.lambda-url.<region>.on.aws/","functionArn":"arn:aws:lambda:<region>:<account>:function:<function>","authType":"<url_auth>","creationTime":"<now_iso>","invokeMode":"BUFFERED"}"#),
        Spec::write("CreateEventSourceMapping20150331", r#"{"eventSourceArn":"arn:aws:sqs:<region>:<account>:<queue>","functionName":"<function>","enabled":true,"batchSize":10}"#, r#"{"uUID":"<uuid>","batchSize":10,"eventSourceArn":"arn:aws:sqs:<region>:<account>:<queue>","functionArn":"arn:aws:lambda:<region>:<account>:function:<function>","state":"Creating"}"#),
        Spec::write("UpdateAlias20150331", r#"{"functionName":"<function>","name":"live","functionVersion":"<version>"}"#, r#"{"aliasArn":"arn:aws:lambda:<region>:<account>:function:<function>:live","name":"live","functionVersion":"<version>","description":"","revisionId":"<uuid>"}"#),
        Spec::write("TagResource20170331v2", r#"{"resource":"arn:aws:lambda:<region>:<account>:function:<function>","tags":{"service":"<app>"}}"#, "null"),
        Spec::write("DeleteFunction20150331", r#"{"functionName":"<function>"}"#, "null"),
    ]),
    Service::regional("autoscaling.amazonaws.com", "autoscaling", "autoscaling.<region>.amazonaws.com", &[
        Spec::read("DescribeAutoScalingGroups", r#"{"autoScalingGroupNames":["<asg>"]}"#).fails(&[failure(5, "ThrottlingException", "Rate exceeded")]),
        Spec::read("DescribeAutoScalingInstances", r#"{"instanceIds":["<instance>"]}"#),
        Spec::read("DescribeScalingActivities", r#"{"autoScalingGroupName":"<asg>","maxRecords":20}"#),
        Spec::read("DescribeLaunchConfigurations", "null"),
        Spec::read("DescribeTags", r#"{"filters":[{"name":"auto-scaling-group","values":["<asg>"]}]}"#),
        Spec::write("SetDesiredCapacity", r#"{"autoScalingGroupName":"<asg>","desiredCapacity":<run_count>,"honorCooldown":false}"#, "null"),
        Spec::write("UpdateAutoScalingGroup", r#"{"autoScalingGroupName":"<asg>","minSize":2,"maxSize":12,"launchTemplate":{"launchTemplateId":"<launch_template>","version":"$Latest"}}"#, "null"),
        Spec::write("TerminateInstanceInAutoScalingGroup", r#"{"instanceId":"<instance>","shouldDecrementDesiredCapacity":true}"#, r#"{"activity":{"activityId":"<uuid>","autoScalingGroupName":"<asg>","description":"Terminating EC2 instance: <instance>","cause":"At <now_iso> instance <instance> was taken out of service in response to a user request.","startTime":"<created>","statusCode":"InProgress","progress":0}}"#),
        Spec::write("CompleteLifecycleAction", r#"{"lifecycleHookName":"drain","autoScalingGroupName":"<asg>","lifecycleActionResult":"CONTINUE","instanceId":"<instance>"}"#, "null"),
        Spec::write("StartInstanceRefresh", r#"{"autoScalingGroupName":"<asg>","strategy":"Rolling","preferences":{"minHealthyPercentage":90}}"#, r#"{"instanceRefreshId":"<uuid>"}"#),
    ]).refusal("AccessDenied"),
    Service::regional("elasticloadbalancing.amazonaws.com", "elasticloadbalancing", "elasticloadbalancing.<region>.amazonaws.com", &[
        Spec::read("DescribeLoadBalancers", r#"{"pageSize":200}"#).api_version("2015-12-01"),
        Spec::read("DescribeTargetGroups", r#"{"targetGroupArns":["<target_group>"]}"#).api_version("2015-12-01"),
        Spec::read("DescribeTargetHealth", r#"{"targetGroupArn":"<target_group>"}"#).api_version("2015-12-01").fails(&[failure(6, "ThrottlingException", "Rate exceeded")]),
        Spec::read("DescribeListeners", r#"{"loadBalancerArn":"<load_balancer>"}"#).api_version("2015-12-01"),
        Spec::read("DescribeRules", r#"{"listenerArn":"<load_balancer>/<hex16>"}"#).api_version("2015-12-01"),
        Spec::read("DescribeLoadBalancerAttributes", r#"{"loadBalancerArn":"<load_balancer>"}"#).api_version("2015-12-01"),
        Spec::write("RegisterTargets", r#"{"targetGroupArn":"<target_group>","targets":[{"id":"<private_ip>","port":8080}]}"#, "null").api_version("2015-12-01"),
        Spec::write("DeregisterTargets", r#"{"targetGroupArn":"<target_group>","targets":[{"id":"<private_ip>","port":8080}]}"#, "null").api_version("2015-12-01"),
        Spec::write("ModifyRule", r#"{"ruleArn":"<load_balancer>/<hex16>/<hex16>","actions":[{"type":"forward","targetGroupArn":"<target_group>"}]}"#, "null").api_version("2015-12-01"),
        Spec::write("CreateTargetGroup", r#"{"name":"<app>-<hex8>","protocol":"HTTP","port":8080,"vpcId":"<vpc>","targetType":"ip","healthCheckPath":"/healthz"}"#, r#"{"targetGroups":[{"targetGroupArn":"<target_group>","targetGroupName":"<app>-<hex8>","protocol":"HTTP","port":8080,"vpcId":"<vpc>","healthCheckPath":"/healthz","targetType":"ip","ipAddressType":"ipv4"}]}"#).api_version("2015-12-01"),
    ]).refusal("AccessDenied"),
    Service::regional("apigateway.amazonaws.com", "apigateway", "apigateway.<region>.amazonaws.com", &[
        Spec::read("GetRestApis", r#"{"limit":500}"#),
        Spec::read("GetStages", r#"{"restApiId":"<letters_10>"}"#),
        Spec::write("CreateDeployment", r#"{"restApiId":"<letters_10>","createDeploymentInput":{"stageName":"<env>"}}"#, r#"{"id":"<letters_6>","createdDate":"<created>"}"#),
    ]),
];
