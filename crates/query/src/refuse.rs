//! Statements that write, and what to do instead.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Source;

/// What stands at the start of a statement that passes.
const PASSING: [&str; 9] = ["select", "with", "values", "table", "explain", "show", "describe", "desc", "("];

/// Refuses, by its first words, what is no question: the parser would say less about it.
pub(crate) fn check_first_words(tokens: &[TokenWithSpan], source: &Source<'_>) -> Result<(), Diagnostic> {
    let solid = || tokens.iter().filter(|at| !matches!(at.token, Token::Whitespace(_)));
    let words: Vec<String> = solid().take(4).map(|at| at.token.to_string().to_ascii_lowercase()).collect();
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    let place = || solid().next().and_then(|at| source.place(at.span));
    let refuse = |message: &str, help: &str| Err(Diagnostic::new(Code::NotAQuery, message).help(help).at(place()));
    if word(0) == "show" {
        return match word(1) {
            "tables" | "columns" | "databases" | "schemas" => Ok(()),
            "functions" => {
                refuse("functions are not listed by a statement", "watchfire schema --functions lists them, and .functions in the shell")
            }
            "create" => refuse("SHOW CREATE is not answered: tables are not made by statements", "DESCRIBE cloudtrail lists its columns"),
            "partitions" => refuse("there are no partitions to show", "SELECT DISTINCT day, region FROM cloudtrail lists what is there"),
            _ => refuse("this SHOW is not answered", "SHOW TABLES, SHOW COLUMNS FROM a table and DESCRIBE a table are"),
        };
    }
    let explains = solid().filter(|at| matches!(&at.token, Token::Word(word) if word.keyword == Keyword::EXPLAIN)).count();
    if word(0) == "explain" && explains > 1 {
        return refuse("only a query can be explained", "write EXPLAIN once, before SELECT or WITH");
    }
    if PASSING.contains(&word(0)) {
        return Ok(());
    }
    let known = matches!(solid().next().map(|at| &at.token), Some(Token::Word(word)) if word.keyword != Keyword::NoKeyword);
    match (word(0), word(1), word(2)) {
        ("create", "external", _) => refuse(
            "tables are not created by statements: the cloudtrail table is there already",
            "watchfire ingest PLACE reads the logs that this table was to be laid over; then SELECT … FROM cloudtrail",
        ),
        ("create", "or", _) | ("create", "view", _) => refuse(
            "views are not created by statements",
            "put the view's query into the statement that uses it: WITH name AS (SELECT …) SELECT … FROM name",
        ),
        ("create", "table", _) if solid().any(|at| matches!(&at.token, Token::Word(word) if word.keyword == Keyword::SELECT)) => {
            refuse("CREATE TABLE AS would write a table", "run its SELECT alone and save the answer: --format parquet")
        }
        ("create", _, _) => refuse("nothing is created by statements", "watchfire ingest PLACE fills the tables that are there"),
        ("alter", _, _) | ("msck", _, _) => {
            refuse("partitions need no statement", "watchfire ingest PLACE adds what is new; then SELECT … FROM cloudtrail")
        }
        ("insert" | "update" | "delete" | "merge" | "truncate" | "drop", _, _) => refuse(
            "records are kept as they were logged; no statement changes or removes them",
            "watchfire lake has commands for retention and upkeep",
        ),
        ("copy" | "unload", _, _) => {
            refuse("answers are not written to storage by statements", "run the SELECT alone and save the answer: --format parquet")
        }
        ("set" | "use" | "reset", _, _) => {
            refuse("settings are not changed by statements", "leave it out; name tables as they are: cloudtrail")
        }
        ("prepare" | "execute" | "deallocate", _, _) => {
            refuse("prepared statements are not kept", "write the query with the values in it, or EXECUTE IMMEDIATE '…' USING value, …")
        }
        _ if known => refuse("only questions are answered here", "begin with SELECT or WITH"),
        _ => Err(Diagnostic::new(Code::Syntax, "this is no SQL statement").help("begin with SELECT or WITH").at(place())),
    }
}
