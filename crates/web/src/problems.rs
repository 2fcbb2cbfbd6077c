//! What is wrong with an imported file, in the reader's language.

use vitrina::{
    imports::{self, Problem},
    kernel::{Fault, Locale},
    stage::Stage,
};

/// The problem and what to do about it.
pub fn say(stage: &Stage, locale: Locale, problem: &Problem) -> String {
    let args = problem.arguments();
    let args: Vec<(&str, String)> = args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    // A refusal of the catalogue has its words among the faults.
    let keys = [format!("import.{}", problem.code), format!("fault.{}", problem.code)];
    match keys.iter().find(|key| stage.has_text(locale, key)) {
        Some(key) => stage.text(locale, key, &args),
        None => problem.message.clone(),
    }
}

/// The fault with the words of the problem that it carries, row and column first.
pub fn said(stage: &Stage, locale: Locale, mut fault: Fault) -> Fault {
    let Some(problem) = imports::problem_of(&fault) else { return fault };
    let place = |key: &str, value: String| format!("{} {value}", stage.text(locale, key, &[]));
    let row = problem.row.map(|row| place("office.import.row", row.to_string()));
    let column = problem.column.as_ref().map(|column| place("office.import.column", column.clone()));
    let place: Vec<String> = row.into_iter().chain(column).collect();
    let words = say(stage, locale, &problem);
    let words = if place.is_empty() { words } else { format!("{}: {words}", place.join(", ")) };
    for (name, value) in &mut fault.args {
        if *name == "message" {
            value.clone_from(&words);
        }
    }
    fault
}
