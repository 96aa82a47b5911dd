//! Functions of Trino that take lambdas and that the engine lacks. A lambda is asked about all elements of a batch at once.

mod list;
mod map;
mod reduce;
mod replace;
mod zip;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::compute::{cast, take, take_arrays};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature, HigherOrderUDF, HigherOrderUDFImpl,
    LambdaArgument, LambdaParametersProgress, ValueOrLambda, Volatility,
};
use datafusion::prelude::SessionContext;

use super::FunctionDoc;
use super::kind::sql_name;

/// What stands at a place between the brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    List,
    Map,
    Any,
    Lambda,
}

/// The types of the parameters of each lambda; none where they hang on what another lambda gives.
type Parameters = Vec<Option<Vec<DataType>>>;

/// One function as a line of data.
struct Line {
    name: &'static str,
    /// How it is written, for people.
    signature: &'static str,
    /// What it is for, in one line.
    meaning: &'static str,
    takes: &'static [Slot],
    /// The types of the parameters of each lambda, from the types of the values and from what the lambdas give as far as that is known.
    parameters: fn(&[DataType], &[Option<DataType>]) -> Result<Parameters>,
    /// Types that the values are cast to once it is known what the lambdas give.
    settle: fn(&[DataType], &[DataType]) -> Vec<DataType>,
    /// The type of the answer, from the types of the values and of what the lambdas give.
    gives: fn(&[DataType], &[DataType]) -> Result<DataType>,
    run: fn(&Invocation<'_>) -> Result<ArrayRef>,
}

const LINES: &[&[Line]] = &[list::LINES, map::LINES, reduce::LINES, replace::LINES, zip::LINES];

/// Makes the functions known to a session.
pub(super) fn register(session: &SessionContext) {
    for line in LINES.iter().copied().flatten() {
        let signature = HigherOrderSignature::user_defined(Volatility::Immutable);
        session.register_higher_order_function(Arc::new(HigherOrderUDF::new_from_impl(Function { line, signature })));
    }
}

/// What people want to know of them, and of those that the engine has.
pub(super) fn docs() -> impl Iterator<Item = FunctionDoc> {
    let doc = |name, signature, meaning| FunctionDoc { name, aliases: &[], signature, meaning, has_try: false };
    // What sorts by a comparison is array_sort to people, whatever the engine calls it.
    let lines = LINES.iter().copied().flatten().filter(|line| line.signature.starts_with(line.name));
    let ours = lines.map(move |line| doc(line.name, line.signature, line.meaning));
    ours.chain([
        doc("all_match", "all_match(array, x -> condition)", "whether a condition holds for every element of an array"),
        doc("any_match", "any_match(array, x -> condition)", "whether a condition holds for some element of an array"),
        doc("filter", "filter(array, x -> condition)", "the elements of an array for which a condition holds"),
        doc("none_match", "none_match(array, x -> condition)", "whether a condition holds for no element of an array"),
        doc("transform", "transform(array, x -> value)", "an array of what becomes of each element"),
    ])
}

/// One call over one batch.
struct Invocation<'a> {
    values: Vec<ArrayRef>,
    lambdas: Vec<&'a LambdaArgument>,
    rows: usize,
    /// The type to answer in.
    gives: &'a DataType,
}

impl Invocation<'_> {
    fn value(&self, at: usize) -> Result<&ArrayRef> {
        self.values.get(at).map_or_else(|| internal_err!("a call lacks value {}", at + 1), Ok)
    }

    /// What a lambda gives for its parameters, each with one value for every row that `row_numbers` names.
    fn ask(&self, lambda: usize, parameters: &[ArrayRef], row_numbers: &UInt32Array) -> Result<ArrayRef> {
        let Some(lambda) = self.lambdas.get(lambda) else { return internal_err!("a call lacks lambda {}", lambda + 1) };
        let given: Vec<Box<dyn Fn() -> Result<ArrayRef> + '_>> =
            parameters.iter().map(|values| Box::new(|| Ok(Arc::clone(values))) as Box<dyn Fn() -> Result<ArrayRef>>).collect();
        let given: Vec<&dyn Fn() -> Result<ArrayRef>> = given.iter().map(AsRef::as_ref).collect();
        let answer = lambda.evaluate(&given, |captured| Ok(take_arrays(captured, row_numbers, None)?))?;
        answer.into_array(row_numbers.len())
    }
}

/// Values at places; none gives null.
fn pick(values: &ArrayRef, places: &UInt32Array) -> Result<ArrayRef> {
    Ok(take(values, places, None)?)
}

