//! Where services and buckets live.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::call::Service;

/// What signature version 4 leaves as it is.
pub(crate) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ENCODED_IN_PATH: &AsciiSet = &ENCODED.remove(b'/');

/// How addresses are made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endpoints {
    /// Addresses that stand for services, by the service's name and without a slash at the end.
    pub custom: BTreeMap<&'static str, String>,
    pub fips: bool,
    pub dual_stack: bool,
}

impl Endpoints {
    /// The address of a path below a service or a bucket; of itself when the path is empty.
    pub(crate) fn url(&self, service: &Service, bucket: &str, region: &str, path: &str, query: &[(&str, String)]) -> String {
        let mut url = match (self.custom.get(service.name), bucket) {
            (Some(custom), "") => format!("{custom}/"),
            (Some(custom), bucket) => format!("{custom}/{bucket}/"),
            (None, "") => format!("https://{}/", self.host(service.name, region)),
            (None, bucket) => self.of_bucket(bucket, region),
        };
        url.extend(utf8_percent_encode(path, ENCODED_IN_PATH));
        for (index, (name, value)) in query.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.extend(utf8_percent_encode(value, ENCODED));
        }
        url
    }

    /// The host of a service that is not S3. AWS has its services at two names in every region, of which the second is reached over
    /// IPv6 too (AWS General Reference, "Service endpoints").
    fn host(&self, service: &str, region: &str) -> String {
        let fips = if self.fips { "-fips" } else { "" };
        match (self.dual_stack, suffix(region)) {
            (true, "amazonaws.com") => format!("{service}{fips}.{region}.api.aws"),
            (true, "amazonaws.com.cn") => format!("{service}{fips}.{region}.api.amazonwebservices.com.cn"),
            // What these services are in GovCloud is approved as it is.
            (false, _) if region.starts_with("us-gov-") && service != "lambda" => format!("{service}.{region}.amazonaws.com"),
            (_, suffix) => format!("{service}{fips}.{region}.{suffix}"),
        }
    }

    fn of_bucket(&self, bucket: &str, region: &str) -> String {
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
        let aws = Endpoints::default();
        let own = Endpoints { custom: [("s3", "http://127.0.0.1:9000".to_owned())].into(), ..Endpoints::default() };
        let tight = Endpoints { fips: true, dual_stack: true, ..Endpoints::default() };
        let s3 = Service::s3();
        for (endpoint, bucket, region, key, expect) in [
            (&aws, "b", "eu-west-1", "", "https://b.s3.eu-west-1.amazonaws.com/"),
            (&aws, "b", "cn-north-1", "k", "https://b.s3.cn-north-1.amazonaws.com.cn/k"),
            (&aws, "b.c", "eu-west-1", "k", "https://s3.eu-west-1.amazonaws.com/b.c/k"),
            (&aws, "Old_Bucket", "us-east-1", "k", "https://s3.us-east-1.amazonaws.com/Old_Bucket/k"),
            (&tight, "b", "us-gov-west-1", "k", "https://b.s3-fips.dualstack.us-gov-west-1.amazonaws.com/k"),
            (&own, "b", "eu-west-1", "a//b c+ü", "http://127.0.0.1:9000/b/a//b%20c%2B%C3%BC"),
        ] {
            assert_eq!(endpoint.url(s3, bucket, region, key, &[]), expect);
        }
        let query = [("list-type", "2".to_owned()), ("prefix", "a/b c".to_owned())];
        assert_eq!(own.url(s3, "b", "x", "", &query), "http://127.0.0.1:9000/b/?list-type=2&prefix=a%2Fb%20c");
    }

    #[test]
    fn addresses_of_services() {
        let fips = Endpoints { fips: true, ..Endpoints::default() };
        let dual = Endpoints { dual_stack: true, ..Endpoints::default() };
        let own = Endpoints { custom: [("sqs", "http://127.0.0.1:9000".to_owned())].into(), ..Endpoints::default() };
        for (endpoint, service, region, path, expect) in [
            (&Endpoints::default(), "sqs", "eu-west-1", "", "https://sqs.eu-west-1.amazonaws.com/"),
            (&Endpoints::default(), "sns", "cn-north-1", "", "https://sns.cn-north-1.amazonaws.com.cn/"),
            (&fips, "events", "us-east-1", "", "https://events-fips.us-east-1.amazonaws.com/"),
            (&fips, "sts", "us-gov-west-1", "", "https://sts.us-gov-west-1.amazonaws.com/"),
            (&dual, "sqs", "eu-west-1", "", "https://sqs.eu-west-1.api.aws/"),
            (&own, "sqs", "eu-west-1", "", "http://127.0.0.1:9000/"),
            (&own, "lambda", "eu-west-1", "a/arn:aws:lambda/b", "https://lambda.eu-west-1.amazonaws.com/a/arn%3Aaws%3Alambda/b"),
        ] {
            let service = Service::named(service).expect("in the table");
            assert_eq!(endpoint.url(service, "", region, path, &[]), expect);
        }
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
