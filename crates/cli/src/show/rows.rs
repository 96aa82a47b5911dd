//! Rows of a query: aligned for people, or as CSV, JSON and Parquet as they come.

use std::io::{BufWriter, IsTerminal, Write};
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
use watchfire_lake::query::{Answer, OutColumn, Page, ParquetOut, Scanned};
use watchfire_node::Reader;

use super::progress::grouped;
use super::{csv, escaped, safe};
use crate::cmd::query::RowFormat;

/// Rows by which the widths of a table's columns are chosen; later rows keep to them.
const MEASURED_ROWS_MAX: usize = 1_000;

/// Widest column on a terminal, when several share it.
const COLUMN_WIDTH_MAX: usize = 60;

/// No column becomes narrower than this on a terminal.
const COLUMN_WIDTH_MIN: usize = 8;

/// Between two columns.
const GAP: usize = 2;

/// A query that takes no longer than this says nothing of its progress.
const QUIET: Duration = Duration::from_secs(1);

/// Prints the rows of one statement.
pub struct Rows {
    format: RowFormat,
    out: Option<BufWriter<Box<dyn Write + Send>>>,
    /// Columns of the terminal that rows are cut to.
    terminal: Option<usize>,
    columns: Vec<OutColumn>,
    /// Rows of a table that wait until the widths are known.
    waiting: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
    parquet: Option<ParquetOut<BufWriter<Box<dyn Write + Send>>>>,
    count: u64,
    spinner: Option<ProgressBar>,
}

impl Rows {
    pub fn new(format: RowFormat, out: Box<dyn Write + Send>, to_terminal: bool) -> Rows {
        let terminal = to_terminal.then(|| comfy_table::Table::new().width().map_or(100, usize::from));
        Rows {
            format,
            out: Some(BufWriter::new(out)),
            terminal,
            columns: Vec::new(),
            waiting: Vec::new(),
            widths: None,
            parquet: None,
            count: 0,
            spinner: None,
        }
    }

    /// Takes the progress away.
    pub fn hush(&mut self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }

    /// Prints what is left.
    pub fn finish(&mut self) -> anyhow::Result<()> {
        if self.format == RowFormat::Table {
            self.flush_waiting()?;
        }
        if self.format == RowFormat::Json {
            let end: &[u8] = if self.count == 0 { b"[]\n" } else { b"\n]\n" };
            self.write(end)?;
        }
        if let Some(parquet) = self.parquet.take() {
            parquet.finish()?;
        }
        if let Some(out) = &mut self.out {
            out.flush()?;
        }
        Ok(())
    }

    /// What it came to, in a line.
    pub fn told(&self, scanned: &Scanned) -> String {
        let rows = if self.count == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(self.count)) };
        match scanned.files {
            0 => rows,
            files => format!("{rows}; read {} of {} files, {}", files, scanned.files_total, HumanBytes(scanned.bytes)),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        if let Some(out) = &mut self.out {
            out.write_all(bytes)?;
        }
        Ok(())
    }

    fn line(&mut self, cells: &[String]) -> anyhow::Result<()> {
        let widths = self.widths.clone().unwrap_or_default();
        let last = cells.len().saturating_sub(1);
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate() {
            let width = widths.get(at).copied().unwrap_or(0);
            let cell = if self.terminal.is_some() { cut(cell, width) } else { cell.clone() };
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            match self.columns.get(at).is_some_and(|column| column.is_number) {
                true => line.push_str(&(pad + &cell)),
                false if at == last => line.push_str(&cell),
                false => line.push_str(&(cell + &pad)),
            }
            if at < last {
                line.push_str(&" ".repeat(GAP));
            }
        }
        line.push('\n');
        self.write(line.as_bytes())
    }

    /// Chooses the widths and prints what has waited for them.
    fn flush_waiting(&mut self) -> anyhow::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        if self.widths.is_none() {
            let heads: Vec<String> = self.columns.iter().map(|column| safe(&column.name)).collect();
            let widest = |at: usize| waiting.iter().chain([&heads]).filter_map(|row| row.get(at)).map(|cell| cell.width()).max();
            let mut widths: Vec<usize> = (0..heads.len()).map(|at| widest(at).unwrap_or(0)).collect();
            if let Some(terminal) = self.terminal {
                fit(&mut widths, terminal);
            }
            let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            self.widths = Some(widths);
            if !heads.is_empty() {
                self.line(&heads)?;
                self.line(&rule)?;
            }
        }
        waiting.iter().try_for_each(|row| self.line(row))
    }

    fn table(&mut self, page: &Page) -> anyhow::Result<()> {
        let columns = page.texts()?;
        for at in 0..page.rows() {
            let cells = columns.iter().map(|column| column.get(at).and_then(Option::as_deref).map(safe).unwrap_or_default());
            self.waiting.push(cells.collect());
        }
        if self.widths.is_some() || self.waiting.len() >= MEASURED_ROWS_MAX { self.flush_waiting() } else { Ok(()) }
    }

    fn csv(&mut self, page: &Page) -> anyhow::Result<()> {
        let columns = page.texts()?;
        for at in 0..page.rows() {
            let cells: Vec<Option<&str>> = columns.iter().map(|column| column.get(at).and_then(Option::as_deref)).collect();
            let line = csv::line(&cells);
            // Values are as they are, but nothing in them speaks to a terminal.
            let line = if self.terminal.is_some() { safe(line.trim_end_matches('\n')) + "\n" } else { line };
            self.write(line.as_bytes())?;
        }
        Ok(())
    }

    fn json(&mut self, page: &Page) -> anyhow::Result<()> {
        let lines = self.format == RowFormat::Jsonl;
        for (at, row) in page.json()?.iter().enumerate() {
            let row = escaped(row);
            let first = self.count == 0 && at == 0;
            let text = match (lines, first) {
                (true, _) => format!("{row}\n"),
                (false, true) => format!("[\n  {row}"),
                (false, false) => format!(",\n  {row}"),
            };
            self.write(text.as_bytes())?;
        }
        Ok(())
    }
}

