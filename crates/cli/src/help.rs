//! The help of every command and flag in both languages, and clap's complaints in words of ours.
//!
//! The structs of [`crate::args`] hold no help text: it is laid over the built tree from the tables
//! here, so that one place has all of it and a test can say what is missing.

mod flags;
#[cfg(test)]
mod reference;
mod tree;

use crate::args::Cli;
use crate::case::records::RECORDS;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::{Word, language, told};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};
use gridwhistle::domain::policy::words::command as words_of;
use gridwhistle::domain::text::Language;

/// The program's commands with their help in the language of this process.
pub(crate) fn command() -> Command {
    localised(Cli::command(), language())
}

/// The same in a given language.
pub(crate) fn localised(command: Command, language: Language) -> Command {
    let command = command
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .version(env!("CARGO_PKG_VERSION"))
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version),
        );
    over(command, "", language)
}

fn over(command: Command, path: &str, language: Language) -> Command {
    let headings = match language {
        Language::ZhCn => ("用法", "命令", "参数", "通用参数"),
        Language::En => ("Usage", "Commands", "Arguments", "Common"),
    };
    let (usage, commands, own, common) = headings;
    let mut command = command
        .help_template(format!(
            "{{about}}\n\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
        .subcommand_help_heading(commands)
        .disable_help_flag(true)
        .arg(
            Arg::new("help")
                .long("help")
                .short('h')
                .action(ArgAction::Help),
        )
        .mut_args(|arg| {
            let help = flags::help(path, arg.get_id().as_str(), language);
            let everywhere =
                arg.is_global_set() || matches!(arg.get_id().as_str(), "help" | "version");
            let arg = arg.help_heading(if everywhere { common } else { own });
            help.map_or(arg.clone(), |help| arg.help(help))
        });
    if let Some(about) = about(path, language) {
        command = command.about(about);
    }
    let names: Vec<String> = command
        .get_subcommands()
        .map(|inner| inner.get_name().to_owned())
        .collect();
    for name in names {
        let inner_path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path} {name}")
        };
        command = command.mut_subcommand(name, |inner| over(inner, &inner_path, language));
    }
    command
}

fn about(path: &str, language: Language) -> Option<String> {
    if let Some(words) = tree::about(path, language) {
        return Some(words.to_owned());
    }
    let code = path
        .strip_prefix("case timer ")
        .or_else(|| path.strip_prefix("case "))?;
    let record = RECORDS
        .iter()
        .find(|record| record.command.code() == code)?;
    Some(words_of(record.command).get(language).to_owned())
}

/// Writes a shell's completions to standard output.
///
/// # Errors
/// When standard output does not take them.
pub(crate) fn completions(output: &Output, shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut command(), "gridwhistle", &mut bytes);
    let script = String::from_utf8(bytes).map_err(Failure::internal)?;
    let answer = serde_json::json!({ "shell": shell.to_string(), "script": script });
    output.answer(&answer, |out| out.line(script.trim_end()))
}

