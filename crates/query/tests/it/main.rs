//! The translation, as texts beside texts; and what must hold for any text.

mod explain;
mod golden;
mod hostile;
mod names;
mod property;
