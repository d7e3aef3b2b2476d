//! The command line: reads the settings, wires the parts together, and ends in order. What it does is in [`cli`].

mod cli;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return cli::Stop::failed(format!("no threads can be started: {error}")).told(),
    };
    let code = match runtime.block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.told(),
    };
    // Whatever still runs has had its time.
    runtime.shutdown_background();
    code
}
