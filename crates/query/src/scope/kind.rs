//! What an expression holds.

use sqlparser::ast::{
    AccessExpr, BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Subscript, Value,
};

use super::{Scopes, path};
use crate::names::{Column, Kind};
use crate::types::Type;

/// Layers of an expression that are looked through: chains of operators can be thousands deep.
const ASKED_MAX: usize = 24;

/// Functions that answer with a timestamp.
const TIMESTAMPS: [&str; 22] = [
    "from_iso8601_timestamp",
    "from_iso8601_timestamp_nanos",
    "date_parse",
    "parse_datetime",
    "now",
    "current_timestamp",
    "localtimestamp",
    "date_add",
    "date_trunc",
    "from_unixtime",
    "from_unixtime_nanos",
    "to_timestamp",
    "to_timestamp_seconds",
    "to_timestamp_millis",
    "at_timezone",
    "with_timezone",
    "timestamp",
    "last_day_of_month",
    "date_bin",
    "timestampadd",
    "dateadd",
    "at_time_zone",
];

/// Functions that answer with one of their arguments, the first telling its kind.
const ONE_OF_THEM: [&str; 20] = [
    "min",
    "max",
    "arbitrary",
    "any_value",
    "first_value",
    "last_value",
    "nth_value",
    "lag",
    "lead",
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "max_by",
    "min_by",
    "try",
    "filter",
    "array_filter",
    "array_distinct",
    "slice",
];

/// Functions that answer with a value of the JSON type.
const JSONS: [&str; 9] = [
    "json_extract",
    "json_parse",
    "json_array_get",
    "to_json",
    "json_query",
    "json_object",
    "json_object_absent",
    "json_array",
    "json_array_null",
];

/// Functions that answer with text.
const TEXTS: [&str; 22] = [
    "lower",
    "upper",
    "concat",
    "substr",
    "substring",
    "trim",
    "ltrim",
    "rtrim",
    "replace",
    "regexp_extract",
    "regexp_replace",
    "json_extract_scalar",
    "json_format",
    "split_part",
    "to_char",
    "date_format",
    "format_datetime",
    "array_join",
    "url_extract_host",
    "reverse",
    "json_value",
    "to_iso8601",
];

/// The lower-case name of a function.
pub(crate) fn call_name(function: &Function) -> String {
    function.name.0.last().and_then(|part| part.as_ident()).map(|ident| ident.value.to_ascii_lowercase()).unwrap_or_default()
}

/// The plain arguments of a function.
pub(crate) fn arguments(function: &Function) -> impl Iterator<Item = &Expr> {
    let list = if let FunctionArguments::List(list) = &function.args { list.args.as_slice() } else { &[] };
    list.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    })
}

/// One plain argument of a function.
pub(crate) fn argument(function: &Function, at: usize) -> Option<&Expr> {
    arguments(function).nth(at)
}

/// A value without the zone it is shown in, which changes nothing about the moment.
pub(crate) fn in_utc(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) | Expr::AtTimeZone { timestamp: inner, .. } => in_utc(inner),
        Expr::Function(function) if call_name(function) == "at_timezone" => argument(function, 0).map_or(expr, in_utc),
        other => other,
    }
}

