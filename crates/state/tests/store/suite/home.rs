//! The table that a store belongs to.

use watchfire_state::{Home, Store};

pub fn the_table_is_remembered(store: &dyn Store) {
    assert_eq!(store.home().expect("read"), None);
    let first = Home { place: "s3://b/lake".into(), lake: "6f1c".into(), writer: "w".into() };
    store.settle(&first).expect("written");
    assert_eq!(store.home().expect("read"), Some(first.clone()));
    let moved = Home { place: "s3://c/lake".into(), ..first };
    store.settle(&moved).expect("written");
    assert_eq!(store.home().expect("read"), Some(moved));
}