impl Reader for Rows {
    fn begin(&mut self, answer: &Answer) -> anyhow::Result<()> {
        self.columns = answer.columns().to_vec();
        match self.format {
            RowFormat::Csv => {
                let heads: Vec<Option<&str>> = answer.columns().iter().map(|column| Some(column.name.as_str())).collect();
                self.write(csv::line(&heads).as_bytes())
            }
            RowFormat::Parquet => {
                self.parquet = self.out.take().map(|out| ParquetOut::new(out, answer)).transpose()?;
                Ok(())
            }
            RowFormat::Table | RowFormat::Json | RowFormat::Jsonl => Ok(()),
        }
    }

    fn page(&mut self, page: &Page) -> anyhow::Result<()> {
        match self.format {
            RowFormat::Table => self.table(page)?,
            RowFormat::Csv => self.csv(page)?,
            RowFormat::Json | RowFormat::Jsonl => self.json(page)?,
            RowFormat::Parquet => {
                if let Some(parquet) = &mut self.parquet {
                    parquet.write(page)?;
                }
            }
        }
        self.count += page.rows() as u64;
        Ok(())
    }

    fn tick(&mut self, scanned: &Scanned, elapsed: Duration) {
        if elapsed < QUIET || !std::io::stderr().is_terminal() {
            return;
        }
        let spinner = self.spinner.get_or_insert_with(ProgressBar::new_spinner);
        spinner.set_message(format!(
            "{} s, {} of {} files, {} rows read",
            elapsed.as_secs(),
            scanned.files,
            scanned.files_total,
            grouped(scanned.rows)
        ));
        spinner.tick();
    }
}

/// Makes columns share a terminal: the widest give way first.
fn fit(widths: &mut [usize], terminal: usize) {
    let room = terminal.saturating_sub(GAP * widths.len().saturating_sub(1));
    if widths.len() > 1 {
        // One column may take half of a wide terminal.
        widths.iter_mut().for_each(|width| *width = (*width).min(COLUMN_WIDTH_MAX.max(room / 2)));
    }
    while widths.iter().sum::<usize>() > room {
        match widths.iter_mut().max_by_key(|width| **width) {
            Some(widest) if *widest > COLUMN_WIDTH_MIN => *widest -= 1,
            _ => return,
        }
    }
}

/// A cell of at most so many columns.
fn cut(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut used = 0;
    let mut kept: String = cell
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used < width
        })
        .collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_give_way() {
        let mut widths = [5, 200, 40];
        fit(&mut widths, 80);
        assert!(widths.iter().sum::<usize>() <= 76 && widths[0] == 5, "{widths:?}");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abc", 4), "abc");
    }
}
