//! The status page: what needs attention, the sources, the last findings, the deliveries, what to do next.

use watchfire_hub::filter::Filters;
use watchfire_hub::query::Query;
use watchfire_state::HubStore;
use watchfire_trust::Permission;

use crate::api::findings::Row;
use crate::call::Call;
use crate::harmless::html;
use crate::outside::sources::{SourceHealth, SourceState};
use crate::problem::Problem;

/// Findings on the page.
const FINDINGS_SHOWN: usize = 20;

pub(super) fn body(call: &Call) -> Result<String, Problem> {
    let sources = call.app.parts.sources.health();
    let findings = findings(call)?;
    Ok(format!(
        "{}<main><h1>Status</h1>{}{}{}{}{}</main>",
        head(call)?,
        attention(call),
        sources_table(&sources),
        findings_table(&findings),
        deliveries(call),
        next(call, sources.is_empty()),
    ))
}

fn head(call: &Call) -> Result<String, Problem> {
    let caller = call.who.caller()?;
    let session = call.who.0.as_ref().and_then(|admitted| admitted.session.as_ref());
    let logout = session.map(|session| {
        let csrf = session.csrf();
        format!("<input type=\"hidden\" name=\"csrf\" value=\"{}\"><button>Log out</button>", html(csrf.reveal()))
    });
    Ok(format!(
        "<header><strong>Watchfire</strong><span class=\"faint\">{}</span><form method=\"post\" action=\"/logout\"><span>{} <small>{}</small></span>{}</form></header>",
        html(&call.now().to_string()),
        html(caller.name()),
        caller.role(),
        logout.unwrap_or_default(),
    ))
}

/// What keeps the node from its work.
fn attention(call: &Call) -> String {
    let problems = call.app.parts.vitals.unready();
    let rules = call.app.parts.rules.problems().into_iter().filter(|problem| problem.is_error).count();
    let mut lines: Vec<String> = problems.iter().map(|problem| html(problem)).collect();
    if rules > 0 {
        lines.push(format!("{rules} detections could not be loaded: <code>watchfire rules check</code> says why"));
    }
    if lines.is_empty() {
        return "<section><p class=\"good\">All is well.</p></section>".to_owned();
    }
    let items: String = lines.iter().map(|line| format!("<li>{line}</li>")).collect();
    format!("<section><h2 class=\"bad\">Needs attention</h2><ul>{items}</ul></section>")
}

/// A table; cells are HTML already. On a phone each row stands alone, so cells carry their heads.
fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head: String = heads.iter().map(|head| format!("<th>{head}</th>")).collect();
    let row = |cells: Vec<String>| {
        let cells = cells.into_iter().zip(heads);
        let cells: String = cells.map(|(cell, head)| format!("<td data-head=\"{head}\">{cell}</td>")).collect();
        format!("<tr>{cells}</tr>")
    };
    format!("<table><thead><tr>{head}</tr></thead><tbody>{}</tbody></table>", rows.map(row).collect::<String>())
}

fn sources_table(sources: &[SourceHealth]) -> String {
    if sources.is_empty() {
        return "<section><h2>Sources</h2><p class=\"faint\">None yet. Name one in <code>watchfire.toml</code> under <code>[[source]]</code>.</p></section>"
            .to_owned();
    }
    let rows = sources.iter().map(|source| {
        let class = match source.state {
            SourceState::Running | SourceState::Starting => "good",
            SourceState::Failing | SourceState::Silent => "bad",
            SourceState::Waiting | SourceState::Off => "faint",
        };
        let problem = source.problem.as_deref().map(|problem| format!("<br><small>{}</small>", html(problem))).unwrap_or_default();
        vec![
            format!("{}<br><small>{}</small>", html(&source.name), html(&source.place)),
            format!("<span class=\"{class}\">{}</span>{problem}", source.state.as_str()),
            source.lag_seconds.map_or_else(|| "–".to_owned(), |lag| format!("{lag:.0} s")),
            grouped(source.records),
            grouped(source.rejects),
            html(source.last_object.as_deref().unwrap_or("–")),
        ]
    });
    format!("<section><h2>Sources</h2>{}</section>", table(&["Source", "State", "Lag", "Records", "Rejects", "Last"], rows))
}

fn findings(call: &Call) -> Result<Vec<Row>, Problem> {
    if call.who.may(Permission::ReadFindings).is_err() {
        return Ok(Vec::new());
    }
    let query = Query::latest(Filters::default(), FINDINGS_SHOWN);
    let found = call.app.parts.state.hub_find(&query, call.now()).map_err(|error| Problem::failed("findings cannot be read", error))?;
    Ok(found.items.iter().map(|(_, held)| Row::of(&held.document, &call.app.parts.home)).collect())
}

fn findings_table(findings: &[Row]) -> String {
    if findings.is_empty() {
        return "<section><h2>Last findings</h2><p class=\"faint\">None yet.</p></section>".to_owned();
    }
    let rows = findings.iter().map(|finding| {
        let class = match finding.severity.as_str() {
            word @ ("critical" | "high" | "medium" | "low" | "informational") => word,
            _ => "faint",
        };
        vec![
            format!("<span class=\"{class}\">{}</span>", html(&finding.severity)),
            format!("{}<br><small>{}</small>", html(&finding.title), html(&finding.summary)),
            html(&finding.account),
            html(finding.last_time.as_deref().or(finding.updated.as_deref()).unwrap_or("–")),
            html(&finding.status.to_ascii_lowercase()),
        ]
    });
    format!("<section><h2>Last findings</h2>{}</section>", table(&["Severity", "What", "Account", "Last", "Status"], rows))
}

fn deliveries(call: &Call) -> String {
    let Ok(targets) = call.app.parts.bus.tally() else {
        return "<section><h2>Deliveries</h2><p class=\"bad\">They cannot be read.</p></section>".to_owned();
    };
    if targets.is_empty() {
        return "<section><h2>Deliveries</h2><p class=\"faint\">None yet: no rule of the bus has sent anything.</p></section>".to_owned();
    }
    let rows = targets.iter().map(|target| {
        let dead = if target.dead > 0 { "bad" } else { "faint" };
        vec![
            html(&target.target),
            grouped(target.due),
            grouped(target.delivered),
            format!("<span class=\"{dead}\">{}</span>", grouped(target.dead)),
        ]
    });
    format!("<section><h2>Deliveries</h2>{}</section>", table(&["Target", "On their way", "Delivered", "Given up"], rows))
}

fn next(call: &Call, is_fresh: bool) -> String {
    let scheme = if call.app.is_tls { "https" } else { "http" };
    let host = html(call.header(&http::header::HOST));
    let first =
        if is_fresh { "<p>Begin with a source of logs: <code>watchfire init</code> writes a commented configuration.</p>" } else { "" };
    format!(
        "<section><h2>What to do next</h2>{first}\
         <p>Make a token for programs with <code>watchfire token add</code>, then</p>\
         <pre>curl -H \"Authorization: Bearer $TOKEN\" {scheme}://{host}/api/v1/findings</pre>\
         <p>Follow findings as they come:</p>\
         <pre>curl -N -H \"Authorization: Bearer $TOKEN\" {scheme}://{host}/api/v1/live</pre>\
         <p>With an access key, AWS's tools speak to it too:</p>\
         <pre>aws events list-rules --endpoint-url {scheme}://{host}</pre>\
         <p>Everything that can be called is described at <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>.</p></section>"
    )
}

/// A number that can be read.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"].map(str::to_owned));
    }
}
