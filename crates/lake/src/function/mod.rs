//! The functions of Athena and CloudTrail Lake that the engine lacks or understands otherwise, so that published queries run unchanged.
//!
//! Every function is a line of data (`scalar::Scalar`, or a small type in `aggregate`) in the file of its family. Nulls give null. A row
//! that is too bad to answer, such as a text that is no time, ends the query as it does in Athena; the twin `try_…` of such a function
//! answers null instead, and is what `TRY(…)` stands for. A network address that is none gives null without a complaint.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use datafusion::prelude::SessionContext;
//!
//! let session = SessionContext::new();
//! watchfire_lake::function::register(&session);
//! let answer = session.sql(r#"SELECT json_extract_scalar('{"bucketName":"logs"}', '$.bucketName') AS bucket"#).await.unwrap();
//! assert_eq!(answer.collect().await.unwrap()[0].num_rows(), 1);
//! # });
//! ```
//!
//! Deliberately not here: rewriting of SQL text (the `query` crate does that).

mod address;
mod aggregate;
mod array;
mod call;
mod casts;
mod compare;
mod engine;
mod json;
mod kind;
mod lambda;
mod map;
mod math;
mod record;
mod regexp;
mod row;
mod scalar;
mod span;
mod swap;
mod text;
mod time;
mod typename;

use std::sync::{Arc, LazyLock};

use datafusion::prelude::SessionContext;

use scalar::Scalar;

/// What a person wants to know of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionDoc {
    /// Its name in SQL.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// How it is written.
    pub signature: &'static str,
    /// What it is for, in one line.
    pub meaning: &'static str,
    /// Whether there is a twin named `try_…` that gives null where this one ends the query.
    pub has_try: bool,
}

fn scalars() -> impl Iterator<Item = &'static Scalar> {
    [
        json::FUNCTIONS,
        time::FUNCTIONS,
        regexp::FUNCTIONS,
        array::FUNCTIONS,
        text::FUNCTIONS,
        &[address::FUNCTIONS, compare::FUNCTIONS, map::FUNCTIONS, math::FUNCTIONS, record::FUNCTIONS, row::FUNCTIONS],
    ]
    .into_iter()
    .flat_map(|family| family.iter().copied().flatten())
}

/// Makes every function known to a session, in place of what the engine has under the same name.
pub fn register(session: &SessionContext) {
    engine::register(session);
    for function in scalars().flat_map(scalar::functions) {
        session.register_udf(function);
    }
    for function in aggregate::functions() {
        session.register_udaf(function);
    }
    lambda::register(session);
    swap::register(session).expect("every function is known by now, and sessions take rewrites");
    span::register(session).expect("sessions take rewrites");
    casts::register(session).expect("sessions take rewrites");
}

/// The functions that `register` makes known, in the order of the alphabet.
pub fn catalogue() -> &'static [FunctionDoc] {
    static CATALOGUE: LazyLock<Vec<FunctionDoc>> = LazyLock::new(|| {
        let of_scalar = |scalar: &'static Scalar| FunctionDoc {
            name: scalar.name,
            aliases: scalar.aliases,
            signature: scalar.signature,
            meaning: scalar.meaning,
            has_try: scalar.fails,
        };
        let mut all: Vec<FunctionDoc> = scalars().map(of_scalar).collect();
        all.extend(aggregate::DOCS);
        all.extend(engine::DOCS);
        all.extend(lambda::docs());
        all.sort_by_key(|doc| doc.name);
        all
    });
    &CATALOGUE
}

/// The columns of which a record's text is made, in the order in which `event_json` takes them.
pub(crate) fn event_columns() -> Vec<String> {
    record::columns()
}

/// A type as SQL writes it.
pub(crate) fn sql_name(data_type: &datafusion::arrow::datatypes::DataType) -> String {
    kind::sql_name(data_type)
}

/// Intervals and differences of times as text, one a row; none where values are neither.
pub(crate) fn lengths_of_time(values: &datafusion::arrow::array::ArrayRef) -> Option<datafusion::common::Result<Vec<Option<String>>>> {
    time::written(values)
}

/// Values as JSON text, one a row.
pub(crate) fn json_rows(values: &datafusion::arrow::array::ArrayRef) -> datafusion::common::Result<Vec<Option<String>>> {
    let texts = json::encode::encode_rows(values)?;
    let texts = datafusion::arrow::array::AsArray::as_string_view(&texts);
    Ok(texts.iter().map(|text| text.map(str::to_owned)).collect())
}

/// Gives a function of the engine further names.
fn scalar_named(
    function: &Arc<datafusion::logical_expr::ScalarUDF>,
    aliases: &'static [&'static str],
) -> datafusion::logical_expr::ScalarUDF {
    function.as_ref().clone().with_aliases(aliases.iter().copied())
}
