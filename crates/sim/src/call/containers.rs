//! ECS, ECR, EKS.

use super::{Service, Spec, failure};

const TASK: &str = r#"{"failures":[],"tasks":[{"taskArn":"arn:aws:ecs:<region>:<account>:task/<cluster>/<hex32>","clusterArn":"arn:aws:ecs:<region>:<account>:cluster/<cluster>","taskDefinitionArn":"arn:aws:ecs:<region>:<account>:task-definition/<app>:<version>","lastStatus":"PROVISIONING","desiredStatus":"RUNNING","cpu":"512","memory":"1024","launchType":"FARGATE","platformVersion":"1.4.0","availabilityZone":"<az>","createdAt":"<created>","group":"family:<app>","startedBy":"<starter>"}]}"#;

pub(super) const SERVICES: &[Service] = &[
    Service::regional("ecs.amazonaws.com", "ecs", "ecs.<region>.amazonaws.com", &[
        Spec::read("DescribeServices", r#"{"cluster":"<cluster>","services":["<app>"]}"#),
        Spec::read("DescribeTasks", r#"{"cluster":"<cluster>","tasks":["<hex32>"]}"#),
        Spec::read("DescribeTaskDefinition", r#"{"taskDefinition":"<app>:<version>"}"#),
        Spec::read("DescribeClusters", r#"{"clusters":["<cluster>"]}"#),
        Spec::read("ListClusters", "null"),
        Spec::read("ListServices", r#"{"cluster":"<cluster>"}"#),
        Spec::read("ListTasks", r#"{"cluster":"<cluster>","serviceName":"<app>"}"#),
        Spec::write("RegisterTaskDefinition", r#"{"family":"<app>","executionRoleArn":"arn:aws:iam::<account>:role/<app>-task-execution","taskRoleArn":"arn:aws:iam::<account>:role/<app>-task","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"512","memory":"1024","containerDefinitions":[{"name":"<app>","image":"<account>.dkr.ecr.<region>.amazonaws.com/<app>:<hex8>","cpu":0,"essential":true,"portMappings":[{"containerPort":8080,"protocol":"tcp"}],"environment":[],"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/<app>","awslogs-region":"<region>","awslogs-stream-prefix":"<app>"}}}]}"#, r#"{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:<region>:<account>:task-definition/<app>:<version>","family":"<app>","revision":<version>,"status":"ACTIVE","registeredAt":"<created>","registeredBy":"<caller>"}}"#),
        Spec::write("UpdateService", r#"{"cluster":"<cluster>","service":"<app>","taskDefinition":"<app>:<version>","forceNewDeployment":false}"#, r#"{"service":{"serviceArn":"arn:aws:ecs:<region>:<account>:service/<cluster>/<app>","serviceName":"<app>","clusterArn":"arn:aws:ecs:<region>:<account>:cluster/<cluster>","status":"ACTIVE","desiredCount":3,"runningCount":3,"pendingCount":0,"launchType":"FARGATE","taskDefinition":"arn:aws:ecs:<region>:<account>:task-definition/<app>:<version>","schedulingStrategy":"REPLICA"}}"#),
        Spec::write("RunTask", r#"{"cluster":"<cluster>","taskDefinition":"<app>:<version>","launchType":"FARGATE","count":1,"networkConfiguration":{"awsvpcConfiguration":{"subnets":["<subnet>"],"securityGroups":["<sg>"],"assignPublicIp":"DISABLED"}}}"#, TASK),
        Spec::write("StopTask", r#"{"cluster":"<cluster>","task":"<hex32>","reason":"scaled in"}"#, "null"),
        Spec::write("SubmitTaskStateChange", r#"{"cluster":"<cluster>","task":"arn:aws:ecs:<region>:<account>:task/<cluster>/<hex32>","status":"RUNNING"}"#, r#"{"acknowledgment":"ACK"}"#),
        Spec::write("SubmitContainerStateChange", r#"{"cluster":"<cluster>","task":"<hex32>","containerName":"<app>","status":"RUNNING","networkBindings":[]}"#, r#"{"acknowledgment":"ACK"}"#),
        Spec::write("DeleteService", r#"{"cluster":"<cluster>","service":"<app>","force":true}"#, "null"),
        Spec::read("DiscoverPollEndpoint", r#"{"cluster":"<cluster>","containerInstance":"arn:aws:ecs:<region>:<account>:container-instance/<cluster>/<hex32>"}"#).answers(r#"{"endpoint":"https://ecs-a-3.<region>.amazonaws.com/","telemetryEndpoint":"https://ecs-t-3.<region>.amazonaws.com/"}"#),
    ]),
    Service::regional("ecr.amazonaws.com", "ecr", "api.ecr.<region>.amazonaws.com", &[
        Spec::read("GetAuthorizationToken", "null"),
        Spec::read("BatchGetImage", r#"{"registryId":"<account>","repositoryName":"<app>","imageIds":[{"imageTag":"<hex8>"}],"acceptedMediaTypes":["application/vnd.oci.image.manifest.v1+json"]}"#),
        Spec::read("BatchCheckLayerAvailability", r#"{"registryId":"<account>","repositoryName":"<app>","layerDigests":["sha256:<hex32><hex32>"]}"#),
        Spec::read("GetDownloadUrlForLayer", r#"{"registryId":"<account>","repositoryName":"<app>","layerDigest":"sha256:<hex32><hex32>"}"#),
        Spec::read("DescribeRepositories", r#"{"maxResults":100}"#),
        Spec::read("DescribeImages", r#"{"repositoryName":"<app>","imageIds":[{"imageTag":"<hex8>"}]}"#)
            .fails(&[failure(60, "ImageNotFoundException", "The image with imageId {imageDigest:'null', imageTag:'<hex8>'} does not exist within the repository with name '<app>' in the registry with id '<account>'")]),
        Spec::read("DescribeImageScanFindings", r#"{"repositoryName":"<app>","imageId":{"imageDigest":"sha256:<hex32><hex32>"}}"#),
        Spec::write("InitiateLayerUpload", r#"{"registryId":"<account>","repositoryName":"<app>"}"#, r#"{"uploadId":"<uuid>","partSize":10485760}"#),
        Spec::write("UploadLayerPart", r#"{"registryId":"<account>","repositoryName":"<app>","uploadId":"<uuid>","partFirstByte":0,"partLastByte":<object_bytes>}"#, r#"{"registryId":"<account>","repositoryName":"<app>","uploadId":"<uuid>","lastByteReceived":<object_bytes>}"#),
        Spec::write("CompleteLayerUpload", r#"{"registryId":"<account>","repositoryName":"<app>","uploadId":"<uuid>","layerDigests":["sha256:<hex32><hex32>"]}"#, r#"{"registryId":"<account>","repositoryName":"<app>","uploadId":"<uuid>","layerDigest":"sha256:<hex32><hex32>"}"#),
        Spec::write("PutImage", r#"{"registryId":"<account>","repositoryName":"<app>","imageManifestMediaType":"application/vnd.oci.image.manifest.v1+json","imageTag":"<hex8>"}"#, r#"{"image":{"registryId":"<account>","repositoryName":"<app>","imageId":{"imageDigest":"sha256:<hex32><hex32>","imageTag":"<hex8>"},"imageManifestMediaType":"application/vnd.oci.image.manifest.v1+json"}}"#)
            .resources(r#"[{"ARN":"arn:aws:ecr:<region>:<account>:repository/<app>","accountId":"<account>"}]"#),
        Spec::write("PolicyExecutionEvent", "null", "null").details(r#"{"repositoryName":"<app>","lifecycleEventPolicy":{"lifecycleEventRules":[{"rulePriority":1,"description":"keep 50 images","actionType":"expire"}],"lastEvaluatedAt":<now_s>,"policyVersion":1},"lifecycleEventImageActions":[{"lifecycleEventImage":{"digest":"sha256:<hex32><hex32>","tagStatus":"Tagged","tagList":["<hex8>"],"pushedAt":<now_s>},"rulePriority":1}]}"#).kind(super::Kind::Service),
    ]),
    Service::regional("eks.amazonaws.com", "eks", "eks.<region>.amazonaws.com", &[
        Spec::read("DescribeCluster", r#"{"name":"<eks>"}"#),
        Spec::read("ListClusters", r#"{"maxResults":100}"#),
        Spec::read("ListNodegroups", r#"{"name":"<eks>"}"#),
        Spec::read("DescribeNodegroup", r#"{"name":"<eks>","nodegroupName":"<app>-nodes"}"#),
        Spec::read("DescribeAddon", r#"{"name":"<eks>","addonName":"vpc-cni"}"#),
        Spec::read("ListAccessEntries", r#"{"name":"<eks>"}"#),
        Spec::write("UpdateNodegroupConfig", r#"{"name":"<eks>","nodegroupName":"<app>-nodes","scalingConfig":{"minSize":2,"maxSize":10,"desiredSize":<run_count>}}"#, r#"{"update":{"id":"<uuid>","status":"InProgress","type":"ConfigUpdate","createdAt":<now_s>,"errors":[]}}"#),
    ]),
    Service::regional("eks-auth.amazonaws.com", "eks-auth", "eks-auth.<region>.api.aws", &[
        Spec::read("AssumeRoleForPodIdentity", r#"{"clusterName":"<eks>","token":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#).answers(r#"{"subject":{"namespace":"<app>","serviceAccount":"<app>"},"audience":"pods.eks.amazonaws.com","podIdentityAssociation":{"associationArn":"arn:aws:eks:<region>:<account>:podidentityassociation/<eks>/a-<letters_16>","associationId":"a-<letters_16>"},"assumedRoleUser":{"arn":"<session_arn>","assumeRoleId":"<role_id>:<role_session>"},"credentials":{"accessKeyId":"<new_key>","sessionToken":"HIDDEN_DUE_TO_SECURITY_REASONS","expiration":<now_s>}}"#),
    ]),
];
