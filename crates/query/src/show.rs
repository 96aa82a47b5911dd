//! `SHOW` and `DESCRIBE`, in the few forms that the engine has.

use sqlparser::ast::{
    BinaryOperator, DescribeAlias, Expr, ObjectName, SelectItem, ShowStatementFilter, ShowStatementFilterPosition, ShowStatementOptions,
    Spanned, Statement, TableWithJoins, UtilityOption,
};

use crate::build;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Source;

/// Which statements pass, brought into the engine's form.
pub(crate) fn admit(statement: Statement, source: &Source<'_>) -> Result<Statement, Diagnostic> {
    match statement {
        Statement::Query(_) => Ok(statement),
        Statement::Explain { analyze, verbose, statement, options, .. } => {
            let asked = |word: &str| options.iter().flatten().any(|option: &UtilityOption| option.name.value.eq_ignore_ascii_case(word));
            let Statement::Query(_) = &*statement else {
                return Err(Diagnostic::new(Code::NotAQuery, "only a query can be explained").at(source.place(statement.span())));
            };
            Ok(Statement::Explain {
                describe_alias: DescribeAlias::Explain,
                analyze: analyze || asked("analyze"),
                verbose: verbose || asked("verbose"),
                query_plan: false,
                estimate: false,
                statement,
                format: None,
                options: None,
            })
        }
        Statement::ExplainTable { table_name, .. } => {
            Ok(Statement::ExplainTable { describe_alias: DescribeAlias::Describe, hive_format: None, has_table_keyword: false, table_name })
        }
        Statement::ShowTables { show_options, .. } => Ok(show_tables(&show_options)),
        Statement::ShowColumns { show_options, .. } => show_columns(show_options),
        // Whatever database a query names, it means the one there is; it is called as Athena calls it.
        Statement::ShowDatabases { .. } | Statement::ShowSchemas { .. } => {
            let name = SelectItem::ExprWithAlias { expr: build::text("default"), alias: build::ident("database_name") };
            Ok(Statement::Query(Box::new(build::query(build::select(vec![name], Vec::new())))))
        }
        other => {
            let message = "only questions are answered here: SELECT, WITH, VALUES, EXPLAIN, SHOW TABLES, SHOW COLUMNS, DESCRIBE";
            Err(Diagnostic::new(Code::NotAQuery, message).at(source.place(other.span())))
        }
    }
}

fn no_options() -> ShowStatementOptions {
    ShowStatementOptions { show_in: None, starts_with: None, limit: None, limit_from: None, filter_position: None }
}

/// `SHOW TABLES`; with a pattern it is a query of the engine's list of tables. The database is ours, whatever it was called.
fn show_tables(options: &ShowStatementOptions) -> Statement {
    let pattern = match &options.filter_position {
        Some(ShowStatementFilterPosition::Infix(filter) | ShowStatementFilterPosition::Suffix(filter)) => match filter {
            ShowStatementFilter::Like(pattern) | ShowStatementFilter::ILike(pattern) => Some(pattern.clone()),
            // Hive's patterns have stars.
            ShowStatementFilter::NoKeyword(pattern) => Some(pattern.replace('*', "%")),
            ShowStatementFilter::Where(_) => None,
        },
        None => None,
    };
    let Some(pattern) = pattern else {
        return Statement::ShowTables {
            terse: false,
            history: false,
            extended: false,
            full: false,
            external: false,
            show_options: no_options(),
        };
    };
    let name = || Expr::Identifier(build::ident("table_name"));
    let tables = ObjectName::from(vec![build::ident("information_schema"), build::ident("tables")]);
    let from = vec![TableWithJoins { relation: crate::rewrite::table_factor(tables), joins: Vec::new() }];
    let mut select = build::select(vec![SelectItem::UnnamedExpr(name())], from);
    let like =
        Expr::Like { negated: false, any: false, expr: Box::new(name()), pattern: Box::new(build::text(pattern)), escape_char: None };
    let ours = build::binary(Expr::Identifier(build::ident("table_schema")), BinaryOperator::NotEq, build::text("information_schema"));
    select.selection = Some(build::binary(like, BinaryOperator::And, ours));
    Statement::Query(Box::new(build::query(select)))
}

fn show_columns(mut options: ShowStatementOptions) -> Result<Statement, Diagnostic> {
    if let Some(within) = &mut options.show_in {
        within.parent_type = None;
    }
    let named = options.show_in.as_ref().is_some_and(|within| within.parent_name.is_some());
    if !named {
        return Err(Diagnostic::new(Code::Syntax, "SHOW COLUMNS needs a table").help("write SHOW COLUMNS FROM cloudtrail"));
    }
    let show_options = ShowStatementOptions { show_in: options.show_in, ..no_options() };
    Ok(Statement::ShowColumns { extended: false, full: false, show_options })
}
