//! Functions that the engine has with the same meaning: further names for some, and one line for each that people look for.

use datafusion::functions_aggregate as aggregates;
use datafusion::prelude::SessionContext;

use super::{FunctionDoc, scalar_named};

const fn doc(name: &'static str, aliases: &'static [&'static str], signature: &'static str, meaning: &'static str) -> FunctionDoc {
    FunctionDoc { name, aliases, signature, meaning, has_try: false }
}

/// What the engine brings along and this crate tests.
pub(super) const DOCS: &[FunctionDoc] = &[
    doc("abs", &[], "abs(number)", "a number without its sign"),
    doc("approx_distinct", &[], "approx_distinct(value)", "about how many different values there are"),
    doc("array_agg", &[], "array_agg(value [ORDER BY …])", "all values of a group in an array"),
    doc("array_distinct", &[], "array_distinct(array)", "an array without repeated elements"),
    doc("array_except", &[], "array_except(array, array)", "the elements of the first array that the second lacks"),
    doc("array_intersect", &[], "array_intersect(array, array)", "the elements that two arrays share"),
    doc("array_join", &[], "array_join(array, separator[, for_null])", "the elements of an array as one text"),
    doc("array_union", &[], "array_union(array, array)", "the elements of two arrays without repetition"),
    doc("arrays_overlap", &[], "arrays_overlap(array, array)", "whether two arrays share an element"),
    doc("avg", &[], "avg(number)", "the mean of a group"),
    doc("bool_and", EVERY, "bool_and(condition)", "whether a condition holds for every row of a group"),
    doc("bool_or", &[], "bool_or(condition)", "whether a condition holds for some row of a group"),
    doc("bit_and", AND_OF_BITS, "bitwise_and_agg(number)", "the bits that all whole numbers of a group share"),
    doc("bit_or", OR_OF_BITS, "bitwise_or_agg(number)", "the bits of all whole numbers of a group"),
    doc("bit_xor", XOR_OF_BITS, "bitwise_xor_agg(number)", "the bits that an odd number of whole numbers of a group have"),
    doc("ceil", CEILING, "ceil(number)", "the next whole number, upwards"),
    doc("coalesce", &[], "coalesce(value, …)", "the first value that is not null"),
    doc("concat_ws", &[], "concat_ws(separator, text, …)", "texts joined with a separator, nulls left out"),
    doc("count", &[], "count(*) | count([DISTINCT] value)", "how many rows, or values that are not null, there are"),
    doc("levenshtein", LEVENSHTEIN, "levenshtein_distance(text, text)", "how many letters must change to make one text the other"),
    doc("floor", &[], "floor(number)", "the next whole number, downwards"),
    doc("length", &[], "length(text)", "how many letters a text has"),
    doc("lower", &[], "lower(text)", "a text in lower case"),
    doc("map_keys", &[], "map_keys(map)", "the keys of a map in an array"),
    doc("map_values", &[], "map_values(map)", "the values of a map in an array"),
    doc("max", &[], "max(value)", "the greatest value of a group"),
    doc("min", &[], "min(value)", "the least value of a group"),
    doc("now", &["current_timestamp"], "now()", "the time at which the query began"),
    doc("replace", &[], "replace(text, part, replacement)", "a text with every occurrence of a part replaced"),
    doc("round", &[], "round(number[, digits])", "a number rounded"),
    doc("starts_with", &[], "starts_with(text, head)", "whether a text begins with another"),
    doc("string_agg", LISTAGG, "listagg(text, separator)", "the texts of a group joined with a separator"),
    doc("sum", &[], "sum(number)", "the sum of a group"),
    doc("trim", &[], "trim(text)", "a text without the space around it"),
    doc("stddev", &[], "stddev(number)", "how far the numbers of a group lie from their mean"),
    doc("upper", &[], "upper(text)", "a text in upper case"),
    doc("var_samp", VARIANCE, "variance(number)", "the square of stddev"),
    doc("any_value", ARBITRARY, "arbitrary(value)", "some value of a group that is not null"),
];

const EVERY: &[&str] = &["every"];
const LEVENSHTEIN: &[&str] = &["levenshtein_distance"];
const LISTAGG: &[&str] = &["listagg"];
const ARBITRARY: &[&str] = &["arbitrary"];

const CEILING: &[&str] = &["ceiling"];
const VARIANCE: &[&str] = &["variance"];
const AND_OF_BITS: &[&str] = &["bitwise_and_agg"];
const OR_OF_BITS: &[&str] = &["bitwise_or_agg"];
const XOR_OF_BITS: &[&str] = &["bitwise_xor_agg"];

/// Makes the further names known.
pub(super) fn register(session: &SessionContext) {
    session.register_udf(scalar_named(&datafusion::functions::math::ceil(), CEILING));
    session.register_udf(scalar_named(&datafusion::functions::string::levenshtein(), LEVENSHTEIN));
    let aggregates = [
        (aggregates::any_value::any_value_udaf(), ARBITRARY),
        (aggregates::bit_and_or_xor::bit_and_udaf(), AND_OF_BITS),
        (aggregates::bit_and_or_xor::bit_or_udaf(), OR_OF_BITS),
        (aggregates::bit_and_or_xor::bit_xor_udaf(), XOR_OF_BITS),
        (aggregates::variance::var_samp_udaf(), VARIANCE),
        (aggregates::bool_and_or::bool_and_udaf(), EVERY),
        (aggregates::string_agg::string_agg_udaf(), LISTAGG),
    ];
    for (function, aliases) in aggregates {
        session.register_udaf(function.as_ref().clone().with_aliases(aliases.iter().copied()));
    }
}
