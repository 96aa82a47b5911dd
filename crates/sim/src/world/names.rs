//! The words from which names are made.

/// Companies that do not exist.
pub(super) const COMPANIES: [&str; 8] =
    ["lumenworks", "northmill", "harborlight", "tallpine", "ferrovia", "quaystone", "brightloom", "oakhollow"];

/// The applications of the organisation.
pub(crate) const APPS: [&str; 12] =
    ["checkout", "catalog", "ledger", "search", "notify", "media", "identity", "reports", "ingest", "pricing", "orders", "shipping"];

/// What buckets hold.
pub(super) const BUCKETS: [&str; 4] = ["assets", "uploads", "exports", "artifacts"];

/// What an application keeps secret.
pub(crate) const SECRETS: [&str; 3] = ["database", "api-key", "signing-key"];

/// What tables hold.
pub(crate) const TABLES: [&str; 6] = ["sessions", "events", "locks", "items", "balances", "jobs"];

/// Given names.
pub(super) const GIVEN: [&str; 32] = [
    "ana", "bram", "chiara", "david", "elena", "farid", "grace", "hugo", "ines", "jonas", "kavya", "liam", "maja", "nikhil", "olga",
    "paul", "quentin", "rosa", "samir", "tessa", "umar", "vera", "wendy", "xavier", "yara", "zoe", "andre", "bianca", "carlos", "dana",
    "emil", "freya",
];

/// Family names.
pub(super) const FAMILY: [&str; 32] = [
    "almeida", "becker", "costa", "dijkstra", "evans", "fischer", "garcia", "hughes", "ivanova", "jensen", "kumar", "larsen", "moreau",
    "novak", "okafor", "patel", "quinn", "rossi", "silva", "tanaka", "ueda", "vargas", "walsh", "xu", "young", "zeman", "arnold", "brandt",
    "carter", "duarte", "eriksen", "farkas",
];