impl Scopes<'_> {
    /// What an expression holds; the outermost layers decide, so this does not go deep.
    pub(crate) fn kind_of(&self, expr: &Expr) -> Kind {
        if self.asked.get() >= ASKED_MAX {
            return Kind::Unknown;
        }
        self.asked.set(self.asked.get() + 1);
        let kind = self.kind_of_layer(expr);
        self.asked.set(self.asked.get() - 1);
        kind
    }

    fn kind_of_layer(&self, expr: &Expr) -> Kind {
        match expr {
            Expr::Identifier(ident) => self.kind_of_path(&path(std::slice::from_ref(ident))),
            Expr::CompoundIdentifier(idents) => self.kind_of_path(&path(idents)),
            Expr::CompoundFieldAccess { root, access_chain } => {
                access_chain.iter().fold(self.kind_of(root), |kind, step| self.step(&kind, step))
            }
            Expr::Nested(inner) => self.kind_of(inner),
            Expr::Value(value) => match value.value {
                Value::Number(..) => Kind::Number,
                Value::Boolean(_) => Kind::Boolean,
                Value::Null => Kind::Unknown,
                _ => Kind::Text,
            },
            Expr::TypedString(typed) => of_type(&typed.data_type),
            Expr::Cast { data_type, .. } => Self::kind_of_cast(data_type),
            Expr::Interval(_) => Kind::Interval,
            Expr::AtTimeZone { .. } => Kind::Timestamp,
            Expr::BinaryOp { left, op, right } => self.kind_of_operation(left, op, right),
            Expr::Function(function) => self.kind_of_call(function),
            Expr::Case { conditions, .. } => conditions.first().map_or(Kind::Unknown, |case| self.kind_of(&case.result)),
            Expr::Array(array) => Kind::list(array.elem.first().map_or(Kind::Unknown, |first| self.kind_of(first))),
            Expr::Tuple(parts) => self.kind_of_row(parts.iter()),
            Expr::Substring { .. } | Expr::Trim { .. } => Kind::Text,
            Expr::Extract { .. } | Expr::Position { .. } => Kind::Number,
            _ => Kind::Unknown,
        }
    }

    /// A row that is written down: its fields have no names but their place.
    fn kind_of_row<'e>(&self, parts: impl Iterator<Item = &'e Expr>) -> Kind {
        Kind::Struct(parts.enumerate().map(|(at, part)| Column::new(&format!("c{at}"), self.kind_of(part))).collect())
    }

    /// What the elements hold that the lambdas of a call see.
    pub(crate) fn kind_of_elements(&self, function: &Function) -> Kind {
        let lambda = arguments(function).any(|argument| matches!(argument, Expr::Lambda(_)));
        argument(function, 0).filter(|_| lambda).map_or(Kind::Unknown, |list| self.kind_of(list).element())
    }

    fn kind_of_path(&self, path: &[String]) -> Kind {
        let Some(found) = self.find(path) else { return Kind::Unknown };
        let rest = path.get(found.surplus + found.taken..).unwrap_or_default();
        rest.iter().fold(found.kind, |kind, name| field_of(&kind, name))
    }

    /// What one step into a value holds.
    pub(crate) fn step(&self, kind: &Kind, step: &AccessExpr) -> Kind {
        match step {
            AccessExpr::Dot(Expr::Identifier(ident)) => field_of(kind, &ident.value),
            AccessExpr::Subscript(Subscript::Index { index: Expr::Value(value) }) => match &value.value {
                Value::SingleQuotedString(name) => field_of(kind, name),
                _ => kind.element(),
            },
            AccessExpr::Subscript(Subscript::Index { .. }) => kind.element(),
            _ => Kind::Unknown,
        }
    }

    fn kind_of_cast(data_type: &DataType) -> Kind {
        Type::read(data_type).map_or_else(|| of_type(data_type), |wanted| wanted.kind())
    }

    fn kind_of_operation(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Kind {
        match op {
            BinaryOperator::StringConcat => Kind::Text,
            BinaryOperator::Plus | BinaryOperator::Minus => match (self.kind_of(left), self.kind_of(right)) {
                (Kind::Timestamp | Kind::Moment, Kind::Interval) | (Kind::Interval, Kind::Timestamp | Kind::Moment) => Kind::Timestamp,
                (Kind::Date, Kind::Interval) | (Kind::Interval, Kind::Date) => Kind::Date,
                (Kind::Timestamp | Kind::Date | Kind::Moment, Kind::Timestamp | Kind::Date | Kind::Moment) => Kind::Interval,
                (Kind::Number, _) | (_, Kind::Number) => Kind::Number,
                (kind @ (Kind::Timestamp | Kind::Date | Kind::Interval), _) => kind,
                _ => Kind::Unknown,
            },
            BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => Kind::Number,
            _ => Kind::Boolean,
        }
    }

    fn kind_of_call(&self, function: &Function) -> Kind {
        let name = call_name(function);
        let first = || argument(function, 0).map_or(Kind::Unknown, |first| self.kind_of(first));
        match name.strip_prefix("try_").unwrap_or(&name) {
            "date" | "current_date" | "from_iso8601_date" => Kind::Date,
            "element_at" => match (first(), argument(function, 1)) {
                (Kind::JsonText, _) => Kind::JsonText,
                (kind, _) => kind.element(),
            },
            "unnest" | "array_first" | "array_max" | "array_min" => first().element(),
            "array_agg" | "set_agg" => Kind::list(first()),
            "split" | "regexp_extract_all" | "json_to_text_array" | "map_keys" => Kind::list(Kind::Text),
            "json_to_array" => Kind::list(Kind::Json),
            "map" | "histogram" | "map_agg" | "map_concat" | "transform_keys" | "transform_values" => Kind::map(Kind::Unknown),
            "multimap_agg" => Kind::map(Kind::list(Kind::Unknown)),
            "map_filter" => first(),
            "event_json" => Kind::JsonText,
            "json_cast" | "row_cast" => match argument(function, 1) {
                Some(Expr::Value(name)) => {
                    let wanted = name.value.clone().into_string().and_then(|name| Type::named(&name));
                    wanted.map_or(Kind::Unknown, |wanted| wanted.kind())
                }
                _ => Kind::Unknown,
            },
            "interval_times" | "parse_duration" => Kind::Interval,
            "flatten" => first().element(),
            "array_remove" | "array_union" | "array_except" | "array_intersect" | "array_sort" | "shuffle" | "trim_array" => first(),
            "json_to_map" => Kind::map(Kind::Json),
            "json_to_text_map" | "split_to_map" => Kind::map(Kind::Text),
            "map_values" => Kind::list(first().element()),
            "range" | "sequence" | "generate_series" => Kind::list(Kind::Unknown),
            "row" | "struct" => self.kind_of_row(arguments(function)),
            "if" => argument(function, 1).map_or(Kind::Unknown, |then| self.kind_of(then)),
            "count" | "cardinality" | "length" | "approx_distinct" | "date_diff" | "to_unixtime" | "sum" | "avg" => Kind::Number,
            name if TIMESTAMPS.contains(&name) => Kind::Timestamp,
            name if ONE_OF_THEM.contains(&name) => first(),
            name if JSONS.contains(&name) => Kind::Json,
            name if TEXTS.contains(&name) => Kind::Text,
            _ => Kind::Unknown,
        }
    }
}

/// What a named part of a value holds.
fn field_of(kind: &Kind, name: &str) -> Kind {
    match kind {
        Kind::JsonText => Kind::JsonText,
        Kind::Json => Kind::Json,
        Kind::Map(to) => (**to).clone(),
        kind => kind.field(name).map_or(Kind::Unknown, |field| field.kind.clone()),
    }
}

/// What a value of a SQL type holds.
pub(crate) fn of_type(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Timestamp(..) | DataType::Datetime(_) => Kind::Timestamp,
        DataType::Date => Kind::Date,
        DataType::Varchar(_) | DataType::Char(_) | DataType::Text | DataType::String(_) | DataType::CharacterVarying(_) => Kind::Text,
        DataType::JSON => Kind::Json,
        DataType::Boolean | DataType::Bool => Kind::Boolean,
        DataType::Interval { .. } => Kind::Interval,
        DataType::BigInt(_) | DataType::Int(_) | DataType::Integer(_) | DataType::Double(_) | DataType::Real | DataType::Decimal(_) => {
            Kind::Number
        }
        _ => Kind::Unknown,
    }
}
