//! The schema, one file a module, in SQL that SQLite and PostgreSQL both read.
//!
//! A file is never edited after a release; a change is a new file that begins with why.
//! No decimal columns (SQLite keeps them as floating point) and no cascade from the catalogue
//! into history.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod level;
mod m0001_kernel;
mod m0010_translation;
mod m0011_catalog;
mod m0012_showcase;
mod m0013_content;
mod m0020_parties;
mod m0020_tax;
mod m0021_access;
mod m0021_channels;
mod m0022_pricing;
mod m0023_stock;
mod m0024_media;
mod m0030_crm;
mod m0040_search;
mod m0050_imports;
mod m0051_import_files;
mod m0060_undo;
mod m0070_terms;
mod m0071_tax_law;
mod m0072_cost;
mod m0074_campaigns;
mod m0074_discounts;
mod m0075_configurator;
mod m0076_currencies;
mod m0077_kits;
mod m0078_agreements;
mod m0300_sales;
mod m0310_mail;
mod m0320_payments;
mod m0330_documents;
mod m0331_attachments;
mod m0340_statements;
mod m0350_memory;
mod m0360_offers;
mod m0365_offer_language;
mod m0366_offer_templates;
mod m0370_contracts;
mod m0380_archive;
mod m0390_links;
mod m0394_contract_questions;
mod m0395_teams;
mod m0400_aftersales;
mod standing;

pub use level::{applied, known, raise};
pub use standing::{Standing, engine_version, standing};

/// All migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_kernel::Migration),
            Box::new(m0010_translation::Migration),
            Box::new(m0011_catalog::Migration),
            Box::new(m0012_showcase::Migration),
            Box::new(m0013_content::Migration),
            Box::new(m0020_parties::Migration),
            Box::new(m0020_tax::Migration),
            Box::new(m0021_access::Migration),
            Box::new(m0021_channels::Migration),
            Box::new(m0022_pricing::Migration),
            Box::new(m0023_stock::Migration),
            Box::new(m0024_media::Migration),
            Box::new(m0030_crm::Migration),
            Box::new(m0040_search::Migration),
            Box::new(m0050_imports::Migration),
            Box::new(m0051_import_files::Migration),
            Box::new(m0300_sales::Migration),
            Box::new(m0310_mail::Migration),
            Box::new(m0060_undo::Migration),
            Box::new(m0070_terms::Migration),
            Box::new(m0071_tax_law::Migration),
            Box::new(m0072_cost::Migration),
            Box::new(m0074_campaigns::Migration),
            Box::new(m0074_discounts::Migration),
            Box::new(m0075_configurator::Migration),
            Box::new(m0076_currencies::Migration),
            Box::new(m0077_kits::Migration),
            Box::new(m0320_payments::Migration),
            Box::new(m0078_agreements::Migration),
            Box::new(m0330_documents::Migration),
            Box::new(m0331_attachments::Migration),
            Box::new(m0340_statements::Migration),
            Box::new(m0350_memory::Migration),
            Box::new(m0360_offers::Migration),
            Box::new(m0365_offer_language::Migration),
            Box::new(m0366_offer_templates::Migration),
            Box::new(m0370_contracts::Migration),
            Box::new(m0380_archive::Migration),
            Box::new(m0390_links::Migration),
            Box::new(m0394_contract_questions::Migration),
            Box::new(m0395_teams::Migration),
            Box::new(m0400_aftersales::Migration),
        ]
    }
}

/// Runs each statement of a DDL text; statements end with `;` at a line's end.
pub(crate) async fn run(manager: &SchemaManager<'_>, ddl: &str) -> Result<(), DbErr> {
    for statement in ddl.split(";\n").map(str::trim).filter(|s| !s.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Declares a migration from its name and DDL text. There is no way down: a release moves
/// forward, and a backup is the way back.
macro_rules! migration {
    ($name:literal, $ddl:literal) => {
        use sea_orm_migration::prelude::*;

        pub struct Migration;

        impl MigrationName for Migration {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::run(manager, $ddl).await
            }
        }
    };
}
pub(crate) use migration;
