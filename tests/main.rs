//! The tests from the edge, as one binary: it links once, and one PostgreSQL server serves all of it.

mod databases;
mod store;
