//! A Discord-compatible server on loopback.