/// What is wrong with the command line, in words.
pub(crate) fn usage(error: &clap::Error) -> Failure {
    let part = |kind| error.get(kind).map(ToString::to_string);
    let quoted = |kind| {
        part(kind)
            .map(|text| format!("`{text}`"))
            .unwrap_or_default()
    };
    let message = match error.kind() {
        ErrorKind::UnknownArgument => {
            told(Word::UnknownArgument, &[&quoted(ContextKind::InvalidArg)])
        }
        ErrorKind::InvalidSubcommand => told(
            Word::UnknownCommand,
            &[&quoted(ContextKind::InvalidSubcommand)],
        ),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Word::MissingCommand.to_string()
        }
        ErrorKind::MissingRequiredArgument => told(
            Word::MissingArgument,
            &[&listed(error, ContextKind::InvalidArg)],
        ),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let argument = quoted(ContextKind::InvalidArg);
            told(
                Word::InvalidValue,
                &[&argument, &quoted(ContextKind::InvalidValue)],
            )
        }
        _ => Word::UsageOther.to_string(),
    };
    let mut details = Vec::new();
    details.extend(std::error::Error::source(error).map(ToString::to_string));
    let accepted = listed(error, ContextKind::ValidValue);
    if !accepted.is_empty() {
        details.push(told(Word::Accepted, &[&accepted]));
    }
    for kind in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg] {
        let suggested = listed(error, kind);
        if !suggested.is_empty() {
            details.push(told(Word::DidYouMean, &[&suggested]));
        }
    }
    if matches!(
        error.kind(),
        ErrorKind::ArgumentConflict | ErrorKind::TooManyValues
    ) {
        details.push(
            error
                .render()
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        );
    }
    details.push(told(Word::SeeHelp, &[&"gridwhistle"]));
    Failure::new(Exit::Usage, "usage", message).with_details(details)
}

fn listed(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::Strings(all)) => all.join(", "),
        Some(ContextValue::String(one)) => one.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(command: &Command, path: &str, visit: &mut impl FnMut(&Command, &str)) {
        visit(command, path);
        for inner in command.get_subcommands() {
            let name = inner.get_name();
            let path = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path} {name}")
            };
            each(inner, &path, visit);
        }
    }

    #[test]
    fn every_command_and_flag_has_help_in_both_languages() {
        for language in [Language::ZhCn, Language::En] {
            let mut missing = Vec::new();
            each(
                &localised(Cli::command(), language),
                "",
                &mut |command, path| {
                    if command.get_about().is_none() {
                        missing.push(path.to_owned());
                    }
                    for arg in command
                        .get_arguments()
                        .filter(|arg| arg.get_help().is_none())
                    {
                        missing.push(format!("{path} --{}", arg.get_id()));
                    }
                },
            );
            assert!(missing.is_empty(), "no words in {language}: {missing:#?}");
        }
    }

    #[test]
    fn help_in_chinese_is_chinese_and_help_in_english_is_not() {
        for (language, chinese) in [(Language::ZhCn, true), (Language::En, false)] {
            each(
                &localised(Cli::command(), language),
                "",
                &mut |command, path| {
                    let mut texts = vec![command.get_about().map(ToString::to_string)];
                    texts.extend(
                        command
                            .get_arguments()
                            .map(|arg| arg.get_help().map(ToString::to_string)),
                    );
                    for text in texts.into_iter().flatten() {
                        assert_eq!(!text.is_ascii(), chinese, "{path}: {text}");
                    }
                },
            );
        }
    }

    /// Commands that ask nothing about the city: they change it, or look at the log or a file.
    /// Personal data is opened now, under the keys and the offices of now.
    const NO_QUESTIONS: &[&str] = &[
        "case reporters",
        "init",
        "registry import",
        "catalogue import",
        "policy check",
        "policy publish",
        "calendar publish",
        "evaluate seal",
        "import",
        "rebuild",
        "verify",
        "erase",
        "tick",
        "demo",
        "completions",
    ];

    #[test]
    fn every_question_may_be_asked_as_of_an_instant() {
        let mut without = Vec::new();
        each(&Cli::command(), "", &mut |command, path| {
            let name = path
                .strip_prefix("case timer ")
                .or(path.strip_prefix("case "));
            let given =
                name.is_some_and(|name| RECORDS.iter().any(|one| one.command.code() == name));
            let asks = !command.has_subcommands() && !given && !NO_QUESTIONS.contains(&path);
            if asks && !command.get_arguments().any(|arg| arg.get_id() == "as_of") {
                without.push(path.to_owned());
            }
        });
        assert_eq!(without, Vec::<String>::new());
    }

    #[test]
    fn the_tree_is_sound() {
        for language in [Language::ZhCn, Language::En] {
            localised(Cli::command(), language).debug_assert();
        }
    }
}
