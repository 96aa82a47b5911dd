//! The bus at work over the state's file, with targets that behave and targets that do not.

mod chores;
mod endurance;
mod http;
mod kill;
mod mail;
mod queues;
mod speed;
mod trouble;
mod world;
