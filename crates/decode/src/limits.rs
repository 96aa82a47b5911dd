//! How much of a hostile object the decoder is willing to bear.

/// Bounds on one object. Every one of them ends in a counted reject, never in an abort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest text that is still one record. CloudTrail itself stops at 256 KiB; joined and converted logs go beyond.
    pub record_bytes_max: usize,
    /// How deep a record may nest. At most [`Limits::DEPTH_CEILING`]; more is cut to that.
    pub depth_max: usize,
    /// All bytes that one object may inflate to, over all its members and layers.
    pub inflated_bytes_max: u64,
    /// Bytes inflated since the last record (or the start) after which an archive's member, or an object outside of archives,
    /// counts as a bomb and is given up.
    pub inflated_without_record_bytes_max: u64,
    /// The same over all members of an object: then the object is given up.
    pub inflated_without_record_total_bytes_max: u64,
    /// How many members may be given up; with the last of them the object is.
    pub members_given_up_max: u32,
    /// How often the inflated size may be the size read, once [`Limits::ratio_from_bytes`] have been inflated.
    pub ratio_max: u64,
    /// Below this many inflated bytes no ratio is judged: small logs of equal records compress absurdly well.
    pub ratio_from_bytes: u64,
    /// How many archives and compressions may stand inside one another.
    pub archive_depth_max: usize,
    /// The largest whole object that is held in memory: a gzip inflated at once, a zip that came as a stream.
    pub whole_bytes_max: usize,
    /// How much text is looked at at once: as much as the processor's own cache holds. Grows up to `record_bytes_max` for a long
    /// record.
    pub window_bytes: usize,
}

impl Limits {
    /// Nesting is tracked in one 128-bit word.
    pub const DEPTH_CEILING: usize = 128;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            record_bytes_max: 16 << 20,
            depth_max: Self::DEPTH_CEILING,
            inflated_bytes_max: 64 << 30,
            inflated_without_record_bytes_max: 256 << 20,
            inflated_without_record_total_bytes_max: 4 << 30,
            members_given_up_max: 8,
            ratio_max: 200,
            ratio_from_bytes: 1 << 30,
            archive_depth_max: 3,
            whole_bytes_max: 64 << 20,
            window_bytes: 256 << 10,
        }
    }
}
