//! Small pieces of tree that the translation puts in.

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, ObjectName,
    Query, Select, SelectFlavor, SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins, Value, WildcardAdditionalOptions,
};

/// Names that need quotes where they name a column.
const QUOTED: [&str; 6] = ["timestamp", "date", "time", "interval", "end", "position"];

/// An identifier, quoted when its name needs it.
pub(crate) fn ident(name: &str) -> Ident {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let safe = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && name.chars().all(plain) && !QUOTED.contains(&name);
    if safe { Ident::new(name) } else { Ident::with_quote('"', name) }
}

/// A column under a path of names.
pub(crate) fn column(path: &[String]) -> Expr {
    match path {
        [name] => Expr::Identifier(ident(name)),
        path => Expr::CompoundIdentifier(path.iter().map(|name| ident(name)).collect()),
    }
}

/// A text.
pub(crate) fn text(value: impl Into<String>) -> Expr {
    Expr::value(Value::SingleQuotedString(value.into()))
}

/// A whole number.
pub(crate) fn number(value: usize) -> Expr {
    Expr::value(Value::Number(value.to_string(), false))
}

/// A call.
pub(crate) fn call(name: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    let args = arguments.into_iter().map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// Two values and an operator between them.
pub(crate) fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// `NOT (…)`.
pub(crate) fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: sqlparser::ast::UnaryOperator::Not, expr: Box::new(nested(expr)) }
}

/// Brackets round what is not a single word already.
pub(crate) fn nested(expr: Expr) -> Expr {
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Function(_) | Expr::Value(_) | Expr::Nested(_) | Expr::Cast { .. } => {
            expr
        }
        other => Expr::Nested(Box::new(other)),
    }
}

/// `CAST(expr AS type)`.
pub(crate) fn cast(kind: sqlparser::ast::CastKind, expr: Expr, data_type: sqlparser::ast::DataType) -> Expr {
    Expr::Cast { kind, expr: Box::new(expr), data_type, array: false, format: None }
}

/// `(SELECT *, items FROM factor) AS alias`.
pub(crate) fn derived(items: Vec<(Expr, Ident)>, factor: TableFactor, alias: Option<Ident>) -> TableFactor {
    let all = SelectItem::Wildcard(WildcardAdditionalOptions::default());
    let items = items.into_iter().map(|(expr, alias)| SelectItem::ExprWithAlias { expr, alias });
    let select = select(std::iter::once(all).chain(items).collect(), vec![TableWithJoins { relation: factor, joins: Vec::new() }]);
    let alias = alias.map(|name| TableAlias { explicit: true, name, columns: Vec::new(), at: None });
    TableFactor::Derived { lateral: false, subquery: Box::new(query(select)), alias, sample: None }
}

/// `(SELECT items) AS alias`.
pub(crate) fn made_of(items: Vec<(Expr, Ident)>, alias: Option<Ident>) -> TableFactor {
    let select = select(items.into_iter().map(|(expr, alias)| SelectItem::ExprWithAlias { expr, alias }).collect(), Vec::new());
    let alias = alias.map(|name| TableAlias { explicit: true, name, columns: Vec::new(), at: None });
    TableFactor::Derived { lateral: false, subquery: Box::new(query(select)), alias, sample: None }
}

/// A query of one `SELECT`.
pub(crate) fn query(select: Select) -> Query {
    Query {
        with: None,
        body: Box::new(SetExpr::Select(Box::new(select))),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

/// `SELECT items FROM from`.
pub(crate) fn select(projection: Vec<SelectItem>, from: Vec<TableWithJoins>) -> Select {
    Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection,
        exclude: None,
        into: None,
        from,
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}
