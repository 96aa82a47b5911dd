//! Bedrock, SageMaker, Glue, Athena.

use super::{Service, Spec, failure};

const MODEL: &str =
    r#"[{"accountId":"<account>","type":"AWS::Bedrock::FoundationModel","ARN":"arn:aws:bedrock:<region>::foundation-model/<model>"}]"#;
const THROTTLED: &[super::Failure] = &[failure(20, "ThrottlingException", "Too many requests, please wait before trying again.")];

pub(super) const SERVICES: &[Service] = &[
    Service::regional(
        "bedrock.amazonaws.com",
        "bedrock",
        "bedrock-runtime.<region>.amazonaws.com",
        &[
            Spec::read("InvokeModel", r#"{"modelId":"<model>"}"#).resources(MODEL).fails(THROTTLED),
            Spec::read("InvokeModelWithResponseStream", r#"{"modelId":"<model>"}"#).resources(MODEL).fails(THROTTLED),
            Spec::read("Converse", r#"{"modelId":"<model>"}"#).resources(MODEL).fails(THROTTLED),
            Spec::read("ListFoundationModels", "null"),
            Spec::read("ListInferenceProfiles", r#"{"maxResults":100}"#),
            Spec::read("GetFoundationModelAvailability", r#"{"modelId":"<model>"}"#),
            Spec::read("GetModelInvocationLoggingConfiguration", "null"),
            Spec::read("GetUseCaseForModelAccess", "null"),
            Spec::write("PutUseCaseForModelAccess", r#"{"formData":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#, "null"),
            Spec::write("PutFoundationModelEntitlement", r#"{"modelId":"<model>"}"#, r#"{"status":"SUCCESS"}"#),
            Spec::write(
                "CreateFoundationModelAgreement",
                r#"{"modelId":"<model>","offerToken":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
                r#"{"modelId":"<model>"}"#,
            ),
            Spec::write("DeleteModelInvocationLoggingConfiguration", "null", "null"),
        ],
    ),
    Service::regional(
        "sagemaker.amazonaws.com",
        "sagemaker",
        "api.sagemaker.<region>.amazonaws.com",
        &[
            Spec::read("ListNotebookInstances", r#"{"maxResults":100}"#),
            Spec::read("ListEndpoints", r#"{"maxResults":100}"#),
            Spec::read("DescribeTrainingJob", r#"{"trainingJobName":"<app>-<date>"}"#),
            Spec::write(
                "CreateNotebookInstance",
                r#"{"notebookInstanceName":"<notebook>","instanceType":"ml.t3.medium","roleArn":"<passed_role>","directInternetAccess":"Enabled","rootAccess":"Enabled"}"#,
                r#"{"notebookInstanceArn":"arn:aws:sagemaker:<region>:<account>:notebook-instance/<notebook>"}"#,
            ),
            Spec::write(
                "CreatePresignedNotebookInstanceUrl",
                r#"{"notebookInstanceName":"<notebook>","sessionExpirationDurationInSeconds":1800}"#,
                r#"{"authorizedUrl":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
            ),
            Spec::write(
                "CreateTrainingJob",
                r#"{"trainingJobName":"<app>-<date>","algorithmSpecification":{"trainingImage":"<account>.dkr.ecr.<region>.amazonaws.com/<app>-train:latest","trainingInputMode":"File"},"roleArn":"arn:aws:iam::<account>:role/<app>-training","outputDataConfig":{"s3OutputPath":"s3://<bucket>/models"},"resourceConfig":{"instanceType":"ml.m5.xlarge","instanceCount":1,"volumeSizeInGB":50}}"#,
                r#"{"trainingJobArn":"arn:aws:sagemaker:<region>:<account>:training-job/<app>-<date>"}"#,
            ),
        ],
    ),
    Service::regional(
        "glue.amazonaws.com",
        "glue",
        "glue.<region>.amazonaws.com",
        &[
            Spec::read("GetTable", r#"{"databaseName":"<app>","name":"<table>"}"#).fails(&[failure(
                10,
                "EntityNotFoundException",
                "Table <table> not found.",
            )]),
            Spec::read("GetTables", r#"{"databaseName":"<app>","maxResults":100}"#),
            Spec::read("GetDatabases", "null"),
            Spec::read("GetPartitions", r#"{"databaseName":"<app>","tableName":"<table>","expression":"dt >= '<date>'"}"#),
            Spec::read("GetJobRun", r#"{"jobName":"<app>-load","runId":"jr_<hex32><hex32>"}"#),
            Spec::write("StartJobRun", r#"{"jobName":"<app>-load"}"#, r#"{"jobRunId":"jr_<hex32><hex32>"}"#),
            Spec::write(
                "UpdateTable",
                r#"{"databaseName":"<app>","tableInput":{"name":"<table>","owner":"hadoop","parameters":{"classification":"parquet"}}}"#,
                "null",
            ),
            Spec::write(
                "CreateDevEndpoint",
                r#"{"endpointName":"<notebook>","roleArn":"<passed_role>","publicKey":"ssh-ed25519 <b64_60>","numberOfNodes":2}"#,
                r#"{"endpointName":"<notebook>","status":"PROVISIONING","roleArn":"<passed_role>","createdTimestamp":"<created>"}"#,
            ),
            Spec::read("GetDevEndpoint", r#"{"endpointName":"<notebook>"}"#),
        ],
    ),
    Service::regional(
        "athena.amazonaws.com",
        "athena",
        "athena.<region>.amazonaws.com",
        &[
            Spec::write(
                "StartQueryExecution",
                r#"{"queryString":"HIDDEN_DUE_TO_SECURITY_REASONS","clientRequestToken":"<uuid>","queryExecutionContext":{"database":"<app>","catalog":"AwsDataCatalog"},"workGroup":"<app>"}"#,
                r#"{"queryExecutionId":"<uuid_b>"}"#,
            ),
            Spec::read("GetQueryExecution", r#"{"queryExecutionId":"<uuid>"}"#).fails(&[failure(
                6,
                "ThrottlingException",
                "Rate exceeded",
            )]),
            Spec::read("GetQueryResults", r#"{"queryExecutionId":"<uuid>","maxResults":1000}"#),
            Spec::read("ListWorkGroups", "null"),
        ],
    ),
];
