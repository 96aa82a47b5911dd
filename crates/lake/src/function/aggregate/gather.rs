//! Functions that gather a group into a map: `histogram`, `map_agg`, `multimap_agg`.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, MapArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use crate::function::kind::{list_of, map_of};

/// The functions.
pub(super) fn functions() -> impl Iterator<Item = AggregateUDF> {
    [Way::Count, Way::First, Way::All].into_iter().map(|way| {
        let arguments = if way == Way::Count { 1 } else { 2 };
        AggregateUDF::new_from_impl(Gather { way, signature: Signature::any(arguments, Volatility::Immutable) })
    })
}

/// What a key keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    /// How often it came.
    Count,
    /// The first value it came with.
    First,
    /// All values it came with.
    All,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Gather {
    way: Way,
    signature: Signature,
}

impl Gather {
    /// The types of the keys, and of what comes with each.
    fn pair(&self, given: &[DataType]) -> Result<(DataType, DataType)> {
        match (self.way, given) {
            (Way::Count, [key]) => Ok((key.clone(), DataType::Int64)),
            (Way::First | Way::All, [key, value]) => Ok((key.clone(), value.clone())),
            _ => plan_err!("{} was given {} arguments", self.name(), given.len()),
        }
    }
}

impl AggregateUDFImpl for Gather {
    fn name(&self) -> &str {
        match self.way {
            Way::Count => "histogram",
            Way::First => "map_agg",
            Way::All => "multimap_agg",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        let (key, value) = self.pair(given)?;
        Ok(map_of(key, if self.way == Way::All { list_of(value) } else { value }))
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let given: Vec<DataType> = arguments.expr_fields.iter().map(|field| field.data_type().clone()).collect();
        let (key_type, value_type) = self.pair(&given)?;
        Ok(Box::new(Gathered { way: self.way, key_type, value_type, places: HashMap::new(), entries: Vec::new(), bytes: 0 }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let given: Vec<DataType> = arguments.input_fields.iter().map(|field| field.data_type().clone()).collect();
        let (key, value) = self.pair(&given)?;
        let field = |name: &str, item| Arc::new(Field::new(format!("{}[{name}]", arguments.name), list_of(item), true));
        Ok(vec![field("keys", key), field("values", value)])
    }
}

/// The keys so far, in the order they came, and what each keeps.
#[derive(Debug)]
struct Gathered {
    way: Way,
    key_type: DataType,
    value_type: DataType,
    places: HashMap<ScalarValue, usize>,
    entries: Vec<(ScalarValue, Kept)>,
    bytes: usize,
}

#[derive(Debug)]
enum Kept {
    Count(i64),
    Values(Vec<ScalarValue>),
}

impl Gathered {
    fn add(&mut self, key: ScalarValue, value: ScalarValue) {
        if key.is_null() {
            return;
        }
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None => {
                let key = key.compacted();
                self.bytes += 2 * key.size() + size_of::<(ScalarValue, Kept)>() + size_of::<usize>();
                self.places.insert(key.clone(), self.entries.len());
                self.entries.push((key, if self.way == Way::Count { Kept::Count(0) } else { Kept::Values(Vec::new()) }));
                self.entries.len() - 1
            }
        };
        match (self.entries.get_mut(place), value) {
            (Some((_, Kept::Count(count))), ScalarValue::Int64(Some(more))) => *count = count.saturating_add(more),
            (Some((_, Kept::Values(values))), value) if self.way == Way::All || values.is_empty() => {
                let value = value.compacted();
                self.bytes += value.size();
                values.push(value);
            }
            _ => {}
        }
    }

    fn add_all(&mut self, keys: &ArrayRef, values: &ArrayRef) -> Result<()> {
        for row in 0..keys.len() {
            self.add(ScalarValue::try_from_array(keys, row)?, ScalarValue::try_from_array(values, row)?);
        }
        Ok(())
    }

    fn array(values: Vec<ScalarValue>, data_type: &DataType) -> Result<ArrayRef> {
        if values.is_empty() {
            return Ok(datafusion::arrow::array::new_empty_array(data_type));
        }
        ScalarValue::iter_to_array(values)
    }
}

impl Accumulator for Gathered {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        match columns {
            [keys] => {
                let ones: ArrayRef = Arc::new(Int64Array::from(vec![1; keys.len()]));
                self.add_all(keys, &ones)
            }
            [keys, values] => self.add_all(keys, values),
            _ => internal_err!("one or two columns are wanted"),
        }
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [keys, values] = states else { return internal_err!("two states are wanted") };
        let (keys, values) = (keys.as_list::<i32>(), values.as_list::<i32>());
        for row in 0..keys.len() {
            if keys.is_valid(row) {
                self.add_all(&keys.value(row), &values.value(row))?;
            }
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for (key, kept) in &self.entries {
            match kept {
                Kept::Count(count) => {
                    keys.push(key.clone());
                    values.push(ScalarValue::Int64(Some(*count)));
                }
                Kept::Values(all) => {
                    keys.extend(std::iter::repeat_n(key.clone(), all.len()));
                    values.extend(all.iter().cloned());
                }
            }
        }
        let list = |items: &[ScalarValue], item| ScalarValue::List(ScalarValue::new_list_nullable(items, item));
        Ok(vec![list(&keys, &self.key_type), list(&values, &self.value_type)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let kept_type = if self.way == Way::All { list_of(self.value_type.clone()) } else { self.value_type.clone() };
        let DataType::Map(field, _) = map_of(self.key_type.clone(), kept_type.clone()) else { return internal_err!("a map is a map") };
        let keys = Gathered::array(self.entries.iter().map(|(key, _)| key.clone()).collect(), &self.key_type)?;
        let kept = self.entries.iter().map(|(_, kept)| match kept {
            Kept::Count(count) => ScalarValue::Int64(Some(*count)),
            Kept::Values(values) if self.way == Way::All => ScalarValue::List(ScalarValue::new_list_nullable(values, &self.value_type)),
            Kept::Values(values) => values.first().cloned().unwrap_or(ScalarValue::Null),
        });
        let values = Gathered::array(kept.collect(), &kept_type)?;
        let DataType::Struct(pair) = field.data_type() else { return internal_err!("the entries of a map are pairs") };
        let entries = StructArray::try_new(pair.clone(), vec![keys, values], None)?;
        let offsets = OffsetBuffer::from_lengths([self.entries.len()]);
        // A group without a key has no map, as in Athena.
        let known = !self.entries.is_empty();
        Ok(ScalarValue::Map(Arc::new(MapArray::try_new(Arc::clone(&field), offsets, entries, Some(vec![known].into()), false)?)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.bytes
    }
}
