//! Who called what from where.

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
    let who = who.get(..who.len().min(top)).unwrap_or_default();
    if format != Format::Table {
        let apis = apis.get(..apis.len().min(top)).unwrap_or_default();
        return json(format == Format::Jsonl, &[Summary { who, apis }]);
    }
    anstream::println!("{}", who_table(who));
    anstream::println!("{} of {} callers, busiest first\n", who.len(), total.0);
    apis.sort_by_key(|row| (row.danger.is_none(), row.danger, std::cmp::Reverse(row.count)));
    let apis = apis.get(..apis.len().min(top)).unwrap_or_default();
    anstream::println!("{}", api_table(apis));
    anstream::println!("{} of {} APIs, dangerous ones first", apis.len(), total.1);
    Ok(())
}

fn who_table(rows: &[WhoRow<'_>]) -> Table {
    let mut table = table(&["CALLER", "CALLS", "WRITES", "REFUSED", "APIS", "FROM", "REGIONS", "FIRST", "LAST", "DANGEROUS"]);
    for row in rows {
        let more = row.dangerous_count.saturating_sub(row.dangerous.len() as u64);
        let dangerous = row.dangerous.iter().map(|api| api.rsplit(':').next().unwrap_or(api)).collect::<Vec<_>>().join(" ");
        table.add_row([
            safe(row.who),
            grouped(row.count),
            grouped(row.writes),
            grouped(row.refused),
            grouped(row.apis),
            grouped(row.addresses),
            grouped(row.regions),
            row.first.to_string(),
            row.last.to_string(),
            safe(&if more > 0 { format!("{dangerous} and {more} more") } else { dangerous }),
        ]);
    }
    table
}

fn api_table(rows: &[ApiRow<'_>]) -> Table {
    let mut table = table(&["API", "CALLS", "REFUSED", "ERRORS", "CALLERS", "FROM", "FIRST", "LAST", "DANGER"]);
    for row in rows {
        table.add_row([
            safe(row.api),
            grouped(row.count),
            grouped(row.refused),
            grouped(row.errors),
            grouped(row.callers),
            grouped(row.addresses),
            row.first.to_string(),
            row.last.to_string(),
            row.danger.map_or_else(String::new, |danger| danger.as_str().to_owned()),
        ]);
    }
    table
}