/// Values in another type, where they are not of it yet.
fn in_type(values: ArrayRef, wanted: &DataType) -> Result<ArrayRef> {
    if values.data_type() == wanted { Ok(values) } else { Ok(cast(&values, wanted)?) }
}

#[derive(Debug)]
struct Function {
    line: &'static Line,
    signature: HigherOrderSignature,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.signature)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.line.name == other.line.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.line.name.hash(state);
    }
}

/// The values and lambdas of a call, told apart.
fn apart<V: Clone, L: Clone>(given: &[ValueOrLambda<V, L>]) -> (Vec<V>, Vec<L>) {
    let (mut values, mut lambdas) = (Vec::new(), Vec::new());
    for one in given {
        match one {
            ValueOrLambda::Value(value) => values.push(value.clone()),
            ValueOrLambda::Lambda(lambda) => lambdas.push(lambda.clone()),
        }
    }
    (values, lambdas)
}

fn types(fields: &[FieldRef]) -> Vec<DataType> {
    fields.iter().map(|field| field.data_type().clone()).collect()
}

fn field(data_type: &DataType) -> FieldRef {
    Arc::new(Field::new("", data_type.clone(), true))
}

impl Function {
    fn coerce(&self, slot: Slot, given: &DataType) -> Result<DataType> {
        let line = self.line;
        let refuse =
            |wanted: &str| plan_err!("{} wants {wanted} and was given {}; it is written {}", line.name, sql_name(given), line.signature);
        match (slot, given) {
            (Slot::Any, given) => Ok(given.clone()),
            (Slot::List, list) => super::kind::Kind::List.coerce(list).map_or_else(|| refuse("an array"), Ok),
            (Slot::Map, DataType::Map(..)) => Ok(given.clone()),
            (Slot::Map, _) => refuse("a map"),
            (Slot::Lambda, _) => refuse("a lambda"),
        }
    }
}

impl HigherOrderUDFImpl for Function {
    fn name(&self) -> &str {
        self.line.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn coerce_value_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let slots = self.line.takes.iter().filter(|slot| **slot != Slot::Lambda);
        if slots.clone().count() != given.len() {
            return plan_err!("{} was given {} values; it is written {}", self.line.name, given.len(), self.line.signature);
        }
        slots.zip(given).map(|(slot, given)| self.coerce(*slot, given)).collect()
    }

    fn lambda_parameters(&self, _: usize, given: &[ValueOrLambda<FieldRef, Option<FieldRef>>]) -> Result<LambdaParametersProgress> {
        let is_lambda = |one: &ValueOrLambda<_, _>| matches!(one, ValueOrLambda::Lambda(_));
        if !given.iter().map(is_lambda).eq(self.line.takes.iter().map(|slot| *slot == Slot::Lambda)) {
            return plan_err!("{} is written {}", self.line.name, self.line.signature);
        }
        let (values, lambdas) = apart(given);
        let known: Vec<Option<DataType>> = lambdas.iter().map(|field| field.as_ref().map(|field| field.data_type().clone())).collect();
        let parameters = (self.line.parameters)(&types(&values), &known)?;
        let fields = |types: &Vec<DataType>| types.iter().map(field).collect::<Vec<_>>();
        let settled: Option<Vec<Vec<FieldRef>>> = parameters.iter().map(|one| one.as_ref().map(fields)).collect();
        Ok(match settled {
            Some(all) => LambdaParametersProgress::Complete(all),
            None => LambdaParametersProgress::Partial(parameters.iter().map(|one| one.as_ref().map(fields)).collect()),
        })
    }

    fn coerce_values_for_lambdas(&self, given: &[ValueOrLambda<DataType, DataType>]) -> Result<Option<Vec<DataType>>> {
        let (values, lambdas) = apart(given);
        Ok(Some((self.line.settle)(&values, &lambdas)))
    }

    fn return_field_from_args(&self, given: HigherOrderReturnFieldArgs<'_>) -> Result<FieldRef> {
        let (values, lambdas) = apart(given.arg_fields);
        Ok(field(&(self.line.gives)(&types(&values), &types(&lambdas))?))
    }

    fn invoke_with_args(&self, given: HigherOrderFunctionArgs) -> Result<ColumnarValue> {
        let (mut values, mut lambdas) = (Vec::new(), Vec::new());
        for argument in &given.args {
            match argument {
                ValueOrLambda::Value(value) => values.push(value.to_array(given.number_rows)?),
                ValueOrLambda::Lambda(lambda) => lambdas.push(lambda),
            }
        }
        let gives = given.return_field.data_type();
        let answer = (self.line.run)(&Invocation { values, lambdas, rows: given.number_rows, gives })?;
        Ok(ColumnarValue::Array(in_type(answer, gives)?))
    }
}
