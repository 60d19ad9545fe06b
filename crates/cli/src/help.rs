//! The help of every command and flag in both languages, and clap's complaints in words of ours.
//!
//! The structs of [`crate::args`] hold no help text: it is laid over the built tree from the tables
//! here, so that one place has all of it and a test can say what is missing.

mod chinese;
mod flags;
#[cfg(test)]
mod questions;
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
use std::ffi::OsString;

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
    let said = behind(path);
    let said = said.as_str();
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
            let help = flags::help(said, arg.get_id().as_str(), language);
            let of_all = matches!(arg.get_action(), ArgAction::Help | ArgAction::Version);
            let everywhere = arg.is_global_set() || of_all;
            let mut arg = arg.help_heading(if everywhere { common } else { own });
            if language == Language::ZhCn && takes_value(&arg) {
                let own = arg.get_value_names().and_then(|names| names.first());
                let own =
                    own.map_or_else(|| arg.get_id().as_str().to_uppercase(), ToString::to_string);
                if let Some(name) = chinese::value(&own) {
                    arg = arg.value_name(name);
                }
            }
            help.map_or(arg.clone(), |help| arg.help(help))
        });
    if let Some(about) = about(said, language) {
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

/// An export or an audit asks what the command behind it asks, in the same words.
fn behind(path: &str) -> String {
    const SAME: [(&str, &str); 4] = [
        ("export ", ""),
        ("audit list ", "list "),
        ("audit figure ", "report "),
        ("audit explain", "explain"),
    ];
    let same = SAME.iter().find_map(|(before, instead)| {
        let rest = path.strip_prefix(before)?;
        Some(format!("{instead}{rest}"))
    });
    same.unwrap_or_else(|| path.to_owned())
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

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

/// The name of a value in the language of this process.
pub(crate) fn value_name(name: &'static str) -> &'static str {
    match language() {
        Language::ZhCn => chinese::value(name).unwrap_or(name),
        Language::En => name,
    }
}

/// Help or version, as it goes to standard output.
pub(crate) fn rendered(asked: &clap::Error) -> String {
    let text = asked.render().to_string();
    match language() {
        Language::ZhCn => chinese::marked(&text),
        Language::En => text,
    }
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
pub(crate) fn usage(error: &clap::Error, argv: &[OsString]) -> Failure {
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
        ErrorKind::ArgumentConflict => {
            let other = listed(error, ContextKind::PriorArg);
            told(Word::Together, &[&quoted(ContextKind::InvalidArg), &other])
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            told(Word::ValuesCount, &[&quoted(ContextKind::InvalidArg)])
        }
        ErrorKind::InvalidUtf8 => Word::ArgumentNotUtf8.to_string(),
        _ => Word::UsageOther.to_string(),
    };
    let mut details = Vec::new();
    details.extend(std::error::Error::source(error).map(|why| in_words(&why.to_string())));
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
    if error.kind() == ErrorKind::InvalidUtf8 {
        details.extend(not_utf8(argv));
    }
    details.push(told(Word::SeeHelp, &[&path_of(argv)]));
    Failure::new(Exit::Usage, "usage", message).with_details(details)
}

/// The argument that is not UTF-8, behind the flag whose value it is.
fn not_utf8(argv: &[OsString]) -> Option<String> {
    let place = argv.iter().position(|arg| arg.to_str().is_none())?;
    let value = argv[place].to_string_lossy();
    let before = place
        .checked_sub(1)
        .and_then(|before| argv[before].to_str());
    let flag = before.filter(|before| before.starts_with("--"));
    Some(flag.map_or_else(|| value.to_string(), |flag| format!("{flag} {value}")))
}

/// Why a value is refused; clap's own reasons about numbers in the reader's language.
fn in_words(why: &str) -> String {
    let range = why.split_once(" is not in ");
    let bounds = range.and_then(|(given, range)| Some((given, range.split_once("..=")?)));
    match bounds {
        Some((given, (least, most))) => told(Word::NotInRange, &[&given, &least, &most]),
        None if why.starts_with("invalid digit") => Word::NotANumber.to_string(),
        None => why.to_owned(),
    }
}

/// The command that was meant, as far as its words are known.
fn path_of(argv: &[OsString]) -> String {
    let mut path = "gridwhistle".to_owned();
    let mut here = command();
    for word in argv.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(inner) = here.find_subcommand(word).cloned() {
            path.push(' ');
            path.push_str(word);
            here = inner;
        }
    }
    path
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

    #[test]
    fn names_of_values_are_chinese_in_chinese_help() {
        const ALIKE: [&str; 3] = ["UUID", "zh-CN|en", "yes|no"];
        let mut english = Vec::new();
        let tree = localised(Cli::command(), Language::ZhCn);
        each(&tree, "", &mut |command, path| {
            for arg in command.get_arguments().filter(|arg| takes_value(arg)) {
                let names = arg.get_value_names().unwrap_or_default();
                let alike = |name: &str| !name.is_ascii() || ALIKE.contains(&name);
                if names.is_empty() || !names.iter().all(|name| alike(name)) {
                    english.push(format!("{path} --{}", arg.get_id()));
                }
            }
        });
        assert_eq!(english, Vec::<String>::new());
    }

    #[test]
    fn every_question_may_be_asked_as_of_an_instant() {
        let mut without = Vec::new();
        each(&Cli::command(), "", &mut |command, path| {
            let name = path
                .strip_prefix("case timer ")
                .or(path.strip_prefix("case "));
            let given =
                name.is_some_and(|name| RECORDS.iter().any(|one| one.command.code() == name));
            let asks =
                !command.has_subcommands() && !given && !questions::NO_QUESTIONS.contains(&path);
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
