//! What stands around every page.

use crate::harmless::html;

/// A whole page. `body` is HTML already.
pub(super) fn frame(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{} · Watchfire</title><link rel=\"stylesheet\" href=\"/style.css\"></head><body>{body}</body></html>\n",
        html(title)
    )
}
