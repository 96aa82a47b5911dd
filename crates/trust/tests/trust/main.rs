//! What callers present, judged from outside: signatures of AWS's own library, and the gate.

mod chain;
mod credentials;
mod door;
mod faults;
mod passwords;
mod register;
mod signing;
mod tampering;
mod throttling;
mod wire;
