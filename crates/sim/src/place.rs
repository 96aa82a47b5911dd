//! Where a call lands: an account and a region.

/// An account and a region, by their places in the organisation and in the table of regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) account: usize,
    pub(crate) region: usize,
}
