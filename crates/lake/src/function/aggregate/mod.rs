//! Functions over the rows of a group.

mod by;
mod count;
mod gather;
mod percentile;

use datafusion::logical_expr::AggregateUDF;

use super::FunctionDoc;

const fn doc(name: &'static str, signature: &'static str, meaning: &'static str) -> FunctionDoc {
    FunctionDoc { name, aliases: &[], signature, meaning, has_try: false }
}

/// What this family offers.
pub(super) const DOCS: &[FunctionDoc] = &[
    doc(
        "approx_percentile",
        "approx_percentile(number, share | array of shares)",
        "about the number below which a share, 0 to 1, of a group lies",
    ),
    doc("count_if", "count_if(condition)", "in how many rows of a group a condition holds"),
    doc("histogram", "histogram(value)", "a map from each value of a group to how often it occurs"),
    doc("map_agg", "map_agg(key, value)", "a map of the keys and values of a group; a key keeps the first value it came with"),
    doc("max_by", "max_by(value, by[, n])", "the value, or the n first values, in the rows of a group where another is greatest"),
    doc("min_by", "min_by(value, by[, n])", "the value, or the n first values, in the rows of a group where another is least"),
    doc("multimap_agg", "multimap_agg(key, value)", "a map of the keys of a group to arrays of their values"),
    doc("set_agg", "set_agg(value)", "the different values of a group in an array"),
];

/// The functions, ready to be made known.
pub(super) fn functions() -> Vec<AggregateUDF> {
    let mut all = vec![percentile::function(), count::count_if(), count::set_agg(), by::function(true), by::function(false)];
    all.extend(gather::functions());
    all
}
