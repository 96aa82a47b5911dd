//! Tables for people.

use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};

/// A table without lines, wrapped to the terminal.
pub fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(head.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
    table
}
