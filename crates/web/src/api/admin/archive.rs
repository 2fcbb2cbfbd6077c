//! The archive: papers of a period as one file.

use poem::{Body, web::Data};
use poem_openapi::{
    Object, OpenApi,
    param::Query,
    payload::{Binary, Json},
};
use vitrina::{
    flows::{
        self,
        archive::{self, Period},
    },
    kernel::Fault,
};

use crate::{
    api::{gate::Asked, problem::refused},
    files,
};

pub struct Archive;

/// How much there is.
#[derive(Object)]
struct Holding {
    documents: i64,
    /// Versions of offers.
    offers: i64,
}

#[OpenApi]
impl Archive {
    /// A zip file: PDFs of documents and offers as they were kept, e-invoices, and `index.csv` with the hash of each; scope archive:export
    #[oai(path = "/archive", method = "get", operation_id = "archive")]
    async fn take(
        &self,
        asked: Data<&Asked>,
        /// A day.
        from: Query<String>,
        /// A day, inclusive.
        until: Query<String>,
        /// With tax, inclusive: a decimal.
        gross_from: Query<Option<String>>,
        /// With tax, inclusive: a decimal.
        gross_until: Query<Option<String>>,
        /// ISO 4217: only papers in it, and that of the bounds; for those the shop's where nothing is said.
        currency: Query<Option<String>>,
    ) -> poem::Result<Binary<Body>> {
        let begun = async {
            let of = wanted(&asked, (&from, &until), (&gross_from, &gross_until, &currency))?;
            files::archive(flows::archive::take_out(asked.site.app(), &asked.actor, of).await?).await
        };
        Ok(Binary(begun.await.map_err(refused)?))
    }

    /// How much that file would hold; scope archive:export
    #[oai(path = "/archive/holding", method = "get", operation_id = "archiveHolding")]
    async fn holding(
        &self,
        asked: Data<&Asked>,
        /// A day.
        from: Query<String>,
        /// A day, inclusive.
        until: Query<String>,
        /// With tax, inclusive: a decimal.
        gross_from: Query<Option<String>>,
        /// With tax, inclusive: a decimal.
        gross_until: Query<Option<String>>,
        /// ISO 4217: only papers in it, and that of the bounds; for those the shop's where nothing is said.
        currency: Query<Option<String>>,
    ) -> poem::Result<Json<Holding>> {
        let counted = async {
            let of = wanted(&asked, (&from, &until), (&gross_from, &gross_until, &currency))?;
            flows::archive::holding(asked.site.app(), &asked.actor, &of).await
        };
        let held = counted.await.map_err(refused)?;
        Ok(Json(Holding { documents: held.documents, offers: held.offers }))
    }
}

type Bounds<'a> = (&'a Option<String>, &'a Option<String>, &'a Option<String>);

fn wanted(asked: &Asked, (from, until): (&str, &str), (least, most, currency): Bounds<'_>) -> Result<archive::Asked, Fault> {
    Ok(archive::Asked { period: Period::of(from, until)?, gross: asked.amounts(least, most, currency)? })
}
