//! The `gridwhistle` command.

mod demo;

use clap::Parser;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    demo: demo::Demo,
    #[arg(long, default_value = "zh-CN")]
    lang: gridwhistle::domain::text::Language,
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let cli = Cli::parse_from(std::env::args().filter(|arg| arg != "demo"));
    let mut output = std::io::stdout();
    match demo::run(&cli.demo, cli.lang, &mut output).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "{}", error.message(cli.lang));
            std::process::ExitCode::FAILURE
        }
    }
}
