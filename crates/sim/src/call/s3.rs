//! S3: the management of buckets, and the objects of those whose data events are recorded.

use super::{Kind, RequestId, Service, Spec, failure};

const EXTRA: &str = r#"{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"<b64_75>=","bytesTransferredOut":<small>}"#;
const EXTRA_IN: &str = r#"{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":<small>,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"<b64_75>=","bytesTransferredOut":0}"#;
const EXTRA_OBJECT: &str = r#"{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"SSEApplied":"Default_SSE_KMS","AuthenticationMethod":"AuthHeader","x-amz-id-2":"<b64_75>=","bytesTransferredOut":<object_bytes>}"#;
const EXTRA_PUT: &str = r#"{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":<object_bytes>,"SSEApplied":"<sse_applied>","AuthenticationMethod":"AuthHeader","x-amz-id-2":"<b64_75>=","bytesTransferredOut":0}"#;
const BUCKET: &str = r#"[{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]"#;
const OBJECT: &str = r#"[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::<bucket>/<object>"},{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]"#;

/// A look at one setting of a bucket.
const fn look(name: &'static str, request: &'static str) -> Spec {
    Spec::read(name, request).extra(EXTRA).resources(BUCKET)
}

/// A change of one setting of a bucket.
const fn change(name: &'static str, request: &'static str) -> Spec {
    Spec::write(name, request, "null").extra(EXTRA_IN).resources(BUCKET)
}

