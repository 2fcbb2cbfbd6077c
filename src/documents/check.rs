//! `theme check` for documents: every template in every locale with every sample.

use super::{Kind, Typesetter, sheet, specimens::specimens};
use crate::stage::{Finding, Severity, Stage};

/// Sets every sample and says what the theme's templates hold against it.
pub fn check(stage: &Stage, typesetter: &dyn Typesetter) -> Vec<Finding> {
    let mut findings = Vec::new();
    for locale in stage.theme().locales {
        for sample in specimens(locale) {
            let set = sheet::job(&sample.paper, stage).and_then(|job| typesetter.set(&job));
            if let Err(trouble) = set {
                let template = format!("documents/{}", sample.paper.kind.as_str());
                findings.push(Finding {
                    severity: Severity::Error,
                    code: "typeset",
                    file: format!("{template}.typ"),
                    template,
                    locale: Some(locale),
                    sample: sample.name.into(),
                    detail: trouble.to_string(),
                });
            }
        }
    }
    findings.extend(strangers(stage));
    findings.sort();
    findings
}

/// A template that no document asks for is a slip in its name.
fn strangers(stage: &Stage) -> Vec<Finding> {
    const SHARED: [&str; 2] = ["layout", "till"];
    // Offers, contracts and papers of cases are no documents of a series: their own flows set them.
    const OTHERS: [&str; 3] = ["case", "contract", "offer"];
    let files = stage.document_files();
    let names = files.keys().filter_map(|path| path.strip_prefix("documents/")?.strip_suffix(".typ"));
    let known = |name: &&str| {
        SHARED.contains(name) || OTHERS.contains(name) || name.contains('/') || Kind::ALL.iter().any(|k| k.as_str() == *name)
    };
    let stranger = |name: &str| Finding {
        severity: Severity::Note,
        code: "no_sample",
        file: format!("documents/{name}.typ"),
        template: format!("documents/{name}"),
        locale: None,
        sample: String::new(),
        detail: "no document is set from it".into(),
    };
    names.filter(|name| !known(name)).map(stranger).collect()
}
