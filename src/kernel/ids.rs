//! Ids: UUIDv7 newtypes drawn from the transaction's moment, so that key order is time order.

/// Declares id newtypes over [`uuid::Uuid`].
#[macro_export]
macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sea_orm::DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        $crate::column_as!($name, uuid::Uuid);
        impl $name {
            /// A fresh id, ordered by the transaction's moment.
            pub fn new(tx: &$crate::kernel::Tx) -> Self {
                Self(tx.uuid())
            }
            pub const fn uuid(&self) -> uuid::Uuid {
                self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

id_type!(
    ProductId,
    VariantId,
    CategoryId,
    AttributeId,
    OptionId,
    OptionValueId,
    ProducerId,
    MediaId,
    ChannelId,
    PriceListId,
    PriceLevelId,
    PriceRuleId,
    CampaignId,
    DiscountId,
    LocationId,
    HoldId,
    PartyId,
    AddressId,
    UserId,
    TeamId,
    CartId,
    CartLineId,
    OrderId,
    OrderLineId,
    ShipmentId,
    DeliveryMethodId,
    InquiryId,
    TaskId,
    LetterId,
    ImportId,
    JobId,
    PageId,
    ApiKeyId,
    SessionId,
    ConfiguratorId,
    DocumentId,
    AttemptId,
    ReceiptId,
    AllocationId,
    RefundId,
    StatementFileId,
    BankEntryId,
    MemoryId,
    TermId,
    OfferId,
    OfferVersionId,
    OfferTemplateId,
    ContractId,
    ContractVersionId,
    CaseId,
    CaseItemId,
    CaseMessageId,
    CaseFileId,
    CasePaperId,
    RecallId,
);
