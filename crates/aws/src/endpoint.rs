//! Where a bucket lives.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What signature version 4 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ENCODED_IN_KEY: &AsciiSet = &ENCODED.remove(b'/');

/// How addresses are made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endpoint {
    /// An address that stands for S3, without a slash at its end.
    pub custom: Option<String>,
    pub fips: bool,
    pub dual_stack: bool,
}

impl Endpoint {
    /// The address of a key, or of the bucket itself when the key is empty.
    pub(crate) fn url(&self, bucket: &str, region: &str, key: &str, query: &[(&str, String)]) -> String {
        let mut url = match &self.custom {
            Some(custom) => format!("{custom}/{bucket}/"),
            None => self.aws(bucket, region),
        };
        url.extend(utf8_percent_encode(key, ENCODED_IN_KEY));
        for (index, (name, value)) in query.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.extend(utf8_percent_encode(value, ENCODED));
        }
        url
    }

    fn aws(&self, bucket: &str, region: &str) -> String {
        let service = if self.fips { "s3-fips" } else { "s3" };
        let stack = if self.dual_stack { ".dualstack" } else { "" };
        let host = format!("{service}{stack}.{region}.{}", suffix(region));
        // A dot in the name is one label too many for the certificate; capitals are legal in old buckets only.
        let in_host = bucket.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if in_host { format!("https://{bucket}.{host}/") } else { format!("https://{host}/{bucket}/") }
    }
}

/// Each partition of AWS has its own domain.
fn suffix(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "amazonaws.com.cn",
        _ if region.starts_with("eusc-") => "amazonaws.eu",
        _ if region.starts_with("us-isob-") => "sc2s.sgov.gov",
        _ if region.starts_with("us-isof-") => "csp.hci.ic.gov",
        _ if region.starts_with("us-iso-") => "c2s.ic.gov",
        _ if region.starts_with("eu-isoe-") => "cloud.adc-e.uk",
        _ => "amazonaws.com",
    }
}

/// The region in a host such as `bucket.s3.eu-west-1.amazonaws.com` or `s3-eu-west-1.amazonaws.com`.
pub(crate) fn region_of(host: &str) -> Option<String> {
    let host = host.split("://").last()?.split(['/', ':']).next()?;
    let labels: Vec<&str> = host.split('.').collect();
    let service = labels.iter().rposition(|label| *label == "s3" || label.starts_with("s3-"))?;
    let region = match labels[service].strip_prefix("s3-") {
        Some(region) if region != "fips" => region,
        _ => labels.get(service + 1).filter(|label| **label != "dualstack").or(labels.get(service + 2))?,
    };
    (region.matches('-').count() >= 2).then(|| region.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_buckets_and_keys() {
        let aws = Endpoint::default();
        let own = Endpoint { custom: Some("http://127.0.0.1:9000".into()), ..Endpoint::default() };
        let tight = Endpoint { fips: true, dual_stack: true, ..Endpoint::default() };
        for (endpoint, bucket, region, key, expect) in [
            (&aws, "b", "eu-west-1", "", "https://b.s3.eu-west-1.amazonaws.com/"),
            (&aws, "b", "cn-north-1", "k", "https://b.s3.cn-north-1.amazonaws.com.cn/k"),
            (&aws, "b.c", "eu-west-1", "k", "https://s3.eu-west-1.amazonaws.com/b.c/k"),
            (&aws, "Old_Bucket", "us-east-1", "k", "https://s3.us-east-1.amazonaws.com/Old_Bucket/k"),
            (&tight, "b", "us-gov-west-1", "k", "https://b.s3-fips.dualstack.us-gov-west-1.amazonaws.com/k"),
            (&own, "b", "eu-west-1", "a//b c+ü", "http://127.0.0.1:9000/b/a//b%20c%2B%C3%BC"),
        ] {
            assert_eq!(endpoint.url(bucket, region, key, &[]), expect);
        }
        let query = [("list-type", "2".to_owned()), ("prefix", "a/b c".to_owned())];
        assert_eq!(own.url("b", "x", "", &query), "http://127.0.0.1:9000/b/?list-type=2&prefix=a%2Fb%20c");
    }

    #[test]
    fn hosts_name_their_region() {
        for (host, expect) in [
            ("b.s3.eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("b.s3-us-west-2.amazonaws.com", Some("us-west-2")),
            ("https://b.s3.dualstack.ap-south-1.amazonaws.com/key", Some("ap-south-1")),
            ("b.s3-fips.us-gov-west-1.amazonaws.com", Some("us-gov-west-1")),
            ("s3.amazonaws.com", None),
            ("b.s3.amazonaws.com", None),
            ("127.0.0.1:9000", None),
        ] {
            assert_eq!(region_of(host).as_deref(), expect, "{host}");
        }
    }
}
