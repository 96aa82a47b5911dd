//! Who and what was seen most.

use maud::{Markup, html as markup};

use crate::tally::{Others, TallyRow};
use crate::text::{counted, number};
use crate::{Dimension, Triage, apis, name, who};

use super::parts;

/// Rows of one table.
const ROWS_MAX: usize = 15;

/// Rows of the callers' table.
const CALLERS_MAX: usize = 20;

/// Dangerous APIs listed apart.
const DANGEROUS_MAX: usize = 25;

/// Who called what from where, and the dangerous APIs that were called.
pub(super) fn callers(triage: &Triage<'_>) -> Markup {
    let mut rows = who(triage.tally);
    // Whoever did or tried something matters more here than whoever was busy; the order within stays.
    rows.sort_by_key(|row| row.dangerous_count == 0 && row.refused == 0);
    if rows.is_empty() {
        return Markup::default();
    }
    let least = |at_least: bool, value: u64| if at_least { format!("≥ {}", number(value)) } else { number(value) };
    markup! {
        section #callers aria-labelledby="callers-h" {
            h2 #callers-h { "Who called what, from where" }
            p.hint {
                "First those with dangerous or refused calls, then the busiest; sessions of one role are added up. Named are dangerous APIs "
                "that succeeded: they give access, persist, blind, destroy or leak."
             }
            div.scroll { table.wide-table {
                caption.unheard { "Callers" }
                thead { tr {
                    th scope="col" { "Caller" } th.n scope="col" { "Records" } th.n scope="col" { "Writes" } th.n scope="col" { "Refused" }
                    th.n scope="col" { "APIs" } th.n scope="col" { "Addresses" } th.n scope="col" { "Regions" }
                } }
                tbody {
                    @for row in rows.iter().take(CALLERS_MAX) {
                        tr {
                            th scope="row" {
                                b { (name::identity(row.who)) }
                                @if name::identity(row.who) != row.who { span.arn { (parts::line(row.who, 300)) } }
                                @if !row.dangerous.is_empty() {
                                    span.dangers {
                                        @for api in &row.dangerous { span.danger { (parts::line(&name::api(api), 80)) } }
                                        @if row.dangerous_count > row.dangerous.len() as u64 {
                                            span { "and " (number(row.dangerous_count - row.dangerous.len() as u64)) " more" }
                                        }
                                    }
                                }
                            }
                            td.n data-label="records" { (number(row.count)) }
                            td.n data-label="writes" { (number(row.writes)) }
                            td.n.bad[row.refused > 0] data-label="refused" { (number(row.refused)) }
                            td.n data-label="APIs" { (least(row.at_least, row.apis)) }
                            td.n data-label="addresses" { (least(row.at_least, row.addresses)) }
                            td.n data-label="regions" { (least(row.at_least, row.regions)) }
                        }
                    }
                }
            } }
            (rest(rows.len(), CALLERS_MAX, "callers"))
            (dangerous(triage))
        }
    }
}

fn dangerous(triage: &Triage<'_>) -> Markup {
    let mut rows: Vec<_> = apis(triage.tally).into_iter().filter_map(|row| Some((row.danger?, row))).collect();
    rows.sort_by(|(a, x), (b, y)| a.cmp(b).then(y.count.cmp(&x.count)).then(x.api.cmp(y.api)));
    markup! {
        @if !rows.is_empty() {
            h3 { "Dangerous APIs called" }
            div.scroll { table.wide-table {
                caption.unheard { "Dangerous APIs, by what they do" }
                thead { tr {
                    th scope="col" { "API" } th scope="col" { "Does" } th.n scope="col" { "Calls" } th.n scope="col" { "Failed" }
                    th.n scope="col" { "Refused" } th.n scope="col" { "Callers" } th.n scope="col" { "Addresses" }
                } }
                tbody {
                    @for (danger, row) in rows.iter().take(DANGEROUS_MAX) {
                        tr {
                            th scope="row" { (parts::line(&name::api(row.api), 120)) }
                            td data-label="does" { span.tag { (danger.as_str()) } }
                            td.n data-label="calls" { (number(row.count)) }
                            td.n data-label="failed" { (number(row.errors)) }
                            td.n data-label="refused" { (number(row.refused)) }
                            td.n data-label="callers" { (number(row.callers)) }
                            td.n data-label="addresses" { (number(row.addresses)) }
                        }
                    }
                }
            } }
            (rest(rows.len(), DANGEROUS_MAX, "dangerous APIs"))
        }
    }
}

fn rest(all: usize, shown: usize, noun: &str) -> Markup {
    markup! {
        @if all > shown { p.note { (number((all - shown) as u64)) " more " (noun) " are not listed." } }
    }
}

/// The busiest texts of each dimension.
pub(super) fn section(triage: &Triage<'_>) -> Markup {
    if triage.tally.total().is_none() {
        return Markup::default();
    }
    markup! {
        section #tops aria-labelledby="tops-h" {
            h2 #tops-h { "Busiest" }
            p.hint { "By number of records; the darker part of a bar is calls that failed." }
            @for (dimension, title) in [
                (Dimension::Principal, "Principals"),
                (Dimension::Address, "Addresses"),
                (Dimension::Api, "APIs"),
                (Dimension::ErrorCode, "Error codes"),
                (Dimension::AccessKey, "Access keys"),
                (Dimension::UserAgent, "User agents"),
                (Dimension::Region, "Regions"),
                (Dimension::Account, "Accounts"),
            ] {
                (table(dimension, title, &triage.tally.rows(dimension), triage.tally.others(dimension)))
            }
        }
    }
}

fn table(dimension: Dimension, title: &str, rows: &[TallyRow<'_>], others: Option<Others>) -> Markup {
    let most = rows.first().map_or(0, |row| row.seen.count);
    markup! {
        @if !rows.is_empty() {
            details.top-table open[matches!(dimension, Dimension::Principal | Dimension::Address | Dimension::Api)] {
                summary { h3 { (title) } span.count { (number(rows.len() as u64)) } }
                table.tops {
                    caption.unheard { (title) ", busiest first" }
                    thead { tr {
                        th scope="col" { "Name" } th.n scope="col" { "Records" } th scope="col" { span.unheard { "Share" } }
                        th.n scope="col" { "Failed" } th scope="col" { "First" } th scope="col" { "Last" }
                    } }
                    tbody {
                        @for row in rows.iter().take(ROWS_MAX) {
                            tr {
                                th scope="row" { (shown(dimension, row.text)) }
                                td.n data-label="records" { (number(row.seen.count)) }
                                td.share { (parts::bar(row.seen.count, most, row.seen.errors)) }
                                td.n data-label="failed" { (number(row.seen.errors)) }
                                td data-label="first" { (parts::when(row.seen.first)) }
                                td data-label="last" { (parts::when(row.seen.last)) }
                            }
                        }
                    }
                }
                (rest(rows.len(), ROWS_MAX, "names"))
                @if let Some(others) = others {
                    p.note {
                        (counted(others.seen.count, "record", "records")) " are counted without a name: there were more names than are kept ("
                        (number(others.dropped)) " given up), the busiest remain."
                    }
                }
            }
        }
    }
}

fn shown(dimension: Dimension, text: &str) -> Markup {
    match dimension {
        Dimension::Api => markup! { (parts::line(&name::api(text), 160)) },
        Dimension::ErrorCode | Dimension::UserAgent => markup! { (parts::line(text, 300)) },
        _ => parts::id(text),
    }
}
