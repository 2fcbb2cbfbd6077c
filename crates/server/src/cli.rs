//! What can be typed after `vitrina`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    cmd::{self, keys::Wanted},
    config::Config,
    demo, serve,
};

/// One catalogue behind an e-shop, newsletters and illustrated offers.
#[derive(Parser)]
#[command(name = "vitrina", version, about, arg_required_else_help = true)]
pub struct Cli {
    /// What to log, e.g. `warn,vitrina=debug`
    #[arg(long, global = true, env = "VITRINA_LOG")]
    pub log: Option<String>,
    #[command(subcommand)]
    pub command: Command,
}

/// Which shop a command touches.
#[derive(Args, Clone)]
pub struct Place {
    /// Folder of the shop: database, media, search index, vitrina.toml
    #[arg(long, value_name = "DIR", env = "VITRINA_DATA")]
    pub data: Option<PathBuf>,
    /// Configuration file, when it is not DIR/vitrina.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read themes from this folder (else DIR/themes) before the one built in
    #[arg(long, value_name = "DIR")]
    pub theme_dir: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run the shop, the office and the worker
    Serve {
        #[command(flatten)]
        place: Place,
        /// Address and port to listen on
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<SocketAddr>,
    },
    /// A seeded shop in one folder: no network, no account
    Demo {
        #[command(flatten)]
        place: Place,
        /// Address and port to listen on
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<SocketAddr>,
        /// Print addresses and logins as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Take products in from a file, or take an import back
    Import {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        ask: cmd::import::Ask,
    },
    /// Bank statements
    #[command(subcommand)]
    Statement(StatementCommand),
    /// Write the catalogue to a file that can be imported again
    Export {
        #[command(flatten)]
        place: Place,
        file: PathBuf,
        /// csv or ndjson; else by the file's ending
        #[arg(long)]
        format: Option<String>,
    },
    /// Documents and offers as they were kept
    #[command(subcommand)]
    Archive(ArchiveCommand),
    /// What somebody pays for goods, and why
    Price {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        ask: cmd::price::Ask,
    },
    /// Translate the catalogue's texts into another language; what was done is not asked for again
    Translate {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        ask: cmd::translate::Ask,
    },
    /// Texts, translation memory and glossary as files of translators' programs
    #[command(subcommand)]
    Texts(TextsCommand),
    /// Build the search index anew
    Reindex {
        #[command(flatten)]
        place: Place,
    },
    /// Bring the database to this version's schema
    Migrate {
        #[command(flatten)]
        place: Place,
    },
    /// Send letters and make pictures beside a running shop, over the same folder
    Worker {
        #[command(flatten)]
        place: Place,
    },
    /// Put the whole shop into one file, also while it runs
    Backup {
        #[command(flatten)]
        place: Place,
        /// File or folder to write to, or - for the standard output; else a dated file here
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Make a shop out of a backup, in an empty folder and an empty database
    Restore {
        #[command(flatten)]
        place: Place,
        /// What `vitrina backup` wrote
        file: PathBuf,
        /// Only look whether the file is whole
        #[arg(long)]
        check: bool,
    },
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Members of staff
    #[command(subcommand)]
    User(UserCommand),
    /// Where the shop sells, and which web pages may ask its store API
    #[command(subcommand)]
    Channels(ChannelsCommand),
    /// Keys with which other programs come in
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Themes
    #[command(subcommand)]
    Theme(ThemeCommand),
    /// Look at the shop's health; each finding with its fix
    Doctor {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub enum StatementCommand {
    /// Take a statement in: camt.052, camt.053, camt.054 or a table; ends with 0, with 1 for a file
    /// that cannot be read, with 3 for one that was taken in before
    Import {
        #[command(flatten)]
        place: Place,
        file: PathBuf,
        /// Which column of a table is what: a file of lines such as `amount = Suma`
        #[arg(long, value_name = "FILE")]
        columns: Option<PathBuf>,
        /// End with one JSON object on a line of its own
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub enum ArchiveCommand {
    /// Write the PDFs of a period with an index and their hashes as one zip file; ends with 3 where some
    /// are missing or changed
    Export {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        ask: cmd::archive::Ask,
    },
}

#[derive(Subcommand)]
pub enum TextsCommand {
    /// Write texts with their places, the memory, or the glossary; the format by the file's ending
    /// (.tmx, .xlf, .csv)
    Export {
        #[command(flatten)]
        place: Place,
        file: PathBuf,
        /// texts, memory or glossary
        #[arg(long, default_value = "texts")]
        what: String,
        /// The language that texts are to be translated into
        #[arg(long)]
        locale: Option<String>,
        /// tmx, xliff12, xliff20 or csv
        #[arg(long)]
        format: Option<String>,
    },
    /// Take such a file in; what it is, the file says
    Import {
        #[command(flatten)]
        place: Place,
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// Take somebody in; prints the password once
    Add {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// owner, lead, manager, marketer or viewer
        #[arg(long, default_value = "owner")]
        role: String,
        #[arg(long, default_value = "lt")]
        locale: String,
    },
    /// Put somebody into a team, which is made where there is none of its name; without one into none
    Team {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        email: String,
        #[arg(long)]
        team: Option<String>,
    },
}

#[derive(Subcommand)]
pub enum ChannelsCommand {
    /// Say which channels there are, their publishable keys and origins
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Let web pages of this origin use the publishable key
    Allow {
        #[command(flatten)]
        place: Place,
        /// https://shop.example.com
        origin: String,
        #[arg(long, default_value = "default")]
        channel: String,
    },
    /// No longer let them
    Disallow {
        #[command(flatten)]
        place: Place,
        origin: String,
        #[arg(long, default_value = "default")]
        channel: String,
    },
}

#[derive(Subcommand)]
pub enum KeysCommand {
    /// Make a secret key for the admin API; prints it once
    Create {
        #[command(flatten)]
        place: Place,
        /// What it is for
        #[arg(long)]
        name: String,
        /// What it opens, e.g. orders:read; may be repeated
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
    },
    /// Say which keys there are
    List {
        #[command(flatten)]
        place: Place,
    },
    /// End a key; whoever uses it is turned away
    Revoke {
        #[command(flatten)]
        place: Place,
        /// Its id, from `vitrina keys list`
        id: String,
    },
}

#[derive(Subcommand)]
pub enum ThemeCommand {
    /// Render every page, letter and document in every language and say what is missing
    Check {
        #[command(flatten)]
        place: Place,
        /// Print the findings as JSON
        #[arg(long)]
        json: bool,
    },
    /// Set the sample documents, to see them as a customer does
    Print {
        #[command(flatten)]
        place: Place,
        /// Write them into this folder, one PDF each
        #[arg(long, value_name = "DIR", required_unless_present = "speed")]
        to: Option<PathBuf>,
        /// Set invoices for so many seconds on two threads and say how many a second as JSON
        #[arg(long, value_name = "SECONDS")]
        speed: Option<u64>,
    },
}

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Print every value and where it came from
    Print {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        json: bool,
    },
}

/// Runs a command.
///
/// # Errors
/// A sentence for the person at the terminal.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Serve { place, listen } => {
            let mut config = Config::load(&place)?;
            config.listen = listen.unwrap_or(config.listen);
            serve::serve(config).await
        }
        Command::Demo { mut place, listen, json } => {
            place.data.get_or_insert_with(|| PathBuf::from("vitrina-demo"));
            let mut config = Config::load(&place)?;
            config.listen = listen.unwrap_or(config.listen);
            demo::run(config, json).await
        }
        Command::Import { place, ask } => cmd::import::run(&Config::load(&place)?, ask).await,
        Command::Statement(StatementCommand::Import { place, file, columns, json }) => {
            cmd::statement::import(&Config::load(&place)?, file, columns, json).await
        }
        Command::Export { place, file, format } => cmd::export::run(&Config::load(&place)?, file, format).await,
        Command::Archive(ArchiveCommand::Export { place, ask }) => cmd::archive::export(&Config::load(&place)?, ask).await,
        Command::Price { place, ask } => cmd::price::run(&Config::load(&place)?, ask).await,
        Command::Translate { place, ask } => cmd::translate::run(&Config::load(&place)?, ask).await,
        Command::Texts(TextsCommand::Export { place, file, what, locale, format }) => {
            cmd::translate::export(&Config::load(&place)?, file, &what, locale.as_deref(), format.as_deref()).await
        }
        Command::Texts(TextsCommand::Import { place, file }) => cmd::translate::import(&Config::load(&place)?, file).await,
        Command::Reindex { place } => serve::reindex(&Config::load(&place)?).await,
        Command::Migrate { place } => serve::migrate(&Config::load(&place)?).await,
        Command::User(UserCommand::Add { place, email, name, role, locale }) => {
            cmd::care::add_user(&Config::load(&place)?, email, name, &role, &locale).await
        }
        Command::User(UserCommand::Team { place, email, team }) => {
            cmd::care::put_into_team(&Config::load(&place)?, &email, team.as_deref()).await
        }
        Command::Channels(ChannelsCommand::List { place }) => cmd::keys::channels(&Config::load(&place)?).await,
        Command::Channels(ChannelsCommand::Allow { place, origin, channel }) => {
            cmd::keys::allow(&Config::load(&place)?, &channel, &origin, Wanted::In).await
        }
        Command::Channels(ChannelsCommand::Disallow { place, origin, channel }) => {
            cmd::keys::allow(&Config::load(&place)?, &channel, &origin, Wanted::Out).await
        }
        Command::Keys(KeysCommand::Create { place, name, scopes }) => {
            cmd::keys::create(&Config::load(&place)?, name, &scopes).await
        }
        Command::Keys(KeysCommand::List { place }) => cmd::keys::list(&Config::load(&place)?).await,
        Command::Keys(KeysCommand::Revoke { place, id }) => cmd::keys::revoke(&Config::load(&place)?, &id).await,
        Command::Theme(ThemeCommand::Check { place, json }) => cmd::care::check_theme(&Config::load(&place)?, json),
        Command::Theme(ThemeCommand::Print { place, to, speed }) => {
            let config = Config::load(&place)?;
            let written = to.map(|to| cmd::print::samples(&config, &to)).transpose()?;
            let timed = speed.map(|seconds| cmd::print::speed(&config, seconds)).transpose()?;
            Ok(timed.or(written).unwrap_or(ExitCode::SUCCESS))
        }
        Command::Doctor { place, json } => cmd::doctor::run(Config::load(&place), json).await,
        Command::Backup { place, to } => cmd::backup::run(&Config::load(&place)?, to).await,
        Command::Restore { file, check: true, .. } => cmd::backup::check(&file),
        Command::Restore { place, file, check: false } => cmd::backup::restore(&place, &file).await,
        Command::Worker { place } => serve::work(&Config::load(&place)?).await,
        Command::Config(ConfigCommand::Print { place, json }) => {
            Config::load(&place)?.print(json);
            Ok(ExitCode::SUCCESS)
        }
    }
}
