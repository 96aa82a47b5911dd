//! What a backtest came to.

use std::io::Write;

use watchfire_node::{Backtest, Tested};

use crate::args::Format;
use crate::show::progress::{counted_noun, grouped};
use crate::show::{json, safe};

/// Prints it: rules that found something, then how many found nothing.
pub fn print(format: Format, backtest: &Backtest) -> anyhow::Result<()> {
    match format {
        Format::Json => json(false, &backtest.rules),
        Format::Jsonl => json(true, &backtest.rules),
        Format::Table => {
            let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
            let (hit, quiet): (Vec<_>, Vec<_>) = backtest.rules.iter().partition(|tested| tested.hits > 0);
            for tested in &hit {
                rule(&mut out, tested)?;
            }
            let (judged, total) = (grouped(backtest.judged), grouped(backtest.total));
            writeln!(out, "{} found something, {} nothing", counted_noun(hit.len() as u64, "rule"), quiet.len())?;
            writeln!(out, "{judged} of {total} records could matter and were judged")?;
            Ok(())
        }
    }
}

fn rule(out: &mut impl Write, tested: &Tested) -> anyhow::Result<()> {
    let (hits, findings) = (counted_noun(tested.hits, "hit"), counted_noun(tested.findings as u64, "finding"));
    writeln!(out, "{}: {hits} in {findings}", tested.name)?;
    let days = tested.days.iter();
    writeln!(out, "  days        {}", days.map(|(day, hits)| format!("{day} {hits}")).collect::<Vec<_>>().join(" · "))?;
    for (principal, hits) in &tested.principals {
        writeln!(out, "  by          {} {}", safe(principal), grouped(*hits))?;
    }
    for example in &tested.examples {
        writeln!(out, "  such as     {}", safe(example))?;
    }
    if let Some(removed) = &tested.removed {
        let (hits, findings) = (counted_noun(removed.hits, "hit"), counted_noun(removed.findings as u64, "finding"));
        writeln!(out, "  exception   takes away {hits} and {findings}")?;
        for example in &removed.examples {
            writeln!(out, "  takes away  {}", safe(example))?;
        }
    }
    writeln!(out)?;
    Ok(())
}
