//! The regions that are open in every account, and how the work is spread over them.

/// One region.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) name: &'static str,
    /// The short form in the names of resources.
    pub(crate) code: &'static str,
    /// Its share of an account's records, in thousandths.
    pub(crate) share: u64,
}

/// Where the records of global services go.
pub(crate) const GLOBAL: usize = 0;

/// The seventeen regions that an account has without asking. The last thirteen see auditors, recorders and little else.
pub(crate) const REGIONS: [Region; 17] = [
    Region { name: "us-east-1", code: "use1", share: 430 },
    Region { name: "eu-west-1", code: "euw1", share: 310 },
    Region { name: "eu-central-1", code: "euc1", share: 110 },
    Region { name: "us-west-2", code: "usw2", share: 85 },
    Region { name: "us-east-2", code: "use2", share: 5 },
    Region { name: "us-west-1", code: "usw1", share: 5 },
    Region { name: "ca-central-1", code: "cac1", share: 5 },
    Region { name: "sa-east-1", code: "sae1", share: 5 },
    Region { name: "eu-west-2", code: "euw2", share: 5 },
    Region { name: "eu-west-3", code: "euw3", share: 5 },
    Region { name: "eu-north-1", code: "eun1", share: 5 },
    Region { name: "ap-south-1", code: "aps1", share: 5 },
    Region { name: "ap-northeast-1", code: "apne1", share: 5 },
    Region { name: "ap-northeast-2", code: "apne2", share: 5 },
    Region { name: "ap-northeast-3", code: "apne3", share: 5 },
    Region { name: "ap-southeast-1", code: "apse1", share: 5 },
    Region { name: "ap-southeast-2", code: "apse2", share: 5 },
];

/// Regions before this index carry workloads.
const WORKING: usize = 4;

impl Region {
    /// Whether anything of the organisation runs here.
    pub(crate) fn works(index: usize) -> bool {
        index < WORKING
    }
}

/// The place of a region in the table.
pub(crate) fn index_of(name: &str) -> usize {
    REGIONS.iter().position(|region| region.name == name).unwrap_or_else(|| panic!("{name} is not in the table of regions"))
}
