//! Settings: the form is what `plugin.toml` says.

use serde::Serialize;
use serde_json::{Value, json};
use vitrina::{
    flows,
    kernel::{Fault, Source},
    manifest::{Setting, SettingKind, plugin_zero},
    stage,
};

use super::desk::{Answer, Desk};

/// A group of settings with its heading.
#[derive(Serialize)]
struct Group {
    label: String,
    settings: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    key: String,
    label: String,
    help: String,
    kind: &'static str,
    value: String,
    options: Vec<String>,
    /// Set by the environment: the office cannot change it.
    fixed: bool,
    env: String,
    source: String,
    default: String,
}

/// Those that can be changed while the shop runs: the shop's own, then the theme's.
fn offered(desk: &Desk) -> Vec<Setting> {
    let own = plugin_zero().settings.iter().filter(|s| !s.at_start).cloned();
    own.chain(desk.stage.theme().settings.into_iter().map(of_theme)).collect()
}

fn of_theme(setting: stage::Setting) -> Setting {
    let default = match &setting.default {
        toml_value if setting.kind == stage::SettingKind::Bool => Value::Bool(toml_value.as_bool().unwrap_or_default()),
        toml_value => toml_value.as_str().map_or_else(|| toml_value.to_string(), str::to_owned).into(),
    };
    Setting {
        key: format!("theme.{}", setting.key),
        group: "theme".into(),
        kind: match setting.kind {
            stage::SettingKind::Bool => SettingKind::Bool,
            stage::SettingKind::Integer => SettingKind::Integer,
            stage::SettingKind::Colour => SettingKind::Colour,
            stage::SettingKind::Text => SettingKind::Text,
        },
        default,
        label: setting.label,
        help: std::collections::BTreeMap::new(),
        min: None,
        max: None,
        choices: Vec::new(),
        env: None,
        at_start: false,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub async fn show(desk: Desk) -> Answer {
    let mut groups: Vec<(String, Group)> = Vec::new();
    for setting in &offered(&desk) {
        let line = line(&desk, setting);
        match groups.iter_mut().find(|(name, _)| *name == setting.group) {
            Some((_, group)) => group.settings.push(line),
            None => {
                let label = desk.t(&format!("office.setting.group.{}", setting.group));
                groups.push((setting.group.clone(), Group { label, settings: vec![line] }));
            }
        }
    }
    let groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
    desk.show("settings", "settings", json!({ "groups": groups })).await
}

fn line(desk: &Desk, setting: &Setting) -> Line {
    let settings = desk.app.settings();
    let said = |texts: &std::collections::BTreeMap<String, String>| {
        texts.get(desk.locale.as_str()).or_else(|| texts.get("en")).cloned().unwrap_or_default()
    };
    let source = settings.source(&setting.key).unwrap_or(Source::Default);
    let stored = settings.get(&setting.key).unwrap_or(&setting.default);
    Line {
        key: setting.key.clone(),
        label: said(&setting.label),
        help: said(&setting.help),
        kind: match setting.kind {
            SettingKind::Bool => "bool",
            SettingKind::Integer => "int",
            SettingKind::Colour => "colour",
            _ => "line",
        },
        value: desk.old(&setting.key, plain(stored)),
        options: setting.choices.clone(),
        fixed: source == Source::Environment,
        env: setting.env_name(),
        source: source.to_string(),
        default: plain(&setting.default),
    }
}

/// Whether the shop has this value already; browsers write colours in small letters.
fn is_so(desk: &Desk, setting: &Setting, value: &Value) -> bool {
    let settings = desk.app.settings();
    let now = settings.get(&setting.key).unwrap_or(&setting.default);
    match (now.as_str(), value.as_str()) {
        (Some(now), Some(new)) if setting.kind == SettingKind::Colour => now.eq_ignore_ascii_case(new),
        _ => now == value,
    }
}

pub async fn save(desk: Desk) -> Answer {
    let mut wanted = Vec::new();
    let mut slips = Vec::new();
    for setting in offered(&desk) {
        if desk.app.settings().source(&setting.key) == Some(Source::Environment) {
            continue;
        }
        // A box that is not ticked does not travel.
        let text =
            if setting.kind == SettingKind::Bool || desk.form.has(&setting.key) { desk.form.get(&setting.key) } else { continue };
        match setting.read(text) {
            Ok(value) if !is_so(&desk, &setting, &value) => wanted.push((setting.key.clone(), value)),
            Ok(_) => {}
            Err(code) => slips.push(Fault::invalid(setting.key.clone(), code)),
        }
    }
    if let Some(fault) = Fault::gather(slips) {
        return Err(fault);
    }
    flows::settings::save(&desk.app, &desk.actor, wanted).await?;
    desk.done("/office/settings", "office.flash.saved")
}
