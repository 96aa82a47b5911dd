//! Signature version 4.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;

use crate::call::Service;

/// What is signed.
#[derive(Debug)]
pub(crate) struct Unsigned<'a> {
    pub method: &'a str,
    /// The whole address, encoded as it is sent.
    pub url: &'a str,
    pub headers: &'a [(&'static str, String)],
    pub body: &'a [u8],
}

/// The headers that prove who asks. Keys of S3 are signed as they stand: S3 neither folds `//` nor encodes twice; all others do.
pub(crate) fn headers(
    request: &Unsigned<'_>,
    credentials: Credentials,
    service: &Service,
    region: &str,
    time: SystemTime,
) -> Result<Vec<(&'static str, String)>, String> {
    let mut settings = SigningSettings::default();
    if service.is_s3() {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let identity = Identity::from(credentials);
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service.name)
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let headers = request.headers.iter().map(|(name, value)| (*name, value.as_str()));
    let signable =
        SignableRequest::new(request.method, request.url, headers, SignableBody::Bytes(request.body)).map_err(|error| error.to_string())?;
    let (instructions, _) = sign(signable, &parameters).map_err(|error| error.to_string())?.into_parts();
    let (headers, _) = instructions.into_parts();
    Ok(headers.into_iter().map(|header| (header.name(), header.value().to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The three worked examples of the S3 documentation ("Signature Calculations for the Authorization Header").
    #[test]
    fn published_examples_sign_as_published() {
        let url = "https://examplebucket.s3.amazonaws.com";
        for (path, headers, expect) in [
            ("/test.txt", vec![("range", "bytes=0-9".to_owned())], "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
            ("/?lifecycle=", vec![], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            ("/?max-keys=2&prefix=J", vec![], "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        ] {
            let credentials =
                Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None, None, "documentation");
            let request = Unsigned { method: "GET", url: &format!("{url}{path}"), headers: &headers, body: b"" };
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_369_353_600);
            let signed = super::headers(&request, credentials, Service::s3(), "us-east-1", time).expect("signs");
            let (_, authorization) = signed.iter().find(|(name, _)| *name == "authorization").expect("an authorization");
            assert!(authorization.ends_with(&format!("Signature={expect}")), "{path}: {authorization}");
        }
    }
}
