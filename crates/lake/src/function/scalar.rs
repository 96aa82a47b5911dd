//! One scalar function as a line of data, and what makes it a function of the engine.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::call::Call;
use super::kind::{Gives, Kind};

/// Puts a call differently, if it can.
pub(super) type Rewrite = fn(&[Expr]) -> Option<Expr>;

/// One function: what it is called, what it takes and gives, and the Rust that answers.
pub(super) struct Scalar {
    /// The name in SQL, lower case.
    pub(super) name: &'static str,
    /// Other names for the same thing.
    pub(super) aliases: &'static [&'static str],
    /// How it is written, for people.
    pub(super) signature: &'static str,
    /// What it is for, in one line.
    pub(super) meaning: &'static str,
    /// The kinds of its arguments, in order.
    pub(super) takes: &'static [Kind],
    /// How many arguments at the end may be left out.
    pub(super) optional: usize,
    /// Whether the last argument may be repeated.
    pub(super) variadic: bool,
    /// Brings arguments that must be of one type to it, once each is of its kind; false when they have none in common.
    pub(super) meet: Option<fn(&mut [DataType]) -> bool>,
    /// The type of its answer.
    pub(super) gives: Gives,
    /// Whether a row can be so bad that the query stops; such a function has a twin named `try_…` that answers null instead.
    pub(super) fails: bool,
    /// A plainer expression that means the same, when there is one; the optimizer sees further into it.
    pub(super) rewrite: Option<Rewrite>,
    /// Answers one batch.
    pub(super) run: fn(&Call<'_>) -> Result<datafusion::arrow::array::ArrayRef>,
}

impl Scalar {
    /// What most functions have in common.
    pub(super) const PLAIN: Scalar = Scalar {
        name: "",
        aliases: &[],
        signature: "",
        meaning: "",
        takes: &[],
        optional: 0,
        variadic: false,
        meet: None,
        gives: Gives::Text,
        fails: false,
        rewrite: None,
        run: |_| internal_err!("a function without a body"),
    };

    fn kind(&self, at: usize) -> Option<Kind> {
        self.takes.get(at).or(if self.variadic { self.takes.last() } else { None }).copied()
    }

    fn coerce(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let (least, most) = (self.takes.len() - self.optional, if self.variadic { usize::MAX } else { self.takes.len() });
        if given.len() < least || given.len() > most {
            return plan_err!("{} was given {} arguments; it is written {}", self.name, given.len(), self.signature);
        }
        let coerced = given.iter().enumerate().map(|(at, data_type)| self.kind(at).and_then(|kind| kind.coerce(data_type)));
        let mut coerced: Vec<DataType> = coerced
            .zip(given)
            .enumerate()
            .map(|(at, (coerced, data_type))| match coerced {
                Some(coerced) => Ok(coerced),
                None => plan_err!(
                    "argument {} of {} is {}, but {} is wanted; it is written {}",
                    at + 1,
                    self.name,
                    super::kind::sql_name(data_type),
                    self.kind(at).map_or("nothing", Kind::wanted),
                    self.signature
                ),
            })
            .collect::<Result<_>>()?;
        match self.meet {
            Some(meet) if !meet(&mut coerced) => {
                let types: Vec<String> = given.iter().map(super::kind::sql_name).collect();
                plan_err!("{} cannot be given {}; it is written {}", self.name, types.join(" and "), self.signature)
            }
            _ => Ok(coerced),
        }
    }
}

/// A function in the engine; `lenient` is the twin that answers null for a bad row.
#[derive(Debug)]
struct Function {
    scalar: &'static Scalar,
    lenient: bool,
    name: String,
    aliases: Vec<String>,
    signature: Signature,
}

/// The engine's functions made from one line: the function, and its `try_` twin where a row can fail.
pub(super) fn functions(scalar: &'static Scalar) -> Vec<ScalarUDF> {
    let twins: &[bool] = if scalar.fails { &[false, true] } else { &[false] };
    let named = |name: &str, lenient| if lenient { format!("try_{name}") } else { name.to_owned() };
    twins
        .iter()
        .map(|&lenient| {
            ScalarUDF::new_from_impl(Function {
                scalar,
                lenient,
                name: named(scalar.name, lenient),
                aliases: scalar.aliases.iter().map(|alias| named(alias, lenient)).collect(),
                signature: Signature::user_defined(Volatility::Immutable),
            })
        })
        .collect()
}

impl std::fmt::Debug for Scalar {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.signature)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.scalar.coerce(given)
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        self.scalar.gives.of(given, &[])
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> = arguments.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        let data_type = self.scalar.gives.of(&types, arguments.scalar_arguments)?;
        Ok(Arc::new(Field::new(&self.name, data_type, true)))
    }

    fn simplify(&self, arguments: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        match self.scalar.rewrite.and_then(|rewrite| rewrite(&arguments)) {
            Some(plainer) => Ok(ExprSimplifyResult::Simplified(plainer)),
            None => Ok(ExprSimplifyResult::Original(arguments)),
        }
    }

    fn invoke_with_args(&self, given: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one_row = given.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if one_row { 1 } else { given.number_rows };
        let call = Call {
            name: &self.name,
            lenient: self.lenient,
            rows,
            arguments: &given.args,
            gives: given.return_field.data_type(),
            given: &given,
        };
        let answer = (self.scalar.run)(&call)?;
        if answer.data_type() != call.gives {
            return internal_err!("{} answers {}, not {}", self.name, answer.data_type(), call.gives);
        }
        if one_row { Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?)) } else { Ok(ColumnarValue::Array(answer)) }
    }
}
