//! The server as a caller meets it: real lines, a state in memory, stand-ins for what only a node has.

mod aws;
mod client;
mod findings;
mod guard;
mod hostile;
mod lines;
mod live;
mod openapi;
mod people;
mod pushes;
mod roles;
mod world;

use client::Client;
use world::World;
