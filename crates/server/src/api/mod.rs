//! What can be called, one file a noun. Each gives its routes; here is the list of them.

mod bus;
mod deliveries;
mod detections;
pub(crate) mod findings;
mod insights;
mod live;
mod people;
mod search;
pub(crate) mod session;
mod sources;
mod system;

use crate::route::Route;

/// Everything that can be called.
pub(crate) fn routes() -> Vec<Route> {
    let all = [
        bus::routes(),
        deliveries::routes(),
        detections::routes(),
        findings::routes(),
        insights::routes(),
        live::routes(),
        people::routes(),
        search::routes(),
        session::routes(),
        sources::routes(),
        system::routes(),
    ];
    all.into_iter().flatten().chain(crate::push::routes()).chain(crate::page::routes()).collect()
}
