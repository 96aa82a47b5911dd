//! Who called what from where.

use std::io::Write;

use comfy_table::Table;
use serde::Serialize;
use watchfire_investigate::{ApiRow, Tally, WhoRow, apis, who};

use crate::args::Format;
use crate::show::progress::grouped;
use crate::show::{json, safe, table::table};

#[derive(Serialize)]
struct Summary<'t> {
    who: &'t [WhoRow<'t>],
    apis: &'t [ApiRow<'t>],
}

/// Prints the tables.
pub fn print(format: Format, tally: &Tally, top: usize) -> anyhow::Result<()> {
    let (who, mut apis) = (who(tally), apis(tally));
    let total = (who.len(), apis.len());
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    let who = who.get(..who.len().min(top)).unwrap_or_default();
    if format != Format::Table {
        let apis = apis.get(..apis.len().min(top)).unwrap_or_default();
        return json(format == Format::Jsonl, &[Summary { who, apis }]);
    }
    writeln!(out, "{}", who_table(who))?;
    writeln!(out, "{} of {} callers, busiest first\n", who.len(), total.0)?;
    apis.sort_by_key(|row| (row.danger.is_none(), row.danger, std::cmp::Reverse(row.count)));
    let apis = apis.get(..apis.len().min(top)).unwrap_or_default();
    writeln!(out, "{}", api_table(apis))?;
    writeln!(out, "{} of {} APIs, dangerous ones first", apis.len(), total.1)?;
    Ok(())
}

fn who_table(rows: &[WhoRow<'_>]) -> Table {
    let mut table = table(&["CALLER", "CALLS", "WRITES", "REFUSED", "APIS", "FROM", "REGIONS", "SEEN", "DANGEROUS"]);
    for row in rows {
        let more = row.dangerous_count.saturating_sub(row.dangerous.len() as u64);
        let dangerous = row.dangerous.iter().map(|api| api.rsplit(':').next().unwrap_or(api)).collect::<Vec<_>>().join(" ");
        table.add_row([
            name(row.who),
            grouped(row.count),
            grouped(row.writes),
            grouped(row.refused),
            grouped(row.apis),
            grouped(row.addresses),
            grouped(row.regions),
            format!("{} … {}", row.first, row.last),
            safe(&if more > 0 { format!("{dangerous} and {more} more") } else { dangerous }),
        ]);
    }
    table
}

fn api_table(rows: &[ApiRow<'_>]) -> Table {
    let mut table = table(&["API", "CALLS", "REFUSED", "ERRORS", "CALLERS", "FROM", "SEEN", "DANGER"]);
    for row in rows {
        table.add_row([
            name(row.api),
            grouped(row.count),
            grouped(row.refused),
            grouped(row.errors),
            grouped(row.callers),
            grouped(row.addresses),
            format!("{} … {}", row.first, row.last),
            row.danger.map_or_else(String::new, |danger| danger.as_str().to_owned()),
        ]);
    }
    table
}

/// Characters of a name in a table: wider ones leave no room for the rest.
const NAME_CHARS_MAX: usize = 60;

/// A caller or API for a table: ARNs as account and name, everything cut to what a row bears.
fn name(text: &str) -> String {
    let arn: Vec<&str> = text.splitn(6, ':').collect();
    let short = match arn.as_slice() {
        ["arn", _, _, _, account, resource] => format!("{account} {resource}"),
        _ => text.to_owned(),
    };
    let cut = short.chars().count() > NAME_CHARS_MAX;
    let kept: String = short.chars().take(NAME_CHARS_MAX).collect();
    safe(&if cut { format!("{kept}…") } else { kept })
}