pub(super) const SERVICES: &[Service] = &[Service {
    source: "s3.amazonaws.com", prefix: "s3", version: "1.11", host: "<bucket>.s3.<region>.amazonaws.com", global: false,
    in_brackets: true, request_id: RequestId::Short, refusal: "AccessDenied",
    calls: &[
        Spec::read("ListBuckets", r#"{"Host":"s3.<region>.amazonaws.com"}"#).extra(EXTRA),
        look("GetBucketAcl", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","acl":""}"#),
        look("GetBucketLocation", r#"{"bucketName":"<bucket>","location":"","Host":"<bucket>.s3.<region>.amazonaws.com"}"#),
        look("GetBucketLogging", r#"{"logging":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#),
        look("GetBucketVersioning", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","versioning":""}"#),
        look("GetBucketEncryption", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","encryption":""}"#),
        look("GetBucketPolicyStatus", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","policyStatus":""}"#),
        look("GetBucketNotification", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","notification":""}"#),
        look("GetBucketOwnershipControls", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","ownershipControls":""}"#),
        look("GetBucketRequestPayment", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","requestPayment":""}"#),
        look("GetAccelerateConfiguration", r#"{"accelerate":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#),
        look("GetBucketPolicy", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","policy":""}"#)
            .fails(&[failure(80, "NoSuchBucketPolicy", "The bucket policy does not exist")]),
        look("GetBucketPublicAccessBlock", r#"{"publicAccessBlock":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#)
            .fails(&[failure(15, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")]),
        look("GetBucketTagging", r#"{"tagging":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#)
            .fails(&[failure(120, "NoSuchTagSet", "The TagSet does not exist")]),
        look("GetBucketLifecycle", r#"{"lifecycle":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#)
            .fails(&[failure(200, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")]),
        look("GetBucketCors", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","cors":""}"#)
            .fails(&[failure(400, "NoSuchCORSConfiguration", "The CORS configuration does not exist")]),
        look("GetBucketWebsite", r#"{"bucketName":"<bucket>","website":"","Host":"<bucket>.s3.<region>.amazonaws.com"}"#)
            .fails(&[failure(600, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")]),
        look("GetBucketReplication", r#"{"replication":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#)
            .fails(&[failure(500, "ReplicationConfigurationNotFoundError", "The replication configuration was not found")]),
        look("GetBucketObjectLockConfiguration", r#"{"bucketName":"<bucket>","object-lock":"","Host":"<bucket>.s3.<region>.amazonaws.com"}"#)
            .fails(&[failure(500, "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket")]),
        Spec::read("GetAccountPublicAccessBlock", r#"{"Host":"<account>.s3-control.<region>.amazonaws.com"}"#).extra(EXTRA),
        Spec::write("CreateBucket", r#"{"CreateBucketConfiguration":{"LocationConstraint":"<region>","xmlns":"http://s3.amazonaws.com/doc/2006-03-01/"},"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#, "null").extra(EXTRA_IN).resources(BUCKET)
            .fails(&[failure(30, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.")]),
        change("PutBucketEncryption", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","encryption":"","ServerSideEncryptionConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Rule":{"BucketKeyEnabled":true,"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"<encryption_key>"}}}}"#),
        change("PutBucketPublicAccessBlock", r#"{"publicAccessBlock":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","PublicAccessBlockConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","BlockPublicAcls":<block_public>,"IgnorePublicAcls":<block_public>,"BlockPublicPolicy":<block_public>,"RestrictPublicBuckets":<block_public>}}"#),
        change("PutBucketVersioning", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","versioning":"","VersioningConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Status":"<versioning>"}}"#),
        change("PutBucketTagging", r#"{"tagging":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","Tagging":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","TagSet":{"Tag":[{"Key":"service","Value":"<app>"},{"Key":"environment","Value":"<env>"}]}}}"#),
        change("PutBucketPolicy", r#"{"bucketPolicy":<bucket_policy>,"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","policy":""}"#),
        change("PutBucketLifecycle", r#"{"lifecycle":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","LifecycleConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Rule":{"ID":"<lifecycle_name>","Status":"Enabled","Filter":{"Prefix":"<lifecycle_prefix>"},"Expiration":{"Days":<lifecycle_days>}}}}"#),
        change("PutBucketLogging", r#"{"logging":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","BucketLoggingStatus":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","LoggingEnabled":{"TargetBucket":"<company>-sec-accesslogs-<code>","TargetPrefix":"<bucket>/"}}}"#),
        change("PutBucketNotification", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","notification":"","NotificationConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","QueueConfiguration":{"Event":"s3:ObjectCreated:*","Queue":"arn:aws:sqs:<region>:<account>:<queue>"}}}"#),
        change("DeleteBucketPolicy", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","policy":""}"#),
        change("DeleteBucketPublicAccessBlock", r#"{"publicAccessBlock":"","bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#),
        change("DeleteBucket", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#)
            .fails(&[failure(80, "BucketNotEmpty", "The bucket you tried to delete is not empty")]),
        Spec::read("ListObjects", r#"{"list-type":"2","bucketName":"<bucket>","encoding-type":"url","prefix":"<prefix>","Host":"<bucket>.s3.<region>.amazonaws.com"}"#).extra(EXTRA).resources(r#"[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::<bucket>/"},{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]"#).kind(Kind::Data),
        Spec::read("HeadObject", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<object>"}"#).extra(EXTRA).resources(OBJECT).kind(Kind::Data),
        Spec::read("GetObject", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<object>"}"#).extra(EXTRA_OBJECT).resources(OBJECT).kind(Kind::Data)
            .fails(&[failure(6, "NoSuchKey", "The specified key does not exist.")]),
        Spec::write("PutObject", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<object>"}"#, r#"{"x-amz-server-side-encryption":"aws:kms","x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:<region>:<account>:key/<kms>"}"#).extra(EXTRA_PUT).resources(OBJECT).kind(Kind::Data),
        Spec::write("CopyObject", r#"{"bucketName":"<bucket>","x-amz-copy-source":"<bucket>/<object>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<object>"<customer_key>}"#, r#"{<customer_key_answer>"x-amz-copy-source-version-id":"<b64_32>"}"#).extra(EXTRA_PUT).resources(OBJECT).kind(Kind::Data),
        Spec::write("DeleteObject", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<object>"}"#, "null").extra(EXTRA).resources(OBJECT).kind(Kind::Data),
        Spec::write("DeleteObjects", r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","delete":""}"#, "null").extra(EXTRA_IN).resources(OBJECT).kind(Kind::Data),
    ],
}];
